"""On whose behalf a registry is asked, and the envelope that says so on every call."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

LONGEST_NAME = 100  # HoVaTen S100
LONGEST_NUMBER = 20


@dataclass(frozen=True, slots=True)
class Purpose:
    """On whose behalf one asks: the procedure and the unit whose dossier it is, the officer, the reason in words."""

    procedure: str = "unknown"
    unit: str = "unknown"
    officer: str = "unknown"
    purpose: str = "số hóa hồ sơ"


def sealed(purpose: Purpose) -> dict[str, str]:
    """A fresh envelope for one call, as JSON."""
    return {
        "request_id": uuid4().hex,
        "procedure": purpose.procedure,
        "unit": purpose.unit,
        "officer": purpose.officer,
        "purpose": purpose.purpose,
    }
