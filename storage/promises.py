"""What an object store keeps of what is asked of it: tried on first use, written down in the store, said aloud."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from typing import Protocol

from models.errors import SohoaError, StoredObjectDamaged
from storage import keys
from storage.objects import ObjectMissing, ObjectStore

_WRITERS = 8
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Promises:
    """What was seen to hold.

    reads_back: what was written is read back byte for byte
    one_winner: of several writers under a free key in the same instant, one is told that it was first, and its bytes rest
    versions: what is replaced or deleted by mistake is still there as an older version
    locks: a locked object refuses deletion until its time has come (object lock, WORM)
    """

    reads_back: bool
    one_winner: bool
    versions: bool
    locks: bool

    @property
    def lacks(self) -> tuple[str, ...]:
        """The names of those that do not hold."""
        return tuple(field.name for field in fields(self) if not getattr(self, field.name))


class Tried(ObjectStore, Protocol):
    """A store that can be asked whether it locks and keeps versions, and takes conditions on writes."""

    @property
    def conditional_writes(self) -> bool:
        """Whether a write under a taken key is refused when it was asked to be."""
        ...

    def try_lock(self) -> tuple[bool, bool]:
        """Whether it keeps versions, and whether a locked object refused deletion; leaves nothing behind."""
        ...


def probe(store: Tried) -> Promises:
    """Tries everything, with objects of its own that it removes. Raises StorageUnreachable."""
    versions, locks = store.try_lock()
    # Without conditions there is no need for a race; rclone 1.75 lists what eight writers wrote at once for ever.
    one_winner = store.conditional_writes and all(_has_one_winner(store) for _ in range(_ROUNDS))
    return Promises(_reads_back(store), one_winner, versions, locks)


def written_down(store: ObjectStore) -> Promises | None:
    """What an earlier probe of this store found, None where there was none."""
    try:
        data = json.loads(store.get(keys.PROMISES))
        return Promises(**{field.name: bool(data[field.name]) for field in fields(Promises)})
    except ObjectMissing:
        return None
    except (ValueError, KeyError, TypeError):
        return None  # a newer program's, or damaged: it is tried again


def write_down(store: ObjectStore, promises: Promises) -> None:
    """Keeps what was found in the store itself, for every process that opens it."""
    store.put(keys.PROMISES, (json.dumps(asdict(promises)) + "\n").encode("ascii"))


def _reads_back(store: ObjectStore) -> bool:
    content = secrets.token_bytes(1 << 16)
    with _probe_key(store) as key:
        try:
            store.put(key, content)
            return store.get(key) == content
        except StoredObjectDamaged:
            return False


def _has_one_winner(store: ObjectStore) -> bool:
    contents = [f"writer {n} {secrets.token_hex(8)}".encode("ascii") for n in range(_WRITERS)]
    with _probe_key(store) as key, ThreadPoolExecutor(_WRITERS) as writers:

        def write(content: bytes) -> bool:
            try:
                return store.put_if_absent(key, content)
            except SohoaError:
                return False  # it was told that it was not first

        won = [content for content, first in zip(contents, writers.map(write, contents), strict=True) if first]
        return len(won) == 1 and store.get(key) == won[0]


@contextmanager
def _probe_key(store: ObjectStore) -> Iterator[str]:
    key = f"{keys.PROBES}{secrets.token_hex(8)}"
    try:
        yield key
    finally:
        with suppress(ObjectMissing):
            store.delete(key)
