"""`sohoa review`: the dossiers that wait for a person, rejected ones first: why, at which page, what to do."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.acceptance import ACCEPTABLE
from models.audit import Action
from models.document import DocumentType
from models.outcome import PAGE_WARNINGS, Reason, Status
from models.reason_texts import reason_text
from models.settings import Settings
from scripts.cohort_options import Since, UnitCode, Until, cohort
from scripts.language import text
from scripts.looking import check_index, restricted
from scripts.page_numbers import page_numbers
from scripts.terms import term
from storage.archive import load_record
from storage.objects import ObjectStore
from storage.opening import open_audit
from storage.record_list import LostPage, Summary, Wanted, claimed_since, files_of, listed, lost_pages

PoorPages = dict[str, list[int]]
_OPEN = {Status.REJECTED: "red", Status.REVIEW: "yellow"}  # in this order


def review(
    since: Since = None,
    until: Until = None,
    unit: UnitCode = None,
    limit: Annotated[
        int, typer.Option(min=1, max=1000, help=text("Số hồ sơ nhiều nhất.", "At most so many dossiers."))
    ] = 100,
    as_json: Annotated[
        bool, typer.Option("--json", help=text("In một đối tượng JSON.", "Print one JSON object."))
    ] = False,
) -> None:
    settings = Settings.from_environment()
    wanted = cohort(settings, since, until, unit)
    with open_audit(settings) as audit:
        found: list[Summary] = []
        hidden = restricted(audit)
        for status in _OPEN:
            asked = Wanted(status=status, received_from=wanted.first, received_to=wanted.last)
            lies_in = wanted.holds if unit else None
            found += listed(audit.database, asked, limit=limit + 1 - len(found), lies_in=lies_in, without=hidden)
        if not found:
            check_index(audit.database, audit.store)
        more = len(found) > limit
        strays = {each.dossier_code for each in found if Reason.NO_DOSSIER_CODE in each.reasons}
        done = claimed_since(audit.database, strays)
        shown = [each for each in found[:limit] if each.dossier_code not in done]
        lost = lost_pages(audit.database, {each.dossier_code for each in shown})
        poor = {each.dossier_code: _poor_pages(each, audit.store) for each in shown}
        files = files_of(audit.database, strays)
        facts = {"unit": unit, "dossiers": len(shown)}
        audit.note(Action.LISTED, "archive", purpose=settings.purpose, facts=facts)
    if as_json:
        print(
            json.dumps({"dossiers": [_as_json(each, lost, poor) for each in shown], "more": more}, ensure_ascii=False)
        )
    else:
        _tell(Console(highlight=False), shown, lost, poor, files, more=more)


def _poor_pages(each: Summary, store: ObjectStore) -> PoorPages:
    """By reason, the numbers of the pages that it is about; the dossier's record alone knows them."""
    found: PoorPages = {}
    record = load_record(store, each.dossier_code) if PAGE_WARNINGS & set(each.reasons) else None
    for page in record.pages if record else ():
        for warning in page.warnings:
            found.setdefault(warning, []).append(page.number)
    return found


def _as_json(each: Summary, lost: dict[str, list[LostPage]], poor: dict[str, PoorPages]) -> dict[str, Any]:
    return {
        "dossier_code": each.dossier_code, "status": each.status, "unit": each.unit, "procedure": each.procedure,
        "received_on": each.received_on.isoformat(), "reasons": each.reasons, "missing": each.missing,
        "rejected_pages": [dataclasses.asdict(page) for page in lost.get(each.dossier_code, ())],
        "poor_pages": poor[each.dossier_code],
    }  # fmt: skip


def _tell(
    console: Console,
    shown: list[Summary],
    lost: dict[str, list[LostPage]],
    poor: dict[str, PoorPages],
    files: dict[str, list[str]],
    *,
    more: bool,
) -> None:
    if not shown:
        console.print(text("Không có hồ sơ nào cần xem lại.", "No dossier needs a look."))
        return
    table = Table(box=None, header_style="dim")
    for heading in text("Hồ sơ|Kết quả|Vì sao, cần làm gì", "Dossier|Status|Why, and what to do").split("|"):
        table.add_column(heading, overflow="fold")
    for each in shown:
        status = Status(each.status)
        lines = _told(each, lost.get(each.dossier_code, []), poor[each.dossier_code])
        if each.dossier_code in files:  # kept under a name of their own, by which nobody would know them
            lines.insert(0, ", ".join(files[each.dossier_code]) + ":")
        told = "\n".join(lines)
        table.add_row(each.dossier_code, f"[{_OPEN[status]}]{term(status)}[/]", escape(told))
    console.print(table)
    if more:
        console.print(text("Còn nữa: thêm --limit, --unit, --from.", "There are more: --limit, --unit, --from."))
    console.print(text("Xem một hồ sơ:", "Look at one:") + f" [bold]sohoa show {shown[0].dossier_code}[/]")
    console.print(text("Đính chính:", "Set right:") + " [bold]sohoa correct --help[/]")
    if reason := next(
        (r for each in shown for r in each.reasons if each.status == Status.REVIEW and r in ACCEPTABLE), None
    ):
        code = next(each.dossier_code for each in shown if each.status == Status.REVIEW and reason in each.reasons)
        told = text("Đã xem, đúng như trên giấy:", "Seen, and right as it is:")
        console.print(f'{told} [bold]sohoa accept {code} {reason} --why "…"[/]', soft_wrap=True)


def _told(each: Summary, lost: list[LostPage], poor: PoorPages) -> list[str]:
    """A line a reason, with the pages it is about; unusable pages with their file stand for the dossier's own word of them."""
    said = {page.reason for page in lost} | ({Reason.PAGE_REJECTED} if lost else set())
    lines = [_at(poor.get(reason, [])) + _why(reason) for reason in each.reasons if reason not in said]
    if each.missing:
        kinds = ", ".join(term(DocumentType(kind)) if kind in set(DocumentType) else kind for kind in each.missing)
        lines.append(f"{text('Còn thiếu', 'Missing')}: {kinds}")
    by_place: dict[tuple[str, str], list[LostPage]] = {}
    for page in lost:
        by_place.setdefault((page.file, page.reason or ""), []).append(page)
    for (file, reason), pages in by_place.items():
        numbers = page_numbers(page.number for page in pages)
        inside = page_numbers(page.source_page for page in pages)
        lines.append(f"{text('Trang', 'Page')} {numbers} ({file}, {text('tr.', 'p.')} {inside}): {_why(reason)}")
    return lines


def _at(pages: list[int]) -> str:
    return f"{text('Trang', 'Page')} {page_numbers(pages)}: " if pages else ""


def _why(reason: str) -> str:
    words = reason_text(reason)
    return f"{text(words.vi, words.en)} {text(words.do_vi, words.do_en)} ({reason})"
