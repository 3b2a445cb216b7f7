"""Which digits a damaged machine-readable zone must have held: the cheapest reading that all check digits allow.

Every place of the zone has costs for each digit that it may have been: nothing for the digit that was read, little
for what it is often mistaken for, much for any other. Readings that break a check digit or print the number differently twice
are out. The cheapest that is left counts only if every other one is dearer by a clear margin; so a damage that could
be mended in two ways is not mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import product

from pipeline.idnumber import parse as parse_id_number
from pipeline.mrz_places import FILLER_LIKE, OTHER, aligned, choices, digit_costs, merged, plain_digit

_DEAREST = 1.3  # one digit of any kind and a few threes
# An answer counts if no other costs less than _RIVAL, nor less than _MARGIN more. One damaged digit costs 1, so that
# whatever it can be mended to, the truth is among the rivals. All six checks as read need only fear threes as fives.
_RIVAL, _MARGIN = 1.05, 0.5
_BUDGETS = (_RIVAL, _DEAREST + _MARGIN)  # a short search first, the whole one where that decides nothing
_ALL_CHECKS = 6
_FILLERS = "<" * 6


@dataclass(frozen=True, slots=True)
class Reading:
    """One line as read: `core` ends where its digits end (a few characters too many in front), `last`: its check digit."""

    core: str = ""
    last: str = ""

    @property
    def sex(self) -> str:
        """The letter between the two dates of a second line, M or F, else empty."""
        return next((self.core[at] for at in self.sex_places()), "")

    def sex_places(self) -> tuple[int, ...]:
        """Where in `core` that letter may stand, most likely first."""
        return tuple(at for at in (-8, -9, -7) if len(self.core) + at >= 0 and self.core[at] in "MF")


@dataclass(frozen=True, slots=True)
class Solution:
    """What the zone held; None where the checks leave it open. `checks` are names of pipeline.mrz.MrzCheck."""

    id_number: str
    birth_date: str | None
    expires_on: str | None
    sex: str
    checks: frozenset[str]
    repaired: bool
    strong: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """One way to read a part: its digits with their check digits, its cost, the checks that were legible and hold."""

    digits: str
    cost: float
    held: frozenset[str] = field(default_factory=frozenset)
    changed: bool = False


def check_digit(text: str) -> str:
    """The check digit over `text` (ICAO Doc 9303-3, 4.9): weights 7, 3, 1; A is 10, B is 11 …; the filler is 0."""
    return str(sum((7, 3, 1)[at % 3] * (0 if c == "<" else int(c, 36)) for at, c in enumerate(text)) % 10)


def solve(first: Reading, second: Reading) -> Solution | None:
    """The one reading of both lines that the checks allow, or None. An empty `second`: the first line alone."""
    for budget in _BUDGETS:
        wholes = sorted(_wholes(first, second, budget), key=_cost)
        if not wholes or _cost(wholes[0]) > budget - _MARGIN:
            continue
        flawless = len(_held(wholes[0])) == _ALL_CHECKS and not _cost(wholes[0])
        limit = _MARGIN if flawless else max(_RIVAL, _cost(wholes[0]) + _MARGIN)
        return _decide([whole for whole in wholes if _cost(whole) <= limit])
    return None


def _decide(rivals: list[tuple[_Part, ...]]) -> Solution | None:
    """What all rivals, the cheapest first, agree on and enough legible check digits vouch for."""
    best = rivals[0]
    held = _held(best)
    number = parse_id_number(_agreed(rivals, 0)[:12])
    if number is None or len(held & {"number", "document", "composite"}) < 2:
        return None
    repaired = any(part.changed for part in best)
    if repaired and not number.province:
        return None  # two damages can look like one in a province that does not exist
    born = _agreed(rivals, 1) if "birth_date" in held else ""
    expiry = _agreed(rivals, 2) if "expiry" in held else ""
    return Solution(
        id_number=number.text,
        birth_date=f"{number.birth_year}-{born[2:4]}-{born[4:6]}" if born else None,
        expires_on=_day(f"20{expiry[:6]}"),
        sex=number.sex or "",
        checks=held,
        repaired=repaired,
        strong=bool(born) and len(held) >= 4 and _cost(best) < OTHER,
    )


def _cost(whole: tuple[_Part, ...]) -> float:
    return sum(part.cost for part in whole)


def _held(whole: tuple[_Part, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(part.held for part in whole))


def _agreed(rivals: list[tuple[_Part, ...]], at: int) -> str:
    """The part's digits where all rivals have the same, else nothing."""
    seen = {rival[at].digits for rival in rivals if len(rival) > at}
    return seen.pop() if len(seen) == 1 else ""


def _wholes(first: Reading, second: Reading, budget: float) -> Iterator[tuple[_Part, ...]]:
    """Every reading of both lines within the budget: number, birth date, expiry, composite check digit."""
    numbers = _numbers_of(first, budget)
    if not second.core:
        yield from ((number,) for number in numbers)
        return
    if not numbers:
        return
    for births, expiries in _dates(second, budget - numbers[0].cost):
        for number in numbers:
            same_year = [born for born in births if born.digits[:2] == number.digits[4:6]]
            for born, expiry in product(same_year, expiries):
                if number.cost + born.cost + expiry.cost <= budget:
                    line = number.digits[3:13] + number.digits[:12] + "<<" + number.digits[13]
                    yield (
                        number,
                        born,
                        expiry,
                        _last(line + born.digits + expiry.digits + "<" * 11, second.last, "composite"),
                    )


@lru_cache(maxsize=8)
def _numbers_of(first: Reading, budget: float) -> list[_Part]:
    """The readings of a first line; remembered while one second line after another is tried with it."""
    return _cheapest(_numbers(first, budget))


def _cheapest(parts: Iterable[_Part]) -> list[_Part]:
    """Each string of digits once, at its lowest cost, cheap ones first."""
    ordered = sorted(parts, key=lambda part: part.cost)
    return list({part.digits: part for part in reversed(ordered)}.values())[::-1]


def _numbers(first: Reading, budget: float) -> Iterator[_Part]:
    """Twelve digits, then the check digit of the last nine and that of all."""
    for core, extra in aligned(first.core, 22):
        places = [digit_costs(c) for c in core]
        twice = [merged(a, b) for a, b in zip(places[:9], places[13:], strict=True)]
        for digits, cost in choices([*places[10:13], *twice], budget - extra):
            number = _last(digits[3:], core[9], "number")
            document = _last(f"{digits}<<", first.last, "document")
            shown = "".join(plain_digit(c) or "?" for c in core)
            held = number.held | document.held
            if shown[:9] == shown[13:] == digits[3:]:
                held |= {"printed_twice"}
            changed = bool(extra) or number.changed or document.changed or shown[:9] + shown[10:] != digits[3:] + digits
            total = extra + cost + number.cost + document.cost
            if total <= budget:
                yield _Part(digits + number.digits + document.digits, total, held, changed)


def _dates(second: Reading, budget: float) -> Iterator[tuple[list[_Part], list[_Part]]]:
    """Birth dates and expiries of a second line, each with its check digit, for each place where the sex may stand."""
    core = second.core
    splits = [(core[:at], core[len(core) + at + 1 :]) for at in second.sex_places()]
    for before, after in splits or [(core[:-8], core[-7:]), (core[:-7], core[-7:])]:
        births = _cheapest(_dated(before, "birth_date", budget))
        expiries = _cheapest(_dated(after, "expiry", budget, may_be_empty=True))
        yield births, expiries


def _dated(text: str, check: str, budget: float, *, may_be_empty: bool = False) -> Iterator[_Part]:
    for core, extra in aligned(text, 7):
        for digits, cost in choices([digit_costs(c) for c in core[:6]], budget - extra):
            if _day(f"20{digits}") or _day(f"19{digits}"):
                last = _last(digits, core[6], check)
                changed = bool(extra) or last.changed or "".join(map(plain_digit, core[:6])) != digits
                yield _Part(digits + last.digits, extra + cost + last.cost, last.held, changed)
        if may_be_empty and core[:6].count("<") >= 4:
            last = _last(_FILLERS, core[6], check)
            spoilt = sum(0 if c == "<" else FILLER_LIKE if c in "cCKkeE" else OTHER for c in core[:6])
            yield _Part(_FILLERS + last.digits, extra + spoilt + last.cost, last.held, last.changed)


def _last(text: str, read: str, check: str) -> _Part:
    """The check digit that `text` asks for, with the cost of having read `read` there."""
    digit = check_digit(text)
    legible = plain_digit(read) == digit
    return _Part(digit, digit_costs(read)[digit], frozenset({check} if legible else ()), not legible)


@lru_cache(maxsize=4096)
def _day(text: str) -> str | None:
    """YYYYMMDD as YYYY-MM-DD, or None: no such day."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
    except ValueError:
        return None
