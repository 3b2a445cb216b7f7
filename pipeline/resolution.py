"""Which resolution a page has: what the file states if that gives a believable sheet, else that of A4."""

from __future__ import annotations

MAX_DPI = 300.0
# A sheet of A3 at 300 dpi has 17.4 million pixels; what has many more gains nothing and costs time in every stage.
ENOUGH_PIXELS = 25_000_000
_A4_LONG_INCHES = 11.69
_A4_SHORT_INCHES = 8.27


def plausible_dpi(width: int, height: int, *, stated: float | None) -> float:
    """Dots per inch of a page of `width` x `height` pixels.

    A stated resolution counts where the sheet's longer side comes out between 5 cm (a card) and A3's 42 cm:
    phones state 72 dpi and PDFs made of pictures one point a pixel, which would make sheets a metre long.
    """
    longer, shorter = max(width, height), min(width, height)
    if stated and 2.0 <= longer / stated <= 17.0:
        return float(stated)
    return max(longer / _A4_LONG_INCHES, shorter / _A4_SHORT_INCHES)
