"""Programs run as whole processes and measured: wall and CPU seconds and peak memory, everything they start included."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from models.errors import UsageError

_LOOK_SECONDS = 0.1
_KILOBYTES_A_MEGABYTE = 1000


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run took: wall and CPU seconds, and the most memory it held at a time, in MB.

    CPU is the process's and that of all children it waited for. Memory is the sum over the process and its living
    descendants of what is theirs (shared pages by their share), looked at ten times a second.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    megabytes: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.seconds + other.seconds,
            self.cpu_seconds + other.cpu_seconds,
            max(self.megabytes, other.megabytes),
        )


def spent_by(command: Sequence[str], *, environment: Mapping[str, str], log: Path, good: Sequence[int] = (0,)) -> Spent:
    """Runs the command to its end; its output goes to `log`. Raises UsageError where its exit code is none of `good`."""
    with log.open("ab") as output:
        begun = perf_counter()
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        watch = _MemoryWatch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    megabytes = watch.close()
    if process.returncode not in good:
        raise UsageError(f"{command[0]} ended with {process.returncode}; {log} says why")
    return Spent(seconds, usage.ru_utime + usage.ru_stime, megabytes)


class _MemoryWatch:
    """Looks again and again how much memory a process and its descendants hold, until it is closed."""

    def __init__(self, process: int) -> None:
        self._process, self._most = process, 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def close(self) -> float:
        """The most, in MB."""
        self._end.set()
        self._thread.join()
        return self._most / _KILOBYTES_A_MEGABYTE

    def _look(self) -> None:
        while not self._end.wait(_LOOK_SECONDS):
            self._most = max(self._most, sum(_own_kilobytes(one) for one in _family(self._process)))


def _family(process: int) -> Iterator[int]:
    """The process and its living descendants, as /proc tells them."""
    yield process
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:  # the thread ended meanwhile
            continue
        for child in children:
            yield from _family(int(child))


def _own_kilobytes(process: int) -> int:
    try:
        said = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it ended meanwhile
        return 0
    return sum(int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:"))
