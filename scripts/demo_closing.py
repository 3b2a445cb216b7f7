"""The end of the demo: dossiers with their persons, the rates, where everything lies, and what to type next."""

from __future__ import annotations

import re

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.outcome import Status, Verdict
from models.settings import Settings
from models.vietnamese import fold
from scripts.language import text
from scripts.rates_command import rates_table
from scripts.terms import role_term, status_term, verdict_term
from storage.database import Database, open_database
from storage.index import DossierRow, Index
from storage.rates import RateBy, rates

_STATUS_STYLES = {Status.DIGITIZED: "green", Status.REVIEW: "yellow", Status.REJECTED: "red"}
_VERDICT_STYLES = {Verdict.MATCHED: "green", Verdict.REVIEW: "yellow", Verdict.UNMATCHED: "dim"}


def main() -> None:
    """Prints the closing of the demo."""
    settings = Settings.from_environment()
    console = Console(highlight=False)
    database = open_database(settings.index)
    try:
        rows = Index(database).dossiers()
        console.rule(text("Hồ sơ đã số hóa", "Dossiers"))
        console.print(_dossiers(rows, database))
        console.rule(text("Tỷ lệ số hóa theo thủ tục", "Rates by procedure"))
        console.print(rates_table(rates(database, by=RateBy.PROCEDURE), by=RateBy.PROCEDURE))
    finally:
        database.close()
    console.rule(text("Ở đâu", "Where"))
    places = (
        (text("Kho lưu trữ", "Object store"), settings.store),
        (text("Chỉ mục", "Index"), re.sub(r"(?<=:)[^:/@]*(?=@)", "…", settings.index)),  # no password
        (text("Dân cư", "Registry"), settings.registry),
        (text("Nhật ký", "Log"), str(settings.home / "logs" / "sohoa.log")),
    )
    for name, place in places:
        console.print(f"  {name:<14} {escape(place)}", soft_wrap=True)
    if rows:
        console.rule(text("Gõ tiếp", "Type next"))
        console.print(f"  export SOHOA_HOME={escape(str(settings.home))}", soft_wrap=True)
        for command, meaning in _next(rows):
            console.print(f"  .venv/bin/sohoa {command:<44} [dim]# {meaning}[/]", soft_wrap=True)


def _dossiers(rows: tuple[DossierRow, ...], database: Database) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 1))
    for heading in text("Hồ sơ|Thủ tục|Kết quả|Người (vai trò, đối chiếu)", "Dossier|Procedure|Status|Persons").split(
        "|"
    ):
        table.add_column(heading, overflow="fold")
    index = Index(database)
    for row in rows:
        persons = _distinct(index.persons(row.dossier_code))
        table.add_row(
            row.dossier_code,
            row.procedure or "?",
            f"[{_STATUS_STYLES[Status(row.status)]}]{status_term(row.status)}[/]",
            "\n".join(persons),
        )
    return table


def _distinct(persons: tuple[tuple[str, str | None, str], ...]) -> list[str]:
    """A line a person: one named on five papers, tones misread on some, is told once, with the best verdict."""
    best: dict[str, tuple[int, str, str]] = {}
    order = [verdict.value for verdict in Verdict]
    for role, name, verdict in persons:
        if name:
            rank, known = order.index(verdict), best.get(fold(name))
            if known is None or rank < known[0]:
                best[fold(name)] = (rank, name, known[2] if known else role)
    return [
        f"{escape(name)} [dim]({role_term(role)})[/] [{_VERDICT_STYLES[Verdict(order[rank])]}]{verdict_term(order[rank])}[/]"
        for rank, name, role in best.values()
    ]


def _next(rows: tuple[DossierRow, ...]) -> list[tuple[str, str]]:
    look = next((row for row in rows if row.status != Status.DIGITIZED), rows[0])
    return [
        ("review", text("hồ sơ nào còn chờ người xem, vì sao, trang nào", "what waits for a person, and why")),
        (f"show {look.dossier_code}", text("giấy tờ, người, bằng chứng, việc cần làm", "papers, persons, evidence")),
        (f"fetch {look.dossier_code}", text("bản gốc, PDF tìm kiếm được, chữ", "its files")),
        ("search nguyen thi", text("tìm có dấu hay không dấu", "with or without tone marks")),
        ("rates --by month", text("tỷ lệ theo tháng", "rates by month")),
        ("export --format jsonl", text("mọi bản ghi, mỗi dòng một hồ sơ", "all records, one a line")),
        ("verify", text("đọc lại và kiểm tra mọi tệp đã lưu", "read every stored file again")),
    ]


if __name__ == "__main__":
    main()
