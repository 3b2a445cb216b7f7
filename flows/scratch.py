"""Folders for what is unpacked and read, gone when their work is done; and what killed programs left of such, swept away.

They hold page images: nobody may find them later in the machine's folder for temporary files.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OF_PROCESS = re.compile(r"sohoa-(\d+)-.+")
_DEAD_SECONDS = 3600  # its process is gone, as far as this process can see (a container sees its own alone)
_OLD_SECONDS = 86400  # of confined children, whose folders do not name a process: no page takes a day


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of its own, removed at the end of the block."""
    with tempfile.TemporaryDirectory(prefix=f"sohoa-{os.getpid()}-") as folder:
        yield Path(folder)


def sweep_scratch(*, now: float | None = None) -> int:
    """Removes what killed programs of this user left; returns how many folders. Never raises."""
    moment = time.time() if now is None else now
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob("sohoa-*"):
        with suppress(OSError):
            known = folder.lstat()
            if folder.is_symlink() or known.st_uid != os.getuid() or not folder.is_dir():
                continue
            named = _OF_PROCESS.fullmatch(folder.name)
            patience = _OLD_SECONDS if named is None else _DEAD_SECONDS
            if moment - known.st_mtime > patience and not (named and _lives(int(named[1]))):
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
    return swept


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
