"""Every file under the given paths, ZIPs opened, with its name as the clerk knows it; nothing left out in silence."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from models.dossier import DossierCode
from models.errors import UnreadableInput, UsageError
from models.outcome import Reason
from pipeline.file_kind import FileKind, kind_of, why_not_read
from pipeline.limits import Limits
from pipeline.names import is_system_name, is_unfinished_name, natural_key, shown_name
from pipeline.opener import Opener
from pipeline.unpack import Member

Parts = tuple[str, ...]
_DEEPEST = 32  # folders in folders; deeper trees are mistakes or traps


@dataclass(frozen=True, slots=True)
class Note:
    """Something left out, put aside or remarkable: the file as the clerk knows it, a reason code, details."""

    file: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file: its name as parts (folders first, NFC), where its bytes lie, and a reason if it cannot be opened."""

    parts: Parts
    path: Path
    kind: FileKind
    reason: Reason | None = None

    @property
    def name(self) -> str:
        return "/".join(self.parts)


@dataclass(slots=True)
class Listing:
    """What was found so far. `waiting` are names of folders and files that are still being written."""

    files: list[FoundFile] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    waiting: list[Parts] = field(default_factory=list)


def list_files(
    paths: Sequence[Path],
    *,
    workspace: Path,
    limits: Limits,
    opener: Opener,
    unsettled: Callable[[Sequence[Path]], frozenset[Path]],
) -> Listing:
    """All files under `paths`, in natural order; ZIPs are unpacked into `workspace`.

    `unsettled` says which of the files and folders are still being written (pipeline.settling.unsettled); they are
    named in `waiting` and left alone. Raises UsageError where a path is missing.
    """
    missing = [shown_name(str(path)) for path in paths if not path.exists()]
    if missing:
        raise UsageError("not found: " + ", ".join(missing), "không tìm thấy: " + ", ".join(missing))
    listing = Listing()
    seen: dict[Path, Parts] = {}  # a file that two of the paths hold counts once
    for path in dict.fromkeys(path.resolve() for path in paths):
        for parts, found in _walk(path, _first_parts(path), listing):
            seen.setdefault(found, parts)
    moving = unsettled(list(seen))
    for found, parts in sorted(seen.items(), key=lambda pair: (natural_key(pair[1]), pair[0])):
        if found in moving or is_unfinished_name(found.name):
            listing.waiting.append(parts)
            listing.notes.append(Note("/".join(parts), Reason.STILL_WRITTEN))
        elif not found.is_dir():
            _add(found, parts, listing, _Unpacking.of(limits, workspace, opener), depth=0)
    return listing


def _first_parts(path: Path) -> Parts:
    """How names begin under a given path: a file's or dossier folder's own name; nothing for an inbox."""
    name = shown_name(path.name)
    return (name,) if path.is_file() or DossierCode.parse(name.upper()) else ()


def _walk(path: Path, parts: Parts, listing: Listing) -> Iterator[tuple[Parts, Path]]:
    """Files and folders from `path` down; links, devices, hidden and system files become notes."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode) and len(parts) <= _DEEPEST:
            yield parts, path
            for child in sorted(path.iterdir()):
                below = (*parts, shown_name(child.name))
                if is_system_name(below[-1]):
                    listing.notes.append(Note("/".join(below), Reason.SYSTEM_FILE))
                else:
                    yield from _walk(child, below, listing)
        elif stat.S_ISREG(mode):
            yield parts, path
        else:  # opening a pipe or a device would never end; a link may lead anywhere
            listing.files.append(FoundFile(parts, path, FileKind.OTHER, Reason.NOT_A_SCAN))
    except OSError as error:
        listing.notes.append(Note("/".join(parts) or shown_name(path.name), why_not_read(error), type(error).__name__))


@dataclass(slots=True)
class _Unpacking:
    """What may still come out of one archive and of those in it: so many files, megabytes, and one in another."""

    files: int
    megabytes: float
    depth: int
    workspace: Path
    opener: Opener

    @classmethod
    def of(cls, limits: Limits, workspace: Path, opener: Opener) -> Self:
        return cls(limits.archive_files, limits.archive_megabytes, limits.archive_depth, workspace, opener)

    def unpack(self, archive: Path, *, depth: int) -> tuple[Member, ...]:
        if depth >= self.depth:
            raise UnreadableInput(Reason.ARCHIVE_UNSAFE, "archives in archives")
        target = self.workspace / f"{digest(archive)[:32]}-{depth}"
        try:
            members = self.opener.unpack(archive, target, files=self.files, megabytes=self.megabytes)
        except UnreadableInput:
            shutil.rmtree(target, ignore_errors=True)  # a child that was killed leaves what it had
            raise
        self.files -= len(members)
        self.megabytes -= sum(member.path.stat().st_size for member in members) / 1_000_000
        return members


def _add(path: Path, parts: Parts, listing: Listing, unpacking: _Unpacking, *, depth: int) -> None:
    reason = None
    try:
        kind = kind_of(path)
        if kind is FileKind.ZIP:
            _add_archive(path, parts, listing, unpacking, depth=depth)
            return
    except UnreadableInput as error:
        kind, reason = FileKind.OTHER, Reason(error.reason)
    except OSError as error:  # gone between listing and reading
        kind, reason = FileKind.OTHER, why_not_read(error)
    listing.files.append(FoundFile(parts, path, kind, reason))


def _add_archive(path: Path, parts: Parts, listing: Listing, unpacking: _Unpacking, *, depth: int) -> None:
    stem = parts[-1].removesuffix(".zip").removesuffix(".ZIP")
    members = unpacking.unpack(path, depth=depth)
    for member in sorted(members, key=lambda member: natural_key(member.parts)):
        inside = (*parts[:-1], stem, *member.parts)
        if any(is_system_name(part) for part in member.parts):
            listing.notes.append(Note("/".join(inside), Reason.SYSTEM_FILE))
        elif member.reason:
            listing.files.append(FoundFile(inside, member.path, FileKind.OTHER, member.reason))
        else:
            _add(member.path, inside, listing, unpacking, depth=depth + 1)


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
