"""A table with a label a row and a person a column (Bên nữ, Bên nam): its cells as labelled values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.page import Box
from pipeline.extract.entries import Entry, Row
from pipeline.extract.headings import Section, heading_of
from pipeline.extract.layout import centre, gutter, lines_of
from pipeline.extract.phrases import LEXICON
from pipeline.labels import Hit, bare, find_labels


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
    found = next(((i, heads) for i, row in enumerate(level) if (heads := _heads(row)) is not None), None)
    if found is None:
        return None
    top, ((section_a, box_a), (section_b, box_b)) = found
    body = []
    for row in level[top + 1 :]:
        heading = heading_of(row.text)
        if heading and heading.section is Section.END:
            break
        body.append(row)
    inner = [word for row in body for word in row.words]
    labels = [w for w in inner if w.box.x < min(box_a.x, box_b.x)]
    if not labels:
        return None
    centre_a, centre_b = box_a.x + box_a.width / 2, box_b.x + box_b.width / 2
    first_split = gutter(inner, min(w.box.x for w in labels) + 10, centre_a)
    second_split = gutter(inner, centre_a, centre_b)
    if first_split is None or second_split is None:
        return None
    label_words = [w for w in inner if centre(w) < first_split]
    names = _labels_of(lines_of(label_words, page))
    if len(names) < 3:
        return None
    column_a = lines_of([w for w in inner if first_split <= centre(w) < second_split], page)
    column_b = lines_of([w for w in inner if centre(w) >= second_split], page)
    return PersonTable(((section_a, _cells(names, column_a, page)), (section_b, _cells(names, column_b, page))))


def _heads(row: Row) -> tuple[tuple[Section, Box], tuple[Section, Box]] | None:
    """The two column heads where a row is nothing but them (and perhaps a head over the labels)."""
    tokens = [re.sub(r"^(ben|nguoi)(?=nu$|nam$|vo$|chong$)", "", bare(word.text)) for word in row.words]
    marks = {"nu": Section.WIFE, "vo": Section.WIFE, "nam": Section.HUSBAND, "chong": Section.HUSBAND}
    heads = [(marks[token], row.words[i].box) for i, token in enumerate(tokens) if token in marks]
    if len(heads) != 2 or heads[0][0] is heads[1][0] or len(row.words) > 8 or "ky" in tokens:
        return None
    if "ben" not in tokens and "nguoi" not in tokens and len(row.words) > 4:
        return None
    with_ben = []
    for section, box in heads:
        before = [
            w.box
            for w, t in zip(row.words, tokens, strict=True)
            if t in ("ben", "nguoi") and 0 < box.x - w.box.x < 4 * box.height + box.width
        ]
        with_ben.append((section, before[-1].union(box) if before else box))
    return with_ben[0], with_ben[1]


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
            words = [word for row in part for word in row.words]
            hits = find_labels(words, LEXICON, inside=False)
            if (
                hits
                and hits[0].start <= 1
                and hits[0].end >= len(words) - 1
                and (best is None or hits[0].score > best[0])
            ):
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
