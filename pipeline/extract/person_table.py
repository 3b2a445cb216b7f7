"""A table with a label a row and a person a column (Bên nữ, Bên nam): its cells as labelled values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from models.page import Box, Word
from pipeline.extract.entries import Entry, Row
from pipeline.extract.headings import Section, heading_of
from pipeline.extract.layout import centre, gutter, left_edge, lines_of
from pipeline.extract.phrases import LEXICON
from pipeline.labels import closest, find_labels
from pipeline.lexicon import Hit, Label, bare

_FEW_ROWS = 14  # as many as such a table has
_SIDES = {"nu": Section.WIFE, "vo": Section.WIFE, "nam": Section.HUSBAND, "chong": Section.HUSBAND}
# What else may stand in heads: Thông tin bên nữ, Họ tên vợ, Nội dung.
_OF_HEADS = frozenset(
    ("", "ben", "nguoi", "thong", "tin", "ve", "cua", "phia", "ho", "ten", "va", "ong", "ba", "noi", "dung", "muc", "khai",
     "stt", "tt", "i", "ii", "a", "b", "1", "2")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonTable:
    """A table of labels at the left and a person a column: the entries of each column under its heading."""

    columns: tuple[tuple[Section, tuple[Entry, ...]], ...]


def read_person_table(rows: Sequence[Row]) -> PersonTable | None:
    """The table headed Bên nữ | Bên nam (either order, also Vợ | Chồng), or None where there is none."""
    if not rows:
        return None
    page = rows[0].page
    words = [word for row in rows for word in row.words]
    level = lines_of(words, page)
    found = next(((i, heads) for i, row in enumerate(level) if (heads := column_heads(row)) is not None), None)
    if found is None:
        return None
    top, ((section_a, box_a), (section_b, box_b)) = found
    centre_a, centre_b = box_a.x + box_a.width / 2, box_b.x + box_b.width / 2
    body = _body(level[top + 1 :], centre_a, box_b.right)
    inner = [word for row in body for word in row.words]
    labels = [w for w in inner if w.box.x < min(box_a.x, box_b.x)]
    if not labels:
        return None
    height = median(w.box.height for w in labels)
    outer = min(w.box.x for w in labels) + 3 * height  # past the numbers of items
    first_split = _before(left_edge(body, outer, box_a.right), height) or gutter(inner, outer, centre_a)
    second_split = _before(left_edge(body, centre_a, box_b.right), height) or gutter(inner, centre_a, centre_b)
    if first_split is None or second_split is None:
        return None
    label_words = [w for w in inner if centre(w) < first_split]
    names = _labels_of(lines_of(label_words, page))
    if len(names) < 3:
        return None
    column_a = lines_of([w for w in inner if first_split <= centre(w) < second_split], page)
    column_b = lines_of([w for w in inner if centre(w) >= second_split], page)
    return PersonTable(((section_a, _cells(names, column_a, page)), (section_b, _cells(names, column_b, page))))


def _body(rows: Sequence[Row], centre_a: float, right_b: float) -> list[Row]:
    """The rows of the table: down to a closing line, or to one that runs on across the edge of the second column."""
    edge = left_edge(rows[:_FEW_ROWS], centre_a, right_b)
    body: list[Row] = []
    for row in rows:
        heading = heading_of(row.text)
        if (heading and heading.section is Section.END) or column_heads(row):
            break
        if (edge is not None and _runs_across(row, edge)) or _is_about_both(row):
            break
        body.append(row)
    return body


def _is_about_both(row: Row) -> bool:
    """Whether a row opens with a label that is no person's but the paper's (Nơi đăng ký kết hôn)."""
    hits = find_labels(row.words, LEXICON, inside=False)
    return (
        bool(hits) and hits[0].label is Label.OTHER and hits[0].score >= 90 and hits[0].phrase == "noi dang ky ket hon"
    )


def _runs_across(row: Row, edge: float) -> bool:
    """Whether words stand on both sides of the column's edge and none begins at it."""
    if any(abs(word.box.x - edge) < 0.4 * word.box.height for word in row.words):
        return False
    left = [word.box for word in row.words if centre(word) < edge]  # an edge may have a piece of a rule at it
    right = [word.box for word in row.words if centre(word) >= edge]
    if any(box.right > edge + 0.5 * box.height for box in left):
        return True
    return bool(left and right) and min(b.x for b in right) - max(b.right for b in left) < 0.5 * left[0].height


def _before(edge: float | None, height: float) -> float | None:
    """A split just left of where a column's lines begin: boxes lie close about the ink, and a T begins before an H."""
    return None if edge is None else edge - 0.3 * height


def column_heads(row: Row) -> tuple[tuple[Section, Box], tuple[Section, Box]] | None:
    """The two column heads where a row is nothing but them (and perhaps a head over the labels)."""
    tokens = [re.sub(r"^(ben|nguoi)(?=nu$|nam$|vo$|chong$)", "", bare(word.text)) for word in row.words]
    heads = [(_SIDES[token], row.words[i].box) for i, token in enumerate(tokens) if token in _SIDES]
    if (
        len(heads) != 2
        or heads[0][0] is heads[1][0]
        or not all(token in _SIDES or _is_of_heads(token) for token in tokens)
    ):
        return None
    whole: list[tuple[Section, Box]] = []
    for word, token in zip(row.words, tokens, strict=True):
        if token in _SIDES:
            before = [w.box for w in row.words if w.box.right <= word.box.x and _in_one_head(row.words, w, word)]
            box = word.box
            for other in before:
                box = box.union(other)
            whole.append((_SIDES[token], box))
    return whole[0], whole[1]


def _is_of_heads(token: str) -> bool:
    """Whether a word may stand in a head; a seal may have taken a letter of it (ên nam)."""
    return token in _OF_HEADS or (len(token) > 1 and closest(token, ("ben", "nguoi", "thong"), cutoff=80) is not None)


def _in_one_head(words: Sequence[Word], first: Word, last: Word) -> bool:
    """Whether no wide gap lies between two words of a row."""
    run = words[words.index(first) : words.index(last) + 1]
    return all(b.box.x - a.box.right < 1.2 * a.box.height for a, b in itertools.pairwise(run))


@dataclass(frozen=True, slots=True)
class _Name:
    hit: Hit
    top: int
    bottom: int


def _labels_of(rows: Sequence[Row]) -> list[_Name]:
    """The labels down the left column; one may run over two or three lines (Ngày, tháng, năm / sinh)."""
    names: list[_Name] = []
    i = 0
    while i < len(rows):
        best: tuple[float, int, Hit] | None = None
        for count in (1, 2, 3):
            part = rows[i : i + count]
            if len(part) < count:
                break
            if any(word.text.endswith(":") for row in part[:-1] for word in row.words):
                break  # the label has ended
            words = [word for row in part for word in row.words]
            hits = find_labels(words, LEXICON, inside=False)
            whole = hits and hits[0].start <= 1 and not any(bare(word.text) for word in words[hits[0].end :])
            if whole and (best is None or hits[0].score >= best[0]):
                best = (hits[0].score, count, hits[0])
        if best is None:
            i += 1
            continue
        part = rows[i : i + best[1]]
        names.append(_Name(best[2], min(w.box.y for w in part[0].words), max(w.box.bottom for w in part[-1].words)))
        i += best[1]
    return names


def _cells(names: Sequence[_Name], lines: Sequence[Row], page: int) -> tuple[Entry, ...]:
    """Each line of a column given to a label: cells are parted at the widest gap between two labels' lines."""
    bounds = [float("-inf")]
    for above, below in itertools.pairwise(names):
        bounds.append(_parting(above, below, lines))
    bounds.append(float("inf"))
    entries = []
    for name, low, high in zip(names, bounds, bounds[1:], strict=False):
        words = tuple(word for row in lines if low <= _row_middle(row) < high for word in row.words)
        entries.append(Entry(name.hit, words, page))
    return tuple(entries)


def _row_middle(row: Row) -> float:
    return sum(word.box.y + word.box.height / 2 for word in row.words) / len(row.words)


def _parting(above: _Name, below: _Name, lines: Sequence[Row]) -> float:
    middle_above, middle_below = (above.top + above.bottom) / 2, (below.top + below.bottom) / 2
    height = max(1, min(above.bottom - above.top, below.bottom - below.top))
    between = [row for row in lines if middle_above - height < _row_middle(row) < middle_below + height]
    best: tuple[float, float] | None = None
    for upper, lower in itertools.pairwise(between):
        bottom, top = max(w.box.bottom for w in upper.words), min(w.box.y for w in lower.words)
        parting = (bottom + top) / 2
        if middle_above <= parting <= middle_below and (best is None or top - bottom > best[0]):
            best = (top - bottom, parting)
    return best[1] if best else (above.bottom + below.top) / 2
