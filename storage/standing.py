"""How things stand now: what waits, for whom and since when, what is stuck and why, who works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select

from storage.database import Database
from storage.ledger_tables import IS_PENDING, RUNS, WAITING_LINE, WORKERS
from storage.ledger_values import RunState
from storage.tables import DOSSIERS, FOR_REGISTRY
from storage.waiting_line import LOST_SECONDS, Lane

NO_WORKER = "no_worker"
"""Why a dossier in the line is stuck: the process whose turn it was is not heard of any more."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit's dossiers in one lane of the line: waiting, with a worker now, pages of both, and the oldest entry."""

    unit: str
    lane: Lane
    waiting: int
    in_work: int
    pages: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class Stuck:
    """A dossier that nobody works on: `reason` is a reason code or NO_WORKER."""

    dossier_code: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Present:
    """A process that digitizes, as last heard of; times in UTC."""

    name: str
    kind: str
    slots: int
    dossiers: int
    pages: int
    since: datetime
    seen_at: datetime
    lost: bool

    @property
    def pages_an_hour(self) -> float:
        """Pages finished an hour since it began; 0 in its first second."""
        seconds = (self.seen_at - self.since).total_seconds()
        return self.pages * 3600 / seconds if seconds >= 1 else 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it at one instant. `stuck` holds the longest stuck first, at most as many as were asked for.

    `for_registry` counts kept dossiers whose matching waits for the registry.
    """

    lines: tuple[UnitLine, ...]
    stuck: tuple[Stuck, ...]
    stuck_by_reason: dict[str, int]
    for_registry: int
    workers: tuple[Present, ...]

    @property
    def oldest_at(self) -> datetime | None:
        """When the dossier that waits longest came into the line."""
        return min((line.oldest_at for line in self.lines), default=None)


def standing(database: Database, *, now: datetime, most_stuck: int = 20) -> Standing:
    """How things stand at `now` (aware). Raises StorageUnreachable."""
    alive_since = _text(now - timedelta(seconds=LOST_SECONDS))
    with database.reading() as connection:
        counts, stuck = _stuck(connection, alive_since, most_stuck)
        return Standing(
            lines=_lines(connection),
            stuck=stuck,
            stuck_by_reason=counts,
            for_registry=_for_registry(connection),
            workers=tuple(_present(row, alive_since) for row in connection.execute(select(WORKERS).order_by("name"))),
        )


def _lines(connection: Connection) -> tuple[UnitLine, ...]:
    line = WAITING_LINE.c
    in_work = and_(RUNS.c.state == RunState.IN_FLIGHT.value, RUNS.c.batch == line.batch)
    query = (
        select(
            line.unit,
            line.lane,
            func.count(),
            func.sum(case((in_work, 1), else_=0)),
            func.sum(line.pages),
            func.min(line.entered_at),
        )
        .select_from(WAITING_LINE.outerjoin(RUNS, RUNS.c.dossier_code == line.dossier_code))
        .group_by(line.unit, line.lane)
        .order_by(line.lane.desc(), line.unit)
    )
    return tuple(
        UnitLine(unit, Lane(lane), count - working, int(working), int(pages), datetime.fromisoformat(oldest))
        for unit, lane, count, working, pages, oldest in connection.execute(query)
    )


def _stuck(connection: Connection, alive_since: str, most: int) -> tuple[dict[str, int], tuple[Stuck, ...]]:
    """Dossiers that the ledger knows as waiting, and those in the line of a process that is gone."""
    line = WAITING_LINE.c
    lost = or_(WORKERS.c.name.is_(None), WORKERS.c.seen_at < alive_since)
    of_ledger = select(RUNS.c.dossier_code, RUNS.c.reason, RUNS.c.changed_at).where(IS_PENDING)
    of_line = (
        select(line.dossier_code, func.coalesce(None, NO_WORKER), line.entered_at)
        .select_from(WAITING_LINE.outerjoin(WORKERS, WORKERS.c.name == line.holder))
        .where(lost)
    )
    counts: dict[str, int] = {}
    found: list[Stuck] = []
    for query, at in ((of_ledger, RUNS.c.changed_at), (of_line, line.entered_at)):
        found += [
            Stuck(code, reason or "", datetime.fromisoformat(since))
            for code, reason, since in connection.execute(query.order_by(at).limit(most))
        ]
    for reason, count in connection.execute(
        select(RUNS.c.reason, func.count()).where(IS_PENDING).group_by(RUNS.c.reason)
    ):
        counts[reason or ""] = int(count)
    without = connection.execute(select(func.count()).select_from(of_line.subquery())).scalar_one()
    if without:
        counts[NO_WORKER] = int(without)
    return counts, tuple(sorted(found, key=lambda each: each.since)[:most])


def _for_registry(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(DOSSIERS).where(FOR_REGISTRY)).scalar_one())


def _present(row: Any, alive_since: str) -> Present:
    return Present(
        name=row.name,
        kind=row.kind,
        slots=row.slots,
        dossiers=row.dossiers,
        pages=row.pages,
        since=datetime.fromisoformat(row.since),
        seen_at=datetime.fromisoformat(row.seen_at),
        lost=row.seen_at < alive_since,
    )


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
