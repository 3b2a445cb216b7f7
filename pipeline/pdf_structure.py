"""What a PDF says of itself before anything is drawn: pages, boxes, signature stamps; home of reading with pikepdf."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from models.errors import UnreadableInput
from models.outcome import Reason

_TROUBLE = (pikepdf.PikepdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, OSError)
_BELOW_PRINT = frozenset({"/Link", "/Popup"})  # kinds of annotation that draw nothing on the page


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle on the page in points, origin at the upper left of the page as it is shown."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page's frame: its size in points as shown (turned by /Rotate), and what digital signatures drew on it.

    `other_annotations`: something else than a signature is drawn over the page (filled form fields, notes).
    `lies_across`: /Rotate turns it by 90 or 270 degrees.
    """

    width_points: float
    height_points: float
    lies_across: bool
    signatures: tuple[Rectangle, ...]
    other_annotations: bool


def pdf_page_count(path: Path) -> int:
    """How many pages the PDF has; raises UnreadableInput: encrypted_file, damaged_file (also where it has none)."""
    with opened_pdf(path) as pdf:
        count = len(pdf.pages)
        if not count:
            raise UnreadableInput(Reason.DAMAGED_FILE, "no pages")
        return count


def pdf_page(path: Path, page: int) -> PdfPage:
    """The frame of one page (from 1); raises UnreadableInput: encrypted_file, damaged_file."""
    with opened_pdf(path) as pdf:
        if not 1 <= page <= len(pdf.pages):
            raise UnreadableInput(Reason.DAMAGED_FILE, "page not in file")
        found = pdf.pages[page - 1]
        box = visible_box(found)
        turn = page_turn(found)
        annotations = list(_annotations(found))
        signatures = tuple(
            _as_shown(rectangle, box, turn)
            for annotation in annotations
            if _is_signature(annotation) and (rectangle := _four(annotation.get("/Rect"))) is not None
        )
        width, height = box[2] - box[0], box[3] - box[1]
        if turn in {90, 270}:
            width, height = height, width
        return PdfPage(
            width,
            height,
            turn in {90, 270},
            signatures,
            any(not _is_signature(annotation) for annotation in annotations),
        )


def save_page_without_signatures(path: Path, page: int, target: Path) -> None:
    """Write a one-page PDF to `target`: the page with its form fields and notes, without signature stamps.

    Also mends what qpdf can mend: poppler opens some files only after that.
    """
    with opened_pdf(path) as pdf:
        del pdf.pages[page:]
        del pdf.pages[: page - 1]
        kept = [note for note in _annotations(pdf.pages[0]) if not _is_signature(note)]
        pdf.pages[0].obj["/Annots"] = pikepdf.Array(kept)
        pdf.save(target)


@contextmanager
def opened_pdf(path: Path) -> Iterator[pikepdf.Pdf]:
    """The PDF, while the block lasts; what qpdf and its objects raise in it becomes UnreadableInput."""
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            yield pdf
    except pikepdf.PasswordError as error:
        raise UnreadableInput(Reason.ENCRYPTED_FILE) from error
    except (MemoryError, RecursionError) as error:
        raise UnreadableInput(Reason.OUT_OF_MEMORY) from error
    except _TROUBLE as error:  # qpdf's repairs leave objects of any type where a page was expected
        raise UnreadableInput(Reason.DAMAGED_FILE, type(error).__name__) from error


def visible_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """The part of the page that viewers show, in points: left, low, right, high."""
    media = _four(page.mediabox) or (0.0, 0.0, 595.0, 842.0)
    crop = _four(page.cropbox) or media
    box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        box = media
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        raise UnreadableInput(Reason.DAMAGED_FILE, "page without area")
    return box


def content_streams(page: pikepdf.Page) -> list[pikepdf.Stream]:
    """The streams that together are what the page draws; raises TypeError where they are out of form."""
    found = page.obj.get("/Contents")
    if found is None:
        return []
    parts: list[object] = list(found) if isinstance(found, pikepdf.Array) else [found]
    streams = [part for part in parts if isinstance(part, pikepdf.Stream)]
    if len(streams) < len(parts):
        raise TypeError("contents")
    return streams


def _four(values: object) -> tuple[float, float, float, float] | None:
    try:
        x1, y1, x2, y2 = (float(value) for value in values)  # type: ignore[attr-defined]  # else TypeError, below
    except (TypeError, ValueError):
        return None
    if not all(map(math.isfinite, (x1, y1, x2, y2))):
        return None
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def is_drawn_over(page: pikepdf.Page) -> bool:
    """Whether filled form fields or notes are drawn over the page; a signature's stamp is no print and does not count."""
    return any(not _is_signature(annotation) for annotation in _annotations(page))


def page_turn(page: pikepdf.Page) -> int:
    """The clockwise quarter turn, in degrees, by which viewers show the page."""
    try:
        turn = int(page.rotation)
    except (TypeError, ValueError, AttributeError):
        return 0
    return turn % 360 if turn % 90 == 0 else 0


def _annotations(page: pikepdf.Page) -> Iterator[pikepdf.Dictionary]:
    found = page.obj.get("/Annots")
    if not isinstance(found, pikepdf.Array):
        return
    for annotation in found:
        if isinstance(annotation, pikepdf.Dictionary) and str(annotation.get("/Subtype")) not in _BELOW_PRINT:
            yield annotation


def _is_signature(annotation: pikepdf.Dictionary) -> bool:
    kind = annotation.get("/FT")
    parent = annotation.get("/Parent")
    if kind is None and isinstance(parent, pikepdf.Dictionary):
        kind = parent.get("/FT")
    return str(kind) == "/Sig"


def _as_shown(
    rectangle: tuple[float, float, float, float], box: tuple[float, float, float, float], turn: int
) -> Rectangle:
    left, low, right, high = rectangle
    x1, x2, y1, y2 = left - box[0], right - box[0], box[3] - high, box[3] - low
    width, height = box[2] - box[0], box[3] - box[1]
    if turn == 90:
        return Rectangle(height - y2, x1, height - y1, x2)
    if turn == 180:
        return Rectangle(width - x2, height - y2, width - x1, height - y1)
    if turn == 270:
        return Rectangle(y1, width - x2, y2, width - x1)
    return Rectangle(x1, y1, x2, y2)
