"""The ledger's journal (nhật ký): every dossier's transitions carried to the object store, and read back from there.

The database comes first, the object follows: what a kill between the two leaves out is noted as due and carried by
whoever works next. So the ledger can be made anew from the store, and the store alone is a witness against it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, text

from models.errors import StoredObjectDamaged
from storage import keys
from storage.database import Database
from storage.ledger_tables import BATCHES, JOURNAL_DUE, LEDGER, LEDGER_PAGES, RUNS
from storage.objects import ObjectStore
from storage.record_json import Json, canonical_bytes

_ENTRY_NAMES = ("entry", "at", "batch", "dossier_code", "page", "state", "reason")
_WITHOUT_NUMBER = [LEDGER.c[name] for name in _ENTRY_NAMES[1:]]
_PAGE_NAMES = ("page", "batch", "sha256", "source_page", "state", "reason")


@dataclass(frozen=True, slots=True)
class Journal:
    """Carries what is due from one database to one store; safe for many processes."""

    database: Database
    store: ObjectStore

    def carry(self, code: str) -> None:
        """Writes a dossier's journal as the ledger knows it now; raises StorageUnreachable, then it stays due."""
        self._carry(code, is_batch=False)

    def carry_all(self) -> int:
        """Writes all that is due, left by a killed run perhaps; gives how many. Raises StorageUnreachable."""
        with self.database.reading() as connection:
            due = connection.execute(select(JOURNAL_DUE.c.subject, JOURNAL_DUE.c.is_batch)).all()
        for subject, is_batch in due:
            self._carry(subject, is_batch=is_batch)
        return len(due)

    def _carry(self, subject: str, *, is_batch: bool) -> None:
        mine = and_(JOURNAL_DUE.c.subject == subject, JOURNAL_DUE.c.is_batch == is_batch)
        last = None
        while True:
            with self.database.reading() as connection:
                version = connection.execute(select(JOURNAL_DUE.c.version).where(mine)).scalar()
                written = _batch(connection, subject) if is_batch else _history(connection, subject)
            if version is None and last in {None, written}:
                return
            if written and self._takes_in_what_it_lacks(subject, written):
                continue
            # Nobody else may have carried it, or somebody carried newer things and ours went over them: then again.
            if written:
                self.store.put(written.key, written.body)
            last = written
            with self.database.writing() as connection:
                if connection.execute(delete(JOURNAL_DUE).where(mine, JOURNAL_DUE.c.version == version)).rowcount:
                    return

    def _takes_in_what_it_lacks(self, code: str, written: _Written) -> bool:
        """Whether what is about to be written over told what this database did not know: it is a backup, and does now."""
        if not written.entries or self.store.stat(written.key) is None:
            return False
        try:
            there = {tuple(row)[1:] for row in _read(self.store, written.key)["entries"]}
        except (StoredObjectDamaged, KeyError, TypeError):
            return False
        history = None if there <= written.entries else kept_history(self.store, code, damaged=lambda _: None)
        return history is not None and restore_dossier(self.database, code, history)


@dataclass(frozen=True, slots=True)
class _Written:
    """What is to rest under a key; of a dossier's journal also its entries, without their numbers."""

    key: str
    body: bytes
    entries: frozenset[tuple[Any, ...]] = frozenset()


def _batch(connection: Connection, batch: str) -> _Written | None:
    row = connection.execute(select(BATCHES).where(BATCHES.c.batch == batch)).one_or_none()
    return _Written(keys.batch_key(batch), canonical_bytes(dict(row._mapping))) if row else None  # noqa: SLF001 - SQLAlchemy's public name


def _history(connection: Connection, code: str) -> _Written | None:
    """All that the ledger holds of a dossier, under the name of the batch that has it now."""
    run = connection.execute(select(RUNS).where(RUNS.c.dossier_code == code)).one_or_none()
    if run is None:
        return None
    pages = select(*(LEDGER_PAGES.c[name] for name in _PAGE_NAMES)).where(LEDGER_PAGES.c.dossier_code == code)
    entries = select(*(LEDGER.c[name] for name in _ENTRY_NAMES)).where(LEDGER.c.dossier_code == code)
    body = {
        "run": dict(run._mapping),  # noqa: SLF001
        "pages": [dict(row._mapping) for row in connection.execute(pages.order_by(LEDGER_PAGES.c.page))],  # noqa: SLF001
        "entries": [list(row) for row in connection.execute(entries.order_by(LEDGER.c.entry))],
    }
    known = frozenset(tuple(row)[1:] for row in body["entries"])
    return _Written(keys.journal_key(code, run.batch), canonical_bytes(body), known)


@dataclass(frozen=True, slots=True)
class KeptHistory:
    """What the store's journals say of one dossier: the run that counts, its pages, all entries (oldest first)."""

    run: Json
    pages: tuple[Json, ...]
    entries: tuple[tuple[Any, ...], ...]


def kept_history(store: ObjectStore, code: str, *, damaged: Callable[[str], None]) -> KeptHistory | None:
    """The journals of a dossier together, None where the store holds none; the key of one that is broken is told."""
    entries: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    latest: _Journal | None = None
    for stat in store.under(keys.journal_prefix(code)):
        try:
            data = _read(store, stat.key)
            rows = [tuple(row) for row in data["entries"]]
            known = {row[1:]: row for row in rows if len(row) == len(_ENTRY_NAMES)}
            journal = _Journal(data["run"], tuple(data["pages"]), frozenset(known), str(data["run"]["changed_at"]))
            entries.update(known)
            if latest is None or journal.is_later_than(latest):
                latest = journal
        except (StoredObjectDamaged, KeyError, TypeError):
            damaged(stat.key)
    if latest is None:
        return None
    ordered = tuple(sorted(entries.values(), key=lambda row: (row[0], row[1])))
    return KeptHistory(latest.run, latest.pages, ordered)


@dataclass(frozen=True, slots=True)
class _Journal:
    """One batch's account of a dossier, which has in it what the ledger knew of the batches before."""

    run: Json
    pages: tuple[Json, ...]
    entries: frozenset[tuple[Any, ...]]
    changed_at: str

    def is_later_than(self, other: _Journal) -> bool:
        """By what they know, whatever the clock said; by time where each knows what the other does not (a database that
        was restored from a backup and went on).
        """
        if self.entries >= other.entries or self.entries <= other.entries:
            return len(self.entries) > len(other.entries)
        return self.changed_at > other.changed_at


def restore_dossier(database: Database, code: str, history: KeptHistory) -> bool:
    """Takes in what the ledger does not know of a dossier's journals; False where there is nothing new.

    Run and pages are the journals' where the ledger knows no entry that they lack: it is empty, or from a backup.
    """
    with database.writing() as connection:
        mine = LEDGER.c.dossier_code == code
        known = {tuple(row) for row in connection.execute(select(*_WITHOUT_NUMBER).where(mine))}
        missing = [row for row in history.entries if row[1:] not in known]
        has_run = connection.execute(select(RUNS.c.batch).where(RUNS.c.dossier_code == code)).first() is not None
        if has_run and not missing:
            return False
        if known <= {row[1:] for row in history.entries}:
            for table in (LEDGER_PAGES, RUNS):
                connection.execute(delete(table).where(table.c.dossier_code == code))
            connection.execute(RUNS.insert().values({name: history.run.get(name) for name in RUNS.c.keys()}))  # noqa: SIM118 - columns, not a dict
            if history.pages:
                connection.execute(LEDGER_PAGES.insert(), [{"dossier_code": code, **page} for page in history.pages])
        _restore_entries(connection, missing)
    return True


def restore_batches(store: ObjectStore, database: Database, *, damaged: Callable[[str], None]) -> None:
    """Takes the batches in that a ledger does not know; broken ones' keys are told."""
    batches = []
    for stat in store.under(keys.BATCHES):
        try:
            batches.append(_read(store, stat.key))
        except StoredObjectDamaged:
            damaged(stat.key)
    with database.writing() as connection:
        known = set(connection.execute(select(BATCHES.c.batch)).scalars())
        rows = [{name: data.get(name) for name in BATCHES.c.keys()} for data in batches]  # noqa: SIM118
        for row in rows:
            if row["batch"] not in known:
                connection.execute(BATCHES.insert().values(row))


def _restore_entries(connection: Connection, entries: Iterable[tuple[Any, ...]]) -> None:
    """With the numbers they had; where one of those is taken, or two have it, as new ones in the same order."""
    rows = [dict(zip(_ENTRY_NAMES, row, strict=True)) for row in entries]
    numbers = [row["entry"] for row in rows]
    taken = connection.execute(select(LEDGER.c.entry).where(LEDGER.c.entry.in_(numbers)).limit(1)).scalar()
    if taken is not None or len(set(numbers)) < len(numbers):
        rows = [{name: value for name, value in row.items() if name != "entry"} for row in rows]
    if rows:
        connection.execute(LEDGER.insert(), rows)
    if rows and connection.dialect.name == "postgresql":  # numbers given by us do not move its counter
        highest = connection.execute(select(func.max(LEDGER.c.entry))).scalar()
        connection.execute(text("SELECT setval(pg_get_serial_sequence('ledger', 'entry'), :n)"), {"n": highest})


def _read(store: ObjectStore, key: str) -> Json:
    try:
        data = json.loads(store.get(key))
    except ValueError:
        raise StoredObjectDamaged(f"not a journal: {key}") from None
    if not isinstance(data, dict):
        raise StoredObjectDamaged(f"not a journal: {key}")
    return data


def codes_with_journals(store: ObjectStore, *, damaged: Callable[[str], None]) -> Iterator[str]:
    """The dossiers of which the store holds journals, each once, in the order of their keys; broken ones' keys are told."""
    last = None
    for stat in store.under(keys.DOSSIERS):
        if keys.is_journal(stat.key) and (prefix := stat.key.rpartition("ledger/")[0]) != last:
            try:
                code = str(_read(store, stat.key)["run"]["dossier_code"])
            except (StoredObjectDamaged, KeyError, TypeError):
                damaged(stat.key)  # the dossier's next may be whole
            else:
                last = prefix
                yield code
