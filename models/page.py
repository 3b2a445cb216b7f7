"""A page on its way: as scanned, as pixels, cleaned, read. Boxes are in pixels of the stored page image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

Mapping = tuple[float, float, float, float, float, float, float, float, float]
"""A projective map of the plane: its 3 x 3 matrix, row by row (pipeline/frames.py)."""


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where a page comes from: the file's name as the clerk knows it, the original's SHA-256, the page in it from 1."""

    file: str
    sha256: str
    page: int


@dataclass(frozen=True, slots=True)
class Scan:
    """One page of a dossier before it is opened: its number (from 1, in the scan's order) and its original."""

    number: int
    source: PageSource
    path: Path


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the stored page image; x and y are its left and upper edge."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as read, with the recognizer's confidence (0 to 1) and its box.

    `handwritten`: how likely it is written by hand, 0 to 1; 0 where nobody looked, and in a file's own text layer.
    `cuts`: where each letter but the first begins, in pixels from the page's left; empty where nobody looked.
    """

    text: str
    confidence: float
    box: Box
    handwritten: float = 0.0
    cuts: tuple[int, ...] = ()

    @property
    def edges(self) -> tuple[float, ...]:
        """Where its letters begin and end, left to right, one more than it has letters: evenly spread where nobody
        looked, or where what was read became another word since.
        """
        count, begin, end = len(self.text), self.box.x, self.box.right
        if len(self.cuts) == count - 1 and list(self.cuts) == sorted({begin, *self.cuts, end})[1:-1]:
            return (begin, *self.cuts, end)
        return tuple(begin + self.box.width * place / max(count, 1) for place in range(count + 1))


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand on one line of one block, left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        box = self.words[0].box
        for word in self.words[1:]:
            box = box.union(word.box)
        return box

    @property
    def confidence(self) -> float:
        """Mean of the words' confidences weighted by length, 0 to 1."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / max(letters, 1)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code or barcode: its symbology as zxing names it (`QRCode`, `Code128`), its text and its box."""

    symbology: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as pixels, as scanned: H x W x 3 uint8 RGB, or H x W where the file has greys alone.

    `text_layer` holds the lines of a born-digital page whose text layer is the page's text, else None.
    Its boxes are in pixels of `pixels`.
    """

    scan: Scan
    pixels: Pixels
    dpi: float
    text_layer: tuple[Line, ...] | None = None


@dataclass(frozen=True, slots=True)
class PrintLook:
    """How print looks, whatever it says (pipeline/print_look.py).

    `edge_pixels`: how many pixels of the scan an edge of a letter takes, 2.5 to 3.5 where it is sharp.
    `contrast`: how far the darker print stands out from the paper, 0 to 1. `tiles`: how many tiles of 5 mm bear
    print; `sharp_tiles`: how many of them with sharp edges.
    """

    edge_pixels: float
    contrast: float
    tiles: int
    sharp_tiles: int


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page made upright, level and readable.

    `pixels`: H x W x 3 uint8 RGB, or H x W of a scan in grey, upright and deskewed: the page image that is stored, and the frame of all boxes.
    `ink`: h x w uint8, dark on white, without seals and leaders, cut down to where there is print: what the
    recognizer reads. A point of it lies at `ink_left + x / ink_scale`, `ink_top + y / ink_scale` of `pixels`.
    `letter_height`: the small letters' height in pixels of `ink`, 0 where there are none.
    `rotation_degrees`: the clockwise turn (0, 90, 180, 270) that made the scan upright.
    `two_tone`: the scan was black and white without greys, as faxes are.
    `skew_degrees`: the clockwise turn, after that, that made it level (print that leans to the left is positive).
    `from_scan` takes a point of the scan, in shares of its width and height from the upper left, to `pixels`; None
    where the two are the same. `look` is how the print looked on the scan, None where there is hardly any; `cut`:
    the border of the scan runs through print.
    """

    scan: Scan
    pixels: Pixels
    ink: Pixels
    ink_left: int
    ink_top: int
    ink_scale: float
    letter_height: float
    dpi: float
    rotation_degrees: int
    skew_degrees: float
    blank: bool
    two_tone: bool = False
    codes: tuple[Code, ...] = ()
    text_layer: tuple[Line, ...] | None = None
    from_scan: Mapping | None = None
    look: PrintLook | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class PageText:
    """What was read on a page, in reading order. `width` and `height` are those of the stored page image.

    A page that could not be used has a `rejection` (a models.outcome.Reason) and no lines; it keeps its number.
    `born_digital`: the lines are the file's own text layer, not a reading.
    """

    scan: Scan
    width: int
    height: int
    lines: tuple[Line, ...] = ()
    codes: tuple[Code, ...] = ()
    rotation_degrees: int = 0
    skew_degrees: float = 0.0
    blank: bool = False
    mean_confidence: float = 0.0
    born_digital: bool = False
    rejection: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return self.scan.number

    @property
    def text(self) -> str:
        """The page's text, a line of print a line, NFC."""
        return "\n".join(line.text for line in self.lines)
