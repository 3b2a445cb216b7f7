"""`sohoa report`: a period's figures frozen for good, shown again as they were, and compared with those of now."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from models.audit import Action, Fact
from models.errors import UsageError
from models.rates import percentage
from models.settings import Settings
from scripts.cohort_options import Since, UnitCode, Until, cohort
from scripts.language import text
from scripts.looking import check_index
from scripts.rate_terms import percent_text, rows_table
from scripts.report_words import (
    COUNTS,
    LEVELS,
    RATES,
    headline,
    period,
    points_words,
    seal_words,
    short,
    shown_levels,
    title,
)
from storage.database import open_database
from storage.opening import open_audit, open_store
from storage.rate_snapshot import Change, snapshot
from storage.reports import FrozenReport, cohort_of, compile_report, diff, freeze, is_whole, load_report, names

app = typer.Typer(no_args_is_help=True, add_completion=False)
Name = Annotated[
    str, typer.Argument(help=text("Tên báo cáo, như freeze in ra.", "The report's name, as freeze printed it."))
]
AsJson = Annotated[bool, typer.Option("--json", help=text("In JSON.", "Print JSON."))]
_BECAUSE = {
    "new": ("hồ sơ mới vào kỳ", "came into the period"),
    "gone": ("không còn trong kỳ", "no longer in the period"),
    "record": ("bản ghi đã sửa", "its record changed"),
    "lifecycle": ("dữ liệu vòng đời đã đổi", "its lifecycle data changed"),
    "rules": ("cách tính đã đổi", "the rules changed"),
}


class Format(StrEnum):
    """Forms of a report."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


FormOption = Annotated[Format, typer.Option("--format", help=text("Dạng kết quả.", "Form of the result."))]
OtherPoints = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=80,
        help=text(
            "Điểm QĐ 766 không tính ở đây (nhóm 1, 2, 3, 5, chứng thực điện tử), để có tổng điểm và xếp loại.",
            "Points of QĐ 766 not counted here (groups 1, 2, 3, 5, certified e-copies), for the sum and its class.",
        ),
    ),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help=text("Tệp đích.", "Write to this file."))]


@app.command(
    "freeze",
    help=text(
        "Chốt số liệu một kỳ; hỏi lại cho cùng câu trả lời.", "Freeze a period's figures; asked again, the same answer."
    ),
)
def freeze_report(
    since: Since = None,
    until: Until = None,
    unit: UnitCode = None,
    other_points: OtherPoints = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help=text("Chốt thêm một bản theo số liệu bây giờ.", "Freeze the figures of now beside it.")
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    settings = Settings.from_environment()
    wanted = cohort(settings, since, until, unit)
    with open_audit(settings) as audit:
        check_index(audit.database, audit.store)
        frozen, is_new = freeze(
            audit.store,
            audit.database,
            wanted,
            frozen_at=datetime.now(UTC),
            key=settings.report_key,
            again=again,
            other_points=other_points,
        )
        if not is_new and other_points not in {None, frozen.report["other_points"]}:
            raise UsageError(
                f"{frozen.name} was frozen with other points: freeze again with --again",
                f"{frozen.name} đã chốt với số điểm khác: chốt thêm một bản bằng --again",
            )
        if is_new:
            facts: dict[str, Fact] = {"report": frozen.name, "signed": frozen.signature is not None}
            audit.note(Action.REPORT_FROZEN, "archive", purpose=settings.purpose, facts=facts)
    if as_json:
        print(json.dumps({"name": frozen.name, "new": is_new, "signed": frozen.signature is not None}))
        return
    print(frozen.name)
    said = (
        text("Vừa chốt.", "Frozen now.")
        if is_new
        else text("Đã chốt từ trước, không đổi.", "Frozen before, unchanged.")
    )
    print(said, seal_words(frozen.report["frozen_at"], frozen.signature), file=sys.stderr)
    if not is_whole(frozen.report):
        early = text("Kỳ chưa hết khi chốt: hết kỳ, chốt lại.", "The period was not over: freeze it again when it is.")
        print(early, file=sys.stderr)


@app.command("show", help=text("Xem hoặc xuất một báo cáo đã chốt.", "Show or write out a frozen report."))
def show_report(
    name: Name,
    form: FormOption = Format.TABLE,
    output: Output = None,
) -> None:
    frozen = load_report(open_store(Settings.from_environment()), name)
    write(frozen.report, form, output, signature=frozen.signature, content=frozen.content)


@app.command(
    "preview", help=text("Báo cáo theo số liệu bây giờ, chưa chốt.", "The report by the figures of now, not frozen.")
)
def preview_report(
    since: Since = None,
    until: Until = None,
    unit: UnitCode = None,
    other_points: OtherPoints = None,
    form: FormOption = Format.TABLE,
    output: Output = None,
) -> None:
    settings = Settings.from_environment()
    wanted = cohort(settings, since, until, unit)
    database = open_database(settings.index)
    try:
        report = compile_report(snapshot(database, wanted), wanted, other_points=other_points)
    finally:
        database.close()
    write(report, form, output)


@app.command("list", help=text("Các báo cáo đã chốt.", "The frozen reports."))
def list_reports() -> None:
    for name in names(open_store(Settings.from_environment())):
        print(name)


@app.command(
    "diff",
    help=text(
        "So báo cáo đã chốt với số liệu bây giờ, hồ sơ nào làm đổi.", "What changed since, and by which dossiers."
    ),
)
def diff_report(name: Name, as_json: AsJson = False) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        frozen = load_report(audit.store, name)
        found = diff(audit.store, audit.database, frozen, cohort_of(frozen.report, cohort(settings, None, None, None)))
        facts: dict[str, Fact] = {"report": name, "figures": len(found)}
        audit.note(Action.EVIDENCE_VIEWED, "archive", purpose=settings.purpose, facts=facts)
    if as_json:
        print(json.dumps([change.to_json() for change in found], ensure_ascii=False, indent=1))
        return
    _tell_changes(frozen, found)


def write(
    report: Mapping[str, Any],
    form: Format,
    output: Path | None,
    *,
    signature: Mapping[str, Any] | None = None,
    content: bytes | None = None,
) -> None:
    """Prints the report, or writes it to the file; a workbook or printed sheet needs one."""
    if form is Format.TABLE and output is None:
        _print_tables(report, signature)
        return
    body = _rendered(report, form, signature, content)
    if output is None:
        if form in {Format.XLSX, Format.PDF} and sys.stdout.isatty():
            raise UsageError("needs --output FILE", "cần --output TỆP")
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}", f"{output}: không ghi được ({error.strerror})") from error


def _rendered(
    report: Mapping[str, Any], form: Format, signature: Mapping[str, Any] | None, content: bytes | None
) -> bytes:
    if form is Format.XLSX:
        from scripts.report_workbook import workbook  # noqa: PLC0415 # loads only what is written

        return workbook(report, signature=signature)
    if form is Format.PDF:
        from scripts.report_sheet import sheet  # noqa: PLC0415

        return sheet(report, signature=signature)
    if form is Format.JSON:
        return content or (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode()
    return _csv(report).encode()


def _csv(report: Mapping[str, Any]) -> str:
    """One table of all levels: level, key, name, counts, rates."""
    keys = (*(key for key, *_ in COUNTS), *(key for key, *_ in RATES))
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("level", "key", "name", *keys))
    for level, _, _ in LEVELS:
        rows.writerows((level, row[level], row["name"], *(row[key] for key in keys)) for row in report["tables"][level])
    return table.getvalue()


def _print_tables(report: Mapping[str, Any], signature: Mapping[str, Any] | None) -> None:
    console = Console(highlight=False)
    console.print(title(report), style="bold")
    console.print(period(report))
    console.print(seal_words(report.get("frozen_at"), signature), style="dim", soft_wrap=True)
    figures = Table(box=None, header_style="dim")
    headings = text("Chỉ tiêu|Tử số|Mẫu số|Tỷ lệ|Điểm", "Rate|Numerator|Denominator|Rate|Points").split("|")
    for place, heading in enumerate(headings):
        figures.add_column(heading, justify="right" if place else "left")
    for rate, part, whole, percent, points in headline(report):
        given = f"{points:.2f} / {rate.points}" if points is not None else ""
        figures.add_row(short(rate), str(part), str(whole), percent_text(percent), given)
    console.print(figures)
    console.print(points_words(report), style="bold")
    for level, heading, rows in shown_levels(report):
        console.print(rows_table(rows, level, heading))


def _tell_changes(frozen: FrozenReport, found: Sequence[Change]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(frozen.name, seal_words(frozen.report["frozen_at"], frozen.signature))
    if not found:
        console.print(text("Không số liệu nào thay đổi từ khi chốt.", "No figure has changed since it was frozen."))
        return
    names_of = {rate.code: short(rate) for rate, *_ in headline(frozen.report)}
    names_of["received"] = text("Tiếp nhận", "Received")
    for change in found:
        before, now = (
            f"{part}/{whole} = {percent_text(percentage(part, whole))}" for part, whole in (change.before, change.now)
        )
        console.print(f"{names_of[change.rate]}: {before} → {now}", style="bold")
        for code, part, whole, because in change.dossiers:
            console.print(f"  {code}  {part:+d}/{whole:+d}  {text(*_BECAUSE[because])}")
