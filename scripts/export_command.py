"""`sohoa export`: every kept record, one JSON object a line or one array; or dossiers as packages for an archive."""

from __future__ import annotations

import json
import sys
from collections.abc import Container
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from models.audit import Action
from models.errors import StoredObjectDamaged, UsageError
from models.settings import Settings
from scripts.cohort_options import UnitCode, cohort
from scripts.export_packages import export_packages
from scripts.language import text
from scripts.looking import restricted
from storage.archive import all_kept
from storage.opening import open_audit, open_store
from storage.rates import Cohort


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
    unit: UnitCode = None,
    package: Annotated[
        Path | None,
        typer.Option(
            help=text(
                "Ghi mỗi hồ sơ thành một gói lưu trữ (METS, EAD, PREMIS) vào thư mục này.",
                "Write each dossier as the archive's package (METS, EAD, PREMIS) into this folder.",
            )
        ),
    ] = None,
    bagit: Annotated[
        Path | None,
        typer.Option(
            help=text(
                "Ghi mỗi hồ sơ thành một túi BagIt vào thư mục này.",
                "Write each dossier as a BagIt bag into this folder.",
            )
        ),
    ] = None,
    dossier: Annotated[
        list[str] | None, typer.Option(help=text("Chỉ hồ sơ này (lặp lại được).", "Only this dossier (repeatable)."))
    ] = None,
) -> None:
    settings = Settings.from_environment()
    wanted = cohort(settings, None, None, unit)
    if package or bagit:
        _end(export_packages(settings, package=package, bagit=bagit, wanted=wanted, codes=dossier))
        return
    if dossier:
        raise UsageError(text("--dossier cần --package hoặc --bagit", "--dossier goes with --package or --bagit"))
    damaged: list[str] = []
    with open_audit(settings) as audit:
        subject = f"unit:{unit}" if unit else "archive"
        audit.note(Action.EXPORTED, subject, purpose=settings.purpose, facts={"format": str(form)})
        left_out = restricted(audit)
    if output is None:
        _write(sys.stdout, settings, form, wanted, damaged, left_out)
    else:
        try:
            with output.open("w", encoding="utf-8") as stream:
                _write(stream, settings, form, wanted, damaged, left_out)
        except OSError as error:
            raise UsageError(f"{output}: {error.strerror}", f"{output}: không ghi được ({error.strerror})") from error
    _end(damaged)


def _end(damaged: list[str]) -> None:
    """Names the damaged records, which were left out; the exit code says that there are some."""
    for key in damaged:
        print(text(f"Bản ghi hỏng, không xuất: {key}", f"Damaged record, left out: {key}"), file=sys.stderr)
    if damaged:
        raise typer.Exit(StoredObjectDamaged.exit_code)


def _write(
    stream: TextIO, settings: Settings, form: Format, wanted: Cohort, damaged: list[str], left_out: Container[str]
) -> None:
    first = True
    for kept in all_kept(open_store(settings), damaged=damaged.append):
        if not wanted.holds(kept.record.unit) or kept.record.dossier_code in left_out:
            continue
        # a file name that was no UTF-8 carries lone surrogates: JSON's own escapes carry them
        line = json.dumps(kept.to_json(), ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
        if form is Format.JSON:
            stream.write("[" if first else ",\n")
        stream.write(line if form is Format.JSON else line + "\n")
        first = False
    if form is Format.JSON:
        stream.write("[]\n" if first else "]\n")
