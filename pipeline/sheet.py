"""The sheet of paper in the picture: found on a darker ground (phone photographs, dark scanner borders), cut out, flattened."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models.page import Mapping, Pixels
from pipeline import frames
from pipeline.colour import brightest
from pipeline.connected import connected_marks
from pipeline.reduction import brought_to

_LONG_EDGE = 700  # pixels of the picture in which the sheet is looked for
_LEAST_SHARE = 0.25  # a sheet smaller than this share of the picture is not believed
_STRIP = 8  # pixels of that picture along its edges that are looked at first
_LIGHTEST_GROUND, _LEAST_GROUND = (
    205,
    0.08,
)  # grey level and share of the edges; _paper_mask asks for darker and for more
_WHOLE_SHARE = 0.985  # larger than this, there is nothing to cut away


@dataclass(frozen=True, slots=True)
class Sheet:
    """The picture of the sheet alone, as it was in colour or in greys, and the clockwise turn, in degrees, that its edges had.

    `from_picture` takes a point of the picture in which it was found, in pixels, to its own pixels.
    """

    pixels: Pixels
    skew_degrees: float
    from_picture: Mapping


def cut_out(pixels: Pixels) -> Sheet | None:
    """The sheet, flattened when all four corners are seen, else with its surroundings painted white.

    None when the picture is all paper. `pixels` is H x W x 3 uint8 RGB, or H x W of greys.
    """
    if not _may_lie_on_ground(pixels):
        return None
    height, width = pixels.shape[:2]
    scale = _LONG_EDGE / max(height, width)
    small = brought_to(pixels, _LONG_EDGE)
    bright = np.asarray(cv2.medianBlur(brightest(small), 5), np.uint8)
    mask = _paper_mask(bright)
    if mask is None:
        return None
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    share = cv2.contourArea(hull) / mask.size
    if not _LEAST_SHARE <= share <= _WHOLE_SHARE:
        return None
    corners = _corners(hull, mask.shape)
    if corners is not None:
        return _flatten(pixels, corners / scale)
    outside = np.full(mask.shape, 255, np.uint8)
    cv2.fillConvexPoly(outside, hull, 0)
    outside = np.asarray(cv2.dilate(outside, np.ones((5, 5), np.uint8)), np.uint8)
    large = cv2.resize(outside, (width, height), interpolation=cv2.INTER_NEAREST)
    painted = pixels.copy()
    painted[large > 0] = 255
    return Sheet(painted, 0.0, frames.scaling(1.0, 1.0))


def _may_lie_on_ground(pixels: Pixels) -> bool:
    """Whether anything dark runs along the edges: most scans are all paper, and strips tell it in a tenth of the time."""
    scale = _LONG_EDGE / max(pixels.shape[:2])
    deep = round(_STRIP / scale)
    if scale > 1 or min(pixels.shape[:2]) < 2 * deep:
        return True  # so small, or so narrow, that there is nothing to be saved

    def bright(strip: Pixels) -> Pixels:
        small = cv2.resize(strip, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.medianBlur(brightest(np.asarray(small, np.uint8)), 5), np.uint8)

    edge = np.concatenate(
        [
            bright(pixels[:deep])[:3].ravel(),
            bright(pixels[-deep:])[-3:].ravel(),
            bright(pixels[:, :deep])[:, :3].ravel(),
            bright(pixels[:, -deep:])[:, -3:].ravel(),
        ]
    )
    return float((edge < _LIGHTEST_GROUND).mean()) >= _LEAST_GROUND


def _paper_mask(bright: Pixels) -> Pixels | None:
    """255 where the paper is; None when no darker ground reaches the picture's edges."""
    edge = np.concatenate([bright[:3].ravel(), bright[-3:].ravel(), bright[:, :3].ravel(), bright[:, -3:].ravel()])
    white = float(np.percentile(bright, 90))
    threshold, _ = cv2.threshold(bright, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    level = min(float(threshold), 0.78 * white)  # the threshold itself is dark: a ground of one grey is given just that
    if (edge <= level).mean() < 0.12:
        return None
    dark = (bright <= level).astype(np.uint8)
    # only what hangs together with the picture's edge is ground; print inside the sheet is not
    padded = cv2.copyMakeBorder(dark, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    flood = np.zeros((padded.shape[0] + 2, padded.shape[1] + 2), np.uint8)
    cv2.floodFill(padded, flood, (0, 0), 2)
    ground = padded[1:-1, 1:-1] == 2
    mask = np.where(ground, 0, 255).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)), np.uint8)
    count, labels, stats, _ = connected_marks(mask)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.where(labels == largest, 255, 0).astype(np.uint8)


def _corners(hull: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """The hull's four corners, clockwise from the upper left, or None when it is no nearly right-angled quadrangle."""
    length = cv2.arcLength(hull, closed=True)
    for tolerance in (0.01, 0.02, 0.03, 0.05):
        polygon = cv2.approxPolyDP(hull, tolerance * length, closed=True)[:, 0, :].astype(np.float32)
        if len(polygon) == 4:
            break
    else:
        return None
    if cv2.contourArea(polygon) < 0.94 * cv2.contourArea(hull):
        return None
    around = polygon - polygon.mean(axis=0)
    polygon = polygon[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    sides = np.roll(polygon, -1, axis=0) - polygon
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() < 0.3 * max(shape[:2]):
        return None
    cosines = [
        abs(float(np.dot(sides[i], sides[(i + 1) % 4]))) / float(lengths[i] * lengths[(i + 1) % 4]) for i in range(4)
    ]
    return polygon if max(cosines) < 0.2 else None  # corners between 78 and 102 degrees


def _flatten(pixels: Pixels, corners: np.ndarray) -> Sheet:
    upper_left, upper_right, lower_right, lower_left = corners
    width = round(float(max(np.linalg.norm(upper_right - upper_left), np.linalg.norm(lower_right - lower_left))))
    height = round(float(max(np.linalg.norm(lower_left - upper_left), np.linalg.norm(lower_right - upper_right))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    flat = cv2.warpPerspective(pixels, warp, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    top = upper_right - upper_left
    bottom = lower_right - lower_left
    middle = top + bottom
    skew_degrees = float(np.degrees(np.arctan2(middle[1], middle[0])))
    return Sheet(np.asarray(flat, np.uint8), skew_degrees, frames.of_matrix(warp))
