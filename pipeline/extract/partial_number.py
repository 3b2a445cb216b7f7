"""Id numbers some of whose digits a seal or a fold took: not given alone, but completed by another paper's reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.identity import Field, Person
from models.page import Word
from pipeline.extract.values import EDGE, confidence_of, make_field

_WHOLE = (9, 12)
_LEFT = range(8, 14)  # digits of twelve that are left, or one too many
_MISREAD = 3  # digits of twelve
_SURELY_READ = 0.85
_SURE_AT_MOST = 0.75  # half of it is another paper's


def partial_number(words: Sequence[Word], page: int) -> Field | None:
    """The first run of digits among the words, where it is nearly an id number and none in whole."""
    used: list[Word] = []
    for word in words:
        if re.fullmatch(r"\d{3,}", word.text.strip(EDGE)):
            used.append(word)
        elif used:
            break
    digits = "".join(word.text.strip(EDGE) for word in used)
    if len(digits) in _WHOLE or len(digits) not in _LEFT:
        return None
    return make_field(digits, used, page, confidence_of(used))


def completed(read: Person, person: Person, group: Sequence[Person]) -> Person:
    """The person with the number whose digits a seal took or a pen wrote, as the same person's other papers give it.

    `read`: the person before any reading was mended; `group`: what all papers say of this person. Where two numbers
    would fit, or none, there is none.
    """
    left = read.partial_number
    if left is None:
        return person
    numbers = [one.id_number for one in group if one.id_number and one.document != read.document]
    fitting = {number.value: number for number in numbers if _fits(left.value, number)}
    if len(fitting) != 1:
        return person
    (whole,) = fitting.values()
    sure = round(min(_SURE_AT_MOST, whole.confidence), 4)
    pens = tuple(pen for pen in person.handwritten if pen.field != "id_number")
    return replace(person, id_number=replace(left, value=whole.value, confidence=sure), handwritten=pens)


def _fits(digits: str, whole: Field) -> bool:
    if len(whole.value) != 12 or whole.confidence < _SURELY_READ:
        return False
    if len(digits) == len(whole.value):
        return sum(one != other for one, other in zip(digits, whole.value, strict=True)) <= _MISREAD
    shorter, longer = sorted((digits, whole.value), key=len)
    rest = iter(longer)
    return all(digit in rest for digit in shorter)
