"""Read pages as the searchable PDF shows them: the scan itself where an archive may hold it, else the page image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.errors import UnreadableInput
from models.page import Scan
from pipeline.confine import Confinement
from pipeline.digitize import ReadPage
from pipeline.original_page import Kept
from pipeline.searchable_pdf import Original, PdfPage

_MOST_ORIGINALS = 300_000_000  # bytes of one file's scans; a PDF is made in memory, and a worker is to stay below 1 GB
_EMPTY_SHEET = (1654, 2339, 200.0)  # A4 in pixels, and their dpi


def pdf_pages(read: Sequence[ReadPage], *, folder: Path, confinement: Confinement) -> tuple[PdfPage, ...]:
    """A page of the PDF for each page, in order; of one that could not be opened an empty sheet, so that numbers hold.

    `folder` takes the originals, which must outlive the pages. A rejected page has no text. A born-digital page keeps
    its own text; where that is not the page's text (a legacy encoding), the page image takes its place, as it does where
    the scans of one file would fill the memory.
    """
    kept = _kept([page.text.scan for page in read if page.image is not None], folder, confinement)
    return tuple(_pdf_page(page, kept.get(page.text.number)) for page in read)


def _pdf_page(page: ReadPage, kept: tuple[Path, Kept] | None) -> PdfPage:
    text = page.text
    if page.image is None:
        return PdfPage(None, *_EMPTY_SHEET)
    lines = () if text.rejection else text.lines
    if kept is None or page.from_scan is None or (kept[1].shows_text and not text.born_digital):
        return PdfPage(page.image, text.width, text.height, page.dpi, lines)
    file, found = kept
    original = Original(file, found.place, page.from_scan, found.width_points)
    own = () if found.shows_text else lines
    return PdfPage(page.image, text.width, text.height, page.dpi, own, original)


def _kept(scans: Sequence[Scan], folder: Path, confinement: Confinement) -> dict[int, tuple[Path, Kept]]:
    """By page number, the file of originals (one for each of the clerk's files) and the page's place in it."""
    files: dict[Path, list[Scan]] = {}
    for scan in scans:
        files.setdefault(scan.path, []).append(scan)
    found = {}
    for path, pages in files.items():
        target = folder / f"originals-{pages[0].number:04d}.pdf"
        try:
            kept = confinement.keep_pages(path, [scan.source.page for scan in pages], target)
        except UnreadableInput:
            continue
        if target.stat().st_size > _MOST_ORIGINALS:
            target.unlink()
            continue
        found.update({scan.number: (target, page) for scan, page in zip(pages, kept, strict=True) if page})
    return found
