"""An object store in a bucket of any S3 server; the home of minio-py and urllib3."""

from __future__ import annotations

import io
import os
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import InvalidResponseError, MinioException, S3Error
from minio.retention import Retention
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from models.errors import StorageUnreachable, StoredObjectDamaged, UsageError
from models.settings import S3Access
from storage import keys
from storage.objects import Content, ObjectMissing, Stat, checked_key, digest_and_size, stored_digest

_DIGEST_NAME = "sha256"  # as metadata: x-amz-meta-sha256, ASCII as minio-py demands
_ONE_REQUEST_BYTES = 64 << 20  # larger files go up in parts, so that no worker holds a whole one in memory
_PART_BYTES = 16 << 20
_TIMEOUT = Timeout(connect=5, read=60)
_RETRIES = Retry(total=3, backoff_factor=0.3, status_forcelist=(500, 502, 503, 504))  # 0.6, 1.2 s: then we say so
_CONFLICT_TRIES = 5
_TRIED_LOCK_SECONDS = 5
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ABSENT = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchVersion"})
_TAKEN = frozenset({"PreconditionFailed"})
_CONFLICT = frozenset({"ConditionalRequestConflict", "OperationAborted"})  # another conditional write is under way


class _ConditionalPool(PoolManager):
    """Sends every PUT with `If-None-Match: *`, which minio-py 7.2 cannot; headers but x-amz-* need no signature."""

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> BaseHTTPResponse:  # type: ignore[override]  # noqa: FBT001, FBT002 - urllib3's signature
        if method == "PUT":
            kw["headers"]["If-None-Match"] = "*"
        return super().urlopen(method, url, redirect, **kw)


class BucketStore:
    """Objects in a bucket, below a prefix; any number of threads and, as clients are made anew after a fork, processes.

    A write is read back and digested before the method returns. Where the server does not keep conditional writes
    (`conditional_writes`), `put_if_absent` looks first and then writes: two writers in the same instant may then
    both believe they were first. A `versioned` bucket was made for locks; with `lock_days` every object is locked for so long (governance mode).
    """

    def __init__(
        self, access: S3Access, *, conditional: bool | None = None, versioned: bool = False, lock_days: float = 0
    ) -> None:
        self.access = access
        self.lacks: tuple[str, ...] = ()
        self._versioned = versioned
        self._lock_days = lock_days
        self._lock = threading.RLock()
        self._clients: tuple[int, Minio, Minio] | None = None
        self._conditional = conditional

    def __repr__(self) -> str:
        return f"BucketStore('s3://{self.access.bucket}/{self.access.prefix}' at {self.access.endpoint})"

    @property
    def conditional_writes(self) -> bool:
        """Whether the server refuses a write under a taken key when asked to; tried once, with an object of our own."""
        with self._lock:
            if self._conditional is None:
                self._conditional = self._try_conditional_write()
        return self._conditional

    def put(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """See ObjectStore.put."""
        wanted = _announced(key, content, sha256)
        stat = self.stat(key)
        if stat and stat.size == wanted[1] and (stat.sha256 or stored_digest(self, key)[0]) == wanted[0]:
            return False
        self._send(self._client, key, content, wanted)
        if not self._reads_back(key, wanted):  # once more: another writer may have been at it in the same instant
            self._send(self._client, key, content, wanted)
            self._must_read_back(key, wanted)
        return True

    def put_if_absent(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        """See ObjectStore.put_if_absent; files above 64 MiB, whose key is their digest, are looked for first."""
        wanted = _announced(key, content, sha256)
        if wanted[1] > _ONE_REQUEST_BYTES or not self.conditional_writes:
            if self.stat(key):
                return False
            self._send(self._client, key, content, wanted)
        elif not self._send_if_absent(key, content, wanted):
            return False
        self._must_read_back(key, wanted)
        return True

    def get(self, key: str) -> bytes:
        """See ObjectStore.get."""
        with self.open_stream(key) as stream:
            return stream.read()

    @contextmanager
    def open_stream(self, key: str) -> Iterator[BinaryIO]:
        """See ObjectStore.open_stream."""
        with self._streamed(key) as stream:
            yield stream

    @contextmanager
    def open_range(self, key: str, first: int, size: int) -> Iterator[BinaryIO]:
        """See ObjectStore.open_range."""
        with self._streamed(key, first, size) as stream:
            yield stream

    def link(self, key: str, *, seconds: int, media_type: str, name: str) -> str:
        """See ObjectStore.link: presigned by the server's own scheme, so that the bytes do not pass through us."""
        headers: dict[str, str | list[str] | tuple[str]] = {
            "response-content-type": media_type,
            "response-content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        }
        with _translated(key):
            return self._client.presigned_get_object(
                self.access.bucket, self._name(key), expires=timedelta(seconds=seconds), response_headers=headers
            )

    @contextmanager
    def _streamed(self, key: str, first: int = 0, size: int = 0) -> Iterator[BinaryIO]:
        with _translated(key):
            response = self._opened(key, first, size)
        try:
            yield cast("BinaryIO", response)
        except HTTPError as error:
            raise StorageUnreachable(f"object store: {type(error).__name__} while reading") from error
        finally:
            response.close()
            response.release_conn()

    def _opened(self, key: str, first: int, size: int) -> BaseHTTPResponse:
        try:
            return self._client.get_object(self.access.bucket, self._name(key), offset=first, length=size)
        except InvalidResponseError as error:  # rclone 1.75 answers 404 in plain text, which minio-py refuses to read
            if self.stat(key) is None:
                raise ObjectMissing(f"nothing stored under {key}") from error
            raise

    def stat(self, key: str) -> Stat | None:
        """See ObjectStore.stat; servers that keep no metadata record no digest."""
        try:
            with _translated(key):
                found = self._client.stat_object(self.access.bucket, self._name(key))
        except ObjectMissing:
            return None
        return Stat(key, found.size or 0, (found.metadata or {}).get(f"x-amz-meta-{_DIGEST_NAME}"))

    def under(self, prefix: str = "") -> Iterator[Stat]:
        """See ObjectStore.under."""
        root = f"{self.access.prefix}/" if self.access.prefix else ""
        last = None
        with _translated():
            for found in self._client.list_objects(self.access.bucket, prefix=root + prefix, recursive=True):
                # rclone 1.75 names a key twice after two writers wrote it in the same instant
                if found.object_name and not found.is_dir and found.object_name != last:
                    last = found.object_name
                    yield Stat(found.object_name[len(root) :], found.size or 0)

    def delete(self, key: str) -> None:
        """See ObjectStore.delete."""
        with _translated():
            self._client.remove_object(self.access.bucket, self._name(key))

    def erase(self, key: str) -> None:
        """See ObjectStore.erase: governance locks are passed by, which the server allows to whom it allows it."""
        self.delete(key)
        with _translated():
            if self._versioned:
                name = self._name(key)
                versions = self._client.list_objects(self.access.bucket, prefix=name, include_version=True)
                doomed = [DeleteObject(name, v.version_id) for v in versions if v.object_name == name and v.version_id]
                refused = self._client.remove_objects(self.access.bucket, doomed, bypass_governance_mode=True)
                if any(True for _ in refused):
                    raise StorageUnreachable("object store: the server does not let a locked version go")

    def locked_digest(self, _key: str) -> str | None:
        """See ObjectStore.locked_digest."""
        return None

    def make_bucket(self, *, with_lock: bool = False) -> None:
        """Makes the bucket where the server has none of that name; with_lock: one whose objects can be locked."""
        with _translated():
            if not self._client.bucket_exists(self.access.bucket):
                self._client.make_bucket(self.access.bucket, object_lock=with_lock)

    def remove_bucket(self) -> None:
        """Removes the bucket, which must be empty."""
        with _translated():
            self._client.remove_bucket(self.access.bucket)

    def try_lock(self) -> tuple[bool, bool]:
        """See storage.promises.Tried: an object locked for a few seconds is deleted, or not."""
        if not self._versioned:
            return False, False
        key, body = f"{keys.PROBES}{secrets.token_hex(8)}", b"may be removed"
        until = datetime.now(UTC) + timedelta(seconds=_TRIED_LOCK_SECONDS)
        with _translated():
            written = self._client.put_object(
                self.access.bucket, self._name(key), io.BytesIO(body), len(body), retention=Retention(GOVERNANCE, until)
            )
        if not written.version_id:
            self.delete(key)
            return False, False
        try:
            with _translated():
                self._client.remove_object(self.access.bucket, self._name(key), version_id=written.version_id)
            refused = False
        except StorageUnreachable:
            refused = True
        self.erase(key)
        return True, refused

    @property
    def _client(self) -> Minio:
        return self._two_clients()[0]

    def _two_clients(self) -> tuple[Minio, Minio]:
        """The plain client and the one of conditional writes; minio-py's connections do not survive a fork."""
        with self._lock:
            if self._clients is None or self._clients[0] != os.getpid():
                self._clients = (os.getpid(), self._connect(PoolManager), self._connect(_ConditionalPool))
            return self._clients[1:]

    def _connect(self, pool: type[PoolManager]) -> Minio:
        return Minio(
            self.access.endpoint,
            access_key=self.access.access_key,
            secret_key=self.access.secret_key,
            region=self.access.region,  # spares a look-up that some servers answer in a way that minio-py refuses
            secure=self.access.secure,
            http_client=pool(timeout=_TIMEOUT, retries=_RETRIES, maxsize=16),
        )

    def _name(self, key: str) -> str:
        """The object's name in the bucket."""
        return f"{self.access.prefix}/{checked_key(key)}" if self.access.prefix else checked_key(key)

    def _send(self, client: Minio, key: str, content: Content, wanted: tuple[str, int]) -> None:
        sha256, size = wanted
        body = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
        with body, _translated(key):
            client.put_object(
                self.access.bucket,
                self._name(key),
                body,
                size,
                metadata={_DIGEST_NAME: sha256},
                part_size=0 if size <= _ONE_REQUEST_BYTES else _PART_BYTES,
                num_parallel_uploads=1,  # its threads wait for ever when a part fails (minio-py issue 1226)
                retention=self._retention(),
            )

    def _retention(self) -> Retention | None:
        if not self._lock_days:
            return None
        return Retention(GOVERNANCE, datetime.now(UTC) + timedelta(days=self._lock_days))

    def _send_if_absent(self, key: str, content: Content, wanted: tuple[str, int]) -> bool:
        """One conditional PUT; False where the key is taken."""
        client = self._two_clients()[1]
        for attempt in range(1, _CONFLICT_TRIES + 1):
            try:
                self._send(client, key, content, wanted)
            except _KeyTakenError:
                return False
            except _WriteConflictError:
                time.sleep(0.1 * attempt)
            else:
                return True
        raise StorageUnreachable("object store: other writers are always first")

    def _reads_back(self, key: str, wanted: tuple[str, int]) -> bool:
        read = stored_digest(self, key)
        if read == wanted:
            return True
        # Another writer may have replaced it since: then what is read agrees with the digest recorded beside it.
        stat = self.stat(key)
        return stat is not None and stat.sha256 not in {None, wanted[0]} and (stat.sha256, stat.size) == read

    def _must_read_back(self, key: str, wanted: tuple[str, int]) -> None:
        if not self._reads_back(key, wanted):
            raise StoredObjectDamaged(f"does not read back as it was written: {key}")

    def _try_conditional_write(self) -> bool:
        key, content = f"{keys.PROBES}{secrets.token_hex(8)}", b"may be removed"
        wanted = digest_and_size(content)
        try:
            return self._send_if_absent(key, content, wanted) and not self._send_if_absent(key, content, wanted)
        finally:
            self.delete(key)


class _KeyTakenError(Exception):
    """The server refused a conditional write: the key is taken."""


class _WriteConflictError(Exception):
    """The server refused a conditional write for now: another one is under way."""


def check_bucket_name(bucket: str) -> None:
    """Raises UsageError where no server would take the name."""
    if not _BUCKET_NAME.fullmatch(bucket):
        raise UsageError("SOHOA_STORE: a bucket's name has 3 to 63 characters of a-z, 0-9, dot and hyphen")


def _announced(key: str, content: Content, sha256: str | None) -> tuple[str, int]:
    digest, size = digest_and_size(content)
    if sha256 not in {None, digest}:
        raise StoredObjectDamaged(f"not the announced content: {checked_key(key)}")
    return digest, size


@contextmanager
def _translated(key: str | None = None) -> Iterator[None]:
    """The library's exceptions as ours. Their texts name host and object, no content."""
    try:
        yield
    except S3Error as error:
        code = error.code or "no code"
        if code in _ABSENT and key is not None:
            raise ObjectMissing(f"nothing stored under {key}") from error
        if code in _TAKEN:
            raise _KeyTakenError from error
        if code in _CONFLICT:
            raise _WriteConflictError from error
        raise StorageUnreachable(f"object store: the server answers {code}") from error
    except (MinioException, HTTPError, ParseError, ValueError) as error:  # ValueError: headers that make no sense
        raise StorageUnreachable(f"object store: {type(error).__name__}") from error
