"""A circuit breaker: after failures in a row nobody is asked for a while, so that a dead service costs no waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic


@dataclass(slots=True)
class Breaker:
    """Closed: calls pass. After `failures` in a row it opens for `open_seconds`; then one call may try again."""

    failures: int = 5
    open_seconds: float = 30.0
    clock: Callable[[], float] = monotonic
    _failed: int = 0
    _opened_at: float | None = None
    _lock: Lock = field(default_factory=Lock)

    def passes(self) -> bool:
        """Whether a call may be made now; when the time is over, the first caller tries for all."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self.clock() - self._opened_at < self.open_seconds:
                return False
            self._opened_at = self.clock()
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failed, self._opened_at = 0, None

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self.failures:
                self._opened_at = self.clock()
