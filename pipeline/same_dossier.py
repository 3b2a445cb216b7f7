"""Links a person whom the registry alone does not decide to a citizen found elsewhere in the same dossier.

The mother whose declaration gives her number is the mother on the birth notification that gives only her name and year.
What holds across all citizens (a name alone decides nothing) is different among the few people of one dossier; still a
number or a date that differs forbids the link, and likeness is not enough where brothers have names alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log2

from models.citizen import Citizen
from models.identity import Person, Role
from models.match import Decision, Evidence, MatchQuery
from models.outcome import Verdict
from models.record import MatchedPerson
from pipeline.frequencies import NameFrequencies
from pipeline.match import LINK_SCORE, WEIGHTS, Comparison, compare
from pipeline.residence import ResidenceAgreement as Home
from pipeline.roles import compatible
from pipeline.similarity import DateAgreement as Day
from pipeline.similarity import NameAgreement as Name
from pipeline.similarity import NumberAgreement as Number
from pipeline.similarity import SexAgreement as Sex

# How likely a person named like a linked citizen of the same dossier is somebody else: a choice, on the careful side.
_SOMEBODY_ELSE = 0.5
_Place = tuple[int, Role]  # a document and a role on it
_NO_FREQUENCIES = NameFrequencies(0)


def link_within(persons: Sequence[MatchedPerson], citizens: Mapping[str, Citizen]) -> tuple[MatchedPerson, ...]:
    """The persons, those linked who agree with exactly one citizen linked elsewhere in the dossier.

    `citizens` are those the persons were linked to, by id number. Two rows of one paper in one role are two persons,
    whatever their names.
    """
    places: dict[str, set[_Place]] = {}
    for person in persons:
        number = person.match.citizen or ""
        if person.match.verdict == Verdict.MATCHED and number in citizens:
            places.setdefault(number, set()).add(_place(person.person))
    twice = Counter(
        (_place(person.person), person.person.full_name.value) for person in persons if person.person.full_name
    )
    shared = frozenset(name for (_, name), count in twice.items() if count > 1)
    return tuple(_linked(person, places, citizens, shared) for person in persons)


def _place(person: Person) -> _Place:
    return person.document, person.role


def _linked(
    person: MatchedPerson, places: Mapping[str, set[_Place]], citizens: Mapping[str, Citizen], shared: frozenset[str]
) -> MatchedPerson:
    """`shared`: names that two rows of one paper bear, so that the name alone says nothing in this dossier."""
    if person.match.verdict == Verdict.MATCHED:
        return person
    query, own = question(person.person), _place(person.person)
    found = []
    for number, held in places.items():
        roles = {role for _, role in held}
        if own in held or not all(compatible(own[1], role) for role in roles):
            continue
        compared = compare(query, citizens[number], _NO_FREQUENCIES)
        misread = compared.rungs["full_name"] not in (Name.EXACT, Name.TONE_PLACE)
        if misread and person.match.citizen not in (None, number):
            continue  # the registry knows somebody who fits better: a twin, a brother
        if _agrees(compared, same_role=own[1] in roles and query.full_name not in shared):
            found.append(compared)
    if len(found) != 1:
        return person
    prior = log2(_SOMEBODY_ELSE / len(places) / (1 - _SOMEBODY_ELSE))
    score = 1 / (1 + 2 ** -(prior + found[0].total))
    return replace(person, match=_decision(found[0], prior, score)) if score >= LINK_SCORE else person


def _agrees(compared: Comparison, *, same_role: bool) -> bool:
    number, name, day, sex, home = (
        compared.rungs[f] for f in ("id_number", "full_name", "birth_date", "sex", "residence")
    )
    if number == Number.DIFFERENT or day in (Day.DIFFERENT, Day.TWO_DIGITS) or sex == Sex.DIFFERENT:
        return False
    if name in (Name.EXACT, Name.TONE_PLACE):
        return same_role or day != Day.ABSENT or number != Number.ABSENT or home in (Home.EXACT, Home.HOME)
    return name in (Name.TONELESS, Name.CLOSE) and (day in (Day.EXACT, Day.YEAR) or number != Number.ABSENT)


def _decision(compared: Comparison, prior: float, score: float) -> Decision:
    fields = (Evidence(f, rung, round(compared.bits[f], 2)) for f, rung in compared.rungs.items() if rung != "absent")
    evidence = (Evidence("prior", "same_dossier", round(prior, 2)), *fields, WEIGHTS)
    return Decision(Verdict.MATCHED, compared.citizen.id_number, score, evidence)


def question(person: Person) -> MatchQuery:
    """What the papers say of the person, as matching asks it."""
    fields = (person.full_name, person.birth_date, person.sex, person.id_number, person.residence)
    name, day, sex, number, home = (field.value if field else None for field in fields)
    return MatchQuery(f"{person.document}/{person.role}", name, day, sex, number, home)
