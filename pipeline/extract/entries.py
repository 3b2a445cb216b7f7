"""Lines of a form as a sequence of labelled values and section headings, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from models.page import Line, Word
from models.vietnamese import fold
from pipeline.extract.headings import Heading, heading_of
from pipeline.extract.legible import legible, without_doubles
from pipeline.extract.phrases import LEXICON
from pipeline.labels import find_labels
from pipeline.lexicon import Hit, Label, bare

_LONGEST_WRAP = {
    Label.NAME: 1, Label.BIRTH_DATE: 1, Label.SEX: 1, Label.ETHNICITY: 1, Label.NATIONALITY: 1, Label.RESIDENCE: 5,
    Label.OTHER_RESIDENCE: 4, Label.ORIGIN: 3, Label.IDENTITY: 5, Label.BIRTH_WORDS: 2, Label.RELATION: 1, Label.OTHER: 3,
}  # fmt: skip
_FULL = 99
_ITEM = re.compile(r"[(\[]?(?:\d{1,2}|[a-zđ])[.)\]]|[-+–•]")
_BEGINS_LABEL = frozenset({"so", "ma"})  # a label's first word that its wording does not have (Số | CMND)
_PLACES = frozenset({Label.RESIDENCE, Label.OTHER_RESIDENCE, Label.ORIGIN})
_WRAPS_ONLY_WHEN_EMPTY = frozenset({Label.SEX, Label.ETHNICITY, Label.NATIONALITY})


@dataclass(frozen=True, slots=True)
class Row:
    """A line of print and the number of its page."""

    words: tuple[Word, ...]
    page: int

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Entry:
    """A label with the words of its value, which may be none; `hit` says whose it is and how well the label was read."""

    hit: Hit
    words: tuple[Word, ...]
    page: int

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


Item = Entry | Heading


def rows_of(lines: Iterable[Line], page: int, *, keep: frozenset[str] = frozenset()) -> tuple[Row, ...]:
    """The lines of a page, with those joined that stand side by side: a label and its value may be read apart."""
    rows: list[list[Line]] = []
    printed = (Line(legible(words, keep=keep)) for words in without_doubles([line.words for line in lines]))
    for line in sorted((line for line in printed if line.words), key=_middle):
        row = next((row for row in reversed(rows[-4:]) if _is_beside(row, line)), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    return tuple(
        Row(tuple(word for line in sorted(row, key=lambda ln: ln.box.x) for word in line.words), page) for row in rows
    )


def _middle(line: Line) -> float:
    return median(word.box.y + word.box.height / 2 for word in line.words)


def _is_beside(row: Sequence[Line], line: Line) -> bool:
    """Whether the line goes on, to the right or left, at the height where its neighbour in the row ends."""
    left = [other for other in row if other.words[-1].box.right <= line.words[0].box.x + line.words[0].box.height]
    right = [other for other in row if line.words[-1].box.right <= other.words[0].box.x + line.words[0].box.height]
    if len(left) + len(right) < len(row):
        return False
    neighbours = [max(left, key=lambda ln: ln.box.right).words[-1]] if left else []
    neighbours += [min(right, key=lambda ln: ln.box.x).words[0]] if right else []
    ends = [line.words[0]] if left else []
    ends += [line.words[-1]] if right else []
    return all(
        abs((a.box.y + a.box.height / 2) - (b.box.y + b.box.height / 2)) < 0.5 * min(a.box.height, b.box.height)
        for a, b in zip(neighbours, ends, strict=True)
    )


def read_entries(rows: Sequence[Row], *, inside: bool = True) -> tuple[Item, ...]:
    """Labels with their values and headings, in the order of the rows; a value runs over lines until a label comes."""
    return tuple(_read(rows, inside=inside))


def _read(rows: Sequence[Row], *, inside: bool) -> Iterator[Item]:
    open_entry: Entry | None = None
    wraps = 0
    above: Row | None = None
    for row in rows:
        heading = heading_of(row.text)
        hits = (
            () if (heading and heading.whole_line) or _is_title(row) else find_labels(row.words, LEXICON, inside=inside)
        )
        if heading and not (hits and hits[0].label is not Label.OTHER and hits[0].start <= 1):
            if open_entry:
                yield open_entry
            open_entry = None
            yield heading
            if heading.whole_line:
                above = row
                continue
        before = _without_item(row.words[: hits[0].start]) if hits else row.words
        if open_entry and before and _continues(open_entry, before, above, row, wraps):
            open_entry = replace(open_entry, words=open_entry.words + tuple(before))
            wraps += 1
        elif open_entry and before:
            wraps = _FULL  # what stands between ends the value
        for hit, stop in zip(hits, [*(h.start for h in hits[1:]), len(row.words)], strict=False):
            if open_entry and _same_field(open_entry, hit):
                open_entry = replace(open_entry, words=(*open_entry.words, *row.words[hit.start : stop]))
                continue
            if open_entry:
                yield open_entry
            words = row.words[hit.end : stop]
            open_entry, wraps = Entry(hit, _without_item(words) if stop < len(row.words) else words, row.page), 0
        above = row
    if open_entry:
        yield open_entry


def _without_item(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Words before a label, less the number of that label's item (… 3. Giới tính)."""
    if words and bare(words[-1].text) in _BEGINS_LABEL and len(words) <= 2:
        words = words[:-1]
    return words[:-1] if words and _ITEM.fullmatch(words[-1].text) else words


def _is_title(row: Row) -> bool:
    """Capitals without a colon or a number are a title or a name, not a label."""
    return row.text.isupper() and ":" not in row.text and not any(c.isdigit() for c in row.text)


def _same_field(entry: Entry, hit: Hit) -> bool:
    """Giấy tờ tùy thân: Căn cước công dân số …: one field under two labels."""
    return entry.hit.label is Label.IDENTITY and hit.label is Label.IDENTITY


def _continues(entry: Entry, words: Sequence[Word], above: Row | None, row: Row, wraps: int) -> bool:
    label = entry.hit.label
    if wraps >= _LONGEST_WRAP[label] or (above is not None and above.page != row.page):
        return False
    if any(word.text.endswith(":") for word in words):
        return False  # a label that is not known opens the row
    if label in _PLACES and not any(c.isalpha() for word in words for c in word.text):
        return False
    if label in _WRAPS_ONLY_WHEN_EMPTY and _has_text(entry.words):
        return False
    if label is Label.NAME and _has_text(entry.words) and not _more_of_a_name(entry.words, words):
        return False
    if label is Label.BIRTH_DATE and re.search(r"\d{4}\b", entry.text):
        return False
    return above is None or _near(above, words)


def _has_text(words: Sequence[Word]) -> bool:
    return any(c.isalnum() for word in words for c in word.text)


def _more_of_a_name(so_far: Sequence[Word], words: Sequence[Word]) -> bool:
    """A name runs on only in few words with capitals, from a line that is not wide: a narrow column."""
    text = " ".join(word.text for word in words)
    if not text.replace(" ", "").isalpha() or len(so_far) + len(words) > 6:
        return False
    if not all(set("aeiouy") & set(fold(word.text)) for word in words):
        return False  # dirt and streaks at the edge are read as letters
    return len(words) <= (3 if text.isupper() else 2) and all(word.text[0].isupper() for word in words)


def _near(above: Row, words: Sequence[Word]) -> bool:
    """Whether `words` stand just under the row above: no more than about two lines away."""
    height = max(word.box.height for word in above.words)
    gap = min(word.box.y for word in words) - max(word.box.bottom for word in above.words)
    return gap < 2.2 * max(height, *(word.box.height for word in words))
