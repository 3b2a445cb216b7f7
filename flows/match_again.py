"""A dossier whose matching waited for the registry: its persons, as they were read, are matched; nothing is read again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from flows.asking import ask_registry
from flows.desk import Desk
from flows.fingerprint import WAITING, closing_fingerprint, fingerprint
from flows.jobs import Outcome, outcome_of
from flows.matching import is_waiting
from models.audit import Action
from models.errors import RecordChanged
from models.outcome import Reason
from models.restriction import RestrictionKind
from pipeline.accept import without_accepted
from pipeline.grade import regrade
from pipeline.intake import IntakeDossier
from storage.archive import KeptDossier, keep_record, latest_kept, load_kept
from storage.ledger import Arrival
from storage.restrictions import Restrictions


def waiting_for_registry(dossier: IntakeDossier, desk: Desk) -> KeptDossier | None:
    """What is kept of this very input where only the registry's word is missing; else None."""
    kept = load_kept(desk.store, dossier.code.text)
    return kept if kept and kept.fingerprint == WAITING + fingerprint(dossier) else None


def all_waiting(desk: Desk) -> Iterator[KeptDossier]:
    """Every kept dossier that waits for the registry, by code; not those whose processing is restricted."""
    still = Restrictions(desk.database, desk.store).held(RestrictionKind.RESTRICTED)
    waiting = [row.dossier_code for row in desk.index.dossiers() if Reason.REGISTRY_WAITING in row.reasons]
    codes = [code for code in waiting if code not in still]
    kept = (load_kept(desk.store, code) for code in codes)
    return (dossier for dossier in kept if dossier and dossier.fingerprint.startswith(WAITING))


def match_again(kept: KeptDossier, desk: Desk, *, batch: str) -> Outcome:
    """Asks the registry about each person and keeps the record with its word as a revision; no change while it is away.

    Raises StorageUnreachable; doing it again is harmless.
    """
    started = time.monotonic()
    record = kept.record
    pages = tuple((page.number, page.source) for page in record.pages)
    announced = desk.ledger.announced_pages(record.dossier_code)
    desk.ledger.enter(Arrival(record.dossier_code, pages, announced), fingerprint="", batch=batch)
    asked = [person.person for person in record.persons]
    persons = ask_registry(record.dossier_code, asked, desk, procedure=record.procedure, unit=record.unit)
    if not is_waiting(persons):
        status, reasons = regrade(
            record.reasons, record.documents, [p.person for p in persons], [p.match for p in persons]
        )
        record = without_accepted(replace(record, persons=persons, status=status, reasons=tuple(map(str, reasons))))
        base = kept.fingerprint.removeprefix(WAITING)
        closing = closing_fingerprint(base, record, desk.limits)
        try:
            kept = keep_record(desk.store, record, fingerprint=closing, follows=kept.revision)
        except RecordChanged:  # a clerk corrected it while the registry was asked: that revision was matched then
            kept = latest_kept(desk.store, record.dossier_code) or kept
    desk.index.put(kept)
    desk.note_kept(kept, Action.REMATCHED)
    desk.ledger.close(kept.record, fingerprint=kept.fingerprint, batch=batch)
    desk.journal.carry(record.dossier_code)
    return outcome_of(kept.record, seconds=time.monotonic() - started, changed=kept.changed)
