"""The table of household members on CT01: a row a person, found by its dates, numbers and sexes, not by ruled lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from statistics import median

from models.identity import Person, Role
from models.page import Word
from models.vietnamese import fold
from pipeline.extract.entries import Row
from pipeline.extract.headings import Section, heading_of
from pipeline.extract.layout import lines_of
from pipeline.extract.persons import weigh_number
from pipeline.extract.values import date_field, id_field, name_field, sex_field
from pipeline.labels import contains

_TITLE = "những thành viên trong hộ gia đình cùng thay đổi"
_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}")


def read_members(rows: Sequence[Row], document: int) -> tuple[Person, ...]:
    """The members of the household, top to bottom; empty where the page has no such table or nobody in it."""
    if not rows:
        return ()
    page = rows[0].page
    level = lines_of([word for row in rows for word in row.words], page)
    start = next((i for i, row in enumerate(level) if contains(row.text, _TITLE) >= 80), None)
    if start is None:
        return ()
    body: list[Word] = []
    for row in level[start + 1 :]:
        heading = heading_of(row.text)
        if heading and heading.section is Section.END:
            break
        body.extend(row.words)
    anchors = _anchors(body)
    if not anchors:
        return ()
    return tuple(filter(None, (_member(band, page, document) for band in _bands(body, anchors))))


def _is_date(word: Word) -> bool:
    return bool(_DATE.search(word.text))


def _is_number(word: Word) -> bool:
    return sum(c.isdigit() for c in word.text) >= 9 and not _is_date(word)


def _is_sex(word: Word) -> bool:
    return fold(word.text).strip(" .,|") in ("nam", "nu")


def _anchors(words: Sequence[Word]) -> list[float]:
    """The heights of the rows: where a date or a number stands, joined where they are of one row."""
    marks = sorted(w.box.y + w.box.height / 2 for w in words if _is_date(w) or _is_number(w))
    height = median(w.box.height for w in words) if words else 1
    anchors: list[list[float]] = []
    for mark in marks:
        if anchors and mark - anchors[-1][-1] < height:
            anchors[-1].append(mark)
        else:
            anchors.append([mark])
    return [sum(group) / len(group) for group in anchors]


def _bands(words: Sequence[Word], anchors: Sequence[float]) -> list[list[Word]]:
    """The words of each row: between two anchors they part at the widest gap of the names' lines."""
    height = median(w.box.height for w in words)
    middles = sorted({w.box.y + w.box.height / 2 for w in words})
    bounds = [anchors[0] - 1.1 * height]
    for above, below in itertools.pairwise(anchors):
        between = [above, *(m for m in middles if above < m < below), below]
        gaps = [(lower - upper, (upper + lower) / 2) for upper, lower in itertools.pairwise(between)]
        bounds.append(max(gaps)[1])
    bounds.append(anchors[-1] + 2.6 * height)
    return [[w for w in words if low <= w.box.y + w.box.height / 2 < high] for low, high in itertools.pairwise(bounds)]


def _name_cell(words: Sequence[Word]) -> list[Word]:
    """The words of the name: after the row's number, and up to a wide gap (where a date is lost, the sex comes next)."""
    kept: list[Word] = []
    for word in words:
        if not any(c.isalpha() for c in word.text):
            continue
        if kept and word.box.x - kept[-1].box.right > 1.5 * word.box.height:
            break
        kept.append(word)
    return kept


def _member(band: Sequence[Word], page: int, document: int) -> Person | None:
    dates = [w for w in band if _is_date(w)]
    numbers = [w for w in band if _is_number(w)]
    right = min((w.box.x for w in (*dates, *numbers)), default=None)
    if right is None:
        return None
    lines = lines_of([w for w in band if w.box.right <= right + w.box.height], page)
    name_words = [w for row in lines for w in _name_cell(row.words)]
    name = name_field(name_words, page)
    birth_date = date_field(dates[:1], page) if dates else None
    sexes = [w for w in band if _is_sex(w) and w.box.x > right]
    sex = sex_field(sexes, page) if sexes else None
    number = id_field(numbers[:1], page) if numbers else None
    if name is None and number is None:
        return None
    return Person(
        role=Role.HOUSEHOLD_MEMBER,
        document=document,
        full_name=name,
        birth_date=birth_date,
        sex=sex,
        id_number=weigh_number(number, birth_date, sex) if number else None,
    )
