"""Processor seconds and memory of a set of processes by kind, looked at while they run; Linux's /proc tells."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def parents() -> dict[int, int]:
    """Every process of the machine with its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int(_fields(int(entry.name))[1])
            except OSError:
                continue
    return found


def family(ancestor: int) -> set[int]:
    """A process and all that descend from it now."""
    of = parents()
    found = {ancestor}
    while new := {pid for pid, parent in of.items() if parent in found and pid not in found}:
        found |= new
    return found


@dataclass(slots=True)
class _Seen:
    """A process as last seen; `seconds` are its own and those of its children that have ended."""

    kind: str
    parent: int
    seconds: float


class Watch:
    """What processes cost, by kind. A kind is told by a part of the command line, the first that is in it; a process of none
    is of its parent's. What one spent is remembered when it has ended; a program too short-lived to be seen counts as its
    parent's.
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds
        self._seen: dict[int, _Seen] = {}
        self._living: set[int] = set()

    def look(self, pids: Iterable[int]) -> None:
        """Looks at all of these; those seen before that are not among them have ended."""
        self._living = set()
        for pid in sorted(pids):
            try:
                fields = _fields(pid)
                parent = int(fields[1])
                self._seen[pid] = _Seen(self._kind(pid, parent), parent, sum(map(int, fields[11:15])) / _TICKS)
            except OSError:
                continue
            self._living.add(pid)

    def seconds(self) -> dict[str, float]:
        """Processor seconds by kind, from each process's begin to the last look."""
        found: dict[str, float] = defaultdict(float)
        for pid, process in self._seen.items():
            found[process.kind] += process.seconds
            if pid not in self._living and process.parent in self._seen:  # its parent's figures hold its own by now
                found[self._seen[process.parent].kind] -= process.seconds
        return dict(found)

    def megabytes(self) -> dict[str, float]:
        """Memory by kind now, what processes share divided among them (PSS)."""
        found: dict[str, float] = defaultdict(float)
        for pid in self._living:
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            except OSError:
                continue
            found[self._seen[pid].kind] += sum(
                int(line.split()[1]) / 1024 for line in rollup.splitlines() if line.startswith("Pss:")
            )
        return dict(found)

    def _kind(self, pid: int, parent: int) -> str:
        if pid in self._seen:  # one that has ended and was not waited for has no command line any more
            return self._seen[pid].kind
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        known = next((kind for part, kind in self._kinds.items() if part in words), None)
        return known or (self._seen[parent].kind if parent in self._seen else "others")


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
