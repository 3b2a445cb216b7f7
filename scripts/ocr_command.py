"""`sohoa ocr INPUT OUTPUT.pdf`: reading alone, as `digitize` reads; nothing is stored, the input is only read."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.scratch import scratch
from models.errors import UnreadableInput, UsageError
from models.outcome import Reason
from models.page import PageSource, Scan
from models.reader import Reader
from models.reason_texts import reason_text
from models.settings import Settings
from pipeline.alto import alto as make_alto
from pipeline.confine import Confinement
from pipeline.digitize import ReadPage, read_scans
from pipeline.limits import Limits
from pipeline.pdf_pages import pdf_pages
from pipeline.searchable_pdf import make as make_pdf
from pipeline.tesseract import check_installed
from scripts.language import text

_RUN_PAGES = 6  # one Tesseract run; progress is told after each


def ocr(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT", help=text("Ảnh hoặc PDF; chỉ được đọc.", "An image or PDF; it is only read."),
            exists=True, dir_okay=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Argument(metavar="OUTPUT", help=text("PDF/A kết quả.", "The PDF/A to write."), dir_okay=False),
    ],
    sidecar: Annotated[
        Path | None,
        typer.Option(
            help=text("Ghi chữ ra tệp này, các trang cách nhau bởi \\f.", "Write the text here, a form feed between pages."),
            dir_okay=False,
        ),
    ] = None,
    alto: Annotated[
        Path | None,
        typer.Option(
            help=text("Ghi ALTO 4 XML (vị trí từng từ) ra tệp này.", "Write ALTO 4 XML (each word's place) here."),
            dir_okay=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=text("In tóm tắt JSON.", "Print a JSON summary."))] = False,
) -> None:  # fmt: skip
    started = time.monotonic()
    settings = Settings.from_environment()
    targets = [path for path in (output, sidecar, alto) if path is not None]
    _check_targets(source, targets)
    check_installed()
    limits = Limits(seconds=settings.page_seconds, megabytes=settings.page_megabytes)
    console = Console(stderr=True, highlight=False)
    changed = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    with scratch() as folder, Confinement(limits) as confinement:
        pages = _read(source, folder, limits, confinement, console, settings.reader)
        drawn = pdf_pages(pages, folder=folder, confinement=confinement)
        contents = [make_pdf(drawn, title=source.stem, created=changed)]
    texts = [page.text for page in pages]
    if sidecar is not None:
        contents.append("\f".join("" if page.rejection else page.text for page in texts).encode())
    if alto is not None:
        contents.append(make_alto(texts, file=source.name))
    for target, content in zip(targets, contents, strict=True):
        _write(target, content)
    _tell(pages, console)
    if as_json:
        print(json.dumps(_summary(pages, time.monotonic() - started)))
    if any(page.rejection for page in texts):
        raise typer.Exit(UnreadableInput.exit_code)


def _check_targets(source: Path, targets: Sequence[Path]) -> None:
    """Before the work, not after it: each target is another file, in a folder that is there."""
    places = [path.resolve() for path in targets]
    if len(set(places)) < len(places) or source.resolve() in places[1:]:
        raise UsageError(
            text(
                "PDF, --sidecar và --alto phải là các tệp khác nhau.",
                "PDF, --sidecar and --alto must be different files.",
            )
        )
    for path in targets:
        if not path.parent.is_dir():
            raise UsageError(text(f"không có thư mục {path.parent}", f"there is no folder {path.parent}"))


def _read(
    source: Path, folder: Path, limits: Limits, confinement: Confinement, console: Console, reader: Reader
) -> list[ReadPage]:
    """All pages; raises UnreadableInput where the file, or every page of it, cannot be opened."""
    pages: list[ReadPage] = []
    with console.status(text("Đang mở tệp…", "Opening the file…")) as status:
        count = confinement.page_count(source)
        scans = [Scan(number, PageSource(source.name, "", number), source) for number in range(1, count + 1)]
        for start in range(0, count, _RUN_PAGES):
            run = scans[start : start + _RUN_PAGES]
            status.update(
                text("Đang đọc trang {}–{}/{}…", "Reading pages {}–{} of {}…").format(
                    start + 1, start + len(run), count
                )
            )
            pages += read_scans(run, folder=folder, limits=limits, confinement=confinement, reader=reader)
    if all(page.image is None for page in pages):
        raise UnreadableInput(next((page.text.rejection for page in pages if page.text.rejection), Reason.EMPTY_FILE))
    return pages


def _tell(pages: Sequence[ReadPage], console: Console) -> None:
    """What a person should know of single pages."""
    for page in pages:
        for reason in (*([page.text.rejection] if page.text.rejection else []), *page.text.warnings):
            words = reason_text(reason)
            console.print(
                f"{text('Trang', 'Page')} {page.text.number}: {text(words.vi, words.en)} {text(words.do_vi, words.do_en)}"
            )


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
                "warnings": list(page.text.warnings),
            }
            for page in pages
        ],
        "seconds": round(seconds, 3),
    }


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: it takes its name only when it is complete, also over the input itself."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise UsageError(f"{path}: {error.strerror}") from error
