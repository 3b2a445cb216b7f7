"""`sohoa register`: the register of digitized papers as CSV or XLSX, and the papers whose numbers repeat."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from models.audit import Action, Fact, masked_id
from models.errors import UsageError
from models.register import RegisterEntry
from models.settings import Settings
from pipeline.register import register_entries, repeats_among, with_repeats
from scripts.cohort_options import Since, UnitCode, Until, cohort
from scripts.language import text
from scripts.looking import restricted
from scripts.spreadsheet import Cell, write_csv, write_xlsx
from scripts.terms import term
from storage.archive import all_kept
from storage.audit import Audit
from storage.index import Index
from storage.opening import open_audit
from storage.rates import Cohort

app = typer.Typer(no_args_is_help=True, add_completion=False)

_HEADINGS_VI = (
    "STT|Mã hồ sơ|STT giấy tờ|Đơn vị|Thủ tục|Ngày tiếp nhận|Loại giấy tờ|Thành phần|Số|Ký hiệu|Ngày ban hành|Cơ quan ban hành|"
    "Trích yếu|Số trang|Người ký|Bản sao chứng thực|Mã kết quả số hóa|Trùng số với hồ sơ"
)
_HEADINGS_EN = (
    "No.|Dossier|Paper|Unit|Procedure|Received|Kind|Part|Number|Sign|Issued|Issuer|Abstract|Pages|Signer|Certified copy|"
    "Result code|Number also in"
)


@app.command(help=text("Xuất sổ đăng ký ra tệp .csv hoặc .xlsx.", "Write the register to a .csv or .xlsx file."))
def export(
    file: Annotated[
        Path, typer.Argument(help=text("Tệp đích; - là đầu ra chuẩn (CSV).", "The file; - is standard output."))
    ],
    unit: UnitCode = None,
    since: Since = None,
    until: Until = None,
    with_owner_ids: Annotated[
        bool,
        typer.Option(
            "--with-owner-ids",
            help=text(
                "Không che số định danh trong mã kết quả.", "Do not mask the owners' id numbers in result codes."
            ),
        ),
    ] = False,
) -> None:
    settings = Settings.from_environment()
    form = "csv" if str(file) == "-" else file.suffix.lower().removeprefix(".")
    if form not in {"csv", "xlsx"}:
        raise UsageError(
            text(f"{file}: cần tên tệp .csv hoặc .xlsx", f"{file}: a name that ends with .csv or .xlsx is needed")
        )
    wanted = cohort(settings, since, until, unit)
    with open_audit(settings) as audit:
        facts: dict[str, Fact] = {"form": form, "owner_ids": with_owner_ids}
        audit.note(
            Action.REGISTER_EXPORTED, f"unit:{unit}" if unit else "archive", purpose=settings.purpose, facts=facts
        )
        entries = _entries(audit, wanted)
        rows = (_row(number, entry, masked=not with_owner_ids) for number, entry in enumerate(entries, start=1))
        written = _write(file, form, rows)
    print(text(f"Đã ghi {written} giấy tờ", f"{written} papers written"), file=sys.stderr)


@app.command(
    help=text(
        "Giấy tờ có số, ký hiệu và cơ quan trùng nhau ở nhiều hồ sơ.", "Papers whose number, sign and issuer repeat."
    )
)
def repeats(unit: UnitCode = None) -> None:
    settings = Settings.from_environment()
    wanted = cohort(settings, None, None, unit)
    with open_audit(settings) as audit:
        audit.note(Action.REGISTER_EXPORTED, f"unit:{unit}" if unit else "archive", purpose=settings.purpose)
        found = [entry for entry in _entries(audit, wanted) if entry.repeats]
    for entry in found:
        number = f"{entry.count}/{entry.sign}" if entry.sign else entry.count
        print(f"{entry.dossier_code} {entry.ordinal:>2}  {number}  {entry.issuer}  = {', '.join(entry.repeats)}")
    if not found:
        print(text("Không có số nào trùng.", "No number repeats."))


def _entries(audit: Audit, wanted: Cohort) -> Iterator[RegisterEntry]:
    """The register in the order of dossier codes."""
    left_out = restricted(audit)
    numbers = repeats_among(Index(audit.database).numbered_papers())
    for kept in all_kept(audit.store, damaged=lambda _key: None):
        record = kept.record
        if not wanted.holds(record.unit) or record.dossier_code in left_out:
            continue
        if (wanted.first or record.received_on) <= record.received_on <= (wanted.last or record.received_on):
            yield from (with_repeats(entry, numbers) for entry in register_entries(record))


def _row(number: int, entry: RegisterEntry, *, masked: bool) -> tuple[Cell, ...]:
    owner, dot, rest = entry.result_code.partition(".")
    if masked and owner:
        entry = replace(entry, result_code=f"{masked_id(owner)}{dot}{rest}")
    return (
        number, entry.dossier_code, entry.ordinal, entry.unit, entry.procedure, entry.received_on, term(entry.type),
        term(entry.part), entry.count, entry.sign, entry.issued_on, entry.issuer, entry.abstract, entry.pages, entry.signer,
        text("có", "yes") if entry.certified_copy else "", entry.result_code, " ".join(entry.repeats),
    )  # fmt: skip


def _write(file: Path, form: str, rows: Iterator[tuple[Cell, ...]]) -> int:
    headings = text(_HEADINGS_VI, _HEADINGS_EN).split("|")
    if str(file) == "-":
        return write_csv(sys.stdout, headings, rows)
    try:
        if form == "xlsx":
            return write_xlsx(file, headings, rows, title=text("Sổ đăng ký", "Register"))
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            return write_csv(stream, headings, rows)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None
