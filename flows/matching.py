"""Every person of a dossier against the registry: one question each, then all of them weighed together."""

from __future__ import annotations

from collections.abc import Sequence

from models.citizen import Citizen
from models.errors import RegistryUnreachable
from models.identity import Field, Person, Role
from models.match import Decision, MatchQuery
from models.outcome import Reason, Verdict
from models.record import MatchedPerson
from pipeline.household import review_household
from pipeline.match import IN_REGISTRY
from pipeline.present_units import with_present_units
from registry.ask import decide_person
from registry.population import Population

# Children on birth papers are mostly not registered yet: their birth is what is being registered.
CHILD_IN_REGISTRY = 0.1

_WAITING = Decision(Verdict.REVIEW, None, 0.0, reason=str(Reason.REGISTRY_WAITING))
_NOBODY = Decision(Verdict.UNMATCHED, None, 0.0)


def match_persons(persons: Sequence[Person], population: Population | None) -> tuple[MatchedPerson, ...]:
    """Each person with the registry's word; all of them wait where it does not answer (None, or while asked).

    Beside addresses in former units stand those of today.
    """
    persons = [with_present_units(person) for person in persons]
    if population is None:
        return tuple(MatchedPerson(person, _WAITING) for person in persons)
    try:
        matched = tuple(MatchedPerson(person, _decision(person, population)) for person in persons)
        citizens = {citizen.id_number: citizen for person in matched for citizen in _linked(person, population)}
    except RegistryUnreachable:
        return tuple(MatchedPerson(person, _WAITING) for person in persons)
    return review_household(matched, citizens)


def is_waiting(persons: Sequence[MatchedPerson]) -> bool:
    """Whether any person's matching waits for the registry."""
    return any(person.match.reason == Reason.REGISTRY_WAITING for person in persons)


def question(person: Person) -> MatchQuery:
    """What the papers say of the person, as the registry is asked."""
    return MatchQuery(
        query=f"{person.document}/{person.role}",
        full_name=_value(person.full_name),
        birth_date=_value(person.birth_date),
        sex=_value(person.sex),
        id_number=_value(person.id_number),
        residence=_value(person.residence),
        name_confidence=_confidence(person.full_name),
        birth_date_confidence=_confidence(person.birth_date),
        id_number_confidence=_confidence(person.id_number),
    )


def _decision(person: Person, population: Population) -> Decision:
    asked = question(person)
    if asked.full_name is None and asked.id_number is None:
        return _NOBODY  # a birth date or an address alone is nobody's
    in_registry = CHILD_IN_REGISTRY if person.role is Role.CHILD else IN_REGISTRY
    return decide_person(asked, population, in_registry=in_registry)


def _linked(person: MatchedPerson, population: Population) -> Sequence[Citizen]:
    if person.match.verdict is not Verdict.MATCHED or person.match.citizen is None:
        return ()
    return population.by_id_number(person.match.citizen)


def _value(field: Field | None) -> str | None:
    return field.value if field else None


def _confidence(field: Field | None) -> float:
    return field.confidence if field else 1.0
