"""Where on a page a QR code may stand, and pictures of such a place that a decoder may find easier than the scan."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from cv2.typing import MatLike

from models.page import Box, Pixels

_LONG_SIDE = 1600  # pixels; on an A4 page a module of a card's code is then 1.5 to 2 pixels wide
_CONTRASTS = (48, 24, 14)  # grey levels between neighbours: print, photocopies, what is left of a card's pale code
_SMALLEST, _LARGEST = 31, 700  # sides in pixels of the reduced page: 6 mm of A4, a card that fills the picture
_MARGIN = 0.2


def dense_squares(grey: Pixels) -> tuple[Box, ...]:
    """Square regions full of edges, with a margin around: codes, but also fingerprints, portraits and dense print.

    Print falls out where white runs between its lines; a code has no gap wider than a few modules.
    """
    shrink = max(1, round(max(grey.shape) / _LONG_SIDE))  # whole numbers: ten times as fast as others
    small = reduced(grey, shrink)
    edges = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    found: list[Box] = []
    for contrast in _CONTRASTS:
        dense = cv2.morphologyEx((edges > contrast).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        dense = cv2.morphologyEx(dense, cv2.MORPH_OPEN, np.ones((_SMALLEST, _SMALLEST), np.uint8))
        for outline in cv2.findContours(dense, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            box = Box(*cv2.boundingRect(outline))
            square = 2 * min(box.width, box.height) > max(box.width, box.height)
            full = cv2.contourArea(outline) > 0.55 * (box.width - 1) * (box.height - 1)
            if square and full and max(box.width, box.height) <= _LARGEST:
                twin = next((at for at, other in enumerate(found) if _alike(box, other)), len(found))
                found[twin : twin + 1] = [box.union(found[twin]) if twin < len(found) else box]
    return tuple(_on_page(box, shrink, grey) for box in found)


def reduced(grey: Pixels, shrink: int) -> Pixels:
    """The picture at one `shrink`th of its size, each pixel the mean of those that it stands for."""
    if shrink == 1:
        return grey
    return _pixels(cv2.resize(grey, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA))


def retouched(crop: Pixels, *, thorough: bool) -> Iterator[tuple[Pixels, float]]:
    """The crop in forms that decoders read better, likely ones first, each with its size relative to the crop.

    Measured on photocopies of cards (pale, noisy, 2.5 to 4 pixels a module): stretched contrast is what counts, then
    smoothing by 0.7 to 1.8 pixels, and a threshold of the neighbourhood; enlarging alone gains nothing. Codes of 1.2 to 2
    pixels a module (cards at 120 to 150 dpi, also turned) give in to enlarging by 3 or 4, hardly any smoothing and strong
    sharpening at the scale of a module: of 14 cards at 120 dpi 14 instead of none.
    """
    plain = _stretched(crop)
    for scale in (1, 2, 3, 4) if thorough else (1,):
        larger = plain if scale == 1 else cv2.resize(plain, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        wide, near = (cv2.GaussianBlur(larger, (0, 0), sigma * scale) for sigma in (3.0, 1.0))
        for sigma in (1.2, 0.7, 1.8, 0.4) if thorough else (1.2, 0.7):
            smooth = cv2.GaussianBlur(larger, (0, 0), sigma * scale)
            around = max(3, min(crop.shape) * scale // 6 | 1)
            yield _pixels(smooth), scale
            for picture in (
                cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, around, 0),
                cv2.addWeighted(smooth, 2.5, wide, -1.5, 0),
                cv2.addWeighted(smooth, 4.0, near, -3.0, 0),
            ):
                yield _pixels(picture), scale
            if thorough:
                yield _pixels(cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]), scale


def _pixels(picture: MatLike) -> Pixels:
    return np.asarray(picture, dtype=np.uint8)


def _stretched(crop: Pixels) -> Pixels:
    dark, light = np.percentile(crop, (3, 97))
    table = np.clip((np.arange(256) - dark) * (255 / max(light - dark, 1.0)), 0, 255).astype(np.uint8)
    return _pixels(cv2.LUT(crop, table))


def _alike(one: Box, other: Box) -> bool:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    largest = max(one.width * one.height, other.width * other.height)
    return width > 0 and height > 0 and width * height > 0.6 * largest


def _on_page(box: Box, shrink: int, grey: Pixels) -> Box:
    """The box in pixels of the page, with its margin, cut at the page's edges."""
    margin = int(max(box.width, box.height) * _MARGIN)
    x, y = max(0, box.x - margin) * shrink, max(0, box.y - margin) * shrink
    right = min(grey.shape[1], (box.right + margin) * shrink)
    bottom = min(grey.shape[0], (box.bottom + margin) * shrink)
    return Box(x, y, right - x, bottom - y)
