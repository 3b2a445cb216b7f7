"""Words of a line less what is no print: table rules read as bars, residue of seals and leaders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.page import Box, Word

TICK_BOXES = {"☒": True, "☑": True, "☐": False, "□": False}  # ticked or not
_BARS = "|¦‖"
_DOUBTFUL = 0.6  # below it, a letter between symbols is residue
_STUCK = re.compile(r"(.*[^\W\d_]{2}:)(\w.*)")  # a label with its value, printed without a space (tịch:Việt)


def legible(words: Sequence[Word], *, keep: frozenset[str] = frozenset()) -> tuple[Word, ...]:
    """The words that hold letters or digits, parted at bars and after a label's colon; a colon or slash alone stays.

    `keep`: words that stay as they are (a slash between two languages may be read as a bracket).
    Bars between single digits are boxes of a number and stay: the number's reader knows them.
    """
    return tuple(_joined([part for word in words for part in ([word] if word.text in keep else _parts(word))]))


def without_doubles(lines: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """The lines without words that surer words of other lines cover: a second reading stands beside the first."""
    placed = [(word, i) for i, line in enumerate(lines) for word in line]
    placed.sort(key=lambda item: item[0].box.y)
    dropped: set[int] = set()
    for at, (word, line) in enumerate(placed):
        covered = 0
        for other, place in placed[at + 1 :]:
            if other.box.y > word.box.bottom:
                break
            if place == line:
                continue
            worse, better = (word, other) if word.confidence < other.confidence else (other, word)
            if _overlap(worse, better) >= 0.6 * worse.box.width:
                dropped.add(id(worse))
            elif worse is word:
                covered += _overlap(worse, better)
        if covered >= 0.8 * word.box.width:
            dropped.add(id(word))
    return [[word for word in line if id(word) not in dropped] for line in lines]


def _overlap(one: Word, other: Word) -> int:
    """Pixels of width in common, 0 where they do not stand at one height."""
    height = min(one.box.bottom, other.box.bottom) - max(one.box.y, other.box.y)
    apart = abs(one.box.y + one.box.height / 2 - other.box.y - other.box.height / 2)
    # tall marks reach into the line above: its words stand higher, they are no second reading
    if height < 0.5 * min(one.box.height, other.box.height) or apart > 0.6 * min(one.box.height, other.box.height):
        return 0
    return max(0, min(one.box.right, other.box.right) - max(one.box.x, other.box.x))


def _joined(words: Sequence[Word]) -> list[Word]:
    """Letters that touch are one word: text layers part a word where one of its glyphs has another font (NGUY ỄN)."""
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else None
        touches = last is not None and 0 <= word.box.x - last.box.right <= 0.02 * word.box.height
        if last is not None and touches and last.text[-1:].isalpha() and word.text[:1].isalpha():
            sure = min(last.confidence, word.confidence)
            joined[-1] = replace(last, text=last.text + word.text, confidence=sure, box=last.box.union(word.box))
        else:
            joined.append(word)
    return joined


def _parts(word: Word) -> list[Word]:
    text = word.text
    if text in (":", "/", "-", "–") or text in TICK_BOXES:
        return [word]
    if not any(c.isalnum() for c in text):
        return []
    letters = sum(c.isalnum() for c in text)
    if letters == 1 and len(text) > 1 and word.confidence < _DOUBTFUL and not text.rstrip(".):,;").isalnum():
        return []
    stuck = _STUCK.fullmatch(text)
    if stuck:
        at = stuck.end(1)
        return [*_parts(_cut(word, 0, at, stuck[1])), *_parts(_cut(word, at, len(text), stuck[2]))]
    if not any(bar in text for bar in _BARS) or _is_boxed(text):
        return [word]
    parts, start = [], 0
    for end in [i for i, c in enumerate(text) if c in _BARS] + [len(text)]:
        piece = text[start:end]
        if any(c.isalnum() for c in piece):
            parts.append(_cut(word, start, end, piece))
        start = end + 1
    return parts


def _is_boxed(text: str) -> bool:
    """Cells of one or two signs between bars."""
    cells = [cell for cell in text.replace("[", "|").replace("]", "|").split("|") if cell]
    return len(cells) > 1 and sum(len(cell) <= 3 for cell in cells) == len(cells) and any(c.isdigit() for c in text)


def _cut(word: Word, start: int, end: int, text: str) -> Word:
    width = word.box.width / len(word.text)
    box = Box(word.box.x + round(start * width), word.box.y, max(1, round((end - start) * width)), word.box.height)
    return replace(word, text=text, box=box)
