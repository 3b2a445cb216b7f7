"""The counter's right of way: while a dossier is in hand there, whoever works for a batch pauses where it can.

It is a lock on a file in the home, which the kernel lets go of with its holder, however that ends; whoever gives way asks
whether it is held and never takes it, so that nobody at the counter waits for a batch. A batch gives way for so long a
page and then does its work: at a counter that is never empty it goes on slowly, but it goes on.
"""

from __future__ import annotations

import fcntl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar

MOST_SECONDS = 10.0
"""How long a batch gives way for one page of its work."""

_LOOK_SECONDS = 0.05
_FLOCK = struct.Struct("hhlli0l")  # fcntl(2): type, whence, start, length, process
_ANY_BYTE = (0, 0, 0, 0)

What = TypeVar("What")


class RightOfWay:
    """The right of way in one home. Any number of threads and processes may hold it at a time."""

    def __init__(self, home: Path) -> None:
        self._path = home / "counter.lock"
        self._guard = threading.Lock()
        self._holders = 0
        self._file: IO[bytes] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """A dossier is in hand within the block. A home without locks costs the counter some speed, nothing else."""
        with self._guard:
            self._holders += 1
            if self._file is None:
                with suppress(OSError):
                    self._file = self._path.open("ab+")
                    fcntl.lockf(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        try:
            yield
        finally:
            with self._guard:
                self._holders -= 1
                if not self._holders and self._file is not None:
                    self._file.close()
                    self._file = None

    def is_held(self) -> bool:
        """Whether another process has a dossier in hand."""
        try:
            with self._path.open("rb+") as file:
                asked = fcntl.fcntl(file, fcntl.F_GETLK, _FLOCK.pack(fcntl.F_WRLCK, *_ANY_BYTE))
        except OSError:
            return False
        return bool(_FLOCK.unpack(asked)[0] != fcntl.F_UNLCK)

    def give_way(self, *, most_seconds: float) -> float:
        """Returns when nobody has a dossier in hand, or after so long; gives the seconds that it took."""
        began = time.monotonic()
        while self.is_held() and time.monotonic() < began + most_seconds:
            time.sleep(_LOOK_SECONDS)
        return time.monotonic() - began

    def first(self, tell: Callable[[What], None], *, most_seconds: float) -> Callable[[What], None]:
        """Gives way now, and hands out a `tell` that gives way before each stretch of work that it tells of; so long in all."""
        left = most_seconds - self.give_way(most_seconds=most_seconds)

        def told(what: What) -> None:
            nonlocal left
            left -= self.give_way(most_seconds=left)
            tell(what)

        return told
