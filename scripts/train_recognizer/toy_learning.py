"""The toy's learning (toy.py), for a Python that has PyTorch and NumPy and nothing else of this program's needs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from scripts.train_recognizer.alphabet import alphabet
from scripts.train_recognizer.batch import batch_of
from scripts.train_recognizer.loss import loss_of
from scripts.train_recognizer.network import LineReader, Shape

_STEPS, _LINES = 160, 24
_TOY = Shape(stages=(8, 12, 16, 24), frames=48, blocks=2)


@dataclass(frozen=True)
class _Number:
    """A line as pictures.Sample is one."""

    picture: NDArray[np.uint8]
    text: str
    by_hand: tuple[tuple[float, float], ...] = ()


def main(file: Path) -> int:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    kept = np.load(file)
    drawn = zip(kept["pictures"], kept["widths"], kept["texts"], strict=True)
    numbers = [_Number(picture[:, :width], str(text)) for picture, width, text in drawn]
    rng = Random(1)
    reader = LineReader(len(alphabet()), _TOY)
    optimizer = torch.optim.AdamW(reader.parameters(), lr=4e-3)
    losses = []
    for step in range(_STEPS):
        batch = batch_of(rng.sample(numbers, _LINES), kept["pictures"].shape[2])
        loss = loss_of(reader, batch, torch.device("cpu"))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 5.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if step % 20 == 19:
            print(f"step {step + 1}: loss {sum(losses[-20:]) / 20:.2f}", flush=True)
    first, last = sum(losses[5:15]) / 10, sum(losses[-10:]) / 10
    print(f"torch {torch.__version__}: from {first:.2f} to {last:.2f}")
    return 0 if last < first / 3 else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
