"""`sohoa status`: what waits, for whom and since when, what is stuck and why, who works, whether the stores answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from models.errors import SohoaError, StorageUnreachable
from models.outcome import Reason
from models.reason_texts import reason_text
from models.settings import Settings
from registry.ask import open_population
from scripts.digitize_screen import duration
from scripts.error_texts import error_text
from scripts.language import text
from scripts.looking import check_index
from storage.database import open_database
from storage.opening import open_store
from storage.standing import NO_WORKER, Standing, standing
from storage.waiting_line import Lane

_STUCK = 3  # the exit code of what needs a look
_NOWHERE = "status/asked"  # a key under which nothing rests: asking for it is the smallest question to a store
_LANES = {Lane.COUNTER: ("quầy", "counter"), Lane.BATCH: ("lô", "batch")}


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a store, database or registry answers: seconds it took, or what is wrong."""

    name: str
    seconds: float | None
    trouble: str = ""


def status(
    as_json: Annotated[
        bool, typer.Option("--json", help=text("In kết quả JSON.", "Print the result as JSON."))
    ] = False,
) -> None:
    settings = Settings.from_environment()
    now = datetime.now(UTC)
    found: Standing | None = None
    asked = [_asked("store", lambda: open_store(settings).stat(_NOWHERE))]
    try:
        began = time.monotonic()
        database = open_database(settings.index)
        try:
            found = standing(database, now=now)
            took = time.monotonic() - began
            if asked[0].seconds is not None:
                check_index(database, open_store(settings))
        finally:
            database.close()
        asked.append(Health("index", took))
    except StorageUnreachable as error:
        asked.append(Health("index", None, error_text(error)))
    asked.append(_asked("registry", lambda: open_population(settings).close()))
    if as_json:
        print(json.dumps(_summary(found, asked, now), ensure_ascii=False))
    else:
        _tell(Console(highlight=False), found, asked, now)
    if found is None or any(health.seconds is None for health in asked[:2]):
        raise typer.Exit(StorageUnreachable.exit_code)
    if found.stuck_by_reason or found.for_registry or asked[2].seconds is None:
        raise typer.Exit(_STUCK)


def _asked(name: str, ask: Callable[[], Any]) -> Health:
    began = time.monotonic()
    try:
        ask()
    except SohoaError as error:
        return Health(name, None, error_text(error))
    return Health(name, time.monotonic() - began)


def _summary(found: Standing | None, asked: list[Health], now: datetime) -> dict[str, Any]:
    health = {h.name: {"answers": h.seconds is not None, "seconds": h.seconds and round(h.seconds, 3)} for h in asked}
    if found is None:
        return {"at": now.isoformat(timespec="seconds"), "health": health}
    return {
        "at": now.isoformat(timespec="seconds"),
        "health": health,
        "queue": [
            {"unit": line.unit, "lane": line.lane, "waiting": line.waiting, "in_work": line.in_work,
             "pages": line.pages, "oldest_seconds": round((now - line.oldest_at).total_seconds())}
            for line in found.lines
        ],
        "stuck": found.stuck_by_reason,
        "longest_stuck": [
            {"dossier_code": each.dossier_code, "reason": each.reason, "since": each.since.isoformat(timespec="seconds")}
            for each in found.stuck
        ],
        "waiting_for_registry": found.for_registry,
        "workers": [
            {"name": worker.name, "kind": worker.kind, "slots": worker.slots, "dossiers": worker.dossiers,
             "pages": worker.pages, "pages_an_hour": round(worker.pages_an_hour), "lost": worker.lost,
             "seen_seconds_ago": round((now - worker.seen_at).total_seconds())}
            for worker in found.workers
        ],
    }  # fmt: skip


def _tell(console: Console, found: Standing | None, asked: list[Health], now: datetime) -> None:
    if found is not None:
        if found.lines:
            console.print(_queue(found, now))
        else:
            console.print(text("Không có hồ sơ nào đang chờ.", "No dossier waits."))
        if found.workers:
            console.print(_workers(found, now))
        else:
            console.print(text("Không có tiến trình nào đang số hóa.", "Nothing is digitizing now."))
        _tell_stuck(console, found, now)
    names = {
        "store": ("kho lưu trữ", "store"),
        "index": ("chỉ mục", "index"),
        "registry": ("dân cư", "registry"),
    }
    for health in asked:
        name = text(*names[health.name])
        if health.seconds is None:
            console.print(f"[red]{name}: {health.trouble}[/]")
        else:
            console.print(f"[dim]{name}: {text('trả lời sau', 'answers in')} {health.seconds * 1000:.0f} ms[/]")


def _queue(found: Standing, now: datetime) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in text(
        "Đơn vị|Hàng|Đang chờ|Đang làm|Trang|Chờ lâu nhất", "Unit|Line|Waiting|In work|Pages|Oldest"
    ).split("|"):
        table.add_column(heading)
    for line in found.lines:
        table.add_row(
            line.unit, text(*_LANES[line.lane]), str(line.waiting), str(line.in_work), str(line.pages),
            duration((now - line.oldest_at).total_seconds()),
        )  # fmt: skip
    return table


def _workers(found: Standing, now: datetime) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in text(
        "Tiến trình|Lệnh|Hồ sơ cùng lúc|Đã xong|Trang|Trang/giờ|Lần cuối",
        "Process|Command|At a time|Done|Pages|Pages/h|Seen",
    ).split("|"):
        table.add_column(heading)
    for worker in found.workers:
        seen = duration((now - worker.seen_at).total_seconds())
        lost = text("MẤT LIÊN LẠC, ", "LOST, ") if worker.lost else ""
        table.add_row(
            worker.name, worker.kind, str(worker.slots), str(worker.dossiers), str(worker.pages),
            f"{worker.pages_an_hour:.0f}", f"{lost}{seen} {text('trước', 'ago')}", style="red" if worker.lost else "",
        )  # fmt: skip
    return table


def _tell_stuck(console: Console, found: Standing, now: datetime) -> None:
    for reason, count in sorted(found.stuck_by_reason.items()):
        console.print(f"[yellow]{count} {text('hồ sơ mắc lại', 'stuck')}: {_why(reason)}[/]")
        for each in found.stuck:
            if each.reason == reason:
                console.print(f"  {each.dossier_code}  [dim]{duration((now - each.since).total_seconds())}[/]")
    if found.for_registry:
        words = text("hồ sơ chờ đối chiếu dân cư: sohoa rematch", "wait for the registry: sohoa rematch")
        console.print(f"[yellow]{found.for_registry} {words}[/]")


def _why(reason: str) -> str:
    if reason == NO_WORKER:
        return text(
            "tiến trình đang làm đã mất; chạy lại cùng lệnh để làm tiếp",
            "the process that had it is gone; run the same command again",
        )
    if reason in set(Reason):
        words = reason_text(Reason(reason))
        return text(words.vi, words.en)
    return reason
