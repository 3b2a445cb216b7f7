"""Whose turn it is among batches: fair shares between units, promised days in front; no clock, no threads.

The fair share is start-time fair queueing (Goyal, Vin and Cheng, 1996) with pages as the cost: each unit has its own time,
which its pages move on, and the unit whose time is least is next. A unit that comes anew starts at the present, not at
zero, so that it cannot claim what it did not ask for yesterday.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

_URGENT = timedelta(days=1)
_URGENT_IN_A_ROW = 3
"""Of four turns three go to what is due by tomorrow while there is such, one to the rest: neither starves."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Turn:
    """What decides when a dossier is next: its unit's code, its pages, and the promised return date (hẹn trả).

    A date that is past before the dossier came is nobody's hurry: so are all dossiers of a back-file project (hồ sơ tồn).
    """

    unit: str
    pages: int = 1
    due_on: date | None = None


class Turns(Generic[Item]):
    """Items that wait, and which of them is next."""

    def __init__(self) -> None:
        self._urgent, self._others = _Shares[Item](), _Shares[Item]()
        self._in_a_row = 0

    def __len__(self) -> int:
        return len(self._urgent) + len(self._others)

    def put(self, item: Item, turn: Turn, *, today: date) -> None:
        """Lets an item wait."""
        due_on = turn.due_on if turn.due_on and turn.due_on >= today else None
        (self._urgent if due_on and due_on <= today + _URGENT else self._others).put(item, turn, due_on)

    def next(self, *, today: date) -> Item | None:
        """The item whose turn it is, which waits no more; None where none does."""
        for due_on, item, turn in list(self._others.due_by(today + _URGENT)):  # a day has passed
            self._urgent.put(item, turn, due_on)
        if len(self._urgent) and (self._in_a_row < _URGENT_IN_A_ROW or not len(self._others)):
            self._in_a_row += 1
            return self._urgent.next()
        self._in_a_row = 0
        return self._others.next() if len(self._others) else None


class _Shares(Generic[Item]):
    """One line a unit, by promised day and then as they came; the unit that had the least so far is next."""

    def __init__(self) -> None:
        self._order = itertools.count()
        self._lines: dict[str, list[tuple[date, int, Item, Turn]]] = {}
        self._times: dict[str, float] = {}
        self._now = 0.0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, item: Item, turn: Turn, due_on: date | None) -> None:
        line = self._lines.setdefault(turn.unit, [])
        if not line:
            self._times[turn.unit] = max(self._times.get(turn.unit, 0.0), self._now)
        heapq.heappush(line, (due_on or date.max, next(self._order), item, turn))
        self._count += 1

    def next(self) -> Item:
        unit = min(self._lines, key=lambda unit: (self._times[unit], unit))
        *_, item, turn = heapq.heappop(self._lines[unit])
        self._count -= 1
        self._now = self._times[unit]
        self._times[unit] += max(turn.pages, 1)
        if not self._lines[unit]:
            del self._lines[unit]
            self._times = {unit: time for unit, time in self._times.items() if unit in self._lines or time > self._now}
        return item

    def due_by(self, day: date) -> Iterator[tuple[date, Item, Turn]]:
        """Takes out whatever is due by the day."""
        for unit in list(self._lines):
            line = self._lines[unit]
            while line and line[0][0] <= day:
                due_on, _, item, turn = heapq.heappop(line)
                self._count -= 1
                yield due_on, item, turn
            if not line:
                del self._lines[unit]
