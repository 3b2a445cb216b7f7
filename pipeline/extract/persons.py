"""Persons made of labelled values: each field from the reading of it that stands up best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from models.identity import Field, Handwriting, Person
from models.page import Word
from pipeline import idnumber
from pipeline.dates import date_in_words
from pipeline.extract.entries import Entry
from pipeline.extract.partial_number import partial_number
from pipeline.extract.roles import Slot, Sorted
from pipeline.extract.sexes import sex_field
from pipeline.extract.values import (
    box_of,
    by_hand,
    date_field,
    ethnicity_field,
    id_field,
    make_field,
    name_field,
    nationality_field,
    place_field,
    words_in,
)
from pipeline.lexicon import Label

_PENNED = 0.3  # of 1,081 numbers on samples five were given below it: all of one pen, in five scans, and wrong

Reader = Callable[[Sequence[Word], int], Field | None]


def build_persons(people: Sorted, document: int) -> tuple[Person, ...]:
    """One person a slot that has a name, a number or a birth date, or two other fields; in the order of the paper.

    Somebody whose name a hand wrote illegibly is still on the paper, and a clerk has to see that the name is missing.
    """
    built = (_build(slot, entries, document) for slot, entries in people.items())
    return tuple(person for person in built if _is_somebody(person))


def _is_somebody(person: Person) -> bool:
    others = (person.sex, person.residence, person.origin, person.ethnicity, person.nationality)
    named = {item.field for item in person.handwritten} & {"full_name", "id_number", "birth_date"}
    sure = person.full_name or person.id_number or person.birth_date
    return bool(sure or named) or sum(map(bool, others)) + len(person.handwritten) >= 2


def _build(slot: Slot, entries: dict[Label, list[Entry]], document: int) -> Person:
    pens: list[Handwriting] = []

    def readings(name: str, reader: Reader, *labels: Label) -> list[Field]:
        found = [one for label in labels for entry in entries.get(label, ()) if (one := _reading(name, reader, entry))]
        printed = [one for one in found if isinstance(one, Field)]
        pens.extend(one for one in found[:1] if isinstance(one, Handwriting) and not printed)
        return printed

    def first(name: str, reader: Reader, *labels: Label) -> Field | None:
        return next(iter(readings(name, reader, *labels)), None)

    birth_date = first("birth_date", date_field, Label.BIRTH_DATE)
    if not pens:  # what a pen wrote in digits it wrote in words, too
        birth_date = _confirmed_by_words(birth_date, entries.get(Label.BIRTH_WORDS, []))
    sex = first("sex", sex_field, Label.SEX)
    numbers = readings("id_number", id_field, Label.IDENTITY)
    number = max(numbers, key=lambda field: len(field.value) in (9, 12), default=None)
    left = None
    if number and number.confidence < _PENNED:
        pens.append(Handwriting("id_number", number.page, number.box))
        number, left = None, number
    elif not number and all(pen.field != "id_number" for pen in pens):
        left = first("id_number", partial_number, Label.IDENTITY)
    return Person(
        role=slot.role,
        document=document,
        full_name=first("full_name", name_field, Label.NAME),
        birth_date=birth_date,
        sex=sex,
        id_number=weigh_number(number, birth_date, sex) if number else None,
        residence=first("residence", place_field, Label.RESIDENCE, Label.OTHER_RESIDENCE),
        origin=first("origin", place_field, Label.ORIGIN),
        nationality=first("nationality", nationality_field, Label.NATIONALITY),
        ethnicity=first("ethnicity", ethnicity_field, Label.ETHNICITY),
        handwritten=tuple(pens),
        partial_number=left,
    )


def _reading(name: str, reader: Reader, entry: Entry) -> Field | Handwriting | None:
    """What an entry says, or where a pen wrote it; None where neither can be told."""
    if not entry.words:
        return None
    field = reader(entry.words, entry.page)
    used = words_in(entry.words, field.box) if field else entry.words
    if by_hand(used):
        return Handwriting(name, entry.page, box_of(used))
    if field is None:
        return None
    return replace(field, confidence=round(field.confidence * (0.7 + 0.3 * entry.hit.score / 100), 4))


def weigh_number(number: Field, birth_date: Field | None, sex: Field | None) -> Field:
    """The number with less confidence where its own digits contradict the birth year or the sex beside it."""
    findings = idnumber.check(
        number.value, birth_date=birth_date.value if birth_date else None, sex=sex.value if sex else None
    )
    if not findings:
        return number
    return replace(number, confidence=round(min(number.confidence, 0.4), 4))


def _confirmed_by_words(birth_date: Field | None, words: Sequence[Entry]) -> Field | None:
    """Digits and words say the same date twice: agreement makes sure, contradiction unsure, words alone do."""
    for entry in words:
        spelled = date_in_words(entry.text)
        if spelled is None or not entry.words:
            continue
        if birth_date is None:
            return make_field(spelled, entry.words, entry.page, 0.8)
        if birth_date.value == spelled:
            return replace(birth_date, confidence=max(birth_date.confidence, 0.99))
        if len(spelled) == 10:
            return replace(birth_date, confidence=min(birth_date.confidence, 0.3))
    return birth_date
