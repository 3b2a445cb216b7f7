"""Tables as offices open them: CSV with a mark that says UTF-8, XLSX; a cell is never a formula. The home of XlsxWriter."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

import xlsxwriter

Cell = str | int | date | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula, from whoever wrote it on a paper
_WIDEST, _ROOM = 60, 2


def write_csv(stream: TextIO, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Writes the rows; returns how many. Text that would be a formula gets an apostrophe in front, as spreadsheets have it."""
    writer = csv.writer(stream)
    writer.writerow(headings)
    number = 0
    for row in rows:
        number += 1  # rows may be none
        writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return number


def write_xlsx(file: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> int:
    """Writes a workbook of one sheet with a fixed bold first row and filters; returns the number of rows below it."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": False,
    }
    number = 0
    with xlsxwriter.Workbook(str(file), options) as book:
        sheet = book.add_worksheet(title[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, headings, bold)
        widths = [len(heading) for heading in headings]
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif cell is not None:
                    sheet.write(number, column, cell)
                widths[column] = max(widths[column], len(str(cell or "")))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(number, 1), len(headings) - 1)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, _WIDEST) + _ROOM)
    return number


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
