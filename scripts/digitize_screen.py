"""What a clerk sees while a batch runs: how far it is, and what is being done now; on standard error."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from flows.running import Progress as Watcher
from models.outcome import Status
from scripts.language import text
from scripts.terms import term

_STAGES = {
    "keep_originals": ("cất bản gốc", "keeping originals"),
    "read": ("đang đọc", "reading"),
    "understand": ("tìm giấy tờ và người", "finding papers and persons"),
    "match": ("đối chiếu dân cư", "asking the registry"),
    "keep": ("đang lưu", "keeping"),
}


class Screen(Watcher):
    """A progress bar on a terminal; plain lines where standard error is a file or a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._at: dict[str, str] = {}
        self._said = ""
        self._dossiers = self._finished = self._pages = 0
        self._began = time.monotonic()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[speed]}[/]"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, speed="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def say(self, words: str) -> None:
        """What is going on as a whole."""
        with self._lock:
            self._said = words
            self._show()
        if not self._console.is_terminal:
            self._console.print(words)

    def start(self, dossiers: int, *, done: int) -> None:
        """So many dossiers are to be digitized; `done` were already."""
        with self._lock:
            self._dossiers = dossiers
            self._began = time.monotonic()
            self._bar.update(self._task, total=dossiers, completed=0)
        if done:
            self._console.print(
                text(
                    f"{done} hồ sơ đã số hóa từ trước, không làm lại.",
                    f"{done} dossiers were done before; left as they are.",
                )
            )

    def splitting(self, name: str, page: str) -> None:
        """See flows.running.Progress."""
        with self._lock:
            self._said = escape(
                text(f"Tìm tờ bìa: {name}, trang {page}", f"Looking for cover sheets: {name}, page {page}")
            )
            self._show()

    def stage(self, code: str, stage: str) -> None:
        """See flows.running.Progress."""
        with self._lock:
            self._at[code] = text(*_STAGES.get(stage, (stage, stage)))
            self._said = ""
            self._show()

    def finished(self, code: str, status: Status | None, *, pages: int) -> None:
        """See flows.running.Progress."""
        with self._lock:
            self._at.pop(code, None)
            self._finished += 1
            self._pages += pages
            speed = self._speed()
            self._bar.update(self._task, advance=1, speed=speed)
            self._show()
        if not self._console.is_terminal:
            end = term(status) if status else text("đang chờ", "waiting")
            self._console.print(f"{self._finished}/{self._dossiers} {code}: {end}{speed and f' ({speed})'}")

    def _speed(self) -> str:
        """Pages a minute so far, and the time left if the rest goes as fast; nothing before two dossiers are done."""
        seconds = time.monotonic() - self._began
        left = self._dossiers - self._finished
        if self._finished < 2 or not self._pages:
            return ""
        rate = f"{self._pages / seconds * 60:.0f} {text('trang/phút', 'pages/min')}"
        return f"{rate}, {text('còn', 'left')} {duration(left * seconds / self._finished)}" if left else rate

    def _show(self) -> None:
        now = " · ".join(f"{code} {stage}" for code, stage in list(self._at.items())[:2])
        self._bar.update(self._task, description=" · ".join(filter(None, (self._said, now))))


def duration(seconds: float) -> str:
    """As in `45 s`, `12 min`, `3 h 05`."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} {text('giây', 's')}"
    hours, rest = divmod(minutes, 60)
    return f"{hours} {text('giờ', 'h')} {rest:02d}" if hours else f"{minutes} {text('phút', 'min')}"
