"""A page's original, ready to lie in an archive's PDF: its picture's own bytes, or the PDF page itself, untouched."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from models.errors import UnreadableInput
from pipeline import archive_rules
from pipeline.encoded_picture import TURNS, PdfMatrix, encode_picture, encode_pixels, turn_of
from pipeline.file_kind import FileKind, kind_of
from pipeline.pdf_structure import content_streams, is_drawn_over, opened_pdf, page_turn, visible_box
from pipeline.tiff_frame import frame_size, untouched_frame
from pipeline.unfolding import UnfoldsTooFar, together

_TROUBLE = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, struct.error)
_DAMAGE = (
    pikepdf.PikepdfError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    OSError,
    MemoryError,
)
_LEAST_UNIT, _MOST_UNIT = 0.01, 1000.0  # what is beyond is a mistake, and viewers ignore it
_MOST_GROWTH = 1.1  # of the file's own bytes; what only fits larger is kept as the page image


_Drawn = tuple[pikepdf.Object, PdfMatrix, bool, float]
"""What a page draws, the matrix into the unit square, whether it shows text, its width in points (0: unknown)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One page that was kept: its place among the pages of the file (from 0), whether it shows text of its own.

    `width_points`: the width of a PDF's page as shown, 0 for a picture, whose true size nobody knows.
    """

    place: int
    shows_text: bool
    width_points: float = 0.0


def keep_pages(path: Path, pages: Sequence[int], target: Path) -> tuple[Kept | None, ...]:
    """Write to `target` a PDF of these pages (from 1), each as a form /O drawn into the unit square, upright as shown.

    None for a page that cannot be kept as it is: an archive forbids what it holds, its picture would have to be
    encoded anew, or it is damaged. Raises UnreadableInput where the file cannot be opened at all.
    """
    with pikepdf.new() as pdf, ExitStack() as stack:
        if kind_of(path) is FileKind.PDF:
            source = stack.enter_context(opened_pdf(path))
            kept = tuple(_kept(pdf, _pdf_page(pdf, source, page)) for page in pages)
        else:
            kept = tuple(_kept(pdf, _picture(pdf, path, page)) for page in pages)
        pdf.save(target)
    return kept


def drawn_original(pdf: pikepdf.Pdf, page: pikepdf.Page) -> tuple[pikepdf.Object, PdfMatrix]:
    """What a page written by `keep_pages` draws, copied into `pdf`, and the matrix that brings it to the unit square."""
    matrix = page.obj.Matrix
    a, b, c, d, e, f = (float(value) for value in matrix)
    return pdf.copy_foreign(page.obj.Resources.XObject.O), (a, b, c, d, e, f)


def _kept(pdf: pikepdf.Pdf, found: _Drawn | None) -> Kept | None:
    if found is None:
        return None
    drawn, matrix, shows_text, width_points = found
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 1, 1]),
        Resources=Dictionary(XObject=Dictionary(O=drawn)),
        Matrix=Array([round(value, 9) for value in matrix]),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return Kept(len(pdf.pages) - 1, shows_text, width_points)


def _picture(pdf: pikepdf.Pdf, path: Path, page: int) -> _Drawn | None:
    """A picture file's own data, else its pixels anew without loss where they come out hardly larger."""
    try:
        if kind_of(path) is FileKind.TIFF:
            with Image.open(path, formats=["TIFF"]) as picture, path.open("rb") as file:
                picture.seek(page - 1)
                own = untouched_frame(picture, file)
                encoded = replace(own, turn=turn_of(picture)) if own else encode_pixels(picture)
                size = frame_size(picture)
        else:
            encoded, size = encode_picture(path), path.stat().st_size
    except (*_TROUBLE, UnreadableInput, Image.DecompressionBombError):
        return None
    if not encoded.untouched and (encoded.filter == "/DCTDecode" or len(encoded.data) > _MOST_GROWTH * size):
        return None  # with loss, or much larger
    return encoded.stream(pdf), encoded.turn, False, 0.0


def _pdf_page(pdf: pikepdf.Pdf, source: pikepdf.Pdf, page: int) -> _Drawn | None:
    """The page as a form, its annotations left out: stamps of signatures are no print, and an archive has no fields."""
    try:
        found = source.pages[page - 1]
        if is_drawn_over(found):
            return None
        left, low, right, high = visible_box(found)
        form = pikepdf.Stream(source, together(content_streams(found), most=archive_rules.MOST_CONTENT))
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array([left, low, right, high])
        form.Resources = found.resources
        if "/Group" in found:
            form.Group = found.Group
        shows_text = archive_rules.prepare(form)
    except (archive_rules.NotForArchive, UnfoldsTooFar, *_DAMAGE, UnreadableInput):
        return None
    form.write(zlib.compress(form.read_bytes(), 9), filter=Name.FlateDecode)
    width, height, turn = right - left, high - low, page_turn(found)
    into = (1 / width, 0.0, 0.0, 1 / height, -left / width, -low / height)
    shown_width = (height if turn in (90, 270) else width) * _unit(found)
    return pdf.copy_foreign(form), _product(into, TURNS[turn]), shows_text, shown_width


def _unit(page: pikepdf.Page) -> float:
    """How many points a unit of the page is (ISO 32000-1, 14.11.2): sheets over five metres say so."""
    unit = float(page.obj.get("/UserUnit", 1.0))
    return unit if _LEAST_UNIT <= unit <= _MOST_UNIT else 1.0


def _product(first: PdfMatrix, then: PdfMatrix) -> PdfMatrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
