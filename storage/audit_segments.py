"""The audit log's objects in the store: segments of entries, anchors of its head, the key of citizens' digests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from models.audit import Entry, canonical
from models.errors import StoredObjectDamaged
from storage import keys
from storage.objects import ObjectStore

SEGMENTS = f"{keys.AUDIT}segments/"
ANCHORS = f"{keys.AUDIT}anchors/"
KEY_KEY = f"{keys.AUDIT}person-digests.key"


class SegmentUnreadable(StoredObjectDamaged):
    """What rests where a segment of the log should is none."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The log's end as it was at a time: number and digest of its last entry. `key`: where that is written."""

    key: str
    entry: int
    digest: str
    at: str


def segment_key(first: int) -> str:
    """The key of the segment that begins with this entry; key order is the log's order."""
    return f"{SEGMENTS}{first:012d}.jsonl"


def anchor_of(entry: int, digest: str, at: datetime) -> Anchor:
    """An anchor made at this time, with its key."""
    utc = at.astimezone(UTC)
    return Anchor(f"{ANCHORS}{utc:%Y-%m-%dT%H%M%S.%f}.json", entry, digest, utc.isoformat(timespec="milliseconds"))


def to_bytes(entries: Iterable[Entry]) -> bytes:
    """Entries as JSON lines."""
    return b"".join(canonical(entry.to_json()) + b"\n" for entry in entries)


def anchor_bytes(anchor: Anchor) -> bytes:
    """An anchor as JSON."""
    return canonical({"entry": anchor.entry, "digest": anchor.digest, "at": anchor.at})


def load(store: ObjectStore, key: str) -> tuple[Entry, ...]:
    """The entries of a segment; raises ObjectMissing, and SegmentUnreadable where it is none."""
    try:
        entries = tuple(Entry.from_json(json.loads(line)) for line in store.get(key).splitlines())
    except (ValueError, TypeError, KeyError) as error:
        raise SegmentUnreadable(f"not a segment of the audit log: {key} ({type(error).__name__})") from None
    if not entries:
        raise SegmentUnreadable(f"an empty segment of the audit log: {key}")
    return entries


def first_behind(store: ObjectStore, key: str, *, most: int) -> int:
    """The number with which the next segment behind this one begins; the last one may have held `most` entries."""
    behind = (stat.key for stat in store.under(SEGMENTS) if stat.key > key)
    following = next(behind, None)
    return _first(following) if following else _first(key) + most


def _first(key: str) -> int:
    return int(key.removeprefix(SEGMENTS).removesuffix(".jsonl"))


def carried_entries(store: ObjectStore) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """Every segment in the log's order: its key and entries; none where it cannot be read."""
    for stat in store.under(SEGMENTS):
        try:
            yield stat.key, load(store, stat.key)
        except SegmentUnreadable:
            yield stat.key, ()


def anchors(store: ObjectStore) -> Iterator[Anchor]:
    """Every anchor, oldest first; one that cannot be read has entry 0."""
    for stat in store.under(ANCHORS):
        try:
            yield Anchor(stat.key, **json.loads(store.get(stat.key)))
        except (ValueError, TypeError):
            yield Anchor(stat.key, 0, "", "")
