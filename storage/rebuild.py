"""The index made anew from the object store, which is the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storage.archive import KeptDossier, all_kept
from storage.database import Database
from storage.index import Index
from storage.ledger import Ledger
from storage.objects import ObjectStore

REBUILT_BATCH = "rebuilt"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: dossiers found in the store, taken in because the index lacked them, forgotten."""

    found: int
    taken_in: int
    forgotten: int


def rebuild_index(
    store: ObjectStore, database: Database, *, progress: Callable[[KeptDossier], None] = lambda _: None
) -> Rebuilt:
    """Makes the index equal to the store's records: takes in what it lacks, forgets what the store does not hold.

    The ledger learns the end of each run that it does not know (after a loss of the database), so that a re-run
    of the same originals still does no work; transitions of pages are history and cannot be made anew.
    Raises StoredObjectDamaged on a broken record; what was taken in before stays.
    """
    index, ledger = Index(database), Ledger(database)
    listed = {row.dossier_code for row in index.dossiers()}
    known = {run.dossier_code for run in ledger.runs()}
    seen: set[str] = set()
    taken_in = 0
    for kept in all_kept(store):
        code = kept.record.dossier_code
        seen.add(code)
        taken_in += index.put(kept)
        if code not in known:
            ledger.close(kept.record, fingerprint=kept.fingerprint, batch=REBUILT_BATCH)
        progress(kept)
    forgotten = listed - seen
    for code in sorted(forgotten):
        index.remove(code)
    return Rebuilt(found=len(seen), taken_in=taken_in, forgotten=len(forgotten))
