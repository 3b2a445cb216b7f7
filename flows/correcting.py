"""A clerk's correction of a kept dossier: a new revision, matched and graded anew; the old one stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from flows.asking import ask_registry
from flows.desk import Desk
from models.audit import Action
from models.correction import Correction
from models.errors import RecordChanged, UsageError
from models.outcome import Reason, Status
from models.record import DossierRecord
from pipeline.accept import without_accepted
from pipeline.correct import carry_over, correct
from pipeline.grade import regrade_corrected
from storage.archive import KeptDossier, keep_record, latest_kept


def correct_dossier(
    code: str,
    wanted: Iterable[tuple[str, str | None]],
    desk: Desk,
    *,
    author: str,
    reason: str,
    follows: int | None = None,
) -> KeptDossier:
    """Sets each target (models.correction.Change) of a dossier to its value and keeps that as a revision.

    follows: the revision that the clerk looked at; None: the latest
    The same correction of the same revision again, whose first answer was lost on its way, is answered as it was.
    Raises UsageError (no such dossier, target or value; no reason), RecordChanged, StorageUnreachable.
    """
    wanted = list(wanted)
    kept = kept_to_change(code, desk)
    if not reason.strip():
        raise UsageError("a correction needs a reason", "đính chính phải có lý do")
    if follows is not None and kept.revision != follows:
        if kept.revision == follows + 1 and _is_made(kept.record, wanted, author, reason):
            return kept
        raise RecordChanged(f"{code} has revision {kept.revision} by now, not {follows}")
    corrected, changes = correct(kept.record, wanted)
    if not changes or corrected == kept.record:
        raise UsageError("nothing to correct: --set target=value", "không có gì để đính chính: --set mục=giá trị")
    made = Correction(datetime.now(UTC).isoformat(timespec="seconds"), author, reason.strip(), changes)
    record = regraded(replace(corrected, corrections=(*kept.record.corrections, made)), desk)
    after = keep_record(desk.store, record, fingerprint=kept.fingerprint, follows=follows or kept.revision)
    take_in(after, desk, Action.CORRECTED)
    return after


def kept_to_change(code: str, desk: Desk) -> KeptDossier:
    """The dossier's latest revision, known to index and log even if its writer was killed; raises UsageError where none is."""
    kept = latest_kept(desk.store, code)
    if kept is None:
        raise UsageError(f"no dossier {code} is kept", f"không có hồ sơ {code}")
    desk.index.put(kept)
    desk.note_kept(kept, _last_done(kept.record))
    return kept


def take_in(after: KeptDossier, desk: Desk, action: Action) -> None:
    """Tells index, audit log, ledger and journal of a revision that a clerk's act has made."""
    batch = desk.ledger.start_batch()
    desk.index.put(after)
    desk.note_kept(after, action)
    desk.ledger.close(after.record, fingerprint=after.fingerprint, batch=batch)
    desk.ledger.finish_batch(batch)
    desk.journal.carry_all()


def _last_done(record: DossierRecord) -> Action:
    corrected, accepted = (acts[-1].at if acts else "" for acts in (record.corrections, record.accepted))
    if not corrected and not accepted:
        return Action.KEPT
    return Action.CORRECTED if corrected > accepted else Action.ACCEPTED


def _is_made(record: DossierRecord, wanted: Iterable[tuple[str, str | None]], author: str, reason: str) -> bool:
    """Whether the last thing that a clerk did to the record was to set these right."""
    last = record.corrections[-1] if record.corrections else None
    if last is None or (last.author, last.reason) != (author, reason.strip()):
        return False
    return {change.target for change in last.changes} == {target for target, _ in wanted} and correct(record, wanted)[
        0
    ] == record


def regraded(record: DossierRecord, desk: Desk) -> DossierRecord:
    """The record with its persons matched and its status found anew, after somebody set things right."""
    asked = [matched.person for matched in record.persons]
    persons = ask_registry(record.dossier_code, asked, desk, procedure=record.procedure, unit=record.unit)
    record = replace(record, persons=tuple(persons))
    status, reasons = regrade_corrected(record)
    return without_accepted(replace(record, status=status, reasons=tuple(map(str, reasons))))


def with_earlier_corrections(record: DossierRecord, desk: Desk) -> DossierRecord:
    """A new reading of a dossier, with what clerks had set right and accepted in the one before; review where a correction no
    longer fits.
    """
    kept = latest_kept(desk.store, record.dossier_code)
    if kept is None:
        return record
    record = replace(record, accepted=kept.record.accepted)
    if not kept.record.corrections:
        return without_accepted(record)
    corrected, fits = carry_over(kept.record.corrections, record)
    record = regraded(corrected, desk)
    if fits:
        return record
    status = Status.REVIEW if record.status is Status.DIGITIZED else record.status
    reasons = {*record.reasons, Reason.CORRECTION_OPEN}
    return replace(record, status=status, reasons=tuple(str(r) for r in Reason if r in reasons))
