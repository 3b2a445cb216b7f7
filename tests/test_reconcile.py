"""Every page is accounted for, or named: by store, ledger and announcement."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from models.document import Document, DocumentType, Part
from models.outcome import PageOutcome
from storage import keys
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.journal import Journal, kept_history
from storage.ledger import Arrival, Balance, Ledger, PageState
from storage.ledger_tables import LEDGER, LEDGER_PAGES, RUNS
from storage.rebuild import rebuild_index
from storage.reconciliation import Imbalance, Unbalanced, reconcile
from tests import records

CODES = [f"H40.12-260105-{n:04d}" for n in range(4)]


@pytest.fixture
def archive(store, database):
    """Four dossiers of four pages, digitized, but for the third: a worker has kept its originals and was killed."""
    ledger, journal = Ledger(database), Journal(database, store)
    batch = ledger.start_batch()
    for n, code in enumerate(CODES):
        original = records.ORIGINAL + code.encode()
        record = of_original(records.record(code), original)
        pages = tuple((page.number, page.source) for page in record.pages)
        ledger.enter(Arrival(code, pages, 3 if n == 0 else 4), fingerprint="", batch=batch)
        content = records.content(record, originals={record.pages[0].source.sha256: original})
        if n == 2:
            store.put(keys.original_key(record.pages[0].source.sha256), original)
        else:
            kept = keep_dossier(store, record, **content, fingerprint="f")
            Index(database).put(kept)
            ledger.close(kept.record, fingerprint="f", batch=batch)
        if n == 2:
            ledger.move(code, PageState.STORED)
        journal.carry(code)
    return store


def of_original(record, original):
    sha256 = hashlib.sha256(original).hexdigest()
    return replace(record, pages=tuple(replace(p, source=replace(p.source, sha256=sha256)) for p in record.pages))


def found(store, database):
    return [(one.kind, one.dossier_code, one.page) for one in reconcile(store, database).unbalanced]


def test_what_is_whole_balances_and_what_waits_is_told(archive, database):
    result = reconcile(archive, database)
    assert result.is_balanced
    assert result.ledger == Balance(scanned=16, digitized=12, rejected=0, in_flight=4)
    assert (result.stored_digitized, result.stored_rejected) == (12, 0)
    assert [(one.dossier_code, one.pages, one.state) for one in result.waiting] == [(CODES[2], 4, "in_flight")]


def test_a_removed_an_altered_object_and_a_lost_row_are_named(archive, database):
    archive.delete(keys.dossier_prefix(CODES[0]) + "pages/0002.jpg")
    archive.put(keys.dossier_prefix(CODES[1]) + "text/0003.txt", b"altered")
    with database.writing() as connection:
        connection.execute(
            delete(LEDGER_PAGES).where(LEDGER_PAGES.c.dossier_code == CODES[3], LEDGER_PAGES.c.page == 4)
        )
    assert found(archive, database) == [
        (Imbalance.OBJECT_MISSING, CODES[0], 2),
        (Imbalance.OBJECT_ALTERED, CODES[1], 3),
        (Imbalance.NOT_IN_LEDGER, CODES[3], 4),
    ]
    rebuild_index(archive, database)
    assert [one[1] for one in found(archive, database)] == CODES[:2]


def test_a_lost_original_is_named_for_each_of_its_pages_also_in_flight(archive, database):
    for n in (0, 2):
        sha256 = of_original(records.record(), records.ORIGINAL + CODES[n].encode()).pages[0].source.sha256
        archive.delete(keys.original_key(sha256))
    missing = [(Imbalance.OBJECT_MISSING, CODES[n], page) for n in (0, 2) for page in (1, 2, 3, 4)]
    assert found(archive, database) == missing


def test_ledger_and_record_that_differ_are_named(archive, database):
    changes = (
        (1, {"state": "rejected", "reason": "page_black"}),
        (2, {"sha256": "0" * 64}),
    )
    with database.writing() as connection:
        for page, values in changes:
            mine = (LEDGER_PAGES.c.dossier_code == CODES[0], LEDGER_PAGES.c.page == page)
            connection.execute(update(LEDGER_PAGES).where(*mine).values(values))
        extra = {"dossier_code": CODES[1], "page": 9, "batch": "b", "sha256": "1" * 64, "source_page": 1}
        connection.execute(LEDGER_PAGES.insert().values(**extra, state="digitized", reason=None))
        connection.execute(update(RUNS).where(RUNS.c.dossier_code == CODES[3]).values(announced_pages=6))
    assert found(archive, database) == [
        (Imbalance.OUTCOME_DIFFERS, CODES[0], 1),
        (Imbalance.SOURCE_DIFFERS, CODES[0], 2),
        (Imbalance.NOT_IN_STORE, CODES[1], 9),
        (Imbalance.COUNT_DIFFERS, CODES[3], 0),
    ]
    assert Unbalanced(Imbalance.COUNT_DIFFERS, CODES[3], 0, "6/4") in reconcile(archive, database).unbalanced


def test_a_whole_dossier_that_one_side_lacks_is_named(archive, database):
    with database.writing() as connection:
        for table in (LEDGER_PAGES, RUNS):
            connection.execute(delete(table).where(table.c.dossier_code.in_([CODES[0], CODES[2]])))
    for stat in list(archive.under(keys.dossier_prefix(CODES[1]))):
        archive.delete(stat.key)
    assert found(archive, database) == [
        (Imbalance.UNCLAIMED, "", 0),  # of the third dossier: only its journal speaks of it
        *((Imbalance.NOT_IN_LEDGER, CODES[0], page) for page in (1, 2, 3, 4)),
        *((Imbalance.NOT_IN_STORE, CODES[1], page) for page in (0, 1, 2, 3, 4)),
        *((Imbalance.NOT_IN_LEDGER, CODES[2], page) for page in (1, 2, 3, 4)),
    ]


def test_a_rejection_without_a_reason_and_cover_sheets_count_as_they_should(store, database):
    record = records.record()
    rejected = replace(record.pages[0], outcome=PageOutcome.REJECTED, reason=None)
    sheet = Document(4, DocumentType.COVER_SHEET, 1.0, (2,), Part.OTHER)
    record = replace(record, pages=(rejected, *record.pages[1:]), documents=(*record.documents, sheet))
    ledger, batch = Ledger(database), "b"
    pages = tuple((page.number, page.source) for page in record.pages)
    ledger.enter(Arrival(records.CODE, pages, 2), fingerprint="", batch=batch)  # 4 but a cover sheet and a blank back
    kept = keep_dossier(store, record, **records.content(record), fingerprint="f")
    Index(database).put(kept)
    ledger.close(record, fingerprint="f", batch=batch)
    assert found(store, database) == [(Imbalance.WITHOUT_REASON, records.CODE, 1)]


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"run": null}'])
def test_a_damaged_journal_is_named_and_bars_nothing(content, archive, database, tmp_path):
    journals = [stat.key for stat in archive.under("dossiers/") if keys.is_journal(stat.key)]
    wrong = [journals[1], journals[2]]
    for key in wrong:
        archive.put(key, content)
    named = [(one.kind, one.subject) for one in reconcile(archive, database).unbalanced]
    assert named == [(Imbalance.OBJECT_ALTERED, key) for key in sorted(wrong)]
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    try:
        assert rebuild_index(archive, fresh).damaged == tuple(wrong)
        assert [run.dossier_code for run in Ledger(fresh).runs()] == [CODES[0], CODES[1], CODES[3]]
    finally:
        fresh.close()


def scanned_again(store, database):
    """The first dossier under another original, in a batch of its own."""
    ledger, original = Ledger(database), b"%PDF-1.7 scanned again"
    record = of_original(records.record(CODES[0]), original)
    batch = ledger.start_batch()
    ledger.enter(Arrival(CODES[0], tuple((p.number, p.source) for p in record.pages)), fingerprint="", batch=batch)
    originals = {record.pages[0].source.sha256: original}
    kept = keep_dossier(store, record, **records.content(record, originals=originals), fingerprint=batch)
    Index(database).put(kept)
    ledger.close(kept.record, fingerprint=batch, batch=batch)
    Journal(database, store).carry_all()


def ledger_rows(database):
    with database.reading() as connection:
        rows = connection.execute(select(LEDGER).where(LEDGER.c.dossier_code == CODES[0])).all()
        runs = connection.execute(select(RUNS).where(RUNS.c.dossier_code == CODES[0])).all()
    return {tuple(row)[1:] for row in rows}, [tuple(row) for row in runs]


def test_a_database_from_a_backup_learns_from_the_store_what_came_later(archive, tmp_path):
    databases = {name: tmp_path / f"{name}.db" for name in ("live", "backup")}
    live = open_database(f"sqlite:///{databases['live']}")
    rebuild_index(archive, live)
    live.close()
    shutil.copyfile(databases["live"], databases["backup"])
    live, backup = (open_database(f"sqlite:///{path}") for path in databases.values())
    scanned_again(archive, live)
    rebuild_index(archive, backup)
    assert ledger_rows(backup) == ledger_rows(live)
    assert reconcile(archive, backup).unbalanced == reconcile(archive, live).unbalanced
    live.close()
    backup.close()


def test_a_batch_that_goes_on_with_a_database_from_a_backup_writes_over_nothing(archive, tmp_path):
    live = open_database(f"sqlite:///{tmp_path / 'live.db'}")
    rebuild_index(archive, live)
    batch = Ledger(live).start_batch()
    pages = tuple((page.number, page.source) for page in of_original(records.record(CODES[0]), b"again").pages)
    Ledger(live).enter(Arrival(CODES[0], pages), fingerprint="", batch=batch)
    live.close()
    shutil.copyfile(tmp_path / "live.db", tmp_path / "backup.db")
    live, backup = (open_database(f"sqlite:///{tmp_path / name}.db") for name in ("live", "backup"))
    for database, reason in ((live, "storage_unreachable"), (backup, "worker_lost")):
        Ledger(database).pend(CODES[0], reason, batch=batch)
        Journal(database, archive).carry_all()
    there = kept_history(archive, CODES[0], damaged=pytest.fail)
    assert {row[-1] for row in there.entries} >= {"storage_unreachable", "worker_lost"}
    assert {row[1:] for row in there.entries} == ledger_rows(backup)[0]
    live.close()
    backup.close()


def test_of_two_lives_of_a_database_the_later_run_counts(archive, tmp_path):
    databases = [tmp_path / f"{n}.db" for n in range(3)]
    first = open_database(f"sqlite:///{databases[0]}")
    rebuild_index(archive, first)
    first.close()
    shutil.copyfile(databases[0], databases[1])  # the backup, which goes on without what comes next
    first, second, third = (open_database(f"sqlite:///{path}") for path in databases)
    for _ in range(3):
        scanned_again(archive, first)
    scanned_again(archive, second)
    rebuild_index(archive, third)
    assert ledger_rows(third)[1] == ledger_rows(second)[1]
    assert ledger_rows(third)[0] == ledger_rows(first)[0] | ledger_rows(second)[0]
    for database in (first, second, third):
        database.close()
