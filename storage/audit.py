"""The audit log: append-only, every entry chained to the one before by SHA-256, carried to the object store in segments."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, select, update

from models.audit import Action, Actor, Entry, Fact, digest_of, without_ids
from models.errors import StoredObjectDamaged
from storage import audit_segments as segments
from storage.audit_rows import entry_of, row_of
from storage.database import Database
from storage.keeping_tables import AUDIT, AUDIT_HEAD
from storage.objects import ObjectMissing, ObjectStore
from storage.segment_ends import segment_end

_SEGMENT_ENTRIES = 1000
_CARRY_ENTRIES = 256
_CARRY_SECONDS = 5.0
_KEY_BYTES = 32


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: its last entry's number (0: none) and digest, how far it was carried, the day of the last anchor."""

    entry: int
    digest: str
    carried: int
    anchored_on: str


@dataclass(slots=True)
class _Slot:
    """An entry that waits for its transaction, and what became of it."""

    draft: Entry
    entry: Entry | None = None
    error: Exception | None = None


class Audit:
    """The log of one database and its store; any number of threads and processes append at once.

    An entry is in the database when `note` returns. It is carried to the store with others: after 256 entries or five
    seconds at the next `note`, and at `close`. Entries noted by several threads at once share one transaction.
    Raises StorageUnreachable, and StoredObjectDamaged where the store holds another log than the database.
    """

    def __init__(
        self, database: Database, store: ObjectStore, *, actor: Actor, clock: Callable[[], datetime] = _now
    ) -> None:
        self.database, self.store = database, store
        self._actor, self._clock = actor, clock
        self._queue: list[_Slot] = []
        self._queue_lock, self._write_lock, self._carry_lock = Lock(), Lock(), Lock()
        self._ready = False
        self._waiting, self._waiting_since = 0, 0.0
        self._key: bytes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def note(
        self,
        action: Action,
        subject: str,
        *,
        actor: Actor | None = None,
        purpose: str | None = None,
        result: str = "ok",
        facts: Mapping[str, Fact] | None = None,
    ) -> Entry:
        """Appends an entry; `actor` is the log's own unless another is named. Id numbers in any text are masked."""
        who = actor or self._actor
        draft = Entry(
            0, "", str(action), _clean(subject), _clean(who.name), _clean(who.unit), _clean(who.role),
            _clean(purpose) if purpose else None, _clean(result),
            {name: _clean(fact) if isinstance(fact, str) else fact for name, fact in (facts or {}).items()},
        )  # fmt: skip
        slot = _Slot(draft)
        with self._queue_lock:
            self._queue.append(slot)
        with self._write_lock:
            if slot.entry is None and slot.error is None:
                self._write_queued()
        if slot.error is not None:
            raise slot.error
        assert slot.entry is not None
        if self._waiting >= _CARRY_ENTRIES or monotonic() - self._waiting_since > _CARRY_SECONDS:
            self.carry()
        return slot.entry

    def person(self, id_number: str) -> str:
        """A citizen as a subject: a keyed digest, the same for the same number; the key rests in the store."""
        if self._key is None:
            self.store.put_if_absent(segments.KEY_KEY, secrets.token_bytes(_KEY_BYTES))
            self._key = self.store.get(segments.KEY_KEY)
        return f"person:{hmac.digest(self._key, id_number.encode(), 'sha256').hex()[:32]}"

    def head(self) -> Head:
        """Where the log ends."""
        with self.database.reading() as connection:
            return _head(connection)

    def entries(self, *, first: int = 1, last: int | None = None) -> Iterator[Entry]:
        """The entries of the database from number `first` to `last`, in their order."""
        query = select(AUDIT).where(AUDIT.c.number >= first).order_by(AUDIT.c.number)
        if last is not None:
            query = query.where(AUDIT.c.number <= last)
        with self.database.reading() as connection:
            for row in connection.execution_options(yield_per=_SEGMENT_ENTRIES).execute(query):
                yield entry_of(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    def tells_of(self, subject: str, fact: str) -> bool:
        """Whether an entry about the subject holds the fact, a digest: what a killed run has yet to note."""
        about = select(AUDIT.c.number).where(AUDIT.c.subject == _clean(subject), AUDIT.c.facts.contains(fact))
        with self.database.reading() as connection:
            return connection.execute(about.limit(1)).scalar() is not None

    def latest(
        self, number: int, *, subjects: Sequence[str] | None = None, actor: str | None = None
    ) -> tuple[Entry, ...]:
        """The last entries, oldest of them first: all, or those about one of these subjects, or of one actor."""
        query = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(number)
        if subjects is not None:
            query = query.where(AUDIT.c.subject.in_(list(subjects)))
        if actor is not None:
            query = query.where(AUDIT.c.actor == actor)
        with self.database.reading() as connection:
            return tuple(entry_of(row._mapping) for row in connection.execute(query))[::-1]  # noqa: SLF001 - SQLAlchemy's public name

    def carry(self) -> None:
        """Carries every entry that the store lacks to it, and anchors the head once a day."""
        with self._carry_lock:
            self._catch_up()
            while (head := self.head()).carried < head.entry:
                first = head.carried + 1
                end = min(head.entry, head.carried + _SEGMENT_ENTRIES)
                entries = tuple(
                    self.entries(first=first, last=segment_end(self.database, "audit", first=first, last=end))
                )
                if self.store.put_if_absent(segments.segment_key(first), segments.to_bytes(entries)):
                    self._carried(entries[-1].number)
                else:
                    self._take_in(segments.load(self.store, segments.segment_key(first)))
            self._waiting = 0
        if head.entry and head.anchored_on != self._clock().date().isoformat():
            self.anchor()

    def anchor(self) -> segments.Anchor:
        """Writes the head's number and digest as an object of its own, noted in the log."""
        if self.head().entry == 0:
            self.carry()  # the store may hold the log that this database lost
        at = self._clock()
        with self.database.writing() as connection:
            head = _head(connection, for_update=True)
            connection.execute(update(AUDIT_HEAD).values(anchored_on=at.date().isoformat()))
        anchor = segments.anchor_of(head.entry, head.digest, at)
        self.store.put_if_absent(anchor.key, segments.anchor_bytes(anchor))
        self.note(Action.ANCHORED, anchor.key, facts={"entry": head.entry, "digest": head.digest})
        self.carry()
        return anchor

    def close(self) -> None:
        """Carries what waits; the database stays open."""
        if self._waiting:
            self.carry()

    def restore(self, *, damaged: Callable[[str], None]) -> None:
        """Takes in what the store holds beyond the database, as after its loss; the keys of broken segments are told.

        The log goes on behind those: `sohoa audit verify` says for ever which entries are missing.
        """
        with self._carry_lock:
            is_gap = False
            while not self._ready:
                key = segments.segment_key(self.head().carried + 1)
                try:
                    self._take_in(segments.load(self.store, key), is_behind_gap=is_gap)
                    is_gap = False
                except ObjectMissing:
                    self._ready = True
                except segments.SegmentUnreadable:
                    damaged(key)
                    self._pass_over(segments.first_behind(self.store, key, most=_SEGMENT_ENTRIES) - 1)
                    is_gap = True

    def _write_queued(self) -> None:
        with self._queue_lock:
            slots, self._queue = self._queue, []
        try:
            if not self._ready:
                with self._carry_lock:
                    self._catch_up()
            entries = self._append([slot.draft for slot in slots])
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            for slot in slots:
                slot.error = error
            return
        for slot, entry in zip(slots, entries, strict=True):
            slot.entry = entry
        if not self._waiting:
            self._waiting_since = monotonic()
        self._waiting += len(slots)

    def _append(self, drafts: list[Entry]) -> list[Entry]:
        """Numbers and chains the drafts in one transaction, which holds the head against all other writers."""
        entries: list[Entry] = []
        with self.database.writing() as connection:
            head = _head(connection, for_update=True)
            at = self._clock().astimezone(UTC).isoformat(timespec="milliseconds")
            previous = head.digest
            for number, draft in enumerate(drafts, start=head.entry + 1):
                entry = replace(draft, number=number, at=at, previous=previous)
                previous = digest_of(entry)
                entries.append(replace(entry, digest=previous))
            connection.execute(AUDIT.insert(), [row_of(entry) for entry in entries])
            connection.execute(update(AUDIT_HEAD).values(entry=entries[-1].number, digest=previous))
        return entries

    def _catch_up(self) -> None:
        """Before the first append: segments that the database does not know are taken in, so that the chain goes on."""
        while not self._ready:
            try:
                self._take_in(segments.load(self.store, segments.segment_key(self.head().carried + 1)))
            except ObjectMissing:
                self._ready = True

    def _pass_over(self, last: int) -> None:
        """Counts the entries up to this one as carried, whether the database has them or not."""
        with self.database.writing() as connection:
            head = _head(connection, for_update=True)
            connection.execute(update(AUDIT_HEAD).values(entry=max(head.entry, last), carried=last))

    def _take_in(self, carried: tuple[Entry, ...], *, is_behind_gap: bool = False) -> None:
        """A segment that was found in the store: its entries are the database's own, or follow its last one."""
        first, last = carried[0].number, carried[-1].number
        known = {entry.number: entry.digest for entry in self.entries(first=first, last=last)}
        with self.database.writing() as connection:
            head = _head(connection, for_update=True)
            rest = [entry for entry in carried if entry.number not in known]
            follows = not rest or (
                rest[0].number == head.entry + 1 and (is_behind_gap or rest[0].previous == head.digest)
            )
            if not follows or any(known.get(entry.number, entry.digest) != entry.digest for entry in carried):
                raise StoredObjectDamaged(
                    f"the audit log in the store is another one than in the index, from entry {first} on: "
                    "run sohoa audit verify; two indexes must not write into one store"
                )
            if rest:
                connection.execute(AUDIT.insert(), [row_of(entry) for entry in rest])
                connection.execute(update(AUDIT_HEAD).values(entry=last, digest=carried[-1].digest))
            connection.execute(update(AUDIT_HEAD).where(AUDIT_HEAD.c.carried < last).values(carried=last))

    def _carried(self, last: int) -> None:
        with self.database.writing() as connection:
            connection.execute(update(AUDIT_HEAD).where(AUDIT_HEAD.c.carried < last).values(carried=last))


def _clean(text: str) -> str:
    """What a database and a JSON line bear, with id numbers masked."""
    return without_ids(text.replace("\0", "").encode("utf-8", "replace").decode("utf-8"))


def _head(connection: Connection, *, for_update: bool = False) -> Head:
    """The head's row; on PostgreSQL it stays locked until the transaction ends where asked for."""
    query = select(AUDIT_HEAD)
    row: Any = connection.execute(query.with_for_update() if for_update else query).one()
    return Head(row.entry, row.digest, row.carried, row.anchored_on)
