"""Late and waiting: appointments kept and missed, minutes to the record, dossiers a clerk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from models.lifecycle import Lifecycle, LifecycleStatus
from storage.archive import KeptDossier
from storage.folder import FolderStore
from storage.index import Index
from storage.keeping_tables import CHANGES
from storage.lateness import Overdue, Punctuality, Wait, Workload, overdue, punctuality, waits, workload
from storage.lifecycle import take_in
from storage.lifecycle_forms import read_rows
from storage.rates import Cohort
from tests import records

TODAY = date(2026, 1, 20)
ROWS = b"""dossier_code,status,received_at,appointed_at,resolved_at,clerk
H40.12-260105-0001,10,2026-01-05 08:00,2026-01-12,2026-01-12 16:30,an
H40.12-260105-0002,9,2026-01-05 08:10,2026-01-12 16:00,2026-01-12 16:30,an
H40.12-260106-0003,4,2026-01-06 08:00,2026-01-13,,an
H40.13-260106-0004,4,2026-01-06 09:00,2026-01-20,,binh
H40.13-260106-0005,8,2026-01-06,2026-01-10,,binh
H40.13-260107-0006,5,2026-01-07,,,
"""


@pytest.fixture
def told(tmp_path, database):
    take_in(FolderStore(tmp_path), database, read_rows(ROWS, name="c"), arrived_at=datetime(2026, 1, 20, tzinfo=UTC))
    return database


@pytest.mark.parametrize(
    ("due", "done", "status", "late"),
    [
        ((12,), (12, 16), 10, False), ((12,), (13, 0), 10, True), ((12, 16), (12, 16), 9, False),
        ((12, 16), (12, 17), 9, True), ((12,), (13,), 7, None), ((12,), None, 10, None), (None, (13,), 10, None),
    ],
)  # fmt: skip
def test_a_day_without_an_hour_lasts_to_its_end(due, done, status, late):
    due, done = (given and datetime(2026, 1, *given) for given in (due, done))  # noqa: DTZ001 - Vietnam's time
    told = Lifecycle(records.CODE, LifecycleStatus(status), datetime(2026, 1, 5), appointed_at=due, resolved_at=done)  # noqa: DTZ001
    assert told.is_late is late


def test_overdue_is_what_is_not_finished_and_past_its_day(told):
    assert overdue(told, Cohort(), today=TODAY) == (
        Overdue("H40.12-260106-0003", "H40.12", "unknown", "an", date(2026, 1, 13), 7),
    )
    assert [d.dossier_code for d in overdue(told, Cohort(), today=date(2026, 1, 21))][1:] == ["H40.13-260106-0004"]
    assert overdue(told, Cohort(unit="H40.13"), today=TODAY) == ()
    assert punctuality(told, Cohort(), today=TODAY) == (Punctuality("H40", 1, 1, 1), Punctuality("H40.12", 1, 1, 1))
    assert punctuality(told, Cohort(), today=TODAY)[0].rate == 33.33


def test_minutes_run_from_reception_to_the_first_record(told):
    kept_at = {  # UTC; Vietnam is seven hours ahead
        "H40.12-260105-0001": ["2026-01-05T01:12:00.000000+00:00", "2026-01-09T01:00:00.000000+00:00"],
        "H40.12-260105-0002": ["2026-01-05T01:28:00.000000+00:00"],
        "H40.12-260106-0003": ["2026-01-05T23:00:00.000000+00:00"],  # scanned before it was entered
        "H40.13-260107-0006": ["2026-01-07T08:00:00.000000+00:00"],  # received on a day without an hour
    }
    for code, times in kept_at.items():
        for revision, at in enumerate(times, start=1):
            Index(told).put(KeptDossier(records.record(code), revision, (), "", f"{revision}{code}"))
            with told.writing() as connection:
                of = (CHANGES.c.dossier_code == code) & (CHANGES.c.revision == revision)
                connection.execute(update(CHANGES).where(of).values(at=at))
    assert waits(told, Cohort()) == (Wait("H40.12", 3, 12.0, (66.67, 100.0)),)


def test_dossiers_a_clerk_and_a_day(told):
    january = Cohort(date(2026, 1, 1), date(2026, 1, 31))
    assert workload(told, january) == (Workload("an", 3, 2, 1.5, 35), Workload("binh", 2, 1, 2.0, 24))
    assert workload(told, Cohort(unit="H40.12")) == (Workload("an", 3, 2, 1.5, 548),)
    assert workload(told, Cohort(unit="H41")) == ()
