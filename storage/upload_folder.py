"""The folder of uploads, read: which batches there are, how far each of their files has come, what became of them.

    <folder>/<batch>/batch.json            what was announced; written once
    <folder>/<batch>/parts/<n>             what has come of the n-th file
    <folder>/<batch>/files/<name>          a file that is whole, its digest checked
    <folder>/<batch>/outcome.json          what digitizing it came to; the files are gone then, their originals are kept
    <folder>/.…                            what is being made, or went

Everything is told by what lies there: a server that was killed goes on where the disk says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storage.upload_batch import Announced, Batch, FileState, Heading


class UploadFolder:
    """The batches in a folder, as they are now; any number of threads and processes on one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ended: set[str] = set()  # batches that ended well: they are not read again
        self._headings: dict[str, Heading] = {}

    def get(self, name: str) -> Batch | None:
        """The batch of that name."""
        try:
            data = json.loads((self._folder / name / "batch.json").read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        files = tuple(Announced(**file) for file in data["files"])
        return Batch(**{**data, "files": files, "known": tuple(data["known"])})

    def all(self) -> Iterator[Batch]:
        """Every batch, by name."""
        for name in self._names():
            if batch := self.get(name):
                yield batch

    def unfinished(self) -> Iterator[Batch]:
        """The batches whose files are on their way or lie here: not those that ended well, of which there may be many."""
        names = self._names()
        self._ended &= set(names)
        for name in names:
            if name in self._ended and (self._folder / name / "outcome.json").exists():  # else it was made anew
                continue
            if (batch := self.get(name)) is None:
                continue
            told = self.outcome(batch)
            if told and not told["failed"]:
                self._ended.add(name)
            else:
                yield batch

    def headings(self) -> list[Heading]:
        """What stands over every batch, the latest first."""
        known, fresh = self._headings, {}
        for name in self._names():
            if name in known:
                fresh[name] = known[name]
            elif batch := self.get(name):
                fresh[name] = Heading(batch.batch, batch.key_id, batch.unit, batch.created_at)
        self._headings = fresh
        return sorted(fresh.values(), key=lambda heading: heading.place, reverse=True)

    def received(self, batch: Batch, number: int) -> int:
        """How many bytes of a file are here for good."""
        file = batch.files[number]
        if self._whole(batch, file).exists() or self._has_ended(batch):
            return file.size
        try:
            return self._part(batch, number).stat().st_size
        except FileNotFoundError:
            return 0

    def state(self, batch: Batch, number: int) -> FileState:
        """How far a file has come."""
        if number in batch.known:
            return FileState.KNOWN
        whole = self._whole(batch, batch.files[number]).exists() or self._has_ended(batch)
        return FileState.RECEIVED if whole else FileState.WANTED

    def progress(self, batch: Batch) -> tuple[tuple[FileState, int], ...]:
        """State and bytes of every file; of a batch that has ended no file is looked for."""
        if self._has_ended(batch):
            known = set(batch.known)
            states = (FileState.KNOWN if n in known else FileState.RECEIVED for n in range(len(batch.files)))
            return tuple(zip(states, (file.size for file in batch.files), strict=True))
        return tuple((self.state(batch, n), self.received(batch, n)) for n in range(len(batch.files)))

    def is_whole(self, batch: Batch) -> bool:
        """Whether every file is here."""
        return all(self.state(batch, number) is not FileState.WANTED for number in range(len(batch.files)))

    def outcome(self, batch: Batch) -> dict[str, Any] | None:
        """What became of the batch, once it was digitized."""
        try:
            outcome: dict[str, Any] = json.loads((self._folder / batch.batch / "outcome.json").read_bytes())
        except FileNotFoundError:
            return None
        return outcome

    def _has_ended(self, batch: Batch) -> bool:
        return (self._folder / batch.batch / "outcome.json").exists()  # asked for every file: not read each time

    def _names(self) -> list[str]:
        try:
            return sorted(path.name for path in self._folder.iterdir() if not path.name.startswith("."))
        except FileNotFoundError:
            return []

    def _part(self, batch: Batch, number: int) -> Path:
        return self._folder / batch.batch / "parts" / str(number)

    def _whole(self, batch: Batch, file: Announced) -> Path:
        return self._folder / batch.batch / "files" / file.name
