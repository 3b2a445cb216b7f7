"""What a run came to: the table for the clerk, the summary for programs, the exit code."""

from __future__ import annotations

import dataclasses
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.jobs import Outcome
from flows.running import Report
from models.errors import StorageUnreachable
from models.outcome import Reason, Status
from models.reason_texts import reason_text
from scripts.language import text
from scripts.page_numbers import page_numbers
from scripts.terms import term

_STYLES = {Status.DIGITIZED: "green", Status.REVIEW: "yellow", Status.REJECTED: "red"}
_HARMLESS = frozenset({Reason.SYSTEM_FILE, Reason.DUPLICATE_FILE})


def exit_code(report: Report) -> int:
    """0 all digitized, 3 some need review, 4 some rejected, 6 some wait for the storage; the worst one counts.

    Dossiers done in an earlier run count as they ended then: the same command again gives the same code.
    """
    statuses = {*report.plan.done.values(), *(outcome.status for outcome in report.outcomes.values())}
    refused = [note for note in report.plan.notes if note.reason not in _HARMLESS | {Reason.STILL_WRITTEN}]
    if report.pending:
        return StorageUnreachable.exit_code
    if Status.REJECTED in statuses or refused:
        return 4
    return 3 if Status.REVIEW in statuses else 0


def summary(report: Report, code: int, seconds: float) -> dict[str, Any]:
    """The run as one JSON object."""
    dossiers = [
        {
            "dossier_code": outcome.dossier_code,
            "status": outcome.status,
            "reasons": list(outcome.reasons),
            "pages": outcome.pages,
            "pages_known": outcome.pages_known,
            "persons": outcome.persons,
            "matched": outcome.matched,
            "seconds": round(outcome.seconds, 3),
            "changed": outcome.changed,
            "flaws": [{"page": page, "reason": reason} for page, reason in outcome.flaws],
        }
        for outcome in sorted(report.outcomes.values(), key=lambda outcome: outcome.dossier_code)
    ]
    counts = {str(status): sum(d["status"] == status for d in dossiers) for status in Status}
    return {
        "batch": report.batch or None,
        "exit_code": code,
        **counts,
        "waiting": [{"dossier_code": p.dossier_code, "reason": p.reason} for p in report.pending.values()],
        "already_done": {name: str(status) for name, status in sorted(report.plan.done.items())},
        "dossiers": dossiers,
        "pages": dataclasses.asdict(report.balance) if report.balance else None,
        "files": [dataclasses.asdict(note) for note in report.plan.notes],
        "seconds": round(seconds, 3),
    }


def print_report(console: Console, report: Report, *, seconds: float) -> None:
    """The closing table: each dossier of this run, what needs a look and why, and what to type next."""
    if report.outcomes or report.pending:
        console.print(_table(report))
    for note in report.plan.notes:
        if note.reason is not Reason.SYSTEM_FILE:
            words = reason_text(note.reason)
            console.print(f"[dim]{escape(note.file)}: {text(words.vi, words.en)} {text(words.do_vi, words.do_en)}[/]")
    counts = {status: sum(o.status is status for o in report.outcomes.values()) for status in Status}
    parts = [f"[{_STYLES[status]}]{count} {term(status)}[/]" for status, count in counts.items() if count]
    if report.pending:
        parts.append(text(f"{len(report.pending)} đang chờ", f"{len(report.pending)} waiting"))
    if report.plan.done:
        parts.append(text(f"{len(report.plan.done)} đã xong từ trước", f"{len(report.plan.done)} done before"))
    none = (
        ("chưa hồ sơ nào xong", "no dossier is done yet") if report.plan.todo else ("không có hồ sơ nào", "no dossiers")
    )
    console.print(", ".join(parts or [text(*none)]) + f"  [dim]({seconds:.1f} s)[/]")
    _print_next(console, report)


def _table(report: Report) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in text("Hồ sơ|Kết quả|Trang|Người|Cần làm gì", "Dossier|Status|Pages|Persons|What to do").split("|"):
        table.add_column(heading, overflow="fold")
    for outcome in sorted(report.outcomes.values(), key=lambda o: (list(Status).index(o.status), o.dossier_code)):
        table.add_row(
            outcome.dossier_code,
            f"[{_STYLES[outcome.status]}]{term(outcome.status)}[/]",
            str(outcome.pages),
            f"{outcome.matched}/{outcome.persons}",
            " ".join([*_strays(outcome, report), *map(_why, _without_pages(outcome)), *_flaws(outcome)]),
        )
    for pending in report.pending.values():
        table.add_row(pending.dossier_code, text("đang chờ", "waiting"), "", "", _why(pending.reason))
    return table


def _strays(outcome: Outcome, report: Report) -> list[str]:
    """The files of pages that no code claims: by the name that they are kept under nobody would know them."""
    if Reason.NO_DOSSIER_CODE not in outcome.reasons:
        return []
    found = next((each.dossier for each in report.plan.todo if each.code == outcome.dossier_code), None)
    return [escape(", ".join(dict.fromkeys(scan.source.file for scan in found.scans))) + ":"] if found else []


def _flaws(outcome: Outcome) -> list[str]:
    """What is wrong with which pages, as in `Trang 2, 5: Ảnh bị mờ.`"""
    pages: dict[str, list[int]] = {}
    for page, reason in outcome.flaws:
        pages.setdefault(reason, []).append(page)
    return [f"{text('Trang', 'Page')} {page_numbers(numbers)}: {_why(reason)}" for reason, numbers in pages.items()]


def _without_pages(outcome: Outcome) -> list[str]:
    """The dossier's reasons but those that its pages say more exactly."""
    said = {reason for _, reason in outcome.flaws}
    return [
        reason for reason in outcome.reasons if reason not in said and not (said and reason == Reason.PAGE_REJECTED)
    ]


def _why(reason: str) -> str:
    words = reason_text(reason)
    return text(words.vi, words.en)


def _print_next(console: Console, report: Report) -> None:
    if any(Reason.REGISTRY_WAITING in outcome.reasons for outcome in report.outcomes.values()):
        words = ("Chưa có dân cư để đối chiếu: sohoa registry load citizens.csv, rồi chạy lại cùng lệnh.",
                 "No registry to match with: sohoa registry load citizens.csv, then run the same command again.")  # fmt: skip
        console.print(text(*words))
    attention = [o.dossier_code for o in report.outcomes.values() if o.status is not Status.DIGITIZED]
    if report.pending:
        console.print(
            text("Chạy lại cùng lệnh khi kho lưu trữ trở lại.", "Run the same command again when the storage is back.")
        )
    if attention:
        console.print(text("Xem từng hồ sơ:", "Look at one:") + f" [bold]sohoa show {min(attention)}[/]")
    if before := sum(status is not Status.DIGITIZED for status in report.plan.done.values()):
        words = (
            f"Từ trước còn {before} hồ sơ cần xem lại hoặc bị loại:",
            f"Of those done before {before} need a look:",
        )
        console.print(text(*words) + " [bold]sohoa review[/]")
