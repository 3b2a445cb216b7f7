"""Cover sheets (tờ bìa): what their codes say, and how a batch of pages is split by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.dossier import Announcement, DossierCode, count_agrees
from models.errors import UnreadableInput, UsageError
from models.outcome import Reason
from models.page import Code, Pixels, Scan
from pipeline.intake import Batch, IntakeDossier, Rejection

# Version 1 of the payload. A receipt bears a bare dossier code as its barcode; only this prefix makes a cover sheet.
_PREFIX = "SOHOA1"
_PROCEDURE = re.compile(r"[0-9]\.[0-9]{6}(?:\.[0-9A-Z]{2,3}){0,4}")
_UNIT = re.compile(r"[0-9A-Z]{2,3}(?:\.[0-9A-Z]{1,3}){0,5}")
_DAY = re.compile(r"(\d{2})(\d{2})(\d{2})", re.ASCII)
_PAGES = re.compile(r"[1-9][0-9]{0,3}")


def payload(announcement: Announcement) -> str:
    """The QR payload: `SOHOA1:code:procedure:unit:pages:yymmdd`, letters that QR's compact alphanumeric mode has.

    Empty where unknown. Raises UsageError for a procedure or unit that no cover sheet could give back.
    """
    day = announcement.received_on
    if day and not 2000 <= day.year <= 2099:
        raise UsageError(
            f"{announcement.code}: the reception date must be from 2000 to 2099",
            f"{announcement.code}: ngày tiếp nhận phải từ năm 2000 đến 2099",
        )
    text = ":".join(
        (
            _PREFIX,
            announcement.code.text,
            announcement.procedure or "",
            announcement.unit or "",
            str(announcement.expected_pages or ""),
            day.strftime("%y%m%d") if day else "",
        )
    )
    if parse(text) != replace(announcement, files=()):
        raise UsageError(
            f"{announcement.code}: procedure, unit or number of pages has no valid form",
            f"{announcement.code}: thủ tục, đơn vị hoặc số trang không đúng dạng",
        )
    return text


def short_payload(code: DossierCode) -> str:
    """The payload of the bars at the sheet's foot, for a sheet whose QR codes are torn or soiled."""
    return f"{_PREFIX}:{code}"


def parse(text: str) -> Announcement | None:
    """What a cover sheet's code says; None for every other text (never raises)."""
    prefix, *fields = text.split(":")
    code = DossierCode.parse(fields[0]) if fields and fields[0].isascii() else None
    if prefix != _PREFIX or code is None or len(fields) not in {1, 5}:
        return None
    if len(fields) == 1:
        return Announcement(code)
    procedure, unit, pages, day = fields[1:]
    received_on = _date(day)
    if (
        (procedure and not _PROCEDURE.fullmatch(procedure))
        or (unit and not _UNIT.fullmatch(unit))
        or (pages and not _PAGES.fullmatch(pages))
        or (day and received_on is None)
    ):
        return None
    return Announcement(code, procedure or None, unit or None, received_on, int(pages) if pages else None)


def _date(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(2000 + int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def announcement_on(codes: Iterable[Code]) -> Announcement | None:
    """What a page announces if it is a cover sheet, else None: the fullest of its codes counts."""
    found = [announcement for code in codes if (announcement := parse(code.text))]
    return max(found, key=_fullness, default=None)


def _fullness(announcement: Announcement) -> int:
    return sum(
        value is not None
        for value in (announcement.procedure, announcement.unit, announcement.received_on, announcement.expected_pages)
    )


@dataclass(frozen=True, slots=True)
class Split:
    """A batch split: its dossiers in the order of their first sheet, and the pages before any cover sheet.

    `strays` keep their places in the batch: a clerk must say whose they are (no_dossier_code).
    """

    dossiers: tuple[IntakeDossier, ...]
    strays: Batch | None = None


def read_batch(
    batch: Batch,
    *,
    open_pixels: Callable[[Scan], Pixels],
    read_codes: Callable[[Pixels], Sequence[Code]],
) -> tuple[Batch, tuple[Announcement | None, ...]]:
    """Look at every page of a batch for a cover sheet, one page at a time.

    `open_pixels` gives a page's pixels or raises UnreadableInput: then the page is among the rejections of the batch
    that is returned.
    """
    rejections = {rejection.number: rejection for rejection in batch.rejections}
    found: list[Announcement | None] = []
    for scan in batch.scans:
        announcement = None
        if scan.number not in rejections:
            try:
                announcement = announcement_on(read_codes(open_pixels(scan)))
            except UnreadableInput as error:
                detail = str(error).partition(": ")[2]
                rejections[scan.number] = Rejection(scan.number, Reason(error.reason), detail)
        found.append(announcement)
    return replace(batch, rejections=tuple(rejections[number] for number in sorted(rejections))), tuple(found)


def split_batch(
    batch: Batch,
    sheets: Sequence[Announcement | None],
    *,
    announced: Mapping[DossierCode, Announcement] | None = None,
) -> Split:
    """Give each page to the dossier of the cover sheet before it; `sheets` says which page is one.

    The cover sheet itself stays the first page of its dossier (type `cover_sheet`): it was scanned, so it is
    accounted for, but it does not count among the announced pages. A sheet that comes twice goes on with the same
    dossier. Pages before the first sheet belong to the code in the file's name, or to nobody yet: they are `strays`.
    """
    announced = announced or {}
    open_code = batch.code
    pages: dict[DossierCode | None, list[Scan]] = {}
    sheet_of: dict[DossierCode, Announcement] = {}
    for scan, sheet in zip(batch.scans, sheets, strict=True):
        if sheet:
            open_code = sheet.code
            sheet_of.setdefault(sheet.code, sheet)
        pages.setdefault(open_code, []).append(scan)
    strays = pages.pop(None, [])
    dossiers = []
    for code, scans in pages.items():
        if code is not None:
            numbered, rejections = _renumbered(scans, batch.rejections)
            said = merge_announcements(sheet_of.get(code), announced.get(code))
            dossiers.append(IntakeDossier(code, said, numbered, rejections))
    among = {scan.number for scan in strays}
    left = tuple(rejection for rejection in batch.rejections if rejection.number in among)
    return Split(tuple(dossiers), Batch(batch.name, tuple(strays), left) if strays else None)


def _renumbered(
    scans: Sequence[Scan], rejections: Sequence[Rejection]
) -> tuple[tuple[Scan, ...], tuple[Rejection, ...]]:
    new = {scan.number: number for number, scan in enumerate(scans, start=1)}
    return (
        tuple(replace(scan, number=new[scan.number]) for scan in scans),
        tuple(replace(rejection, number=new[rejection.number]) for rejection in rejections if rejection.number in new),
    )


def merge_announcements(first: Announcement | None, second: Announcement | None) -> Announcement | None:
    """What `first` says, and `second` where it says nothing."""
    if first is None or second is None:
        return first or second
    return Announcement(
        code=first.code,
        procedure=first.procedure or second.procedure,
        unit=first.unit or second.unit,
        received_on=first.received_on or second.received_on,
        expected_pages=first.expected_pages or second.expected_pages,
        files=first.files or second.files,
    )


def merge_dossiers(dossiers: Iterable[IntakeDossier]) -> tuple[IntakeDossier, ...]:
    """One dossier a code, by code: pages of later findings come after, the same page of the same file only once."""
    merged: dict[DossierCode, IntakeDossier] = {}
    for dossier in dossiers:
        before = merged.get(dossier.code)
        merged[dossier.code] = _joined(before, dossier) if before else dossier
    return tuple(merged[code] for code in sorted(merged))


def _joined(first: IntakeDossier, second: IntakeDossier) -> IntakeDossier:
    known = {(scan.source.sha256, scan.source.page) for scan in first.scans if scan.source.sha256}
    shift = max((scan.number for scan in first.scans), default=0)
    added = [scan for scan in second.scans if (scan.source.sha256, scan.source.page) not in known]
    scans, rejections = _renumbered(added, second.rejections)
    return IntakeDossier(
        first.code,
        merge_announcements(first.announcement, second.announcement),
        (*first.scans, *(replace(scan, number=scan.number + shift) for scan in scans)),
        (*first.rejections, *(replace(rejection, number=rejection.number + shift) for rejection in rejections)),
    )


def page_count_problem(announcement: Announcement | None, *, pages: int, blank_pages: int = 0) -> Reason | None:
    """page_count_differs where the scans are not as many as announced; `pages` without cover sheets."""
    expected = announcement.expected_pages if announcement else None
    if expected is None or count_agrees(expected, pages=pages, blank_pages=blank_pages):
        return None
    return Reason.PAGE_COUNT_DIFFERS
