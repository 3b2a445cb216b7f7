"""Looking at one dossier: noted before anything is shown; refused where its processing is restricted, unless overridden."""

from __future__ import annotations

from models.audit import Action
from models.restriction import DossierRestricted, RestrictionKind
from models.settings import Settings
from storage.audit import Audit
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


def restricted(audit: Audit) -> frozenset[str]:
    """The codes that lists and exports leave out."""
    return Restrictions(audit.database, audit.store).held(RestrictionKind.RESTRICTED)
