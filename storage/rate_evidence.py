"""From each figure of the rates to its dossiers, and for each that does not count, the component and the reason."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from models.evidence import Lack
from models.rates import Rate
from storage.database import Database
from storage.lifecycle_json import lifecycle_from_json
from storage.rate_facts import judged
from storage.rates import Cohort
from storage.reused import papers_taken_over
from storage.tables import DOSSIERS, LIFECYCLE, RATE_FACTS


@dataclass(frozen=True, slots=True)
class Evidence:
    """A dossier behind a rate: whether it counts (is in the numerator), and if not, why. Names nobody."""

    dossier_code: str
    unit: str
    procedure: str
    received_on: date
    counts: bool
    lacks: tuple[Lack, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `sohoa rates --evidence --format json` prints it."""
        return {
            "dossier_code": self.dossier_code,
            "unit": self.unit,
            "procedure": self.procedure,
            "received_on": self.received_on.isoformat(),
            "counts": self.counts,
            "lacks": [
                {"component": k.component, "reason": k.reason.value, "pages": list(k.pages), "detail": k.detail}
                for k in self.lacks
            ],
        }


def evidence(database: Database, rate: Rate, cohort: Cohort, *, missing_only: bool = False) -> Iterator[Evidence]:
    """The dossiers of the rate's denominator by code, those that do not count with what they lack.

    missing_only: only those
    """
    facts, dossiers, told = RATE_FACTS.c, DOSSIERS.c, LIFECYCLE.c
    query = (
        select(facts.dossier_code, facts.unit, facts.procedure, facts.received_on, facts.counts.label("bits"),
               dossiers.counts, dossiers.lacks, told.packet)
        .select_from(
            RATE_FACTS.outerjoin(DOSSIERS, dossiers.dossier_code == facts.dossier_code)
            .outerjoin(LIFECYCLE, told.dossier_code == facts.dossier_code)
        )
        .where(facts.counts.op("&")(int(rate.whole)) == int(rate.whole))
        .order_by(facts.dossier_code)
    )  # fmt: skip
    if missing_only:
        query = query.where(facts.counts.op("&")(int(rate.part)) != int(rate.part))
    with database.reading() as connection:
        for rows in connection.execution_options(yield_per=500).execute(cohort.narrow(query)).partitions():
            within = [row for row in rows if cohort.holds(row.unit)]
            taken = papers_taken_over(connection, [row.dossier_code for row in within])
            for row in within:
                yield _evidence(row, rate, taken.get(row.dossier_code, ()))


def _evidence(row: Any, rate: Rate, taken_over: Collection[str]) -> Evidence:
    counts = row.bits & rate.part == rate.part
    lacks: tuple[Lack, ...] = ()
    if not counts:
        record = row if row.lacks is not None else None
        lifecycle = lifecycle_from_json(json.loads(row.packet)) if row.packet else None
        lacks = tuple(lack for lack in judged(record, lifecycle, taken_over).lacks if lack.rate == rate.code)
    return Evidence(row.dossier_code, row.unit, row.procedure, row.received_on, bool(counts), lacks)
