"""Drawing a sample for inspection: the same one from the same dossiers whoever draws it, and how sure its shares are."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.errors import UsageError

_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
_LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
"""Largest lot of each size of sample, general inspection level II (ISO 2859-1, TCVN 7790-1)."""
_ZERO_AT = {0.4: 6, 0.65: 5, 1.0: 4, 1.5: 3, 2.5: 2, 4.0: 1}
"""By acceptable quality limit in per cent: the size (by its place above) at which no defect at all is accepted."""
_ACCEPTED = (1, 2, 3, 5, 7, 10, 14, 21)

AQLS = tuple(sorted(_ZERO_AT))
_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Plan:
    """How many dossiers to draw, and with how many wrong ones the lot is still accepted (None: the plan does not say)."""

    size: int
    accept: int | None


def plan_by_share(lot: int, share: float) -> Plan:
    """A share (0 to 1) of the lot, at least one; what the trade calls rounds of 100 % and 30 %."""
    return Plan(min(lot, max(1, math.ceil(lot * share - 1e-9))) if lot else 0, None)


def plan_by_aql(lot: int, aql: float) -> Plan:
    """Normal inspection, single sampling, level II; raises UsageError on a limit that the table does not hold."""
    if aql not in _ZERO_AT:
        known = ", ".join(map(str, AQLS))
        raise UsageError(f"the acceptable quality limits are {known}", f"các mức AQL là {known}")
    size_at = next((place for place, most in enumerate(_LOTS) if lot <= most), len(_LOTS))
    zero_at = _ZERO_AT[aql]
    steps = size_at - zero_at
    if steps <= 1:  # the table's arrows: where a size has no number, the next one that has is taken with its own size
        size, accept = _SIZES[zero_at], 0
    elif steps == 2:
        size, accept = _SIZES[zero_at + 3], _ACCEPTED[0]
    else:
        last = min(steps - 3, len(_ACCEPTED) - 1)
        size, accept = _SIZES[zero_at + 3 + last], _ACCEPTED[last]
    return Plan(min(lot, size), accept)


def draw(strata: Mapping[str, Iterable[str]], size: int, *, seed: str) -> tuple[str, ...]:
    """`size` of the codes, each stratum by its share of all (largest remainders), in it those whose hash is lowest.

    Which codes are drawn depends on codes, strata, size and seed only: nobody can pick, and anybody can draw it again.
    """
    ordered = {name: sorted(codes, key=lambda code: _hash(seed, code)) for name, codes in strata.items()}
    lot = sum(map(len, ordered.values()))
    if lot == 0:
        return ()
    quotas = {name: len(codes) * min(size, lot) / lot for name, codes in ordered.items()}
    taken = {name: math.floor(quota + 1e-9) for name, quota in quotas.items()}
    left = min(size, lot) - sum(taken.values())
    remainders = sorted(quotas, key=lambda name: (taken[name] - quotas[name], _hash(seed, name)))
    for name in remainders[:left]:
        taken[name] += 1
    return tuple(sorted(code for name, codes in ordered.items() for code in codes[: taken[name]]))


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The interval (0 to 1) in which the true share lies with 95 % (Wilson, 1927); None of nothing."""
    if whole == 0:
        return None
    share = part / whole
    middle = share + _Z**2 / (2 * whole)
    spread = _Z * math.sqrt(share * (1 - share) / whole + _Z**2 / (4 * whole**2))
    width = 1 + _Z**2 / whole
    return max(0.0, (middle - spread) / width), min(1.0, (middle + spread) / width)


def by_stratum(codes: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Codes gathered by their stratum; pairs of stratum, code."""
    strata: dict[str, list[str]] = defaultdict(list)
    for stratum, code in codes:
        strata[stratum].append(code)
    return dict(strata)


def _hash(seed: str, code: str) -> str:
    return hashlib.sha256(f"{seed}\n{code}".encode("utf-8", "backslashreplace")).hexdigest()
