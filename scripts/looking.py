"""Looking at one dossier: noted before anything is shown; refused where its processing is restricted, unless overridden."""

from __future__ import annotations

from models.audit import Action
from models.errors import StorageUnreachable
from models.restriction import DossierRestricted, RestrictionKind
from models.settings import Settings
from scripts.language import text
from storage.audit import Audit
from storage.database import Database
from storage.objects import ObjectStore
from storage.record_list import is_lost
from storage.restrictions import Restrictions


def note_look(audit: Audit, action: Action, code: str, settings: Settings, *, override: str | None) -> None:
    """Notes that somebody looks at a dossier; raises DossierRestricted, noted too, where they must not.

    override: why it is looked at all the same
    """
    subject = f"dossier:{code}"
    if RestrictionKind.RESTRICTED in Restrictions(audit.database, audit.store).on_dossier(code):
        if not override:
            audit.note(action, subject, purpose=settings.purpose, result="denied")
            raise DossierRestricted(code)
        audit.note(Action.OVERRIDDEN, subject, purpose=override)
    audit.note(action, subject, purpose=settings.purpose)


def check_index(database: Database, store: ObjectStore) -> None:
    """Raises StorageUnreachable where nothing was found because the index is lost: zeros would be believed."""
    if is_lost(database, store):
        raise StorageUnreachable(
            text(
                "chỉ mục trống mà kho có hồ sơ: sohoa rebuild-index",
                "the index is empty, the store is not: sohoa rebuild-index",
            )
        )


def restricted(audit: Audit) -> frozenset[str]:
    """The codes that lists and exports leave out."""
    return Restrictions(audit.database, audit.store).held(RestrictionKind.RESTRICTED)
