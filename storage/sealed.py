"""Originals and pictures of identity cards sealed before they leave this program; the home of cryptography's ciphers.

Which original holds a card is not known when it comes in, so all of them are sealed. An object is a header (magic, which
key, a salt of its own) and frames of a mebibyte, each AES-256-GCM under a key derived from salt and object's name: bytes that
were altered, cut off, moved within an object or from one to another do not open. What was kept before a key was configured
is read as it is.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import SohoaError, StoredObjectDamaged
from storage import keys
from storage.objects import BLOCK_BYTES, Content, ObjectStore, Stat, blocks, digest_and_size, stored_digest

_MAGIC = b"sohoa\x00s1"
_KEY_ID_BYTES, _SALT_BYTES, _TAG_BYTES = 8, 32, 16
_HEADER_BYTES = len(_MAGIC) + _KEY_ID_BYTES + _SALT_BYTES
_FRAME_BYTES = BLOCK_BYTES
_SEALED_FRAME = _FRAME_BYTES + _TAG_BYTES


class SealedStore:
    """Another store whose keys below `originals/` and `identity/` hold sealed objects; see ObjectStore.

    secrets_: 32 bytes each; the first seals, every one opens (so a key can be replaced).
    """

    def __init__(self, inner: ObjectStore, secrets_: Sequence[bytes]) -> None:
        self.inner = inner
        self.lacks = inner.lacks
        self._first = secrets_[0]
        self._by_id = {key_id(secret): secret for secret in secrets_}

    def __repr__(self) -> str:
        return f"SealedStore({self.inner!r})"

    def put(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """See ObjectStore.put; the same content is known by what the sealed object opens to."""
        if not keys.is_sealed(key):
            return self.inner.put(key, content, sha256=sha256)
        digest, _ = _announced(key, content, sha256)
        if self.inner.stat(key) is not None and stored_digest(self, key)[0] == digest:
            return False
        with self._sealed(key, content) as sealed:
            return self.inner.put(key, sealed)

    def put_if_absent(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """See ObjectStore.put_if_absent."""
        if not keys.is_sealed(key):
            return self.inner.put_if_absent(key, content, sha256=sha256)
        _announced(key, content, sha256)
        with self._sealed(key, content) as sealed:
            return self.inner.put_if_absent(key, sealed)

    def get(self, key: str) -> bytes:
        """See ObjectStore.get."""
        with self.open_stream(key) as stream:
            return stream.read()

    @contextmanager
    def open_stream(self, key: str) -> Iterator[BinaryIO]:
        """See ObjectStore.open_stream; raises StoredObjectDamaged while reading where a frame does not open."""
        with self.inner.open_stream(key) as source:
            if not keys.is_sealed(key):
                yield source
                return
            header = _read_whole(source, _HEADER_BYTES)
            if not header.startswith(_MAGIC):
                yield cast("BinaryIO", io.BufferedReader(_Pieces(_rest(header, source))))
                return
            frames = _opened(key, self._cipher(key, header), source)
            yield cast("BinaryIO", io.BufferedReader(_Pieces(frames)))

    @contextmanager
    def open_range(self, key: str, first: int, size: int) -> Iterator[BinaryIO]:
        """See ObjectStore.open_range; only the frames that hold the range are read."""
        header, whole = (b"", 0) if not keys.is_sealed(key) else self._header(key)
        if not header.startswith(_MAGIC):
            with self.inner.open_range(key, first, size) as stream:
                yield stream
            return
        frames = -(-(whole - _HEADER_BYTES) // _SEALED_FRAME)
        begin, end = first // _FRAME_BYTES, -(-(first + size) // _FRAME_BYTES)
        end = min(end, frames)
        cipher, opened = self._cipher(key, header), b""
        if begin < end:
            at = _HEADER_BYTES + begin * _SEALED_FRAME
            with self.inner.open_range(key, at, min((end - begin) * _SEALED_FRAME, whole - at)) as source:
                for number in range(begin, end):
                    opened += _open_frame(
                        key, cipher, number, _read_whole(source, _SEALED_FRAME), last=number + 1 == frames
                    )
        start = first - begin * _FRAME_BYTES
        yield io.BytesIO(opened[start : start + size])

    def link(self, key: str, *, seconds: int, media_type: str, name: str) -> str | None:
        """See ObjectStore.link; none to what only this program can open."""
        if keys.is_sealed(key):
            return None
        return self.inner.link(key, seconds=seconds, media_type=media_type, name=name)

    def stat(self, key: str) -> Stat | None:
        """See ObjectStore.stat: the size of what was sealed; no digest is recorded of it."""
        found = self.inner.stat(key)
        if found is None or not keys.is_sealed(key):
            return found
        header, whole = self._header(key, found)
        if not header.startswith(_MAGIC):
            return found
        frames = -(-(whole - _HEADER_BYTES) // _SEALED_FRAME)
        return Stat(key, whole - _HEADER_BYTES - frames * _TAG_BYTES)

    def under(self, prefix: str = "") -> Iterator[Stat]:
        """See ObjectStore.under; sizes are those of the objects as they rest."""
        return self.inner.under(prefix)

    def delete(self, key: str) -> None:
        """See ObjectStore.delete."""
        self.inner.delete(key)

    def erase(self, key: str) -> None:
        """See ObjectStore.erase."""
        self.inner.erase(key)

    def locked_digest(self, key: str) -> str | None:
        """See ObjectStore.locked_digest; no key has both a sealed object and a locked copy."""
        return self.inner.locked_digest(key)

    def _header(self, key: str, found: Stat | None = None) -> tuple[bytes, int]:
        """The first bytes of the object as it rests, and its size."""
        found = found or self.inner.stat(key)
        size = found.size if found else 0
        if size < _HEADER_BYTES:
            return b"", size
        with self.inner.open_range(key, 0, _HEADER_BYTES) as stream:
            return _read_whole(stream, _HEADER_BYTES), size

    def _cipher(self, key: str, header: bytes) -> AESGCM:
        key_id = header[len(_MAGIC) : len(_MAGIC) + _KEY_ID_BYTES]
        secret = self._by_id.get(key_id)
        if secret is None:
            raise StoredObjectDamaged(f"sealed with a key that SOHOA_SEAL_KEY does not hold: {key}")
        return _derived(secret, header[-_SALT_BYTES:], key)

    @contextmanager
    def _sealed(self, key: str, content: Content) -> Iterator[Path]:
        """The sealed content in a file of its own, which is gone afterwards."""
        with tempfile.NamedTemporaryFile(prefix="sohoa-sealed-") as file:
            file.writelines(_header_and_frames(self._first, key, content))
            file.flush()
            yield Path(file.name)


def lacks_key_of(store: ObjectStore, secrets_: Sequence[bytes], key: str) -> bool:
    """Whether an object that does not read as what was kept is sealed, with a key that is not among the secrets."""
    inner = store.inner if isinstance(store, SealedStore) else store
    try:
        with inner.open_range(key, 0, _HEADER_BYTES) as stream:
            header = _read_whole(stream, _HEADER_BYTES)
    except SohoaError:
        return False
    known = {_MAGIC + key_id(secret) for secret in secrets_}
    return header.startswith(_MAGIC) and header[: len(_MAGIC) + _KEY_ID_BYTES] not in known


def sealed_bytes(secret: bytes, name: str, content: bytes) -> bytes:
    """What a file of this machine is sealed to under a secret of 32 bytes; it opens under the same name only."""
    return b"".join(_header_and_frames(secret, name, content))


def opened_bytes(secrets_: Sequence[bytes], name: str, sealed: bytes) -> bytes | None:
    """What `sealed_bytes` sealed under one of the secrets; None where it was not, or was altered."""
    source = io.BytesIO(sealed)
    header = _read_whole(source, _HEADER_BYTES)
    secret = next((secret for secret in secrets_ if header.startswith(_MAGIC + key_id(secret))), None)
    if secret is None:
        return None
    try:
        return b"".join(_opened(name, _derived(secret, header[-_SALT_BYTES:], name), source))
    except StoredObjectDamaged:
        return None


class _Pieces(io.RawIOBase):
    """Pieces of bytes as one stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override] # any writable buffer
        while not self._left and (piece := next(self._pieces, None)) is not None:
            self._left = piece
        taken = min(len(buffer), len(self._left))
        buffer[:taken], self._left = self._left[:taken], self._left[taken:]
        return taken


def _header_and_frames(secret: bytes, key: str, content: Content) -> Iterator[bytes]:
    salt = secrets.token_bytes(_SALT_BYTES)
    cipher = _derived(secret, salt, key)
    yield _MAGIC + key_id(secret) + salt
    for number, (frame, last) in enumerate(_with_last(_frames(content))):
        yield cipher.encrypt(_nonce(number, last=last), frame, key.encode())


def _derived(secret: bytes, salt: bytes, key: str) -> AESGCM:
    """The cipher of one object; its frames are told apart by number, so that no nonce is used twice."""
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"sohoa object " + key.encode()).derive(secret))


def key_id(secret: bytes) -> bytes:
    """What tells a key from another without telling it: eight bytes of a digest."""
    return hashlib.sha256(b"sohoa key id " + secret).digest()[:_KEY_ID_BYTES]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _frames(content: Content) -> Iterator[bytes]:
    """The content in frames of a mebibyte; an empty one is one empty frame."""
    kept, any_frame = b"", False
    for block in blocks(content):
        kept += block
        while len(kept) > _FRAME_BYTES:
            yield kept[:_FRAME_BYTES]
            kept = kept[_FRAME_BYTES:]
            any_frame = True
    if kept or not any_frame:
        yield kept


def _with_last(frames: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = next(frames)
    for frame in frames:
        yield before, False
        before = frame
    yield before, True


def _opened(key: str, cipher: AESGCM, source: BinaryIO) -> Iterator[bytes]:
    number, frame = 0, _read_whole(source, _SEALED_FRAME)
    while True:
        following = _read_whole(source, _SEALED_FRAME)
        opened = _open_frame(key, cipher, number, frame, last=not following)
        if opened:
            yield opened
        if not following:
            return
        number, frame = number + 1, following


def _open_frame(key: str, cipher: AESGCM, number: int, frame: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), frame, key.encode())
    except (InvalidTag, ValueError):
        raise StoredObjectDamaged(f"a sealed object does not open: {key}") from None


def _read_whole(source: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end: a stream from a network gives what has come."""
    read = b""
    while len(read) < size and (piece := source.read(size - len(read))):
        read += piece
    return read


def _rest(header: bytes, source: BinaryIO) -> Iterator[bytes]:
    if header:
        yield header
    while block := source.read(BLOCK_BYTES):
        yield block


def _announced(key: str, content: Content, sha256: str | None) -> tuple[str, int]:
    digest, size = digest_and_size(content)
    if sha256 not in {None, digest}:
        raise StoredObjectDamaged(f"not the announced content: {key}")
    return digest, size
