"""Print that runs over the edge of a scan: letters cut through by the border, several of them, in rows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels

_DARK = 140  # grey level of stretched print
_LINE_SHARE = 0.6  # of an edge: darker than this it is the scanner's own line or shadow, no print
_DEEPEST_LINE = 0.012  # of the picture: how deep such a line is looked through
_TOUCHING = 2  # pixels
_FEWEST_ROWS = 3  # lines that run over the left or right edge
_FEWEST_LETTERS = 5  # letters of a line that the upper or lower edge cuts


def has_cut_print(ink: Pixels, letter_height: float) -> bool:
    """Whether the border of a scan cuts through print. `ink` is H x W uint8, dark on white, lines across the picture.

    `letter_height` is the small letters' height in pixels of `ink`. Specks, frames, streaks and shadows touch borders
    too: only marks of a letter's size count that have another letter beside them.
    """
    dark = np.asarray((ink < _DARK).astype(np.uint8))
    left_right = dark
    up_down = np.ascontiguousarray(np.rot90(dark))
    return any(
        _cuts_rows(side, letter_height) for side in (left_right, np.ascontiguousarray(left_right[:, ::-1]))
    ) or any(_cuts_a_line(side, letter_height) for side in (up_down, np.ascontiguousarray(up_down[:, ::-1])))


def _cuts_rows(dark: Pixels, letter: float) -> bool:
    """Whether the left border cuts the first letters of several lines."""
    strip = _peeled(dark)[:, : round(8 * letter)]
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


def _cuts_a_line(dark: Pixels, letter: float) -> bool:
    """Whether the left border of a picture lying on its side cuts along a line of print."""
    strip = _peeled(dark)[:, : round(4 * letter)]
    x, y, wide, high = _marks(strip)
    cut = (x <= _TOUCHING) & (wide >= 0.3 * letter) & (wide <= 2.2 * letter)
    cut &= (high >= 0.25 * letter) & (high <= 2.5 * letter)
    places = np.sort(y[cut] + high[cut] / 2)
    longest = run = min(1, len(places))
    for gap in np.diff(places):
        run = run + 1 if gap <= 2.5 * letter else 1
        longest = max(longest, run)
    return longest >= _FEWEST_LETTERS


def _peeled(dark: Pixels) -> Pixels:
    """Without the scanner's own dark line along the left border."""
    deepest = max(1, round(_DEEPEST_LINE * dark.shape[1]))
    for depth in range(deepest):
        if dark[:, depth].mean() <= _LINE_SHARE:
            return dark[:, depth:]
    return dark[:, deepest:]


def _marks(dark: Pixels) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(dark), connectivity=8)
    left, top, wide, high = (np.asarray(stats[1:, which], np.int32) for which in range(4))
    return left, top, wide, high
