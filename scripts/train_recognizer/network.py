"""The network: small convolutions over a line's picture, then along it; letters by CTC, and whether a pen wrote them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

STEP = 4  # pixels of the picture's width a frame
PAPER, SPREAD = 0.93, 0.25  # mean and spread of a picture's light, white being 1


@dataclass(frozen=True, slots=True)
class Shape:
    """Channels of the picture's four stages and of the line's frames, and how many blocks look along the line."""

    stages: tuple[int, int, int, int] = (40, 64, 112, 176)
    frames: int = 320
    blocks: int = 9
    reach: int = 9


class LineReader(nn.Module):
    """(n, 1, 48, width) light of 0 to 1 -> (n, width / 4, letters + 1) log probabilities, blank first, and
    (n, width / 4) log odds of handwriting.
    """

    def __init__(self, letters: int, shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        one, two, three, four = shape.stages
        self.picture = nn.Sequential(
            _convolution(1, one, stride=(2, 2)),
            _convolution(one, two, stride=(2, 1)),
            _Residual(two),
            _convolution(two, three, stride=(2, 2)),
            _convolution(three, four, stride=(2, 1)),
        )
        self.collapse = nn.Sequential(
            nn.Conv2d(four, shape.frames, (3, 1), bias=False), nn.BatchNorm2d(shape.frames), nn.ReLU()
        )
        self.along = nn.Sequential(*(_Along(shape.frames, shape.reach) for _ in range(shape.blocks)))
        self.letters = nn.Conv1d(shape.frames, letters + 1, 1)
        self.pen = nn.Conv1d(shape.frames, 1, 1)

    def forward(self, light: Tensor) -> tuple[Tensor, Tensor]:
        frames = self.collapse(self.picture((light - PAPER) / SPREAD)).squeeze(2)
        frames = self.along(frames)
        return torch.log_softmax(self.letters(frames).transpose(1, 2).float(), 2), self.pen(frames).squeeze(1).float()


def _convolution(before: int, after: int, *, stride: tuple[int, int]) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU())


class _Residual(nn.Module):
    """A look around each place of the picture, added to what was known of it: a letter's mark and its body."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.around = nn.Sequential(
            nn.Conv2d(channels, channels, (5, 3), padding=(2, 1), groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.around(x))


class _Along(nn.Module):
    """A look along the line, each channel by itself, then all together."""

    def __init__(self, channels: int, reach: int) -> None:
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv1d(channels, channels, reach, padding=reach // 2, groups=channels, bias=False),
            nn.BatchNorm1d(channels),
            nn.Conv1d(channels, channels, 1, bias=False),
            nn.BatchNorm1d(channels),
            nn.ReLU(),
            nn.Dropout(0.05),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.look(x)
