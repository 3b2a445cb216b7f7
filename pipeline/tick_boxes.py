"""Boxes to tick beside Nam and Nữ, found in the page's pixels: recognizers read them as any letter, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.page import Box, Line, PageText, Pixels, Word
from models.vietnamese import fold
from pipeline.connected import mark_sizes

TICKED, EMPTY = "☒", "☐"
_NEAR = 12  # heights of a line between the two words, at most
_REACH = 3.0  # heights beyond the outer words
_SIDE = (0.4, 1.5)  # of a box, in heights of the line's words
_EDGE = 0.2  # of the side: where the frame runs
_FRAMED = 0.8  # share of each side along which the frame is seen
_INK_INSIDE = 0.1  # of the box's inner part: more is a tick
_SURE, _DOUBTED = 0.93, 0.5


def with_tick_boxes(pixels: Pixels, page: PageText) -> PageText:
    """The page with a word ☐ or ☒ for each box on rows that print both sexes; what was read in its place goes.

    `pixels` are the stored page image's, H x W x 3 or H x W. A page on which no such row stands is returned as it is.
    """
    words = [word for line in page.lines for word in line.words]
    found = [tick for first, second in _pairs(words) for tick in _ticks(pixels, first, second)]
    if not found:
        return page
    return replace(
        page, lines=tuple(line for line in (_ticked(line, found) for line in _homes(page.lines, found)) if line.words)
    )


def _pairs(words: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Nam and Nữ on one height, either first, near each other, as choices are printed."""
    men = [word for word in words if _letters(word) == "nam" and "ă" not in word.text.lower()]
    women = [word for word in words if _letters(word) == "nu"]
    for man in men:
        for woman in women:
            height = max(man.box.height, woman.box.height)
            level = abs(man.box.y + man.box.height / 2 - woman.box.y - woman.box.height / 2) < 0.7 * height
            first, second = (man, woman) if man.box.x < woman.box.x else (woman, man)
            if level and 0 < second.box.x - first.box.right < _NEAR * height:
                yield first, second


def _letters(word: Word) -> str:
    """The word's letters, less what a box beside it was read as (Nam[], NữD)."""
    plain = fold(word.text).strip(" .,:;|[](){}/_-☐☒□")
    return next((sex for sex in ("nam", "nu") if plain.startswith(sex) and len(plain) <= len(sex) + 1), "")


def _ticks(pixels: Pixels, first: Word, second: Word) -> list[Word]:
    """The boxes between the two words, before the first and behind the second."""
    height = max(first.box.height, second.box.height)
    top = max(0, min(first.box.y, second.box.y) - height // 2)
    bottom = max(first.box.bottom, second.box.bottom) + height // 2
    left = max(0, round(first.box.x - _REACH * height))
    right = round(second.box.right + _REACH * height)
    strip = pixels[top:bottom, left:right]
    if not strip.size:
        return []
    darkest = strip if strip.ndim == 2 else strip.min(axis=2)
    dark = darkest < _threshold(darkest)
    stats = mark_sizes(dark.astype(np.uint8))
    ticks = []
    for x, y, wide, high, _ in stats[1:]:
        if not all(_SIDE[0] * height < side < _SIDE[1] * height for side in (wide, high)):
            continue
        if not 0.7 < wide / high < 1.4 or not _is_framed(dark[y : y + high, x : x + wide]):
            continue
        if any(
            len(word.text) == len(_letters(word)) and _holds(word.box, left + x + wide / 2) for word in (first, second)
        ):
            continue  # a letter of the word itself
        margin_x, margin_y = round(wide * (_EDGE + 0.05)), round(high * (_EDGE + 0.05))
        inside = float(dark[y + margin_y : y + high - margin_y, x + margin_x : x + wide - margin_x].mean())
        sure = _SURE if inside < 0.5 * _INK_INSIDE or inside > 1.2 * _INK_INSIDE else _DOUBTED
        box = Box(left + int(x), top + int(y), int(wide), int(high))
        ticks.append(Word(TICKED if inside > _INK_INSIDE else EMPTY, sure, box))
    # Boxes stand behind both words or before both: what looks like one before them is then a letter.
    behind = any(tick.box.x > second.box.x for tick in ticks)
    return [tick for tick in ticks if not (behind and tick.box.x < first.box.x)]


def _holds(box: Box, x: float) -> bool:
    return box.x <= x <= box.right


def _threshold(strip: Pixels) -> float:
    """Half way between the ink and the paper of a strip (h x w)."""
    darkest, lightest = np.percentile(strip, (1, 90))
    return float(darkest + 0.6 * (lightest - darkest))


def _is_framed(shape: NDArray[np.bool_]) -> bool:
    """Whether a straight edge runs along each side: letters have gaps and curves."""
    depth = max(2, round(_EDGE * min(shape.shape)))
    sides = (shape[:depth].any(0), shape[-depth:].any(0), shape[:, :depth].any(1), shape[:, -depth:].any(1))
    corners = (shape[:depth, :depth], shape[:depth, -depth:], shape[-depth:, :depth], shape[-depth:, -depth:])
    return all(side.mean() >= _FRAMED for side in sides) and all(corner.any() for corner in corners)


def _homes(lines: Sequence[Line], ticks: Sequence[Word]) -> list[Line]:
    """The lines, each with the boxes that stand nearest to its words."""
    homes: dict[int, list[Word]] = {}
    for tick in ticks:
        middle = tick.box.y + tick.box.height / 2
        level = [i for i, line in enumerate(lines) if any(w.box.y <= middle <= w.box.bottom for w in line.words)]
        if level:
            near = min(level, key=lambda i: min(_apart(word.box, tick.box) for word in lines[i].words))
            homes.setdefault(near, []).append(tick)
    return [replace(line, words=(*line.words, *homes.get(i, ()))) for i, line in enumerate(lines)]


def _apart(one: Box, other: Box) -> int:
    """Pixels of white between two boxes that stand on one height."""
    return max(other.x - one.right, one.x - other.right, 0)


def _ticked(line: Line, ticks: Sequence[Word]) -> Line:
    """The line in order, without words that were read where a box stands."""
    kept = [w for w in line.words if w in ticks or _letters(w) or not any(_covers(tick.box, w.box) for tick in ticks)]
    parted = [w if w in ticks else _without_box(w, ticks) for w in kept]
    return Line(tuple(sorted(parted, key=lambda word: word.box.x)))


def _without_box(word: Word, ticks: Sequence[Word]) -> Word:
    """Nam or Nữ without what the box at its end was read as (NữM)."""
    box = next((tick.box for tick in ticks if word.box.x < tick.box.x < word.box.right), None)
    sex = _letters(word)
    if box is None or not sex:
        return word
    return replace(word, text=word.text[: len(sex)], box=replace(word.box, width=box.x - word.box.x))


def _covers(tick: Box, word: Box) -> bool:
    middle = word.x + word.width / 2
    return tick.x <= middle <= tick.right and word.y <= tick.y + tick.height / 2 <= word.bottom
