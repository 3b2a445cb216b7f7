"""Which originals only earlier revisions of a dossier name: it was scanned again, and what was scanned before stays its own.

The index's pages are those of the latest revision; without this, deleting a dossier for good could take an original that
an earlier revision of another still names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, delete, select

from models.errors import StoredObjectDamaged
from storage import keys
from storage.archive import KeptDossier, load_kept_at
from storage.database import Database
from storage.objects import ObjectMissing, ObjectStore
from storage.tables import FORMER_ORIGINALS, PAGES


def earlier_revisions(
    store: ObjectStore, kept: KeptDossier, *, damaged: Callable[[str], None] = lambda _: None
) -> Iterator[KeptDossier]:
    """The dossier's revisions before this one, the first first; the key of one that cannot be read is told."""
    for revision in range(1, kept.revision):
        key = keys.revision_key(kept.record.dossier_code, revision)
        try:
            yield load_kept_at(store, key)[0]
        except (ObjectMissing, StoredObjectDamaged):
            damaged(key)


def note_former(database: Database, connection: Connection, kept: KeptDossier) -> None:
    """Notes the originals that the index has of the dossier and this revision does not name; before its pages are replaced."""
    present = select(PAGES.c.sha256).where(PAGES.c.dossier_code == kept.record.dossier_code)
    _note(database, connection, kept, set(connection.execute(present).scalars()))


def restore_former(
    database: Database, store: ObjectStore, kept: KeptDossier, *, damaged: Callable[[str], None]
) -> None:
    """Notes the originals of all earlier revisions, which an index made anew has never seen."""
    before = {
        page.source.sha256
        for earlier in earlier_revisions(store, kept, damaged=damaged)
        for page in earlier.record.pages
    }
    if before:
        with database.writing() as connection:
            _note(database, connection, kept, before)


def _note(database: Database, connection: Connection, kept: KeptDossier, before: set[str]) -> None:
    code, now = kept.record.dossier_code, {page.source.sha256 for page in kept.record.pages}
    rows = [{"sha256": sha256, "dossier_code": code} for sha256 in sorted(before - now)]
    database.upsert(connection, FORMER_ORIGINALS, rows)
    named_again = FORMER_ORIGINALS.c.sha256.in_(now)
    connection.execute(delete(FORMER_ORIGINALS).where(FORMER_ORIGINALS.c.dossier_code == code, named_again))
