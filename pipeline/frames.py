"""How a point of a scan comes to lie on its page image: projective maps, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from models.page import Mapping

Point = tuple[float, float]


def scaling(across: float, down: float) -> Mapping:
    """From shares of a picture's width and height to its pixels."""
    return (across, 0.0, 0.0, 0.0, down, 0.0, 0.0, 0.0, 1.0)


def quarter_turn(width: int, height: int, degrees_clockwise: int) -> Mapping:
    """What a turn by 0, 90, 180 or 270 degrees does to the points of a picture of `width` x `height`."""
    turns: dict[int, Mapping] = {
        0: scaling(1.0, 1.0),
        90: (0.0, -1.0, float(height), 1.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        180: (-1.0, 0.0, float(width), 0.0, -1.0, float(height), 0.0, 0.0, 1.0),
        270: (0.0, 1.0, 0.0, -1.0, 0.0, float(width), 0.0, 0.0, 1.0),
    }
    return turns[degrees_clockwise % 360]


def of_matrix(matrix: NDArray[Any]) -> Mapping:
    """A matrix of OpenCV's, 2 x 3 or 3 x 3."""
    rows = matrix if matrix.shape == (3, 3) else np.vstack([matrix, (0.0, 0.0, 1.0)])
    return cast("Mapping", tuple(float(value) for value in rows.ravel()))


def after(first: Mapping, then: Mapping) -> Mapping:
    """Both, one after the other."""
    return of_matrix(_matrix(then) @ _matrix(first))


def inverse(mapping: Mapping) -> Mapping:
    """The way back; raises ValueError where the map is flat."""
    try:
        return of_matrix(np.linalg.inv(_matrix(mapping)))
    except np.linalg.LinAlgError as error:
        raise ValueError("a map without inverse") from error


def moved(mapping: Mapping, points: Sequence[Point]) -> list[Point]:
    """Where the points come to lie."""
    lifted = np.column_stack([np.asarray(points, np.float64), np.ones(len(points))]) @ _matrix(mapping).T
    return [(float(x / w), float(y / w)) for x, y, w in lifted]


def without_perspective(mapping: Mapping) -> Mapping:
    """The affine map that moves the unit square's corners most nearly as this one does (least squares)."""
    if mapping[6] == mapping[7] == 0.0:
        return mapping
    corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    known = np.column_stack([np.asarray(corners), np.ones(4)])
    solution, *_ = np.linalg.lstsq(known, np.asarray(moved(mapping, corners)), rcond=None)
    return of_matrix(np.asarray(solution.T, np.float64))


def _matrix(mapping: Mapping) -> NDArray[np.float64]:
    return np.asarray(mapping, np.float64).reshape(3, 3)
