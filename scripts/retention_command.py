"""`sohoa retention`: what may go (plan), its deletion (apply), and legal holds that keep a dossier (hold, release, holds)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer

from flows.retention import Judged, Verdict, delete_due, end_unfinished, judged, retention_rules
from models.audit import Action
from models.errors import UsageError
from models.package import HANOI
from models.restriction import Restriction, RestrictionKind
from models.settings import Settings
from scripts.language import text
from storage.archive import load_kept
from storage.audit import Audit
from storage.opening import open_audit
from storage.restrictions import Restrictions

app = typer.Typer(no_args_is_help=True, add_completion=False)

_WORDS = {
    Verdict.DUE: ("đã hết hạn, có thể tiêu hủy", "may go"),
    Verdict.HELD: ("đã hết hạn nhưng đang phong tỏa hoặc hạn chế", "time is up, but held"),
    Verdict.NOT_YET: ("chưa hết hạn", "not yet"),
    Verdict.PERMANENT: ("vĩnh viễn", "for ever"),
    Verdict.NO_RULE: ("chưa có quy tắc, giữ lại", "no rule, stays"),
}
_JSON = Annotated[bool, typer.Option("--json", help=text("In kết quả JSON.", "Print the result as JSON."))]
_Code = Annotated[str, typer.Argument(help=text("Mã hồ sơ.", "The dossier's code."))]
_Reason = Annotated[str, typer.Option(help=text("Văn bản, lý do.", "The order or reason."))]


@app.command(
    help=text("Hồ sơ nào đã hết thời hạn bảo quản; không xóa gì.", "Which dossiers' time is up; deletes nothing.")
)
def plan(as_json: _JSON = False) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        found = _judged(audit, settings)
    if as_json:
        due = [_as_json(one) for one in found if one.verdict in {Verdict.DUE, Verdict.HELD}]
        counts = Counter(one.verdict.value for one in found)
        print(json.dumps({"dossiers": due, "counts": counts}, ensure_ascii=False))
        return
    for one in found:
        if one.verdict in {Verdict.DUE, Verdict.HELD} and one.rule:
            print(
                f"{one.dossier_code:<28} {one.procedure:<10} {one.rule.text:<10} {one.ends}  {text(*_WORDS[one.verdict])}"
            )
    if not settings.retention:
        print(text("Chưa đặt SOHOA_RETENTION: không hồ sơ nào hết hạn.", "SOHOA_RETENTION is not set: nothing may go."))
    for verdict, number in Counter(one.verdict for one in found).items():
        print(f"{number:>8}  {text(*_WORDS[verdict])}")


@app.command(
    help=text("Tiêu hủy những hồ sơ đã hết hạn; mỗi hồ sơ một dòng nhật ký.", "Delete what may go; each one is noted.")
)
def apply(
    yes: Annotated[bool, typer.Option("--yes", help=text("Không hỏi lại.", "Do not ask."))] = False,
) -> None:
    settings, now = Settings.from_environment(), datetime.now(UTC)
    with open_audit(settings) as audit:
        ended = end_unfinished(audit)
        due = [one for one in _judged(audit, settings) if one.verdict is Verdict.DUE]
        if due and not yes:
            typer.confirm(text(f"Tiêu hủy {len(due)} hồ sơ?", f"Delete {len(due)} dossiers?"), abort=True)
        deleted = objects = 0
        for one in due:
            if gone := delete_due(one, audit, settings, now=now):  # none where it was held since it was planned
                deleted, objects = deleted + 1, objects + gone
                print(one.dossier_code)
    if ended:
        print(text(f"Đã làm xong {ended} lần tiêu hủy dở dang.", f"{ended} deletions that were cut off are ended."))
    print(text(f"Đã tiêu hủy {deleted} hồ sơ, {objects} tệp.", f"{deleted} dossiers deleted, {objects} objects."))


@app.command(help=text("Phong tỏa một hồ sơ: không tiêu hủy.", "Legal hold: the dossier is not deleted."))
def hold(code: _Code, reason: _Reason) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        if load_kept(audit.store, code) is None:
            raise UsageError(f"no dossier {code} is kept", f"không có hồ sơ {code}")
        audit.note(Action.HELD, f"dossier:{code}", purpose=reason)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        held = Restriction(f"dossier:{code}", RestrictionKind.LEGAL_HOLD, reason, settings.actor.name, at)
        Restrictions(audit.database, audit.store).place(held)
    print(text(f"{code}: đang phong tỏa", f"{code}: held"))


@app.command(help=text("Bỏ phong tỏa.", "Lift a legal hold."))
def release(code: _Code, reason: _Reason) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        audit.note(Action.RELEASED, f"dossier:{code}", purpose=reason)
        if not Restrictions(audit.database, audit.store).lift(f"dossier:{code}", RestrictionKind.LEGAL_HOLD):
            raise UsageError(f"{code} is not held", f"{code} không bị phong tỏa")
    print(text(f"{code}: đã bỏ phong tỏa", f"{code}: no longer held"))


@app.command(help=text("Những gì đang phong tỏa hoặc hạn chế.", "What is held or restricted."))
def holds() -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        standing = Restrictions(audit.database, audit.store).standing()
    for one in standing:
        print(f"{one.at}  {one.kind:<11} {one.subject}  {one.actor}  {one.reason}")


def _judged(audit: Audit, settings: Settings) -> list[Judged]:
    return list(judged(audit, retention_rules(settings), today=datetime.now(HANOI).date()))


def _as_json(one: Judged) -> dict[str, str | None]:
    return {
        "dossier_code": one.dossier_code,
        "procedure": one.procedure,
        "verdict": one.verdict.value,
        "years": one.rule.text if one.rule else None,
        "basis": one.rule.basis if one.rule else None,
        "ended": str(one.ended),
        "ends": str(one.ends),
    }
