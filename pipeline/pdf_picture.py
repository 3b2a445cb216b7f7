"""The one picture that a scanned PDF page consists of, taken out as it was put in: exact, and faster than drawing."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from models.errors import UnreadableInput
from models.outcome import Reason
from pipeline.pdf_structure import content_streams, opened_pdf, visible_box
from pipeline.unfolding import UnfoldsTooFar, together, unfolded

_SPARE_PIXELS = 65_536  # bytes that some programs write behind the last row
_LONGEST_CONTENT = 4096  # bytes; a page that is one picture says so in less than a hundred
_FAX_TAIL = 12  # bytes
_END_OF_FAX = "000000000001" * 2
_EDGE_SHARE = 0.015  # how far the picture's edges may lie from the page's
# Operators that neither draw nor clip; anything else but `cm` and `Do` leaves the page to poppler.
_HARMLESS = frozenset({"q", "Q", "w", "J", "j", "M", "d", "ri", "i", "g", "G", "rg", "RG", "k", "K", "BMC", "BDC", "EMC", "MP", "DP"})  # fmt: skip
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page's only picture: an encoded file, or decoded already; `turn_degrees` clockwise makes it as shown."""

    picture: Image.Image
    turn_degrees: int


def page_picture(path: Path, page: int, *, most_pixels: int) -> PagePicture | None:
    """The picture that covers the page and is all that the page draws, or None: then it must be drawn.

    Only what can be taken over as it is: JPEG, CCITT or deflated pixels of 1 or 8 bits, grey or RGB, no masks.
    Raises UnreadableInput (damaged_file) where a JPEG ends early: poppler would leave white paper without a word.
    """
    with opened_pdf(path) as pdf:
        try:
            return _whole_page(pdf.pages[page - 1], most_pixels)
        except (pikepdf.PikepdfError, TypeError, ValueError, KeyError, IndexError, AttributeError, OSError):
            return None  # something in it is out of form: poppler draws what it can, and says what it cannot


def _whole_page(page: pikepdf.Page, most_pixels: int) -> PagePicture | None:
    drawn = _only_image(page)
    if drawn is None:
        return None
    image, matrix = drawn
    box = visible_box(page)
    if not _covers(matrix, box) or not _plain(image, most_pixels):
        return None
    width, height = int(image.Width), int(image.Height)
    shape = (width / height) / ((box[2] - box[0]) / (box[3] - box[1]))
    if not 1 / (1 + 2 * _EDGE_SHARE) < shape < 1 + 2 * _EDGE_SHARE:
        return None  # its pixels are not square as shown
    picture = _decoded(image)
    if picture is None or picture.size != (width, height):
        return None
    return PagePicture(picture, int(page.rotation) % 360)


def _only_image(page: pikepdf.Page) -> tuple[pikepdf.Stream, _Matrix] | None:
    """The image that the content draws as its only deed, and where, or None."""
    try:
        together(content_streams(page), most=_LONGEST_CONTENT)
    except UnfoldsTooFar:
        return None
    matrix: _Matrix = (1, 0, 0, 1, 0, 0)
    placed: tuple[pikepdf.Stream, _Matrix] | None = None
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "cm":
            matrix = _product(_numbers(instruction.operands), matrix)
        elif operator == "Do":
            image = page.resources.get("/XObject", pikepdf.Dictionary()).get(str(instruction.operands[0]))
            if placed or not isinstance(image, pikepdf.Stream) or image.get("/Subtype") != pikepdf.Name.Image:
                return None
            placed = (image, matrix)
        elif operator == "Q" and placed is None and matrix != (1, 0, 0, 1, 0, 0):
            return None  # a matrix that was set and dropped again: left to poppler
        elif operator not in _HARMLESS:
            return None
    return placed


def _numbers(operands: Iterable[Any]) -> _Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)  # else ValueError, TypeError: a damaged file
    return a, b, c, d, e, f


def _product(first: _Matrix, second: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _covers(matrix: _Matrix, box: tuple[float, float, float, float]) -> bool:
    """Whether the unit square, placed upright by the matrix, is the page."""
    a, b, c, d, e, f = matrix
    width, height = box[2] - box[0], box[3] - box[1]
    if a <= 0 or d <= 0 or abs(b) + abs(c) > 1e-3 * (a + d):
        return False
    across, down = _EDGE_SHARE * width, _EDGE_SHARE * height
    return (
        abs(e - box[0]) < across
        and abs(f - box[1]) < down
        and abs(e + a - box[2]) < across
        and abs(f + d - box[3]) < down
    )


def _plain(image: pikepdf.Stream, most_pixels: int) -> bool:
    if any(key in image for key in ("/SMask", "/Mask", "/Decode", "/ImageMask", "/DecodeParms")) and not _is_fax(image):
        return False
    bits = int(image.get("/BitsPerComponent", 8))
    return _colours(image) in {1, 3} and bits in {1, 8} and 0 < int(image.Width) * int(image.Height) <= most_pixels


def _colours(image: pikepdf.Stream) -> int:
    """Components of a pixel where it is grey or RGB, by name or by a profile; 0 for all others."""
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and len(space) == 2 and space[0] == pikepdf.Name.ICCBased:
        return int(space[1].get("/N", 0))
    return {"/DeviceRGB": 3, "/DeviceGray": 1}.get(str(space), 0) if isinstance(space, pikepdf.Name) else 0


def _is_fax(image: pikepdf.Stream) -> bool:
    masked = any(key in image for key in ("/SMask", "/Mask", "/Decode", "/ImageMask"))
    return _only_filter(image) == "/CCITTFaxDecode" and not masked


def _only_filter(image: pikepdf.Stream) -> str:
    found = image.get("/Filter")
    if isinstance(found, pikepdf.Array):
        return str(found[0]) if len(found) == 1 else ""
    return str(found) if found is not None else ""


def _decoded(image: pikepdf.Stream) -> Image.Image | None:
    kind = _only_filter(image)
    if kind == "/DCTDecode":
        picture = Image.open(io.BytesIO(image.read_raw_bytes()), formats=["JPEG"])
        if picture.mode not in {"L", "RGB"} or picture.size != (int(image.Width), int(image.Height)):
            return None  # its header may lie about what its data unfold to
        try:
            picture.load()
        except OSError as error:
            raise UnreadableInput(Reason.DAMAGED_FILE, "the picture ends early") from error
        return picture
    if kind == "/CCITTFaxDecode" and not _ends_as_fax(image.read_raw_bytes()):
        return None  # cut off, or without an end mark: poppler says which
    if kind == "/FlateDecode":
        row = int(image.Width) * _colours(image) * int(image.get("/BitsPerComponent", 8)) // 8 + 1
        try:
            unfolded(image, most=row * int(image.Height) + _SPARE_PIXELS)
        except UnfoldsTooFar:
            return None
    if kind in {"/CCITTFaxDecode", "/FlateDecode"}:
        try:
            return pikepdf.PdfImage(image).as_pil_image()
        except (NotImplementedError, EOFError, SyntaxError):
            return None
    return None


def _ends_as_fax(data: bytes) -> bool:
    """Whether Group 4 data end with their end-of-block mark (ITU-T T.6, 2.4.1): a decoder fills what is missing with
    white and says nothing.
    """
    tail = data[-_FAX_TAIL:]
    return _END_OF_FAX in f"{int.from_bytes(tail, 'big'):0{8 * len(tail)}b}"
