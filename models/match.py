"""Matching a person against the registry: the question, the evidence a field, the decision."""

from __future__ import annotations

from dataclasses import dataclass

from models.outcome import Verdict


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """What a paper says of a person; None where it says nothing. `*_confidence` 0 to 1 (1 where not from a scan)."""

    query: str
    full_name: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    id_number: str | None = None
    residence: str | None = None
    name_confidence: float = 1.0
    birth_date_confidence: float = 1.0
    id_number_confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one field agrees (a rung of its ladder) and the weight in bits that this gives or takes."""

    field: str
    agreement: str
    weight: float


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, the citizen's id number where matched (for review: the best candidate or None), and why.

    `score` is the posterior probability that the candidate is the person, 0 to 1.
    `reason` is set where a person must look.
    """

    verdict: Verdict
    citizen: str | None
    score: float
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
