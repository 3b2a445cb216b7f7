"""The change feed as others may read it: no number is given out before it rests in the object store.

A number that a program abroad remembers must mean the same after the database is lost. So changes are carried to the store
in segments (`feed/<first number>.jsonl`, never written twice) before anybody is told of them, and `rebuild-index` puts them
back under their numbers before it numbers anything else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import select, update

from models.errors import StoredObjectDamaged
from storage import keys
from storage.changes import Change, changes_after, restore_changes
from storage.database import Database
from storage.keeping_tables import CHANGE_COUNTER
from storage.objects import ObjectStore
from storage.segment_ends import segment_end

_SEGMENT_CHANGES = 1000


def carry_changes(store: ObjectStore, database: Database) -> int:
    """Carries every change that the store lacks to it; returns the last number that rests there. Any number of processes."""
    while True:
        with database.reading() as connection:
            last, carried = connection.execute(select(CHANGE_COUNTER.c.last, CHANGE_COUNTER.c.carried)).one()
        if carried >= last:
            return int(carried)
        end = segment_end(database, "feed", first=carried + 1, last=min(last, carried + _SEGMENT_CHANGES))
        segment = changes_after(database, carried, limit=end - carried)
        key = keys.feed_key(segment[0].seq)
        if not store.put_if_absent(key, _to_bytes(segment)):
            segment = _load(store, key)  # another process was first, or the database is an older copy of itself
            restore_changes(database, segment)
        _note_carried(database, segment[-1].seq)


def restore_feed(store: ObjectStore, database: Database, *, damaged: Callable[[str], None]) -> int:
    """Takes in the changes that the store holds and the database does not; returns how many of them can be read.

    Numbers that stand in a segment that cannot be read are not given out again: somebody may have been told of them.
    """
    count = 0
    for stat in store.under(keys.FEED):
        try:
            segment = _load(store, stat.key)
        except StoredObjectDamaged:
            damaged(stat.key)
            _pass_over(database, keys.first_of_feed(stat.key))
            continue
        restore_changes(database, segment)
        _note_carried(database, segment[-1].seq)
        count += len(segment)
    return count


def _note_carried(database: Database, seq: int) -> None:
    with database.writing() as connection:
        connection.execute(update(CHANGE_COUNTER).where(CHANGE_COUNTER.c.carried < seq).values(carried=seq))


def _pass_over(database: Database, first: int) -> None:
    """An index that carried the segment itself knows what it held; another begins behind what it may have held."""
    behind = first + _SEGMENT_CHANGES - 1
    with database.writing() as connection:
        last, carried = connection.execute(
            select(CHANGE_COUNTER.c.last, CHANGE_COUNTER.c.carried).with_for_update()
        ).one()
        if carried < first:
            connection.execute(update(CHANGE_COUNTER).values(last=max(last, behind), carried=max(last, behind)))


def _to_bytes(changes: tuple[Change, ...]) -> bytes:
    return "".join(json.dumps(asdict(change), ensure_ascii=False) + "\n" for change in changes).encode()


def _load(store: ObjectStore, key: str) -> tuple[Change, ...]:
    try:
        changes = tuple(Change(**json.loads(line)) for line in store.get(key).splitlines())
    except (ValueError, TypeError) as error:
        raise StoredObjectDamaged(f"not a segment of the change feed: {key} ({type(error).__name__})") from None
    if not changes:
        raise StoredObjectDamaged(f"an empty segment of the change feed: {key}")
    return changes
