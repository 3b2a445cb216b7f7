"""Brings a question to the forms that the registry uses: names upper case NFC, dates ISO, numbers digits only."""

from __future__ import annotations

import re
from dataclasses import replace

from models.match import MatchQuery
from models.vietnamese import fold, person_name, squeeze

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_LOCAL = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)
_SEXES = {"male": "male", "nam": "male", "female": "female", "nu": "female"}


def tidy(query: MatchQuery) -> MatchQuery:
    """The same question with empty values as None; values in no known form count as not given."""
    return replace(
        query,
        full_name=person_name(query.full_name or "") or None,
        birth_date=tidy_date(query.birth_date),
        sex=_SEXES.get(fold(query.sex or "").strip()),
        id_number=re.sub(r"\D", "", query.id_number or "", flags=re.ASCII) or None,
        residence=squeeze(query.residence or "") or None,
    )


def tidy_date(text: str | None) -> str | None:
    """YYYY-MM-DD or YYYY; 5/6/1990 becomes 1990-06-05, 1990-00-00 and 1990-06 become 1990; None for any other form.

    A day that does not exist is kept: it may be misread.
    """
    text = (text or "").strip()
    iso = _ISO.fullmatch(text)
    if iso:
        year, month, day = iso.groups(default="0")
        return f"{year}-{month:0>2}-{day:0>2}" if int(month) and int(day) else year
    local = _LOCAL.fullmatch(text)
    return f"{local[3]}-{local[2]:0>2}-{local[1]:0>2}" if local else None
