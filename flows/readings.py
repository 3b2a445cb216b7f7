"""Pages that were read before, kept in files of this machine, so that the same page is not read again.

A page is the same under the same original (its SHA-256), page number in it, reader and version of reading; which dossier
it lies in, and under which number, does not count. What is kept is what was on the paper: the files are for their owner
alone, checked by their digest before they are believed, and gone when their days are over. Where originals and pictures of
identity cards are sealed (SOHOA_SEAL_KEY), so is what was read of them here, and what is not is not believed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.fingerprint import READING, is_by_limits
from models.outcome import Reason
from models.page import Scan
from models.reader import Reader
from storage.sealed import opened_bytes, sealed_bytes

if TYPE_CHECKING:
    from pipeline.digitize import ReadPage

_SUFFIX, _UNFINISHED = ".page", ".part"
_SWEPT_EVERY = 50  # pages that one process keeps, at least
_SWEPT_SHARE = 20  # or a twentieth of what is held: looking at all of it costs a page the same however much that is
_LEFT = 0.9  # of what is allowed, after a sweep
_DAY_SECONDS = 86_400.0
_ABANDONED_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be kept, in MB (0: nothing), and for how many days from its reading on."""

    megabytes: float
    days: float


class Readings:
    """Read pages in `folder`; any number of processes may use one. A full or failing disk costs the keeping only."""

    def __init__(self, folder: Path, bounds: Bounds, *, reader: Reader, seal_keys: Sequence[bytes] = ()) -> None:
        self._folder, self._bounds, self._reader, self._seal_keys = folder, bounds, reader, seal_keys
        self._until_sweep = 0

    def find(self, scan: Scan, *, folder: Path) -> ReadPage | None:
        """The page as it was read before, its picture in `folder`; None where it was not, or what is kept is damaged."""
        if not self._bounds.megabytes or not scan.source.sha256:
            return None
        path = self._path(scan)
        try:
            data, age = path.read_bytes(), time.time() - path.stat().st_mtime
        except OSError:
            return None
        plain = opened_bytes(self._seal_keys, _seal_name(scan), data) if self._seal_keys else data
        found = _opened(plain, scan, folder) if plain and age < self._bounds.days * _DAY_SECONDS else None
        with contextlib.suppress(OSError):
            if found is None:
                path.unlink()
            else:
                os.utime(path, (time.time(), path.stat().st_mtime))  # used now, read then
        return found

    def keep(self, page: ReadPage) -> None:
        """Keeps a page as read; not one that another try or other limits may read better."""
        scan, rejection = page.text.scan, page.text.rejection
        if not self._bounds.megabytes or not scan.source.sha256 or page.image is None:
            return
        if rejection == Reason.RECOGNIZER_FAILED or is_by_limits(rejection):
            return
        with contextlib.suppress(OSError):
            data = _closed(page, page.image)
            _write(
                self._path(scan),
                sealed_bytes(self._seal_keys[0], _seal_name(scan), data) if self._seal_keys else data,
            )
            if self._until_sweep <= 0:
                self._until_sweep = max(_SWEPT_EVERY, self._sweep() // _SWEPT_SHARE)
            self._until_sweep -= 1

    def _path(self, scan: Scan) -> Path:
        """A folder an original, by its digest: what was read of one can be found, and removed."""
        settings = hashlib.sha256(json.dumps([READING, self._reader]).encode("ascii")).hexdigest()[:16]
        original = scan.source.sha256
        return self._folder / original[:2] / original / f"{scan.source.page:05d}-{settings}{_SUFFIX}"

    def _sweep(self) -> int:
        """Removes what is over its days, what was left unfinished, and, where there is too much, what was not used longest.

        Tells how many files it found.
        """
        now = time.time()
        held: list[tuple[float, int, Path]] = []
        for path, status in _files(self._folder):
            unfinished = path.suffix == _UNFINISHED
            if now - status.st_mtime > (_ABANDONED_SECONDS if unfinished else self._bounds.days * _DAY_SECONDS):
                _remove(path)
            elif not unfinished:
                held.append((status.st_atime, status.st_size, path))
        most = self._bounds.megabytes * 1_000_000
        total = sum(size for _, size, _ in held)
        for _, size, path in sorted(held) if total > most else ():
            if total <= _LEFT * most:
                break
            _remove(path)
            total -= size
        return len(held)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder.glob("*/*/*"):
        with contextlib.suppress(OSError):  # another process was quicker
            yield path, path.stat()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
        path.parent.rmdir()  # only where it was the last


def _write(path: Path, data: bytes) -> None:
    """The whole file or none, readable by its owner alone."""
    for folder in (path.parents[2], path.parents[1], path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_name(f"{path.stem}-{secrets.token_hex(8)}{_UNFINISHED}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    unfinished.replace(path)


def _closed(page: ReadPage, picture: Path) -> bytes:
    """A digest of the rest; what was read as one line of JSON; the picture."""
    from pipeline.reading_json import to_values  # noqa: PLC0415 # only a worker needs OpenCV and its like

    values = {**to_values(page), "page": page.text.scan.source.page, "picture": picture.suffix}
    rest = json.dumps(values).encode("ascii") + b"\n" + picture.read_bytes()
    return _digest(page.text.scan, rest) + b"\n" + rest


def _opened(data: bytes, scan: Scan, folder: Path) -> ReadPage | None:
    from pipeline.reading_json import from_values  # noqa: PLC0415

    digest, _, rest = data.partition(b"\n")
    if not secrets.compare_digest(digest, _digest(scan, rest)):
        return None
    line, _, picture = rest.partition(b"\n")
    try:
        values = json.loads(line)
        page = from_values(values, scan)
        image = folder / f"page-{scan.number:04d}{'.png' if values['picture'] == '.png' else '.jpg'}"
    except (KeyError, TypeError, ValueError):
        return None
    image.write_bytes(picture)
    return replace(page, image=image, known=True)


def _seal_name(scan: Scan) -> str:
    return f"readings/{scan.source.sha256}/{scan.source.page}"


def _digest(scan: Scan, rest: bytes) -> bytes:
    """Over the original and its page too: a file under another's name is not believed."""
    return (
        hashlib.sha256(f"{scan.source.sha256}/{scan.source.page}\n".encode("ascii") + rest).hexdigest().encode("ascii")
    )
