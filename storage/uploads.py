"""Batches of uploads on their way in: what was announced, how much of each file has come, and what became of the batch.

    <folder>/<batch>/batch.json            what was announced; written once
    <folder>/<batch>/parts/<n>             what has come of the n-th file
    <folder>/<batch>/files/<name>          a file that is whole, its digest checked
    <folder>/<batch>/outcome.json          what digitizing it came to; the files are gone then, their originals are kept

Everything is told by what lies there: a server that was killed goes on where the disk says. A batch's name follows from
what was announced and by whom, so that announcing it again finds it again; without a digest each is a new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from storage.keys import original_key
from storage.objects import ObjectStore

_BLOCK_BYTES = 1 << 20
_OPEN_DAYS, _DONE_DAYS = 30, 90


class FileState(StrEnum):
    """How far a file has come: KNOWN was kept before and need not be sent."""

    WANTED = "wanted"
    KNOWN = "known"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Announced:
    """A file of a batch: its name (storage.batch_names), bytes, and SHA-256 where it was said."""

    name: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was announced: by which key, in the name of which unit; `known` are numbers of files that were kept before."""

    batch: str
    key_id: str
    unit: str
    created_at: str
    files: tuple[Announced, ...]
    known: tuple[int, ...]


class UploadBusy(Exception):
    """Another request is writing to the same file."""


class WrongOffset(Exception):
    """The bytes that were sent do not follow those that are there."""


class WrongDigest(Exception):
    """The bytes are not those that were announced; what was sent is dropped."""


class Uploads:
    """The batches in a folder; any number of threads and processes on one machine."""

    def __init__(self, folder: Path, store: ObjectStore) -> None:
        self._folder, self._store = folder, store

    def announce(self, files: Sequence[Announced], *, key_id: str, unit: str, at: str) -> Batch:
        """The batch of these files by this key: the one that was announced before with the same digests, or a new one.

        Files whose content is kept already are taken from the store, so that nobody need send them.
        """
        # without a digest nobody knows whether it is the same content: a new scan of the same name and size is no old one
        chance = "" if all(file.sha256 for file in files) else os.urandom(16).hex()
        said = json.dumps([key_id, [asdict(file) for file in files], *filter(None, [chance])], sort_keys=True)
        name = hashlib.sha256(said.encode()).hexdigest()[:32]
        before = self.get(name)
        if before:
            told = self.outcome(before)
            if told and told["failed"]:  # its files are still there
                (self._folder / name / "outcome.json").unlink(missing_ok=True)
            return before
        draft = self._folder / f".{name}-{os.getpid()}-{os.urandom(4).hex()}"
        (draft / "parts").mkdir(parents=True)
        known = tuple(number for number, file in enumerate(files) if self._taken_from_store(file, draft))
        batch = Batch(name, key_id, unit, at, tuple(files), known)
        _write(draft / "batch.json", asdict(batch))
        try:
            draft.rename(self._folder / name)
        except OSError:  # announced by two requests at once: the first stands
            shutil.rmtree(draft)
        found = self.get(name)
        assert found is not None
        return found

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
        for path in sorted(self._folder.glob("[0-9a-f]*/batch.json")):
            batch = self.get(path.parent.name)
            if batch:
                yield batch

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

    def is_whole(self, batch: Batch) -> bool:
        """Whether every file is here."""
        return all(self.state(batch, number) is not FileState.WANTED for number in range(len(batch.files)))

    @contextmanager
    def writing(self, batch: Batch, number: int, *, offset: int) -> Iterator[BinaryIO]:
        """The file's part, open at its end for bytes from `offset` on; what is written is on the disk at the end.

        Raises UploadBusy, WrongOffset. An exception in the block leaves what was written; truncate it there if it must go.
        """
        part = self._part(batch, number)
        with part.open("ab") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UploadBusy from None
            if self.received(batch, number) != offset or self.state(batch, number) is not FileState.WANTED:
                raise WrongOffset
            try:
                yield stream
            finally:
                stream.flush()
                os.fsync(stream.fileno())
                if stream.tell() == batch.files[number].size:
                    self._close(batch, number)

    def drop(self, batch: Batch, number: int) -> None:
        """Ends an upload: the whole batch goes where nothing else of it is wanted, else what has come of this file."""
        if len(batch.files) == 1 and self.outcome(batch) is None:
            shutil.rmtree(self._folder / batch.batch, ignore_errors=True)
        else:
            self._part(batch, number).unlink(missing_ok=True)

    @contextmanager
    def taken_up(self, batch: Batch) -> Iterator[Path | None]:
        """The folder of the batch's whole files for one digitizer at a time; None where another has it or nothing is to do."""
        with (self._folder / batch.batch / "lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            ready = self.outcome(batch) is None and self.is_whole(batch)
            yield self._folder / batch.batch / "files" if ready else None

    def end(self, batch: Batch, outcome: dict[str, Any]) -> None:
        """Keeps what became of the batch and lets its files go: their originals rest in the store.

        Of a batch that failed as a whole they stay: nobody has digitized them. The same announcement begins it again.
        """
        _write(self._folder / batch.batch / "outcome.json", outcome)
        if outcome["failed"]:
            return
        shutil.rmtree(self._folder / batch.batch / "files", ignore_errors=True)
        shutil.rmtree(self._folder / batch.batch / "parts", ignore_errors=True)

    def sweep(self, *, now: float) -> int:
        """Forgets batches that nobody went on with for a month, and what became of those that ended a quarter ago."""
        gone = 0
        for batch in self.all():
            folder = self._folder / batch.batch
            looked_at = [
                folder / "batch.json",
                folder / "outcome.json",
                *folder.glob("parts/*"),
                *folder.glob("files/*"),
            ]
            newest = max((at for path in looked_at if (at := _changed_at(path)) is not None), default=now)
            days = _DONE_DAYS if self.outcome(batch) is not None else _OPEN_DAYS
            waits = self.outcome(batch) is None and self.is_whole(batch)  # its turn is still to come
            if not waits and now - newest > days * 86_400:
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
        return gone

    def outcome(self, batch: Batch) -> dict[str, Any] | None:
        """What became of the batch, once it was digitized."""
        try:
            outcome: dict[str, Any] = json.loads((self._folder / batch.batch / "outcome.json").read_bytes())
        except FileNotFoundError:
            return None
        return outcome

    def _has_ended(self, batch: Batch) -> bool:
        return (self._folder / batch.batch / "outcome.json").exists()  # asked for every file: not read each time

    def _close(self, batch: Batch, number: int) -> None:
        """A file whose last byte has come: whole if its digest holds, else to be sent anew."""
        part, file = self._part(batch, number), batch.files[number]
        if file.sha256 is not None:
            with part.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest != file.sha256:
                part.unlink()
                raise WrongDigest
        whole = self._whole(batch, file)
        whole.parent.mkdir(parents=True, exist_ok=True)
        part.rename(whole)

    def _taken_from_store(self, file: Announced, draft: Path) -> bool:
        if file.sha256 is None or self._store.stat(original_key(file.sha256)) is None:
            return False
        whole = draft / "files" / file.name
        whole.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with self._store.open_stream(original_key(file.sha256)) as source, whole.open("wb") as copy:
            while block := source.read(_BLOCK_BYTES):
                digest.update(block)
                copy.write(block)
        if digest.hexdigest() != file.sha256 or whole.stat().st_size != file.size:
            whole.unlink()  # damaged in the store, or not the file that was meant: let it be sent
            return False
        return True

    def _part(self, batch: Batch, number: int) -> Path:
        return self._folder / batch.batch / "parts" / str(number)

    def _whole(self, batch: Batch, file: Announced) -> Path:
        return self._folder / batch.batch / "files" / file.name


def _changed_at(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # a part that was whole and moved on in this moment
        return None


def _write(path: Path, data: dict[str, Any]) -> None:
    draft = path.with_suffix(".new")
    with draft.open("wb") as stream:
        stream.write(json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace"))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
