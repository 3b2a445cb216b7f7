"""A toy recognizer trained from scratch in a minute: shows that what is drawn can be learnt, and fails where it cannot.

    python -m scripts.train_recognizer.toy

Needs PyTorch, which neither the product nor its tests do; so this is no test of the suite. Digits and one typeface
alone, a network a fiftieth of the real one, one core. Exits with 1 where its loss does not fall to a third.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import torch

from pipeline.fonts import font_file
from scripts.train_recognizer.alphabet import alphabet
from scripts.train_recognizer.network import LineReader, Shape
from scripts.train_recognizer.pictures import Sample, draw_sample
from scripts.train_recognizer.stream import batch_of
from scripts.train_recognizer.training import loss_of
from scripts.train_recognizer.typefaces import Typefaces, find_typefaces

_STEPS, _LINES, _WIDTH = 160, 24, 256
_TOY = Shape(stages=(8, 12, 16, 24), frames=48, blocks=2)


def main() -> None:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    rng = Random(1)
    typefaces = find_typefaces([Path(font_file("Tinos")).parent])
    reader = LineReader(len(alphabet()), _TOY)
    optimizer = torch.optim.AdamW(reader.parameters(), lr=4e-3)
    losses = []
    for step in range(_STEPS):
        batch = batch_of([_numbers(rng, typefaces) for _ in range(_LINES)], _WIDTH)
        loss = loss_of(reader, batch, torch.device("cpu"))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 5.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if step % 20 == 19:
            print(f"step {step + 1}: loss {sum(losses[-20:]) / 20:.2f}", flush=True)
    first, last = sum(losses[5:15]) / 10, sum(losses[-10:]) / 10
    print(f"from {first:.2f} to {last:.2f}")
    sys.exit(0 if last < first / 3 else 1)


def _numbers(rng: Random, typefaces: Typefaces) -> Sample:
    """A short line of digits."""
    while True:
        sample = draw_sample(rng, typefaces, text="".join(rng.choice("0123456789") for _ in range(rng.randint(3, 8))))
        if sample.text and sample.picture.shape[1] <= _WIDTH:
            return sample


if __name__ == "__main__":
    main()
