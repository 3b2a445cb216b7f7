"""The options that say which dossiers a command is about: a period of reception, a unit, a procedure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from models.dossier import is_unit_code
from models.errors import UsageError
from models.settings import Settings
from scripts.language import text
from storage.rates import Cohort
from storage.unit_file import unit_tree

Since = Annotated[
    str | None, typer.Option("--from", metavar="YYYY-MM-DD", help=text("Nhận từ ngày.", "Received from this day."))
]
Until = Annotated[
    str | None, typer.Option("--to", metavar="YYYY-MM-DD", help=text("Nhận đến hết ngày.", "Received to this day."))
]
UnitCode = Annotated[
    str | None, typer.Option("--unit", help=text("Đơn vị này và cấp dưới.", "This unit and those below it."))
]
ProcedureCode = Annotated[
    str | None, typer.Option("--procedure", help=text("Chỉ thủ tục này.", "Only this procedure."))
]


def cohort(
    settings: Settings, since: str | None, until: str | None, unit: str | None, procedure: str | None = None
) -> Cohort:
    """The cohort that the options name; raises UsageError on a day or unit that is none."""
    first, last = day("--from", since), day("--to", until)
    if first and last and first > last:
        raise UsageError(text("--from sau --to", "--from is after --to"))
    today = datetime.now().astimezone().date()
    tree = unit_tree(settings)
    if unit and not is_unit_code(unit) and tree.name(unit, last or today) is None:
        raise UsageError(
            f"--unit needs a unit code such as H40.12, or a province's two digits: {unit}",
            f"--unit cần mã đơn vị như H40.12, hoặc hai chữ số của tỉnh: {unit}",
        )
    return Cohort(first, last, unit, procedure, last or today, tree)


def day(option: str, given: str | None) -> date | None:
    """A day as an option gives it; raises UsageError."""
    if given is None:
        return None
    try:
        return datetime.strptime(given, "%Y-%m-%d").date()  # noqa: DTZ007 # a day of the calendar has no time zone
    except ValueError:
        raise UsageError(text(f"{option} cần ngày dạng YYYY-MM-DD", f"{option} needs a date as YYYY-MM-DD")) from None
