"""Where words stand on a page: lines of print, and the strip between two columns."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from models.page import Word
from pipeline.extract.entries import Row

_MIDDLES, _FEET, _TALL = 0.55, 0.35, 2.3  # heights of a word


def lines_of(words: Sequence[Word], page: int) -> tuple[Row, ...]:
    """Words as lines of print, top to bottom and left to right, by where they stand."""
    if not words:
        return ()
    height = median(word.box.height for word in words)
    rows: list[list[Word]] = []
    for word in sorted(words, key=_middle):
        row = next((r for r in reversed(rows[-3:]) if _abreast(_nearest(r, word.box.x), word, height)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return tuple(Row(tuple(sorted(row, key=lambda w: w.box.x)), page) for row in rows)


def _abreast(word: Word, other: Word, height: float) -> bool:
    """Whether two words stand on one line, by their middles or, as tails of the line above make boxes higher, their feet."""
    if abs(_middle(word) - _middle(other)) < _MIDDLES * height:
        return True
    tallest = max(word.box.height, other.box.height)
    return abs(word.box.bottom - other.box.bottom) < _FEET * height and tallest < _TALL * height


def _middle(word: Word) -> float:
    return word.box.y + word.box.height / 2


def _nearest(row: Sequence[Word], x: int) -> Word:
    """The row's word nearest to x, for rows that are not quite level."""
    return min(row, key=lambda w: abs(w.box.x - x))


def gutter(words: Sequence[Word], left: float, right: float) -> float | None:
    """The middle of the widest upright strip between `left` and `right` that the fewest words cross."""
    if right - left < 4:
        return None
    step = max(2.0, (right - left) / 200)
    counts = []
    x = left
    while x < right:
        counts.append((sum(word.box.x < x < word.box.right for word in words), x))
        x += step
    fewest = min(count for count, _ in counts)
    best, run = (0.0, left), []
    for count, x in [*counts, (fewest + 1, right)]:
        if count == fewest:
            run.append(x)
        elif run:
            best, run = max(best, (run[-1] - run[0], (run[0] + run[-1]) / 2)), []
    return best[1]


def left_edge(rows: Sequence[Row], left: float, right: float) -> float | None:
    """Where the lines of a column begin, between `left` and `right`: the place at which most of its lines begin.

    None where fewer than half of the lines begin at one place, as centred ones do.
    """
    starts: list[tuple[int, int]] = []
    for row in rows:
        for place, word in enumerate(row.words):
            before = row.words[place - 1].box.right if place else None
            if left < word.box.x <= right and (before is None or word.box.x - before > 0.35 * word.box.height):
                starts.append((word.box.x, word.box.height))
                if before is None or word.box.x - before > 1.2 * word.box.height:
                    break
    if not starts:
        return None
    near = 0.4 * median(height for _, height in starts)
    best = max((x for x, _ in starts), key=lambda x: (sum(abs(other - x) <= near for other, _ in starts), -x))
    together = [x for x, _ in starts if abs(x - best) <= near]
    lines = sum(any(left < word.box.x <= right for word in row.words) for row in rows)
    return float(min(together)) if len(together) >= max(3, 0.5 * lines) else None


def centre(word: Word) -> float:
    return word.box.x + word.box.width / 2
