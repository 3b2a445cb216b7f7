"""How a reader in training is checked: lines in typefaces that it is never trained on, always the same ones for a seed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import torch

from pipeline.similarity import edit_distance
from scripts.train_recognizer.alphabet import alphabet, written
from scripts.train_recognizer.batch import Batch
from scripts.train_recognizer.mixture import one_kind
from scripts.train_recognizer.network import LineReader
from scripts.train_recognizer.pictures import Sample
from scripts.train_recognizer.stream import LineStream, batches_of
from scripts.train_recognizer.typefaces import find_typefaces
from scripts.train_recognizer.zone_lines import zone_faces

_FURTHER = {"name": 240, "zone": 120, "number": 200, "card": 300}  # lines of each kind


def held_out(fonts: Sequence[Path], *, seed: int, further: bool) -> dict[str, list[Batch]]:
    """Lines of typefaces that are not trained on, and lines of pages in them; with `further` those of the mixture, too."""
    typefaces = find_typefaces(fonts, held_out=True)
    found = {}
    for name, pages, count in (("typefaces", 0, 18 if further else 6), ("pages", 1, 12 if further else 4)):
        stream = iter(LineStream(typefaces, seed=seed + 777, pixels=12_000, pages=pages))
        found[name] = [next(stream) for _ in range(count)]
    if further:
        zone = zone_faces(fonts, held_out=True)
        for kind, count in _FURTHER.items():
            rng = Random(f"{seed} {kind}")
            lines: list[Sample] = []
            while len(lines) < count:
                lines += one_kind(kind, rng, typefaces, zone)
            found[kind] = list(batches_of(iter(lines[:count]), pixels=12_000, rest=True))
    return found


@torch.no_grad()
def error_rate(reader: LineReader, batches: list[Batch], device: torch.device) -> float:
    """Letters put in, taken out or changed over the letters of the truth."""
    wrong = letters = 0
    reader.eval()
    for batch in batches:
        scores, _ = reader(batch.light.to(device).float() / 255)
        for best, frames, text in zip(scores.argmax(2).cpu(), batch.frames, batch.texts, strict=True):
            truth = written(text)
            wrong += edit_distance(greedy(best[: int(frames)].tolist()), truth)
            letters += len(truth)
    return wrong / max(letters, 1)


def greedy(best: list[int]) -> str:
    """The text of the likeliest output of each frame."""
    signs = alphabet()
    return "".join(signs[one - 1] for place, one in enumerate(best) if one and (not place or best[place - 1] != one))
