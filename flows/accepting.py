"""A clerk's "seen, and right as it is" of a kept dossier's reasons: a new revision, graded anew; the old one stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from flows.correcting import kept_to_change, take_in
from flows.desk import Desk
from models.audit import Action
from models.errors import RecordChanged, UsageError
from pipeline.accept import accept
from storage.archive import KeptDossier, keep_record


def accept_reasons(
    code: str,
    reasons: Iterable[str],
    desk: Desk,
    *,
    author: str,
    why: str,
    page: int | None = None,
    follows: int | None = None,
) -> KeptDossier:
    """Accepts these reasons (codes) of a dossier, or of one of its pages, and keeps that as a revision.

    follows: the revision that the clerk looked at; None: the latest
    What was accepted before is answered as it stands, whatever came after it: nothing is written.
    Raises UsageError (no such dossier; a reason that it lacks or that cannot be accepted; no why), RecordChanged,
    StorageUnreachable.
    """
    kept = kept_to_change(code, desk)
    if not why.strip():
        raise UsageError("an acceptance needs a why", "chấp nhận phải nói vì sao")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    record = accept(kept.record, reasons, author=author, at=now, why=why.strip(), page=page)
    if record == kept.record:
        return kept
    if follows is not None and kept.revision != follows:
        raise RecordChanged(f"{code} has revision {kept.revision} by now, not {follows}")
    after = keep_record(desk.store, record, fingerprint=kept.fingerprint, follows=kept.revision)
    take_in(after, desk, Action.ACCEPTED)
    return after
