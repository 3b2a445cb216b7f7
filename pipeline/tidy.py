"""Brings a question to the forms that the registry uses: names upper case NFC, dates ISO, numbers digits only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from models.match import MatchQuery
from models.vietnamese import fold, person_name, squeeze
from pipeline.dates import parse_date
from pipeline.idnumber import clean_digits, parse

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ][\d:.+Z]*)?)?)?", re.ASCII)
_LOCAL = re.compile(r"(?:(\d{1,2})[/.\-])?(\d{1,2})[/.\-](\d{4})", re.ASCII)
_COMPACT = re.compile(r"((?:18|19|20)\d\d)(\d\d)(\d\d)", re.ASCII)  # yyyyMMdd, as the national service writes days
_STROKE = re.compile(r"\s*([/.\-])\s*")
_SEXES = {"male": "male", "nam": "male", "female": "female", "nu": "female"}


def tidy(query: MatchQuery) -> MatchQuery:
    """The same question with empty values as None; values in no known form count as not given."""
    return replace(
        query,
        full_name=person_name(query.full_name or "") or None,
        birth_date=tidy_date(query.birth_date),
        sex=_SEXES.get(fold(query.sex or "").strip()),
        id_number=_tidy_number(query.id_number or ""),
        residence=squeeze(query.residence or "") or None,
    )


def _tidy_number(text: str) -> str | None:
    """Its digits; letters that stand for digits (O01…) count where they make it a whole number."""
    text = unicodedata.normalize("NFKC", text)
    read = clean_digits(text)
    return read if parse(read) else re.sub(r"\D", "", text, flags=re.ASCII) or None


def tidy_date(text: str | None) -> str | None:
    """YYYY-MM-DD or YYYY; 5/6/1990 becomes 1990-06-05, 1990-00-00 and 06/1990 become 1990; None for any other form.

    Sentences (ngày 5 tháng 6 năm 1990) too. A day that does not exist is kept: it may be misread.
    """
    text = _STROKE.sub(r"\1", squeeze(unicodedata.normalize("NFKC", text or "")))
    iso = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if iso:
        year, month, day = iso.groups(default="0")
        return _day(year, month, day)
    local = _LOCAL.fullmatch(text)
    if local:
        day, month, year = local.groups(default="0")
        return _day(year, month, day)
    found = parse_date(text)
    return found.value if found and found.certain else None


def _day(year: str, month: str, day: str) -> str | None:
    if not int(year):
        return None
    return f"{year}-{month:0>2}-{day:0>2}" if int(month) and int(day) else year
