"""How a registry service is told to misbehave, for tests and drills: slow, silent, failing, cut off, out of date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from models.citizen import Citizen


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """Shares of calls from 0 to 1; all zero is a service that behaves.

    latency_seconds: added to every call; silent_share: never answered within a minute; error_share: 500, 503 or 504;
    half_share: an answer cut off; stale_share: a citizen's former address; year_only_share: only the year of birth.
    """

    latency_seconds: float = 0.0
    silent_share: float = 0.0
    error_share: float = 0.0
    half_share: float = 0.0
    stale_share: float = 0.0
    year_only_share: float = 0.0

    def trouble(self, rng: Random) -> str:
        """What befalls a call: `silent`, `error`, `half` or nothing."""
        drawn = rng.random()
        for name, share in (("silent", self.silent_share), ("error", self.error_share), ("half", self.half_share)):
            if drawn < share:
                return name
            drawn -= share
        return ""

    def distorted(self, citizen: Citizen) -> Citizen:
        """The citizen as this service knows them; the same citizen always the same way."""
        if not (self.stale_share or self.year_only_share):
            return citizen
        rng = Random(citizen.id_number)
        if rng.random() < self.stale_share:
            citizen = replace(citizen, residence=citizen.origin, residence_code="")
        if rng.random() < self.year_only_share:
            citizen = replace(citizen, birth_date=citizen.birth_date[:4])
        return citizen
