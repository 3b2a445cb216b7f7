"""Dossier codes (mã số hồ sơ) and what a manifest or cover sheet announces of a dossier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

UNKNOWN_UNIT = "unknown"
"""The unit of pages whose dossier nobody knows yet: kept for a clerk to claim, in no unit's account."""

_NEW = r"[A-Z]\d{2}(?:\.\d{1,3}){0,5}"
_OLD = r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}"
_CODE = re.compile(rf"(?P<unit>{_NEW}|{_OLD})-(?P<day>\d{{6}})-(?P<ordinal>\d{{4,5}})")


@dataclass(frozen=True, slots=True, order=True)
class DossierCode:
    """A dossier code: unit, reception date, ordinal of that unit and day (TT 01/2018/TT-VPCP, Article 19)."""

    text: str
    unit: str
    received_on: date

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The code that `text` is in whole, or None: wrong form, or a date that does not exist."""
        found = _CODE.fullmatch(text.strip())
        return cls._from(found) if found else None

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The first code anywhere in `text`, or None."""
        for found in re.finditer(rf"(?<![\w.-]){_CODE.pattern}(?![\w-])", text):
            code = cls._from(found)
            if code:
                return code
        return None

    @classmethod
    def _from(cls, found: re.Match[str]) -> Self | None:
        day = found["day"]
        try:
            received_on = date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
        except ValueError:
            return None
        return cls(text=found.group(0), unit=found["unit"], received_on=received_on)

    def __str__(self) -> str:
        return self.text


def is_unit_code(text: str) -> bool:
    """Whether the text is an agency's identifier (QĐ 20/2020/QĐ-TTg, or the older form of TT 10/2016/TT-BTTTT)."""
    return bool(re.fullmatch(rf"{_NEW}|{_OLD}", text))


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the manifest or the cover sheet says of a dossier before any page is read."""

    code: DossierCode
    procedure: str | None = None
    unit: str | None = None
    received_on: date | None = None
    expected_pages: int | None = None
    files: tuple[str, ...] = ()


def count_agrees(expected: int, *, pages: int, blank_pages: int) -> bool:
    """Whether so many scanned pages (without cover sheets) are as many as were announced.

    A clerk counts sheets with writing, a duplex scanner also their blank backs: any number between the two will do.
    """
    return pages - blank_pages <= expected <= pages
