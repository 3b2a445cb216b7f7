"""The units of today beside those printed before 1 July 2025: what was printed is kept."""

from __future__ import annotations

from dataclasses import replace

from models.identity import Field, Person
from models.vietnamese import fold
from pipeline.communes import heir_of, written_province
from pipeline.residence import parse_residence


def present_unit(text: str) -> str | None:
    """The commune and province of today that a former address lies in (Xã Quốc Việt, Tỉnh Lạng Sơn).

    Where its communes of that name went several ways, the province alone, if that is new; None for an address of today or
    one that is not understood.
    """
    read = parse_residence(text)
    province = written_province(read.province)
    if not read.former or province is None:
        return None
    heir = heir_of(read.province, read.commune)
    if heir:
        return f"{heir}, {province}"
    return None if read.province in fold(text.rpartition(",")[2]) else province


def with_present_units(person: Person) -> Person:
    """The person, with the units of today beside those printed as residence and origin."""
    found: dict[str, Field] = {}
    for name in ("residence", "origin"):
        field: Field | None = getattr(person, name)
        if field and (unit := present_unit(field.value)):
            found[name] = replace(field, present=unit)
    return replace(person, **found) if found else person  # type: ignore[arg-type] # only fields are replaced
