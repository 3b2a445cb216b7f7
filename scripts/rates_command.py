"""`sohoa rates`: how many dossiers received in a period were digitized, and which dossiers each figure is made of."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from models.audit import Action
from models.errors import UsageError
from models.rates import BY_CODE, COHORT_EN, COHORT_VI, Count
from models.settings import Settings
from scripts.cohort_options import ProcedureCode, Since, UnitCode, Until, cohort
from scripts.language import text
from scripts.looking import check_index
from scripts.rate_terms import BY, known_or_not, lack_text, rate_term, rows_table
from storage.database import open_database
from storage.opening import open_audit, open_store
from storage.rate_evidence import Evidence, evidence
from storage.rates import RateBy, RateRow
from storage.rates import rates as count


class Format(StrEnum):
    """Forms of the table."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def rates(
    since: Since = None,
    until: Until = None,
    unit: UnitCode = None,
    procedure: ProcedureCode = None,
    by: Annotated[RateBy, typer.Option(help=text("Một dòng cho mỗi…", "One row a…"))] = RateBy.UNIT,
    missing: Annotated[
        bool,
        typer.Option(
            "--missing", help=text("Hồ sơ chưa số hóa đủ, vì sao.", "Dossiers not digitized in full, and why.")
        ),
    ] = False,
    of: Annotated[
        str | None,
        typer.Option(
            "--evidence",
            metavar="RATE",
            help=text("Mọi hồ sơ của một tỷ lệ: ", "All dossiers of a rate: ") + ", ".join(BY_CODE),
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help=text("Dạng kết quả.", "Form of the result."))] = Format.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help=text("Như --format json.", "As --format json."))] = False,
) -> None:
    settings = Settings.from_environment()
    wanted = cohort(settings, since, until, unit, procedure)
    form = Format.JSON if as_json else form
    rate = BY_CODE.get(of or "full")
    if rate is None:
        raise UsageError(text(f"--evidence: chọn {', '.join(BY_CODE)}", f"--evidence: choose {', '.join(BY_CODE)}"))
    if missing or of:
        with open_audit(settings) as audit:
            dossiers = tuple(evidence(audit.database, rate, wanted, missing_only=missing))
            if not dossiers:
                check_index(audit.database, audit.store)
            facts = {"rate": rate.code, "unit": unit, "from": since, "to": until, "dossiers": len(dossiers)}
            audit.note(Action.EVIDENCE_VIEWED, "archive", purpose=settings.purpose, facts=facts)
        _tell_evidence(dossiers, form, rate_term(rate))
        return
    database = open_database(settings.index)
    try:
        rows = count(database, by=by, cohort=wanted)
        if not any(row.received for row in rows):
            check_index(database, open_store(settings))
    finally:
        database.close()
    _tell_rates(rows, by, form)


def _tell_rates(rows: tuple[RateRow, ...], by: RateBy, form: Format) -> None:
    if form is Format.JSON:
        print(json.dumps([row.to_json() for row in rows], ensure_ascii=False, indent=1))
    elif form is Format.CSV:
        print_csv(rows, by=by)
    else:
        console = Console(highlight=False)
        if rows:
            console.print(rates_table(rows, by=by))
        else:
            console.print(text("Không có hồ sơ nào tiếp nhận trong kỳ này.", "No dossier was received in this period."))
        console.print(text(COHORT_VI, COHORT_EN), style="dim", soft_wrap=True)
        if not any(row.number(Count.LIFECYCLE) for row in rows):
            console.print(
                text(
                    "Chưa có dữ liệu vòng đời: hồ sơ tính là đã giải quyết khi có kết quả quét.",
                    "No lifecycle data: a dossier counts as resolved where its result was scanned.",
                ),
                style="dim",
                soft_wrap=True,
            )


def rates_table(rows: Iterable[RateRow], *, by: RateBy) -> Table:
    """The rows as a table for the terminal."""
    return rows_table((row.to_json() for row in rows), by.value, text(*BY[by]))


def print_csv(rows: tuple[RateRow, ...], *, by: RateBy) -> None:
    """The contract's columns as CSV on standard output, then the indicators."""
    writer = csv.DictWriter(sys.stdout, fieldnames=list(_flat(RateRow(by, "", {}))), lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_flat, rows))


def _flat(row: RateRow) -> dict[str, Any]:
    told = row.to_json()
    indicators = told.pop("indicators")
    return {**told, **{f"{code}_rate": value["rate"] for code, value in indicators.items() if code != "reuse"}}


def _tell_evidence(dossiers: Iterable[Evidence], form: Format, title: str) -> None:
    if form is Format.JSON:
        print(json.dumps([dossier.to_json() for dossier in dossiers], ensure_ascii=False, indent=1))
        return
    if form is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("dossier_code", "unit", "procedure", "received_on", "counts", "reasons"))
        for d in dossiers:
            reasons = "; ".join(map(lack_text, d.lacks))
            writer.writerow((d.dossier_code, d.unit, d.procedure, d.received_on, int(d.counts), reasons))
        return
    dossiers = tuple(dossiers)
    if not dossiers:
        print(f"{title}: {text('không có hồ sơ nào', 'no dossier')}")
        return
    table = Table(box=None, header_style="dim", title=title, title_justify="left")
    for heading in text("Hồ sơ|Thủ tục|Nhận ngày|Tính|Vì sao không", "Dossier|Procedure|Received|Counts|Why not").split(
        "|"
    ):
        table.add_column(heading)
    for d in dossiers:
        yes = text("có", "yes") if d.counts else text("không", "no")
        table.add_row(
            d.dossier_code, known_or_not(d.procedure), str(d.received_on), yes, "\n".join(map(lack_text, d.lacks))
        )
    Console(highlight=False).print(table)
