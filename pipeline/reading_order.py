"""Words put back into lines, and lines into the order in which a person reads them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from statistics import median

from models.page import Box, Line, Word

_GAP = 2.2  # heights of a line between two words that belong to different columns


def lines_in_order(groups: Sequence[Sequence[Word]], rules: Sequence[Box] = ()) -> tuple[Line, ...]:
    """Lines of print, top to bottom, and left to right where several stand on one height.

    `groups` are the recognizer's lines; one that runs across two columns is cut at the wide gap, and one that runs
    across an upright rule of a table (`rules`) is cut there. The two heads of an
    administrative page (NĐ 30/2020/NĐ-CP, annex I) and the cells of a table stay lines of their own.
    """
    pieces = [piece for group in groups for piece in _cut(group, rules) if _is_print(piece)]
    pieces.sort(key=_middle)
    rows: list[list[list[Word]]] = []
    for piece in pieces:
        for row in reversed(rows[-4:]):
            if any(_same_height(piece, other) for other in row):
                row.append(piece)
                break
        else:
            rows.append([piece])
    return tuple(Line(tuple(piece)) for row in rows for piece in sorted(row, key=lambda piece: piece[0].box.x))


def _cut(words: Sequence[Word], rules: Sequence[Box]) -> list[list[Word]]:
    ordered = sorted(words, key=lambda word: word.box.x)
    height = median(word.box.height for word in ordered)
    pieces: list[list[Word]] = [[ordered[0]]]
    for before, word in itertools.pairwise(ordered):
        if word.box.x - before.box.right > _GAP * height or _divided(before.box, word.box, rules):
            pieces.append([])
        pieces[-1].append(word)
    return pieces


def _divided(left: Box, right: Box, rules: Sequence[Box]) -> bool:
    """Whether an upright rule, longer than a line of print is high, stands between two words."""
    top, bottom = min(left.y, right.y), max(left.bottom, right.bottom)
    slack = left.height // 3
    return any(
        left.right - slack <= rule.x <= right.x + slack
        and rule.y <= top + slack
        and rule.bottom >= bottom - slack
        and rule.height > 1.3 * min(left.height, right.height)
        for rule in rules
    )


def _middle(piece: Sequence[Word]) -> float:
    return median(word.box.y + word.box.height / 2 for word in piece)


def _same_height(piece: Sequence[Word], other: Sequence[Word]) -> bool:
    height = min(median(word.box.height for word in piece), median(word.box.height for word in other))
    if abs(_middle(piece) - _middle(other)) > 0.5 * height:
        return False
    left, right = sorted((piece, other), key=lambda words: words[0].box.x)
    return left[-1].box.right <= right[0].box.x + height


def _is_print(piece: Sequence[Word]) -> bool:
    """Whether the piece is likely print: signatures, seals, photographs and dirt come out as short, doubtful words."""
    text = "".join(word.text for word in piece)
    letters = sum(character.isalnum() for character in text)
    if not letters:
        return False
    sure = sum(word.confidence * len(word.text) for word in piece) / len(text)
    if letters <= 2:
        return sure > 0.6 and bool(re.fullmatch(r"\W?\w{1,2}\W?", text))
    return sure > (0.45 if letters < 6 else 0.25)
