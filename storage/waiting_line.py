"""The waiting line (hàng đợi): dossiers not digitized yet, and the processes that digitize, with their heartbeats."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete

from storage.database import Database
from storage.ledger_tables import WAITING_LINE, WORKERS

BEAT_SECONDS = 10.0
_FORGOTTEN = timedelta(days=7)
LOST_SECONDS = 45.0
"""A process that has not been heard of for so long is taken for lost: four beats missed."""


class Lane(StrEnum):
    """Who waits: a citizen at the counter (quầy), or nobody (lô)."""

    COUNTER = "counter"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dossier in the line: its batch, its unit's code, how many pages, and the promised return date (hẹn trả)."""

    dossier_code: str
    batch: str
    unit: str
    lane: Lane
    pages: int
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that digitizes: `name` is host:pid, `kind` the command, `slots` how many dossiers at a time.

    `dossiers` and `pages` are what it has finished since it began.
    """

    name: str
    kind: str
    slots: int
    dossiers: int = 0
    pages: int = 0


def _now() -> datetime:
    return datetime.now(UTC)


class WaitingLine:
    """The line in the index's database; every method is one transaction and may raise StorageUnreachable."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    def enter(self, dossiers: Iterable[Waiting], *, holder: str) -> None:
        """Puts dossiers into the line; one that stands there already (a run before was killed) changes its holder."""
        at = self._time()
        rows = [
            {
                "dossier_code": dossier.dossier_code, "batch": dossier.batch, "unit": dossier.unit,
                "lane": dossier.lane.value, "pages": dossier.pages, "due_on": dossier.due_on,
                "entered_at": at, "holder": holder,
            }
            for dossier in sorted(dossiers, key=lambda dossier: dossier.dossier_code)
        ]  # fmt: skip
        with self._database.writing() as connection:
            self._database.upsert(connection, WAITING_LINE, rows, keep=("entered_at",))

    def leave(self, code: str) -> None:
        """Takes a dossier out of the line: it has come to its end in this run."""
        with self._database.writing() as connection:
            connection.execute(delete(WAITING_LINE).where(WAITING_LINE.c.dossier_code == code))

    def leave_all(self, holder: str) -> None:
        """Takes out whatever the process still has in the line: its run is over, the ledger says what waits."""
        with self._database.writing() as connection:
            connection.execute(delete(WAITING_LINE).where(WAITING_LINE.c.holder == holder))

    def beat(self, worker: Worker) -> None:
        """Notes that the process lives and what it has finished."""
        at = self._time()
        row = {
            "name": worker.name, "kind": worker.kind, "since": at, "seen_at": at, "slots": worker.slots,
            "dossiers": worker.dossiers, "pages": worker.pages,
        }  # fmt: skip
        with self._database.writing() as connection:
            self._database.upsert(connection, WORKERS, [row], keep=("since",))

    def end(self, name: str) -> None:
        """Forgets a process that ended in good order."""
        with self._database.writing() as connection:
            connection.execute(delete(WORKERS).where(WORKERS.c.name == name))

    def forget_lost(self) -> None:
        """Forgets processes that have not been heard of for a week: nobody looks for them any more."""
        before = (self._clock() - _FORGOTTEN).astimezone(UTC).isoformat(timespec="microseconds")
        with self._database.writing() as connection:
            connection.execute(delete(WORKERS).where(WORKERS.c.seen_at < before))

    def _time(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds")
