"""What the persons of one dossier say of each other: roles that one citizen cannot hold, the dead acting, ages that cannot be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.citizen import Citizen
from models.identity import Role
from models.outcome import Reason, Verdict
from models.record import MatchedPerson
from pipeline.roles import LIVING, PARENTS, SEX_OF, SINGLE, compatible
from pipeline.same_dossier import link_within

# No law sets it: nobody becomes a parent before twelve, and a misread decade shows as less.
PARENT_YEARS = 12


@dataclass(frozen=True, slots=True)
class Conflict:
    """A reason and the persons it touches (places in the sequence that was checked)."""

    reason: Reason
    persons: tuple[int, ...]


def review_household(persons: Sequence[MatchedPerson], citizens: Mapping[str, Citizen]) -> tuple[MatchedPerson, ...]:
    """The persons, first linked where the rest of the dossier decides, then reviewed where they contradict each other.

    Every link that a conflict touches becomes a review with its reason. `citizens` are those the persons were linked
    to, by id number.
    """
    persons = link_within(persons, citizens)
    reasons: dict[int, Reason] = {}
    for conflict in find_conflicts(persons, citizens):
        for place in conflict.persons:
            reasons.setdefault(place, conflict.reason)
    return tuple(
        replace(person, match=replace(person.match, verdict=Verdict.REVIEW, reason=reasons[place]))
        if place in reasons and person.match.verdict == Verdict.MATCHED
        else person
        for place, person in enumerate(persons)
    )


def find_conflicts(persons: Sequence[MatchedPerson], citizens: Mapping[str, Citizen]) -> tuple[Conflict, ...]:
    """Every conflict among persons of one dossier; only links count as identities, read birth dates count too."""
    linked = [
        (place, person.person.role, citizen)
        for place, person in enumerate(persons)
        if person.match.verdict == Verdict.MATCHED and (citizen := citizens.get(person.match.citizen or ""))
    ]
    return (*_role_conflicts(linked), *_rows_of_one(persons), *_dead(linked), *_ages(persons, citizens))


_Linked = tuple[int, Role, Citizen]


def _role_conflicts(linked: Sequence[_Linked]) -> Iterator[Conflict]:
    by_citizen: dict[str, list[tuple[int, Role]]] = defaultdict(list)
    by_role: dict[Role, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, role, citizen in linked:
        by_citizen[citizen.id_number].append((place, role))
        by_role[role][citizen.id_number].append(place)
        if citizen.sex and citizen.sex != SEX_OF.get(role, citizen.sex):
            yield Conflict(Reason.ROLES_CONFLICT, (place,))
    for claims in by_citizen.values():
        touched = {place for place, role in claims for _, other in claims if not compatible(role, other)}
        if touched:
            yield Conflict(Reason.ROLES_CONFLICT, tuple(sorted(touched)))
    for role in SINGLE:
        if len(by_role[role]) > 1:
            yield Conflict(
                Reason.ROLES_CONFLICT, tuple(sorted(place for places in by_role[role].values() for place in places))
            )


def _rows_of_one(persons: Sequence[MatchedPerson]) -> Iterator[Conflict]:
    """Two rows of one list of household members are two people: a number was copied into the wrong row."""
    rows: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, person in enumerate(persons):
        if person.match.verdict == Verdict.MATCHED and person.person.role == Role.HOUSEHOLD_MEMBER:
            rows[person.person.document, person.match.citizen or ""].append(place)
    for places in rows.values():
        if len(places) > 1:
            yield Conflict(Reason.ROLES_CONFLICT, tuple(places))


def _dead(linked: Sequence[_Linked]) -> Iterator[Conflict]:
    for place, role, citizen in linked:
        if citizen.status == "deceased" and role in LIVING:
            yield Conflict(Reason.PERSON_DECEASED, (place,))


def _ages(persons: Sequence[MatchedPerson], citizens: Mapping[str, Citizen]) -> Iterator[Conflict]:
    births = [_birth(person, citizens) for person in persons]
    for child_place, child in enumerate(persons):
        for parent_place, parent in enumerate(persons):
            if child.person.role != Role.CHILD or parent.person.role not in PARENTS:
                continue
            born, parent_born = births[child_place], births[parent_place]
            if born and parent_born and born.year - parent_born.year < PARENT_YEARS:
                yield Conflict(Reason.AGES_IMPOSSIBLE, (child_place, parent_place))


def _birth(person: MatchedPerson, citizens: Mapping[str, Citizen]) -> date | None:
    """The registry's birth date of a linked person, else the one that was read; 1 July where only the year is known."""
    citizen = citizens.get(person.match.citizen or "") if person.match.verdict == Verdict.MATCHED else None
    read = person.person.birth_date.value if person.person.birth_date else ""
    text = (citizen.birth_date if citizen else "") or read
    try:
        return date(int(text), 7, 1) if len(text) == 4 else date.fromisoformat(text)
    except ValueError:
        return None
