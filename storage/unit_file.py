"""The office's own table of units (SOHOA_UNITS): a CSV of code, name, parent and days of validity."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from models.dossier import is_unit_code
from models.errors import UsageError
from models.settings import Settings
from models.units import Unit, UnitTree
from models.vietnamese import nfc

_COLUMNS = ("code", "name", "parent", "valid_from", "valid_to")


def unit_tree(settings: Settings) -> UnitTree:
    """The tree with the office's units, or with none; raises UsageError that names line and column of every wrong cell."""
    return UnitTree(read_units(settings.units)) if settings.units else UnitTree()


def read_units(file: Path) -> tuple[Unit, ...]:
    """The lines of the table; see unit_tree."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if set(_COLUMNS) - set(reader.fieldnames or ()):
                raise UsageError(
                    f"{file.name}: the columns are {','.join(_COLUMNS)}",
                    f"{file.name}: các cột là {','.join(_COLUMNS)}",
                )
            wrong: list[tuple[str, str]] = []
            units = [_unit(row, (file.name, reader.line_num), wrong) for row in reader]
    except (OSError, UnicodeError, csv.Error) as error:
        raise UsageError(
            f"SOHOA_UNITS: {file} cannot be read ({type(error).__name__})",
            f"SOHOA_UNITS: không đọc được {file} ({type(error).__name__})",
        ) from error
    if wrong:
        raise UsageError(*("\n".join(language) for language in zip(*wrong, strict=True)))
    return tuple(units)


def _unit(row: dict[str, str | None], where: tuple[str, int], wrong: list[tuple[str, str]]) -> Unit:
    cells = {name: nfc(row.get(name) or "").strip() for name in _COLUMNS}

    def refuse(column: str, english: str, vietnamese: str) -> None:
        file, line = where
        wrong.append(
            (f"{file} line {line}, column {column}: {english}", f"{file} dòng {line}, cột {column}: {vietnamese}")
        )

    def day(column: str) -> date | None:
        try:
            return date.fromisoformat(cells[column]) if cells[column] else None
        except ValueError:
            refuse(column, "needs a date as YYYY-MM-DD", "cần ngày dạng YYYY-MM-DD")
            return None

    for column in ("code", "parent"):
        needed = column == "code"
        if (cells[column] or needed) and not is_unit_code(cells[column]):
            refuse(column, "needs a unit code such as H40.12", "cần mã đơn vị như H40.12")
    return Unit(cells["code"], cells["name"], cells["parent"] or None, day("valid_from"), day("valid_to"))
