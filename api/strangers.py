"""Calls without a valid key, and links that open nothing: all counted, few noted, so that a flood does not fill the audit log.

The first from an address is noted at once, before it is answered; those after it are told together, once a minute, with
their number. Where many addresses call, those beyond the first are one "others". So the log grows by some twenty entries a
minute at most, whatever comes.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

MINUTE = 60.0
MOST_ADDRESSES = 20
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who called (a network address) about what (`api`, or the dossier of a link)."""

    address: str
    subject: str


@dataclass(slots=True)
class Count:
    """Calls since a moment, in seconds of a clock that only goes on."""

    since: float
    calls: int = 0


@dataclass(slots=True)
class Strangers:
    """Who calls just now; for one thread."""

    counts: dict[Stranger, Count] = field(default_factory=dict)

    def called(self, stranger: Stranger, *, now: float) -> Stranger | None:
        """Counts a call; who is to be noted at once for it, or None where it is told with others of its minute."""
        if stranger not in self.counts and len(self.counts) >= MOST_ADDRESSES:
            stranger = Stranger(OTHERS, "api")
        count = self.counts.get(stranger)
        if count is None:
            self.counts[stranger] = Count(now)
            return stranger
        count.calls += 1
        return None

    def due(self, *, now: float, at_once: bool = False) -> list[tuple[Stranger, int]]:
        """Those whose minute is over, with the number of calls that were not told; `at_once`: all of them."""
        over = {who: count for who, count in self.counts.items() if at_once or now - count.since >= MINUTE}
        for stranger, count in over.items():
            if count.calls:
                self.counts[stranger] = Count(now)  # those still to come are told in a minute
            else:
                del self.counts[stranger]
        return [(stranger, count.calls) for stranger, count in over.items() if count.calls]


def address_of(client: tuple[str, int] | None) -> str:
    """The address of whoever called: IPv4, or the network of IPv6 (/64) that one household or office has."""
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:  # a proxy may say anything
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)
