"""The order of stages from scans to read pages, written once: open, clean, find codes, read, judge, keep the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
from PIL import Image

from models.document import DocumentType
from models.errors import RecognizerFailed, UnreadableInput
from models.outcome import Reason
from models.page import CleanPage, Mapping, PageImage, PageText, Scan
from models.reader import Reader
from pipeline.classify import classify_page
from pipeline.clean import clean_page, has_colour
from pipeline.codes import Effort, read_codes
from pipeline.colour import grey_of
from pipeline.confine import Confinement
from pipeline.legibility import judge
from pipeline.limits import Limits
from pipeline.recognize import read_pages
from pipeline.tick_boxes import with_tick_boxes

PAGES_A_RUN = 6  # asked of Tesseract at once; more would save little and hold more pictures in memory
_BYTES_A_RUN = 80_000_000  # of pixels: three A4 pages at 300 dpi, six at 200; they decide what a worker holds
_JPEG_QUALITY = 82
_TWO_TONES = [0] * 128 + [255] * 128  # levelling a fax makes greys at its letters' edges


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as read, and the stored page image (upright, level; JPEG or two-tone PNG); no image where it could not be opened.

    `dpi` is the page image's, 0 where there is none. `from_scan` is as in models.page.CleanPage. `known`: it was read
    before, not now.
    """

    text: PageText
    image: Path | None
    dpi: float = 0.0
    from_scan: Mapping | None = None
    known: bool = False


def read_scans(
    scans: Sequence[Scan],
    *,
    folder: Path,
    limits: Limits,
    confinement: Confinement | None = None,
    reader: Reader = Reader.LINES,
) -> tuple[ReadPage, ...]:
    """All pages of a dossier in their order; one that cannot be used keeps its place and carries its reason.

    `folder` takes the page images, which are the caller's from then on; `reader` reads first. A `confinement` that lives longer than one
    dossier saves the start of its children. Raises RecognizerMissing.
    """
    with ExitStack() as stack:
        opener = confinement or stack.enter_context(Confinement(limits))
        read: list[ReadPage] = []
        for start in range(0, len(scans), PAGES_A_RUN):
            read += _read_run(scans[start : start + PAGES_A_RUN], folder, limits, opener.open_page, reader)
    return tuple(read)


def _read_run(
    scans: Sequence[Scan], folder: Path, limits: Limits, open_page: Callable[[Scan], PageImage], reader: Reader
) -> list[ReadPage]:
    read: dict[int, ReadPage] = {}
    cleaned: list[CleanPage] = []
    for scan in scans:
        try:
            page = _prepare(open_page(scan))
        except UnreadableInput as error:
            read[scan.number] = ReadPage(PageText(scan, 0, 0, rejection=error.reason), None)
            continue
        if sum(waiting.pixels.size for waiting in cleaned) + page.pixels.size > _BYTES_A_RUN:
            read |= _read_cleaned(cleaned, folder, limits, reader)
            cleaned = []
        cleaned.append(page)
    read |= _read_cleaned(cleaned, folder, limits, reader)
    return [read[scan.number] for scan in scans]


def _read_cleaned(pages: Sequence[CleanPage], folder: Path, limits: Limits, reader: Reader) -> dict[int, ReadPage]:
    """The pages read together, by number."""
    read: dict[int, ReadPage] = {}
    for page, text in _recognize(pages, folder, limits, reader):
        image = _write_picture(page, folder)
        judged = judge(page, with_tick_boxes(page.pixels, _with_card_code(page, text)))
        read[page.scan.number] = ReadPage(judged, image, page.dpi, from_scan=page.from_scan)
    return read


def _prepare(image: PageImage) -> CleanPage:
    page = clean_page(image)
    return page if page.blank else replace(page, codes=read_codes(page.pixels))


def _with_card_code(page: CleanPage, text: PageText) -> PageText:
    """The text with the code of an identity card, looked for harder where the page reads like a card and has none."""
    if text.codes or classify_page(text).type is not DocumentType.ID_CARD:
        return text
    return replace(text, codes=read_codes(page.pixels, effort=Effort.CARD))


def _recognize(
    pages: Sequence[CleanPage], folder: Path, limits: Limits, reader: Reader
) -> tuple[tuple[CleanPage, PageText], ...]:
    """The run's pages read together; when that fails, one by one, so that one bad page costs only itself."""
    try:
        return read_pages(pages, folder=folder, seconds=limits.seconds, reader=reader)
    except RecognizerFailed:
        if len(pages) == 1:
            return ((pages[0], _unread(pages[0])),)
        return tuple(pair for page in pages for pair in _recognize([page], folder, limits, reader))


def _unread(page: CleanPage) -> PageText:
    height, width = page.pixels.shape[:2]
    return PageText(
        page.scan, width, height, codes=page.codes, rotation_degrees=page.rotation_degrees,
        skew_degrees=page.skew_degrees, rejection=Reason.RECOGNIZER_FAILED,
    )  # fmt: skip


def _write_picture(page: CleanPage, folder: Path) -> Path:
    """The stored page image: black and white stays so, a tenth of the bytes; grey where there is no colour, else JPEG."""
    stem = f"page-{page.scan.number:04d}"
    if page.two_tone:
        path = folder / f"{stem}.png"
        Image.fromarray(grey_of(page.pixels)).point(_TWO_TONES, "1").save(path, optimize=True)
        return path
    shown = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2BGR) if has_colour(page.pixels) else grey_of(page.pixels)
    path = folder / f"{stem}.jpg"
    cv2.imwrite(str(path), shown, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return path
