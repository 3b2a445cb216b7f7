"""Lines of print as the line recognizer sees them: one height, one baseline, one size of letters."""

from __future__ import annotations

import cv2
import numpy as np

from models.page import Pixels
from pipeline.line_rows import PrintLine

HEIGHT = 48  # pixels
BASELINE = 34  # from the top
LETTER = 14.0  # small letters' height in pixels; a capital with two marks (Ẫ) then has 30
MARGIN = 0.6  # small letters' heights of white before and after
LONGEST = 2048  # pixels; longer lines are shortened to it


def line_picture(ink: Pixels, line: PrintLine) -> tuple[Pixels, float, float]:
    """The line's picture (HEIGHT x width uint8, dark on white), with the scale and the left edge, in the ink's pixels.

    A point x of the picture lies at `left + x / scale` of the ink.
    """
    scale = LETTER / line.letter
    room = MARGIN * line.letter
    left, right = line.left - room, line.right + room
    scale = min(scale, LONGEST / max(right - left, 1.0))
    width = max(8, round((right - left) * scale))
    top = min(line.baseline, line.baseline_at(line.right)) - BASELINE / scale - 2
    bottom = max(line.baseline, line.baseline_at(line.right)) + (HEIGHT - BASELINE) / scale + 2
    x0, y0, x1, y1 = int(np.floor(left)) - 1, int(np.floor(top)), int(np.ceil(right)) + 2, int(np.ceil(bottom))
    piece = np.full((y1 - y0, x1 - x0), 255, np.uint8)
    sx0, sy0, sx1, sy1 = max(0, x0), max(0, y0), min(ink.shape[1], x1), min(ink.shape[0], y1)
    if sx1 > sx0 and sy1 > sy0:
        piece[sy0 - y0 : sy1 - y0, sx0 - x0 : sx1 - x0] = ink[sy0:sy1, sx0:sx1]
    if scale < 0.75:  # bilinear sampling would jump over thin strokes
        size = max(1, round(piece.shape[1] * scale)), max(1, round(piece.shape[0] * scale))
        small = np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), np.uint8)
        fx, fy = size[0] / piece.shape[1], size[1] / piece.shape[0]
    else:
        small, fx, fy = piece, 1.0, 1.0
    # picture (x, y) -> ink (left + x / scale, baseline there + (y - BASELINE) / scale)
    matrix = np.array(
        [
            [fx / scale, 0.0, (left - x0) * fx],
            [line.slope * fy / scale, fy / scale, (line.baseline_at(left) - BASELINE / scale - y0) * fy],
        ]
    )
    picture = cv2.warpAffine(
        small,
        matrix,
        (width, HEIGHT),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    return np.asarray(picture, np.uint8), scale, left
