"""Two persons side by side: certificates in two columns, read one column after the other."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pipeline.extract.entries import Row
from pipeline.extract.headings import Section, heading_of
from pipeline.extract.layout import centre, gutter, lines_of
from pipeline.extract.person_table import column_heads
from pipeline.extract.phrases import LEXICON
from pipeline.labels import find_labels
from pipeline.lexicon import Label

_FEW_ROWS = 10


def untangle(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of a page with side-by-side columns put one after the other; other pages unchanged.

    Columns show by the same label twice in one row, at least in two rows; or in one, and labels in both columns below.
    """
    if not rows:
        return ()
    page = rows[0].page
    words = [word for row in rows for word in row.words]
    level = lines_of(words, page)
    twins = [(i, pair) for i, row in enumerate(level) if (pair := _twins(row)) is not None]
    if not twins or (len(twins) == 1 and not _goes_on_below(level, *twins[0])):
        return tuple(rows)
    first, last = twins[0][0], twins[-1][0]
    right_edge = median(pair[1] for _, pair in twins)
    left_edge = median(pair[0] for _, pair in twins)
    near = [word for row in level[first : max(last + 1, min(first + _FEW_ROWS, len(level)))] for word in row.words]
    height = median(word.box.height for word in near)
    split = gutter(near, max(left_edge + 0.3 * (right_edge - left_edge), right_edge - 3 * height), right_edge + 4)
    split = split or right_edge - 2
    end = last + 1
    while end < len(level) and _stays_in_columns(level[end], split, right_edge):
        end += 1
    start = first - 1 if first and column_heads(level[first - 1]) else first
    inner = [word for row in level[start:end] for word in row.words]
    left = [word for word in inner if centre(word) < split]
    right = [word for word in inner if centre(word) >= split]
    return (*level[:start], *lines_of(left, page), *lines_of(right, page), *level[end:])


def _goes_on_below(level: Sequence[Row], first: int, edges: tuple[int, int]) -> bool:
    """Whether, below the row where a label stands twice, labels begin at both its edges: columns that are not abreast."""
    near = level[first].words[0].box.height
    counts = [0, 0]
    for row in level[first + 1 : first + 14]:
        starts = {row.words[hit.start].box.x for hit in find_labels(row.words, LEXICON)}
        for column, edge in enumerate(edges):
            counts[column] += any(abs(start - edge) < near for start in starts)
    return min(counts) >= 2


def _stays_in_columns(row: Row, split: float, right_edge: float) -> bool:
    """Whether a row under two columns is still theirs: it keeps clear of the gutter and opens nothing of its own."""
    heading = heading_of(row.text)
    if heading and heading.section is Section.END:
        return False
    left = [word.box for word in row.words if centre(word) < split]
    right = [word.box for word in row.words if centre(word) >= split]
    if left and right:
        start, height = min(box.x for box in right), left[-1].height
        gap = start - max(box.right for box in left)
        return gap > (0.4 if abs(start - right_edge) < 0.5 * height else 1.2) * height
    hits = find_labels(row.words, LEXICON, inside=False)
    return not (left and hits and hits[0].start <= 1 and hits[0].label is Label.OTHER)


def _twins(row: Row) -> tuple[int, int] | None:
    """Left edges of two labels for the same field in one row."""
    seen: dict[Label, int] = {}
    for hit in find_labels(row.words, LEXICON):
        x = row.words[hit.start].box.x
        if hit.label in seen and hit.label not in (Label.OTHER, Label.IDENTITY):
            return seen[hit.label], x
        seen.setdefault(hit.label, x)
    return None
