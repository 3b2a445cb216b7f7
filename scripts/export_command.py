"""`sohoa export`: every kept record, from the object store itself, one JSON object a line or one array."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from models.errors import UsageError
from models.settings import Settings
from scripts.language import text
from storage.archive import all_kept
from storage.opening import open_store


class Format(StrEnum):
    """Forms of an export."""

    JSONL = "jsonl"
    JSON = "json"


def export(
    form: Annotated[
        Format, typer.Option("--format", help=text("jsonl: mỗi dòng một hồ sơ.", "jsonl: a record a line."))
    ] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=text("Tệp đích.", "Write to this file."))
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help=text("Chỉ đơn vị này và cấp dưới.", "Only this unit and those below it."))
    ] = None,
) -> None:
    settings = Settings.from_environment()
    if output is None:
        _write(sys.stdout, settings, form, unit)
        return
    try:
        with output.open("w", encoding="utf-8") as stream:
            _write(stream, settings, form, unit)
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from error


def _write(stream: TextIO, settings: Settings, form: Format, unit: str | None) -> None:
    first = True
    for kept in all_kept(open_store(settings)):
        if unit is not None and not f"{kept.record.unit}.".startswith(f"{unit}."):
            continue
        # a file name that was no UTF-8 carries lone surrogates: JSON's own escapes carry them
        line = json.dumps(kept.to_json(), ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
        if form is Format.JSON:
            stream.write("[" if first else ",\n")
        stream.write(line if form is Format.JSON else line + "\n")
        first = False
    if form is Format.JSON:
        stream.write("[]\n" if first else "]\n")
