"""The machine-readable zone of Vietnamese identity cards (TD1, three lines of 30): composing, finding and reading it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.page import Box, Line
from models.vietnamese import fold
from pipeline.mrz_repair import Reading, check_digit, solve

_FILLER_LIKE = str.maketrans(dict.fromkeys("«‹(¢{[≤⟨cₑ", "<") | {" ": None, "\u00a0": None})
_FILLERS = re.compile(r"<[<cCkK]{3}|<<.?<<|[A-Z0-9óé]{20,}<<")
_LETTER_LIKE = str.maketrans("0123456789", "OIZESAGTBG")
_MOST_TRIED = 8  # first lines a page, second lines for each: print made to look like zones would take minutes
_LONGEST_LINE = 200  # characters: 30, spaces between them, and what stands beside
_LENGTH = 30  # characters of each line
_NEAREST_LINES = 4  # line 2 of a zone stands at most so many lines from line 1; stray print may come between


class MrzCheck(StrEnum):
    """The checks of a zone. Each holds only where its check digit was legible as the digit that it must be."""

    NUMBER = "number"  # over the last nine digits of the id number
    DOCUMENT = "document"  # over all twelve
    PRINTED_TWICE = "printed_twice"  # the nine digits, as read both times
    BIRTH_DATE = "birth_date"
    EXPIRY = "expiry"
    COMPOSITE = "composite"  # over all of these


@dataclass(frozen=True, slots=True)
class Mrz:
    """A card's zone. Values are given only where check digits vouch for them; None where they do not. `sex` is None where the
    letter contradicts the number.

    `full_name`: upper case letters without marks, single spaces, no check digit of its own, cut after 30 places.
    Dates are YYYY-MM-DD; `expires_on` is None for a card without expiry too. `repaired`: some digit differs from what was read.
    `strong`: number and birth date are each vouched for by two checks, and no digit was put in place of another. `lines`: which of the given lines.
    """

    id_number: str
    full_name: str | None
    birth_date: str | None
    sex: str | None
    expires_on: str | None
    nationality: str
    checks: frozenset[MrzCheck]
    repaired: bool
    strong: bool
    lines: tuple[int, ...]


def compose(
    *, id_number: str, full_name: str, birth_date: date, sex: str, expires_on: date | None
) -> tuple[str, str, str]:
    """The three lines that a card prints for these values (`id_number`: 12 digits, `sex`: `male` or `female`)."""
    number = id_number[3:]
    document = f"{id_number}<<"
    born = f"{birth_date:%y%m%d}"
    expiry = f"{expires_on:%y%m%d}" if expires_on else "<" * 6
    born, expiry = born + check_digit(born), expiry + check_digit(expiry)
    first = f"IDVNM{number}{check_digit(number)}{document}{check_digit(document)}"
    composite = check_digit(first[5:] + born + expiry + "<" * 11)
    surname, _, given = fold(full_name).upper().partition(" ")
    name = re.sub(r"[^A-Z<]", "", surname + "<<" + given.replace(" ", "<"))
    return first, f"{born}{'F' if sex == 'female' else 'M'}{expiry}VNM{'<' * 11}{composite}", name[:30].ljust(30, "<")


def find(lines: Sequence[str]) -> Mrz | None:
    """The first zone among lines of print, or None. See `find_all`."""
    return next(_zones(lines), None)


def find_all(lines: Sequence[str]) -> tuple[Mrz, ...]:
    """Every zone among lines as the recognizer gave them, each card once.

    Spaces, fillers read as other characters, letters for digits, one lost or doubled character and misread digits are
    mended where the check digits leave one answer. A zone with two answers, or none, is not given: a wrong number is
    worse than none. Without a legible second line, the first has to hold by itself.
    """
    return tuple({zone.id_number: zone for zone in _zones(lines)}.values())


def zone_boxes(lines: Sequence[Line]) -> tuple[Box, ...]:
    """Where zones stand among the lines of a page, each with room for all of its three lines; upper ones first.

    For a second reading of the crop as a block of text (psm 6): with Tesseract's `eng` model and only capitals, digits
    and `<` allowed. Of 37 sample cards `vie` gave 22 numbers, `eng` 35: `vie` reads the 3 of OCR-B as 5.
    """
    rows = sorted((line.box for line in lines if _FILLERS.search(line.text.translate(_FILLER_LIKE))), key=lambda b: b.y)
    groups: list[list[Box]] = []
    for row in rows:
        near = groups and row.y - groups[-1][-1].bottom < 2 * row.height and _side_by_side(row, groups[-1][-1])
        if near:
            groups[-1].append(row)
        else:
            groups.append([row])
    return tuple(_with_room(group) for group in groups)


def _side_by_side(row: Box, other: Box) -> bool:
    return min(row.right, other.right) > max(row.x, other.x)


def _with_room(rows: Sequence[Box]) -> Box:
    """The box around `rows`, higher and lower by as many lines as the zone lacks, and wider by two characters."""
    whole = rows[0]
    for row in rows[1:]:
        whole = whole.union(row)
    height = min(row.height for row in rows)
    room = (max(0, 3 - len(rows)) * 5 // 2 * height) + height // 2  # a line and the white below it: 2.5 heights
    side = whole.width // 15
    x, y = max(0, whole.x - side), max(0, whole.y - room)
    return Box(x, y, whole.right + side - x, whole.bottom + room - y)


def _zones(lines: Sequence[str]) -> Iterator[Mrz]:
    plain = [line.translate(_FILLER_LIKE) if len(line) <= _LONGEST_LINE else "" for line in lines]
    seconds = [(at, reading) for at, line in enumerate(plain) for reading in dict.fromkeys(_second_lines(line))]
    tried = 0
    for at, line in enumerate(plain):
        for first in dict.fromkeys(_first_lines(line)):
            near = [(there, second) for there, second in seconds if abs(there - at) <= _NEAREST_LINES]
            near.sort(key=lambda found: (found[0] <= at, abs(found[0] - at)))
            if tried == _MOST_TRIED:
                return
            tried += 1
            zone = _zone(first, near[:_MOST_TRIED], at=at, plain=plain)
            if zone:
                yield zone
                break


def _zone(first: Reading, seconds: list[tuple[int, Reading]], *, at: int, plain: list[str]) -> Mrz | None:
    for there, second in seconds or [(at, Reading())]:
        solution = solve(first, second)
        if solution is None:
            continue
        held = frozenset(MrzCheck(name) for name in solution.checks)
        letter = {"M": "male", "F": "female"}.get(second.sex, solution.sex)  # illegible: the number says it too
        name_at, name = _name(plain, after=there)
        return Mrz(
            id_number=solution.id_number,
            full_name=name,
            birth_date=solution.birth_date,
            sex=letter if letter == solution.sex else None,
            expires_on=solution.expires_on,
            nationality="VNM",
            checks=held,
            repaired=solution.repaired,
            strong=solution.strong,
            lines=tuple(sorted({at, there} | ({name_at} if name else set()))),
        )
    return None


def _first_lines(line: str) -> Iterator[Reading]:
    """Possible first lines: 22 digits before fillers, then the check digit."""
    for filler in re.finditer(r"[<KCk]{1,4}", line):
        core = line[: filler.start()]
        if len(core) < 21 or sum(c.isdigit() for c in core[-22:]) < 11:
            continue
        rest = line[filler.end() :].lstrip("<.,")
        yield Reading(core=core[-24:], last=rest[:1])


def _second_lines(line: str) -> Iterator[Reading]:
    """Possible second lines: birth date, sex, expiry, VNM, fillers, the composite check digit."""
    for nation in re.finditer(r"(?i:VNM|.NM|V.M|VN.|(?<=\d)[VW][MNH])", line):
        core = line[: nation.start()]
        digits = sum(c.isdigit() or c == "<" for c in core[-15:])
        if len(core) < 14 or digits < 10:
            continue
        last = re.sub(r"[^\w<]+$", "", line[nation.end() :])[-1:]
        yield Reading(core=core[-17:], last=last if last != "<" else "")


def _name(plain: list[str], *, after: int) -> tuple[int, str | None]:
    """The name on the first line after the second that looks like one: `HO<<CHU<DEM<TEN<<<`."""
    for at in range(after + 1, min(after + _NEAREST_LINES, len(plain))):
        line = _with_its_begin(plain[at], plain[at - 1] if at > after + 1 else "")
        found = re.search(r"([^\W_]{2,})<{1,2}((?:[^\W_]+<)*[^\W_]*)<*", line)
        if not found or "<<" not in line or sum(c.isdigit() for c in found.group()) > 6:
            continue
        if "VNM<" in line:  # the second line, broken in two: its nationality and fillers
            continue
        if re.match(r"<?[^\w<\s]+[A-Z]", line[found.end(2) :]):
            return at, None  # an illegible letter: what stands before it is not the name
        parts = [found.group(1), *found.group(2).split("<")]
        while len(parts) > 1 and re.fullmatch(r"[KkeEéCG\d]*", parts[-1]):
            parts.pop()  # fillers read as letters
        given = " ".join(fold(part).upper().translate(_LETTER_LIKE) for part in parts[1:])
        # No Vietnamese syllable has a K there: <<KTUOI was <<TUOI, VANKLOI VAN<LOI, ANHK ANH<.
        given = re.sub(r"K(?=[BCDGKLMNPQRSTVX])|(?<=[CGHMNPT])K|(?<= )K(?= |$)|^K(?= |$)", " ", given)
        name = " ".join(f"{fold(parts[0]).upper().translate(_LETTER_LIKE)} {given}".split())
        return at, name if re.fullmatch(r"[A-Z ]+", name) else None
    return after, None


def _with_its_begin(line: str, before: str) -> str:
    """The third line with its first letters, where they were read as a line of their own (NGUYE, N<<THI<MAU<<<)."""
    torn = re.match(r"[A-Z]?<", line) and re.fullmatch(r"[A-Z]{2,12}", before)
    return before + line if torn and len(before) + len(line) <= _LENGTH + 1 else line
