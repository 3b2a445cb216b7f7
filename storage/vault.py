"""Two buckets as one store: what must never change rests in one whose objects are locked, everything else in the other.

They are two because a server may keep conditional writes in plain buckets only (Ceph 16 forgets them where versions are
kept). Originals rest in the locked one alone: their key is their digest, so that it does not matter who was first. Of
revisions, of the audit log and of frozen reports the plain bucket holds the object that readers get, whose one writer the
server chose; the locked one holds a copy as a witness that nobody can remove.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO

from storage import keys
from storage.bucket import BucketStore
from storage.objects import Content, ObjectMissing, Stat, stored_digest


class VaultedStore:
    """See the module; any number of threads and processes."""

    def __init__(self, plain: BucketStore, locked: BucketStore, lacks: tuple[str, ...] = ()) -> None:
        self.plain = plain
        self.locked = locked
        self.lacks = lacks

    def __repr__(self) -> str:
        return f"VaultedStore({self.plain!r}, {self.locked!r})"

    def put(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """See ObjectStore.put."""
        return self._home(key).put(key, content, sha256=sha256)

    def put_if_absent(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """See ObjectStore.put_if_absent; a key that is kept locked has its copy before the method returns."""
        home = self._home(key)
        first = home.put_if_absent(key, content, sha256=sha256)
        if home is self.plain and keys.is_locked(key):
            # Also where another was first: that writer may have been killed between the two buckets.
            if not first:
                content, sha256 = home.get(key), None
            if self.locked.stat(key) is None:
                self.locked.put(key, content, sha256=sha256)
        return first

    def get(self, key: str) -> bytes:
        """See ObjectStore.get."""
        return self._home(key).get(key)

    def open_stream(self, key: str) -> AbstractContextManager[BinaryIO]:
        """See ObjectStore.open_stream."""
        return self._home(key).open_stream(key)

    def open_range(self, key: str, first: int, size: int) -> AbstractContextManager[BinaryIO]:
        """See ObjectStore.open_range."""
        return self._home(key).open_range(key, first, size)

    def link(self, key: str, *, seconds: int, media_type: str, name: str) -> str | None:
        """See ObjectStore.link."""
        return self._home(key).link(key, seconds=seconds, media_type=media_type, name=name)

    def stat(self, key: str) -> Stat | None:
        """See ObjectStore.stat."""
        return self._home(key).stat(key)

    def under(self, prefix: str = "") -> Iterator[Stat]:
        """See ObjectStore.under: each key once, copies are not told."""
        originals = (stat for stat in self.locked.under(prefix) if self._home(stat.key) is self.locked)
        return heapq.merge(self.plain.under(prefix), originals, key=lambda stat: stat.key)

    def delete(self, key: str) -> None:
        """See ObjectStore.delete; versions and locked copies stay."""
        self._home(key).delete(key)

    def erase(self, key: str) -> None:
        """See ObjectStore.erase; first what a lock may refuse."""
        if keys.is_locked(key):
            self.locked.erase(key)
        self.plain.erase(key)

    def locked_digest(self, key: str) -> str | None:
        """See ObjectStore.locked_digest: a witness against whoever altered the object that readers get."""
        if self._home(key) is self.locked or not keys.is_locked(key):
            return None
        try:
            return stored_digest(self.locked, key)[0]
        except ObjectMissing:
            return None

    @property
    def conditional_writes(self) -> bool:
        """See storage.promises.Tried."""
        return self.plain.conditional_writes

    def try_lock(self) -> tuple[bool, bool]:
        """See storage.promises.Tried."""
        return self.locked.try_lock()

    def _home(self, key: str) -> BucketStore:
        return self.locked if key.startswith(keys.ORIGINALS) else self.plain
