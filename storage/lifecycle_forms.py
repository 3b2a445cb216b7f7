"""Lifecycle data as it comes: rows of a CSV or packets of the public service portal, and what is wrong with each."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.errors import UsageError
from models.lifecycle import Applicant, Channel, Lifecycle, LifecycleStatus, SubmittedPaper
from models.vietnamese import nfc
from storage.lifecycle_cells import Cells, Complaint

Source = dict[str, Any]

COLUMNS = (
    "dossier_code", "status", "updated_at", "received_at", "accepted_at", "appointed_at", "resolved_at", "returned_at",
    "unit", "procedure", "channel", "applicant", "clerk", "scanner", "digitized", "not_digitized", "reused",
    "from_store", "electronic_result", "population_data",
)  # fmt: skip
_PACKET_NAMES = {
    "dossier_code": "MaHoSo", "status": "TrangThaiHoSo", "updated_at": "NgayCapNhat", "received_at": "NgayTiepNhan",
    "appointed_at": "NgayHenTra", "resolved_at": "NgayKetThucXuLy",
    "returned_at": "NgayTra", "unit": "MaDonVi", "procedure": "MaTTHC", "channel": "KenhThucHien",
    "applicant": "LoaiDoiTuong", "clerk": "CanBoTiepNhan", "scanner": "MayQuet",
    "population_data": "TaiKhoanDuocXacThucVoiVNeID",
}  # fmt: skip
_PAPER_KEYS = ("MaThanhPhanHoSo", "IsDeleted", "DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG")
_RESULT_KEYS = ("MaGiayToKetQua", "DuongDanTepTinKetQua")
_COLUMN_NAME = re.compile(r"[a-z]+(_[a-z]+)*")
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """One row or packet: where it stands (from 1; a CSV's header is row 1), what was read, what is wrong with it.

    `source` is what is kept in the store: of the row or packet what is counted by, so neither who asks nor the names of
    files, which often hold a person's. `lifecycle` is None where
    something is wrong; each complaint names column, need, in English and in Vietnamese.
    """

    number: int
    source: Source
    lifecycle: Lifecycle | None
    complaints: tuple[Complaint, ...] = ()


def read_rows(content: bytes, *, name: str) -> Iterator[Row]:
    """The rows of a CSV, or the packets of a JSON object, array or JSON lines; raises UsageError on what is neither.

    A CSV is UTF-8, or UTF-16 with a mark as spreadsheets write it; comma, semicolon or tab, as the header shows.
    """
    text = _decoded(content, name)
    if text.lstrip()[:1] in {"{", "["}:
        yield from (read_source(number, packet) for number, packet in _packets(text, name))
        return
    head = text.partition("\n")[0]
    separator = next((mark for mark in (",", "\t", ";") if mark in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        _check_header(header, name)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                source = {column: cell.strip() for column, cell in zip(header, cells, strict=False) if cell.strip()}
                yield read_source(reader.line_num, source)
    except csv.Error as error:
        line = reader.line_num
        raise UsageError(f"{name} line {line}: {error}", f"{name} dòng {line}: dấu ngoặc kép sai ({error})") from error


def read_source(number: int, source: Any) -> Row:
    """One row of a CSV (our column names) or one packet (the portal's names), told by the names that it uses."""
    if not isinstance(source, Mapping):
        needed = ("packet", "must be a JSON object", "phải là một đối tượng JSON")
        return Row(number, {}, None, (needed,))
    is_packet = "MaHoSo" in source or not set(source) & set(COLUMNS)
    kept = _counted_by(source) if is_packet else {name: source[name] for name in COLUMNS if name in source}
    cells = Cells(kept, _PACKET_NAMES if is_packet else {})
    papers = _packet_papers(cells) if is_packet else _row_papers(cells)
    result = _has_result(cells) if is_packet else cells.flag("electronic_result")
    code, unit = cells.code(), cells.unit()
    status = cells.choice("status", LifecycleStatus)
    times = {
        name: cells.time(f"{name}_at")
        for name in ("updated", "received", "accepted", "appointed", "resolved", "returned")
    }
    # an appointment is a plan, which may move to an earlier day
    known = [time for name, time in times.items() if time and name != "appointed"]
    if status is None and not cells.complaints:
        cells.complain("status", "needs a status from 1 to 10", "cần trạng thái từ 1 đến 10")
    if not known and not cells.complaints:
        cells.complain("received_at", "needs a time: at least the reception", "cần thời điểm, ít nhất là lúc tiếp nhận")
    procedure, channel = cells.procedure(), cells.choice("channel", Channel)
    applicant, population = cells.choice("applicant", Applicant), cells.flag("population_data")
    clerk, scanner = cells.short_name("clerk"), cells.short_name("scanner")
    if cells.complaints or code is None or status is None:
        return Row(number, kept, None, tuple(cells.complaints))
    updated_at = times.pop("updated") or max(known)
    return Row(
        number,
        kept,
        Lifecycle(
            dossier_code=code, unit=unit, status=status, updated_at=updated_at,
            **{f"{name}_at": time for name, time in times.items()},
            procedure=procedure, channel=channel, applicant=applicant, clerk=clerk, scanner=scanner,
            papers=papers, electronic_result=result, population_data=population,
        ),
    )  # fmt: skip


def _counted_by(packet: Mapping[str, Any]) -> Source:
    kept: Source = {name: packet[name] for name in _PACKET_NAMES.values() if name in packet}
    for name, keys in (("TaiLieuNop", _PAPER_KEYS), ("DanhSachGiayToKetQua", _RESULT_KEYS)):
        items = packet.get(name)
        if isinstance(items, list) and all(isinstance(item, Mapping) for item in items):
            kept[name] = [{key: item[key] for key in keys if key in item} for item in items]
        elif items:
            kept[name] = "?"  # no list of objects; what it is may be anybody's name
            continue
        for item in kept.get(name, ()) if name == "DanhSachGiayToKetQua" else ():
            if item.get("DuongDanTepTinKetQua"):
                item["DuongDanTepTinKetQua"] = "…"  # that there is a file is told, its name is not
    return kept


def _decoded(content: bytes, name: str) -> str:
    try:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        return nfc(content.decode("utf-16" if wide else "utf-8-sig"))
    except UnicodeError as error:
        raise UsageError(
            f"{name} is not UTF-8; save it as CSV UTF-8", f"{name} không phải UTF-8; hãy lưu dạng CSV UTF-8"
        ) from error


def _check_header(header: list[str], name: str) -> None:
    lacking = [column for column in ("dossier_code", "status") if column not in header]
    # a file without a header has a person in its first line: only what may be a column's name is repeated
    unknown = [
        column if _COLUMN_NAME.fullmatch(column) else f"#{place}"
        for place, column in enumerate(header, start=1)
        if column and column not in COLUMNS
    ]
    if lacking or unknown:
        columns = ",".join(COLUMNS)
        wrong = ", ".join((*lacking, *unknown))
        raise UsageError(
            f"{name} line 1: columns missing or unknown: {wrong}; dossier_code and status are needed, the columns are {columns}",
            f"{name} dòng 1: thiếu hoặc không biết cột: {wrong}; cần dossier_code và status, các cột là {columns}",
        )


def _packets(text: str, name: str) -> Iterator[tuple[int, Any]]:
    decoder, number = json.JSONDecoder(), 0
    position = _BLANK.match(text).end()  # type: ignore[union-attr] # it matches anywhere
    try:
        while position < len(text):
            value, position = decoder.raw_decode(text, position)
            for packet in value if isinstance(value, list) else [value]:
                number += 1
                yield number, packet
            position = _BLANK.match(text, position).end()  # type: ignore[union-attr]
    except (ValueError, RecursionError) as error:  # also a number of more digits than Python takes
        line = getattr(error, "lineno", number)
        raise UsageError(
            f"{name} line {line}: no JSON after packet {number}", f"{name} dòng {line}: sai JSON sau gói thứ {number}"
        ) from error


def _row_papers(cells: Cells) -> tuple[SubmittedPaper, ...]:
    """Of a row: the codes of papers digitized, not digitized, re-used and taken from the owner's store."""
    digitized, reused, stored = (cells.codes(name) for name in ("digitized", "reused", "from_store"))
    every = dict.fromkeys((*digitized, *cells.codes("not_digitized"), *reused, *stored))
    return tuple(
        SubmittedPaper(code, code in digitized, code in reused or code in stored, code in stored) for code in every
    )


def _packet_papers(cells: Cells) -> tuple[SubmittedPaper, ...]:
    """Of a packet: TaiLieuNop, without what was deleted; a component of several files is digitized when all are."""
    papers: dict[str, SubmittedPaper] = {}
    for place, item in enumerate(cells.items("TaiLieuNop"), start=1):
        if cells.is_yes(item.get("IsDeleted")):
            continue
        code = str(item.get("MaThanhPhanHoSo") or f"file {place}")[:64]
        paper = SubmittedPaper(
            code,
            digitized=cells.is_yes(item.get("DuocSoHoa")),
            reused=cells.is_yes(item.get("DuocTaiSuDung")) or cells.is_yes(item.get("DuocLayTuKhoDMQG")),
            from_store=cells.is_yes(item.get("DuocLayTuKhoDMQG")),
        )
        before = papers.get(code, paper)
        papers[code] = SubmittedPaper(
            code,
            before.digitized and paper.digitized,
            before.reused or paper.reused,
            before.from_store or paper.from_store,
        )
    return tuple(papers.values())


def _has_result(cells: Cells) -> bool:
    return any(bool(item.get("DuongDanTepTinKetQua")) for item in cells.items("DanhSachGiayToKetQua"))
