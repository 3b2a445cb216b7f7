"""How many dossiers of a batch were rejected, told as each comes to its end: a batch of rejects is a scanner's fault."""

from __future__ import annotations

from flows.jobs import Outcome
from models.errors import TooManyRejected
from models.outcome import Reason, Status

_FEWEST_TO_STOP = 10  # below that, a share says nothing about the scanner


class Rejections:
    """How many of a batch's dossiers came to their end so far, and how many of them were rejected; those without a code aside."""

    def __init__(self) -> None:
        self._coded = self._rejected = 0

    def take(self, outcome: Outcome) -> None:
        """One more."""
        if Reason.NO_DOSSIER_CODE not in outcome.reasons:
            self._coded += 1
            self._rejected += outcome.status is Status.REJECTED

    def stop_if_too_many(self, share: float) -> None:
        """Raises TooManyRejected where more than this share was rejected."""
        if self._coded >= _FEWEST_TO_STOP and self._rejected > share * self._coded:
            raise TooManyRejected(
                f"{self._rejected} of {self._coded} dossiers were rejected; SOHOA_REJECT_STOP sets the share"
            )
