"""`sohoa cover CODE… > sheets.pdf`: cover sheets that tell a batch's dossiers apart."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from models.dossier import Announcement, DossierCode
from models.errors import UsageError
from models.procedure import built_in
from pipeline.cover_drawing import make_sheets
from pipeline.manifest import parse_date, read_manifest
from scripts.language import text


def cover(
    codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE…", help=text("Các mã hồ sơ, ví dụ H40.12-260105-0007.", "Dossier codes.")),
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(help=text("In tờ bìa cho mọi hồ sơ trong manifest.csv này.", "A sheet for each row of this CSV.")),
    ] = None,
    procedure: Annotated[
        str | None, typer.Option(help=text("Mã thủ tục, ví dụ 1.004873.", "The procedure's code, as 1.004873."))
    ] = None,
    unit: Annotated[str | None, typer.Option(help=text("Mã đơn vị tiếp nhận.", "The receiving unit's code."))] = None,
    pages: Annotated[
        int | None, typer.Option(min=1, max=9999, help=text("Số trang của hồ sơ.", "How many pages the dossier has."))
    ] = None,
    received_on: Annotated[
        str | None,
        typer.Option(help=text("Ngày tiếp nhận (YYYY-MM-DD hoặc DD/MM/YYYY).", "Reception date (YYYY-MM-DD).")),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=text("Ghi vào tệp này thay vì đầu ra.", "Write here, not to the output.")),
    ] = None,
) -> None:
    announcements = [*_listed(manifest), *_named(codes or [])]
    if not announcements:
        raise UsageError(text("cần ít nhất một mã hồ sơ hoặc --manifest", "give a dossier code or --manifest"))
    day = parse_date(received_on) if received_on else None
    if received_on and day is None:
        raise UsageError(text("--received-on cần ngày YYYY-MM-DD", "--received-on needs a date as YYYY-MM-DD"))
    filled = [
        replace(
            announcement,
            procedure=announcement.procedure or procedure,
            unit=announcement.unit or unit or announcement.code.unit,
            expected_pages=announcement.expected_pages or pages,
            received_on=announcement.received_on or day or announcement.code.received_on,
            files=(),
        )
        for announcement in announcements
    ]
    sheets = make_sheets(filled, procedure_names={code: known.name for code, known in built_in().items()})
    if output:
        try:
            output.write_bytes(sheets)
        except OSError as error:
            raise UsageError(f"{output}: {error.strerror}", f"{output}: không ghi được ({error.strerror})") from error
    elif sys.stdout.isatty():
        raise UsageError(
            text("chuyển đầu ra vào tệp: > sheets.pdf, hoặc dùng -o", "send the output to a file, or use -o")
        )
    else:
        sys.stdout.buffer.write(sheets)


def _listed(manifest: Path | None) -> list[Announcement]:
    if manifest is None:
        return []
    try:
        return list(read_manifest(manifest, name=manifest.name).announcements)
    except OSError as error:
        raise UsageError(f"{manifest}: {error.strerror}") from error


def _named(codes: list[str]) -> list[Announcement]:
    parsed = {code: DossierCode.parse(code.upper()) for code in codes}
    wrong = [code for code, known in parsed.items() if known is None]
    if wrong:
        raise UsageError(
            text("không phải mã hồ sơ: ", "not a dossier code: ")
            + ", ".join(wrong)
            + text(" (ví dụ đúng: H40.12-260105-0007)", " (such as H40.12-260105-0007)")
        )
    return [Announcement(known) for known in parsed.values() if known]
