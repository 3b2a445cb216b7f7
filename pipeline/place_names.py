"""Marks of place names, put back where other readings of the dossier or closed lists say what they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.identity import Field, FieldSource, Person
from models.vietnamese import fold, modern_tones
from pipeline.idnumber import PROVINCES
from pipeline.labels import similarity

PLACES = ("residence", "origin")
_WEIGHT = {FieldSource.QR: 3.0, FieldSource.CLERK: 4.0}
_OUTWEIGHED_BY = 0.25
_PARTS = re.compile(r"([,;]\s*|\.\s+(?=[^\W\d_]))")  # a comma may be read as a stop
_PROVINCE = re.compile(r"(t[iìíỉĩị]nh|th[aàáảãạ]nh ph[oôồốổỗộ]) (.+)", re.IGNORECASE)
_WRITTEN = {fold(name): name for name in (*PROVINCES.values(), "Huế")}
_HOUSE = re.compile(r"(?:Số(?: nhà)? )?(\d[\w/]*)", re.IGNORECASE)
_DOUBTED, _SURE = 0.85, 0.95
_KINDS = {"tinh": "tỉnh", "thanh pho": "thành phố"}

Forms = Mapping[str, Mapping[str, float]]  # by a part's bare letters: each way to write it, with what speaks for it


def with_marks(address: str) -> str:
    """The address with its province's kind and name as they are written (Tình Trà Vĩnh is Tỉnh Trà Vinh).

    Provinces are a closed list; nothing in capitals follows them (… Tỉnh Sơn La TRƯỞNG PHÒNG). Old and new ways to place a tone are both left as they are.
    """
    parts = _PARTS.split(address)
    parts[-1] = _to_province(parts[-1])
    found = _PROVINCE.fullmatch(parts[-1].strip())
    written = _WRITTEN.get(fold(found[2])) if found else None
    if not found or written is None:
        return "".join(parts)
    kind, name = _KINDS[fold(found[1])], found[2]
    if modern_tones(name.lower()) == modern_tones(written.lower()):
        written = name
    elif name.isupper():
        written = written.upper()
    kind = kind if found[1].islower() else kind.upper() if found[1].isupper() else kind.capitalize()
    return "".join([*parts[:-1], parts[-1].replace(found[0], f"{kind} {written}")])


def _to_province(part: str) -> str:
    """The last part without capitals that a seal or a signature's heading left behind the province."""
    words = part.split()
    for end in range(len(words) - 1, 1, -1):
        found = _PROVINCE.fullmatch(" ".join(words[:end]))
        if found and fold(found[2]) in _WRITTEN and words[end].isupper() and not found[2].isupper():
            return " ".join(words[:end])
    return part


def with_agreeing_names(persons: Sequence[Person]) -> tuple[Person, ...]:
    """The persons, with names in their addresses as most of the dossier's addresses write them, marks alone apart.

    A card names its holder's commune twice, a family's papers more often; which marks stand there the surer readings
    say, those of codes most of all.
    """
    fields = [field for person in persons for name in PLACES if (field := getattr(person, name)) is not None]
    forms: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for field in fields:
        for part in _PARTS.split(field.value)[::2]:
            forms[fold(part)][_form(part)] += _weight(field)
    return tuple(_agreeing(person, forms) for person in persons)


def is_worn_house(field: Field, other: Field) -> bool:
    """Whether an address was read in doubt and another paper surely gives it, but for one or two signs of the house's number.

    A neighbour's house would read alike: whoever takes the other's value has to send it to a clerk.
    """
    if field.confidence >= _DOUBTED or other.confidence < _SURE:
        return False
    one, two = _HOUSE.match(field.value), _HOUSE.match(other.value)
    if one is None or two is None or len(one[1]) != len(two[1]):
        return False
    worn = 0 < sum(a != b for a, b in zip(one[1], two[1], strict=True)) <= 2
    rests = field.value[one.end() :], other.value[two.end() :]
    numbers = [re.sub(r"\D", "", rest) for rest in rests]
    return worn and numbers[0] == numbers[1] and similarity(field.value, other.value) >= 93


def _agreeing(person: Person, forms: Forms) -> Person:
    for name in PLACES:
        field: Field | None = getattr(person, name)
        if field is None or field.source in _WEIGHT:
            continue
        pieces = _PARTS.split(field.value)
        value = "".join(piece if at % 2 else _best(piece, forms) for at, piece in enumerate(pieces))
        if value != field.value:
            person = replace(person, **{name: replace(field, value=value)})  # type: ignore[arg-type]  # a place's name
    return person


def _best(part: str, forms: Forms) -> str:
    """The part with the marks of what weighs clearly more than its own reading, its capitals kept; else as it is."""
    known, own = forms.get(fold(part), {}), _form(part)
    best = max(known, key=lambda form: known[form], default=own)
    if best == own or len(best) != len(part) or known[best] <= known.get(own, 0.0) + _OUTWEIGHED_BY:
        return part
    return "".join(marked.upper() if letter.isupper() else marked for letter, marked in zip(part, best, strict=True))


def _form(part: str) -> str:
    return modern_tones(part).lower()


def _weight(field: Field) -> float:
    return _WEIGHT.get(field.source, field.confidence)
