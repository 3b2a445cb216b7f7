"""What to ask a registry that only looks up: a short list of claims (number, name, birth date), the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from models.match import MatchQuery
from pipeline import idnumber
from pipeline.similarity import other_surname_forms

# What recognizers and hurried hands take a digit for; both ways.
CONFUSED = frozenset(
    frozenset(pair) for pair in ("08", "06", "17", "14", "27", "23", "35", "38", "49", "56", "58", "68", "09", "04")
)


Claim = tuple[str, str, str]  # number, name, birth date (YYYY-MM-DD or YYYY)


def plausible_claims(query: MatchQuery, *, most: int) -> tuple[Claim, ...]:
    """At most `most` claims: as read; by the year, where day or month may be misread; the other region's form of the family
    name; then the numbers that the one read may have been. Empty where number, name or birth date is missing.
    """
    name, day = query.full_name or "", query.birth_date or ""
    if not (query.id_number and name and day):
        return ()
    read, *others = plausible_numbers(query, most=most) or ("",)
    claims = [(read, name, day)]
    if read == query.id_number:
        claims += [(read, name, day[:4])] if len(day) > 4 else []
        claims += [(read, other, day) for other in other_surname_forms(name)]
    return tuple(claims + [(number, name, day) for number in others])[:most] if read else ()


def plausible_numbers(query: MatchQuery, *, most: int) -> tuple[str, ...]:
    """At most `most` numbers of 9 or 12 digits: as read, then those one change away.

    Ahead stand those that fit the birth year and the sex on the same paper (NĐ 137/2015/NĐ-CP, Article 13), and among
    them those where a digit was taken for one it resembles. A number as read that fits and has its whole length is
    followed by look-alikes only.
    """
    read = query.id_number or ""
    whole = idnumber.parse(read) is not None
    others = {number for number in _one_change_away(read) if idnumber.parse(number)}
    ranked = sorted(others, key=lambda number: (_doubt(number, query), not _resembles(read, number), number))
    return ((read,) if whole else ())[:most] + tuple(ranked)[: max(most - whole, 0)]


def _one_change_away(read: str) -> Iterator[str]:
    length = len(read)
    if length in (9, 12):
        for at, digit in ((at, digit) for at in range(length) for digit in "0123456789" if digit != read[at]):
            yield read[:at] + digit + read[at + 1 :]
        yield from neighbours_swapped(read)
    if length in (8, 11):
        for at, digit in ((at, digit) for at in range(length + 1) for digit in "0123456789"):
            yield read[:at] + digit + read[at:]
    if length in (10, 13):
        for at in range(length):
            yield read[:at] + read[at + 1 :]


def neighbours_swapped(number: str) -> Iterator[str]:
    """The numbers in which two neighbours that differ changed places, as hurried hands write them."""
    for at, (first, second) in enumerate(pairwise(number)):
        if first != second:
            yield number[:at] + second + first + number[at + 2 :]


def _doubt(number: str, query: MatchQuery) -> int:
    return len(idnumber.check(number, birth_date=query.birth_date, sex=query.sex))


def _resembles(read: str, number: str) -> bool:
    """A digit taken for one that looks like it, two neighbours swapped, or one of two equal ones dropped or doubled."""
    if len(read) == len(number):
        differing = [frozenset(pair) for pair in zip(read, number, strict=True) if pair[0] != pair[1]]
        return len(differing) == 2 or differing[0] in CONFUSED
    short, long = sorted((read, number), key=len)
    return any(a == b and long[:at] + long[at + 1 :] == short for at, (a, b) in enumerate(pairwise(long)))
