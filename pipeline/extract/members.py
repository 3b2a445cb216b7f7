"""The table of household members on CT01: a row a person, found by its dates, numbers and sexes, not by ruled lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from models.identity import Handwriting, Person, Role
from models.page import Word
from models.vietnamese import fold
from pipeline.extract.entries import Row
from pipeline.extract.headings import Section, heading_of
from pipeline.extract.layout import centre, lines_of
from pipeline.extract.persons import weigh_number
from pipeline.extract.sexes import sex_field
from pipeline.extract.values import box_of, by_hand, date_field, id_field, name_field
from pipeline.labels import contains
from pipeline.lexicon import bare

_TITLE = "những thành viên trong hộ gia đình cùng thay đổi"
_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Heads of columns, as folded words: forms name and order them differently.
_HEADS = (
    r"\bho\b.*\bten\b",
    r"\bsinh\b",
    r"\bgioi\b|\bnam nu\b",
    r"dinh danh|can cuoc|cccd|cmnd",
    r"quan he",
    r"\bs?tt\b",
)
_HEAD_LINES = 4  # the most lines that heads of columns run over
_FEWEST_HEADS = 4
_KIN = frozenset({"con", "vợ", "chồng", "cháu", "mẹ", "cha", "bố"})  # of the next cell, where it stands close; no names


@dataclass(frozen=True, slots=True)
class MemberTable:
    """Where the table stands on its page, from the row of its heads to its end, and the words under the heads."""

    top: float
    bottom: float
    words: tuple[Word, ...]
    sex_column: float | None


def find_members(rows: Sequence[Row]) -> MemberTable | None:
    """The table of a page, or None: below its title or where the heads of its columns stand."""
    if not rows:
        return None
    level = lines_of([word for row in rows for word in row.words], rows[0].page)
    title = next((i for i, row in enumerate(level) if contains(row.text, _TITLE) >= 80), None)
    heads = next((i for i in range(len(level)) if _bears_heads(level[i : i + _HEAD_LINES])), None)
    start = title + 1 if title is not None else heads
    if start is None:
        return None
    end = next((i for i in range(start, len(level)) if _ends(level[i])), len(level))
    words = tuple(word for row in level[start:end] for word in _joined_numbers(row.words))
    if not words:
        return None
    top = min(word.box.y for word in level[start].words)
    return MemberTable(top, max(word.box.bottom for word in words), words, _sex_column(level[start:end]))


def _joined_numbers(words: Sequence[Word]) -> list[Word]:
    """Words of a row, an id number written in groups (012 345 678 901) as one."""
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else None
        grouped = last is not None and last.text.isdigit() and word.text.isdigit()
        if (
            last is not None
            and grouped
            and word.box.x - last.box.right < 0.8 * word.box.height
            and 3 <= len(last.text) < 12
        ):
            sure = min(last.confidence, word.confidence)
            joined[-1] = replace(last, text=last.text + word.text, confidence=sure, box=last.box.union(word.box))
        else:
            joined.append(word)
    return joined


def _bears_heads(rows: Sequence[Row]) -> bool:
    """Whether heads of columns begin in the first of these rows: no colon, most of the wordings, a name's in the first two."""
    if not rows or any(":" in row.text for row in rows[:1]):
        return False
    text = bare(" ".join(row.text for row in rows if not _has_value(row)))
    first = bare(" ".join(row.text for row in rows[:1]))
    opens = any(re.search(head, first) for head in (_HEADS[0], _HEADS[-1])) and len(rows[0].words) >= 3
    return opens and sum(re.search(head, text) is not None for head in _HEADS) >= _FEWEST_HEADS


def _has_value(row: Row) -> bool:
    return any(_is_date(word) or _is_number(word) for word in row.words)


def _ends(row: Row) -> bool:
    heading = heading_of(row.text)
    return heading is not None and heading.section is Section.END


def _sex_column(rows: Sequence[Row]) -> float | None:
    """The middle of the head Giới tính or Nam/nữ, where it can be told."""
    for row in itertools.takewhile(lambda row: not _has_value(row), rows):
        for word in row.words:
            if bare(word.text) in ("gioi", "nam nu", "gioi tinh"):
                return centre(word)
    return None


def read_members(rows: Sequence[Row], document: int) -> tuple[Person, ...]:
    """The members of the household, top to bottom; empty where the page has no such table or nobody in it."""
    table = find_members(rows)
    anchors = _anchors(table.words) if table else []
    if table is None or not anchors:
        return ()
    bands = _bands(table.words, anchors)
    return tuple(filter(None, (_member(band, table, rows[0].page, document) for band in bands)))


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


def _member(band: Sequence[Word], table: MemberTable, page: int, document: int) -> Person | None:
    dates = [w for w in band if _is_date(w)]
    numbers = [w for w in band if _is_number(w)]
    sexed = _sex_words(band, table.sex_column)
    named = _name_words([w for w in band if w not in sexed])
    name = name_field(named, page)
    years = [w for w in band if _YEAR.fullmatch(w.text)]
    birth_date = date_field((dates or years)[:1], page) if dates or years else None
    sex = sex_field(sexed, page)
    number = id_field(numbers[:1], page) if numbers else None
    cells = (("full_name", named), ("birth_date", (dates or years)[:1]), ("sex", sexed), ("id_number", numbers[:1]))
    pens = tuple(Handwriting(field, page, box_of(words)) for field, words in cells if words and by_hand(words))
    written = {pen.field for pen in pens}
    name, number = None if "full_name" in written else name, None if "id_number" in written else number
    birth_date, sex = None if "birth_date" in written else birth_date, None if "sex" in written else sex
    if name is None and number is None and not pens:
        return None
    return Person(
        handwritten=pens,
        role=Role.HOUSEHOLD_MEMBER,
        document=document,
        full_name=name,
        birth_date=birth_date,
        sex=sex,
        id_number=weigh_number(number, birth_date, sex) if number else None,
    )


def _sex_words(band: Sequence[Word], column: float | None) -> list[Word]:
    """The words under the head of the sexes; Nam may be somebody's name. Without a head, the last such word.

    Where both sexes are printed to be ticked, their boxes too.
    """
    found = [word for word in band if _is_sex(word)]
    if not found:
        return []
    if column is None:
        return [max(found, key=centre)]
    reach = 3 * found[0].box.height
    near = [word for word in found if abs(centre(word) - column) < reach]
    if len(near) < 2:
        return near
    rows = lines_of([w for w in band if abs(centre(w) - column) < reach and (w in near or not w.text.isalnum())], 1)
    return [word for row in rows for word in row.words]


def _name_words(band: Sequence[Word]) -> list[Word]:
    """The words of the name's cell: of the cells of the row's first line the first with two capitalised words."""
    cells: list[list[Word]] = []
    for row in lines_of(band, 1):
        cell: list[Word] = []
        for word in [*row.words, None]:
            letters = word is not None and any(c.isalpha() for c in word.text)
            apart = bool(cell) and word is not None and word.box.x - cell[-1].box.right > 1.2 * word.box.height
            if cell and (not letters or apart):
                cells.append(cell)
                cell = []
            if letters and word is not None:
                cell.append(word)
    named = [cell for cell in cells if sum(word.text[0].isupper() for word in cell) >= 2]
    if not named:
        return []
    first = named[0]
    # a name too long for its column goes on below, under its beginning
    words = [word for cell in cells if cell is first or _goes_on(cell, first) for word in cell]
    kin = (at for at, word in enumerate(words) if at >= 2 and word.text.lower() in _KIN)
    return words[: next(kin, len(words))]


def _goes_on(cell: Sequence[Word], first: Sequence[Word]) -> bool:
    height = first[0].box.height
    beneath = 0 < cell[0].box.y - first[0].box.y < 2.2 * height
    return beneath and abs(cell[0].box.x - first[0].box.x) < 1.5 * height and all(w.text[0].isupper() for w in cell)
