"""The same person on several papers of a dossier: readings that confirm each other, and misreadings that show by it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.identity import Field, FieldSource, Person
from models.vietnamese import fold, modern_tones
from pipeline.extract.partial_number import completed
from pipeline.labels import similarity
from pipeline.place_names import is_worn_house

IDENTITY = ("full_name", "birth_date", "sex", "id_number")
_COMPARED = (*IDENTITY, "residence", "origin")
_PLACES = ("residence", "origin")
# A code is worth three good readings of print; the zone has no check digit over the name.
_WEIGHT = {FieldSource.QR: 3.0, FieldSource.MRZ: 2.5, FieldSource.CLERK: 4.0}
_OUTWEIGHED_BY = 1.0
_SURELY_READ = 0.85
_SURE = 0.995
_WORN = 0.55


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two papers say different things of what seems one person: `field`, and the persons' places in the list."""

    field: str
    first: int
    second: int


def same_people(persons: Sequence[Person]) -> tuple[tuple[int, ...], ...]:
    """Places of persons who are one by their papers: the same number, or the same name and a birth date that fits."""
    groups: list[list[int]] = []
    for place, person in enumerate(persons):
        group = next((g for g in groups if any(_is_same(persons[other], person) for other in g)), None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    return tuple(tuple(group) for group in groups)


def _is_same(one: Person, other: Person) -> bool:
    if one.document == other.document and one.role is not other.role and not _same_value("id_number", one, other):
        return False
    if _same_value("id_number", one, other):
        return _names_alike(one, other) or one.full_name is None or other.full_name is None
    if not (one.full_name and other.full_name) or letters(one.full_name.value) != letters(other.full_name.value):
        return False
    if one.birth_date and other.birth_date:
        return one.birth_date.value[:4] == other.birth_date.value[:4] or _near(
            one.birth_date.value, other.birth_date.value
        )
    if one.id_number and other.id_number:
        return _near(one.id_number.value, other.id_number.value)
    return True


def _same_value(name: str, one: Person, other: Person) -> bool:
    first, second = getattr(one, name), getattr(other, name)
    return first is not None and second is not None and first.value == second.value


def _names_alike(one: Person, other: Person) -> bool:
    """Not two people under one number: a name shares its last word or most of its letters with the other."""
    if not (one.full_name and other.full_name):
        return True
    first, second = letters(one.full_name.value), letters(other.full_name.value)
    return first[-3:] == second[-3:] or first[:6] == second[:6]


def letters(name: str) -> str:
    """A name's bare letters, for telling whether two readings differ only in marks and spaces."""
    return re.sub(r"[^a-z]", "", fold(name))


def _near(one: str, other: str) -> bool:
    """At most two places differ in values of one length: a misreading rather than another value."""
    return len(one) == len(other) and 0 < sum(a != b for a, b in zip(one, other, strict=True)) <= 2


def agree(persons: Sequence[Person]) -> tuple[Person, ...]:
    """The persons with what their papers say together: confirmed readings surer, outweighed misreadings mended.

    A value is replaced only by what another paper of the dossier says of the same person, where both are readings of
    one value (the same letters with other marks, or one or two places apart) and the other weighs clearly more; what
    was read stays in `as_read`.
    """
    result = list(persons)
    for group in same_people(persons):
        if len(group) > 1:
            for name in _COMPARED:
                for place, field in _settled(name, [(place, persons[place]) for place in group]):
                    result[place] = replace(result[place], **{name: field})  # type: ignore[arg-type]  # name is a field's
            for place in group:
                result[place] = completed(persons[place], result[place], [persons[other] for other in group])
    return tuple(replace(person, partial_number=None) if person.partial_number else person for person in result)


def _settled(name: str, members: Sequence[tuple[int, Person]]) -> Iterator[tuple[int, Field]]:
    readings = [(place, person.document, field) for place, person in members if (field := getattr(person, name))]
    for place, document, field in readings:
        # Two places of one paper are one witness: the same print, the same damage.
        others = [f for _, paper, f in readings if paper != document]
        same = [f for f in others if _key(name, f.value) == _key(name, field.value)]
        rival = _rival(name, field, others)
        if same and rival is None:
            missed = 1.0 - field.confidence
            for other in same:
                missed *= 1.0 - _independent(other, name)
            yield place, replace(field, confidence=round(max(field.confidence, min(_SURE, 1.0 - missed)), 4))
            continue
        if rival is not None:
            sure = _mended(name, rival, others) if _is_misreading(name, field.value, rival.value) else _WORN
            yield place, replace(field, value=rival.value, confidence=sure)


def _mended(name: str, rival: Field, others: Sequence[Field]) -> float:
    """How sure a mended value is: never quite; less where one paper alone speaks for it."""
    witnesses = sum(_key(name, f.value) == _key(name, rival.value) for f in others)
    return round(min(0.9 if witnesses > 1 or rival.source in _WEIGHT else 0.75, rival.confidence), 4)


def _independent(field: Field, name: str) -> float:
    """How much a second reading tells: print on another paper may be misread in the same way, marks most of all.

    NGUYỄN was read NGUYÊN on a form and on the card beside it: two readings of a name are hardly two witnesses.
    """
    if field.source in _WEIGHT:
        return field.confidence
    return field.confidence * (0.3 if name == "full_name" else 0.7)


def _key(name: str, value: str) -> str:
    if name in _PLACES:
        return " ".join(re.findall(r"[\w/]+", modern_tones(value).lower()))
    return modern_tones(value) if name == "full_name" else value


def _rival(name: str, field: Field, others: Sequence[Field]) -> Field | None:
    """Another paper's reading of what must be the same value, clearly better than this one."""
    if field.source in _WEIGHT or name == "sex":
        return None
    alike = [
        f for f in others if _is_misreading(name, field.value, f.value) or (name in _PLACES and is_worn_house(field, f))
    ]
    best: tuple[float, Field] | None = None
    for candidate in alike:
        weight = sum(_weight(name, f) for f in others if _key(name, f.value) == _key(name, candidate.value))
        if best is None or weight > best[0]:
            best = (weight, candidate)
    if best is None:
        return None
    same = sum(_weight(name, f) for f in others if _key(name, f.value) == _key(name, field.value))
    return best[1] if best[0] > _needed(name, field, best[1], field.confidence + same) else None


def _needed(name: str, field: Field, candidate: Field, alike: float) -> float:
    """What the other reading must weigh; `alike` is the weight of the papers that say what this one says.

    On places, and where only marks differ, papers vote; marks and letters get lost in reading more often than they are
    made up, so that a surely read richer form (NGUYỄN beside NGUYÊN) wins a close vote and a shorter address loses it.
    """
    if name in _PLACES:
        return alike + (0.3 if len(letters(candidate.value)) < len(letters(field.value)) else 0.0)
    if name == "full_name" and letters(field.value) == letters(candidate.value):
        parted = len(candidate.value.split()) - len(field.value.split())
        if parted < 0:
            return math.inf  # recognizers join words (NINHVĂN MƯỜI); they hardly part them
        richer = parted > 0 or _is_richer(candidate.value, field.value)
        return alike - 0.15 if richer and candidate.confidence >= _SURELY_READ else alike + 0.3
    return field.confidence + _OUTWEIGHED_BY


def _is_richer(one: str, other: str) -> bool:
    """Whether a name has all the marks of another and more (NGUYỄN and NGUYÊN), letter by letter."""
    first, second = _marked(one), _marked(other)
    if [letter for letter, _ in first] != [letter for letter, _ in second]:
        return False
    return one != other and all(marks >= fewer for (_, marks), (_, fewer) in zip(first, second, strict=True))


def _marked(name: str) -> list[tuple[str, frozenset[str]]]:
    """Letters with the marks that stand on them; Đ is a D with a stroke."""
    letters_of: list[tuple[str, frozenset[str]]] = []
    for c in unicodedata.normalize("NFD", modern_tones(name).replace("Đ", "D\u0335")):
        if unicodedata.combining(c) and letters_of:
            letter, marks = letters_of[-1]
            letters_of[-1] = (letter, marks | {c})
        elif not c.isspace():
            letters_of.append((c, frozenset()))
    return letters_of


def _weight(name: str, field: Field) -> float:
    if name == "full_name" and field.source is FieldSource.MRZ:
        return 0.0  # no marks: says nothing about them
    return _WEIGHT.get(field.source, field.confidence)


def _is_misreading(name: str, value: str, other: str) -> bool:
    if name == "full_name":
        return letters(value) == letters(other) or _one_letter_apart(letters(value), letters(other))
    if name in _PLACES:
        return similarity(value, other) >= 93 and _digits(value) == _digits(other)
    return _near(value, other)


def _one_letter_apart(one: str, other: str) -> bool:
    """One letter lost, doubled or misread in a name of eight or more."""
    if min(len(one), len(other)) < 8 or abs(len(one) - len(other)) > 1:
        return False
    return similarity(one, other) >= 100 - 100 / len(one)


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def disagreements(persons: Sequence[Person]) -> tuple[Disagreement, ...]:
    """What papers of one dossier still contradict each other in, of one person; a year beside a whole date does not."""
    found: list[Disagreement] = []
    for group in same_people(persons):
        for i, first in enumerate(group):
            for second in group[i + 1 :]:
                found.extend(
                    Disagreement(name, first, second)
                    for name in IDENTITY
                    if _contradict(name, getattr(persons[first], name), getattr(persons[second], name))
                )
    return tuple(found)


def _contradict(name: str, one: Field | None, other: Field | None) -> bool:
    if one is None or other is None:
        return False
    first, second = _key(name, one.value), _key(name, other.value)
    if name == "birth_date" and min(len(first), len(second)) == 4:
        return first[:4] != second[:4]
    if name == "id_number" and len(first) != len(second):
        return False  # the old number on one paper, the new one on another
    if name == "full_name" and FieldSource.MRZ in (one.source, other.source):
        return letters(first) != letters(second)
    return first != second
