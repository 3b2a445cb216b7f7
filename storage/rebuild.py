"""The index made anew from the object store, which is the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.audit import Actor
from storage import keys
from storage.api_keys import ApiKeys
from storage.archive import KeptDossier, all_kept
from storage.audit import Audit
from storage.database import Database
from storage.feed import carry_changes, restore_feed
from storage.former_originals import restore_former
from storage.index import Index
from storage.journal import Journal, codes_with_journals, kept_history, restore_batches, restore_dossier
from storage.ledger import Ledger, RunState
from storage.lifecycle import rebuild_lifecycle
from storage.objects import ObjectStore
from storage.restrictions import Restrictions
from storage.reuse import Reuse
from storage.webhooks import Webhooks

REBUILT_BATCH = "rebuilt"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: dossiers found in the store, taken in because the index lacked them, forgotten.

    `damaged` are the keys of objects that cannot be read; what the index holds of them stays.
    """

    found: int
    taken_in: int
    forgotten: int
    damaged: tuple[str, ...] = ()


def rebuild_index(
    store: ObjectStore, database: Database, *, progress: Callable[[KeptDossier], None] = lambda _: None
) -> Rebuilt:
    """Makes the index equal to the store's records: takes in what it lacks, forgets what the store does not hold.

    The ledger takes in the journals of every dossier that it does not know (after a loss of the database): its run, its
    pages, every transition. Of a record without a journal it learns the end, so that a re-run of the same originals
    does no work; rows that were lost or changed are set as the record says. The audit log goes on where the store's segments end (storage.audit). The change feed keeps the
    numbers that anybody may have been told (storage.feed); API keys, webhooks and re-uses come back.
    """
    damaged: list[str] = []
    Audit(database, store, actor=Actor(REBUILT_BATCH)).restore(damaged=damaged.append)
    Restrictions(database, store).restore(damaged=damaged.append)
    index, ledger = Index(database), Ledger(database)
    ApiKeys(database, store).restore(damaged=damaged.append)
    Reuse(database, store).restore(damaged=damaged.append)
    Webhooks(database, store).restore(damaged=damaged.append)
    # before the records: what is taken in below gets the numbers after those given before
    restore_feed(store, database, damaged=damaged.append)
    restore_batches(store, database, damaged=damaged.append)
    for code in codes_with_journals(store, damaged=damaged.append):
        history = kept_history(store, code, damaged=damaged.append)
        if history:
            restore_dossier(database, code, history)
    listed = {row.dossier_code for row in index.dossiers()}
    runs = {run.dossier_code: run for run in ledger.runs()}
    seen: set[str] = set()
    taken_in = 0
    for kept in all_kept(store, damaged=damaged.append):
        code = kept.record.dossier_code
        seen.add(code)
        taken_in += index.put(kept)
        restore_former(database, store, kept, damaged=damaged.append)
        run = runs.get(code)
        if run is None or (run.state not in set(RunState) and not ledger.agrees_with(kept.record)):
            batch = run.batch if run else REBUILT_BATCH
            ledger.close(kept.record, fingerprint=kept.fingerprint, batch=batch)
        progress(kept)
    damaged += rebuild_lifecycle(store, database)
    forgotten = [code for code in sorted(listed - seen) if keys.record_key(code) not in damaged]
    for code in forgotten:
        index.remove(code)
    carry_changes(store, database)
    Journal(database, store).carry_all()
    return Rebuilt(len(seen), taken_in, len(forgotten), tuple(dict.fromkeys(damaged)))
