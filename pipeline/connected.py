"""Marks: groups of dark pixels that touch; OpenCV's own function, asked only where there is ink, in the numbers it is quick with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

_SMALL = 65_536  # pixels below which looking for blank rows costs more than it saves
_FEW = 0.5  # share of the columns from which on taking them out costs more than it saves


def connected_marks(dark: MatLike) -> tuple[int, Any, Any, Any]:
    """Count, labels, statistics (CC_STAT_LEFT … CC_STAT_AREA) and centres of the marks of `dark` (8 neighbours).

    The first of them is the ground, whose centre is not told. They come in OpenCV's order.
    """
    looked_at = _looked_at(dark)
    count, found, stats, centres = _labelled(looked_at.part)
    if looked_at.part is dark:
        return count, found, stats, centres
    labels = np.zeros(dark.shape, found.dtype)
    labels[looked_at.place] = found
    area = stats[1:, cv2.CC_STAT_AREA]
    for axis, moved in enumerate(looked_at.moved(stats)):
        sums = np.rint(centres[1:, axis] * area)  # a centre is a sum of whole numbers over the area
        centres[1:, axis] = (sums + moved * area) / area
    return count, labels, looked_at.on_picture(stats), centres


def mark_sizes(dark: MatLike) -> Any:
    """The statistics alone, that of the ground first."""
    looked_at = _looked_at(dark)
    return looked_at.on_picture(_labelled(looked_at.part)[2])


@dataclass(frozen=True, slots=True)
class _LookedAt:
    """The rows and columns of a picture in which there is ink (None: all of them), set together."""

    picture: MatLike
    part: MatLike
    rows: NDArray[np.intp] | None = None
    columns: NDArray[np.intp] | None = None

    @property
    def place(self) -> Any:
        """Where the part lies in the picture."""
        if self.rows is None or self.columns is None:
            return self.rows
        return np.ix_(self.rows, self.columns)

    def moved(self, stats: NDArray[np.int32]) -> tuple[Any, Any]:
        """How far to the right and down each mark but the ground lies of where it lies in the part."""
        left, top = stats[1:, cv2.CC_STAT_LEFT], stats[1:, cv2.CC_STAT_TOP]
        return (
            0 if self.columns is None else (self.columns[left] - left).astype(np.int32),
            0 if self.rows is None else (self.rows[top] - top).astype(np.int32),
        )

    def on_picture(self, stats: NDArray[np.int32]) -> NDArray[np.int32]:
        """The statistics of the part's marks as those of the picture's."""
        right, down = self.moved(stats)
        stats[1:, cv2.CC_STAT_LEFT] += right
        stats[1:, cv2.CC_STAT_TOP] += down
        height, width = self.picture.shape[:2]
        stats[0] = 0, 0, width, height, height * width - int(stats[1:, cv2.CC_STAT_AREA].sum())
        return stats


def _looked_at(dark: MatLike) -> _LookedAt:
    if dark.size < _SMALL:
        return _LookedAt(dark, dark)
    rows, columns = (_inked(np.asarray(dark.any(axis=axis))) for axis in (1, 0))
    if len(columns) < _FEW * dark.shape[1]:
        return _LookedAt(dark, dark[rows][:, columns], rows, columns)
    return _LookedAt(dark, dark[rows], rows)


def _labelled(dark: MatLike) -> tuple[int, Any, Any, Any]:
    """As OpenCV gives it; labels of 16 bits take a third of the time of 32, and it says where there are too many marks.

    OpenCV 5.0 crashes (SIGSEGV) on a picture without pixels, as strips become whose margins are cut off: there is no
    mark then.
    """
    if not dark.size:
        return 1, np.zeros(dark.shape, np.uint16), np.zeros((1, 5), np.int32), np.zeros((1, 2), np.float64)
    try:
        return cv2.connectedComponentsWithStats(dark, connectivity=8, ltype=cv2.CV_16U)
    except cv2.error:
        return cv2.connectedComponentsWithStats(dark, connectivity=8)


def _inked(marked: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The rows (or columns) to look at: those with ink, and white ones between them where others are left out.

    They go in pairs, as OpenCV's scan does, so that marks keep its order.
    """
    pairs = np.zeros(-(-len(marked) // 2) + 1, np.bool_)
    np.logical_or.at(pairs, np.arange(len(marked)) // 2, marked)
    kept = pairs.copy()
    kept[1:] |= pairs[:-1]
    return np.flatnonzero(np.repeat(kept, 2)[: len(marked)])


def without_margin(picture: MatLike, margin: int) -> Any:
    """The picture without so many pixels at each edge; of a narrow one a quarter stays cut off at each side."""
    height, width = picture.shape[:2]
    down, across = min(margin, height // 4), min(margin, width // 4)
    return picture[down : height - down, across : width - across]
