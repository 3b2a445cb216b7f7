"""`sohoa digitize PATH…`: a batch from scans to kept records, with its progress, its table and its exit code."""

from __future__ import annotations

import importlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from flows.prefect_server import RunServer, prepare_prefect
from flows.running import Report, Running
from flows.scratch import scratch
from flows.shared_batch import Pool, digitize_shared
from flows.signing import open_signing_key
from models.errors import TooManyRejected, UsageError
from models.settings import Settings
from pipeline.tesseract import check_installed
from scripts.digitize_report import exit_code, print_report, summary
from scripts.digitize_screen import Screen
from scripts.error_texts import error_text
from scripts.language import text
from scripts.log_file import open_log

_INTERRUPTED = 130


def digitize(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help=text("Thư mục, ZIP, PDF hoặc ảnh chứa hồ sơ.", "Folders, ZIPs, PDFs or images of dossiers."),
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help=text("In tóm tắt JSON.", "Print a JSON summary to standard output."))
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help=text("Đọc lại cả những hồ sơ đã xong.", "Read done dossiers again too."))
    ] = False,
    pool: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=text(
                "Chia lô cho các máy của nhóm này (sohoa work NAME).",
                "Share the batch among this pool's machines (sohoa work NAME).",
            ),
        ),
    ] = None,
) -> None:
    started = time.monotonic()
    settings = Settings.from_environment()
    open_log(settings.home / "logs")
    check_installed()
    open_signing_key(settings, now=datetime.now(UTC))  # a wrong passphrase is told before a page is read
    console = Console(stderr=True, highlight=False)
    code = 0
    with scratch() as workspace, _interruptible() as interruption:
        report = None
        try:
            if pool is not None:
                if again:
                    raise UsageError(
                        "--pool leaves done dossiers alone: without --again", "--pool không dùng cùng --again"
                    )
                report, code = _share(paths, settings, console, workspace=workspace, pool=pool)
            else:
                report, code = _run(
                    paths, settings, console, workspace=workspace, again=again, interruption=interruption
                )
        except KeyboardInterrupt:
            raise typer.Exit(_INTERRUPTED) from None
    seconds = time.monotonic() - started
    if as_json:
        print(json.dumps(summary(report, code, seconds), ensure_ascii=False))
    else:
        print_report(console, report, seconds=seconds)
    raise typer.Exit(code)


def _run(
    paths: list[Path],
    settings: Settings,
    console: Console,
    *,
    workspace: Path,
    again: bool,
    interruption: _Interruption,
) -> tuple[Report, int]:
    """The report and the exit code; a batch that was stopped or interrupted is reported as far as it came."""
    with Screen(console) as screen:
        screen.say(text("Đang xem các tệp…", "Looking at the files…"))
        running = Running(paths, settings, workspace=workspace, progress=screen, again=again)
        state, code = "stopped", None
        try:
            if running.codes:
                screen.start(len(running.codes), done=len(running.report.plan.done))
                # work has begun in the workers; Prefect's server needs ten seconds and more to wake up
                screen.say(text("Đang đọc; máy chủ Prefect đang khởi động…", "Reading; Prefect's server is starting…"))
                _orchestrate(running, settings, interruption)
            state = "finished"
        except TooManyRejected as error:
            console.print(f"[red]{error_text(error)}[/]")
            code = error.exit_code
        except KeyboardInterrupt:
            words = (
                "Đã dừng. Hồ sơ đã xong được giữ; chạy lại cùng lệnh để làm tiếp.",
                "Interrupted. What is done is kept; run the same command again to go on.",
            )
            console.print(f"[yellow]{text(*words)}[/]")
            state, code = "interrupted", _INTERRUPTED
        finally:
            screen.say(text("Đang kết thúc…", "Finishing…"))
            running.close(state, at_once=state != "finished")
    return running.report, exit_code(running.report) if code is None else code


def _share(
    paths: list[Path], settings: Settings, console: Console, *, workspace: Path, pool: str
) -> tuple[Report, int]:
    """As `_run`, by the machines of a work pool."""
    if not os.environ.get("PREFECT_API_URL") or not settings.index.startswith("postgres") or settings.s3 is None:
        raise UsageError(
            "--pool needs PREFECT_API_URL, SOHOA_INDEX on PostgreSQL and SOHOA_STORE on S3: see docs/operations.md",
            "--pool cần PREFECT_API_URL, SOHOA_INDEX là PostgreSQL và SOHOA_STORE là S3: xem docs/operations.md",
        )
    prepare_prefect(settings.home, quiet=True)
    with Screen(console) as screen:
        screen.say(text("Đang xem các tệp…", "Looking at the files…"))

        def open_pool() -> Pool:
            screen.say(text(f"Đã giao cho nhóm máy {pool}.", f"Offered to the machines of {pool}."))
            opened: Pool = importlib.import_module("flows.work_pool").WorkPool(pool)
            return opened

        report = digitize_shared(
            paths, settings, open_pool, workspace=workspace, progress=screen,
            started=lambda todo, done: screen.start(todo, done=done),
        )  # fmt: skip
    return report, exit_code(report)


def _orchestrate(running: Running, settings: Settings, interruption: _Interruption) -> None:
    prepare_prefect(settings.home, quiet=True)
    with RunServer(settings.home) as server:
        # read only now: Prefect's import takes its settings from the environment, the server's address among them
        flow = importlib.import_module("flows.digitize_batch")
        server.wait()
        with interruption.deferred(running.interrupt):
            flow.run_batch(running)


class _Interruption:
    """What SIGINT and SIGTERM do: raise at once, or, while Prefect's code runs, ask the run to end at a safe place.

    Raised in the midst of Prefect, an interrupt becomes whatever error its libraries make of it. A second one raises.
    """

    def __init__(self) -> None:
        self._instead: Callable[[], None] | None = None

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        instead, self._instead = self._instead, None
        if instead is None:
            raise KeyboardInterrupt
        instead()

    @contextmanager
    def deferred(self, instead: Callable[[], None]) -> Iterator[None]:
        """Within, the first signal calls `instead`."""
        self._instead = instead
        try:
            yield
        finally:
            self._instead = None


@contextmanager
def _interruptible() -> Iterator[_Interruption]:
    """A polite `kill` ends a batch as Ctrl-C does: what is done is kept and told."""
    interruption = _Interruption()
    # SIGINT too: a shell that starts us in the background has it ignored
    before = {number: signal.signal(number, interruption) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
