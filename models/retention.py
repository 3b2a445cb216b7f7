"""How long dossiers are kept (thời hạn bảo quản): a rule a procedure, from the office's own table; without one, for ever."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from models.errors import UsageError
from models.procedure import base_code

PERMANENT = "permanent"
_COLUMNS = {"procedure", "years"}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """A procedure's dossiers are kept so many full years after the year in which they ended; `years` None: for ever.

    basis: the rule's source, as `TT 10/2022/TT-BNV`
    """

    procedure: str
    years: int | None
    basis: str = ""

    def ends(self, ended: date) -> date | None:
        """The first day on which a dossier that ended then need not be kept any more; None: never."""
        return None if self.years is None else date(ended.year + self.years + 1, 1, 1)

    @property
    def text(self) -> str:
        """As archives write it."""
        return "Vĩnh viễn" if self.years is None else f"{self.years} năm"


def rule_for(procedure: str | None, rules: Mapping[str, RetentionRule]) -> RetentionRule | None:
    """The procedure's rule, or its national code's; None where the table has none."""
    if procedure is None:
        return None
    return rules.get(procedure) or rules.get(base_code(procedure))


def read_rules(data: bytes, *, name: str) -> dict[str, RetentionRule]:
    """The rules of a CSV file (`procedure,years,basis`; years a number or `permanent`), by procedure.

    Raises UsageError that names every wrong line.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{name}: no CSV file in UTF-8", f"{name}: không phải tệp CSV UTF-8") from error
    if rows and not set(rows[0]) >= _COLUMNS:
        raise UsageError(
            f"{name}: the first line must name the columns procedure,years,basis",
            f"{name}: dòng đầu cần tên cột procedure,years,basis",
        )
    wrong = [line for line, row in enumerate(rows, start=2) if _rule(row) is None]
    if wrong:
        lines = ", ".join(map(str, wrong))
        raise UsageError(
            f"{name}, line {lines}: needs a procedure's code and years from 1 to {_LONGEST} or `{PERMANENT}`",
            f"{name}, dòng {lines}: cần mã thủ tục và số năm từ 1 đến {_LONGEST} hoặc `{PERMANENT}`",
        )
    return _by_procedure(rule for row in rows if (rule := _rule(row)))


def _by_procedure(rules: Iterable[RetentionRule]) -> dict[str, RetentionRule]:
    return {rule.procedure: rule for rule in rules}


def _rule(row: Mapping[str, str | None]) -> RetentionRule | None:
    procedure, years = (row.get("procedure") or "").strip(), (row.get("years") or "").strip()
    basis = (row.get("basis") or "").strip()
    if not procedure:
        return None
    if years == PERMANENT:
        return RetentionRule(procedure, None, basis)
    if years.isascii() and years.isdigit() and 1 <= int(years) <= _LONGEST:
        return RetentionRule(procedure, int(years), basis)
    return None
