"""Jobs that wait for a worker's thread: in the order they came, or in turns."""

from __future__ import annotations

import threading
from collections import deque
from datetime import date
from typing import Generic, TypeVar

from flows.turns import Turn, Turns

Item = TypeVar("Item")


class JobQueue(Generic[Item]):
    """A queue for any number of threads. Items without a turn go first, in the order they came."""

    def __init__(self) -> None:
        self._plain: deque[Item] = deque()
        self._turns: Turns[Item] = Turns()
        self._change = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        with self._change:
            return len(self._plain) + len(self._turns)

    def put(self, item: Item, turn: Turn | None = None, *, first: bool = False) -> None:
        """Lets an item wait for its turn; `first`: before all that wait."""
        with self._change:
            if first:
                self._plain.appendleft(item)
            elif turn is None:
                self._plain.append(item)
            else:
                self._turns.put(item, turn, today=_today())
            self._change.notify()

    def get(self) -> Item | None:
        """Waits for the next item; None once the queue is closed and empty."""
        with self._change:
            while not self._plain and not len(self._turns):
                if self._closed:
                    return None
                self._change.wait()
            return self._plain.popleft() if self._plain else self._turns.next(today=_today())

    def close(self) -> None:
        """What waits is still given out; after that, None."""
        with self._change:
            self._closed = True
            self._change.notify_all()


def _today() -> date:
    return date.today()  # noqa: DTZ011 # the office's own calendar day
