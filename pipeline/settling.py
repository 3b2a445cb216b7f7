"""Files that are still being written are left alone until two looks at them show the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

WINDOW_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look at a file or folder shows: bytes (or entries) and the time of its last change."""

    size: int
    modified_ns: int


def sighting(path: Path) -> Sighting | None:
    """A look at `path`, or None where nothing is there (any more). A folder that may not be read shows no entries."""
    try:
        found = path.stat()
        entries = _entries(path) if path.is_dir() else found.st_size
    except OSError:
        return None
    return Sighting(entries, found.st_mtime_ns)


def _entries(folder: Path) -> int:
    try:
        return sum(1 for _ in folder.iterdir())
    except PermissionError:
        return 0


def unsettled(
    paths: Iterable[Path], *, now: float, wait: Callable[[float], None], window_seconds: float = WINDOW_SECONDS
) -> frozenset[Path]:
    """Those of `paths` that changed while we waited, or vanished.

    `now` is the time in seconds since 1970; only what changed less than `window_seconds` before it (or, on a
    machine whose clock is ahead of ours, after it) is looked at twice, and one `wait` serves for all of them.
    """
    recent: dict[Path, Sighting | None] = {}
    for path in paths:
        first = sighting(path)
        if first is None or first.modified_ns / 1e9 > now - window_seconds:
            recent[path] = first
    if not recent:
        return frozenset()
    wait(window_seconds)
    return frozenset(path for path, first in recent.items() if first is None or sighting(path) != first)
