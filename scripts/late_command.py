"""`sohoa late`: dossiers past their appointment, how long citizens waited for the record, dossiers a clerk and a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from models.settings import Settings
from scripts.cohort_options import ProcedureCode, Since, UnitCode, Until, cohort, day
from scripts.language import text
from scripts.rate_terms import percent_text
from storage.database import open_database
from storage.lateness import (
    NORM_MINUTES,
    NORMS_A_YEAR,
    Overdue,
    Punctuality,
    Wait,
    Workload,
    overdue,
    punctuality,
    waits,
    workload,
)


def late(
    since: Since = None,
    until: Until = None,
    unit: UnitCode = None,
    procedure: ProcedureCode = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="YYYY-MM-DD",
            help=text("Quá hạn tính đến ngày này, mặc định hôm nay.", "Overdue on this day, default today."),
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=text("In một đối tượng JSON.", "Print one JSON object."))
    ] = False,
) -> None:
    settings = Settings.from_environment()
    wanted = cohort(settings, since, until, unit, procedure)
    today = day("--on", on) or datetime.now().astimezone().date()
    database = open_database(settings.index)
    try:
        found = overdue(database, wanted, today=today)
        by_unit, waited, worked = (
            punctuality(database, wanted, today=today),
            waits(database, wanted),
            workload(database, wanted),
        )
    finally:
        database.close()
    if as_json:
        told = {
            "on": today.isoformat(),
            "overdue": [asdict(dossier) for dossier in found],
            "punctuality": [{**asdict(row), "rate": row.rate} for row in by_unit],
            "waits": [
                {"unit": row.unit, "dossiers": row.dossiers, "median_minutes": row.median_minutes,
                 **{f"within_{norm}": share for norm, share in zip(NORM_MINUTES, row.within, strict=True)}}
                for row in waited
            ],
            "workload": [asdict(row) for row in worked],
        }  # fmt: skip
        print(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    _tell(today, found, by_unit, waited, worked)


def _tell(
    today: date,
    found: Sequence[Overdue],
    by_unit: Sequence[Punctuality],
    waited: Sequence[Wait],
    worked: Sequence[Workload],
) -> None:
    console = Console(highlight=False)
    if not (by_unit or waited or worked):
        console.print(
            text("Chưa có dữ liệu vòng đời: sohoa lifecycle load", "No lifecycle data yet: sohoa lifecycle load"),
            soft_wrap=True,
        )
        return
    console.print(
        text(f"Quá hạn đến {today:%d/%m/%Y}: {len(found)} hồ sơ", f"Overdue on {today}: {len(found)} dossiers"),
        style="bold",
    )
    if found:
        table = _columns(
            text("Hồ sơ|Thủ tục|Cán bộ|Hẹn trả|Quá (ngày)", "Dossier|Procedure|Clerk|Due|Days over"), words=4
        )
        for dossier in found:
            table.add_row(
                dossier.dossier_code, dossier.procedure, dossier.clerk, str(dossier.due_on), str(dossier.days)
            )
        console.print(table)
    table = _columns(
        text("Đơn vị|Đúng hạn|Trễ hạn|Đang quá hạn|Tỷ lệ đúng hạn", "Unit|On time|Late|Overdue now|On-time rate")
    )
    for row in by_unit:
        table.add_row(row.unit, str(row.on_time), str(row.late), str(row.overdue), percent_text(row.rate))
    console.print(table)
    if waited:
        console.print(text("Từ tiếp nhận đến bản ghi", "From reception to record"), style="bold")
        table = _columns(text("Đơn vị|Hồ sơ|Trung vị (phút)", "Unit|Dossiers|Median (minutes)"))
        for norm in NORM_MINUTES:
            table.add_column(text(f"Trong {norm} phút", f"Within {norm} min"), justify="right")
        for wait in waited:
            shares = (percent_text(share) for share in wait.within)
            table.add_row(wait.unit, str(wait.dossiers), _minutes(wait.median_minutes), *shares)
        console.print(table)
    if worked:
        console.print(text("Hồ sơ mỗi cán bộ", "Dossiers a clerk"), style="bold")
        table = _columns(
            text("Cán bộ|Hồ sơ|Ngày|Mỗi ngày|Mỗi năm|Định mức đạt", "Clerk|Dossiers|Days|A day|A year|Norm reached")
        )
        for load in worked:
            reached = next((str(norm) for norm in NORMS_A_YEAR if load.a_year >= norm), f"< {NORMS_A_YEAR[-1]}")
            table.add_row(load.clerk, str(load.dossiers), str(load.days), f"{load.a_day:g}", str(load.a_year), reached)
        console.print(table)


def _minutes(minutes: float) -> str:
    """Minutes, or days where a dossier was scanned long after it came."""
    day = 24 * 60
    return f"{minutes:g}" if minutes < day else text(f"{minutes / day:.0f} ngày", f"{minutes / day:.0f} days")


def _columns(headings: str, *, words: int = 1) -> Table:
    """A table whose first columns, so many, are words."""
    table = Table(box=None, header_style="dim")
    for place, heading in enumerate(headings.split("|")):
        table.add_column(heading, justify="right" if place >= words else "left", overflow="fold")
    return table
