"""Batches of uploads on their way in: announced, received, handed to the digitizer, given up or forgotten.

What was told outlives a power cut. A batch's name follows from what was announced and by whom, so that announcing it again
finds it again; without a digest each is a new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from models.errors import StoredObjectDamaged
from storage.durable import make_folder, put_in_place, sync_folder, write_whole
from storage.keys import original_key
from storage.objects import ObjectStore
from storage.upload_batch import Announced, Batch, BatchEnded, FileState, UploadBusy, WrongDigest, WrongOffset
from storage.upload_folder import UploadFolder
from storage.upload_room import Room, check_disk

_BLOCK_BYTES = 1 << 20
_OPEN_DAYS, _DONE_DAYS, _DRAFT_DAYS = 30, 90, 1


class Uploads(UploadFolder):
    """The batches in a folder; any number of threads and processes on one machine."""

    def __init__(self, folder: Path, store: ObjectStore, room: Room = Room()) -> None:  # noqa: B008 - a frozen value
        super().__init__(folder)
        self._store, self._room = store, room
        self._turns: dict[str, Lock] = {}  # by key: what it may announce is counted and entered in one go

    def announce(
        self, files: Sequence[Announced], *, key_id: str, unit: str, at: str, held: Collection[str] = ()
    ) -> Batch:
        """The batch of these files by this key: the one that was announced before with the same digests, or a new one.

        held: digests of originals that the key may see; they are taken from the store, so that nobody need send them.
        Raises NoRoom.
        """
        # without a digest nobody knows whether it is the same content: a new scan of the same name and size is no old one
        chance = "" if all(file.sha256 for file in files) else os.urandom(16).hex()
        said = json.dumps([key_id, [asdict(file) for file in files], *filter(None, [chance])], sort_keys=True)
        name = hashlib.sha256(said.encode()).hexdigest()[:32]
        with self._turns.setdefault(key_id, Lock()):
            before = self.get(name)
            if before:
                told = self.outcome(before)
                if told and told["failed"]:  # its files are still there
                    (self._folder / name / "outcome.json").unlink(missing_ok=True)
                return before
            make_folder(self._folder)
            self._room.check(files, (batch for batch in self.unfinished() if batch.key_id == key_id))
            check_disk(self._folder, sum(file.size for file in files))
            return self._enter(name, files, key_id=key_id, unit=unit, at=at, held=held)

    def _enter(
        self, name: str, files: Sequence[Announced], *, key_id: str, unit: str, at: str, held: Collection[str]
    ) -> Batch:
        draft = self._folder / f".{name}-{os.getpid()}-{os.urandom(4).hex()}"
        make_folder(draft / "parts")
        known = tuple(
            number for number, file in enumerate(files) if file.sha256 in held and self._taken_from_store(file, draft)
        )
        batch = Batch(name, key_id, unit, at, tuple(files), known)
        write_whole(draft / "batch.json", _json(asdict(batch)))
        try:
            draft.rename(self._folder / name)
        except OSError:  # announced to two processes at once: the first stands
            shutil.rmtree(draft)
        sync_folder(self._folder)
        found = self.get(name)
        assert found is not None
        return found

    @contextmanager
    def writing(self, batch: Batch, number: int, *, offset: int) -> Iterator[BinaryIO]:
        """The file's part, open at its end for bytes from `offset` on; what is written is on the disk at the end.

        Raises UploadBusy, WrongOffset, NoRoom. An exception in the block leaves what was written; truncate it there if it
        must go.
        """
        check_disk(self._folder, max(0, batch.files[number].size - offset))
        part = self._part(batch, number)
        with part.open("ab") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UploadBusy from None
            if self.received(batch, number) != offset or self.state(batch, number) is not FileState.WANTED:
                raise WrongOffset
            if offset == 0:
                sync_folder(part.parent)
            try:
                yield stream
            finally:
                stream.flush()
                os.fsync(stream.fileno())
                if stream.tell() == batch.files[number].size:
                    self._close(batch, number)

    def drop(self, batch: Batch, number: int) -> None:
        """Ends an upload: a batch of this file alone is given up, else what has come of the file goes. Raises UploadBusy."""
        if len(batch.files) == 1:
            with suppress(BatchEnded):
                self.give_up(batch)
        else:
            self._part(batch, number).unlink(missing_ok=True)

    def give_up(self, batch: Batch) -> None:
        """Forgets a batch with all that has come of it. Raises UploadBusy while it is digitized, BatchEnded when it was."""
        try:
            with (self._folder / batch.batch / "lock").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                told = self.outcome(batch)
                if told and not told["failed"]:
                    raise BatchEnded
                self._remove(batch.batch)
        except BlockingIOError:
            raise UploadBusy from None
        except FileNotFoundError:
            return  # somebody else was quicker

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
        write_whole(self._folder / batch.batch / "outcome.json", _json(outcome))
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
                self._remove(batch.batch)
                gone += 1
        for left in self._folder.glob(".*"):  # by a server that was killed
            if now - (_changed_at(left) or now) > _DRAFT_DAYS * 86_400:
                shutil.rmtree(left, ignore_errors=True)
        return gone

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
        make_folder(whole.parent)
        put_in_place(part, whole)

    def _taken_from_store(self, file: Announced, draft: Path) -> bool:
        if file.sha256 is None or self._store.stat(original_key(file.sha256)) is None:
            return False
        whole = draft / "files" / file.name
        make_folder(whole.parent)
        digest = hashlib.sha256()
        with suppress(StoredObjectDamaged), whole.open("wb") as copy:
            with self._store.open_stream(original_key(file.sha256)) as source:
                while block := source.read(_BLOCK_BYTES):
                    digest.update(block)
                    copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        sync_folder(whole.parent)
        if digest.hexdigest() != file.sha256 or whole.stat().st_size != file.size:
            whole.unlink()  # damaged in the store, or not the file that was meant: let it be sent
            return False
        return True

    def _remove(self, name: str) -> None:
        """In one step, so that nobody meets half a batch."""
        going = self._folder / f".{name}-gone-{os.urandom(4).hex()}"
        with suppress(FileNotFoundError):
            (self._folder / name).rename(going)
        shutil.rmtree(going, ignore_errors=True)


def _changed_at(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # a part that was whole and moved on in this moment
        return None


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace")
