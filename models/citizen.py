"""A citizen as the population registry holds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citizen:
    """One row of the registry file; empty text where unknown; `birth_date` is YYYY-MM-DD or YYYY.

    `residence_code` is the five-digit code of the commune of residence.
    """

    id_number: str
    full_name: str
    birth_date: str
    sex: str
    old_id_number: str = ""
    ethnicity: str = ""
    nationality: str = ""
    origin: str = ""
    residence: str = ""
    residence_code: str = ""
    status: str = "alive"
