"""Digitization rates (tỷ lệ số hóa): what each dossier counts for, and the sums by unit, procedure or month."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, cast, func, select

from models.document import Document, Part
from models.dossier import UNKNOWN_UNIT
from models.outcome import PageOutcome
from models.procedure import base_code
from models.record import DossierRecord
from storage.database import Database
from storage.tables import DOSSIERS

UNKNOWN_PROCEDURE = "unknown"
_OLD_UNIT = re.compile(r"(\d{3})\.(\d{2})\.(\d{2})\.([A-Z]\d{2})")


class RateBy(StrEnum):
    """What one row of the rates is about."""

    UNIT = "unit"
    PROCEDURE = "procedure"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class DossierCounts:
    """What one dossier adds to the numerators (QĐ 766/QĐ-TTg, group 4; TT 01/2023/TT-VPCP, Articles 4 and 7).

    component_digitized: at least one submitted paper (thành phần hồ sơ) is digitized, all its pages
    fully_digitized: the procedure is known, no paper that it requires is missing, and every submitted paper is digitized
    resolved: it holds an issued result (kết quả giải quyết). Without lifecycle data this is the only sign that a
        dossier was resolved, so a result that was never scanned lowers no rate yet
    result_digitized: an issued result is digitized, all its pages
    reused: a paper was taken over instead of scanned again; lifecycle data will tell, until then never
    """

    component_digitized: bool
    fully_digitized: bool
    resolved: bool
    result_digitized: bool
    reused: bool = False


@dataclass(frozen=True, slots=True)
class RateRow:
    """One row; the cohort is the dossiers received (ngày tiếp nhận) in the period that have a record.

    Rates are percentages with two decimals, half up; None where the denominator is 0.
    """

    by: RateBy
    key: str
    received: int
    component_digitized: int
    fully_digitized: int
    resolved: int
    result_digitized: int
    reused: int

    @property
    def component_rate(self) -> float | None:
        """Dossiers with a component digitized, of those received (Đô Lương, Q1/2024: 3,350 / 3,351 = 99.97)."""
        return percentage(self.component_digitized, self.received)

    @property
    def full_rate(self) -> float | None:
        """Dossiers digitized in full, of those received (3,343 / 3,351 = 99.76)."""
        return percentage(self.fully_digitized, self.received)

    @property
    def result_rate(self) -> float | None:
        """Resolved dossiers whose result is digitized, of those resolved (3,294 / 3,294 = 100)."""
        return percentage(self.result_digitized, self.resolved)

    @property
    def reuse_rate(self) -> float | None:
        """QĐ 766/QĐ-TTg, indicator 4.3: dossiers with a re-used paper, of those received."""
        return percentage(self.reused, self.received)

    def to_json(self) -> dict[str, Any]:
        """The contract's row."""
        return {
            self.by.value: self.key,
            "received": self.received,
            "component_digitized": self.component_digitized,
            "fully_digitized": self.fully_digitized,
            "resolved": self.resolved,
            "result_digitized": self.result_digitized,
            "reused": self.reused,
            "component_rate": self.component_rate,
            "full_rate": self.full_rate,
            "result_rate": self.result_rate,
            "reuse_rate": self.reuse_rate,
        }


def percentage(part: int, whole: int) -> float | None:
    """Per cent with two decimals, half up; None of nothing. 3343 of 3351 is 99.76."""
    if whole == 0:
        return None
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def counts_of(record: DossierRecord) -> DossierCounts:
    """What the record counts for; see DossierCounts."""
    good_pages = {page.number for page in record.pages if page.outcome is PageOutcome.DIGITIZED}

    def digitized(document: Document) -> bool:
        return good_pages.issuperset(document.pages)

    components = [d for d in record.documents if d.part is Part.COMPONENT]
    results = [d for d in record.documents if d.part is Part.RESULT]
    whole = record.procedure is not None and not record.components.missing
    return DossierCounts(
        component_digitized=any(map(digitized, components)),
        fully_digitized=whole and bool(components) and all(map(digitized, components)),
        resolved=bool(results),
        result_digitized=any(map(digitized, results)),
    )


def unit_path(unit: str) -> tuple[str, ...]:
    """The unit and all above it, highest first.

    `H40.12.03` lies in `H40.12`, that in `H40` (QĐ 20/2020/QĐ-TTg). The old form reads from its lowest level:
    `005.00.12.H40` lies in `000.00.12.H40`, that in `H40` (TT 01/2018/TT-VPCP, Article 19).
    Old and new codes of one office are not joined: no rule says that 000.00.12.H40 became H40.12.
    """
    old = _OLD_UNIT.fullmatch(unit)
    if not old:
        parts = unit.split(".")
        return tuple(".".join(parts[: n + 1]) for n in range(len(parts)))
    lowest, middle, office, top = old.groups()
    path = [top, f"000.00.{office}.{top}", f"000.{middle}.{office}.{top}", f"{lowest}.{middle}.{office}.{top}"]
    present = [True, office != "00", middle != "00", lowest != "000"]
    return tuple(step for step, here in zip(path, present, strict=True) if here)


def rates(
    database: Database,
    *,
    by: RateBy,
    first: date | None = None,
    last: date | None = None,
    unit: str | None = None,
) -> tuple[RateRow, ...]:
    """The rates of the dossiers received from `first` to `last` (both included) in the unit and those below it.

    By unit there is a row for every unit with dossiers and for every unit above it (down from `unit` if given):
    a parent adds its children's counts, never their rates. By procedure, provincial variants count as the national
    code, and dossiers of no known procedure as `unknown`. By month of reception: `2026-01`. Pages that no dossier
    claims yet (unit `unknown`) were not received as a dossier and are in no row.
    """
    scope = unit_path(unit)[-1] if unit else None
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for row in _grouped(database, first, last):
        path = unit_path(row[0])
        if scope and scope not in path:
            continue
        for key in _row_keys(by, path, row[1], row[2], scope):
            sums[key] = [total + int(count) for total, count in zip(sums[key], row[3:], strict=True)]
    if scope and by is RateBy.UNIT:
        _ = sums[scope]  # a unit that received nothing is told so
    return tuple(
        RateRow(by, key, *counts) for key, counts in sorted(sums.items(), key=lambda item: _order(by, item[0]))
    )


def _row_keys(by: RateBy, path: tuple[str, ...], procedure: str | None, month: str, scope: str | None) -> Iterable[str]:
    if by is RateBy.PROCEDURE:
        return (base_code(procedure) if procedure else UNKNOWN_PROCEDURE,)
    if by is RateBy.MONTH:
        return (month,)
    return path[path.index(scope) :] if scope else path


def _order(by: RateBy, key: str) -> tuple[str, ...]:
    return unit_path(key) if by is RateBy.UNIT else (key,)


def _grouped(database: Database, first: date | None, last: date | None) -> list[tuple[Any, ...]]:
    """Unit, procedure, month, then the six counts."""
    table = DOSSIERS.c
    text = "strftime" if database.is_sqlite else "to_char"
    month = (
        func.strftime("%Y-%m", table.received_on) if text == "strftime" else func.to_char(table.received_on, "YYYY-MM")
    )
    flags = (table.component_digitized, table.fully_digitized, table.resolved, table.result_digitized, table.reused)
    query = (
        select(table.unit, table.procedure, month, func.count(), *(func.sum(cast(flag, Integer)) for flag in flags))
        .where(table.unit != UNKNOWN_UNIT)
        .group_by(table.unit, table.procedure, month)
    )
    if first:
        query = query.where(table.received_on >= first)
    if last:
        query = query.where(table.received_on <= last)
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]
