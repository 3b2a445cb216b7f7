"""Persons of one dossier against each other."""

from dataclasses import replace

import pytest

from models.citizen import Citizen
from models.identity import Field, FieldSource, Person, Role
from models.match import Decision
from models.outcome import Reason, Verdict
from models.page import Box
from models.record import MatchedPerson
from pipeline.household import review_household

MOTHER = Citizen("001190000123", "NGUYỄN THỊ MẪU", "1990-05-07", "female")
FATHER = Citizen("001088000456", "TRẦN VĂN THỬ", "1988", "male")
DEAD = Citizen("001050000789", "LÊ VĂN XƯA", "1950-01-01", "male", status="deceased")
CITIZENS = {citizen.id_number: citizen for citizen in (MOTHER, FATHER, DEAD)}


def read(role, *, id_number=None, **fields):
    """A person as read, undecided by the registry."""
    fields = {
        name: Field(value, value, 1.0, FieldSource.OCR, 1, Box(0, 0, 1, 1))
        for name, value in (fields | {"id_number": id_number}).items()
        if value
    }
    return MatchedPerson(Person(role, 2, **fields), Decision(Verdict.REVIEW, None, 0.5, reason=Reason.PERSON_AMBIGUOUS))


def linked(role, citizen):
    return MatchedPerson(Person(role, 1), Decision(Verdict.MATCHED, citizen.id_number, 1.0))


def unlinked(role, birth_date):
    field = Field(birth_date, birth_date, 1.0, FieldSource.OCR, 1, Box(0, 0, 1, 1))
    return MatchedPerson(Person(role, 1, birth_date=field), Decision(Verdict.UNMATCHED, None, 0.0))


def reasons(*persons):
    return [person.match.reason for person in review_household(persons, CITIZENS)]


def test_an_ordinary_family_stays_linked():
    family = (
        linked(Role.APPLICANT, FATHER),
        linked(Role.MOTHER, MOTHER),
        linked(Role.MOTHER, MOTHER),
        linked(Role.FATHER, FATHER),
        linked(Role.DECEASED, DEAD),
        unlinked(Role.CHILD, "2025-01-02"),
    )
    assert review_household(family, CITIZENS) == family


def test_one_citizen_in_two_roles_goes_to_a_person():
    assert reasons(linked(Role.WIFE, MOTHER), linked(Role.HUSBAND, FATHER)) == [None, None]
    assert reasons(linked(Role.CHILD, FATHER), linked(Role.APPLICANT, MOTHER), linked(Role.FATHER, FATHER))[::2] == [
        Reason.ROLES_CONFLICT,
        Reason.ROLES_CONFLICT,
    ]


def test_two_citizens_in_one_role_or_the_wrong_sex_go_to_a_person():
    assert reasons(linked(Role.DECEASED, DEAD), linked(Role.DECEASED, MOTHER)) == [Reason.ROLES_CONFLICT] * 2
    assert reasons(linked(Role.HUSBAND, MOTHER)) == [Reason.ROLES_CONFLICT]


def test_the_dead_do_not_apply():
    assert reasons(linked(Role.APPLICANT, DEAD), linked(Role.CARD_HOLDER, DEAD)) == [Reason.PERSON_DECEASED, None]


def test_a_child_is_not_as_old_as_its_mother():
    persons = (linked(Role.MOTHER, MOTHER), unlinked(Role.CHILD, "1995-01-02"))
    mother, child = review_household(persons, CITIZENS)
    assert (mother.match.verdict, mother.match.reason) == (Verdict.REVIEW, Reason.AGES_IMPOSSIBLE)
    assert child == persons[1]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (read(Role.MOTHER, full_name="NGUYỄN THỊ MẪU", birth_date="1990"), MOTHER.id_number),
        (read(Role.MOTHER, full_name="NGUYỄN THỊ MẪU"), MOTHER.id_number),
        (read(Role.APPLICANT, full_name="NGUYEN THI MAU", birth_date="1990-05-07"), MOTHER.id_number),
        (read(Role.APPLICANT, full_name="NGUYỄN THỊ MẪU", id_number="001190000173"), MOTHER.id_number),
        (read(Role.APPLICANT, full_name="NGUYỄN THỊ MẪU"), None),
        (read(Role.MOTHER, full_name="NGUYỄN THỊ MẬU"), None),
        (read(Role.MOTHER, full_name="NGUYỄN MẪU", birth_date="1990"), None),
        (read(Role.MOTHER, full_name="NGUYỄN THỊ MẪU", birth_date="1991"), None),
        (read(Role.MOTHER, full_name="NGUYỄN THỊ MẪU", birth_date="1991-05-08"), None),
        (read(Role.MOTHER, full_name="NGUYỄN THỊ MẪU", id_number="040190777888"), None),
        (read(Role.CHILD, full_name="NGUYỄN THỊ MẪU", id_number="001190000173"), None),
        (read(Role.FATHER, full_name="NGUYỄN THỊ MẪU", birth_date="1990"), None),
    ],
)
def test_the_rest_of_the_dossier_decides_who_a_person_is(person, expected):
    mother, asked = review_household((linked(Role.MOTHER, MOTHER), person), CITIZENS)
    assert mother.match.verdict == Verdict.MATCHED
    assert (asked.match.citizen if asked.match.verdict == Verdict.MATCHED else None) == expected


def test_two_rows_of_one_paper_are_two_persons():
    """A father and a son of one name stand on the same list of household members."""
    father = replace(linked(Role.HOUSEHOLD_MEMBER, MOTHER), person=Person(Role.HOUSEHOLD_MEMBER, 2))
    son = read(Role.HOUSEHOLD_MEMBER, full_name=MOTHER.full_name)
    assert review_household((father, son), CITIZENS)[1] == son
    elsewhere = replace(son, person=replace(son.person, document=3))
    assert review_household((father, elsewhere), CITIZENS)[1].match.citizen == MOTHER.id_number
    on_the_list = replace(father, person=replace(son.person))
    assert review_household((on_the_list, son, elsewhere), CITIZENS)[1:] == (son, elsewhere)


def test_a_name_alike_is_left_where_the_registry_thinks_of_another():
    sister = read(Role.APPLICANT, full_name="NGUYEN THI MAU", birth_date="1990-05-07")
    mother = linked(Role.MOTHER, MOTHER)
    assert review_household((mother, sister), CITIZENS)[1].match.citizen == MOTHER.id_number
    thought = replace(sister, match=replace(sister.match, citizen="001190000124"))
    assert review_household((mother, thought), CITIZENS)[1] == thought


def test_one_citizen_in_two_rows_of_a_list_goes_to_a_person():
    rows = (linked(Role.HOUSEHOLD_MEMBER, FATHER), linked(Role.HOUSEHOLD_MEMBER, FATHER))
    assert reasons(*rows) == [Reason.ROLES_CONFLICT] * 2
    two_papers = (rows[0], replace(rows[1], person=replace(rows[1].person, document=2)))
    assert reasons(*two_papers) == [None, None]


def test_names_alike_of_two_linked_persons_decide_nothing():
    sister = replace(MOTHER, id_number="001190000124")
    citizens = CITIZENS | {sister.id_number: sister}
    members = (linked(Role.HOUSEHOLD_MEMBER, MOTHER), linked(Role.HOUSEHOLD_MEMBER, sister))
    undecided = read(Role.HOUSEHOLD_MEMBER, full_name="NGUYỄN THỊ MẪU", birth_date="1990-05-07")
    assert review_household((*members, undecided), citizens)[2] == undecided
