"""What `sohoa status` says: the line by unit, what is stuck and why, who works; and what a run tells of itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from flows.presence import Presence
from models.due import promised_on
from models.outcome import Reason
from storage.database import open_database
from storage.ledger import Arrival, Ledger
from storage.ledger_tables import IS_PENDING, RUNS
from storage.ledger_values import RunState
from storage.standing import NO_WORKER, Present, standing
from storage.tables import DOSSIERS, FOR_REGISTRY
from storage.waiting_line import Lane, Waiting, WaitingLine, Worker

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def waiting(ordinal: int, unit: str = "H40.12", lane: Lane = Lane.BATCH, pages: int = 3) -> Waiting:
    return Waiting(f"{unit}-260105-{ordinal:04d}", "20260106-120000-aaaaaa", unit, lane, pages, date(2026, 1, 8))


def test_the_line_is_told_by_unit_with_what_waits_what_is_in_work_and_the_oldest(database) -> None:
    clock = Clock()
    line, ledger = WaitingLine(database, clock=clock), Ledger(database, clock=clock)
    line.beat(Worker("office:1", "digitize", 2))
    line.enter([waiting(1), waiting(2), waiting(3, unit="H40.13")], holder="office:1")
    clock.now += timedelta(minutes=5)
    line.enter([waiting(2), waiting(4, lane=Lane.COUNTER, pages=4)], holder="office:1")  # 2 keeps its place
    ledger.enter(Arrival("H40.12-260105-0001", ()), fingerprint="", batch="20260106-120000-aaaaaa")
    line.beat(Worker("office:1", "digitize", 2, dossiers=1, pages=10))
    found = standing(database, now=clock.now)
    told = [(each.unit, each.lane, each.waiting, each.in_work, each.pages, each.oldest_at) for each in found.lines]
    assert told == [
        ("H40.12", "counter", 1, 0, 4, NOON + timedelta(minutes=5)),
        ("H40.12", "batch", 1, 1, 6, NOON),
        ("H40.13", "batch", 1, 0, 3, NOON),
    ]
    assert found.oldest_at == NOON
    assert found.stuck == ()
    assert found.workers == (Present("office:1", "digitize", 2, 1, 10, NOON, clock.now, lost=False),)
    assert found.workers[0].pages_an_hour == pytest.approx(120)


def test_what_is_stuck_says_why_and_a_silent_worker_is_lost(database) -> None:
    clock = Clock()
    line, ledger = WaitingLine(database, clock=clock), Ledger(database, clock=clock)
    line.beat(Worker("office:1", "digitize", 2))
    line.enter([waiting(1), waiting(2)], holder="office:1")
    line.leave("H40.12-260105-0002")
    ledger.pend("H40.12-260105-0002", Reason.STORAGE_UNREACHABLE, batch="20260106-120000-aaaaaa")
    clock.now += timedelta(seconds=40)
    assert standing(database, now=clock.now).stuck_by_reason == {Reason.STORAGE_UNREACHABLE: 1}
    clock.now += timedelta(seconds=10)
    found = standing(database, now=clock.now)
    assert found.stuck_by_reason == {Reason.STORAGE_UNREACHABLE: 1, NO_WORKER: 1}
    assert {(each.dossier_code, each.reason) for each in found.stuck} == {
        ("H40.12-260105-0001", NO_WORKER),
        ("H40.12-260105-0002", Reason.STORAGE_UNREACHABLE),
    }
    assert [worker.lost for worker in found.workers] == [True]
    line.leave_all("office:1")
    line.end("office:1")
    assert standing(database, now=clock.now).stuck_by_reason == {Reason.STORAGE_UNREACHABLE: 1}


@pytest.mark.parametrize(
    ("received_on", "procedure", "expected"),
    [
        (date(2026, 1, 5), "1.001193", date(2026, 1, 5)),  # birth: the same day
        (date(2026, 1, 5), "1.004873", date(2026, 1, 8)),  # Monday and three days
        (date(2026, 1, 9), "1.004873.000.00.00.H40", date(2026, 1, 14)),  # Friday: the weekend does not count
        (date(2026, 1, 5), "9.999999", date(2026, 1, 19)),
        (date(2026, 1, 5), None, date(2026, 1, 19)),
    ],
)
def test_a_result_is_promised_working_days_after_reception(received_on, procedure, expected) -> None:
    assert promised_on(received_on, procedure) == expected


def test_a_process_that_was_killed_is_forgotten_a_week_later_by_the_next_that_begins(database) -> None:
    killed = WaitingLine(database, clock=lambda: datetime.now(UTC) - timedelta(days=8))
    killed.beat(Worker("office:1", "digitize", 2))
    WaitingLine(database, clock=lambda: datetime.now(UTC) - timedelta(days=6)).beat(Worker("office:2", "digitize", 2))
    presence = Presence(database, kind="digitize", slots=1)
    presence.close()
    assert [worker.name for worker in standing(database, now=datetime.now(UTC)).workers] == ["office:2"]


def test_what_waits_is_counted_without_reading_every_dossier(tmp_path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'index.db'}")
    plans = ""
    with database.reading() as connection:
        for table, rows in ((DOSSIERS, FOR_REGISTRY), (RUNS, IS_PENDING)):
            asked = select(func.count()).select_from(table).where(rows).compile(database.engine)
            plans += str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all())
    database.close()
    assert "INDEX dossiers_for_registry" in plans
    assert "INDEX runs_pending" in plans
    assert (Reason.REGISTRY_WAITING in str(FOR_REGISTRY), RunState.PENDING in str(IS_PENDING)) == (True, True)
