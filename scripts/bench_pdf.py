"""Measures searchable PDFs: how large beside their originals, the scans kept or not, and the text found in them again.

    python -m scripts.bench_pdf PATH...

Each PATH is a PDF or picture, or a folder of them. Text is compared with what was read, word by word, as `pdftotext -raw`
gives it back; pages that keep letters of their own are left out of that.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from models.errors import UnreadableInput
from models.page import PageSource, Scan
from pipeline.confine import Confinement
from pipeline.digitize import ReadPage, read_scans
from pipeline.file_kind import PAGE_KINDS, kind_of
from pipeline.limits import Limits
from pipeline.pdf_pages import pdf_pages
from pipeline.searchable_pdf import PdfPage, make

_HEAD = (
    "file",
    "pages",
    "scans kept",
    "own letters",
    "page images",
    "bytes",
    "ours",
    "ratio",
    "words",
    "found again %",
)


def measure(path: Path, confinement: Confinement, limits: Limits) -> tuple[str, ...]:
    """The row of one file; raises UnreadableInput where it cannot be opened."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as name:
        folder = Path(name)
        count = confinement.page_count(path)
        scans = [Scan(number, PageSource(path.name, "", number), path) for number in range(1, count + 1)]
        read = read_scans(scans, folder=folder, limits=limits, confinement=confinement)
        drawn = pdf_pages(read, folder=folder, confinement=confinement)
        made = folder / "made.pdf"
        made.write_bytes(make(drawn, title=path.stem, created=datetime(2026, 1, 1, tzinfo=UTC)))
        words, found = _words(made, read, drawn)
        own = sum(_has_own_letters(page, one) for page, one in zip(read, drawn, strict=True))
        kept = sum(page.original is not None for page in drawn) - own
        before, after = path.stat().st_size, made.stat().st_size
    return (
        path.name, str(count), str(kept), str(own), str(count - kept - own), f"{before:,}", f"{after:,}",
        f"{after / before:.3f}", str(words), f"{100 * found / words:.1f}" if words else "–",
    )  # fmt: skip


def _has_own_letters(page: ReadPage, drawn: PdfPage) -> bool:
    return drawn.original is not None and page.text.born_digital and not drawn.lines


def _words(made: Path, read: Sequence[ReadPage], drawn: Sequence[PdfPage]) -> tuple[int, int]:
    """How many words were read, and how many of them the PDF gives back."""
    listed = subprocess.run(["pdftotext", "-raw", made, "-"], capture_output=True, check=True).stdout.decode()
    words = found = 0
    for page, one, text in zip(read, drawn, listed.split("\f"), strict=False):
        if not _has_own_letters(page, one):
            expected = Counter(word.text for line in one.lines for word in line.words)
            words += expected.total()
            found += (expected & Counter(text.split())).total()
    return words, found


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in below if file.is_file() and kind_of(file) in PAGE_KINDS)


def main(paths: Annotated[list[Path], typer.Argument(exists=True)]) -> None:
    """Prints a table in Markdown."""
    limits = Limits()
    print("| " + " | ".join(_HEAD) + " |\n|" + " --- |" * len(_HEAD))
    with Confinement(limits) as confinement:
        for path in _files(paths):
            try:
                print("| " + " | ".join(measure(path, confinement, limits)) + " |", flush=True)
            except UnreadableInput as error:
                print(f"{path.name}: {error}", flush=True)


if __name__ == "__main__":
    typer.run(main)
