"""How well is read in daily work: what the print of a card was read as, beside what its code says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from models.identity import FieldSource
from models.keying import FIELDS, normal
from models.record import DossierRecord
from models.sampling import wilson
from storage.database import Database
from storage.rates import Cohort, month_of
from storage.tables import RATE_FACTS, READING_CHECKS

_LEAST = 30
"""Readings on either side below which a drop is not called one."""


class CheckedBy(StrEnum):
    """What one row of the readings is about."""

    FIELD = "field"
    UNIT = "unit"
    MONTH = "month"
    SCANNER = "scanner"


@dataclass(frozen=True, slots=True)
class Checked:
    """One row: fields whose code was read, print that was read too, print that agrees; shares (0 to 1) of the last."""

    by: CheckedBy
    key: str
    coded: int
    read: int
    right: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share of right readings lies with 95 %."""
        return wilson(self.right, self.read)

    def to_json(self) -> dict[str, Any]:
        """As `sohoa accuracy --json` prints it."""
        low, high = self.interval or (None, None)
        share = self.right / self.read if self.read else None
        return {self.by.value: self.key, "coded": self.coded, "read": self.read, "right": self.right,
                "share": share, "low": low, "high": high}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drop:
    """A field that is read worse in the last month than before it: the intervals do not even touch."""

    field: str
    month: str
    before: Checked
    now: Checked


def reading_checks(record: DossierRecord) -> list[dict[str, Any]]:
    """The rows of READING_CHECKS that a record gives: a field from a code, and whether the print beside it agrees."""
    rows = []
    for place, matched in enumerate(record.persons):
        for name in FIELDS:
            field = getattr(matched.person, name)
            if field is not None and field.source is FieldSource.QR:
                agrees = None if field.printed is None else normal(name, field.printed) == normal(name, field.value)
                rows.append({"dossier_code": record.dossier_code, "person": place, "field": name, "agrees": agrees})
    return rows


def checked(database: Database, cohort: Cohort, *, by: CheckedBy) -> tuple[Checked, ...]:
    """The readings of the cohort's dossiers, a row a field, unit, month of reception or scanner."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for group in _groups(database, cohort):
        _add(counts[getattr(group, by.value)], group)
    return tuple(Checked(by, key, *numbers) for key, numbers in sorted(counts.items()))


def drops(database: Database, cohort: Cohort) -> tuple[Drop, ...]:
    """The fields whose reading fell in the cohort's last month below what it was before."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for group in _groups(database, cohort):
        _add(counts[group.field, group.month], group)
    if not counts:
        return ()
    last = max(month for _, month in counts)
    found = []
    for field in FIELDS:
        earlier = [numbers for (name, month), numbers in counts.items() if name == field and month < last]
        before = Checked(CheckedBy.FIELD, field, *(map(sum, zip(*earlier, strict=True)) if earlier else (0, 0, 0)))
        now = Checked(CheckedBy.FIELD, field, *counts.get((field, last), (0, 0, 0)))
        if min(before.read, now.read) >= _LEAST and _is_below(now, before):
            found.append(Drop(field, last, before, now))
    return tuple(found)


def _is_below(now: Checked, before: Checked) -> bool:
    below, above = now.interval, before.interval
    return below is not None and above is not None and below[1] < above[0]


def _add(numbers: list[int], group: Any) -> None:
    for place, counted in enumerate((True, group.agrees is not None, bool(group.agrees))):
        numbers[place] += group.fields if counted else 0


def _groups(database: Database, cohort: Cohort) -> Sequence[Any]:
    """Fields by unit, month, scanner, field and agreement; how many there are of each is `fields`."""
    facts, checks = RATE_FACTS.c, READING_CHECKS.c
    month = month_of(database, facts.received_on)
    keys = (facts.unit, month, facts.scanner, checks.field, checks.agrees)
    query = (
        select(
            facts.unit, month.label("month"), facts.scanner, checks.field, checks.agrees, func.count().label("fields")
        )
        .select_from(READING_CHECKS.join(RATE_FACTS, facts.dossier_code == checks.dossier_code))
        .group_by(*keys)
    )
    with database.reading() as connection:
        return [group for group in connection.execute(cohort.narrow(query)) if cohort.holds(group.unit)]
