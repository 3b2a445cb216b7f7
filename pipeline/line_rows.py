"""Lines of print as found on a page, and which of them go on in one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.page import Box

ABOVE, BELOW = 2.1, 0.6  # small letters' heights that a line reaches above its baseline (Ẫ) and below it (ợ, g)
_ROW_GAP = 4.0  # small letters' heights of white after which a row goes on
_OF_ONE_SIZE = 0.75  # a number that a pen filled in makes its line seem larger
_ON_ONE_LINE = 0.25  # small letters' heights
_TORN = 0.5  # small letters' heights


@dataclass(frozen=True, slots=True)
class PrintLine:
    """A stretch of print on one baseline, in pixels of the ink.

    `baseline` is its height at `left`, `slope` its fall a pixel to the right, `letter` the small letters' height.
    """

    left: int
    right: int
    baseline: float
    slope: float
    letter: float

    def baseline_at(self, x: float) -> float:
        return self.baseline + self.slope * (x - self.left)

    @property
    def box(self) -> Box:
        """Around all that the line reaches, tones and tails included; above the page's edge it may be negative."""
        ends = self.baseline, self.baseline_at(self.right)
        top, bottom = round(min(ends) - ABOVE * self.letter), round(max(ends) + BELOW * self.letter)
        return Box(self.left, top, self.right - self.left, bottom - top)


def in_rows(lines: Sequence[PrintLine], rules: Sequence[Box] = ()) -> tuple[tuple[PrintLine, ...], ...]:
    """Lines that go on after a gap, in one size on one baseline, together; from the left."""
    rows: list[list[PrintLine]] = []
    for line in sorted(lines, key=lambda line: line.left):
        for row in rows:
            if _goes_on(row[-1], line, rules):
                row.append(line)
                break
        else:
            rows.append([line])
    return tuple(tuple(row) for row in sorted(rows, key=lambda row: row[0].baseline))


def rejoined(lines: Sequence[PrintLine], rules: Sequence[Box]) -> list[PrintLine]:
    """The lines, those put together again that a stroke from another line had torn within a word."""
    joined: list[PrintLine] = []
    for line in sorted(lines, key=lambda line: line.left):
        for place, other in enumerate(joined):
            size = max(line.letter, other.letter)
            if line.left - other.right < _TORN * size and _goes_on(other, line, rules):
                longer = max(other, line, key=lambda one: one.right - one.left)
                slope = longer.slope if longer.right - longer.left > 8 * size else 0.0
                baseline = longer.baseline + slope * (other.left - longer.left)
                joined[place] = PrintLine(other.left, max(other.right, line.right), baseline, slope, longer.letter)
                break
        else:
            joined.append(line)
    return joined


def _goes_on(line: PrintLine, other: PrintLine, rules: Sequence[Box]) -> bool:
    size = max(line.letter, other.letter)
    if not -size < other.left - line.right < _ROW_GAP * size or min(line.letter, other.letter) < _OF_ONE_SIZE * size:
        return False
    if abs(line.baseline_at(other.left) - other.baseline) > _ON_ONE_LINE * size:
        return False
    middle = other.baseline - size / 2
    return not any(line.right - 2 <= rule.x <= other.left + 2 and rule.y < middle < rule.bottom for rule in rules)
