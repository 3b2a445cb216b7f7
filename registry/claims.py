"""When a claim (number, name, birth date) and a citizen agree: the registry's own, strict comparison."""

from __future__ import annotations

from models.citizen import Citizen
from pipeline.similarity import folded_words


def agrees(citizen: Citizen, full_name: str, birth_date: str) -> bool:
    """Name without marks and spaces, as clients send it; birth date, or its year where either side knows no more."""
    if "".join(folded_words(full_name)) != "".join(folded_words(citizen.full_name)):
        return False
    if len(birth_date) == 4 or len(citizen.birth_date) == 4:
        return birth_date[:4] == citizen.birth_date[:4]
    return birth_date == citizen.birth_date
