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
from pipeline import pdf_structure, pictures, poppler
from pipeline.file_kind import PAGE_KINDS, FileKind, kind_of
from pipeline.limits import Limits
from pipeline.resolution import MAX_DPI, plausible_dpi
from pipeline.text_layer import text_layer

_LOWEST_DPI = 72.0
_COVERED = 0.6  # of the page's area: a scan with white margins cut off; a letterhead or a photograph covers less
_POINTS_PER_INCH = 72.0


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
        return _open_pdf_page(scan, limits)
    pixels, dpi = pictures.open_picture(scan.path, kind, page=scan.source.page, limits=limits)
    return PageImage(scan=scan, pixels=pixels, dpi=dpi)


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
    images = poppler.placed_images(scan.path, scan.source.page, seconds=limits.seconds)
    inches = page.width_points * page.height_points / _POINTS_PER_INCH**2
    picture_dpi = _picture_dpi(images, square_inches=inches)
    dpi = _drawing_dpi(page, picture_dpi, limits)
    pixels = _draw(scan, page, dpi=dpi, limits=limits)
    height, width = pixels.shape[:2]
    lines = None
    if picture_dpi is None:
        listing = poppler.word_listing(scan.path, scan.source.page, seconds=limits.seconds)
        lines = text_layer(listing, width=width, height=height, hidden=page.signatures)
    return PageImage(scan=scan, pixels=pixels, dpi=plausible_dpi(width, height, stated=dpi), text_layer=lines)


def _picture_dpi(images: tuple[poppler.PlacedImage, ...], *, square_inches: float) -> float | None:
    """The resolution of the picture (or strips) that covers the page, or None where the page is drawn, not scanned.

    On a page that a picture covers, words are somebody's earlier reading or a stamp: never the page's own text.
    """
    large = [image for image in images if image.square_inches >= 0.01 * square_inches]
    if sum(image.square_inches for image in large) < _COVERED * square_inches:
        return None
    return max(max(image.dpi_across, image.dpi_down) for image in large)


def _drawing_dpi(page: pdf_structure.PdfPage, picture_dpi: float | None, limits: Limits) -> float:
    dpi = MAX_DPI if picture_dpi is None else min(MAX_DPI, picture_dpi)
    square_inches = page.width_points * page.height_points / _POINTS_PER_INCH**2
    most = math.sqrt(limits.pixels / square_inches) * 0.999
    if most < min(_LOWEST_DPI, dpi):
        raise UnreadableInput(Reason.TOO_LARGE, f"{page.width_points:.0f} x {page.height_points:.0f} points")
    return min(dpi, most)


def _draw(scan: Scan, page: pdf_structure.PdfPage, *, dpi: float, limits: Limits) -> Pixels:
    with tempfile.TemporaryDirectory(prefix="sohoa-page-") as folder:
        path, number = scan.path, scan.source.page
        if page.signatures and page.other_annotations:
            path, number = Path(folder) / "page.pdf", 1
            pdf_structure.save_page_without_signatures(scan.path, scan.source.page, path)
            hide = False
        else:
            hide = bool(page.signatures)
        return _rendered(path, number, page, dpi, limits, hide=hide, folder=Path(folder))


def _rendered(
    path: Path, number: int, page: pdf_structure.PdfPage, dpi: float, limits: Limits, *, hide: bool, folder: Path
) -> Pixels:
    size = (
        max(1, round(page.width_points * dpi / _POINTS_PER_INCH)),
        max(1, round(page.height_points * dpi / _POINTS_PER_INCH)),
    )

    def draw(name: str, *, strict: bool) -> list[Any]:  # of paths, as `paths_only` asks; typed as pictures
        return convert_from_path(
            path, first_page=number, last_page=number, size=size, use_cropbox=True, hide_annotations=hide,
            timeout=math.ceil(limits.seconds), strict=strict, output_folder=folder, output_file=name, paths_only=True,
        )  # fmt: skip

    try:
        complaint = False
        try:
            drawn = draw("strict", strict=True)
        except pdf2image_errors.PDFSyntaxError:
            complaint, drawn = True, draw("lenient", strict=False)
        if not drawn:
            raise UnreadableInput(Reason.DAMAGED_FILE, "nothing drawn")
        pixels = _read_ppm(Path(drawn[0]))
    except pdf2image_errors.PDFPopplerTimeoutError as error:
        raise UnreadableInput(Reason.TOO_SLOW) from error
    except MemoryError as error:
        raise UnreadableInput(Reason.OUT_OF_MEMORY) from error
    except (pdf2image_errors.PDFPageCountError, pdf2image_errors.PDFSyntaxError, OSError, ValueError) as error:
        raise UnreadableInput(Reason.DAMAGED_FILE, type(error).__name__) from error
    # A picture that cannot be decoded leaves white paper: to call that a blank page would lose it unseen.
    if complaint and int(pixels.min()) == int(pixels.max()):
        raise UnreadableInput(Reason.DAMAGED_FILE, "nothing drawn")
    pixels.flags.writeable = False
    return pixels


def _read_ppm(path: Path) -> Pixels:
    """The pixels of a binary PPM as poppler writes it; a third of the memory that a Pillow image would take."""
    with path.open("rb") as file:
        magic, size, top = file.readline(), file.readline(), file.readline()
        if magic != b"P6\n" or top != b"255\n":
            raise ValueError("not a PPM of 8 bits")
        width, height = (int(part) for part in size.split())
        return np.fromfile(file, dtype=np.uint8, count=width * height * 3).reshape(height, width, 3)
