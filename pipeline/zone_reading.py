"""The machine-readable zones of cards, read again: with the zone's letters alone, and by Tesseract where that does not hold.

Of 36 zones on drawn cards (OCR-B and a typewriter's face, clean, office and poor copies) the line recognizer gave 35 numbers
and 33 names by 9 ms of work a line, Tesseract's `eng` 32 and 28 by 40.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase, digits

from models.page import Box, CleanPage, Line, Pixels
from pipeline import mrz
from pipeline.colour import grey_of
from pipeline.line_reading import read_ink
from pipeline.second_look import Crop, by_line, lies_in, placed
from pipeline.tesseract import ReadWord

_LETTERS = ascii_uppercase + digits + "<"
_BLOCK = 40_000  # the layout's first block for zones, behind all others
ZONE_ONLY = f"-c tessedit_char_whitelist={_LETTERS}"


def zones(page: CleanPage, lines: Sequence[Line]) -> tuple[Crop, ...]:
    """The machine-readable zones of cards, as crops of the page itself; to be read with ZONE_ONLY as a block."""
    crops = []
    for box in mrz.zone_boxes(lines):
        left, top = max(0, box.x), max(0, box.y)
        picture = grey_of(page.pixels[top : box.bottom, left : box.right])
        scale = page.ink_scale
        place = Box(
            round((left - page.ink_left) * scale),
            round((top - page.ink_top) * scale),
            round(picture.shape[1] * scale),
            round(picture.shape[0] * scale),
        )
        crops.append(Crop(place, picture, 1 / scale))
    return tuple(crops)


def with_own_zones(
    words: Sequence[ReadWord], crops: Sequence[Crop], ink: Pixels, letter: float
) -> tuple[tuple[ReadWord, ...], tuple[Crop, ...]]:
    """The words with the zones in `crops` as the line recognizer reads them in the page's ink, whose small letters are
    `letter` pixels high; and the crops of those that do not hold by their check digits.
    """
    own, readings, left = [], [], []
    for crop in crops:
        box = Box(max(0, crop.box.x), max(0, crop.box.y), crop.box.width, crop.box.height)
        piece = ink[box.y : box.bottom, box.x : box.right]
        reading = read_ink(piece, letter, (), letters=_LETTERS) if piece.size else ()
        own.append(Crop(box, piece, 1.0))
        readings.append(reading)
        if _zone(reading) is None:
            left.append(crop)
    return with_zones(words, own, readings), tuple(left)


def _zone(reading: Sequence[ReadWord]) -> mrz.Mrz | None:
    return mrz.find([" ".join(word.text for word in line) for _, line in by_line(reading)])


def with_zones(
    words: Sequence[ReadWord], crops: Sequence[Crop], readings: Sequence[Sequence[ReadWord]]
) -> tuple[ReadWord, ...]:
    """The words with each zone as its second reading gives it, where that one holds together by its check digits."""
    kept = list(words)
    for number, (crop, reading) in enumerate(zip(crops, readings, strict=True)):
        zone = _zone(reading)
        if zone is None:
            continue
        # the recognizer has no idea how sure it may be of fillers; the check digits have
        sure = 0.95 if zone.strong else 0.6
        kept = [word for word in kept if not lies_in(word, crop.box)]
        block = max(_BLOCK, *(word.block + 1 for word in kept), 0)
        for place, (_, line) in enumerate(by_line(reading), start=1):
            kept += [
                replace(placed(word, crop, number), confidence=sure, block=block, paragraph=1, line=place)
                for word in line
            ]
    return tuple(kept)
