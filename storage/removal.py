"""A dossier leaves for good because its time is up: what is written down first, what goes, and what stays to tell of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import select

from storage import keys
from storage.archive import KeptDossier
from storage.database import Database
from storage.feed import carry_changes
from storage.former_originals import earlier_revisions
from storage.index import Index
from storage.journal import Journal
from storage.ledger import Ledger, RunState
from storage.ledger_tables import LEDGER_PAGES, RUNS
from storage.ledger_values import REMOVED_RUN
from storage.objects import ObjectStore
from storage.readable import readable, refuse
from storage.record_json import canonical_bytes
from storage.tables import FORMER_ORIGINALS, PAGES


@dataclass(frozen=True, slots=True)
class Removal:
    """What remains to be told of a deleted dossier; no person's data. `originals`: SHA-256 of what may go with it."""

    dossier_code: str
    unit: str
    procedure: str | None
    received_on: str
    pages: int
    record_sha256: str
    rule: str
    at: str
    actor: str
    originals: tuple[str, ...]


def removal_of(kept: KeptDossier, store: ObjectStore, *, rule: str, at: str, actor: str) -> Removal:
    """What is to be written down of a dossier before it goes; its originals are those of every revision."""
    record = kept.record
    files = {file.key for each in (kept, *earlier_revisions(store, kept)) for file in each.files}
    originals = tuple(sorted(digest for key in files if (digest := keys.digest_in(key))))
    return Removal(
        record.dossier_code, record.unit, record.procedure, record.received_on.isoformat(), len(record.pages),
        kept.record_sha256, rule, at, actor, originals,
    )  # fmt: skip


def remove(removal: Removal, store: ObjectStore, database: Database) -> int:
    """Deletes all that is kept of the dossier but its ledger's journal; returns how many objects went.

    The removal is written down first, so that one that was cut off is ended by `unfinished`; the record goes before its
    files, so that no record names what is gone. Where a lock refuses, nothing has gone yet. Originals that another dossier names stay.
    Raises StorageUnreachable, also where the server refuses because a lock's time has not come.
    """
    code = removal.dossier_code
    store.put(_key(code), canonical_bytes(asdict(removal)))
    gone = _left(store, code)
    for key in gone:
        store.erase(key)
    originals = _own_originals(removal, database)
    for sha256 in originals:
        store.erase(keys.original_key(sha256))
    Index(database).remove(code)
    Ledger(database).remove(code)
    Journal(database, store).carry(code)
    carry_changes(store, database)
    return len(gone) + len(originals)


def removals(store: ObjectStore) -> Iterator[Removal]:
    """Every dossier that was deleted, by key; raises StoredObjectDamaged."""
    return readable(store, keys.REMOVED, _parsed, damaged=refuse("a removal"))


def unfinished(store: ObjectStore, database: Database) -> Iterator[Removal]:
    """Removals of which something is left: their program was killed half-way. Not of dossiers kept or begun anew since."""
    states = {run.dossier_code: run.state for run in Ledger(database).runs()}
    listed = {row.dossier_code for row in Index(database).dossiers()}
    for removal in removals(store):
        code = removal.dossier_code
        left = _left(store, code)
        if keys.record_key(code) in left or states.get(code) in set(RunState):
            continue
        told = code not in listed and states.get(code, REMOVED_RUN) == REMOVED_RUN
        if left or not told or any(map(store.stat, map(keys.original_key, _own_originals(removal, database)))):
            yield removal


def _parsed(content: bytes) -> Removal:
    data = json.loads(content)
    return Removal(**{**data, "originals": tuple(data["originals"])})


def _key(code: str) -> str:
    return f"{keys.REMOVED}{keys.dossier_prefix(code).removeprefix(keys.DOSSIERS).rstrip('/')}.json"


def _left(store: ObjectStore, code: str) -> list[str]:
    """What rests of a dossier but its journal: the revision locked longest, which may be refused, record, revisions, files."""
    prefixes = (keys.dossier_prefix(code), keys.identity_prefix(code))
    found = [stat.key for prefix in prefixes for stat in store.under(prefix) if not keys.is_journal(stat.key)]
    newest = max((key for key in found if keys.is_any_record(key) and not keys.is_record(key)), default=None)
    return sorted(found, key=lambda key: (key != newest, not keys.is_record(key), not keys.is_any_record(key), key))


def _own_originals(removal: Removal, database: Database) -> list[str]:
    return [sha256 for sha256 in removal.originals if not _is_named_elsewhere(database, sha256, removal.dossier_code)]


def _is_named_elsewhere(database: Database, sha256: str, code: str) -> bool:
    """Whether another dossier has the original: a kept one in any revision, or one under way, which no record names yet."""
    kept = select(PAGES.c.number).where(PAGES.c.sha256 == sha256, PAGES.c.dossier_code != code)
    former = select(FORMER_ORIGINALS.c.sha256).where(
        FORMER_ORIGINALS.c.sha256 == sha256, FORMER_ORIGINALS.c.dossier_code != code
    )
    under_way = select(RUNS.c.dossier_code).where(RUNS.c.state.in_([str(state) for state in RunState]))
    begun = select(LEDGER_PAGES.c.page).where(
        LEDGER_PAGES.c.dossier_code.in_(under_way), LEDGER_PAGES.c.sha256 == sha256, LEDGER_PAGES.c.dossier_code != code
    )
    with database.reading() as connection:
        return any(connection.execute(query.limit(1)).first() is not None for query in (kept, former, begun))
