"""ZIP archives unpacked without trust: names never become paths, sizes are counted as they come."""

from __future__ import annotations

import errno
import shutil
import stat
import zipfile
import zlib
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path, PurePosixPath
from typing import IO

from models.errors import StorageUnreachable, UnreadableInput
from models.outcome import Reason
from pipeline.limits import Limits
from pipeline.names import shown_name

_CHUNK = 1 << 20
_DIRECTORY_BYTES_A_FILE = 1000  # an entry takes 46 bytes and its name
_LONGEST_TAIL = 66_000  # the end record, ZIP64's and a comment of 65,535 bytes
_SMALL = 20_000_000  # bytes; a blank fax page may shrink a thousandfold, so the ratio is asked only above this
_LONGEST_NAME = 1000  # bytes of a member's name; the file systems of offices end at 255 a part
_READABLE_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_OFFICE_MEMBERS = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"})


@dataclass(frozen=True, slots=True)
class Member:
    """An unpacked file: its name in the archive as parts, NFC, and where its bytes lie; `reason` if they could not
    be read (the name is kept, so that what was announced does not vanish).
    """

    parts: tuple[str, ...]
    path: Path
    reason: Reason | None = None


def unpack(archive: Path, target: Path, *, limits: Limits) -> tuple[Member, ...]:
    """All files of `archive`, written into the folder `target` under running numbers.

    Raises UnreadableInput for the whole archive: archive_unsafe (a name that leaves the archive, a link, too many
    or too large members, a bomb's ratio, a compression method that needs unbounded memory), encrypted_file,
    damaged_file; not_a_scan for an office document, which is a ZIP inside. A single damaged member is returned with
    its reason.
    """
    try:
        _refuse_long_list(archive, limits)
        with zipfile.ZipFile(archive) as opened:
            infos = [info for info in opened.infolist() if not info.is_dir()]
            _refuse_unsafe(infos, limits)
            target.mkdir(parents=True, exist_ok=True)
            budget = int(limits.archive_megabytes * 1_000_000)
            members = []
            for number, info in enumerate(infos, start=1):
                path = target / f"{number:05}"
                reason: Reason | None
                if info.file_size > limits.file_megabytes * 1_000_000:
                    path.touch()
                    reason, written = Reason.TOO_LARGE, 0
                else:
                    reason, written = _unpack_member(opened, info, path, budget)
                budget -= written
                members.append(Member(_parts(info), path, reason))
            return tuple(members)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        raise UnreadableInput(Reason.DAMAGED_FILE, type(error).__name__) from error
    except UnreadableInput:
        shutil.rmtree(target, ignore_errors=True)  # nothing of a refused archive stays behind
        raise
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageUnreachable("the working folder is full") from error
        raise UnreadableInput(Reason.DAMAGED_FILE, type(error).__name__) from error


def _directory_bytes(archive: Path) -> int:
    """How long the archive says its list of files is: `zipfile` reads all of it into memory before we are asked.

    The end record holds it, or that of ZIP64 (PKWARE's APPNOTE, 4.3.14 and 4.3.16).
    """
    with archive.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - _LONGEST_TAIL))
        tail = file.read()
    end, large = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    if end < 0:
        return 0  # no archive; zipfile says so
    stated = int.from_bytes(tail[end + 12 : end + 16], "little")
    if large >= 0:  # zipfile believes it whenever it is there, whatever the end record says
        return max(stated, int.from_bytes(tail[large + 40 : large + 48], "little"))
    return stated


def _refuse_long_list(archive: Path, limits: Limits) -> None:
    if _directory_bytes(archive) > limits.archive_files * _DIRECTORY_BYTES_A_FILE:
        raise UnreadableInput(Reason.ARCHIVE_UNSAFE, "a list of files too long to read")


def _refuse_unsafe(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if any(info.filename in _OFFICE_MEMBERS for info in infos):
        raise UnreadableInput(Reason.NOT_A_SCAN, "office document")
    if len(infos) > limits.archive_files:
        raise UnreadableInput(Reason.ARCHIVE_UNSAFE, f"{len(infos)} files")
    if sum(info.file_size for info in infos) > limits.archive_megabytes * 1_000_000:
        raise UnreadableInput(Reason.ARCHIVE_UNSAFE, f"over {limits.archive_megabytes:.0f} MB unpacked")
    for info in infos:
        if info.flag_bits & 0x1:
            raise UnreadableInput(Reason.ENCRYPTED_FILE)
        if len(info.orig_filename.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
            raise UnreadableInput(Reason.ARCHIVE_UNSAFE, "a name too long for any folder")
        if _leaves_archive(info.filename):
            raise UnreadableInput(Reason.ARCHIVE_UNSAFE, "a name that leaves the archive")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise UnreadableInput(Reason.ARCHIVE_UNSAFE, "a symbolic link")
        if info.compress_type not in _READABLE_METHODS:
            raise UnreadableInput(Reason.ARCHIVE_UNSAFE, f"compression method {info.compress_type}")
        if info.file_size > max(_SMALL, info.compress_size * limits.archive_ratio):
            raise UnreadableInput(Reason.ARCHIVE_UNSAFE, "a member that grows too much")


def _leaves_archive(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\0" in name


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    name = info.filename
    if not info.flag_bits & 0x800:  # no UTF-8 flag: many programs write UTF-8 nevertheless, zipfile reads code page 437
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return tuple(shown_name(part) for part in PurePosixPath(name.replace("\\", "/")).parts)


def _unpack_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, budget: int
) -> tuple[Reason | None, int]:
    """Write one member; the reason where it is damaged, and the bytes written. What it states of its size may lie."""
    try:
        with archive.open(info) as source, path.open("wb") as target:
            written = _copy(source, target, most=min(info.file_size, budget))
    except (zipfile.BadZipFile, zlib.error, EOFError):  # what could be unpacked of it is kept
        path.touch()
        return Reason.DAMAGED_FILE, path.stat().st_size
    return None, written


def _copy(source: IO[bytes], target: IO[bytes], *, most: int) -> int:
    written = 0
    while chunk := source.read(_CHUNK):
        written += len(chunk)
        if written > most:
            raise UnreadableInput(Reason.ARCHIVE_UNSAFE, "a member larger than it states")
        target.write(chunk)
    return written
