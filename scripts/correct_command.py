"""`sohoa correct CODE`: a clerk sets right what was read wrong; the record before it stays as a revision."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.correcting import correct_dossier
from flows.desk import Desk
from models.errors import UsageError
from models.settings import Settings
from scripts.language import text
from scripts.terms import term


def correct(
    code: Annotated[str, typer.Argument(help=text("Mã hồ sơ.", "The dossier's code."))],
    values: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="MỤC=GIÁ_TRỊ",
            help=text(
                "persons.1.full_name=…, documents.2.type=…, procedure=…; để trống giá trị để bỏ; như sohoa show đánh số.",
                "persons.1.full_name=…, documents.2.type=…, procedure=…; an empty value takes it away; numbers as in sohoa show.",
            ),
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help=text("Lý do đính chính.", "Why."))],
    revision: Annotated[
        int | None,
        typer.Option(
            "--revision",
            help=text("Phiên bản đã xem (mặc định: mới nhất).", "The revision looked at (default: the latest)."),
        ),
    ] = None,
) -> None:
    settings = Settings.from_environment()
    wanted = [_split(value) for value in values]
    desk = Desk.open(settings)
    try:
        kept = correct_dossier(code.strip(), wanted, desk, author=settings.actor.name, reason=reason, follows=revision)
    finally:
        desk.close()
    print(text("{}: phiên bản {}, {}", "{}: revision {}, {}").format(code, kept.revision, term(kept.record.status)))


def _split(value: str) -> tuple[str, str | None]:
    target, equals, given = value.partition("=")
    if not equals:
        raise UsageError(f"--set {target}: target=value", f"--set {target}: mục=giá trị")
    return target.strip(), given or None
