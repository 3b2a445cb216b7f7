"""What a clerk sees while a batch runs: how far it is, and what is being done now; on standard error."""

from __future__ import annotations

import threading
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
        self._dossiers = self._finished = 0
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)

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

    def finished(self, code: str, status: Status | None) -> None:
        """See flows.running.Progress."""
        with self._lock:
            self._at.pop(code, None)
            self._finished += 1
            self._bar.advance(self._task)
            self._show()
        if not self._console.is_terminal:
            end = term(status) if status else text("đang chờ", "waiting")
            self._console.print(f"{self._finished}/{self._dossiers} {code}: {end}")

    def _show(self) -> None:
        now = " · ".join(f"{code} {stage}" for code, stage in list(self._at.items())[:2])
        self._bar.update(self._task, description=" · ".join(filter(None, (self._said, now))))
