"""Where a line of print ends though its marks go on: at a gap that is wide beside its others, as between two columns."""

from __future__ import annotations

from statistics import median

import numpy as np
from numpy.typing import NDArray

Row = tuple[int, int, int, int]  # left, top, width, height
Numbers = NDArray[np.float64]


def parted(piece: list[Row], dashes: Numbers, dots: Numbers, letter: float) -> list[list[Row]]:
    """The chain's parts on either side of a gap that is wide beside its other gaps: two columns that stand close.

    `dashes`, `dots` (n x 4): what stands in gaps and is no letter. A dash fills its gap; a colon between spaces
    (Họ tên : LÒ VĂN MẪU) parts it in two.
    """
    height = median(row[3] for row in piece)  # of a few numbers NumPy's takes ten times as long
    level = median(row[1] + row[3] for row in piece)
    middle = dashes[:, 1] + dashes[:, 3] / 2
    between = dashes[(middle < level) & (middle > level - 0.9 * height)]
    right, rights, gaps = piece[0][0] + piece[0][2], [0], [0.0]
    for row in piece[1:]:
        gap = float(row[0] - right)
        if len(between):
            bridges = between[(between[:, 0] > right) & (between[:, 0] + between[:, 2] < row[0])]
            gap -= float(bridges[:, 2].sum())
        gaps.append(gap)
        rights.append(right)
        right = max(right, row[0] + row[2])
    words = sorted(gap for gap in gaps if gap > 0.35 * min(letter, height))
    if len(words) < 3:
        return [piece]
    wide = max(1.25 * letter, 0.9 * height, 2.2 * words[(len(words) - 1) // 2])
    parts: list[list[Row]] = [[]]
    for row, gap, end in zip(piece, gaps, rights, strict=True):
        if gap > wide and _beside_colon(dots, end, row, letter) > wide:
            parts.append([])
        parts[-1].append(row)
    return parts


def _beside_colon(dots: Numbers, end: int, row: Row, letter: float) -> float:
    """The wider of the two gaps that a colon leaves between `end` and `row`, in pixels; infinite where none stands there."""
    level = row[1] + row[3]
    inside = dots[(dots[:, 0] > end) & (dots[:, 0] + dots[:, 2] < row[0])]
    bottoms = inside[:, 1] + inside[:, 3]
    lower = inside[np.abs(bottoms - level) < 0.3 * letter]
    upper = inside[(bottoms < level - 0.4 * letter) & (bottoms > level - 1.1 * letter)]
    for x, _, width, _ in lower:
        if np.any(np.abs(upper[:, 0] - x) < 0.2 * letter):
            return float(max(x - end, row[0] - x - width))
    return float("inf")
