"""The manifest (manifest.csv, bảng kê hồ sơ): what an office announces of its dossiers, one a line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TypeVar

from models.dossier import Announcement, DossierCode
from models.errors import UsageError
from models.vietnamese import nfc

NAME = "manifest.csv"
COLUMNS = ("dossier_code", "procedure", "unit", "received_on", "expected_pages", "files")
_LARGEST = 32_000_000  # bytes: a province's year
_LONGEST_LINE = 1_000_000  # characters; a dossier of thousands of files fits
_MOST_COLUMNS = 100
_MOST_COMPLAINTS = 50
_MOST_PAGES = 9999
# What could steer a screen or not be stored, and what a spreadsheet would take for a formula, is no code.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_PROCEDURE = re.compile(r"[^\W_][\w./ -]{0,63}")
_LONGEST_UNIT = 200
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_Value = TypeVar("_Value")
_SLASHED_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_Complaint = tuple[str, str]
"""What is wrong, in English and in Vietnamese."""
_NEEDS_CODE: _Complaint = ("needs a dossier code such as H40.12-260105-0007", "cần mã hồ sơ như H40.12-260105-0007")
_NEEDS_DATE: _Complaint = ("needs a date as YYYY-MM-DD", "cần ngày dạng YYYY-MM-DD")
_NEEDS_COUNT: _Complaint = (
    f"needs a whole number from 1 to {_MOST_PAGES}", f"cần một số nguyên từ 1 đến {_MOST_PAGES}",
)  # fmt: skip
_NEEDS_PROCEDURE: _Complaint = ("needs a procedure's code such as 1.001193", "cần mã thủ tục như 1.001193")
_NEEDS_UNIT: _Complaint = (
    f"needs a unit of at most {_LONGEST_UNIT} letters", f"cần tên đơn vị không quá {_LONGEST_UNIT} chữ",
)  # fmt: skip
_NEEDS_NAMES: _Complaint = (
    "needs names relative to the manifest, without .. or a leading /",
    "cần tên tệp tính từ thư mục của manifest, không có .. và không bắt đầu bằng /",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The announcements in the file's order, and the columns that nobody here knows (said aloud, then ignored)."""

    announcements: tuple[Announcement, ...]
    unknown_columns: tuple[str, ...] = ()


@dataclass(slots=True)
class _Row:
    """One row while it is read: its cells by column, where it stands, and what was found wrong so far."""

    cells: dict[str, str]
    where: tuple[str, int]
    """The file's name, the line."""
    wrong: list[_Complaint] = field(default_factory=list)

    def refuse(self, column: str, needed: _Complaint) -> None:
        english, vietnamese = needed
        self.complain(f", column {column}: {english}", f", cột {column}: {vietnamese}")

    def complain(self, english: str, vietnamese: str) -> None:
        file, line = self.where
        self.wrong.append((f"{file} line {line}{english}", f"{file} dòng {line}{vietnamese}"))


def read_manifest(path: Path, *, name: str) -> Manifest:
    """The manifest in the file at `path`, called `name` in complaints; raises as parse_manifest, and for a huge one."""
    if path.stat().st_size > _LARGEST:
        most = _LARGEST // 1_000_000
        raise UsageError(f"{name} is larger than {most} MB; split it", f"{name} lớn hơn {most} MB; hãy tách ra")
    return parse_manifest(path.read_bytes(), name=name)


def parse_manifest(content: bytes, *, name: str = NAME) -> Manifest:
    """The manifest in `content`; raises UsageError that names line and column of every wrong cell at once.

    UTF-8 (or UTF-16 with a mark, as Excel writes "Unicode text"), comma, semicolon or tab, as the header shows.
    Every column but the first may be missing or empty.
    """
    rows = _rows(content, name)
    header = [nfc(cell).strip().lower() for cell in next(rows, (1, []))[1]]
    if len(header) > _MOST_COLUMNS:
        raise UsageError(
            f"{name} line 1: {len(header)} columns; at most {_MOST_COLUMNS} can be read",
            f"{name} dòng 1: {len(header)} cột; chỉ đọc được nhiều nhất {_MOST_COLUMNS} cột",
        )
    if "dossier_code" not in header:
        columns = ",".join(COLUMNS)
        raise UsageError(
            f"{name} line 1: no column dossier_code; the columns are {columns}",
            f"{name} dòng 1: không có cột dossier_code; các cột là {columns}",
        )
    wrong: list[_Complaint] = []
    announced: dict[DossierCode, tuple[int, Announcement]] = {}
    for line, cells in rows:
        row = _Row(dict(zip(header, (nfc(cell).strip() for cell in cells), strict=False)), (name, line))
        if not any(row.cells.values()):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            row.complain(
                f": {len(cells)} cells under {len(header)} columns; quote what holds a comma",
                f": {len(cells)} ô dưới {len(header)} cột; đặt ô có dấu phẩy trong ngoặc kép",
            )
        announcement = _announcement(row)
        if announcement and announcement.code in announced:
            before = announced[announcement.code][0]
            row.refuse(
                "dossier_code", (f"this dossier stands on line {before} already", f"hồ sơ này đã có ở dòng {before}")
            )
        elif announcement:
            announced[announcement.code] = (line, announcement)
        wrong += row.wrong
    if wrong:
        raise UsageError(*("\n".join(language) for language in zip(*_named(wrong), strict=True)))
    unknown = tuple(column for column in header if column and column not in COLUMNS)
    return Manifest(tuple(announcement for _, announcement in announced.values()), unknown)


def _named(wrong: list[_Complaint]) -> list[_Complaint]:
    """The first complaints, and how many more there are: nobody reads a million."""
    more = len(wrong) - _MOST_COMPLAINTS
    return wrong if more <= 0 else [*wrong[:_MOST_COMPLAINTS], (f"and {more} more", f"và {more} chỗ khác")]


def _rows(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row, header first."""
    try:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeError as error:
        raise UsageError(
            f"{name} is not UTF-8; save it as CSV UTF-8", f"{name} không phải UTF-8; hãy lưu dạng CSV UTF-8"
        ) from error
    _refuse_strange_lines(text, name)
    head = text.partition("\n")[0]
    separator = next((mark for mark in (",", "\t", ";") if mark in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        line = reader.line_num
        raise UsageError(f"{name} line {line}: {error}", f"{name} dòng {line}: dấu ngoặc kép sai ({error})") from error


def _refuse_strange_lines(text: str, name: str) -> None:
    """Control letters and endless lines are no manifest; said with the first line that has them."""
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise UsageError(
            f"{name} line {line}: holds a control character; save it as CSV UTF-8",
            f"{name} dòng {line}: có ký tự điều khiển; hãy lưu lại dạng CSV UTF-8",
        )
    for line, one in enumerate(io.StringIO(text, newline=""), start=1):
        if len(one) > _LONGEST_LINE:
            raise UsageError(
                f"{name} line {line}: {len(one)} characters; at most {_LONGEST_LINE} can be read",
                f"{name} dòng {line}: {len(one)} ký tự; chỉ đọc được nhiều nhất {_LONGEST_LINE}",
            )


def _announcement(row: _Row) -> Announcement | None:
    code = DossierCode.parse(row.cells.get("dossier_code", ""))
    if code is None:
        row.refuse("dossier_code", _NEEDS_CODE)
        return None
    return Announcement(
        code=code,
        procedure=_read(row, "procedure", _procedure, _NEEDS_PROCEDURE),
        unit=_read(row, "unit", _unit, _NEEDS_UNIT),
        received_on=_read(row, "received_on", parse_date, _NEEDS_DATE),
        expected_pages=_read(row, "expected_pages", _pages, _NEEDS_COUNT),
        files=_read(row, "files", _files, _NEEDS_NAMES) or (),
    )


def _read(row: _Row, column: str, read: Callable[[str], _Value | None], needed: _Complaint) -> _Value | None:
    text = row.cells.get(column, "")
    if not text:
        return None
    value = read(text)
    if value is None:
        row.refuse(column, needed)
    return value


def parse_date(text: str) -> date | None:
    """A date as YYYY-MM-DD, or as DD/MM/YYYY, into which a Vietnamese Excel turns it on saving."""
    iso, slashed = _ISO_DATE.fullmatch(text), _SLASHED_DATE.fullmatch(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif slashed:
        day, month, year = (int(part) for part in slashed.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _procedure(text: str) -> str | None:
    """The procedure's code; Excel takes 1.001940 for a number and drops its last zeros."""
    if re.fullmatch(r"\d\.\d{1,5}", text):
        return text.ljust(8, "0")
    return text if _PROCEDURE.fullmatch(text) else None


def _unit(text: str) -> str | None:
    return text if len(text) <= _LONGEST_UNIT else None


def _pages(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) and int(text) > 0 else None


def _files(text: str) -> tuple[str, ...] | None:
    names = tuple(name.strip().replace("\\", "/") for name in text.split(";") if name.strip())
    if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts for name in names):
        return None
    return names
