"""Measures the line recognizer beside Tesseract on drawn lines, in typefaces that it was not trained on.

    python -m scripts.bench_lines [--lines N] [--seed S] [--fonts FOLDER ...] [--trained]

Every line is drawn and damaged as for training (scripts/train_recognizer/pictures.py), with another seed. The
typefaces held out (fonts-linuxlibertine, fonts-crosextra-carlito, fonts-sil-charis, fonts-open-sans, lmodern) have to be
installed; with --trained lines are drawn in the others instead.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Annotated

import cv2
import typer

from pipeline.line_recognizer import read_lines
from pipeline.similarity import edit_distance
from pipeline.tesseract import read_pictures
from scripts.reading_peers import Stopwatch
from scripts.reading_scores import bare_text
from scripts.train_recognizer.pictures import Sample, draw_sample
from scripts.train_recognizer.typefaces import FOLDERS, find_typefaces

_ONE_LINE = 7  # Tesseract's page segmentation mode
_ENLARGED = 2.0  # 28 pixels of a small letter: Tesseract reads lines of 14 worse


def ours(samples: Sequence[Sample]) -> list[str]:
    """What the line recognizer reads."""
    return [" ".join(word.text for word in words) for words in read_lines([sample.picture for sample in samples])]


def tesseract(samples: Sequence[Sample]) -> list[str]:
    """What Tesseract reads in the same pictures, with a margin and at the size that it likes."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        paths = []
        for place, sample in enumerate(samples):
            large = cv2.resize(sample.picture, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
            path = Path(folder, f"{place:05d}.png")
            cv2.imwrite(str(path), cv2.copyMakeBorder(large, 12, 12, 20, 20, cv2.BORDER_CONSTANT, value=(255,)))
            paths.append(path)
        found = read_pictures(paths, folder=Path(folder), layout=_ONE_LINE, seconds=10.0 * len(paths))
    return [" ".join(word.text for word in words) for words in found]


def measured(name: str, read: Callable[[Sequence[Sample]], list[str]], samples: Sequence[Sample]) -> str:
    """A row of the table."""
    watch = Stopwatch()
    texts = read(samples)
    _, cpu_seconds = watch.read()
    letters = sum(len(sample.text) for sample in samples)
    pairs = [(sample.text, text) for sample, text in zip(samples, texts, strict=True)]
    wrong = sum(edit_distance(truth, text) for truth, text in pairs)
    bare = sum(edit_distance(bare_text(truth), bare_text(text)) for truth, text in pairs)
    right = sum(truth == text for truth, text in pairs)
    count = len(samples)
    return (
        f"| {name} | {count} | {100 * wrong / letters:.2f} | {100 * bare / letters:.2f} | {100 * right / count:.1f} "
        f"| {1000 * cpu_seconds / count:.1f} |"
    )


def main(
    lines: Annotated[int, typer.Option(min=1)] = 1000,
    seed: Annotated[int, typer.Option()] = 2026,
    fonts: Annotated[list[Path] | None, typer.Option(help="Folders of typefaces.")] = None,
    trained: Annotated[bool, typer.Option("--trained", help="Lines in typefaces that were trained on.")] = False,
) -> None:
    """Prints a table in Markdown."""
    typefaces = find_typefaces(fonts or FOLDERS, held_out=not trained)
    rng = Random(seed)
    samples = [sample for _ in range(lines) if (sample := draw_sample(rng, typefaces)).text]
    print(f"{len({face.family for face in typefaces.printed})} families, seed {seed}\n")
    print("| read by | lines | CER % | CER without marks % | whole lines right % | CPU ms a line |")
    print("| --- | --- | --- | --- | --- | --- |")
    print(measured("sohoa", ours, samples))
    print(measured("Tesseract", tesseract, samples))


if __name__ == "__main__":
    typer.run(main)
