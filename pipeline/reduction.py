"""Pictures brought to the size at which they are measured, each pixel the mean of those that it stands for.

At once, not by halves, though that would take a tenth of the time: rounded twice, faint print and the height of letters come out
otherwise, and reading was worse for it (docs/performance.md).
"""

from __future__ import annotations

import cv2
import numpy as np

from models.page import Pixels


def brought_to(picture: Pixels, edge: float) -> Pixels:
    """The picture (H x W or H x W x 3 uint8) with its longer side brought to `edge` pixels."""
    scale = edge / max(picture.shape[:2])
    if min(picture.shape[:2]) * scale < 1:  # a sliver
        height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
        return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def brought_down(picture: Pixels, edge: float) -> Pixels:
    """The picture with its longer side brought to `edge` pixels where it is longer."""
    return brought_to(picture, edge) if max(picture.shape[:2]) > edge else picture
