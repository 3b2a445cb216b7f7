"""What holds a dossier still: a legal hold that keeps it from deletion, a restriction that keeps it from being looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from models.errors import UsageError


class RestrictionKind(StrEnum):
    """LEGAL_HOLD (phong tỏa): not deleted while it stands (NĐ 30/2020, annex VI: sets are frozen on order).

    RESTRICTED (hạn chế xử lý): stored and not deleted, but neither shown, fetched, exported nor matched (Law 91/2025/QH15).
    """

    LEGAL_HOLD = "legal_hold"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Restriction:
    """One that stands. `subject`: `dossier:<code>` or `person:<keyed digest>`; id_numbers: the person's, else none."""

    subject: str
    kind: RestrictionKind
    reason: str
    actor: str
    at: str
    id_numbers: tuple[str, ...] = field(default=(), repr=False)


class DossierRestricted(UsageError):
    """A dossier must not be looked at: its processing was restricted."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"{code}: processing is restricted; --override REASON looks at it all the same, and is noted",
            f"{code}: đang hạn chế xử lý; --override LÝ-DO để vẫn xem, việc đó được ghi lại",
        )
