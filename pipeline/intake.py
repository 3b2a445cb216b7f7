"""What clerks and scanners leave, recognised: dossiers, batches to be split, and notes on all that is neither."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.dossier import Announcement, DossierCode, is_unit_code
from models.errors import UnreadableInput
from models.outcome import Reason
from models.page import PageSource, Scan
from pipeline.announced import announced_rows, by_code, is_manifest
from pipeline.belonging import Belongings, Source, code_before_more, code_of, sort_files, stem
from pipeline.file_kind import FileKind, why_not_read
from pipeline.limits import Limits
from pipeline.listing import FoundFile, Listing, Note, Parts, digest, list_files
from pipeline.opener import Opener

_HARMLESS = frozenset({Reason.SYSTEM_FILE, Reason.DUPLICATE_FILE, Reason.STILL_WRITTEN})
_NOTHING_SETTLING: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A page that cannot be opened, known before it is: its number, and why. It keeps its place."""

    number: int
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class IntakeDossier:
    """A dossier as found: every page numbered from 1 in the scan's order, the rejected ones among them.

    A rejected page's source has an empty `sha256` where there is nothing to digest (file_missing, file_unreadable, a link).
    """

    code: DossierCode
    announcement: Announcement | None
    scans: tuple[Scan, ...]
    rejections: tuple[Rejection, ...] = ()

    @property
    def unit(self) -> str:
        """The unit announced where it is a code (a name in a manifest would count as a unit of its own), else the code's."""
        said = self.announcement.unit if self.announcement else None
        return said if said and is_unit_code(said) else self.code.unit

    @property
    def received_on(self) -> date:
        """The day announced, else the code's."""
        return (self.announcement.received_on if self.announcement else None) or self.code.received_on


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages whose files bear no dossier code: cover sheets among them tell whose they are (pipeline.cover_sheet).

    `name` is the file or folder as the clerk knows it. `code` is a dossier code that the name begins with: pages
    before the first cover sheet are that dossier's.
    """

    name: str
    scans: tuple[Scan, ...]
    rejections: tuple[Rejection, ...] = ()
    code: DossierCode | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything found: dossiers by code, batches by name, and a note on every file that is in neither.

    `announcements` are all rows of the manifests, also of dossiers of which nothing was found yet.
    """

    dossiers: tuple[IntakeDossier, ...] = ()
    batches: tuple[Batch, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def refused(self) -> tuple[Note, ...]:
        """The notes that a clerk must act on: not system files, duplicates or what is still being written."""
        return tuple(note for note in self.notes if note.reason not in _HARMLESS)


def survey(
    paths: Sequence[Path],
    *,
    workspace: Path,
    limits: Limits,
    opener: Opener,
    unsettled: Callable[[Sequence[Path]], frozenset[Path]] = lambda _paths: _NOTHING_SETTLING,
) -> Survey:
    """Recognise dossiers and batches under `paths` (folders, ZIPs, PDFs, pictures).

    `workspace` receives what ZIPs hold and must stay until the pages were opened. `unsettled` tells which files are
    still being written (pipeline.settling). `opener` looks into the files; the shell gives one that does so in
    confined children. Raises UsageError: a path is missing, a manifest is wrong.
    """
    listing = list_files(paths, workspace=workspace, limits=limits, opener=opener, unsettled=unsettled)
    announced = announced_rows(paths, listing, opener)
    announcements = by_code(announced)
    files = [file for file in listing.files if not is_manifest(file.parts)]
    waiting = _waiting_codes(listing, announced)
    sorted_files = sort_files(files, announced, waiting=waiting)
    counter = _Counter(opener.page_count)
    dossiers = [
        _dossier(code, announcements.get(code), sources, counter, listing.notes)
        for code, sources in sorted(sorted_files.dossiers.items())
    ]
    batches = _batches(sorted_files, counter, listing)
    notes = [*listing.notes, *sorted_files.notes, *_announced_only(announcements, sorted_files, waiting)]
    return Survey(tuple(dossiers), tuple(batches), tuple(announcements.values()), tuple(dict.fromkeys(notes)))


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A file opened far enough to know its pages: one page with a reason where it cannot be."""

    file: FoundFile
    sha256: str
    pages: int
    reason: Reason | None
    detail: str


@dataclass(frozen=True, slots=True)
class _Counter:
    count: Callable[[Path], int]

    def __call__(self, file: FoundFile) -> _Leaf:
        pages, reason, detail, sha256 = 1, file.reason, "", ""
        if reason is None:
            try:
                sha256 = digest(file.path)
                pages = self.count(file.path)
            except UnreadableInput as error:
                reason, detail = Reason(error.reason), str(error).partition(": ")[2]
            except OSError as error:
                reason, detail = why_not_read(error), type(error).__name__
        elif file.path.is_file() and not file.path.is_symlink():  # it cannot be used, but it is kept
            with contextlib.suppress(OSError):  # unless it cannot even be read
                sha256 = digest(file.path)
        return _Leaf(file, sha256, pages, reason, detail)


def _numbered(leaves: Iterable[_Leaf]) -> tuple[tuple[Scan, ...], tuple[Rejection, ...]]:
    scans: list[Scan] = []
    rejections: list[Rejection] = []
    for leaf in leaves:
        for page in range(1, leaf.pages + 1):
            scans.append(Scan(len(scans) + 1, PageSource(leaf.file.name, leaf.sha256, page), leaf.file.path))
        if leaf.reason:
            rejections.append(Rejection(len(scans), leaf.reason, leaf.detail))
    return tuple(scans), tuple(rejections)


def _dossier(
    code: DossierCode,
    announcement: Announcement | None,
    sources: Sequence[Source],
    counter: _Counter,
    notes: list[Note],
) -> IntakeDossier:
    """Sources one after the other; what a later one repeats byte for byte is a second delivery, not more pages.

    Within one source equal files stay: two blank backs of a fax may well be equal to the bit.
    """
    leaves: list[_Leaf] = []
    for source in sources:
        earlier = {leaf.sha256 for leaf in leaves if leaf.sha256}
        for file in source.files:
            leaf = counter(file)
            if leaf.sha256 in earlier:
                notes.append(Note(file.name, Reason.DUPLICATE_FILE, f"already in {code}"))
            else:
                leaves.append(leaf)
    scans, rejections = _numbered(leaves)
    return IntakeDossier(code, announcement, scans, rejections)


def _batches(belongings: Belongings, counter: _Counter, listing: Listing) -> list[Batch]:
    """A file of many pages is a batch of its own; single pages that lie in one folder are one batch together."""
    batches: list[Batch] = []
    seen: dict[tuple[str, DossierCode | None], str] = {}
    still_coming = {parts[:-1] for parts in listing.waiting}
    for folder, files in belongings.loose.items():
        sheets: list[_Leaf] = []
        for file in files:
            leaf = counter(file)
            if leaf.pages > 1 or (leaf.reason and file.kind in {FileKind.PDF, FileKind.TIFF}):
                code = code_before_more(stem(file.parts[-1]))
                first = seen.setdefault((leaf.sha256, code), file.name)
                if first == file.name:
                    batches.append(Batch(file.name, *_numbered([leaf]), code=code))
                else:
                    listing.notes.append(Note(file.name, Reason.DUPLICATE_FILE, f"same as {first}"))
            elif folder in still_coming:  # a scanner is at work here; its sequence must not be cut
                listing.notes.append(Note(file.name, Reason.STILL_WRITTEN))
            else:
                sheets.append(leaf)
        if sheets:
            name = "/".join(folder) or sheets[0].file.name
            batches.append(Batch(name, *_numbered(sheets)))
    return batches


def _waiting_codes(listing: Listing, announced: Iterable[tuple[Parts, Announcement]]) -> frozenset[DossierCode]:
    """Dossiers of which a part is still being written: they wait as a whole."""
    codes = {code for parts in listing.waiting for part in parts if (code := code_of(part) or code_of(stem(part)))}
    names = {"/".join(parts).casefold() for parts in listing.waiting}
    for folder, row in announced:
        if any("/".join((*folder, name)).casefold() in names for name in row.files):
            codes.add(row.code)
    return frozenset(codes)


def _announced_only(
    announcements: Iterable[DossierCode], found: Belongings, waiting: frozenset[DossierCode]
) -> list[Note]:
    """Dossiers announced of which nothing was found; a batch's cover sheet may still bring them."""
    return [
        Note(code.text, Reason.FILE_MISSING, "announced")
        for code in announcements
        if code not in found.dossiers and code not in waiting
    ]
