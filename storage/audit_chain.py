"""What is wrong with a chain of audit entries: which were changed, removed, inserted or moved, and whether its tail is missing."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.audit import START, Entry, digest_of

_MOST_MOVED = (
    500  # more entries than these in places where they do not belong count as changed: the search is quadratic
)


class FaultKind(StrEnum):
    """What can have happened to an entry."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_OFF = "cut_off"  # the log is known to have gone on to this entry
    CONTRADICTED = "contradicted"  # whole in itself, but another witness holds another entry of this number
    UNREADABLE = "unreadable"  # an object of the log that cannot be read


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry that is not as it was written. `where`: `index` or the key of an object; `by`: the witness that says so."""

    kind: FaultKind
    number: int
    where: str = "index"
    by: str = ""


def is_whole(entries: Sequence[Entry], end: tuple[int, str] | None = None) -> bool:
    """Whether numbers, digests and links are all as they must be; `end`: number and digest of the last entry, where known."""
    previous = START
    for number, entry in enumerate(entries, start=1):
        if (entry.number, entry.previous) != (number, previous) or digest_of(entry) != entry.digest:
            return False
        previous = entry.digest
    return end is None or (len(entries), previous) == end


def faults(entries: Sequence[Entry], end: tuple[int, str] | None = None) -> tuple[Fault, ...]:
    """What happened to the entries, given in the order in which they are stored; empty where the chain is whole.

    An entry's place is the number with which its digest fits; the genuine ones are those that are reached from the end
    by following `previous`.
    """
    if is_whole(entries, end):
        return ()
    places = _places(entries)
    genuine = _walk(entries, places, end)
    spare = [at for at in range(len(entries)) if at not in genuine]
    found = _missing(entries, genuine, spare, end)
    found += [Fault(FaultKind.INSERTED, entries[at].number) for at in spare]
    in_stored_order = sorted(genuine)
    moved = _out_of_order([genuine[at] for at in in_stored_order])
    found += [Fault(FaultKind.REORDERED, number) for number in moved]
    return tuple(sorted(found, key=lambda fault: (fault.number, fault.kind)))


def _places(entries: Sequence[Entry]) -> dict[int, int]:
    """By position, the number with which an entry's digest fits; entries that fit none are left out."""
    places, shift, unfit = {}, 0, []
    for at, entry in enumerate(entries):
        for number in dict.fromkeys((entry.number, entry.number + shift, entry.number - 1, entry.number + 1)):
            if digest_of(entry, number=number) == entry.digest:
                places[at], shift = number, number - entry.number
                break
        else:
            unfit.append(at)
    if len(unfit) <= _MOST_MOVED:
        numbers = [entries[at].number for at in unfit]
        for at in unfit:
            fitting = (n for n in numbers if digest_of(entries[at], number=n) == entries[at].digest)
            places.update((at, number) for number in itertools.islice(fitting, 1))
    return places


def _walk(entries: Sequence[Entry], places: dict[int, int], end: tuple[int, str] | None) -> dict[int, int]:
    """The genuine entries: by position, the number of each."""
    by_number: dict[int, list[int]] = {}
    for at, number in places.items():
        by_number.setdefault(number, []).append(at)
    genuine: dict[int, int] = {}
    top = max([*by_number, end[0] if end else 0], default=0)
    wanted = None
    if end is not None:
        top, wanted = end
        if moved := [n for at, n in places.items() if entries[at].digest == wanted]:
            top = moved[0]
    for number in range(top, 0, -1):
        candidates = by_number.get(number, [])
        if wanted is None:
            chosen = _likeliest(entries, by_number, candidates, number)
        else:
            chosen = next((at for at in candidates if entries[at].digest == wanted), None)
        wanted = None if chosen is None else entries[chosen].previous
        if chosen is not None:
            genuine[chosen] = number
    return genuine


def _likeliest(
    entries: Sequence[Entry], by_number: dict[int, list[int]], candidates: Sequence[int], number: int
) -> int | None:
    """Where the link from above is broken: the candidate that links on to the entry below, else the one in its place."""
    below = {entries[at].digest for at in by_number.get(number - 1, [])} or {START}
    ranked = sorted(candidates, key=lambda at: (entries[at].previous not in below, entries[at].number != number))
    return ranked[0] if ranked else None


def _missing(
    entries: Sequence[Entry], genuine: dict[int, int], spare: list[int], end: tuple[int, str] | None
) -> list[Fault]:
    """Numbers without a genuine entry: changed where another stands there (taken out of `spare`), cut off at the end."""
    present = set(genuine.values())
    last = max(present, default=0)
    until = max(last, end[0] if end and end[0] not in present and not _holds(entries, genuine, end) else 0)
    found = []
    for number in range(1, until + 1):
        if number not in present:
            here = next((at for at in spare if entries[at].number == number), None)
            if here is not None:
                spare.remove(here)
                found.append(Fault(FaultKind.CHANGED, number))
            else:
                found.append(Fault(FaultKind.CUT_OFF if number > last else FaultKind.REMOVED, number))
    return found


def _holds(entries: Sequence[Entry], genuine: dict[int, int], end: tuple[int, str]) -> bool:
    return any(entries[at].digest == end[1] for at in genuine)


def _out_of_order(numbers: Sequence[int]) -> list[int]:
    """The fewest numbers that must be taken out for the rest to be rising."""
    tails: list[int] = []
    tail_at: list[int] = []
    before: list[int | None] = []
    for at, number in enumerate(numbers):
        place = bisect_left(tails, number)
        tails[place : place + 1] = [number]
        tail_at[place : place + 1] = [at]
        before.append(tail_at[place - 1] if place else None)
    rising = set()
    link = tail_at[-1] if tail_at else None
    while link is not None:
        rising.add(numbers[link])
        link = before[link]
    return sorted(set(numbers) - rising)
