"""`sohoa audit`: who did what (list), whether the log is as it was written (verify), its end written down (anchor)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.audit import Action, Entry
from models.errors import StoredObjectDamaged
from models.settings import Settings
from scripts.language import text
from scripts.terms import action_term
from storage.audit_chain import Fault, FaultKind
from storage.audit_verification import verify_audit
from storage.opening import open_audit

app = typer.Typer(no_args_is_help=True, add_completion=False)

_JSON = Annotated[bool, typer.Option("--json", help=text("In kết quả JSON.", "Print the result as JSON."))]
_KINDS = {
    FaultKind.CHANGED: ("bị sửa", "changed"),
    FaultKind.REMOVED: ("bị xóa", "removed"),
    FaultKind.INSERTED: ("bị chèn thêm", "inserted"),
    FaultKind.REORDERED: ("bị đổi chỗ", "reordered"),
    FaultKind.CUT_OFF: ("bị cắt mất ở cuối", "cut off at the end"),
    FaultKind.CONTRADICTED: ("không khớp với bản đã cất", "contradicted by what was written elsewhere"),
    FaultKind.UNREADABLE: ("không đọc được", "unreadable"),
}


@app.command("list", help=text("Ai đã làm gì, mới nhất ở cuối.", "Who did what, the latest at the end."))
def list_entries(
    subject: Annotated[
        str | None, typer.Option(help=text("Chỉ hồ sơ này.", "Only this dossier (a code) or other subject."))
    ] = None,
    actor: Annotated[str | None, typer.Option(help=text("Chỉ người này.", "Only this actor."))] = None,
    last: Annotated[int, typer.Option(min=1, help=text("Số dòng cuối.", "At most so many, the latest."))] = 100,
    as_json: _JSON = False,
) -> None:
    settings = Settings.from_environment()
    subjects = None if subject is None else (subject, f"dossier:{subject}")
    with open_audit(settings) as audit:
        found = audit.latest(last, subjects=subjects, actor=actor)
        audit.note(Action.AUDIT_VIEWED, "audit", purpose=settings.purpose, facts={"entries": len(found)})
    if as_json:
        for entry in found:
            print(json.dumps(entry.to_json(), ensure_ascii=False))
        return
    Console(highlight=False).print(_table(found))


def _table(entries: tuple[Entry, ...]) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in text(
        "Số|Lúc (UTC)|Ai|Việc|Đối tượng|Mục đích|Kết quả", "No.|At (UTC)|Who|What|Subject|Purpose|Result"
    ).split("|"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        who = "/".join(filter(None, (entry.actor, entry.unit, entry.role)))
        when = entry.at[:19].replace("T", " ")
        cells = (who, action_term(entry.action), entry.subject, entry.purpose or "", entry.result)
        table.add_row(str(entry.number), when, *map(escape, cells))
    return table


@app.command(
    help=text(
        "Nhật ký có còn nguyên như lúc ghi không; nếu không, mục nào.",
        "Is the log as it was written; if not, which entry.",
    )
)
def verify(as_json: _JSON = False) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        result = verify_audit(audit, audit.store)
        if result.is_sound:  # a log that was tampered with is evidence: nothing is added to it here
            audit.note(Action.VERIFIED, "audit", purpose=settings.purpose, facts={"entries": result.entries})
    if as_json:
        print(json.dumps({**asdict(result), "sound": result.is_sound}, ensure_ascii=False))
    else:
        for line in _told(result.faults):
            print(line)
        counts = text("{} mục, {} đã cất vào kho, {} mốc niêm", "{} entries, {} carried to the store, {} anchors")
        verdict = text("nguyên vẹn", "sound") if result.is_sound else text("KHÔNG NGUYÊN VẸN", "NOT SOUND")
        print(f"{counts.format(result.entries, result.carried, result.anchors)}: {verdict}")
    if not result.is_sound:
        raise typer.Exit(StoredObjectDamaged.exit_code)


def _told(faults: tuple[Fault, ...]) -> Iterator[str]:
    """A line a fault; entries that follow each other and suffered the same are one line."""

    def run(numbered: tuple[int, Fault]) -> tuple[str, ...]:
        place, fault = numbered
        return (str(fault.number - place), fault.kind, fault.where, fault.by)

    for _, group in groupby(enumerate(faults), key=run):
        members = [fault for _, fault in group]
        first, last = members[0], members[-1]
        numbers = f"{first.number}" if first is last else f"{first.number}–{last.number}"
        where = text("chỉ mục", "index") if first.where == "index" else first.where
        by = text(f" (theo {first.by})", f" (says {first.by})") if first.by else ""
        entry = f"{text('mục', 'entry')} {numbers} " if first.number else ""
        yield f"{where}: {entry}{text(*_KINDS[first.kind])}{by}"


@app.command(
    help=text(
        "Niêm đầu mút của nhật ký ngay bây giờ; in mốc để lưu ở nơi khác.",
        "Anchor the log's end now; prints it, to be filed elsewhere.",
    )
)
def anchor(as_json: _JSON = False) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        anchored = audit.anchor()
    if as_json:
        print(json.dumps(asdict(anchored)))
    else:
        print(f"{anchored.at}  {text('mục', 'entry')} {anchored.entry}  {anchored.digest}  {anchored.key}")
