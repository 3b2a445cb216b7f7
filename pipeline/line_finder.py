"""Where lines of print run on a page: letters chained side by side, with the baseline and the letters' height of each.

Only ink is looked at, no language: marks that stand like letters are linked with their right neighbours; a chain is a
line, or a column's part of one. Tones above, dots below and signs beside come with the line, as they lie within its
reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Box, Pixels
from pipeline.connected import connected_marks, mark_sizes
from pipeline.line_gaps import Numbers, Row, parted
from pipeline.line_rows import ABOVE, BELOW, PrintLine, rejoined
from pipeline.line_seals import with_letters_under_seals

_INK, _PALE_INK = 160, 205  # grey levels
_MOST_LINES = 400  # a look: print has under 200 a page, noise has thousands
_SMALLER = 0.62  # of the page's small letters, on the second look
_LEAST_PALE = 3.0  # small letters' heights: what is shorter is dirt, on the second look
_MASKED = 1.75  # small letters' heights above a baseline that the second look leaves out; tones reach higher
_GAP = 2.2  # small letters' heights of white that a line runs across: justified words stand up to 1.7 apart
CAPITALS = 1.42  # a capital's height in small letters'
_EVEN = 0.12  # heights of a line in capitals or digits differ by less
_INLIER = 0.25  # small letters' heights within which a mark stands on a baseline
_SLOPE_STEP = 0.0025
_LEVEL = (0.0,)
_TALLEST = 120.0  # pixels: capitals of 40 points at 300 dpi
_SLOPES = tuple(
    sorted((_SLOPE_STEP * step for step in range(-16, 17)), key=abs)
)  # what levelling leaves, and bent paper


def find_lines(ink: Pixels, letter: float, rules: Sequence[Box] = ()) -> tuple[PrintLine, ...]:
    """The lines of a page's ink (h x w uint8, dark on white), from the top.

    `letter`: the height of most small letters, in pixels, 0 where there are too few to tell; `rules`: upright rules,
    which no line crosses. Print much smaller or paler than most, as labels of cards are, is looked for where the first
    look found none.
    """
    letter = letter or _height_of_few(ink)
    if not letter:
        return ()
    _, labels, marks, _ = connected_marks((ink < _INK).astype(np.uint8))
    lines = _look(marks[1:], letter, rules)
    rest = ink.copy()
    for line in lines:
        box = line.box
        top = max(0, round(min(line.baseline, line.baseline_at(line.right)) - _MASKED * line.letter))
        rest[top : max(0, box.bottom), max(0, line.left) : line.right] = 255
    more = [
        line
        for line in _look(mark_sizes((rest < _PALE_INK).astype(np.uint8))[1:], _SMALLER * letter, rules)
        if line.right - line.left > _LEAST_PALE * line.letter and line.letter < 1.6 * letter
    ]
    found = with_letters_under_seals(labels, marks, rejoined([*lines, *more], rules), letter)
    return tuple(sorted(found, key=lambda line: line.baseline))


def _look(marks: NDArray[np.int32], letter: float, rules: Sequence[Box]) -> list[PrintLine]:
    wide, high, area = marks[:, cv2.CC_STAT_WIDTH], marks[:, cv2.CC_STAT_HEIGHT], marks[:, cv2.CC_STAT_AREA]
    like = (high >= 0.55 * letter) & (high <= 4.5 * letter) & (wide <= 14 * letter) & (wide >= 2)
    like &= ~((high > 2.2 * letter) & (wide < 0.3 * letter))  # upright rules
    like &= area >= 0.08 * wide * high  # frames and loops
    bodies = marks[like, :4][np.argsort(marks[like, 0], kind="stable")]
    chains = _chains([tuple(row) for row in bodies.tolist()], letter)
    dashes = marks[
        (high < 0.4 * letter) & (wide > 1.6 * high) & (wide > 0.25 * letter) & (wide < 1.4 * letter), :4
    ].astype(np.float64)
    dots = marks[(high < 0.45 * letter) & (wide < 0.45 * letter) & (area >= 3), :4].astype(np.float64)
    pieces = [part for chain in chains for piece in _cut(chain, rules) for part in parted(piece, dashes, dots, letter)]
    lines = [line for piece in pieces if (line := _measured(np.asarray(piece, np.float64), letter)) is not None]
    lines = nlargest(_MOST_LINES, lines, key=lambda line: line.right - line.left)
    lines = [line for line in lines if not _is_marks_of_another(line, lines)]
    signs = marks[(area >= 3) & (wide < 1.6 * letter) & (high < 2.2 * letter), :4].astype(np.float64)
    return [_with_signs(line, signs, rules, lines) for line in lines]


def _height_of_few(ink: Pixels) -> float:
    """The small letters' height on a page of a few words; 0 where nothing is like a letter."""
    stats = mark_sizes((ink < _INK).astype(np.uint8))
    wide, high, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    # the ink of a page that bears a word alone is cut to that word, whose letters are large beside it
    most = max(max(ink.shape) / 12, min(min(ink.shape) / 2, _TALLEST))
    like = (high >= 8) & (high < most) & (wide < 2.5 * high) & (wide > 0.25 * high)
    like &= area > 0.15 * wide * high
    return float(np.median(high[like])) if like.any() else 0.0


def _chains(bodies: Sequence[Row], letter: float) -> list[list[Row]]:
    """Marks (from the left) linked with the chain on their height that ends nearest."""
    chains: list[list[Row]] = []
    ends: dict[int, list[int]] = {}  # chains by the band of height in which their last mark has its middle
    for mark in bodies:
        left, top, _, height = mark
        band = int((top + height / 2) // letter)
        reach = 1 + int(height / letter)
        best, nearest = -1, float("inf")
        for place in range(band - reach, band + reach + 1):
            for chain in ends.get(place, ()):
                distance = _distance(chains[chain], mark, letter)
                if distance < nearest:
                    best, nearest = chain, distance
        if best < 0:
            chains.append([mark])
            best = len(chains) - 1
        else:
            last = chains[best][-1]
            if left + mark[2] <= last[0] + last[2] and height < last[3]:
                continue  # inside the last mark's width: a tone or a part of it
            ends[int((last[1] + last[3] / 2) // letter)].remove(best)
            chains[best].append(mark)
        ends.setdefault(band, []).append(best)
    return chains


def _distance(chain: Sequence[Row], mark: Row, letter: float) -> float:
    """How far a mark stands from a chain's end; infinite where it is not of that line."""
    left, top, width, height = mark
    last_left, last_top, last_width, last_height = chain[-1]
    gap = left - (last_left + last_width)
    size = max(letter, 0.7 * min(height, last_height))
    if gap > _GAP * size or left + width < last_left:
        return float("inf")
    overlap = min(top + height, last_top + last_height) - max(top, last_top)
    if overlap < 0.45 * min(height, last_height):
        return float("inf")
    bottoms = sorted(row[1] + row[3] for row in chain[-5:])
    drop = abs(top + height - bottoms[len(bottoms) // 2])
    return max(gap, 0) + 1.5 * drop


def _cut(chain: list[Row], rules: Sequence[Box]) -> list[list[Row]]:
    """The chain's parts between the upright rules that it crosses."""
    tops, bottoms = [row[1] for row in chain], [row[1] + row[3] for row in chain]
    left, right = chain[0][0], max(row[0] + row[2] for row in chain)
    height = max(row[3] for row in chain)  # a rule is longer than the strokes of letters
    cuts = sorted(
        rule.x + rule.width / 2
        for rule in rules
        if left < rule.x < right and rule.height > 1.15 * height and rule.y < min(tops) + height / 3
        and rule.bottom > max(bottoms) - height / 3
    )  # fmt: skip
    if not cuts:
        return [chain]
    parts: list[list[Row]] = [[] for _ in range(len(cuts) + 1)]
    for row in chain:
        parts[int(np.searchsorted(cuts, row[0] + row[2] / 2))].append(row)
    return [part for part in parts if part]


def _measured(piece: Numbers, letter: float) -> PrintLine | None:
    """The line that a chain of marks (n x 4) stands on; None where it is no print."""
    left, bottoms, heights = piece[:, 0], piece[:, 1] + piece[:, 3], piece[:, 3]
    right = int((left + piece[:, 2]).max())
    if len(piece) == 1 and not (0.7 * letter <= heights[0] <= 2.4 * letter):
        return None
    slope, at_zero = _baseline(left + piece[:, 2] / 2, bottoms, max(letter, 0.6 * float(np.median(heights))))
    standing = heights[np.abs(bottoms - (at_zero + slope * (left + piece[:, 2] / 2))) < _INLIER * letter]
    if not len(standing):
        standing = heights
    size = _small_letter(standing, letter)
    start = int(left.min())
    return PrintLine(start, right, at_zero + slope * start, slope, size)


def _baseline(x: Numbers, bottoms: Numbers, letter: float) -> tuple[float, float]:
    """Slope and height at x = 0 of the line on which most marks stand; tails and dots below do not pull it down."""
    near = _INLIER * letter
    slopes = _SLOPES if len(x) >= 6 and float(x.max() - x.min()) > 8 * letter else _LEVEL
    best, found = -1, (0.0, float(np.median(bottoms)))
    for slope, heights in zip(slopes, np.sort(bottoms - np.outer(slopes, x), axis=1), strict=True):
        counts = np.searchsorted(heights, heights + 2 * near, side="right") - np.arange(len(heights))
        place = int(np.argmax(counts))
        if int(counts[place]) > best:
            best = int(counts[place])
            found = float(slope), float(np.median(heights[place : place + best]))
        if best == len(x):
            break  # no slope holds more
    slope, start = found
    standing = np.abs(bottoms - start - slope * x) < near
    if len(slopes) > 1 and int(standing.sum()) >= 5:
        fitted = float(np.polyfit(x[standing], bottoms[standing], 1)[0])
        if abs(fitted - slope) < _SLOPE_STEP:
            slope, start = fitted, float(np.median(bottoms[standing] - fitted * x[standing]))
    return slope, start


def _small_letter(heights: Numbers, letter: float) -> float:
    """The small letters' height of a line from the heights of the marks that stand on its baseline."""
    middle = float(np.median(heights))
    even = float((np.abs(heights - middle) <= _EVEN * middle).mean())
    if even >= 0.7 and middle > 1.2 * letter:
        return middle / CAPITALS
    solid = heights[heights > 0.6 * middle]
    return float(np.clip(np.percentile(solid, 30), 0.6 * letter, 3.0 * letter))


def _is_marks_of_another(line: PrintLine, lines: Sequence[PrintLine]) -> bool:
    """Whether the marks are the tones or the tails of a longer line, within its reach."""
    middle = line.baseline - line.letter / 2
    for other in lines:
        if other is line or other.right - other.left < 2 * (line.right - line.left):
            continue
        if line.left < other.left - other.letter or line.right > other.right + other.letter:
            continue
        if -ABOVE * other.letter < middle - other.baseline_at(line.left) < BELOW * other.letter:
            return True
    return False


def _with_signs(line: PrintLine, signs: Numbers, rules: Sequence[Box], lines: Sequence[PrintLine]) -> PrintLine:
    """The line lengthened by the small signs at its ends: dashes, quotes, stops, thin letters; no neighbour's letters."""
    left, right = float(line.left), float(line.right)
    reach = 1.3 * line.letter
    middle = signs[:, 1] + signs[:, 3] / 2
    tall = (middle > line.baseline - 1.8 * line.letter) & (middle < line.baseline + 0.4 * line.letter)
    before = signs[tall & (signs[:, 0] < left) & (signs[:, 0] + signs[:, 2] > left - reach)]
    end = line.baseline_at(right) - line.baseline
    tall = (middle > line.baseline + end - 1.8 * line.letter) & (middle < line.baseline + end + 0.4 * line.letter)
    after = signs[tall & (signs[:, 0] + signs[:, 2] > right) & (signs[:, 0] < right + reach)]
    new_left = min(left, float(before[:, 0].min(initial=left)))
    new_right = max(right, float((after[:, 0] + after[:, 2]).max(initial=right)))
    size = line.letter / 2
    for one in lines:
        if new_left < one.right <= left and abs(one.baseline_at(one.right) - line.baseline) < size:
            new_left = float(one.right)
        elif right <= one.left < new_right and abs(one.baseline - line.baseline_at(one.left)) < size:
            new_right = float(one.left)
    for rule in rules:
        if rule.y < line.baseline - line.letter / 2 < rule.bottom and rule.height > 2.2 * line.letter:
            if new_left <= rule.x + rule.width <= left:
                new_left = min(left, rule.x + rule.width + 1.0)
            if right <= rule.x <= new_right:
                new_right = max(right, rule.x - 1.0)
    return PrintLine(int(new_left), int(new_right), line.baseline_at(new_left), line.slope, line.letter)
