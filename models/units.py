"""The tree of units (đơn vị): what lies in what, with the days from and to which it holds; an office can extend it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.provinces import FORMER, MERGED_ON, PROVINCES

_OLD_UNIT = re.compile(r"(\d{3})\.(\d{2})\.(\d{2})\.([A-Z]\d{2})")
_DEEPEST = 12
_HEIRS = {former: code for code, _, olds in PROVINCES for former in olds}
_TODAY = {code: name for code, name, _ in PROVINCES}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a table names it: its code, name, the unit above it, and from and to which day (both included)."""

    code: str
    name: str
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether this line of the table is valid on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class UnitTree:
    """Units by code: where an office's own table puts them, else where the code says."""

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        self._lines: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            self._lines[unit.code].append(unit)
        self._paths: dict[tuple[str, date], tuple[str, ...]] = {}  # units are few, dossiers are many

    def path(self, code: str, day: date) -> tuple[str, ...]:
        """The unit and all above it on that day, highest first; the former provinces are the highest (see `province`)."""
        known = self._paths.get((code, day))
        if known is None:
            path = [unit_path(code)[-1]]
            while len(path) < _DEEPEST and (above := self._above(path[0], day)) and above not in path:
                path.insert(0, above)
            known = self._paths[code, day] = tuple(path)
        return known

    def province(self, code: str, day: date) -> str:
        """The province of that day in which the unit lies: two digits since 1 July 2025 (37), before that H40."""
        top = self.path(code, day)[0]
        return _HEIRS.get(top, top) if day >= MERGED_ON else top

    def name(self, code: str, day: date) -> str | None:
        """The unit's name on that day, where a table tells it."""
        line = self._line(code, day)
        return (line.name if line else "") or FORMER.get(code) or _TODAY.get(code)

    def listed(self, day: date) -> frozenset[str]:
        """The units that the office's table lists as valid on that day, without those in which others lie."""
        valid = [line for lines in self._lines.values() for line in lines if line.holds_on(day)]
        return frozenset(line.code for line in valid) - {self._above(line.code, day) for line in valid}

    def _line(self, code: str, day: date) -> Unit | None:
        return next((line for line in self._lines.get(code, ()) if line.holds_on(day)), None)

    def _above(self, code: str, day: date) -> str | None:
        line = self._line(code, day)
        if line and line.parent:
            return unit_path(line.parent)[-1]
        by_code = unit_path(code)
        return by_code[-2] if len(by_code) > 1 else None


def unit_path(unit: str) -> tuple[str, ...]:
    """The unit and all above it by its code alone, highest first.

    `H40.12.03` lies in `H40.12`, that in `H40` (QĐ 20/2020/QĐ-TTg). The old form reads from its lowest level:
    `005.00.12.H40` lies in `000.00.12.H40`, that in `H40` (TT 01/2018/TT-VPCP, Article 19).
    Old and new codes of one office are not joined: no rule says that 000.00.12.H40 became H40.12. A table can.
    """
    old = _OLD_UNIT.fullmatch(unit)
    if not old:
        parts = unit.split(".")
        return tuple(".".join(parts[: n + 1]) for n in range(len(parts)))
    lowest, middle, office, top = old.groups()
    path = [top, f"000.00.{office}.{top}", f"000.{middle}.{office}.{top}", f"{lowest}.{middle}.{office}.{top}"]
    present = [True, office != "00", middle != "00", lowest != "000"]
    return tuple(step for step, here in zip(path, present, strict=True) if here)
