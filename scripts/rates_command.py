"""`sohoa rates`: how many dossiers received in a period were digitized, by unit, procedure or month."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from models.errors import UsageError
from models.settings import Settings
from scripts.language import text
from storage.database import open_database
from storage.rates import RateBy, RateRow
from storage.rates import rates as count


class Format(StrEnum):
    """Forms of the table."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def rates(
    since: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help=text("Nhận từ ngày.", "Received from this day."))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help=text("Nhận đến hết ngày.", "Received to this day."))
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help=text("Đơn vị này và cấp dưới.", "This unit and those below it."))
    ] = None,
    by: Annotated[RateBy, typer.Option(help=text("Một dòng cho mỗi…", "One row a…"))] = RateBy.UNIT,
    form: Annotated[Format, typer.Option("--format", help=text("Dạng kết quả.", "Form of the result."))] = Format.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help=text("Như --format json.", "As --format json."))] = False,
) -> None:
    first, last = _day("--from", since), _day("--to", until)
    database = open_database(Settings.from_environment().index)
    try:
        rows = count(database, by=by, first=first, last=last, unit=unit)
    finally:
        database.close()
    if as_json or form is Format.JSON:
        print(json.dumps([row.to_json() for row in rows], ensure_ascii=False, indent=1))
    elif form is Format.CSV:
        print_csv(rows)
    else:
        Console(highlight=False).print(rates_table(rows, by=by))


def rates_table(rows: tuple[RateRow, ...], *, by: RateBy) -> Table:
    """The rows as a table for the terminal."""
    table = Table(box=None, header_style="dim")
    table.add_column(text(*_BY[by]))
    headings = text(
        "Tiếp nhận|Có thành phần số hóa|Số hóa đủ|Có kết quả|Kết quả số hóa|Tỷ lệ thành phần|Tỷ lệ đủ|Tỷ lệ kết quả",
        "Received|Component digitized|In full|Resolved|Result digitized|Component rate|Full rate|Result rate",
    )
    for heading in headings.split("|"):
        table.add_column(heading, justify="right")
    for row in rows:
        counts = (row.received, row.component_digitized, row.fully_digitized, row.resolved, row.result_digitized)
        percents = (row.component_rate, row.full_rate, row.result_rate)
        table.add_row(row.key, *map(str, counts), *(_percent(value) for value in percents))
    return table


_BY = {RateBy.UNIT: ("Đơn vị", "Unit"), RateBy.PROCEDURE: ("Thủ tục", "Procedure"), RateBy.MONTH: ("Tháng", "Month")}


def print_csv(rows: tuple[RateRow, ...]) -> None:
    """The contract's columns as CSV on standard output."""
    if rows:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0].to_json()))
        writer.writeheader()
        writer.writerows(row.to_json() for row in rows)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} %"


def _day(option: str, given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return datetime.strptime(given, "%Y-%m-%d").date()  # noqa: DTZ007 # a day of the calendar has no time zone
    except ValueError:
        raise UsageError(text(f"{option} cần ngày dạng YYYY-MM-DD", f"{option} needs a date as YYYY-MM-DD")) from None
