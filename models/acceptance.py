"""Acceptances (đã xem, chấp nhận): a reason for a look that a clerk answered with "it is right as it is"."""

from __future__ import annotations

from dataclasses import dataclass

from models.outcome import PAGE_WARNINGS, Reason

ACCEPTABLE = PAGE_WARNINGS | frozenset(
    {
        Reason.PAGE_COUNT_DIFFERS, Reason.LOW_CONFIDENCE, Reason.FIELDS_DISAGREE, Reason.FIELD_MISSING, Reason.NO_PERSON,
        Reason.PERSON_UNMATCHED, Reason.PERSON_AMBIGUOUS, Reason.PERSON_CONTRADICTED, Reason.PERSON_DECEASED,
        Reason.ROLES_CONFLICT, Reason.AGES_IMPOSSIBLE,
    }
)  # fmt: skip
"""The reasons that a clerk's eyes can answer. Not what scanning again, a correction, the manifest or the registry answers: a page
that could not be used, a paper that is missing, its kind, the procedure, the dossier's code."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One reason of a dossier, or of one of its pages, that a clerk looked at and lets stand.

    reason: a code of models.outcome.Reason; page: its number, None where the reason is of the whole dossier
    of: what the reason was said of (pipeline.accept.Ground): of anything else it is not accepted
    author: an officer's name in this system; at: ISO 8601, UTC; why: in the officer's words
    """

    reason: str
    page: int | None
    of: tuple[str, ...]
    author: str
    at: str
    why: str
