"""Fields of a card whose labels were lost, by their shape and place: a name in capitals, a date, a sex, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from models.identity import Field, Person
from models.page import Word
from models.vietnamese import fold
from pipeline.dates import find_dates
from pipeline.extract.entries import Row
from pipeline.extract.sexes import sex_field
from pipeline.extract.values import date_field, name_field, nationality_field, place_field
from pipeline.labels import contains
from pipeline.lexicon import bare

_LESS_SURE = 0.75
_HEADINGS = (
    "cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc", "socialist republic of viet nam", "can cuoc cong dan",
    "independence freedom happiness", "citizen identity card", "can cuoc", "identity card", "giay chung minh nhan dan",
    "cuc truong cuc canh sat", "quan ly hanh chinh ve trat tu xa hoi", "bo cong an", "ministry of public security",
    "ngon tro trai", "ngon tro phai", "dau vet rieng hoac di hinh", "giam doc ca tinh", "dac diem nhan dang", "khong thoi han",
    "giam doc cong an tinh", "cuc truong cuc dkql cu tru va dlqg ve dan cu", "truong phong",
)  # fmt: skip
_BEFORE_NAMES = ("Quận", "Thành", "Thị", "Tỉnh", "Huyện", "Xã", "Phường", "phố")
_BROKEN_UNIT = re.compile(r"thanh$|thi$")  # … Thành | phố …
_UNIT = re.compile(r"\b(?:xa|phuong|thi tran|huyen|quan|thanh pho|tinh|thi xa)\b")


def fill_by_shape(holder: Person, rows: Sequence[Row], *, origin_first: bool) -> Person:
    """The holder with what can be told without labels; nothing that was read with one is changed.

    `origin_first`: on cards before 2024 the place of origin stands above the residence; later ones have no origin.
    """
    name_at = _name_row(rows)
    if holder.full_name is None and name_at is not None:
        row = rows[name_at]
        holder = replace(holder, full_name=_less_sure(name_field(_capital_run(row.words), row.page)))
    below = rows[name_at + 1 :] if name_at is not None else rows
    if holder.birth_date is None:
        holder = replace(holder, birth_date=_birth_date(below[:5] if name_at is not None else below[:0]))
    if holder.sex is None:
        found = next((f for row in below[:6] if len(row.words) <= 8 and (f := _sex(row)) is not None), None)
        holder = replace(holder, sex=_less_sure(found))
    if holder.nationality is None:
        holder = replace(holder, nationality=_less_sure(next(_countries(below[:8]), None)))
    return _with_places(holder, below, origin_first=origin_first)


def _countries(rows: Sequence[Row]) -> Iterator[Field]:
    """Việt Nam where it stands under the name; the state's name above it is in capitals."""
    for row in rows:
        for pair in pairwise(row.words):
            if [word.text for word in pair] == ["Việt", "Nam"] and (field := nationality_field(pair, row.page)):
                yield field


def _less_sure(field: Field | None) -> Field | None:
    return replace(field, confidence=round(field.confidence * _LESS_SURE, 4)) if field else None


def _name_row(rows: Sequence[Row]) -> int | None:
    """The first row of capitals that is no heading of a card: two to six short words."""
    for i, row in enumerate(rows):
        words = _capital_run(row.words)
        plain = bare(" ".join(word.text for word in words))
        if not 2 <= len(words) <= 6 or len(plain) < 6 or len(words) < len(row.words) - 1:
            continue
        if all(len(word.text) <= 9 for word in words) and not _is_heading(plain):
            return i
    return None


def _capital_run(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if word.text.isupper() and word.text.replace("'", "").isalpha()]


def _is_heading(plain: str) -> bool:
    return any(contains(heading, plain) >= 75 or contains(plain, heading) >= 75 for heading in _HEADINGS)


def _birth_date(rows: Sequence[Row]) -> Field | None:
    """The first whole date under the name: on every card it is the birth date."""
    for row in rows:
        if find_dates(row.text):
            return _less_sure(date_field([w for w in row.words if any(c.isdigit() for c in w.text)], row.page))
    return None


def _sex(row: Row) -> Field | None:
    words = [
        word for word in row.words if fold(word.text).strip(" .,") in ("nam", "nu") and "Ă" not in word.text.upper()
    ]
    words = [w for i, w in enumerate(words) if not _follows_country(row.words, w)]
    return sex_field(words[:1], row.page) if words else None


def _follows_country(words: Sequence[Word], word: Word) -> bool:
    place = words.index(word)
    return place > 0 and fold(words[place - 1].text).startswith(("viet", "viét"))


def _with_places(holder: Person, rows: Sequence[Row], *, origin_first: bool) -> Person:
    """Addresses by their order on the card: both where neither was read by its label, else the one above or below."""
    born_at = (at for at, row in enumerate(rows) if contains(row.text, "đăng ký khai sinh") >= 85)
    places = _places(rows if origin_first else rows[: next(born_at, len(rows))])
    origin, residence = holder.origin, holder.residence
    if not origin_first:
        return replace(holder, residence=places[0]) if places and not (origin or residence) else holder
    if origin is None and residence is None:
        return replace(holder, origin=places[0], residence=places[1]) if len(places) >= 2 else holder
    if residence is None:
        return replace(holder, residence=next((p for p in places if origin and p.box.y >= origin.box.bottom), None))
    if origin is None:
        return replace(holder, origin=next((p for p in places if p.box.bottom <= residence.box.y), None))
    return holder


def _column(run: Sequence[Row]) -> list[Word]:
    """The words under the first row's beginning; left of it stands another field (a card's expiry)."""
    edge = run[0].words[0].box.x - run[0].words[0].box.height
    return [word for row in run for word in row.words if word.box.x >= edge]


def _is_address(text: str) -> bool:
    units = len(_UNIT.findall(fold(text)))
    return units > 1 or (units == 1 and "," in text and " / " not in text and ":" not in text)


def _goes_on(last: Row, row: Row) -> bool:
    """Whether a row under an address ends it: the unit that it breaks off before may stand there alone."""
    near = row.words[0].box.y - last.words[0].box.bottom < 1.1 * row.words[0].box.height
    broken = last.text.rstrip().endswith((",", *_BEFORE_NAMES))
    text = fold(row.text)
    second_half = _BROKEN_UNIT.search(fold(last.text)) and text.startswith(("pho ", "xa ", "tran "))
    return near and broken and bool(_is_address(row.text) or _UNIT.match(text) or second_half)


def _places(rows: Sequence[Row]) -> list[Field]:
    """Runs of rows that name units; a new run begins after a gap of more than a line, or with a row that names none."""
    runs: list[list[Row]] = []
    for row in rows:
        if runs and _goes_on(runs[-1][-1], row):
            runs[-1].append(row)
        elif _is_address(row.text):
            runs.append([row])
    whole = (run for run in runs if not run[-1].text.rstrip(" ,").endswith(_BEFORE_NAMES))  # the rest was not found
    fields = (place_field(_column(run), run[0].page) for run in whole)
    return [less for field in fields if (less := _less_sure(field)) is not None]
