"""The change feed on SQLite and PostgreSQL: every revision once, in order, without gaps, whoever writes or looks."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.archive import KeptDossier, keep_dossier, keep_record
from storage.changes import REMOVED, Change, changes_after, last_seq, note_revision, restore_changes
from storage.database import open_database
from storage.feed import carry_changes, restore_feed
from storage.folder import FolderStore
from storage.index import Index
from storage.rebuild import rebuild_index
from tests import records
from tests.unconditional_store import StoreWithoutConditions

OTHER = "H40.12-260105-0008"


def kept(code=records.CODE, revision=1, sha256=None):
    return KeptDossier(records.record(code), revision, (), "f" * 64, sha256 or f"{revision:064d}")


def feed(database, after=0):
    return [(c.seq, c.dossier_code, c.revision, c.record_sha256) for c in changes_after(database, after, limit=1000)]


def test_each_revision_taken_in_is_a_change_and_nothing_else_is(database):
    index = Index(database)
    index.put(kept())
    index.put(kept())  # the same again
    index.put(kept(OTHER))
    index.put(kept(revision=2))
    index.put(kept(revision=1))  # an earlier one, late
    assert feed(database) == [
        (1, records.CODE, 1, f"{1:064d}"),
        (2, OTHER, 1, f"{1:064d}"),
        (3, records.CODE, 2, f"{2:064d}"),
    ]
    assert feed(database, after=2) == feed(database)[2:]
    assert [change.seq for change in changes_after(database, 0, limit=2)] == [1, 2]
    assert last_seq(database) == 3


def test_revisions_whose_writer_was_killed_come_before_the_next_and_no_late_writer_repeats_them(database):
    index = Index(database)
    index.put(kept(revision=3))
    index.put(kept(revision=2))
    assert [(revision, sha256 is None) for _, _, revision, sha256 in feed(database)] == [
        (1, True), (2, True), (3, False)
    ]  # fmt: skip


def test_a_removal_is_a_change_and_what_comes_back_is_one_more(database):
    index = Index(database)
    index.put(kept(revision=2))
    index.remove(records.CODE)
    index.remove(records.CODE)  # nothing is there any more
    index.put(kept(revision=2))
    assert [revision for _, _, revision, _ in feed(database)] == [1, 2, REMOVED, 2]


def test_a_rolled_back_put_leaves_no_gap(database):
    index = Index(database)

    def put_and_die():
        with database.writing() as connection:
            note_revision(connection, OTHER, 1, f"{1:064d}")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_die()
    index.put(kept())
    assert [seq for seq, *_ in feed(database)] == [1]


def test_a_reader_among_many_writers_passes_no_number(database):
    codes = [f"H40.12-260105-{number:04d}" for number in range(40)]
    done = threading.Event()
    seen = []

    def read():
        while True:
            finished = done.is_set()
            found = changes_after(database, seen[-1].seq if seen else 0, limit=7)
            seen.extend(found)
            if finished and not found:
                return
            if not found:
                time.sleep(0.001)  # a reader that never rests leaves writers of the same process no turn

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda code: [Index(database).put(kept(code, n)) for n in (1, 2)], codes))
    finally:
        done.set()
        reader.join()
    assert [change.seq for change in seen] == list(range(1, 81))
    assert {(change.dossier_code, change.revision) for change in seen} == {(code, n) for code in codes for n in (1, 2)}


def test_restored_changes_keep_their_numbers_and_new_ones_follow(database):
    known = [
        Change(n, code, 1, f"{1:064d}", "2026-01-05T00:00:00.000000+00:00")
        for n, code in ((1, OTHER), (2, records.CODE))
    ]
    restore_changes(database, known)
    restore_changes(database, known)
    index = Index(database)
    index.put(kept())  # is change 2 already
    index.put(kept(revision=2))
    assert [(seq, code, n) for seq, code, n, _ in feed(database)] == [
        (1, OTHER, 1), (2, records.CODE, 1), (3, records.CODE, 2)
    ]  # fmt: skip


def test_a_number_that_was_given_out_means_the_same_after_the_database_is_lost(tmp_path, database):
    store = FolderStore(tmp_path / "store")
    for code in (OTHER, records.CODE):  # against the order of the keys, which a rebuild follows
        Index(database).put(keep_dossier(store, records.record(code), **records.content(records.record(code))))
    changed = records.record(OTHER, reasons=("low_confidence",))
    Index(database).put(keep_record(store, changed, fingerprint=""))
    assert carry_changes(store, database) == carry_changes(store, database) == 3
    given_out = changes_after(database, 0, limit=10)
    late = "H40.12-260105-0001"
    keep_dossier(store, records.record(late), **records.content(records.record(late)))  # killed before it was indexed

    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    rebuild_index(store, fresh)
    rebuild_index(store, fresh)
    assert changes_after(fresh, 0, limit=10)[:3] == given_out
    assert feed(fresh, after=3) == [(4, late, 1, feed(fresh, after=3)[0][3])]
    fresh.close()


def test_two_who_carry_at_once_leave_one_feed(tmp_path, database):
    store = FolderStore(tmp_path / "store")
    for n in range(30):
        Index(database).put(kept(f"H40.12-260105-{n:04d}"))
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: carry_changes(store, database), range(4))) == {30}
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    assert restore_feed(store, fresh, damaged=pytest.fail) == 30
    assert changes_after(fresh, 0, limit=100) == changes_after(database, 0, limit=100)
    fresh.close()


def test_who_carries_late_to_a_store_without_conditional_writes_shortens_no_segment(tmp_path, database):
    Index(database).put(kept())

    def another_process() -> None:
        Index(database).put(kept(OTHER))
        carry_changes(store, database)

    store = StoreWithoutConditions(tmp_path / "store", meanwhile=another_process)
    carry_changes(store, database)
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    restore_feed(store, fresh, damaged=pytest.fail)
    assert [code for _, code, *_ in feed(fresh)] == [records.CODE, OTHER]
    fresh.close()


def test_an_older_copy_of_the_database_renumbers_what_it_never_gave_out(tmp_path, database):
    store = FolderStore(tmp_path / "store")
    Index(database).put(kept())
    Index(database).put(kept(revision=2))
    carry_changes(store, database)
    older = open_database(f"sqlite:///{tmp_path / 'older.db'}")
    Index(older).put(kept())
    Index(older).put(kept(OTHER))  # takes the number 2, which the store knows as another change
    assert carry_changes(store, older) == 3
    assert feed(older)[:2] == feed(database)
    assert feed(older)[2][:3] == (3, OTHER, 1)
    older.close()
