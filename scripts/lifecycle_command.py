"""`sohoa lifecycle`: what the one-stop system tells of dossiers (dates, status, channel, re-use), loaded and looked at."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from models.audit import Action
from models.errors import UsageError
from models.settings import Settings
from scripts.language import text
from storage.database import open_database
from storage.lifecycle import lifecycle_of, take_in
from storage.lifecycle_forms import read_rows
from storage.lifecycle_json import lifecycle_json
from storage.opening import open_audit

app = typer.Typer(no_args_is_help=True, add_completion=False)
AsJson = Annotated[bool, typer.Option("--json", help=text("In một đối tượng JSON.", "Print one JSON object."))]


@app.command(
    help=text(
        "Nạp CSV hoặc gói JSON của hệ thống một cửa; gửi lại không đổi gì.",
        "Load a CSV or JSON packets of the one-stop system; sent again it changes nothing.",
    )
)
def load(
    file: Annotated[
        Path,
        typer.Argument(help=text("Tệp CSV hoặc JSON; - là đầu vào chuẩn.", "A CSV or JSON file; - is standard input.")),
    ],
    as_json: AsJson = False,
) -> None:
    settings = Settings.from_environment()
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", f"{file}: không đọc được ({error.strerror})") from error
    with open_audit(settings) as audit:
        rows = read_rows(content, name=file.name)
        taken = take_in(audit.store, audit.database, rows, arrived_at=datetime.now(UTC))
        facts = {"rows": taken.rows, "taken_in": taken.taken_in, "wrong_cells": len(taken.errors)}
        audit.note(Action.LIFECYCLE_LOADED, "archive", purpose=settings.purpose, facts=facts)
    if as_json:
        errors = [{"row": e.row, "column": e.column, "message": text(e.vi, e.en)} for e in taken.errors]
        print(json.dumps({"rows": taken.rows, "taken_in": taken.taken_in, "unchanged": taken.unchanged, "errors": errors},
                         ensure_ascii=False))  # fmt: skip
    else:
        wrong = taken.rows - taken.taken_in - taken.unchanged
        form = text("{} dòng: nạp {}, không đổi {}, sai {}", "{} rows: {} taken in, {} unchanged, {} wrong")
        print(form.format(taken.rows, taken.taken_in, taken.unchanged, wrong))
        for wrong_cell in taken.errors:
            row = text(
                f"dòng {wrong_cell.row}, cột {wrong_cell.column}: {wrong_cell.vi}",
                f"row {wrong_cell.row}, column {wrong_cell.column}: {wrong_cell.en}",
            )
            print(f"{file.name} {row}", file=sys.stderr)
    if taken.errors:
        raise typer.Exit(UsageError.exit_code)


@app.command(help=text("Xem vòng đời của một hồ sơ.", "Show what is known of a dossier's life."))
def show(code: Annotated[str, typer.Argument(help=text("Mã hồ sơ.", "Dossier code."))]) -> None:
    database = open_database(Settings.from_environment().index)
    try:
        told = lifecycle_of(database, code)
    finally:
        database.close()
    if told is None:
        raise UsageError(f"nothing is known of the life of {code}", f"chưa có dữ liệu vòng đời của {code}")
    print(json.dumps(json.loads(lifecycle_json(told)), ensure_ascii=False, indent=1))
