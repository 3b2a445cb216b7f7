"""The object store as the archive sees it: named bytes, a digest for each, two implementations (folder, bucket)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from models.errors import StoredObjectDamaged, UsageError

Content = bytes | Path
"""What can be stored: bytes, or a file that is read in pieces."""

BLOCK_BYTES = 1 << 20


class ObjectMissing(StoredObjectDamaged):
    """No object rests under the key. The text names the key, which holds no personal data."""


@dataclass(frozen=True, slots=True)
class Stat:
    """An object's key and size in bytes; `sha256` as recorded beside it, None where the store records none."""

    key: str
    size: int
    sha256: str | None = None


class ObjectStore(Protocol):
    """Named bytes that last. Every method may raise StorageUnreachable (retryable).

    Keys are relative, `/` between segments, characters of `[A-Za-z0-9._-]` (storage.keys makes them).
    A write has been read back with its digest when the method returns; it is seen whole or not at all.
    `lacks` names what this store was seen not to keep (storage.promises).
    """

    lacks: tuple[str, ...]

    def put(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """Stores the content, replacing other content; False when the very same rested there: nothing is written.

        Raises StoredObjectDamaged when the content is not what `sha256` says or does not read back.
        """
        ...

    def put_if_absent(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """Stores the content unless the key is taken, by whatever content; False when it was. One writer wins."""
        ...

    def get(self, key: str) -> bytes:
        """The whole object; raises ObjectMissing."""
        ...

    def open_stream(self, key: str) -> AbstractContextManager[BinaryIO]:
        """The object as a stream to read from; raises ObjectMissing."""
        ...

    def open_range(self, key: str, first: int, size: int) -> AbstractContextManager[BinaryIO]:
        """`size` bytes of the object from `first` (from 0) on, as a stream that ends there; raises ObjectMissing."""
        ...

    def link(self, key: str, *, seconds: int, media_type: str, name: str) -> str | None:
        """A URL that whoever has it may read the object by for so long, sent under the file name; None: not offered."""
        ...

    def stat(self, key: str) -> Stat | None:
        """Size and recorded digest, without reading the object; None when the key is free."""
        ...

    def under(self, prefix: str = "") -> Iterator[Stat]:
        """All objects whose key begins with the prefix, in the order of their keys."""
        ...

    def delete(self, key: str) -> None:
        """Removes the object; a free key is no error."""
        ...

    def locked_digest(self, key: str) -> str | None:
        """SHA-256 of the copy that the store keeps locked beside the object; None where it keeps none."""
        ...

    def erase(self, key: str) -> None:
        """Removes the object for good, older versions and locked copies too: for retention (hết thời hạn lưu giữ) alone."""
        ...


def blocks(content: Content) -> Iterator[bytes]:
    """The content in pieces of at most a mebibyte."""
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            yield block


def digest_and_size(content: Content) -> tuple[str, int]:
    """SHA-256 (64 hex digits) and size in bytes of bytes or of a file."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest(), len(content)
    with content.open("rb") as stream:
        return digest_of_stream(stream)


def digest_of_stream(stream: BinaryIO) -> tuple[str, int]:
    """SHA-256 and number of the bytes that a stream still holds."""
    digest, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def stored_digest(store: ObjectStore, key: str) -> tuple[str, int]:
    """SHA-256 and size of what really rests under the key: every byte is read; raises ObjectMissing."""
    with store.open_stream(key) as stream:
        return digest_of_stream(stream)


def checked_key(key: str) -> str:
    """The key itself; raises UsageError when it could leave the store's root or name a hidden file."""
    segments = key.split("/")
    if not key or any(not s or s.startswith(".") or "\\" in s or "\0" in s for s in segments):
        raise UsageError(f"not a storage key: {key!r}")
    return key
