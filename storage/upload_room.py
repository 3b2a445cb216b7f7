"""How much may be on its way at once: of one key, and of all keys together before the disk is full.

What counts is what was announced: bytes that may come any moment need their place as much as those that are here. It counts
until the batch is digitized, given up, or forgotten.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from storage.upload_batch import Announced, Batch

SPARE_BYTES = 1 << 30  # of the disk: index, audit log and what is being read need room as well


class Lack(StrEnum):
    """What there is too little of: BATCH: it is more than a key may ever have on its way; KEY: just now; DISK."""

    BATCH = "batch"
    KEY = "key"
    DISK = "disk"


class NoRoom(Exception):
    """There is no room for what is to come."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(lack.value)
        self.lack = lack


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes and files a key may have on their way at once."""

    bytes: int = 20_000_000_000
    files: int = 20_000

    def check(self, files: Iterable[Announced], under_way: Iterable[Batch]) -> None:
        """Raises NoRoom where these files, with the key's batches under way, are more than it may have."""
        added = tuple(files)
        if not self._holds(added):
            raise NoRoom(Lack.BATCH)
        if not self._holds((*added, *(file for batch in under_way for file in batch.files))):
            raise NoRoom(Lack.KEY)

    def _holds(self, files: tuple[Announced, ...]) -> bool:
        return len(files) <= self.files and sum(file.size for file in files) <= self.bytes


def check_disk(folder: Path, coming: int) -> None:
    """Raises NoRoom where so many bytes more would leave the folder's disk without spare room."""
    if shutil.disk_usage(folder).free - coming < SPARE_BYTES:
        raise NoRoom(Lack.DISK)
