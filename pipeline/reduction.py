"""Pictures brought down in size to be measured: by halves first, which costs a tenth of any other factor."""

from __future__ import annotations

import cv2
import numpy as np

from models.page import Pixels

_NARROW = 8  # pixels: a sliver keeps its width


def halved(picture: Pixels, least: float) -> Pixels:
    """The picture (H x W or H x W x 3 uint8) at a half, a quarter, … of its size, its longer side not below `least`."""
    while max(picture.shape[:2]) >= 2 * least and min(picture.shape[:2]) >= _NARROW:
        picture = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    return picture


def brought_to(picture: Pixels, edge: float) -> Pixels:
    """The picture with its longer side brought to `edge` pixels."""
    picture = halved(picture, edge)
    scale = edge / max(picture.shape[:2])
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def brought_down(picture: Pixels, edge: float) -> Pixels:
    """The picture with its longer side brought to `edge` pixels where it is longer."""
    return brought_to(picture, edge) if max(picture.shape[:2]) > edge else picture
