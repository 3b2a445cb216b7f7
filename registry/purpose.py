"""On whose behalf a registry is asked, and the envelope that says so on every call."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from uuid import uuid4

LONGEST_NAME = 100  # HoVaTen S100
LONGEST_NUMBER = 20
_CODE = re.compile(r"[\w.\-]{1,40}")  # what the service takes for a procedure or a unit (registry/envelope.py)


@dataclass(frozen=True, slots=True)
class Purpose:
    """On whose behalf one asks: the procedure and the unit whose dossier it is, the officer, the reason in words."""

    procedure: str = "unknown"
    unit: str = "unknown"
    officer: str = "unknown"
    purpose: str = "số hóa hồ sơ"

    def of_dossier(self, *, procedure: str | None, unit: str | None) -> Purpose:
        """The same officer and reason for one dossier; what is unknown or no code stays as it was said before."""
        said = {"procedure": procedure or "", "unit": unit or ""}
        return replace(self, **{name: code for name, code in said.items() if _CODE.fullmatch(code)})


def sealed(purpose: Purpose) -> dict[str, str]:
    """A fresh envelope for one call, as JSON."""
    return {
        "request_id": uuid4().hex,
        "procedure": purpose.procedure,
        "unit": purpose.unit,
        "officer": purpose.officer,
        "purpose": purpose.purpose,
    }
