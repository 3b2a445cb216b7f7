"""`sohoa search WORDS`: the pages that hold all the words, exact tones first."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.settings import Settings
from scripts.language import text
from storage.database import open_database
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
    database = open_database(Settings.from_environment().index)
    try:
        hits = find(database, " ".join(words), limit=limit)
    finally:
        database.close()
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
