"""How text lies on a page: skew to 0.05 degrees and quarter turns, from how sharply its lines stand apart."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Mapping, Pixels
from pipeline import frames
from pipeline.connected import connected_marks

_MOST_DEGREES = 12.0
_LEAST_DEGREES = 0.04
_POINTS = 60_000
_FEWEST_POINTS, _FEW_POINTS = 50, 200
_QUARTER_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
_ONE_LINE = 0.08  # of the longer edge: what is lower is one line of large print, or a few of small print
_BY_SHAPES = 0.5  # of the line's height
_THIN = 3  # rows; print is higher
_CLEARLY = 1.15  # so much sharper lines must stand apart when the page is turned


def letter_points(ink: Pixels) -> NDArray[np.float32]:
    """Coordinates (x, y) of the pixels of letter-sized marks, N x 2; photographs, codes, rules and specks left out.

    `ink` is h x w uint8, dark on white.
    """
    dark = (ink < 140).astype(np.uint8)
    count, labels, stats, _ = connected_marks(dark)
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    long_edge = max(ink.shape)
    size = np.maximum(wide, high)
    keep = (size > long_edge / 400) & (size < long_edge / 25) & (area > 4) & (area < 0.9 * wide * high + 4)
    keep[0] = False
    if count < 2:
        return np.zeros((0, 2), np.float32)
    y, x = np.nonzero(keep[labels])
    points = np.stack([x, y], axis=1).astype(np.float32)
    if len(points) > _POINTS:
        points = points[:: len(points) // _POINTS + 1]
    return points


def line_sharpness(points: NDArray[np.float32], degrees: float) -> float:
    """How unevenly ink falls on rows when the page is turned back by `degrees` (clockwise skew); large when level."""
    return float(np.square(np.diff(_ink_by_row(points, degrees))).sum())


def _ink_by_row(points: NDArray[np.float32], degrees: float) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    rows = points[:, 1] * np.cos(angle) - points[:, 0] * np.sin(angle)
    return np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)


def _band_sharpness(points: NDArray[np.float32], degrees: float) -> float:
    """As `line_sharpness`, of what is at least four rows high: a line of print is, a broken streak or a letter's stem not."""
    rows = np.pad(_ink_by_row(points, degrees), _THIN)
    bands = np.median(np.lib.stride_tricks.sliding_window_view(rows, 2 * _THIN + 1), axis=1)
    return float(np.square(np.diff(bands)).sum())


def skew(points: NDArray[np.float32]) -> tuple[float, float]:
    """The skew in degrees, positive clockwise, within 12 degrees, and the sharpness there; (0, 0) without letters."""
    if len(points) < 50:
        return 0.0, 0.0
    coarse = points[:: max(1, len(points) // 15_000)]
    best = max(np.arange(-_MOST_DEGREES, _MOST_DEGREES + 0.01, 0.5), key=lambda d: line_sharpness(coarse, float(d)))
    for step in (0.1, 0.05):
        around = np.arange(best - 5 * step, best + 5 * step + 1e-6, step)
        best = max(around, key=lambda d: line_sharpness(points, float(d)))
    return float(best), line_sharpness(points, float(best))


def lie(points: NDArray[np.float32], *, edge: int) -> tuple[bool, float]:
    """Whether lines of text run up or down the picture rather than across it, and their skew (then after a quarter turn).

    `edge`: the picture's longer edge in pixels.
    """
    if len(points) < _FEWEST_POINTS:
        return False, 0.0
    sideways = np.stack([points[:, 1].max() - points[:, 1], points[:, 0]], axis=1)  # turned clockwise
    wide, high = (float(extent) for extent in np.ptp(points, axis=0))
    if min(wide, high) < _ONE_LINE * edge:  # too little to compare, but a line is longer than it is high
        is_turned = high > wide
        return is_turned, _slope(sideways if is_turned else points)
    as_it_is, _ = skew(points)
    if len(points) < _FEW_POINTS:
        return False, as_it_is
    turned, _ = skew(sideways)
    is_turned = _band_sharpness(sideways, turned) > _CLEARLY * _band_sharpness(points, as_it_is)
    return (True, turned) if is_turned else (False, as_it_is)


def _slope(line: NDArray[np.float32]) -> float:
    """The skew in degrees of a line alone: letters' shapes would outweigh how sharply so little print stands apart.

    0 where such shapes (tall letters first, low ones last) could make it, the shorter the line, the more; or two lines, the
    second farther to the right.
    """
    wide, high = np.ptp(line, axis=0)
    lean = float(np.polyfit(line[:, 0], line[:, 1], 1)[0])
    degrees = float(np.degrees(np.arctan(lean)))
    by_shapes = abs(lean) * wide <= _BY_SHAPES * high
    return 0.0 if by_shapes or line_sharpness(line, degrees) < _CLEARLY * line_sharpness(line, 0.0) else degrees


def turn_back(pixels: Pixels, degrees: float) -> Pixels:
    """The picture turned so that a clockwise skew of `degrees` is undone; corners filled with white, nothing cut off."""
    if abs(degrees) < _LEAST_DEGREES:
        return pixels
    matrix, size = _levelling(pixels.shape, degrees)
    white = (255,) * (pixels.shape[2] if pixels.ndim == 3 else 1)
    turned = cv2.warpAffine(
        pixels,
        matrix,
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=white,
    )
    return np.asarray(turned, np.uint8)


def turning_back(shape: tuple[int, ...], degrees: float) -> Mapping:
    """Where `turn_back` takes the points of a picture of this shape."""
    return (
        frames.scaling(1.0, 1.0) if abs(degrees) < _LEAST_DEGREES else frames.of_matrix(_levelling(shape, degrees)[0])
    )


def _levelling(shape: tuple[int, ...], degrees: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The matrix of the turn about the middle, and the width and height that then hold the whole picture."""
    height, width = shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), np.float64)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = round(height * sine + width * cosine), round(height * cosine + width * sine)
    matrix[0, 2] += (size[0] - width) / 2
    matrix[1, 2] += (size[1] - height) / 2
    return matrix, size


def quarter_turns(pixels: Pixels, degrees_clockwise: int) -> Pixels:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees."""
    turn = _QUARTER_TURNS.get(degrees_clockwise)
    return pixels if turn is None else np.asarray(cv2.rotate(pixels, turn), np.uint8)
