"""A page of any input file as pixels, with its text layer where it is born digital; home of pdf2image."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from pdf2image import convert_from_path
from pdf2image import exceptions as pdf2image_errors

from models.errors import UnreadableInput
from models.outcome import Reason
from models.page import PageImage, Pixels, Scan
from pipeline import pdf_picture, pdf_structure, pictures, poppler
from pipeline.file_kind import PAGE_KINDS, FileKind, kind_of
from pipeline.limits import Limits
from pipeline.resolution import ENOUGH_PIXELS, MAX_DPI, is_sheet, plausible_dpi
from pipeline.text_layer import explains_ink, text_layer

_LOWEST_DPI = 72.0
# Shares of the page's area
_COVERED = 0.6  # a scan, even with its white margins cut off
_MUCH_PICTURE = 0.2  # a pasted picture of a card, whose words are in no text layer; a seal covers less
_LEAST_PICTURE = 0.01
_MOST_PICTURE = 4  # times the limit of a page's pixels: A0 at 300 dpi
_POINTS_PER_INCH = 72.0
_WHITE = 255
_WORDS_SHARE = 0.25  # of a page's time for its text layer; without one the page is read
_LONGEST_LISTING = 700_000  # characters; some hundred a word, and a newspaper's page holds 3,000 words
# What poppler 22.12 says of an image that it cannot decode to its end
_PICTURE_LOST = ("Unexpected end of file in flate stream", "Could not find start of jpeg data")


def page_count(path: Path, *, limits: Limits) -> int:
    """How many pages the file has; raises UnreadableInput (not_a_scan, empty_file, damaged_file, encrypted_file,
    too_many_pages, too_large).
    """
    kind = _page_kind(path, limits)
    count = pdf_structure.pdf_page_count(path) if kind is FileKind.PDF else pictures.picture_count(path, kind)
    if count > limits.pages:
        raise UnreadableInput(Reason.TOO_MANY_PAGES, f"{count} pages")
    return count


def open_page(scan: Scan, *, limits: Limits) -> PageImage:
    """The page as pixels, as scanned; raises UnreadableInput with the reason where that cannot be.

    A PDF page that is one picture is drawn at the picture's own resolution, up to 300 dpi; any other at 300 dpi,
    less where the sheet is so large that the limit of pixels would be passed. Stamps of digital signatures are
    not print and are left out; form fields and notes are drawn.
    """
    kind = _page_kind(scan.path, limits)
    if kind is FileKind.PDF:
        page = _open_pdf_page(scan, limits)
    else:
        pixels, dpi = pictures.open_picture(scan.path, kind, page=scan.source.page, limits=limits)
        page = PageImage(scan=scan, pixels=pixels, dpi=dpi)
    height, width = page.pixels.shape[:2]
    if not is_sheet(width, height):
        raise UnreadableInput(Reason.NOT_A_SHEET, f"{width} x {height} pixels")
    return page


def _page_kind(path: Path, limits: Limits) -> FileKind:
    kind = kind_of(path)
    if kind is FileKind.EMPTY:
        raise UnreadableInput(Reason.EMPTY_FILE)
    if kind not in PAGE_KINDS:
        raise UnreadableInput(Reason.NOT_A_SCAN)
    if path.stat().st_size > limits.file_megabytes * 1_000_000:
        raise UnreadableInput(Reason.TOO_LARGE, f"over {limits.file_megabytes} MB")
    return kind


def _open_pdf_page(scan: Scan, limits: Limits) -> PageImage:
    page = pdf_structure.pdf_page(scan.path, scan.source.page)
    taken = None
    if not page.other_annotations:
        taken = pdf_picture.page_picture(scan.path, scan.source.page, most_pixels=limits.pixels)
    if taken is not None:
        upright = pictures.as_shown(taken.picture)
        if taken.turn_degrees:
            upright = upright.rotate(-taken.turn_degrees, expand=True)
        pixels, dpi = pictures.sized_pixels(upright, stated_dpi=upright.width * _POINTS_PER_INCH / page.width_points)
        return PageImage(scan=scan, pixels=pixels, dpi=dpi)
    images = poppler.placed_images(scan.path, scan.source.page, seconds=limits.seconds)
    for image in images:  # poppler decodes all of a picture before it makes it smaller
        if image.width * image.height > _MOST_PICTURE * limits.pixels:
            raise UnreadableInput(Reason.TOO_LARGE, f"a picture of {image.width} x {image.height} pixels")
    share, picture_dpi = _pictures(images, square_inches=page.width_points * page.height_points / _POINTS_PER_INCH**2)
    dpi = _drawing_dpi(page, min(MAX_DPI, picture_dpi) if share >= _COVERED else MAX_DPI, limits)
    pixels = _draw(scan, page, dpi=dpi, limits=limits)
    height, width = pixels.shape[:2]
    lines = None
    if share < _MUCH_PICTURE:
        listing = _word_listing(scan, limits)
        lines = text_layer(listing, width=width, height=height, hidden=page.signatures)
    if lines and not explains_ink(lines, pixels):
        lines = None
    return PageImage(scan=scan, pixels=pixels, dpi=plausible_dpi(width, height, stated=dpi), text_layer=lines)


def _word_listing(scan: Scan, limits: Limits) -> str:
    """The page's words as poppler lists them; nothing where they are more than a page holds, or take too long.

    pdftotext 22.12 takes time that grows with the square of the words: 20,000 take 4 s, 75,000 over 90.
    """
    try:
        listing = poppler.word_listing(scan.path, scan.source.page, seconds=limits.seconds * _WORDS_SHARE)
    except UnreadableInput:
        return ""
    return listing if len(listing) <= _LONGEST_LISTING else ""


def _pictures(images: tuple[poppler.PlacedImage, ...], *, square_inches: float) -> tuple[float, float]:
    """The share of the page that pictures (or a picture's strips) cover, and the finest resolution among them.

    On a page that pictures cover, words are somebody's earlier reading or a stamp: never the page's own text.
    """
    large = [image for image in images if image.square_inches >= _LEAST_PICTURE * square_inches]
    share = sum(image.square_inches for image in large) / square_inches
    return share, max((max(image.dpi_across, image.dpi_down) for image in large), default=MAX_DPI)


def _drawing_dpi(page: pdf_structure.PdfPage, dpi: float, limits: Limits) -> float:
    square_inches = page.width_points * page.height_points / _POINTS_PER_INCH**2
    if square_inches * min(_LOWEST_DPI, dpi) ** 2 > limits.pixels:
        raise UnreadableInput(Reason.TOO_LARGE, f"{page.width_points:.0f} x {page.height_points:.0f} points")
    return min(dpi, math.sqrt(min(limits.pixels, ENOUGH_PIXELS) / square_inches))


def _draw(scan: Scan, page: pdf_structure.PdfPage, *, dpi: float, limits: Limits) -> Pixels:
    size = (
        max(1, int(page.width_points * dpi / _POINTS_PER_INCH + 0.5)),
        max(1, int(page.height_points * dpi / _POINTS_PER_INCH + 0.5)),
    )
    if page.lies_across:
        size = size[::-1]  # poppler 22.12 scales the page before it turns it
    single = page.signatures and page.other_annotations
    with tempfile.TemporaryDirectory(prefix="sohoa-page-") as name:
        folder = Path(name)
        if not single:
            try:
                return _rendered(scan.path, scan.source.page, size, limits, hide=bool(page.signatures), folder=folder)
            except pdf2image_errors.PDFPageCountError:
                pass  # poppler finds no page, qpdf did: what qpdf mends is drawn instead
        mended = folder / "page.pdf"
        pdf_structure.save_page_without_signatures(scan.path, scan.source.page, mended)
        try:
            pixels = _rendered(mended, 1, size, limits, hide=False, folder=folder)
        except pdf2image_errors.PDFPageCountError as error:
            raise UnreadableInput(Reason.DAMAGED_FILE, "no page") from error
        if not single and pixels.min() == pixels.max():
            raise UnreadableInput(Reason.DAMAGED_FILE, "nothing is left of the page")  # no blank page, a lost one
        return pixels


def _rendered(path: Path, page: int, size: tuple[int, int], limits: Limits, *, hide: bool, folder: Path) -> Pixels:
    """The page in `size` pixels; raises PDFPageCountError where poppler cannot open the file, else UnreadableInput."""

    def draw(name: str, *, strict: bool) -> list[Any]:  # of paths, as `paths_only` asks; typed as pictures
        return convert_from_path(
            path, first_page=page, last_page=page, size=size, use_cropbox=True, hide_annotations=hide,
            timeout=math.ceil(limits.seconds), strict=strict, output_folder=folder, output_file=name, paths_only=True,
        )  # fmt: skip

    complaint = ""
    try:
        try:
            drawn = draw("strict", strict=True)
        except pdf2image_errors.PDFSyntaxError as error:
            complaint, drawn = str(error), draw("lenient", strict=False)
        if not drawn:
            raise UnreadableInput(Reason.DAMAGED_FILE, "nothing drawn")
        pixels = _read_ppm(Path(drawn[0]))
    except pdf2image_errors.PDFPopplerTimeoutError as error:
        raise UnreadableInput(Reason.TOO_SLOW) from error
    except MemoryError as error:
        raise UnreadableInput(Reason.OUT_OF_MEMORY) from error
    except (pdf2image_errors.PDFSyntaxError, OSError, ValueError) as error:
        raise UnreadableInput(Reason.DAMAGED_FILE, type(error).__name__) from error
    if complaint and _has_lost_a_picture(pixels, complaint):
        raise UnreadableInput(Reason.DAMAGED_FILE, "a picture is lost")
    pixels.flags.writeable = False
    return pixels


def _has_lost_a_picture(pixels: Pixels, complaint: str) -> bool:
    """Whether what poppler complained of cost print: the missing part is white paper, and a page would be lost unseen.

    A fax with a bad code may be whole all the same (encoders differ); if it is not, it ends in white.
    """
    if pixels.min() == pixels.max() or any(sign in complaint for sign in _PICTURE_LOST):
        return True
    return "CCITTFax" in complaint and bool((pixels[-(len(pixels) // 10) :] == _WHITE).all())


def _read_ppm(path: Path) -> Pixels:
    """The pixels of a binary PPM as poppler writes it; a third of the memory that a Pillow image would take."""
    with path.open("rb") as file:
        magic, size, top = file.readline(), file.readline(), file.readline()
        if magic != b"P6\n" or top != b"255\n":
            raise ValueError("not a PPM of 8 bits")
        width, height = (int(part) for part in size.split())
        return np.fromfile(file, dtype=np.uint8, count=width * height * 3).reshape(height, width, 3)
