"""The ledger on SQLite and PostgreSQL: no page is ever out of the balance."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.outcome import PageOutcome, Status
from models.page import PageSource
from storage.database import open_database
from storage.ledger import Arrival, Balance, Ledger, PageState, RunState
from tests import records

CODE = records.CODE


def pages(count, sha256="a" * 64):
    return tuple((n, PageSource("a.pdf", sha256, n)) for n in range(1, count + 1))


def test_a_dossiers_way_is_written_down(database):
    instants = (datetime(2026, 1, 5, tzinfo=UTC) + timedelta(seconds=n) for n in range(100))
    ledger = Ledger(database, clock=lambda: next(instants))
    batch = ledger.start_batch()
    assert batch.startswith("20260105-000000-")
    record = records.record()
    ledger.enter(Arrival(CODE, tuple((p.number, p.source) for p in record.pages)), fingerprint="f", batch=batch)
    assert ledger.balance(batch) == Balance(scanned=4, digitized=0, rejected=0, in_flight=4)
    ledger.move(CODE, PageState.STORED)
    ledger.move(CODE, PageState.REJECTED, pages=[2], reason="page_black")
    assert ledger.balance(batch) == Balance(scanned=4, digitized=0, rejected=1, in_flight=3)
    assert ledger.already_done(CODE, "f") is None
    rejected = replace(record.pages[1], outcome=PageOutcome.REJECTED, reason="page_black")
    record = replace(record, status=Status.REVIEW, pages=(record.pages[0], rejected, *record.pages[2:]))
    for _ in range(2):  # made twice, counted once
        ledger.close(record, fingerprint="f", batch=batch)
    ledger.finish_batch(batch)
    assert ledger.balance() == ledger.balance(batch) == Balance(scanned=4, digitized=3, rejected=1, in_flight=0)
    assert ledger.already_done(CODE, "f") is Status.REVIEW
    assert ledger.already_done(CODE, "other settings") is None
    assert [(e.page, e.state, e.reason) for e in ledger.history(CODE)] == [
        (0, "in_flight", None),
        *((n, "received", None) for n in (1, 2, 3, 4)),
        *((n, "stored", None) for n in (1, 2, 3, 4)),
        (2, "rejected", "page_black"),
        (0, "review", None),
        *((n, "digitized", None) for n in (1, 3, 4)),
    ]
    assert ledger.history(CODE)[0].at == "2026-01-05T00:00:03.000000+00:00"


def test_a_waiting_dossier_keeps_its_pages_in_flight(database):
    ledger = Ledger(database)
    batch = ledger.start_batch()
    ledger.enter(Arrival(CODE, pages(3)), fingerprint="f", batch=batch)
    ledger.pend(CODE, "storage_unreachable", batch=batch)
    ledger.pend(CODE, "storage_unreachable", batch=batch)
    (run,) = ledger.runs(batch=batch, state=RunState.PENDING)
    assert (run.dossier_code, run.reason, run.attempts) == (CODE, "storage_unreachable", 1)
    assert ledger.already_done(CODE, "f") is None
    assert ledger.balance(batch).in_flight == 3
    ledger.enter(Arrival(CODE, pages(3)), fingerprint="f", batch=batch)
    assert ledger.runs(batch=batch)[0].attempts == 2
    assert ledger.runs(state=RunState.PENDING) == ()
    assert [(e.page, e.state) for e in ledger.history(CODE)] == [
        (0, "in_flight"), (1, "received"), (2, "received"), (3, "received"), (0, "pending"), (0, "in_flight"),
    ]  # fmt: skip


def test_a_new_scan_of_fewer_pages_replaces_the_old(database):
    ledger = Ledger(database)
    ledger.enter(Arrival(CODE, pages(3)), fingerprint="f", batch="one")
    ledger.enter(Arrival(CODE, pages(2, "b" * 64)), fingerprint="g", batch="two")
    assert ledger.balance() == ledger.balance("two") == Balance(scanned=2, digitized=0, rejected=0, in_flight=2)
    ledger.move(CODE, PageState.READ)
    assert ledger.history(CODE)[-1].page == 2
    ledger.enter(Arrival(CODE, pages(3)), fingerprint="f", batch="three")
    assert ledger.balance().scanned == 3


steps = st.lists(
    st.tuples(
        st.sampled_from(["enter", "move", "reject", "close", "pend"]),
        st.sampled_from(["H40.12-260105-0001", "H40.12-260105-0002"]),
        st.integers(1, 4),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_the_balance_always_holds_and_is_the_sum_of_the_transitions(taken):
    database = open_database("sqlite://")
    ledger, entered = Ledger(database), {}
    for step, code, count in taken:
        if step == "enter":
            ledger.enter(Arrival(code, pages(count)), fingerprint="f", batch="b")
            entered[code] = count
        elif step == "close" and code in entered:
            page = records.record().pages[0]
            closed = tuple(replace(page, number=n) for n in range(1, entered[code] + 1))
            ledger.close(replace(records.record(code), pages=closed), fingerprint="f", batch="b")
        elif step == "pend" and code in entered:
            ledger.pend(code, "registry_waiting", batch="b")
        elif step in {"move", "reject"}:
            state = PageState.READ if step == "move" else PageState.REJECTED
            ledger.move(code, state, pages=[count], reason="page_black" if step == "reject" else None)
        balance = ledger.balance()
        assert balance.scanned == sum(entered.values())
        assert balance.scanned == balance.digitized + balance.rejected + balance.in_flight
        last = {(e.dossier_code, e.page): e.state for code in entered for e in ledger.history(code) if e.page}
        states = list(last.values())
        assert states.count("digitized") == balance.digitized
        assert states.count("rejected") == balance.rejected
    database.close()


def _work(url, batch, worker):
    database = open_database(url)
    ledger = Ledger(database)
    for number in range(6):
        record = records.record(f"H40.12-260105-{number:04d}")
        ledger.enter(
            Arrival(record.dossier_code, tuple((p.number, p.source) for p in record.pages)),
            fingerprint="f",
            batch=batch,
        )
        ledger.move(record.dossier_code, PageState.STORED)
        ledger.close(record, fingerprint="f", batch=batch)
    database.close()


def test_several_workers_keep_one_balance(database_url):
    database = open_database(database_url)
    batch = Ledger(database).start_batch()
    database.close()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_work, args=(database_url, batch, n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    database = open_database(database_url)
    assert Ledger(database).balance(batch) == Balance(scanned=24, digitized=24, rejected=0, in_flight=0)
    database.close()
