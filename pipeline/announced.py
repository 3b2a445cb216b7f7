"""What manifests announce, gathered: rows with the folder their files are relative to, one announcement a dossier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from models.dossier import Announcement, DossierCode
from models.errors import UsageError
from models.outcome import Reason
from pipeline.belonging import code_of, stem
from pipeline.listing import Listing, Note, Parts
from pipeline.manifest import NAME
from pipeline.names import shown_name
from pipeline.opener import Opener


def is_manifest(parts: Parts) -> bool:
    return bool(parts) and parts[-1].lower() == NAME


def announced_rows(paths: Sequence[Path], listing: Listing, opener: Opener) -> list[tuple[Parts, Announcement]]:
    """The rows of all manifests found under `paths` and beside them, with the folder that their files start from.

    Raises UsageError where a manifest is wrong; columns that nobody knows are noted.
    """
    rows: list[tuple[Parts, Announcement]] = []
    for file in listing.files:
        if not is_manifest(file.parts):
            continue
        if file.reason is Reason.FILE_UNREADABLE:  # to go on without it would leave out what it says, unseen
            raise UsageError(f"{file.name} cannot be read", f"không đọc được {file.name}: kiểm tra quyền đọc")
        if file.reason is not None:
            listing.notes.append(Note(file.name, file.reason))
        else:
            rows += [(file.parts[:-1], row) for row in _read(file.path, file.name, listing.notes, opener)]
    return list(dict.fromkeys([*rows, *_rows_beside(paths, listing, opener)]))


def _rows_beside(paths: Sequence[Path], listing: Listing, opener: Opener) -> list[tuple[Parts, Announcement]]:
    """Rows of a manifest beside a given file or dossier folder, as far as they speak of what was given."""
    rows: list[tuple[Parts, Announcement]] = []
    given = {file.name.casefold() for file in listing.files}
    for path in dict.fromkeys(path.resolve() for path in paths):
        beside = path.parent / NAME
        code = code_of(shown_name(path.name)) or code_of(stem(shown_name(path.name)))
        if path == beside or not (path.is_file() or code) or not beside.is_file():
            continue
        for row in _read(beside, NAME, listing.notes, opener):
            if row.files and all(name.casefold() in given for name in row.files):
                rows.append(((), row))
            elif row.code == code:
                rows.append(((), replace(row, files=())))
    return rows


def _read(path: Path, name: str, notes: list[Note], opener: Opener) -> tuple[Announcement, ...]:
    found = opener.manifest(path, name=name)
    if found.unknown_columns:
        notes.append(Note(name, Reason.SYSTEM_FILE, "columns ignored: " + ", ".join(found.unknown_columns)))
    return found.announcements


def by_code(rows: Iterable[tuple[Parts, Announcement]]) -> dict[DossierCode, Announcement]:
    """One announcement a dossier; the first one found stands."""
    found: dict[DossierCode, Announcement] = {}
    for _, announcement in rows:
        found.setdefault(announcement.code, announcement)
    return found
