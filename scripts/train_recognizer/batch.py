"""Lines side by side as a network learns from them; needs nothing but PyTorch and NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from scripts.train_recognizer.alphabet import alphabet, written
from scripts.train_recognizer.network import STEP


class Line(Protocol):
    """A drawn line, as pictures.Sample and the toy's numbers are."""

    @property
    def picture(self) -> NDArray[np.uint8]: ...
    @property
    def text(self) -> str: ...
    @property
    def by_hand(self) -> tuple[tuple[float, float], ...]: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """`light`: n x 1 x HEIGHT x width uint8, white beside; `letters`: all labels one after another; `sizes`: how many
    each has; `frames`: how many frames each picture has; `by_hand`: n x width / STEP, 1 where a pen wrote.
    """

    light: Tensor
    letters: Tensor
    sizes: Tensor
    frames: Tensor
    by_hand: Tensor
    texts: tuple[str, ...]


def batch_of(samples: Sequence[Line], width: int) -> Batch:
    """Samples one above the other, white as far as `width`."""
    places = {letter: place + 1 for place, letter in enumerate(alphabet())}
    light = np.full((len(samples), 1, samples[0].picture.shape[0], width), 255, np.uint8)
    by_hand = np.zeros((len(samples), width // STEP), np.uint8)
    labels: list[list[int]] = []
    for place, sample in enumerate(samples):
        light[place, 0, :, : sample.picture.shape[1]] = sample.picture
        labels.append([places[letter] for letter in written(sample.text)])
        for left, right in sample.by_hand:
            by_hand[place, max(0, round(left / STEP)) : round(right / STEP)] = 1
    return Batch(
        torch.from_numpy(light),
        torch.tensor([one for label in labels for one in label], dtype=torch.long),
        torch.tensor([len(label) for label in labels], dtype=torch.long),
        torch.tensor([-(-sample.picture.shape[1] // STEP) for sample in samples], dtype=torch.long),
        torch.from_numpy(by_hand),
        tuple(sample.text for sample in samples),
    )
