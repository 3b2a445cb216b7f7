"""Standing back for other programs of this machine, also where the kernel asks first whose session a program is of."""

from __future__ import annotations

import os
import time
from pathlib import Path

_SESSION = Path("/proc/self/autogroup")
_TRIES, _BETWEEN_SECONDS = 40, 0.05  # the kernel takes one such note in 100 ms of all who are not its administrator


def stand_back(steps: int = 0) -> None:
    """Makes this process, the leader of a session, nicer by so many steps, and its session as nice as itself.

    Linux shares the processor among sessions first (sched(7), "The autogroup feature", on by default) and only within one
    by nice. A worker in a session of its own at nice 19 had as much as everybody else. Where there are no such groups, or
    control groups stand in their place, nice alone holds.
    """
    nice = os.nice(steps)
    for _ in range(_TRIES if nice > 0 else 0):
        try:
            _SESSION.write_text(str(nice), encoding="ascii")
        except BlockingIOError:
            time.sleep(_BETWEEN_SECONDS)
        except OSError:
            return
        else:
            return
