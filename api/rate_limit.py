"""A bucket of calls for each key: filled steadily, two seconds' worth at most."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

_BURST_SECONDS = 2.0
_MOST_BUCKETS = 10_000


@dataclass(slots=True)
class RateLimit:
    """Levels by key; any number of threads."""

    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def seconds_to_wait(self, key: str, *, calls_a_second: float, now: float) -> float:
        """Takes one call out of the key's bucket: 0 where there was one, else how long until there is. `now` in seconds."""
        full = max(1.0, calls_a_second * _BURST_SECONDS)
        with self._lock:
            level, at = self.buckets.get(key, (full, now))
            level = min(full, level + (now - at) * calls_a_second)
            if len(self.buckets) > _MOST_BUCKETS and key not in self.buckets:
                self.buckets.clear()  # more keys than any office has: a bucket forgotten is a full one
            self.buckets[key] = (level - 1 if level >= 1 else level, now)
        return 0.0 if level >= 1 else (1 - level) / calls_a_second
