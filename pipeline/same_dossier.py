"""Links a person whom the registry alone does not decide to a citizen found elsewhere in the same dossier.

The mother whose declaration gives her number is the mother on the birth notification that gives only her name and year.
What holds across all citizens (a name alone decides nothing) is different among the few people of one dossier; still a
number or a date that differs forbids the link, and likeness is not enough where brothers have names alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log2

from models.citizen import Citizen
from models.identity import Person, Role
from models.match import Decision, Evidence, MatchQuery
from models.outcome import Verdict
from models.record import MatchedPerson
from pipeline.frequencies import NameFrequencies
from pipeline.match import LINK_SCORE, Comparison, compare
from pipeline.residence import ResidenceAgreement as Home
from pipeline.roles import compatible
from pipeline.similarity import DateAgreement as Day
from pipeline.similarity import NameAgreement as Name
from pipeline.similarity import NumberAgreement as Number
from pipeline.similarity import SexAgreement as Sex

# How likely a person named like a linked citizen of the same dossier is somebody else: a choice, on the careful side.
_SOMEBODY_ELSE = 0.5
_NO_FREQUENCIES = NameFrequencies(0)


def link_within(persons: Sequence[MatchedPerson], citizens: Mapping[str, Citizen]) -> tuple[MatchedPerson, ...]:
    """The persons, those linked who agree with exactly one citizen linked elsewhere in the dossier.

    `citizens` are those the persons were linked to, by id number.
    """
    roles: dict[str, set[Role]] = {}
    for person in persons:
        number = person.match.citizen or ""
        if person.match.verdict == Verdict.MATCHED and number in citizens:
            roles.setdefault(number, set()).add(person.person.role)
    return tuple(_linked(person, roles, citizens) for person in persons)


def _linked(person: MatchedPerson, roles: Mapping[str, set[Role]], citizens: Mapping[str, Citizen]) -> MatchedPerson:
    if person.match.verdict == Verdict.MATCHED:
        return person
    query, role = question(person.person), person.person.role
    found = [
        compared
        for number, held in roles.items()
        if all(compatible(role, other) for other in held)
        and _agrees(compared := compare(query, citizens[number], _NO_FREQUENCIES), same_role=role in held)
    ]
    if len(found) != 1:
        return person
    prior = log2(_SOMEBODY_ELSE / len(roles) / (1 - _SOMEBODY_ELSE))
    score = 1 / (1 + 2 ** -(prior + found[0].total))
    return replace(person, match=_decision(found[0], prior, score)) if score >= LINK_SCORE else person


def _agrees(compared: Comparison, *, same_role: bool) -> bool:
    number, name, day, sex, home = (
        compared.rungs[f] for f in ("id_number", "full_name", "birth_date", "sex", "residence")
    )
    if number == Number.DIFFERENT or day == Day.DIFFERENT or sex == Sex.DIFFERENT:
        return False
    if name in (Name.EXACT, Name.TONE_PLACE):
        return same_role or day != Day.ABSENT or number != Number.ABSENT or home in (Home.EXACT, Home.HOME)
    return name in (Name.TONELESS, Name.CLOSE) and (day in (Day.EXACT, Day.YEAR) or number != Number.ABSENT)


def _decision(compared: Comparison, prior: float, score: float) -> Decision:
    fields = (Evidence(f, rung, round(compared.bits[f], 2)) for f, rung in compared.rungs.items() if rung != "absent")
    evidence = (Evidence("prior", "same_dossier", round(prior, 2)), *fields)
    return Decision(Verdict.MATCHED, compared.citizen.id_number, score, evidence)


def question(person: Person) -> MatchQuery:
    """What the papers say of the person, as matching asks it."""
    fields = (person.full_name, person.birth_date, person.sex, person.id_number, person.residence)
    name, day, sex, number, home = (field.value if field else None for field in fields)
    return MatchQuery(f"{person.document}/{person.role}", name, day, sex, number, home)
