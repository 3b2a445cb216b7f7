"""The cells of one row or packet of lifecycle data: each read as what it should be, or complained of by its column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any, TypeVar

from models.dossier import DossierCode, is_unit_code

Complaint = tuple[str, str, str]
"""Column, what it needs, the same in Vietnamese."""

_PROCEDURE = re.compile(r"\d\.\d{6}(\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|\.[A-Z]\d{2})?")
_TIMES = (
    "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
    "%Y-%m-%d", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
)  # fmt: skip
_YES = frozenset({"1", "true", "x", "có", "co", "yes"})
_NO = frozenset({"", "0", "false", "không", "khong", "no", "none"})
_SHORT_NAME = re.compile(r"[\w.@-]{1,40}")
_Choice = TypeVar("_Choice", bound=IntEnum)


class Cells:
    """Cells by our names; `names` says how a packet calls them. What is wrong gathers in `complaints`."""

    def __init__(self, source: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self._source, self._names = source, names
        self.complaints: list[Complaint] = []

    def complain(self, name: str, english: str, vietnamese: str) -> None:
        """Notes what a cell needs, under the name that the sender gave it."""
        self.complaints.append((self._names.get(name, name), english, vietnamese))

    def code(self) -> str | None:
        """The dossier code."""
        parsed = DossierCode.parse(self._text("dossier_code"))
        if parsed is None:
            self.complain(
                "dossier_code", "needs a dossier code such as H40.12-260105-0007", "cần mã hồ sơ như H40.12-260105-0007"
            )
        return parsed.text if parsed else None

    def unit(self) -> str | None:
        """The unit, None where it is left to the code."""
        text = self._text("unit")
        if text and not is_unit_code(text):
            self.complain("unit", "needs a unit code such as H40.12", "cần mã đơn vị như H40.12")
        return text or None

    def procedure(self) -> str | None:
        """The procedure's code."""
        text = self._text("procedure")
        if text and not _PROCEDURE.fullmatch(text):
            self.complain("procedure", "needs a procedure code such as 1.001193", "cần mã thủ tục như 1.001193")
        return text or None

    def time(self, name: str) -> datetime | None:
        """A time of Vietnam."""
        text = self._text(name)
        if not text:
            return None
        for form in _TIMES:
            try:
                read = datetime.strptime(text, form)  # noqa: DTZ007 # Vietnam's time, as everything here
            except ValueError:
                continue
            if 1990 <= read.year <= 2100:
                return read
        self.complain(
            name,
            "needs a time as YYYY-MM-DD HH:MM or yyyyMMddHHmmss",
            "cần thời điểm dạng YYYY-MM-DD HH:MM hoặc yyyyMMddHHmmss",
        )
        return None

    def choice(self, name: str, choices: type[_Choice]) -> _Choice | None:
        """One of a numbered list, by number or by name."""
        text = self._text(name)
        for choice in choices:
            if text in {str(choice.value), choice.name.lower()}:
                return choice
        if text:
            least, most = min(choices).value, max(choices).value
            self.complain(name, f"needs a number from {least} to {most}", f"cần một số từ {least} đến {most}")
        return None

    def flag(self, name: str) -> bool:
        """1 or 0; empty is 0."""
        text = self._text(name).lower()
        if text not in _YES | _NO:
            self.complain(name, "needs 1 or 0", "cần 1 hoặc 0")
        return text in _YES

    def codes(self, name: str) -> tuple[str, ...]:
        """Codes of papers, separated by semicolons or spaces."""
        return tuple(code[:64] for code in re.split(r"[;\s]+", self._text(name)) if code)

    def short_name(self, name: str) -> str | None:
        """A clerk's or scanner's short name as the office gives it: one word, so that no full names come in."""
        text = self._text(name)
        if text and not _SHORT_NAME.fullmatch(text):
            self.complain(
                name, "needs one word of up to 40 letters, digits, . _ @ -", "cần một từ không quá 40 chữ, số, . _ @ -"
            )
            return None
        return text or None

    def items(self, name: str) -> Sequence[Mapping[str, Any]]:
        """A packet's list of objects."""
        value = self._source.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.complaints.append((name, "needs a list of objects", "cần một danh sách đối tượng"))
            return []
        return value

    @staticmethod
    def is_yes(value: object) -> bool:
        """Whether a packet's flag is set: 1, "1" or true."""
        return str(value).strip().lower() in _YES

    def _text(self, name: str) -> str:
        value = self._source.get(self._names.get(name, name))
        return "" if value is None or isinstance(value, (list, dict)) else str(value).strip()
