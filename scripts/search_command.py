"""`sohoa search WORDS`: the pages that hold all the words, exact tones first."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.audit import Action
from models.settings import Settings
from scripts.language import text
from scripts.looking import check_index, restricted
from storage.opening import open_audit
from storage.search import search as find


def search(
    words: Annotated[
        list[str], typer.Argument(help=text("Từ cần tìm, có dấu hay không dấu.", "Words, with or without tone marks."))
    ],
    limit: Annotated[
        int, typer.Option(min=1, max=1000, help=text("Số trang nhiều nhất.", "At most so many pages."))
    ] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help=text("In kết quả JSON.", "Print the result as JSON."))
    ] = False,
) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        left_out = restricted(audit)
        hits = [hit for hit in find(audit.database, " ".join(words), limit=limit) if hit.dossier_code not in left_out]
        if not hits:
            check_index(audit.database, audit.store)
        dossiers = " ".join(dict.fromkeys(hit.dossier_code for hit in hits))
        # whose pages came up, never what was asked for: that is a name more often than not
        audit.note(
            Action.SEARCHED, "archive", purpose=settings.purpose, facts={"hits": len(hits), "dossiers": dossiers}
        )
    if as_json:
        print(json.dumps([dataclasses.asdict(hit) for hit in hits], ensure_ascii=False))
        return
    if not hits:
        print(text("Không tìm thấy.", "Nothing found."))
        return
    table = Table(box=None, header_style="dim")
    for heading in text("Hồ sơ|Trang|Đoạn văn", "Dossier|Page|Text").split("|"):
        table.add_column(heading)
    for hit in hits:
        table.add_row(hit.dossier_code, str(hit.page), escape(hit.snippet))
    Console(highlight=False).print(table)
