"""The record of one dossier: everything that was found, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.acceptance import Acceptance
from models.correction import Correction
from models.document import Document, DocumentType
from models.identity import Person
from models.match import Decision
from models.outcome import PageOutcome, Status
from models.page import PageSource

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One page with its outcome; a rejected page keeps its number and carries its reason.

    `warnings` are reason codes of what makes the page poor though it can be used (blurred, faint, cut_off …).
    """

    number: int
    source: PageSource
    rotation_degrees: int
    skew_degrees: float
    blank: bool
    mean_confidence: float
    outcome: PageOutcome
    reason: str | None
    text: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchedPerson:
    """A person as read, with what the registry says."""

    person: Person
    match: Decision


@dataclass(frozen=True, slots=True)
class Components:
    """Which papers the procedure requires of the applicant, and which are missing."""

    required: tuple[DocumentType, ...] = ()
    missing: tuple[DocumentType, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierRecord:
    """Everything known of a dossier. `reasons` are codes of models.outcome.Reason; empty when digitized.

    `corrections`: what clerks set right, oldest first; what stood there before is in the earlier revisions. `accepted`: reasons
    that clerks looked at and let stand, oldest first; they are no longer among `reasons`, unless they were said of more by now.
    """

    dossier_code: str
    unit: str
    procedure: str | None
    received_on: date
    status: Status
    pages: tuple[PageRecord, ...]
    documents: tuple[Document, ...]
    persons: tuple[MatchedPerson, ...]
    components: Components
    reasons: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    schema_version: int = SCHEMA_VERSION
