"""The papers of scripts.bench_speed: the scanned pages of each dossier as one PDF that any program takes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pikepdf

from models.page import Scan
from pipeline.searchable_pdf import PdfPage, make
from scripts.reading_peers import is_pdf, picture_dpi, picture_frame, single_page
from scripts.reading_truth import Job, TruePage

_NO_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Papers:
    """The scanned pages of a dossier as one PDF, and what is on each of them."""

    file: Path
    pages: tuple[TruePage, ...]


def papers_of(jobs: Sequence[Job], folder: Path) -> tuple[Papers, ...]:
    """A PDF a dossier in `folder`, named as a dossier is; dossiers without scanned pages are left out."""
    made = []
    for number, job in enumerate(jobs, 1):
        scanned = {page.number: page for page in job.pages if not page.born_digital}
        scans = [scan for scan in job.scans if scan.number in scanned and scan.number not in job.refused]
        if scans:
            file = folder / f"H00.01-260101-{number:04d}.pdf"
            _join(scans, file)
            made.append(Papers(file, tuple(scanned[scan.number] for scan in scans)))
    return tuple(made)


def _join(scans: Sequence[Scan], target: Path) -> None:
    with pikepdf.new() as joined, tempfile.TemporaryDirectory(prefix="sohoa-bench-") as name:
        for scan in scans:
            page = single_page(scan, Path(name, "page.pdf")) if is_pdf(scan) else _sheet(scan, Path(name, "page.pdf"))
            with pikepdf.open(page) as single:
                joined.pages.extend(single.pages)
        joined.save(target)


def _sheet(scan: Scan, page: Path) -> Path:
    """The page of a picture file as a PDF: a JPEG's own data, else its pixels."""
    with picture_frame(scan) as image:
        width, height = image.size
        dpi = picture_dpi(image)[0]
        picture: Path | bytes = scan.path
        if image.format != "JPEG":
            file = io.BytesIO()
            image.save(file, "PNG")
            picture = file.getvalue()
    page.write_bytes(make([PdfPage(picture, width, height, dpi)], title="", created=_NO_DAY))
    return page
