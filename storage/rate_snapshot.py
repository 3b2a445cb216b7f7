"""The dossiers of a cohort at one moment: what each counts for, and the digests of what says so; rates of them and changes."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from models.rates import RATES, Count, percentage
from storage.database import Database
from storage.rates import Cohort, RateBy, RateRow, rows_of_groups
from storage.tables import DOSSIERS, LIFECYCLE, RATE_FACTS


@dataclass(frozen=True, slots=True)
class Counted:
    """One dossier of a snapshot. The digests are of its record and of its lifecycle data, empty where it has none."""

    dossier_code: str
    unit: str
    procedure: str
    received_on: date
    clerk: str
    counts: int
    record_sha256: str
    lifecycle_sha256: str


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not what it was: numerator and denominator before and now, and the dossiers that changed it.

    dossiers: code, what it adds to numerator and denominator (-1, 0, 1), and what changed: `new`, `gone`, `record`,
        `lifecycle`, or `rules` where nothing of the dossier did
    """

    rate: str
    before: tuple[int, int]
    now: tuple[int, int]
    dossiers: tuple[tuple[str, int, int, str], ...]

    def to_json(self) -> dict[str, Any]:
        """As `sohoa report diff --json` prints it."""
        told = {}
        for name, (part, whole) in (("before", self.before), ("now", self.now)):
            told[name] = {"part": part, "whole": whole, "rate": percentage(part, whole)}
        keys = ("dossier_code", "part", "whole", "because")
        return {"rate": self.rate, **told, "dossiers": [dict(zip(keys, d, strict=True)) for d in self.dossiers]}


def snapshot(database: Database, cohort: Cohort) -> tuple[Counted, ...]:
    """The cohort's dossiers by code, as one transaction sees them."""
    facts = RATE_FACTS.c
    query = (
        select(*(facts[name] for name in ("dossier_code", "unit", "procedure", "received_on", "clerk", "counts")),
               DOSSIERS.c.record_sha256, LIFECYCLE.c.packet)
        .select_from(
            RATE_FACTS.outerjoin(DOSSIERS, DOSSIERS.c.dossier_code == facts.dossier_code)
            .outerjoin(LIFECYCLE, LIFECYCLE.c.dossier_code == facts.dossier_code)
        )
        .order_by(facts.dossier_code)
    )  # fmt: skip
    with database.reading() as connection:
        found = connection.execution_options(yield_per=1000).execute(cohort.narrow(query))
        listed = [
            Counted(
                row.dossier_code,
                row.unit,
                row.procedure,
                row.received_on,
                row.clerk,
                row.counts,
                row.record_sha256 or "",
                hashlib.sha256(row.packet.encode()).hexdigest() if row.packet else "",
            )
            for row in found
            if cohort.holds(row.unit)
        ]
    return tuple(sorted(listed, key=lambda dossier: dossier.dossier_code))  # as Python orders, on either database


def rows_of(dossiers: Sequence[Counted], *, by: RateBy, cohort: Cohort) -> tuple[RateRow, ...]:
    """The rates of a snapshot; what storage.rates.rates gives of the database at that moment."""
    groups: Mapping[RateBy, Any] = {
        RateBy.PROCEDURE: lambda d: d.procedure, RateBy.CLERK: lambda d: d.clerk, RateBy.MONTH: lambda d: f"{d.received_on:%Y-%m}",
    }  # fmt: skip
    group = groups.get(by, lambda d: d.unit)
    counted = Counter((d.unit, group(d), d.counts) for d in dossiers)
    return rows_of_groups(((*key, number) for key, number in counted.items()), by=by, cohort=cohort)


def to_csv(dossiers: Sequence[Counted]) -> bytes:
    """The one form of a snapshot, so that equal ones have equal digests."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Counted))
    writer.writerows(astuple(dossier) for dossier in dossiers)
    return text.getvalue().encode("utf-8", "backslashreplace")


def from_csv(content: bytes) -> tuple[Counted, ...]:
    """What `to_csv` wrote."""
    rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    next(rows)
    return tuple(
        Counted(code, unit, procedure, date.fromisoformat(day), clerk, int(counts), record, lifecycle)
        for code, unit, procedure, day, clerk, counts, record, lifecycle in rows
    )


def changes(before: Sequence[Counted], now: Sequence[Counted]) -> tuple[Change, ...]:
    """The figures of the whole cohort that differ, each with every dossier that made it so; received comes first."""
    old, new = ({d.dossier_code: d for d in dossiers} for dossiers in (before, now))
    altered = [code for code in sorted(old.keys() | new.keys()) if _bits(old, code) != _bits(new, code)]
    found = []
    for name, part, whole in (("received", Count(0), Count(0)), *((r.code, r.part, r.whole) for r in RATES)):
        moved = []
        for code in altered:
            (in_part, in_whole), (had_part, had_whole) = (_place(side, code, part, whole) for side in (new, old))
            if (in_part, in_whole) != (had_part, had_whole):
                moved.append((code, in_part - had_part, in_whole - had_whole, _because(old.get(code), new.get(code))))
        if moved:
            found.append(Change(name, _sum(before, part, whole), _sum(now, part, whole), tuple(moved)))
    return tuple(found)


def _bits(dossiers: Mapping[str, Counted], code: str) -> int | None:
    return dossiers[code].counts if code in dossiers else None


def _place(dossiers: Mapping[str, Counted], code: str, part: Count, whole: Count) -> tuple[int, int]:
    bits = _bits(dossiers, code)
    if bits is None:
        return 0, 0
    return int(bits & (part | whole) == part | whole), int(bits & whole == whole)


def _sum(dossiers: Sequence[Counted], part: Count, whole: Count) -> tuple[int, int]:
    both = part | whole
    return sum(d.counts & both == both for d in dossiers), sum(d.counts & whole == whole for d in dossiers)


def _because(before: Counted | None, now: Counted | None) -> str:
    if before is None or now is None:
        return "new" if before is None else "gone"
    if before.record_sha256 != now.record_sha256:
        return "record"
    return "lifecycle" if before.lifecycle_sha256 != now.lifecycle_sha256 else "rules"
