"""Whose is a file: the dossier that a manifest, its folder or its own name gives it to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.dossier import Announcement, DossierCode
from models.errors import UsageError
from models.outcome import Reason
from models.vietnamese import nfc
from pipeline.file_kind import PAGE_KINDS, FileKind
from pipeline.listing import FoundFile, Note, Parts
from pipeline.names import natural_key

_CODE_FIRST = re.compile(r"(.+?-\d{6}-\d{4,5})(?!\d)")
# What lies beside scans and is none: lists, logs, metadata. Anything else that cannot be opened takes a page's place.
_SIDE_ENDINGS = (".csv", ".txt", ".xml", ".json", ".jsonl", ".log", ".ini", ".md", ".htm", ".html", ".url", ".lnk")
_SHEAVES = frozenset({FileKind.PDF, FileKind.TIFF})  # kinds whose files hold many pages


@dataclass(frozen=True, slots=True)
class Source:
    """One place a dossier's files came from (a folder, a file, the manifest's list), files in page order."""

    name: str
    files: tuple[FoundFile, ...]


@dataclass(slots=True)
class Belongings:
    """Files by dossier and source; loose ones by folder; what is no scan and nobody's becomes a note."""

    dossiers: dict[DossierCode, list[Source]] = field(default_factory=dict)
    loose: dict[Parts, list[FoundFile]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def code_of(text: str) -> DossierCode | None:
    """The dossier code that a folder's name or a file's stem is, in whatever case it is written."""
    return DossierCode.parse(nfc(text).upper())


def code_before_more(text: str) -> DossierCode | None:
    """The dossier code that a name begins with (`<code>_2.jpg`, `<code> (1).pdf`), unless it names two."""
    found = _CODE_FIRST.match(nfc(text).upper())
    if found is None or _CODE_FIRST.search(text.upper(), found.end()):
        return None
    return DossierCode.parse(found[1])


def stem(name: str) -> str:
    """The name without a short ending: `H40.12-260105-0007` has none, though it has a dot."""
    before, dot, ending = name.rpartition(".")
    return before if dot and ending.isalnum() and len(ending) <= 5 and before else name


def sort_files(
    files: Sequence[FoundFile], announced: Iterable[tuple[Parts, Announcement]], *, waiting: frozenset[DossierCode]
) -> Belongings:
    """Give every file to its dossier, or to its folder's loose pages.

    `announced` are the manifests' rows with the folder each manifest lies in. What a row names is its dossier's, in
    the row's order; then what a folder or name with a code gives. Dossiers in `waiting` are left out altogether.
    Raises UsageError where two rows name one file.
    """
    found = Belongings()
    claimed = _claim(files, announced, found)
    places: dict[tuple[DossierCode, Parts], list[FoundFile]] = {}
    for file in files:
        if file.name in claimed:
            continue
        place = _place(file)
        if place is None:
            _put_loose(file, found)
        elif _is_aside(file):
            found.notes.append(Note(file.name, Reason.NOT_A_SCAN))
        else:
            places.setdefault(place, []).append(file)
    for (code, parts), members in sorted(places.items(), key=lambda item: natural_key(item[0][1])):
        ordered = tuple(sorted(members, key=lambda file: natural_key(file.parts)))
        found.dossiers.setdefault(code, []).append(Source("/".join(parts), ordered))
    for code in waiting:
        found.dossiers.pop(code, None)
    return found


def _claim(
    files: Sequence[FoundFile], announced: Iterable[tuple[Parts, Announcement]], found: Belongings
) -> Mapping[str, DossierCode]:
    below: dict[str, list[FoundFile]] = {}  # a row may name a file, or a folder with all that is in it
    for file in files:
        for depth in range(1, len(file.parts) + 1):
            below.setdefault(_key(file.parts[:depth]), []).append(file)
    claimed: dict[str, DossierCode] = {}
    for folder, announcement in announced:
        members: list[FoundFile] = []
        for name in announcement.files:
            parts = (*folder, *(nfc(part) for part in name.split("/") if part not in {"", "."}))
            members += below.get(_key(parts)) or [FoundFile(parts, Path(), FileKind.OTHER, Reason.FILE_MISSING)]
        for member in members:
            other = claimed.setdefault(member.name, announcement.code)
            if other != announcement.code:
                raise UsageError(
                    f"the manifest names {member.name} for two dossiers: {other}, {announcement.code}",
                    f"manifest ghi {member.name} cho hai hồ sơ: {other}, {announcement.code}",
                )
        if members:
            unique = tuple(dict.fromkeys(members))
            found.dossiers.setdefault(announcement.code, []).append(Source("manifest", unique))
    return claimed


def _key(parts: Parts) -> str:
    return "/".join(parts).casefold()


def _place(file: FoundFile) -> tuple[DossierCode, Parts] | None:
    """The dossier of a file and the folder or file that says so; the outermost counts."""
    for depth, part in enumerate(file.parts[:-1], start=1):
        code = code_of(part)
        if code:
            return code, file.parts[:depth]
    own = stem(file.parts[-1])
    code = code_of(own)
    if code:
        return code, file.parts
    if file.kind not in _SHEAVES:
        code = code_before_more(own)
        if code:  # pictures <code>_1.jpg, <code>_2.jpg side by side are one source
            return code, (*file.parts[:-1], code.text)
    return None


def _is_aside(file: FoundFile) -> bool:
    return file.kind is FileKind.OTHER and file.parts[-1].lower().endswith(_SIDE_ENDINGS)


def _put_loose(file: FoundFile, found: Belongings) -> None:
    if file.kind in PAGE_KINDS:
        found.loose.setdefault(file.parts[:-1], []).append(file)
    else:
        empty = Reason.EMPTY_FILE if file.kind is FileKind.EMPTY else Reason.NOT_A_SCAN
        found.notes.append(Note(file.name, file.reason or empty))
