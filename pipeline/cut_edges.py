"""Print that runs over the edge of a scan: letters cut through by the border, several of them, in rows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels
from pipeline.connected import mark_sizes

_DARK = 140  # grey level of stretched print
_LINE_SHARE = 0.6  # of an edge: darker than this it is the scanner's own line or shadow, no print
_DEEPEST_LINE = 0.012  # of the picture: how deep such a line is looked through
_TOUCHING = 2  # pixels
_FEWEST_ROWS = 3  # lines that run over the left or right edge
_FEWEST_LETTERS = 5  # letters of a line that the upper or lower edge cuts


def has_cut_print(grey: Pixels, stretching: Pixels | None, letter_height: float) -> bool:
    """Whether the border of a scan cuts through print. `grey` is H x W uint8, dark on white, lines across the picture.

    `stretching` is as pipeline.ink gives it; `letter_height` is the small letters' height in pixels. Specks, frames, streaks and shadows touch borders
    too: only marks of a letter's size count that have another letter beside them.
    """
    is_dark = (np.arange(256) if stretching is None else stretching) < _DARK
    on_its_side = np.rot90(grey)

    def border(side: Pixels, letters: float) -> Pixels:
        return _border(side, is_dark.astype(np.uint8), round(letters * letter_height))

    return any(_cuts_rows(border(side, 8), letter_height) for side in (grey, grey[:, ::-1])) or any(
        _cuts_a_line(border(side, 4), letter_height) for side in (on_its_side, on_its_side[:, ::-1])
    )


def _border(grey: Pixels, is_dark: Pixels, wide: int) -> Pixels:
    """What is dark (1) within `wide` pixels of the left border, without the scanner's own line along it."""
    deepest = max(1, round(_DEEPEST_LINE * grey.shape[1]))
    dark = np.asarray(cv2.LUT(np.ascontiguousarray(grey[:, : deepest + wide]), is_dark), np.uint8)
    for depth in range(deepest):
        if dark[:, depth].mean() <= _LINE_SHARE:
            return dark[:, depth : depth + wide]
    return dark[:, deepest : deepest + wide]


def _cuts_rows(strip: Pixels, letter: float) -> bool:
    """Whether the left border of a strip cuts the first letters of several lines."""
    x, y, wide, high = _marks(strip)
    letters = (high >= 0.6 * letter) & (high <= 2.2 * letter) & (wide >= 0.12 * letter) & (wide <= 2.5 * letter)
    rows: list[float] = []
    for i in np.flatnonzero(letters & (x <= _TOUCHING)):
        middle = y[i] + high[i] / 2
        beside = letters & (np.abs(y + high / 2 - middle) <= 0.6 * letter) & (x > x[i] + wide[i] - 1)
        near = beside & (x - (x[i] + wide[i]) <= 0.9 * letter)
        if int(beside.sum()) >= 2 and near.any() and all(abs(middle - row) > letter for row in rows):
            rows.append(middle)
    return len(rows) >= _FEWEST_ROWS


def _cuts_a_line(strip: Pixels, letter: float) -> bool:
    """Whether the left border of a picture lying on its side cuts along a line of print."""
    x, y, wide, high = _marks(strip)
    cut = (x <= _TOUCHING) & (wide >= 0.3 * letter) & (wide <= 2.2 * letter)
    cut &= (high >= 0.25 * letter) & (high <= 2.5 * letter)
    places = np.sort(y[cut] + high[cut] / 2)
    longest = run = min(1, len(places))
    for gap in np.diff(places):
        run = run + 1 if gap <= 2.5 * letter else 1
        longest = max(longest, run)
    return longest >= _FEWEST_LETTERS


def _marks(dark: Pixels) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    stats = mark_sizes(np.ascontiguousarray(dark))
    left, top, wide, high = (np.asarray(stats[1:, which], np.int32) for which in range(4))
    return left, top, wide, high
