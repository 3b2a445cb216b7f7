"""Which resolution a page has: what the file states if that gives a believable sheet, else that of A4."""

from __future__ import annotations

MAX_DPI = 300.0
# A sheet of A3 at 300 dpi has 17.4 million pixels; what has many more gains nothing and costs time in every stage.
ENOUGH_PIXELS = 25_000_000
# A stamp-sized picture holds no line of print; a till's roll of a metre is 13 times as long as it is wide.
_LEAST_SIDE = 32
_LONGEST_SHAPE = 20.0
_A4_LONG_INCHES = 11.69
_A4_SHORT_INCHES = 8.27


def is_sheet(width: int, height: int) -> bool:
    """Whether a picture of so many pixels may be a sheet of paper; of others, OpenCV's functions are not safe."""
    shorter, longer = sorted((width, height))
    return shorter >= _LEAST_SIDE and longer <= _LONGEST_SHAPE * shorter


def plausible_dpi(width: int, height: int, *, stated: float | None) -> float:
    """Dots per inch of a page of `width` x `height` pixels.

    A stated resolution counts where the sheet's longer side comes out between 5 cm (a card) and A3's 42 cm:
    phones state 72 dpi and PDFs made of pictures one point a pixel, which would make sheets a metre long.
    """
    longer, shorter = max(width, height), min(width, height)
    if stated and 2.0 <= longer / stated <= 17.0:
        return float(stated)
    return max(longer / _A4_LONG_INCHES, shorter / _A4_SHORT_INCHES)
