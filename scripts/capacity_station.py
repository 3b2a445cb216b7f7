"""A station of a simulated line: places side by side, and one line before them."""

from __future__ import annotations

import heapq
from dataclasses import dataclass


@dataclass(slots=True)
class Station:
    """Places side by side and one line before them."""

    name: str
    free_at: list[float]
    busy: float = 0.0

    @classmethod
    def of(cls, name: str, places: int) -> Station:
        """All places free from the start."""
        return cls(name, [0.0] * places)

    def serve(self, at: float, seconds: float) -> float:
        """When a job that comes at `at` and takes so long is done; jobs come in the order of their times."""
        start = max(at, heapq.heappop(self.free_at))
        heapq.heappush(self.free_at, start + seconds)
        self.busy += seconds
        return start + seconds
