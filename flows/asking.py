"""A dossier's persons asked of the registry in its name, and noted in the audit log: how many, how often, never who."""

from __future__ import annotations

from collections.abc import Sequence

from flows.desk import Desk
from flows.matching import is_waiting, match_persons
from models.audit import Action
from models.dossier import UNKNOWN_UNIT
from models.identity import Person
from models.record import MatchedPerson
from registry.counted import CountedPopulation


def ask_registry(
    code: str, persons: Sequence[Person], desk: Desk, *, procedure: str | None, unit: str
) -> tuple[MatchedPerson, ...]:
    """Each person with the registry's word, asked on behalf of the dossier's procedure and unit; all wait while it is away."""
    population = desk.population()
    if population is None:
        return match_persons(persons, None)
    asked = CountedPopulation(population).for_dossier(procedure=procedure, unit=None if unit == UNKNOWN_UNIT else unit)
    matched = match_persons(persons, asked)
    if asked.calls:
        desk.audit.note(
            Action.REGISTRY_ASKED,
            f"dossier:{code}",
            purpose=procedure,
            result="unreachable" if is_waiting(matched) else "ok",
            facts={"persons": len(persons), "calls": asked.calls},
        )
    return matched
