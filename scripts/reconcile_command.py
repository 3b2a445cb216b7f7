"""`sohoa reconcile`: every scanned page is digitized, rejected with a reason, or in flight; or it is named here."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from models.audit import Action, Fact
from models.errors import StoredObjectDamaged
from models.reason_texts import reason_text
from models.settings import Settings
from scripts.language import text
from scripts.reading_again import reading_again, tell_missing_key
from storage.ledger import RunState
from storage.opening import open_audit
from storage.reconciliation import Imbalance, Reconciliation, Unbalanced, Waiting
from storage.reconciliation import reconcile as compare

_KINDS = {
    Imbalance.NOT_IN_LEDGER: ("có trong kho nhưng sổ không ghi", "in the store, but the ledger does not know it"),
    Imbalance.NOT_IN_STORE: ("sổ có ghi nhưng kho không có", "counted by the ledger, but not in the store"),
    Imbalance.OUTCOME_DIFFERS: ("sổ và bản ghi nói khác nhau", "ledger and record say different ends"),
    Imbalance.SOURCE_DIFFERS: ("sổ và bản ghi chỉ hai tệp gốc khác nhau", "ledger and record name different originals"),
    Imbalance.WITHOUT_REASON: ("bị loại mà không có lý do", "rejected, and nothing says why"),
    Imbalance.OBJECT_MISSING: ("tệp bị mất", "its object is missing"),
    Imbalance.OBJECT_ALTERED: ("tệp bị thay đổi hoặc hỏng", "its object was altered or is damaged"),
    Imbalance.COUNT_DIFFERS: ("số trang khác số đã báo", "not as many pages as were announced"),
    Imbalance.UNCLAIMED: ("tệp gốc không hồ sơ nào nhận", "an original that no dossier claims"),
    Imbalance.NOT_INDEXED: ("chưa có trong chỉ mục", "not in the index"),
}
_WHAT_TO_DO = {
    Imbalance.NOT_IN_LEDGER: ("chạy sohoa rebuild-index", "run sohoa rebuild-index"),
    Imbalance.NOT_INDEXED: ("chạy sohoa rebuild-index", "run sohoa rebuild-index"),
    Imbalance.OBJECT_MISSING: ("lấy lại từ bản sao lưu hoặc quét lại", "restore it from the backup, or scan again"),
    Imbalance.OBJECT_ALTERED: ("lấy lại từ bản sao lưu hoặc quét lại", "restore it from the backup, or scan again"),
    Imbalance.COUNT_DIFFERS: ("đếm lại hồ sơ giấy", "count the paper dossier again"),
    Imbalance.NOT_IN_STORE: ("quét lại hồ sơ", "scan the dossier again"),
}  # fmt: skip
_STATES = {
    RunState.QUEUED: ("chờ xử lý", "queued"),
    RunState.IN_FLIGHT: ("đang xử lý", "in work"),
    RunState.PENDING: ("đang chờ", "waits"),
}


def reconcile(
    as_json: Annotated[
        bool, typer.Option("--json", help=text("In kết quả JSON.", "Print the result as JSON."))
    ] = False,
) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        with reading_again(text("Đang đối soát từng trang…", "Reconciling page by page…")) as count:
            result = compare(audit.store, audit.database, progress=count)
        altered = [one.subject for one in result.unbalanced if one.kind is Imbalance.OBJECT_ALTERED]
        tell_missing_key(audit.store, settings, altered)
        facts: dict[str, Fact] = {"pages": result.ledger.scanned, "unbalanced": len(result.unbalanced)}
        told = "ok" if result.is_balanced else "not_balanced"
        audit.note(Action.RECONCILED, "archive", purpose=settings.purpose, result=told, facts=facts)
    if as_json:
        print(json.dumps({**dataclasses.asdict(result), "balanced": result.is_balanced}, ensure_ascii=False))
    else:
        _tell(result)
    if not result.is_balanced:
        raise typer.Exit(StoredObjectDamaged.exit_code)


def _tell(result: Reconciliation) -> None:
    for one in result.waiting:
        print(_waiting(one))
    for page in result.unbalanced:
        print(_unbalanced(page))
    ledger = result.ledger
    form = text(
        "Đã quét {} trang = {} số hóa + {} bị loại có lý do + {} đang xử lý; trong kho: {} số hóa, {} bị loại",
        "{} pages scanned = {} digitized + {} rejected with a reason + {} in flight; in the store: {} digitized, {} rejected",
    )
    counts = form.format(
        ledger.scanned,
        ledger.digitized,
        ledger.rejected,
        ledger.in_flight,
        result.stored_digitized,
        result.stored_rejected,
    )
    wrong = len(result.unbalanced)
    verdict = text("KHỚP", "BALANCED") if not wrong else text(f"KHÔNG KHỚP: {wrong}", f"NOT BALANCED: {wrong}")
    print(f"{counts}: {verdict}")


def _waiting(one: Waiting) -> str:
    state = text(*_STATES[RunState(one.state)])
    said = reason_text(one.reason) if one.reason else None
    why = f" ({text(said.vi, said.en)})" if said else ""
    again = text("chạy lại cùng lệnh để làm tiếp", "run the same command again to go on")
    return f"{one.dossier_code}: {text(f'{one.pages} trang', f'{one.pages} pages')} {state}{why}, {one.since[:16]}; {again}"


def _unbalanced(page: Unbalanced) -> str:
    where = f"{page.dossier_code} {text('trang', 'page')} {page.page}" if page.page else page.dossier_code
    about = f" [{page.subject}]" if page.subject else ""
    todo = _WHAT_TO_DO.get(page.kind)
    return f"{where}: {text(*_KINDS[page.kind])}{about}{'; ' + text(*todo) if todo else ''}".lstrip(": ")
