"""Words put back into lines, and lines into the order in which a person reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from statistics import median

from models.page import Box, Line, Word
from models.vietnamese import fold

_MOST_PARTED = 14  # lines in the two heads, or in the two feet, of an official paper
_WHITE = 0.75  # heights of a line between two columns
_TIER = 1.41  # steps from line to line between the two heads and what stands below them: 1.43 and more on public scans
_GAP = 2.2  # heights of a line between two words that belong to different columns


def lines_in_order(groups: Sequence[Sequence[Word]], rules: Sequence[Box] = ()) -> tuple[Line, ...]:
    """Lines of print, top to bottom, and left to right where several stand on one height.

    `groups` are the recognizer's lines; one that runs across two columns is cut at the wide gap, and one that runs
    across an upright rule of a table (`rules`) is cut there. The two heads of an
    administrative page (NĐ 30/2020/NĐ-CP, annex I) and the cells of a table stay lines of their own.
    """
    pieces = [piece for group in groups for piece in _cut(group, rules) if _is_print(piece)]
    return in_reading_order([Line(tuple(piece)) for piece in pieces])


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines as a person reads them: row by row, but the heads and feet of an official paper column by column.

    NĐ 30/2020/NĐ-CP, annex I: agency and number stand at the upper left, motto, place and date at the upper right,
    addressees at the lower left, the signature at the lower right, on the same heights; each is read to its end.
    A page without two heads (a citizen's form, a table) is read in rows throughout.
    """
    ordered = _in_rows(lines)
    head = _parted(ordered[:_MOST_PARTED])
    if not _bears_motto(_columns(ordered[:head])):
        return tuple(ordered)
    head = _without_entries(ordered, head)
    rest = ordered[head:]
    notes = len(rest) - next((place for place in range(len(rest), 0, -1) if not _is_entry(rest[place - 1])), 0)
    body, below = rest[: len(rest) - notes], rest[len(rest) - notes :]
    foot = _parted(list(takewhile(lambda line: not _is_entry(line), body[::-1][:_MOST_PARTED])))
    return (
        *(line for tier in _tiers(_columns(ordered[:head])) for column in tier for line in column),
        *body[: len(body) - foot],
        *(line for column in _columns(body[len(body) - foot :]) for line in column),
        *below,
    )


def _in_rows(lines: Sequence[Line]) -> list[Line]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: _middle(line.words)):
        for row in reversed(rows[-4:]):
            if any(_same_height(line.words, other.words) for other in row):
                row.append(line)
                break
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.x)]


def _bears_motto(columns: Sequence[Sequence[Line]]) -> bool:
    """Whether these are two heads: the nation's name and motto stand in the right one. A table may be parted too."""
    text = fold(" ".join(line.text for column in columns[1:] for line in column))
    return "cong hoa" in text or "doc lap" in text or "hanh phuc" in text


def _tiers(columns: Sequence[Sequence[Line]]) -> list[list[Sequence[Line]]]:
    """Two heads above number and date, where these stand on one height and apart from them; else all as one.

    NĐ 30/2020/NĐ-CP, annex I, has number and date on one line below agency and motto; where more white than between the
    lines of the heads parts them, a person reads both heads before the number.
    """
    if len(columns) != 2 or len(columns[0]) < 2:
        return [list(columns)]
    *agency, number = columns[0]
    motto = [line for line in columns[1] if _middle(line.words) < _middle(number.words) - number.box.height / 2]
    rest = columns[1][len(motto) :]
    if len(motto) < 2 or not rest or not _same_height(number.words, rest[0].words):
        return [list(columns)]
    steps = [_middle(after.words) - _middle(line.words) for head in (agency, motto) for line, after in pairwise(head)]
    apart = _middle(number.words) - max(_middle(head[-1].words) for head in (agency, motto))
    return [[agency, motto], [[number], rest]] if apart > _TIER * median(steps) else [list(columns)]


def _without_entries(ordered: Sequence[Line], head: int) -> int:
    """The head's lines less those below it that begin at the body's margin, such as a form's number and volume."""
    margin = min((line.box.x for line in ordered[head:]), default=0)
    while head > 4 and abs(ordered[head - 1].box.x - margin) < ordered[head - 1].box.height / 2:
        head -= 1
    return head


def _is_entry(line: Line) -> bool:
    """Whether the line is an entry of a form (`Giới tính: Nữ`) or a note: nothing that stands in an official foot."""
    addressee = line.text.lstrip()[:1] in {"-", "–", "+"}  # Nơi nhận: - Lưu: VT
    return not addressee and bool(
        re.search(r":\s*\S", line.text) or re.search(r"ng[àa]y.*th[áa]ng", line.text) or "]" in line.text
    )


def _parted(lines: Sequence[Line]) -> int:
    """How many of the first lines white columns part, all of them; as many columns as can be, then as many lines."""
    parted = [(len(_columns(lines[:n])), n) for n in range(4, len(lines) + 1)]
    return max(((columns, n) for columns, n in parted if columns > 1), default=(0, 0))[1]


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines in the columns that white between them makes, left to right, each in its own order.

    White is about as wide as a line is high, and has two lines at least on either side.
    """
    widest, begin, reached = _WHITE * min((line.box.height for line in lines), default=0), 0, 0
    boxes = sorted((line.box for line in lines), key=lambda box: box.x)
    for place, box in enumerate(boxes):
        if 2 <= place <= len(boxes) - 2 and box.x - reached > widest:
            widest, begin = box.x - reached, reached
        reached = max(reached, box.right)
    if not begin:
        return [list(lines)]
    left = [line for line in lines if line.box.x < begin]
    right = [line for line in lines if line.box.x >= begin]
    return [*_columns(left), *_columns(right)]


def _cut(words: Sequence[Word], rules: Sequence[Box]) -> list[list[Word]]:
    ordered = sorted(words, key=lambda word: word.box.x)
    height = median(word.box.height for word in ordered)
    pieces: list[list[Word]] = [[ordered[0]]]
    for place, (before, word) in enumerate(pairwise(ordered)):
        if (
            (word.box.x - before.box.right > _GAP * height and not word.text.startswith("/"))  # Số: 04   /TTr-UBND
            or _divided(before.box, word.box, rules)
            or (pieces[-1] and _is_motto(ordered[place + 1 : place + 5]))
        ):
            pieces.append([])
        pieces[-1].append(word)
    return pieces


def _is_motto(words: Sequence[Word]) -> bool:
    """Whether the nation's name begins here (NĐ 30/2020/NĐ-CP, annex I, block 1)."""
    return fold(" ".join(word.text for word in words)) == "cong hoa xa hoi"


def _divided(left: Box, right: Box, rules: Sequence[Box]) -> bool:
    """Whether an upright rule, longer than a line of print is high, stands between two words."""
    top, bottom = min(left.y, right.y), max(left.bottom, right.bottom)
    slack = left.height // 3
    return any(
        left.right - slack <= rule.x <= right.x + slack
        and rule.y <= top + slack
        and rule.bottom >= bottom - slack
        and rule.height > 1.3 * min(left.height, right.height)
        and not (rule.right <= left.right and rule.height < 2 * left.height)  # a stroke of the word's own
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
