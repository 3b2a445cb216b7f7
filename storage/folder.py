"""An object store in a folder: one file an object, durable and whole when a write returns."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, cast

from models.errors import StorageUnreachable, StoredObjectDamaged
from storage.durable import make_folder, put_in_place, sync_folder
from storage.objects import Content, ObjectMissing, Stat, blocks, checked_key, digest_and_size, digest_of_stream

_INCOMING = ".incoming"  # keys have no segment that begins with a dot, so it is no object
_LEFTOVER_SECONDS = 24 * 3600  # no write lasts a day: what is older was left by a killed writer


class FolderStore:
    """Objects as files under `root`; safe for several processes on one file system.

    A write goes to a file of its own in `.incoming`, is synced, read back, then renamed (or linked, where the key
    must be free) into place, and the folder is synced: after a power cut an object is whole or absent.
    """

    lacks: tuple[str, ...] = ("versions", "locks")
    conditional_writes = True

    def __init__(self, root: Path) -> None:
        self.root = root
        with _translated():
            make_folder(root / _INCOMING)
            self._sweep()

    def __repr__(self) -> str:
        return f"FolderStore({str(self.root)!r})"

    def put(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """See ObjectStore.put."""
        target = self._path(key)
        with _translated():
            if target.is_file():
                digest, size = digest_and_size(content)
                same_size = target.stat().st_size == size
                if same_size and digest_and_size(target)[0] == digest and sha256 in {None, digest}:
                    return False
            with self._written(key, content, sha256) as incoming:
                put_in_place(incoming, target)
        return True

    def put_if_absent(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """See ObjectStore.put_if_absent; the link that takes the name fails where the name is taken."""
        target = self._path(key)
        with _translated():
            if target.exists():
                return False
            with self._written(key, content, sha256) as incoming:
                try:
                    os.link(incoming, target)
                except FileExistsError:
                    return False
                sync_folder(target.parent)
        return True

    def get(self, key: str) -> bytes:
        """See ObjectStore.get."""
        with _translated(key):
            return self._path(key).read_bytes()

    @contextmanager
    def open_stream(self, key: str) -> Iterator[BinaryIO]:
        """See ObjectStore.open_stream."""
        with _translated(key):
            stream = self._path(key).open("rb")
        with stream:
            yield stream

    @contextmanager
    def open_range(self, key: str, first: int, size: int) -> Iterator[BinaryIO]:
        """See ObjectStore.open_range."""
        with self.open_stream(key) as stream:
            stream.seek(first)
            yield cast("BinaryIO", _Piece(stream, size))

    def link(self, key: str, *, seconds: int, media_type: str, name: str) -> None:  # noqa: ARG002 - the protocol's
        """See ObjectStore.link; a folder is reached through this program alone."""
        return

    def stat(self, key: str) -> Stat | None:
        """See ObjectStore.stat; a folder records no digest."""
        with _translated():
            try:
                found = self._path(key).stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        return Stat(key, found.st_size) if S_ISREG(found.st_mode) else None

    def under(self, prefix: str = "") -> Iterator[Stat]:
        """See ObjectStore.under; no more is held at once than the names of a folder and of those it lies in."""
        above, _, begin = prefix.rpartition("/")
        with _translated():
            for key in _keys_below(self.root / above, f"{above}/" if above else "", begin):
                if found := self.stat(key):
                    yield found

    def delete(self, key: str) -> None:
        """See ObjectStore.delete."""
        target = self._path(key)
        with _translated(), suppress(FileNotFoundError):
            target.unlink()
            sync_folder(target.parent)

    def erase(self, key: str) -> None:
        """See ObjectStore.erase."""
        self.delete(key)

    def locked_digest(self, _key: str) -> str | None:
        """See ObjectStore.locked_digest."""
        return None

    def try_lock(self) -> tuple[bool, bool]:
        """See storage.promises.Tried: a folder keeps neither versions nor locks."""
        return False, False

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)

    @contextmanager
    def _written(self, key: str, content: Content, sha256: str | None) -> Iterator[Path]:
        """The content in a synced file of its own that has been read back; gone afterwards, renamed or not."""
        make_folder(self._path(key).parent)
        incoming = self.root / _INCOMING / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            digest = hashlib.sha256()
            with incoming.open("xb") as stream:
                for block in blocks(content):
                    digest.update(block)
                    stream.write(block)
                stream.flush()
                os.fsync(stream.fileno())
            with incoming.open("rb") as stream:
                read_back, _ = digest_of_stream(stream)
            if not digest.hexdigest() == read_back == (sha256 or read_back):
                raise StoredObjectDamaged(f"not the announced content: {key}")
            yield incoming
        finally:
            incoming.unlink(missing_ok=True)

    def _sweep(self) -> None:
        for leftover in (self.root / _INCOMING).iterdir():
            with suppress(FileNotFoundError):
                if time.time() - leftover.stat().st_mtime > _LEFTOVER_SECONDS:
                    leftover.unlink()


class _Piece:
    """The next `left` bytes of a stream, and then its end."""

    def __init__(self, stream: BinaryIO, left: int) -> None:
        self._stream, self._left = stream, left

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        return block


def _keys_below(folder: Path, prefix: str, begin: str = "") -> Iterator[str]:
    """The keys of all files below a folder whose own prefix this is, in their order; `begin`: how the names in it begin."""
    try:
        with os.scandir(folder) as entries:
            # a folder stands where its objects' keys do: behind `a-b`, for `-` comes before `/`
            found = sorted(
                (entry.name + "/" * entry.is_dir(follow_symlinks=False), entry.is_file())
                for entry in entries
                if entry.name.startswith(begin) and not entry.name.startswith(".")
            )
    except (FileNotFoundError, NotADirectoryError):
        return
    for name, is_file in found:
        if name.endswith("/"):
            yield from _keys_below(folder / name, prefix + name)
        elif is_file:
            yield prefix + name


@contextmanager
def _translated(key: str | None = None) -> Iterator[None]:
    """OSError as the store's own trouble; a full disk is named, for it needs a person."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        if key is None:
            raise StorageUnreachable(f"folder store: {type(error).__name__}") from error
        raise ObjectMissing(f"nothing stored under {key}") from error
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        text = "no space left" if full else (error.strerror or type(error).__name__)
        raise StorageUnreachable(f"folder store: {text}") from error
