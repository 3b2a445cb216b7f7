"""Marks: groups of dark pixels that touch; OpenCV's own function, where an empty picture does not end the process."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from cv2.typing import MatLike


def connected_marks(dark: MatLike) -> tuple[int, Any, Any, Any]:
    """Count, labels, statistics (CC_STAT_LEFT … CC_STAT_AREA) and centres of the marks of `dark` (8 neighbours).

    The first of them is the ground. OpenCV 5.0 crashes (SIGSEGV) on a picture without pixels, as strips become whose
    margins are cut off: there is no mark then.
    """
    if not dark.size:
        ground = np.zeros((1, 5), np.int32)
        return 1, np.zeros(dark.shape, np.int32), ground, np.zeros((1, 2), np.float64)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    return count, labels, stats, centres


def without_margin(picture: MatLike, margin: int) -> Any:
    """The picture without so many pixels at each edge; of a narrow one a quarter stays cut off at each side."""
    height, width = picture.shape[:2]
    down, across = min(margin, height // 4), min(margin, width // 4)
    return picture[down : height - down, across : width - across]
