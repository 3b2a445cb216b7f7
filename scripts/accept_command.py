"""`sohoa accept CODE REASON...`: a clerk has looked, and it is right as it is; the record before it stays as a revision."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from flows.accepting import accept_reasons
from flows.desk import Desk
from models.reason_texts import reason_text
from models.settings import Settings
from scripts.accepted_texts import accepted_lines, how_to_accept
from scripts.language import text
from scripts.terms import term


def accept(
    code: Annotated[str, typer.Argument(help=text("Mã hồ sơ.", "The dossier's code."))],
    reasons: Annotated[
        list[str],
        typer.Argument(
            metavar=text("LÝ_DO...", "REASON..."),
            help=text(
                "Mã lý do như sohoa review và sohoa show in ra: low_confidence, blurred, person_unmatched …",
                "Codes as sohoa review and sohoa show print them: low_confidence, blurred, person_unmatched …",
            ),
        ),
    ],
    why: Annotated[str, typer.Option("--why", help=text("Đã xem gì, vì sao đúng.", "What was seen, why it is right."))],
    page: Annotated[
        int | None,
        typer.Option(
            "--page",
            min=1,
            help=text("Chỉ trang này (mặc định: mọi trang có lý do ấy).", "Only this page (default: all)."),
        ),
    ] = None,
    revision: Annotated[
        int | None,
        typer.Option(
            "--revision",
            help=text("Phiên bản đã xem (mặc định: mới nhất).", "The revision looked at (default: the latest)."),
        ),
    ] = None,
) -> None:
    settings = Settings.from_environment()
    wanted = [reason.strip() for reason in reasons]
    desk = Desk.open(settings)
    try:
        kept = accept_reasons(
            code.strip(), wanted, desk, author=settings.actor.name, why=why, page=page, follows=revision
        )
    finally:
        desk.close()
    console, record = Console(highlight=False), kept.record
    told = text("{}: phiên bản {}, {}", "{}: revision {}, {}")
    console.print(told.format(record.dossier_code, kept.revision, term(record.status)))
    for line in accepted_lines(record, only=wanted):
        console.print(f"  [cyan]✓[/] {escape(line)}", soft_wrap=True)
    for reason in record.reasons:
        words = reason_text(reason)
        console.print(f"  • {text(words.vi, words.en)} {text(words.do_vi, words.do_en)} [dim]({reason})[/]")
    if command := how_to_accept(record):
        console.print(
            f"{text('Còn chấp nhận được:', 'May still be accepted:')} [bold]{escape(command)}[/]", soft_wrap=True
        )
