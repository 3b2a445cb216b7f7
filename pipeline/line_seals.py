"""Letters that a seal's ring has swallowed: on scans without colour the two are one mark, and the line began behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.line_rows import PrintLine

_SMALLEST, _LARGEST = (
    5.0,
    28.0,
)  # small letters' heights: seals of 36 mm over print of 9 to 16 points, and parts of them
_ROUND = 0.55  # shorter side over longer
_FILLED = 0.55  # share of its box that a ring with a star fills at most; a photograph fills more
_LEAST = 4.0  # small letters' heights of a line that is lengthened
_NEXT, _GAP, _FURTHEST = 0.9, 0.5, 3.0  # small letters' heights: to the first ink, between letters, and in all


def with_letters_under_seals(
    labels: NDArray[np.integer[Any]], stats: NDArray[np.int32], lines: Sequence[PrintLine], letter: float
) -> list[PrintLine]:
    """The lines, those that begin or end at a round mark lengthened over what of it stands on their height.

    `labels` and `stats` are the page's marks as OpenCV numbers and measures them.
    """
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    longer, shorter = np.maximum(wide, high), np.minimum(wide, high)
    seal = (shorter > _SMALLEST * letter) & (longer < _LARGEST * letter) & (shorter > _ROUND * longer)
    seal &= area < _FILLED * wide * high
    seal[0] = False
    if not seal.any():
        return list(lines)
    marks = seal[labels]
    return [_lengthened(line, marks) for line in lines]


def _lengthened(line: PrintLine, marks: NDArray[np.bool_]) -> PrintLine:
    top, bottom = round(line.baseline - 1.4 * line.letter), round(line.baseline)
    if bottom <= max(top, 0) or line.right - line.left < _LEAST * line.letter:  # letters of the seal's own
        return line
    columns = np.asarray(marks[max(top, 0) : bottom].any(axis=0), np.bool_)
    reach = round(_FURTHEST * line.letter)
    before = columns[max(0, line.left - reach) : line.left][::-1]
    after = columns[line.right : line.right + reach]
    left = line.left - _as_far_as_print_goes(before, line.letter)
    right = line.right + _as_far_as_print_goes(after, line.letter)
    return replace(line, left=left, right=right, baseline=line.baseline_at(left))


def _as_far_as_print_goes(columns: NDArray[np.bool_], letter: float) -> int:
    reached = 0
    for place in np.flatnonzero(columns).tolist():
        if place - reached > (_GAP if reached else _NEXT) * letter:
            break
        reached = place + 1
    return reached
