"""`sohoa fetch CODE FOLDER`: a dossier's originals, page images, PDFs, texts and record, each checked; crops of handwriting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from models.audit import Action
from models.errors import UsageError
from models.settings import Settings
from scripts.crops import write_crops
from scripts.language import text
from scripts.looking import note_look
from scripts.show_command import found
from storage import archive
from storage.opening import open_audit, open_store


def fetch(
    code: Annotated[str, typer.Argument(help=text("Mã hồ sơ.", "The dossier's code."))],
    folder: Annotated[
        Path | None, typer.Argument(help=text("Thư mục đích (mặc định: mã hồ sơ).", "Where to (default: the code)."))
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=text("In kết quả JSON.", "Print the result as JSON."))
    ] = False,
    override: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help=text("Lý do vẫn xem khi đang hạn chế xử lý.", "Why, where processing is restricted.")
        ),
    ] = None,
) -> None:
    settings = Settings.from_environment()
    record = found(code, settings).record
    code = record.dossier_code
    target = folder or Path(code)
    with open_audit(settings) as audit:
        note_look(audit, Action.FETCHED, code, settings, override=override)
    try:
        written = archive.fetch(open_store(settings), code, target)
        written = (*written, *write_crops(record, target, written))
    except OSError as error:
        raise UsageError(f"{error.filename or target}: {error.strerror}") from error
    if as_json:
        print(json.dumps({"dossier_code": code, "files": [str(path) for path in written]}, ensure_ascii=False))
        return
    for path in written:
        print(path)
