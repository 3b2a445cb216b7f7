"""Late and waiting: dossiers past their appointment, minutes from reception to record, dossiers a clerk and a day."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from statistics import median

from sqlalchemy import func, select

from models.rates import Count, percentage
from storage.database import Database
from storage.keeping_tables import CHANGES
from storage.lifecycle_json import lifecycle_from_json
from storage.rate_facts import UNKNOWN_CLERK
from storage.rates import Cohort, RateBy, rates
from storage.tables import LIFECYCLE, RATE_FACTS

NORM_MINUTES = (15, 20)
"""How long a citizen may wait at the counter (Bình Dương's norms)."""
NORMS_A_YEAR = (1600, 1200, 800)
"""Dossiers an officer should receive a year: elsewhere, in rural and in remote communes (QĐ 468/QĐ-TTg, 2021)."""
_VIETNAM = timezone(timedelta(hours=7))
_DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Overdue:
    """A dossier that is not finished and past its appointment, by so many days."""

    dossier_code: str
    unit: str
    procedure: str
    clerk: str
    due_on: date
    days: int


@dataclass(frozen=True, slots=True)
class Punctuality:
    """A unit: finished on time, finished late, not finished and overdue; the rate of indicator 2.1 in per cent."""

    unit: str
    on_time: int
    late: int
    overdue: int

    @property
    def rate(self) -> float | None:
        """On time, of those finished or overdue (QĐ 766/QĐ-TTg, 2.1)."""
        return percentage(self.on_time, self.on_time + self.late + self.overdue)


@dataclass(frozen=True, slots=True)
class Wait:
    """A unit: dossiers whose hour of reception is known, minutes from it to the record, shares within the norms in per cent."""

    unit: str
    dossiers: int
    median_minutes: float
    within: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Workload:
    """A clerk: dossiers received, days on which any was, dossiers on such a day, and a year at this pace."""

    clerk: str
    dossiers: int
    days: int
    a_day: float
    a_year: int


def overdue(database: Database, cohort: Cohort, *, today: date) -> tuple[Overdue, ...]:
    """The cohort's unfinished dossiers whose appointment was before today, the longest overdue first."""
    facts = RATE_FACTS.c
    columns = (facts.dossier_code, facts.unit, facts.procedure, facts.clerk, facts.due_on)
    query = cohort.narrow(select(*columns).where(facts.due_on < today).order_by(facts.due_on, facts.dossier_code))
    with database.reading() as connection:
        found = connection.execute(query)
        return tuple(
            Overdue(row[0], row[1], row[2], row[3], row[4], (today - row[4]).days)
            for row in found
            if cohort.holds(row[1])
        )


def punctuality(database: Database, cohort: Cohort, *, today: date) -> tuple[Punctuality, ...]:
    """By unit, parents adding up; units of which no appointment is known are left out."""
    waiting: dict[str, int] = defaultdict(int)
    for dossier in overdue(database, cohort, today=today):
        for unit in cohort.tree.path(dossier.unit, cohort.day):
            waiting[unit] += 1
    rows = (
        Punctuality(row.key, row.number(Count.ON_TIME), row.number(Count.LATE), waiting[row.key])
        for row in rates(database, by=RateBy.UNIT, cohort=cohort)
    )
    return tuple(row for row in rows if row.rate is not None)


def waits(database: Database, cohort: Cohort) -> tuple[Wait, ...]:
    """By unit, of the dossiers that came over the counter with an hour: until the first record was kept here.

    A day without an hour tells no minutes. Dossiers scanned before they were entered waited for nothing and count as 0.
    """
    facts = RATE_FACTS.c
    first = (
        select(CHANGES.c.dossier_code, func.min(CHANGES.c.at).label("at")).group_by(CHANGES.c.dossier_code).subquery()
    )
    query = (
        select(facts.unit, LIFECYCLE.c.packet, first.c.at)
        .select_from(
            RATE_FACTS.join(LIFECYCLE, LIFECYCLE.c.dossier_code == facts.dossier_code)
            .join(first, first.c.dossier_code == facts.dossier_code)
        )
        .where(facts.counts.op("&")(int(Count.RECORD)) != 0)
    )  # fmt: skip
    minutes: dict[str, list[float]] = defaultdict(list)
    with database.reading() as connection:
        for unit, packet, at in connection.execute(cohort.narrow(query)):
            received = lifecycle_from_json(json.loads(packet)).received_at
            if received is not None and received.time() != time.min and cohort.holds(unit):
                waited = datetime.fromisoformat(at) - received.replace(tzinfo=_VIETNAM)
                minutes[unit].append(max(0.0, waited.total_seconds() / 60))
    return tuple(
        Wait(unit, len(found), round(median(found), 1), tuple(_within(found, norm) for norm in NORM_MINUTES))
        for unit, found in sorted(minutes.items())
    )


def workload(database: Database, cohort: Cohort) -> tuple[Workload, ...]:
    """By clerk, as lifecycle data names them; a year at the pace of the period, from its first to its last day."""
    facts = RATE_FACTS.c
    query = select(facts.clerk, facts.unit, facts.received_on, func.count()).group_by(
        facts.clerk, facts.unit, facts.received_on
    )
    days: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    with database.reading() as connection:
        for clerk, unit, day, number in connection.execute(cohort.narrow(query.where(facts.clerk != UNKNOWN_CLERK))):
            if cohort.holds(unit):
                days[clerk][day] += number
    every = [day for of in days.values() for day in of]
    if not every:
        return ()
    span = ((cohort.last or max(every)) - (cohort.first or min(every))).days + 1
    return tuple(
        Workload(
            clerk,
            sum(of.values()),
            len(of),
            round(sum(of.values()) / len(of), 1),
            round(sum(of.values()) * _DAYS_A_YEAR / span),
        )
        for clerk, of in sorted(days.items())
    )


def _within(minutes: list[float], norm: int) -> float:
    return percentage(sum(waited <= norm for waited in minutes), len(minutes)) or 0.0
