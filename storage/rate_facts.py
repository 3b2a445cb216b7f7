"""What the rates are counted from: one row a dossier received, made from its record and what the one-stop system told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select, text

from models.dossier import UNKNOWN_UNIT, DossierCode
from models.evidence import Gap, Judgement, Lack, judge, judge_record
from models.lifecycle import CLOSED, RECEIVED, Lifecycle
from models.procedure import base_code
from models.rates import Count
from models.record import DossierRecord
from storage.database import Database
from storage.lifecycle_json import lifecycle_from_json
from storage.reused import papers_taken_over
from storage.tables import DOSSIERS, LIFECYCLE, RATE_FACTS

UNKNOWN_PROCEDURE = "unknown"
UNKNOWN_CLERK = "unknown"
UNKNOWN_SCANNER = "unknown"
MOST_AT_ONCE = 500
"""Dossiers a transaction: each takes a lock on PostgreSQL, whose table of locks is not large."""


def record_columns(record: DossierRecord) -> dict[str, Any]:
    """The columns of DOSSIERS that hold what the record alone counts for."""
    judged = judge_record(record)
    return {"counts": int(judged.counts), "lacks": lacks_json(judged.lacks)}


def refresh_facts(database: Database, connection: Connection, codes: Iterable[str]) -> None:
    """Makes the facts of these dossiers anew, in the transaction that changed their record or lifecycle."""
    wanted = sorted(set(codes))
    lock_dossiers(database, connection, wanted)
    records = {row.dossier_code: row for row in connection.execute(_record_side(wanted))}
    told = {
        row.dossier_code: lifecycle_from_json(json.loads(row.packet))
        for row in connection.execute(select(LIFECYCLE).where(LIFECYCLE.c.dossier_code.in_(wanted)))
    }
    taken = papers_taken_over(connection, wanted)
    rows = [row for code in wanted if (row := _fact(code, records.get(code), told.get(code), taken.get(code, ())))]
    gone = set(wanted) - {row["dossier_code"] for row in rows}
    if gone:
        connection.execute(delete(RATE_FACTS).where(RATE_FACTS.c.dossier_code.in_(sorted(gone))))
    database.upsert(connection, RATE_FACTS, rows)


def judged(record: Any, lifecycle: Lifecycle | None, taken_over: Collection[str]) -> Judgement:
    """The judgement of a dossier from its row of DOSSIERS (or None), what was told of it and what was taken over."""
    alone = Judgement(Count(record.counts), lacks_from_json(record.lacks)) if record is not None else None
    return judge(alone, lifecycle, taken_over)


def lacks_json(lacks: Sequence[Lack]) -> str:
    """Lacks as the index holds them."""
    return json.dumps([[lack.rate, lack.reason, lack.component, lack.pages, lack.detail] for lack in lacks])


def lacks_from_json(stored: str) -> tuple[Lack, ...]:
    """What `lacks_json` wrote."""
    return tuple(
        Lack(rate, Gap(reason), component, tuple(pages), detail)
        for rate, reason, component, pages, detail in json.loads(stored)
    )


def _record_side(codes: Sequence[str]) -> Any:
    table = DOSSIERS.c
    columns = (table.dossier_code, table.unit, table.procedure, table.received_on, table.counts, table.lacks)
    return select(*columns).where(table.dossier_code.in_(list(codes)))


def _fact(code: str, record: Any, lifecycle: Lifecycle | None, taken_over: Collection[str]) -> dict[str, Any] | None:
    """The row, or None where the dossier is in no account: unclaimed pages, or never received (status 1 or 3)."""
    if lifecycle and lifecycle.status not in RECEIVED:
        return None
    if record is None and lifecycle is None:
        return None
    unit = (lifecycle and lifecycle.unit) or (record.unit if record is not None else _parsed(code).unit)
    if unit == UNKNOWN_UNIT:
        return None
    procedure = (lifecycle and lifecycle.procedure) or (record and record.procedure)
    return {
        "dossier_code": code,
        "unit": unit,
        "procedure": base_code(procedure) if procedure else UNKNOWN_PROCEDURE,
        "received_on": _received_on(code, record, lifecycle),
        "clerk": (lifecycle and lifecycle.clerk) or UNKNOWN_CLERK,
        "scanner": (lifecycle and lifecycle.scanner) or UNKNOWN_SCANNER,
        "counts": int(judged(record, lifecycle, taken_over).counts),
        "due_on": _due_on(lifecycle),
    }


def _received_on(code: str, record: Any, lifecycle: Lifecycle | None) -> date:
    """The day that the one-stop system tells, else the record's, else the one in the code."""
    if lifecycle and lifecycle.received_at:
        return lifecycle.received_at.date()
    day: date = record.received_on if record is not None else _parsed(code).received_on
    return day


def _parsed(code: str) -> DossierCode:
    parsed = DossierCode.parse(code)
    assert parsed is not None, "lifecycle data has dossier codes only"
    return parsed


def _due_on(lifecycle: Lifecycle | None) -> date | None:
    if lifecycle is None or lifecycle.status in CLOSED or lifecycle.appointed_at is None:
        return None
    return lifecycle.appointed_at.date()


def lock_dossiers(database: Database, connection: Connection, codes: Iterable[str]) -> None:
    """One transaction a dossier at a time: what another has just written of it must be seen before ours is.

    SQLite has one writer anyway.
    """
    if database.is_sqlite:
        return
    digests = (hashlib.sha256(code.encode("utf-8", "backslashreplace")).digest() for code in codes)
    for number in sorted(int.from_bytes(digest[:8], signed=True) for digest in digests):
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
