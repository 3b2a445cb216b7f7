"""`sohoa accuracy`: how well print is read in daily work, measured by the codes of cards beside it; a drop is an alarm."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from models.settings import Settings
from scripts.cohort_options import Since, UnitCode, Until, cohort
from scripts.language import text
from scripts.terms import field_term
from storage.database import open_database
from storage.reading_checks import Checked, CheckedBy, Drop, checked, drops

ALARM = 3
"""The exit code of a drop: somebody has to look."""


def accuracy(
    since: Since = None,
    until: Until = None,
    unit: UnitCode = None,
    by: Annotated[CheckedBy, typer.Option(help=text("Một dòng cho mỗi…", "One row a…"))] = CheckedBy.FIELD,
    as_json: Annotated[bool, typer.Option("--json", help=text("In JSON.", "Print JSON."))] = False,
) -> None:
    settings = Settings.from_environment()
    wanted = cohort(settings, since, until, unit)
    database = open_database(settings.index)
    try:
        rows, fallen = checked(database, wanted, by=by), drops(database, wanted)
    finally:
        database.close()
    if as_json:
        alarms = [
            {"field": d.field, "month": d.month, "before": d.before.to_json(), "now": d.now.to_json()} for d in fallen
        ]
        print(json.dumps({"rows": [row.to_json() for row in rows], "alarms": alarms}, ensure_ascii=False, indent=1))
    else:
        _tell(rows, by, fallen)
    if fallen:
        raise typer.Exit(ALARM)


def _tell(rows: tuple[Checked, ...], by: CheckedBy, fallen: tuple[Drop, ...]) -> None:
    console = Console(highlight=False)
    if not rows:
        console.print(text("Chưa có thẻ nào có mã QR để so.", "No card with a QR code to compare with yet."))
        return
    headings = {
        CheckedBy.FIELD: ("Trường", "Field"), CheckedBy.UNIT: ("Đơn vị", "Unit"), CheckedBy.MONTH: ("Tháng", "Month"),
        CheckedBy.SCANNER: ("Máy quét", "Scanner"),
    }  # fmt: skip
    table = Table(box=None, header_style="dim")
    table.add_column(text(*headings[by]))
    for heading in text(
        "Có mã QR|Đọc được chữ in|Đúng|Tỷ lệ đúng (95 %)", "With QR code|Print read|Right|Share right (95 %)"
    ).split("|"):
        table.add_column(heading, justify="right")
    for row in rows:
        label = field_term(row.key) if by is CheckedBy.FIELD else row.key
        table.add_row(label, str(row.coded), str(row.read), str(row.right), _share(row))
    console.print(table)
    for drop in fallen:
        said = text(
            "BÁO ĐỘNG: {} tháng {} đọc đúng {}, trước đó {}: kiểm tra máy quét",
            "ALARM: {} in {} right {}, before {}: check the scanner",
        )
        console.print(
            said.format(field_term(drop.field), drop.month, _share(drop.now), _share(drop.before)),
            style="bold red",
            soft_wrap=True,
        )


def _share(row: Checked) -> str:
    if row.interval is None:
        return "–"
    low, high = row.interval
    return f"{row.right / row.read:.1%} ({low:.1%}–{high:.1%})"
