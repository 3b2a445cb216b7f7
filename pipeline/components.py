"""Components (thành phần hồ sơ): which part each paper plays in its dossier, and which required papers are missing."""

from __future__ import annotations

from collections.abc import Iterable

from models.document import Document, DocumentType, Part
from models.procedure import Procedure
from models.record import Components

_NEITHER = frozenset({DocumentType.RECEIPT, DocumentType.COVER_SHEET})
_COPIES_OF_REGISTER = frozenset(
    {DocumentType.BIRTH_CERTIFICATE, DocumentType.DEATH_EXTRACT, DocumentType.MARRIAGE_CERTIFICATE}
)
_ISSUED_WHERE_UNKNOWN = frozenset(
    {
        DocumentType.BIRTH_CERTIFICATE,
        DocumentType.DEATH_EXTRACT,
        DocumentType.MARRIAGE_CERTIFICATE,
        DocumentType.HOUSEHOLD_BUSINESS_CERTIFICATE,
    }
)


def part_of(kind: DocumentType, procedure: Procedure | None) -> Part:
    """The result that the procedure issues, a receipt or cover (neither), else a submitted paper.

    The same paper may be either: a marital status certificate is the result of its own procedure and a component of a
    marriage. A procedure that issues extracts of the register (2.000635) has one of several papers as its result.
    """
    if kind in _NEITHER:
        return Part.OTHER
    if procedure is None:
        return Part.RESULT if kind in _ISSUED_WHERE_UNKNOWN else Part.COMPONENT
    if kind in procedure.results:
        return Part.RESULT
    extracts = procedure.required == (DocumentType.EXTRACT_COPY_REQUEST,)
    return Part.RESULT if extracts and kind in _COPIES_OF_REGISTER else Part.COMPONENT


def check_components(documents: Iterable[Document], procedure: Procedure | None) -> Components:
    """What the procedure requires of the applicant and what of it is not there; empty where the procedure is unknown."""
    if procedure is None:
        return Components()
    present = {document.type for document in documents}
    missing = tuple(kind for kind in procedure.required if kind not in present)
    return Components(required=procedure.required, missing=missing)
