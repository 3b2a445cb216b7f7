"""Frozen reports: a period's figures with their definitions, the dossiers behind them and a signature, kept for good."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from models.errors import StoredObjectDamaged, UsageError
from models.rates import COHORT_EN, COHORT_VI, DEFINITIONS_VERSION, POPULATION_PROCEDURES, RATES, percentage, points
from storage import keys, report_seal
from storage.database import Database
from storage.objects import ObjectMissing, ObjectStore, digest_and_size
from storage.rate_facts import UNKNOWN_PROCEDURE
from storage.rate_snapshot import Change, Counted, changes, from_csv, rows_of, snapshot, to_csv
from storage.rates import Cohort, RateBy, RateRow, total
from storage.record_json import canonical_bytes

Json = dict[str, Any]
_VIETNAM = timezone(timedelta(hours=7))
_NAME = re.compile(
    r"[A-Z0-9.]+_\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2}_\d{4}|all_\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2}_\d{4}"
)
_LEVELS = (RateBy.PROVINCE, RateBy.UNIT, RateBy.PROCEDURE, RateBy.MONTH, RateBy.CLERK)


@dataclass(frozen=True, slots=True)
class FrozenReport:
    """A report as it rests in the store: its bytes, what they say, and whether its signature holds (None: unsigned)."""

    name: str
    content: bytes
    report: Json
    signature: Json | None
    holds: bool | None


def compile_report(dossiers: Sequence[Counted], cohort: Cohort, *, other_points: float | None = None) -> Json:
    """The figures of a snapshot: a table a level, and the whole cohort as one row.

    other_points: what is not counted here (groups 1, 2, 3, 5 and the certified copies of QĐ 766), so that the sum has a class
    """
    tables = {by.value: rows_of(dossiers, by=by, cohort=cohort) for by in _LEVELS}
    whole = total(tables[RateBy.MONTH.value], by=RateBy.UNIT, key=cohort.scope or "all").to_json()
    places = tables[RateBy.PROVINCE.value]
    whole |= {"units": sum(row.units for row in places), "units_digitizing": sum(row.digitizing for row in places)}
    whole["indicators"][POPULATION_PROCEDURES.code] = _population_procedures(tables[RateBy.PROCEDURE.value])
    return {
        "from": cohort.first.isoformat() if cohort.first else None,
        "to": cohort.last.isoformat() if cohort.last else None,
        "unit": cohort.scope,
        "unit_name": cohort.tree.name(cohort.scope, cohort.day) if cohort.scope else None,
        "cohort": {"vi": COHORT_VI, "en": COHORT_EN},
        "definitions": {"version": DEFINITIONS_VERSION, "rates": _definitions()},
        "total": whole,
        "other_points": other_points,
        "tables": {name: [row.to_json() for row in rows] for name, rows in tables.items()},
    }


def freeze(
    store: ObjectStore,
    database: Database,
    cohort: Cohort,
    *,
    frozen_at: datetime,
    key: str | None,
    again: bool = False,
    other_points: float | None = None,
) -> tuple[FrozenReport, bool]:
    """The cohort's frozen report, and whether it was made now; one that there is already is given back as it is.

    One that was frozen before its period was over binds nobody after that: the whole period is frozen beside it.
    again: freeze the figures of now beside it, under the next number
    key: the private key that signs it, None where it goes unsigned; other_points: see compile_report
    Raises UsageError where a period or its end is missing, StorageUnreachable.
    """
    stem = _stem(cohort)
    numbers = [int(name.rpartition("_")[2]) for name in names(store) if name.rpartition("_")[0] == stem]
    if numbers and not again:
        before = load_report(store, f"{stem}_{max(numbers):04d}")
        if is_whole(before.report) or not _is_over(cohort.last, frozen_at):
            return before, False
    dossiers = snapshot(database, cohort)
    listed = to_csv(dossiers)
    sha256, _ = digest_and_size(listed)
    number = max(numbers, default=0) + 1
    while True:
        name = f"{stem}_{number:04d}"
        list_key = keys.report_dossiers_key(name, sha256)
        report = {
            "name": name,
            "frozen_at": frozen_at.isoformat(timespec="seconds"),
            **compile_report(dossiers, cohort, other_points=other_points),
        }
        report["inputs"] = {"dossiers": len(dossiers), "key": list_key, "sha256": sha256}
        body = canonical_bytes(report)
        signature = report_seal.seal(body, key) if key else None
        content = canonical_bytes({"report": report, "sha256": digest_and_size(body)[0], "signature": signature})
        store.put_if_absent(list_key, listed, sha256=sha256)
        if store.put_if_absent(keys.report_key(name), content, sha256=digest_and_size(content)[0]):
            return load_report(store, name), True
        if not again:  # another process froze the same period at this moment
            return load_report(store, name), False
        number += 1


def is_whole(report: Json) -> bool:
    """Whether the report was frozen after the last day of its period; else dossiers may have come since."""
    return _is_over(date.fromisoformat(report["to"]), datetime.fromisoformat(report["frozen_at"]))


def _is_over(last: date | None, at: datetime) -> bool:
    return last is not None and last < at.astimezone(_VIETNAM).date()


def load_report(store: ObjectStore, name: str) -> FrozenReport:
    """The report of that name, byte for byte; raises UsageError where there is none, StoredObjectDamaged where it was altered."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"no frozen report is named {name}", f"không có báo cáo đã chốt tên {name}")
    try:
        content = store.get(keys.report_key(name))
    except ObjectMissing:
        raise UsageError(f"no frozen report is named {name}", f"không có báo cáo đã chốt tên {name}") from None
    try:
        envelope = json.loads(content)
        report, signature = envelope["report"], envelope["signature"]
        body = canonical_bytes(report)
        sound = digest_and_size(body)[0] == envelope["sha256"] and report["name"] == name
    except (ValueError, KeyError, TypeError) as error:
        raise StoredObjectDamaged(f"no report: {keys.report_key(name)}") from error
    holds = report_seal.holds(body, signature) if signature else None
    if not sound or holds is False:
        raise StoredObjectDamaged(f"a frozen report was altered: {keys.report_key(name)}")
    return FrozenReport(name, content, report, signature, holds)


def dossiers_of(store: ObjectStore, frozen: FrozenReport) -> tuple[Counted, ...]:
    """The dossiers behind a frozen report; raises StoredObjectDamaged where the list is not the one that was frozen."""
    inputs = frozen.report["inputs"]
    content = store.get(inputs["key"])
    if digest_and_size(content)[0] != inputs["sha256"]:
        raise StoredObjectDamaged(f"not what was frozen: {inputs['key']}")
    return from_csv(content)


def diff(store: ObjectStore, database: Database, frozen: FrozenReport, cohort: Cohort) -> tuple[Change, ...]:
    """What changed since the report was frozen, figure by figure, with the dossiers; `cohort` as `cohort_of` gives it."""
    return changes(dossiers_of(store, frozen), snapshot(database, cohort))


def names(store: ObjectStore) -> Iterator[str]:
    """The frozen reports' names, in order."""
    for stat in store.under(keys.REPORTS):
        name = stat.key.removeprefix(keys.REPORTS).removesuffix(".json")
        if _NAME.fullmatch(name):
            yield name


def cohort_of(report: Json, cohort: Cohort) -> Cohort:
    """The report's period and unit, in the tree of `cohort`."""
    first, last = (date.fromisoformat(report[name]) for name in ("from", "to"))
    return Cohort(first, last, report["unit"], None, last, cohort.tree)


def _population_procedures(rows: Sequence[RateRow]) -> Json:
    rate = POPULATION_PROCEDURES
    known = [row for row in rows if row.key != UNKNOWN_PROCEDURE and row.number(rate.whole)]
    part = sum(row.number(rate.part) > 0 for row in known)
    share = percentage(part, len(known))
    return {
        "part": part,
        "whole": len(known),
        "rate": share,
        "points": points(rate, part, len(known)),
        "most": rate.points,
    }


def _stem(cohort: Cohort) -> str:
    if not (cohort.first and cohort.last):
        raise UsageError("a report needs --from and --to", "báo cáo cần --from và --to")
    if cohort.procedure:
        raise UsageError("a report is about all procedures", "báo cáo gồm mọi thủ tục")
    stem = f"{cohort.scope or 'all'}_{cohort.first}_{cohort.last}"
    if not _NAME.fullmatch(f"{stem}_0001"):  # else it would be kept, and never shown
        raise UsageError(f"no unit: {cohort.scope}", f"không phải đơn vị: {cohort.scope}")
    return stem


def _definitions() -> list[Json]:
    return [
        {
            "code": rate.code, "vi": rate.vi, "en": rate.en, "source": rate.source, "meaning_vi": rate.meaning_vi,
            "meaning_en": rate.meaning_en, "points": rate.points, "full_at": rate.full_at if rate.points else None,
            "part": int(rate.part), "whole": int(rate.whole),
        }
        for rate in (*RATES, POPULATION_PROCEDURES)
    ]  # fmt: skip
