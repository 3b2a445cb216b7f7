"""An index made anew from a store in which single objects are damaged: each is named, the rest comes back, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.access import Role
from models.audit import Action, Actor
from models.errors import StoredObjectDamaged
from models.restriction import Restriction, RestrictionKind
from storage import audit_segments, door_keys, keys
from storage.api_keys import ApiKeys
from storage.archive import keep_dossier
from storage.audit import Audit
from storage.audit_chain import FaultKind
from storage.audit_verification import verify_audit
from storage.changes import changes_after
from storage.database import Database, open_database
from storage.feed import carry_changes
from storage.folder import FolderStore
from storage.index import Index
from storage.rebuild import rebuild_index
from storage.restrictions import Restrictions
from tests import records

CODES = tuple(f"H40.12-260105-{n:04d}" for n in range(3))
CLERK = Actor("lan.nt")


@pytest.fixture
def store(tmp_path: Path, database: Database) -> FolderStore:
    """Three dossiers, each in a segment of the feed and of the audit log of its own, and a hold on the first."""
    store = FolderStore(tmp_path / "store")
    with Audit(database, store, actor=CLERK) as audit:
        for code in CODES:
            record = records.record(code)
            Index(database).put(keep_dossier(store, record, **records.content(record)))
            carry_changes(store, database)
            audit.note(Action.VIEWED, f"dossier:{code}")
            audit.carry()
    Restrictions(database, store).place(
        Restriction(f"dossier:{CODES[0]}", RestrictionKind.LEGAL_HOLD, "tranh chấp", "lan", "")
    )
    return store


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    yield database
    database.close()


def damage(store: FolderStore, prefix: str, nth: int) -> str:
    key = [stat.key for stat in store.under(prefix)][nth]
    store.put(key, b"{")
    return key


@pytest.mark.parametrize(
    ("nth", "kept", "again"),
    [
        (0, [(2, CODES[1]), (3, CODES[2])], (1001, CODES[0])),
        (1, [(1, CODES[0]), (3, CODES[2])], (1002, CODES[1])),
        (2, [(1, CODES[0]), (2, CODES[1])], (1003, CODES[2])),
    ],
)
def test_a_number_of_a_damaged_segment_of_the_feed_never_means_another_change(nth, kept, again, store, fresh) -> None:
    key = damage(store, keys.FEED, nth)
    assert rebuild_index(store, fresh).damaged == (key,)
    assert [(change.seq, change.dossier_code) for change in changes_after(fresh, 0, limit=10)] == [*kept, again]
    assert carry_changes(store, fresh) == again[0]


def test_an_index_that_is_there_keeps_the_numbers_of_a_damaged_segment(store, database) -> None:
    before = changes_after(database, 0, limit=10)
    key = damage(store, keys.FEED, 1)
    assert rebuild_index(store, database).damaged == (key,)
    assert (changes_after(database, 0, limit=10), carry_changes(store, database)) == (before, 3)


@pytest.mark.parametrize("nth", [0, 1, -1])
def test_the_audit_log_goes_on_behind_a_damaged_segment_and_tells_of_it_for_ever(nth, store, fresh) -> None:
    key = damage(store, audit_segments.SEGMENTS, nth)
    assert rebuild_index(store, fresh).damaged == (key,)
    with Audit(fresh, store, actor=CLERK) as audit:
        audit.note(Action.VIEWED, "archive")
        audit.carry()
        told = {(fault.kind, fault.where) for fault in verify_audit(audit, store).faults}
    assert (FaultKind.UNREADABLE, key) in told
    assert (FaultKind.REMOVED, "index") in told
    again = Audit(fresh, store, actor=CLERK)
    again.note(Action.VIEWED, "archive")  # whoever comes later is not stopped by it


def test_what_cannot_be_read_of_keys_bars_no_other(store, database, fresh) -> None:
    opened, about = ApiKeys(database, store), {"unit": "", "purposes": (), "sees_ids": False, "calls_a_second": 1.0}
    made = [opened.add(name, Role.AUDITOR, **about, days=9, now=datetime.now(UTC))[0] for name in ("a", "b")]
    key = damage(store, door_keys.API_KEYS, 0)
    assert rebuild_index(store, fresh).damaged == (key,)
    assert [one.key_id for one in ApiKeys(fresh, store).all()] == [one.key_id for one in made if one.key_id not in key]


def test_a_hold_that_cannot_be_read_stands_on_and_where_it_is_unknown_nothing_is_deleted(
    store, database, fresh
) -> None:
    key = damage(store, keys.RESTRICTIONS, 0)
    assert rebuild_index(store, database).damaged == (key,)
    assert Restrictions(database, store).held() == {CODES[0]}
    assert rebuild_index(store, fresh).damaged == (key,)
    with pytest.raises(StoredObjectDamaged, match="restriction"):
        Restrictions(fresh, store).must_be_whole()
