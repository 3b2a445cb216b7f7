"""Compares what a paper says of a person with a citizen, field by field: the rung each field reaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from models.citizen import Citizen
from models.match import MatchQuery
from pipeline import idnumber
from pipeline.residence import ResidenceAgreement, compare_residences
from pipeline.similarity import (
    DateAgreement,
    NameAgreement,
    NumberAgreement,
    SexAgreement,
    compare_dates,
    compare_names,
    compare_numbers,
    compare_sexes,
)


def _numbers(query: MatchQuery, citizen: Citizen) -> NumberAgreement:
    read = query.id_number
    impossible = bool(read) and bool(idnumber.check(read or "", birth_date=query.birth_date, sex=query.sex))
    return compare_numbers(read, citizen.id_number, citizen.old_id_number, impossible=impossible)


FIELDS: Mapping[str, Callable[[MatchQuery, Citizen], StrEnum]] = {
    "id_number": _numbers,
    "full_name": lambda query, citizen: compare_names(query.full_name, citizen.full_name),
    "birth_date": lambda query, citizen: compare_dates(query.birth_date, citizen.birth_date),
    "sex": lambda query, citizen: compare_sexes(query.sex, citizen.sex),
    "residence": lambda query, citizen: compare_residences(query.residence, citizen.residence),
}
LADDERS: Mapping[str, type[StrEnum]] = {
    "id_number": NumberAgreement,
    "full_name": NameAgreement,
    "birth_date": DateAgreement,
    "sex": SexAgreement,
    "residence": ResidenceAgreement,
}
