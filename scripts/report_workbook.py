"""A report as a workbook: a sheet a level, counts as numbers, rates and sums as formulas that recompute."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from models.rates import percentage
from scripts.language import text
from scripts.report_words import (
    COUNTS,
    RATES,
    basis,
    cohort_words,
    headline,
    period,
    points_words,
    seal_words,
    short,
    shown_levels,
    title,
)

Json = Mapping[str, Any]
_FIRST_COUNT = 3  # after code, name, the unit above


def workbook(report: Json, *, signature: Json | None = None) -> bytes:
    """The workbook's bytes; the same report gives the same sheets."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "percent": book.add_format({"num_format": "0.00"}),
        "bold": book.add_format({"bold": True, "top": 1}),
        "bold_percent": book.add_format({"bold": True, "top": 1, "num_format": "0.00"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _summary(book, styles, report, signature)
    _unit_sheets(book, styles, report["tables"]["unit"])
    for level, heading, rows in shown_levels(report):
        if level != "unit":
            _level(book, styles, heading, rows, level)
    _definitions(book, styles, report)
    book.close()
    return memory.getvalue()


def _summary(book: Any, styles: Json, report: Json, signature: Json | None) -> None:
    sheet = book.add_worksheet(text("Tổng hợp", "Summary"))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 4, 14)
    sheet.write(0, 0, title(report), styles["title"])
    notes = (period(report), cohort_words(report), basis(report), seal_words(report.get("frozen_at"), signature))
    for place, note in enumerate(notes, start=1):
        sheet.write(place, 0, note)
    headings = text("Chỉ tiêu|Tử số|Mẫu số|Tỷ lệ %|Điểm|Tối đa", "Rate|Numerator|Denominator|Rate %|Points|Most").split(
        "|"
    )
    for column, heading in enumerate(headings):
        sheet.write(6, column, heading, styles["head"])
    row = 7
    for rate, part, whole, percent, points in headline(report):
        sheet.write(row, 0, short(rate))
        sheet.write(row, 1, part)
        sheet.write(row, 2, whole)
        if percent is None and whole:  # not known for want of lifecycle data
            row += 1
            continue
        _formula(sheet, row, 3, f'=IF(C{row + 1}=0,"",ROUND(100*B{row + 1}/C{row + 1},2))', styles["percent"], percent)
        if rate.points:
            share = f"MIN(1,100*B{row + 1}/(C{row + 1}*{rate.full_at}))"
            _formula(sheet, row, 4, f'=IF(C{row + 1}=0,"",ROUND({share}*F{row + 1},2))', styles["percent"], points)
            sheet.write(row, 5, rate.points)
        row += 1
    sheet.write(row, 0, points_words(report).partition(":")[0], styles["bold"])
    given = sum(points or 0 for *_, points in headline(report))
    _formula(sheet, row, 4, f"=SUM(E8:E{row})", styles["bold_percent"], round(given, 2))
    most = sum(rate.points or 0 for rate, *_, points in headline(report) if points is not None)
    _formula(sheet, row, 5, f"=SUM(F8:F{row})", styles["bold"], most)


def _unit_sheets(book: Any, styles: Json, rows: Sequence[Json]) -> None:
    """A sheet a level of units; what a unit counts is its own and the sum of the sheet below, by formula."""
    placed = _depths(rows)
    depths = sorted({depth for _, depth, _ in placed})
    names = {depth: text(f"Đơn vị cấp {depth}", f"Units level {depth}") for depth in depths}
    below: dict[str, list[Json]] = {}
    for row, _, parent in placed:
        below.setdefault(parent, []).append(row)
    for depth in depths:
        sheet = _sheet(book, styles, names[depth])
        at = 1
        for row, own_depth, parent in placed:
            if own_depth != depth:
                continue
            _head_cells(sheet, at, row["unit"], row["name"], parent)
            children = below.get(row["unit"], [])
            for column, (key, _, _) in enumerate(COUNTS, start=_FIRST_COUNT):
                if not children:
                    sheet.write(at, column, row[key])
                    continue
                own = row[key] - sum(child[key] for child in children)
                letter, other = xl_col_to_name(column), names[depth + 1]
                formula = f"=SUMIF('{other}'!$C:$C,$A{at + 1},'{other}'!{letter}:{letter})+{own}"
                _formula(sheet, at, column, formula, None, row[key])
            _rate_cells(sheet, styles, at, row)
            at += 1


def _depths(rows: Sequence[Json]) -> list[tuple[Json, int, str]]:
    """Each row with its depth and the row above it. Rows come with each unit before those below it (see storage.rates)."""
    placed: list[tuple[Json, int, str]] = []
    for row in rows:
        above = next(((seen, depth) for seen, depth, _ in reversed(placed) if row["above"] == seen["unit"]), None)
        placed.append((row, above[1] + 1 if above else 1, above[0]["unit"] if above else ""))
    return placed


def _level(book: Any, styles: Json, name: str, rows: Sequence[Json], level: str) -> None:
    sheet = _sheet(book, styles, name)
    for at, row in enumerate(rows, start=1):
        _head_cells(sheet, at, row[level], row["name"], "")
        for column, (key, _, _) in enumerate(COUNTS, start=_FIRST_COUNT):
            sheet.write(at, column, row[key])
        _rate_cells(sheet, styles, at, row)
    last = len(rows) + 1
    sheet.write(last, 0, text("Cộng", "Sum"), styles["bold"])
    sums = {key: sum(row[key] for row in rows) for key, _, _ in COUNTS}
    for column, (key, _, _) in enumerate(COUNTS, start=_FIRST_COUNT):
        letter = xl_col_to_name(column)
        _formula(sheet, last, column, f"=SUM({letter}2:{letter}{last})", styles["bold"], sums[key])
    _rate_cells(sheet, styles, last, sums, bold=True)


def _sheet(book: Any, styles: Json, name: str) -> Any:
    sheet = book.add_worksheet(name[:31])
    headings = (
        text("Mã", "Code"), text("Tên", "Name"), text("Thuộc", "Part of"),
        *(text(vi, en) for _, vi, en in COUNTS), *(text(vi, en) + " %" for _, vi, en, _, _ in RATES),
    )  # fmt: skip
    for column, heading in enumerate(headings):
        sheet.write(0, column, heading, styles["head"])
    sheet.set_column(0, 2, 16)
    sheet.set_column(3, len(headings), 12)
    sheet.freeze_panes(1, 1)
    return sheet


def _head_cells(sheet: Any, at: int, key: str, name: str | None, parent: str) -> None:
    sheet.write_string(at, 0, key)
    sheet.write_string(at, 1, name or "")
    sheet.write_string(at, 2, parent)


def _rate_cells(sheet: Any, styles: Json, at: int, row: Json, *, bold: bool = False) -> None:
    columns = {key: xl_col_to_name(_FIRST_COUNT + place) for place, (key, _, _) in enumerate(COUNTS)}
    for column, (_, _, _, part, whole) in enumerate(RATES, start=_FIRST_COUNT + len(COUNTS)):
        p, w = f"{columns[part]}{at + 1}", f"{columns[whole]}{at + 1}"
        value = percentage(row[part], row[whole])
        _formula(
            sheet,
            at,
            column,
            f'=IF({w}=0,"",ROUND(100*{p}/{w},2))',
            styles["bold_percent" if bold else "percent"],
            value,
        )


def _definitions(book: Any, styles: Json, report: Json) -> None:
    sheet = book.add_worksheet(text("Định nghĩa", "Definitions"))
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 2, 36)
    version = report["definitions"]["version"]
    sheet.write(0, 0, text(f"Định nghĩa, phiên bản {version}", f"Definitions, version {version}"), styles["title"])
    for at, rate in enumerate(report["definitions"]["rates"], start=2):
        sheet.write(at, 0, text(rate["vi"], rate["en"]), styles["wrap"])
        sheet.write(at, 1, text(rate["meaning_vi"], rate["meaning_en"]), styles["wrap"])
        sheet.write(at, 2, rate["source"], styles["wrap"])


def _formula(sheet: Any, row: int, column: int, formula: str, style: Any, value: float | None) -> None:
    """A formula with the value that it gives, for programs that show a workbook without computing it."""
    sheet.write_formula(row, column, formula, style, "" if value is None else value)
