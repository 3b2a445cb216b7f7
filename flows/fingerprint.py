"""The fingerprint of a dossier's input: the same one means that reading it again would find the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from models.outcome import Reason
from models.record import DossierRecord
from pipeline.intake import IntakeDossier
from pipeline.limits import Limits

READING = 4
"""Raised when reading has become so much better that kept dossiers should be read anew."""

WAITING = "waiting:"
"""Begins the fingerprint of a record whose matching waits, so that a later run does not take it for done."""

_BY_LIMITS = frozenset({Reason.TOO_SLOW, Reason.OUT_OF_MEMORY, Reason.TOO_LARGE, Reason.TOO_MANY_PAGES})


def fingerprint(dossier: IntakeDossier) -> str:
    """SHA-256 over what decides the record: pages and their originals, what was announced, the version of reading."""
    said = dossier.announcement
    announced = [said.procedure, said.unit, said.received_on, said.expected_pages] if said else None
    pages = [[scan.number, scan.source.sha256, scan.source.page, scan.source.file] for scan in dossier.scans]
    refused = [[rejection.number, rejection.reason] for rejection in dossier.rejections]
    return _digest([READING, dossier.code.text, announced, pages, refused])


def fingerprint_under(base: str, limits: Limits) -> str:
    """The fingerprint of a dossier in which a limit refused a page: with other limits it is worth another look."""
    return _digest([base, asdict(limits)])


def closing_fingerprint(base: str, record: DossierRecord, limits: Limits) -> str:
    """The fingerprint under which a record is kept: one that never compares equal while its matching waits."""
    if any(person.match.reason == Reason.REGISTRY_WAITING for person in record.persons):
        return WAITING + base
    if any(is_by_limits(page.reason) for page in record.pages):
        return fingerprint_under(base, limits)
    return base


def is_by_limits(reason: str | None) -> bool:
    """Whether other limits might have let the page through."""
    return reason in _BY_LIMITS


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode("ascii")).hexdigest()
