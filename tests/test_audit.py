"""The audit log: chained, carried, restored; each way of tampering is found and named, in the index and in the store."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from models.audit import START, Action, Actor, Entry, digest_of, masked_id
from models.errors import StoredObjectDamaged
from storage import audit_segments
from storage.audit import Audit
from storage.audit_chain import Fault, FaultKind, faults, is_whole
from storage.audit_rows import row_of
from storage.audit_verification import verify_audit
from storage.database import open_database
from storage.folder import FolderStore
from storage.keeping_tables import AUDIT, AUDIT_HEAD
from tests.unconditional_store import StoreWithoutConditions

CLERK = Actor("lan.nt", "H40.12", "clerk")


def chain(length: int) -> list[Entry]:
    entries, previous = [], START
    for number in range(1, length + 1):
        entry = Entry(
            number, f"t{number}", "dossier_viewed", f"dossier:{number}", "lan", "", "", None, "ok", {}, previous
        )
        previous = digest_of(entry)
        entries.append(replace(entry, digest=previous))
    return entries


def tampered(entries: list[Entry], how: str) -> list[Entry]:
    """The entries 1 to 9, altered at 5."""
    before, five, six, after = entries[:4], entries[4], entries[5], entries[6:]
    if how == "changed":
        return [*before, replace(five, actor="hoa"), six, *after]
    if how == "changed, its digest too":
        forged = replace(five, actor="hoa")
        return [*before, replace(forged, digest=digest_of(forged)), six, *after]
    if how == "removed":
        return [*before, six, *after]
    if how == "removed, the rest moved up":
        return [*before, *(replace(entry, number=entry.number - 1) for entry in (six, *after))]
    if how == "inserted":
        forged = replace(five, actor="hoa")
        moved = [replace(entry, number=entry.number + 1) for entry in (five, six, *after)]
        return [*before, replace(forged, digest=digest_of(forged)), *moved]
    if how == "reordered":
        return [*before, replace(six, number=5), replace(five, number=6), *after]
    if how == "cut off":
        return before
    raise AssertionError(how)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("changed", [("changed", 5)]),
        ("changed, its digest too", [("changed", 5)]),
        ("removed", [("removed", 5)]),
        ("removed, the rest moved up", [("removed", 5)]),
        ("inserted", [("inserted", 5)]),
        ("cut off", [("cut_off", n) for n in range(5, 10)]),
    ],
)
def test_each_way_of_tampering_with_a_chain_is_told_with_its_entry(how: str, expected: list) -> None:
    entries = chain(9)
    assert faults(entries, (9, entries[-1].digest)) == ()
    found = faults(tampered(entries, how), (9, entries[-1].digest))
    assert [(fault.kind, fault.number) for fault in found] == expected


def test_two_entries_that_changed_places_are_told() -> None:
    entries = chain(9)
    (fault,) = faults(tampered(entries, "reordered"), (9, entries[-1].digest))
    assert (fault.kind, fault.number in {5, 6}) == (FaultKind.REORDERED, True)


@given(st.data())
def test_no_alteration_of_a_chain_passes_for_whole(data: st.DataObject) -> None:
    entries = chain(data.draw(st.integers(1, 8)))
    end = (len(entries), entries[-1].digest)
    other = data.draw(st.permutations(entries).map(list) | st.lists(st.sampled_from(entries), max_size=9))
    assert is_whole(other, end) == (faults(other, end) == ()) == (other == entries)


@pytest.fixture
def audit(database, store):
    with Audit(database, store, actor=CLERK) as opened:
        yield opened


def nine(audit: Audit) -> None:
    """Ten entries in several segments, the seventh tells of the day's anchor of the sixth."""
    for number in range(1, 10):
        audit.note(Action.VIEWED, f"dossier:H40.12-260105-{number:04d}", purpose="tra cứu")
        if number == 6:
            audit.carry()
    audit.carry()


def test_entries_are_chained_carried_anchored_and_sound(audit, store) -> None:
    entry = audit.note(
        Action.EXPORTED, "archive", purpose="gửi cho 001099012345, NĐ 30/2020", facts={"records": 3, "who": "012345678"}
    )
    assert (entry.number, entry.previous, entry.actor) == (1, START, "lan.nt")
    assert (entry.purpose, entry.facts["who"]) == ("gửi cho 001*****2345, NĐ 30/2020", "012*****5678")
    nine(audit)
    result = verify_audit(audit, store)
    assert (result.faults, result.anchors, result.entries) == ((), 1, result.carried)
    (anchor,) = audit_segments.anchors(store)
    assert datetime.fromisoformat(anchor.at).date() == datetime.now(UTC).date()
    audit.carry()
    assert len(tuple(audit_segments.anchors(store))) == 1  # once a day
    audit.anchor()
    assert len(tuple(audit_segments.anchors(store))) == 2
    assert verify_audit(audit, store).is_sound


def rewrite_index(database, how: str) -> None:
    with database.writing() as connection:
        rows = [Entry(**{**row._mapping, "facts": json.loads(row.facts)}) for row in connection.execute(select(AUDIT))]
        rows.sort(key=lambda entry: entry.number)
        connection.execute(delete(AUDIT))
        connection.execute(AUDIT.insert(), [row_of(entry) for entry in tampered(rows, how)])


def rewrite_store(store, how: str) -> None:
    segments = dict(audit_segments.carried_entries(store))
    every = tampered([entry for entries in segments.values() for entry in entries], how)
    for key in segments:
        store.delete(key)
    if how == "cut off":
        store.put(min(segments), audit_segments.to_bytes(every))
        return
    store.put(min(segments), audit_segments.to_bytes(every[:5]))
    store.put(audit_segments.segment_key(6), audit_segments.to_bytes(every[5:]))


@pytest.mark.parametrize("where", ["index", "store"])
@pytest.mark.parametrize("how", ["changed", "removed", "inserted", "reordered", "cut off"])
def test_tampering_with_index_or_store_is_found_and_named(how: str, where: str, audit, database, store) -> None:
    nine(audit)
    if where == "index":
        rewrite_index(database, how)
    else:
        rewrite_store(store, how)
    found = verify_audit(audit, store).faults
    kind = how.replace(" ", "_")
    assert {fault.kind for fault in found if not fault.by} == {kind}
    assert 5 in {fault.number for fault in found} or how == "reordered"
    assert all((fault.where == "index") == (where == "index") for fault in found if not fault.by)


def test_a_log_written_anew_from_an_entry_on_is_contradicted_by_the_store(audit, database, store) -> None:
    nine(audit)
    entries = list(audit.entries())
    forged, previous = entries[:4], entries[3].digest
    for entry in entries[4:]:
        anew = replace(entry, actor="hoa", previous=previous)
        previous = digest_of(anew)
        forged.append(replace(anew, digest=previous))
    with database.writing() as connection:
        connection.execute(delete(AUDIT))
        connection.execute(AUDIT.insert(), [row_of(entry) for entry in forged])
        connection.execute(update(AUDIT_HEAD).values(entry=10, digest=previous))
    found = verify_audit(audit, store).faults
    assert Fault(FaultKind.CONTRADICTED, 5, "index", by="store") in found
    assert any(fault.by.startswith("audit/anchors/") for fault in found)


def test_a_tail_cut_off_together_with_the_head_s_row_is_found_by_the_store(audit, database, store) -> None:
    nine(audit)
    entries = list(audit.entries())
    with database.writing() as connection:
        connection.execute(delete(AUDIT).where(AUDIT.c.number > 7))
        connection.execute(update(AUDIT_HEAD).values(entry=7, digest=entries[6].digest, carried=7))
    found = verify_audit(audit, store).faults
    assert {(f.kind, f.number, f.by) for f in found if f.by == "store"} == {("cut_off", n, "store") for n in (8, 9, 10)}


def test_a_removed_anchor_is_missed(audit, store) -> None:
    nine(audit)
    (anchor,) = audit_segments.anchors(store)
    store.delete(anchor.key)
    assert verify_audit(audit, store).faults == (Fault(FaultKind.REMOVED, 7, anchor.key, by="index"),)


def test_after_the_loss_of_the_database_the_chain_goes_on(audit, store, tmp_path) -> None:
    nine(audit)
    lost = list(audit.entries())
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    try:
        with Audit(fresh, store, actor=CLERK) as again:
            assert again.note(Action.VIEWED, "archive").previous == lost[-1].digest
            assert list(again.entries())[:-1] == lost
        assert verify_audit(again, store).is_sound
    finally:
        fresh.close()


def test_who_carries_late_to_a_store_without_conditional_writes_shortens_no_segment(database, tmp_path) -> None:
    def another_process() -> None:
        with Audit(database, store, actor=CLERK) as other:
            other.note(Action.VIEWED, "dossier:2")
            other.carry()

    store = StoreWithoutConditions(tmp_path / "unconditional", meanwhile=another_process)
    with Audit(database, store, actor=CLERK) as audit:
        audit.note(Action.VIEWED, "dossier:1")
        audit.carry()
        assert verify_audit(audit, store).faults == ()


def test_two_databases_on_one_store_are_refused(audit, store, tmp_path) -> None:
    audit.note(Action.VIEWED, "archive")
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    try:
        second = Audit(other, store, actor=CLERK)
        second.note(Action.SEARCHED, "archive")
        audit.carry()
        with pytest.raises(StoredObjectDamaged, match="two indexes"):
            second.carry()
    finally:
        other.close()


def note_many(url: str, folder: str, times: int) -> None:
    database = open_database(url)
    with Audit(database, FolderStore(folder), actor=CLERK) as audit:
        for _ in range(times):
            audit.note(Action.VIEWED, "archive")
    database.close()


def test_many_processes_and_threads_append_to_one_chain(database_url, tmp_path) -> None:
    from pathlib import Path  # noqa: PLC0415

    folder = Path(tmp_path / "store")
    context = get_context("spawn")
    processes = [context.Process(target=note_many, args=(database_url, folder, 30)) for _ in range(2)]
    for process in processes:
        process.start()
    database = open_database(database_url)
    store = FolderStore(folder)
    with Audit(database, store, actor=CLERK) as audit:
        threads = [
            threading.Thread(target=lambda: [audit.note(Action.SEARCHED, "archive") for _ in range(20)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for worker in (*threads, *processes):
            worker.join(60)
    audit.carry()
    result = verify_audit(audit, store)
    assert (result.faults, result.entries >= 140) == ((), True)
    database.close()


def test_a_citizen_is_a_keyed_digest_and_ids_are_masked(audit, store, database) -> None:
    person = audit.person("001099012345")
    assert person == Audit(database, store, actor=CLERK).person("001099012345") != audit.person("001099012346")
    assert "001099012345" not in person
    assert (masked_id("001099012345"), masked_id("012345678")) == ("001*****2345", "012*****5678")
