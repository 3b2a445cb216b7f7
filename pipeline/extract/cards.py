"""The holder of an identity card: QR code before MRZ before print, the best reading a field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.identity import FIELD_NAMES, Field, FieldSource, Person, Role
from models.page import Box, Code, PageText
from models.vietnamese import fold
from pipeline import card_qr, idnumber, mrz
from pipeline.extract.card_print import SLASHES, read_card_print
from pipeline.extract.card_shapes import fill_by_shape
from pipeline.extract.entries import Entry, Row, rows_of
from pipeline.extract.persons import build_persons, weigh_number
from pipeline.extract.roles import Slot
from pipeline.extract.values import id_field
from pipeline.labels import contains, similarity
from pipeline.lexicon import Label

_ZONE_READINGS = str.maketrans({"ó": "6", "Ó": "6", "é": "<", "á": "", "¿": ""})
# In full: the ministry of 2024's cards, Bộ Công an, reads much like công dân.
_TITLES_WITH_ORIGIN = ("căn cước công dân", "chứng minh nhân dân")
_QR_SURE, _MRZ_SURE, _MRZ_NAME = 0.999, 0.99, 0.9


def read_card(pages: Sequence[PageText], document: int) -> tuple[Person, ...]:
    """The card's holder, or nobody where neither code nor print says who it is."""
    print_alone = holder = _printed(pages, document)
    for page in pages:
        lines = [line.text for line in page.lines]
        machine = mrz.find(lines) or mrz.find([_zone_text(line) for line in lines])
        if machine is not None:
            holder = _with_mrz(holder, machine, page)
    for page in pages:
        for code in page.codes:
            card = card_qr.parse(code.text)
            if card is not None:
                holder = _with_print_beside(_with_qr(holder, card, code, page), print_alone)
    known = holder.full_name or holder.id_number
    return (holder,) if known else ()


def _printed(pages: Sequence[PageText], document: int) -> Person:
    rows = tuple(row for page in pages for row in rows_of(page.lines, page.number, keep=SLASHES) if not _is_mrz(row))
    entries = [entry for page in pages for entry in read_card_print([row for row in rows if row.page == page.number])]
    by_label: dict[Label, list[Entry]] = {}
    # The longest label first: Họ và tên / Full name before a stray word that looks like one.
    for entry in sorted(entries, key=lambda e: -len(e.hit.phrase)):
        by_label.setdefault(entry.hit.label, []).append(entry)
    people = {Slot(Role.CARD_HOLDER): by_label}
    built = build_persons(people, document)
    holder = built[0] if built else Person(Role.CARD_HOLDER, document)
    if holder.id_number is None or len(holder.id_number.value) not in (9, 12):
        number = _loose_number(rows)
        if number:
            holder = replace(holder, id_number=weigh_number(number, holder.birth_date, holder.sex))
    origin_first = any(contains(row.text, title) >= 85 for row in rows for title in _TITLES_WITH_ORIGIN)
    return fill_by_shape(holder, rows, origin_first=origin_first)


def _is_mrz(row: Row) -> bool:
    return row.text.count("<") >= 3


def _loose_number(rows: Sequence[Row]) -> Field | None:
    """The card's number where its label was lost: the first number of the card that has an id number's form."""
    for row in rows:
        if idnumber.find(row.text):
            return id_field(row.words, row.page)
    return None


def _with_qr(holder: Person, card: card_qr.CardQr, code: Code, page: PageText) -> Person:
    def field(value: str, as_read: str = "") -> Field:
        return Field(value, as_read or value, _QR_SURE, FieldSource.QR, page.number, code.box)

    return replace(
        holder,
        id_number=field(card.id_number),
        full_name=field(card.full_name),
        birth_date=field(card.birth_date),
        sex=field(card.sex),
        residence=field(card.residence) if card.residence else holder.residence,
    )


def _with_print_beside(holder: Person, print_alone: Person) -> Person:
    """The holder by the code, each field with what the print beside it was read as."""
    beside = {}
    for name in FIELD_NAMES:
        by_code, read = getattr(holder, name), getattr(print_alone, name)
        if by_code is not None and by_code.source is FieldSource.QR and read is not None:
            beside[name] = replace(by_code, printed=read.value)
    return replace(holder, **beside)


def _with_mrz(holder: Person, machine: mrz.Mrz, page: PageText) -> Person:
    box = _mrz_box(page)

    def field(value: str, confidence: float) -> Field:
        return Field(value, value, confidence, FieldSource.MRZ, page.number, box)

    number, born, sex, name = holder.id_number, holder.birth_date, holder.sex, holder.full_name
    if machine.id_number:
        number = field(machine.id_number, _MRZ_SURE)
    if machine.birth_date:
        born = field(machine.birth_date, _MRZ_SURE)
    if machine.sex:
        sex = field(machine.sex, _MRZ_SURE)
    if machine.full_name:
        name = _name_by_mrz(name, field(machine.full_name, 0.5))
    return replace(holder, id_number=number, birth_date=born, sex=sex, full_name=name)


def _name_by_mrz(printed: Field | None, machine: Field) -> Field:
    """The print has the marks, the zone the letters but no check digit over them: both have to be nearly one name."""
    if printed is not None:
        if _same_letters(printed.value, machine.value):
            return replace(printed, confidence=round(max(printed.confidence, 0.5 + 0.5 * printed.confidence), 4))
        if similarity(printed.value, machine.value) >= 80:
            return replace(printed, confidence=min(printed.confidence, 0.6))
    return machine


def _same_letters(printed: str, machine: str) -> bool:
    """Whether the two are one name; a surname of one letter (Y, H') may be lost among the zone's fillers."""
    first, _, rest = printed.partition(" ")
    return _letters(printed) == _letters(machine) or (len(first) <= 2 and _letters(rest) == _letters(machine))


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", fold(name))


def _zone_text(text: str) -> str:
    """A line of the zone as it was printed where the Vietnamese model puts marks on it: ó is its reading of 6."""
    return text.translate(_ZONE_READINGS) if text.count("<") >= 2 or "VNM" in text else text


def _mrz_box(page: PageText) -> Box:
    boxes = [line.box for line in page.lines if line.text.count("<") >= 3]
    if not boxes:
        return Box(0, 0, page.width, page.height)
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    return box
