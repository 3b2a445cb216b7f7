"""QR codes and barcodes of a page: where they are and what they say; the only module that knows zxing-cpp."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import numpy as np
import zxingcpp

from models.page import Box, Code, Pixels
from pipeline.code_regions import dense_squares, reduced, retouched
from pipeline.colour import grey_of

_KIND = zxingcpp.BarcodeFormat
_QR = zxingcpp.BarcodeFormats([_KIND.QRCode])
_QR_AND_BARS = zxingcpp.BarcodeFormats([_KIND.QRCode, _KIND.Code128, _KIND.Code39, _KIND.ITF])
_RARE = zxingcpp.BarcodeFormats([_KIND.DataMatrix, _KIND.PDF417])
# Shorter ones are found in print that is no code: Code 39 and ITF have no check digit that must hold.
_LEAST_CHARACTERS = {"Code128": 4, "Code39": 6, "ITF": 8}
_LEAST_CARD_CODE = 50  # pixels with a margin of a fifth: a card's 41 modules are under a pixel wide below
# From so many pixels on a card's code that can be read at any size shows its corners at its own, below at twice that:
# 25 cards of 110 to 180 dpi, turned and not, and 20 of sample dossiers did.
_PLAIN_CARD_CODE = 100
_HALF_SIZE_FROM = 1500  # pixels of the longer side; DataMatrix and PDF417 are looked for at half the size


class Effort(StrEnum):
    """How hard to look: as for any page, or as for a page that is known to carry an identity card."""

    PAGE = "page"
    CARD = "card"


def read_codes(pixels: Pixels, *, effort: Effort = Effort.PAGE) -> tuple[Code, ...]:
    """The codes on `pixels` (H x W grey or H x W x 3 RGB uint8), upper ones first, boxes in pixels of `pixels`.

    Turned, skewed and faint ones too. Reads QR, DataMatrix, PDF417, Code 128, Code 39 and ITF. With `Effort.CARD` every
    region that might be a QR code is read again in many ways until it gives in, which takes up to a second.
    """
    grey = grey_of(pixels)
    if min(grey.shape) < 16:
        return ()
    shrink = 2 if max(grey.shape) > _HALF_SIZE_FROM else 1
    found = _read(grey, _QR_AND_BARS) + _read(reduced(grey, shrink), _RARE, scale=1 / shrink)
    for region in dense_squares(grey):
        if any(_overlap(region, code.box) for code in found):
            continue
        found += _read_region(grey, region, effort=effort)
    return _once(found)


def _read_region(grey: Pixels, region: Box, *, effort: Effort) -> list[Code]:
    """The code in a region: read after one retouching and then another, until one gives it up.

    Where none shows as much as a QR code's corners, enlarging shows none either: a portrait, a finger's print, an emblem.
    """
    crop = grey[region.y : region.bottom, region.x : region.right]
    thorough = effort is Effort.CARD and min(crop.shape) >= _LEAST_CARD_CODE
    enough = 1 if min(crop.shape) >= _PLAIN_CARD_CODE else 2
    seen = False
    for image, scale in retouched(crop, thorough=thorough):
        if scale > enough and not seen:
            break
        read = _barcodes(image, _QR, return_errors=thorough)
        seen = seen or bool(read)
        found = _codes(read, scale=scale, offset=(region.x, region.y))
        if found:
            return found
    return []


def _read(
    grey: Pixels, formats: zxingcpp.BarcodeFormats, *, scale: float = 1.0, offset: tuple[int, int] = (0, 0)
) -> list[Code]:
    return _codes(_barcodes(grey, formats), scale=scale, offset=offset)


def _barcodes(grey: Pixels, formats: zxingcpp.BarcodeFormats, *, return_errors: bool = False) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(
        np.ascontiguousarray(grey), formats=formats, try_invert=False, return_errors=return_errors
    )


def _codes(read: Iterable[zxingcpp.Barcode], *, scale: float, offset: tuple[int, int]) -> list[Code]:
    """Codes of a picture whose pixels are `scale` times as fine as the page's and which begins at `offset` of it."""
    return [
        Code(symbology=barcode.format.name, text=text, box=_box(barcode.position, scale, offset))
        for barcode in read
        if barcode.valid and len(text := _text(barcode)) >= _LEAST_CHARACTERS.get(barcode.format.name, 1)
    ]


def _text(barcode: zxingcpp.Barcode) -> str:
    """The code's text: UTF-8 wherever its bytes are that (cards do not declare it, and zxing would guess)."""
    try:
        return bytes(barcode.bytes).decode("utf-8")
    except UnicodeDecodeError:
        return str(barcode.text)


def _box(position: zxingcpp.Position, scale: float, offset: tuple[int, int]) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    xs = [corner.x / scale + offset[0] for corner in corners]
    ys = [corner.y / scale + offset[1] for corner in corners]
    x, y = max(0, round(min(xs))), max(0, round(min(ys)))
    return Box(x, y, max(1, round(max(xs)) - x), max(1, round(max(ys)) - y))


def _overlap(one: Box, other: Box) -> bool:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    return width > 0 and height > 0 and 2 * width * height >= min(one.width * one.height, other.width * other.height)


def _once(codes: Iterable[Code]) -> tuple[Code, ...]:
    """Each code once, in the order of a page: from above, then from the left."""
    kept: list[Code] = []
    for code in codes:
        if not any(code.text == other.text and _overlap(code.box, other.box) for other in kept):
            kept.append(code)
    return tuple(sorted(kept, key=lambda code: (code.box.y, code.box.x, code.text)))
