"""`sohoa ocr INPUT OUTPUT.pdf --sidecar OUTPUT.txt`: reading alone, as `digitize` reads; nothing is stored."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from models.errors import UnreadableInput, UsageError
from models.outcome import Reason
from models.page import PageSource, Scan
from models.reason_texts import reason_text
from models.settings import Settings
from pipeline.confine import Confinement
from pipeline.digitize import ReadPage, read_scans
from pipeline.limits import Limits
from pipeline.searchable_pdf import PdfPage
from pipeline.searchable_pdf import make as make_pdf
from pipeline.tesseract import check_installed
from scripts.language import text

_RUN_PAGES = 6  # one Tesseract run; progress is told after each


def ocr(
    source: Annotated[
        Path,
        typer.Argument(metavar="INPUT", help=text("Ảnh hoặc PDF.", "An image or PDF."), exists=True, dir_okay=False),
    ],
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help=text("PDF/A kết quả.", "The PDF/A to write."))],
    sidecar: Annotated[
        Path | None, typer.Option(help=text("Ghi chữ ra tệp này, các trang cách nhau bởi \\f.", "Write the text here."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=text("In tóm tắt JSON.", "Print a JSON summary."))] = False,
) -> None:
    started = time.monotonic()
    settings = Settings.from_environment()
    check_installed()
    limits = Limits(seconds=settings.page_seconds, megabytes=settings.page_megabytes)
    console = Console(stderr=True, highlight=False)
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        pages = _read(source, Path(folder), limits, console)
        refused = [page.text for page in pages if page.text.rejection]
        _write(output, _pdf(source, pages))
    if sidecar is not None:
        _write(sidecar, "\f".join(page.text.text for page in pages).encode())
    for page in refused:
        words = reason_text(page.rejection or "")
        console.print(
            f"{text('Trang', 'Page')} {page.number}: {text(words.vi, words.en)} {text(words.do_vi, words.do_en)}"
        )
    if as_json:
        print(json.dumps(_summary(pages, time.monotonic() - started)))
    if refused:
        raise typer.Exit(UnreadableInput.exit_code)


def _read(source: Path, folder: Path, limits: Limits, console: Console) -> list[ReadPage]:
    """All pages; raises UnreadableInput where the file cannot be opened at all."""
    pages: list[ReadPage] = []
    with Confinement(limits) as confinement, console.status(text("Đang mở tệp…", "Opening the file…")) as status:
        count = confinement.page_count(source)
        scans = [Scan(number, PageSource(source.name, "", number), source) for number in range(1, count + 1)]
        for start in range(0, count, _RUN_PAGES):
            run = scans[start : start + _RUN_PAGES]
            status.update(
                text("Đang đọc trang {}–{}/{}…", "Reading pages {}–{} of {}…").format(
                    start + 1, start + len(run), count
                )
            )
            pages += read_scans(run, folder=folder, limits=limits, confinement=confinement)
    return pages


def _pdf(source: Path, pages: Sequence[ReadPage]) -> bytes:
    drawn = [
        PdfPage(page.image, page.text.width, page.text.height, page.dpi, page.text.lines)
        for page in pages
        if page.image is not None
    ]
    if not drawn:
        reason = next((page.text.rejection for page in pages if page.text.rejection), Reason.EMPTY_FILE)
        raise UnreadableInput(str(reason), source.name)
    changed = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    return make_pdf(drawn, title=source.stem, created=changed)


def _summary(pages: Sequence[ReadPage], seconds: float) -> dict[str, object]:
    return {
        "pages": [
            {
                "number": page.text.number,
                "rotation_degrees": page.text.rotation_degrees,
                "skew_degrees": page.text.skew_degrees,
                "blank": page.text.blank,
                "mean_confidence": page.text.mean_confidence,
                "reason": page.text.rejection,
            }
            for page in pages
        ],
        "seconds": round(seconds, 3),
    }


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
