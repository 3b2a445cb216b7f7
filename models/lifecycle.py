"""What the one-stop system tells of a dossier's life: when it came, was due, resolved, returned; by which channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum


class LifecycleStatus(IntEnum):
    """The states of a dossier (trạng thái hồ sơ) as the national public service portal numbers them."""

    REGISTERED = 1
    ACCEPTED = 2
    REFUSED = 3
    IN_PROGRESS = 4
    SUPPLEMENT_ASKED = 5
    FEE_ASKED = 6
    WITHDRAWN = 7
    STOPPED = 8
    RESOLVED = 9
    RETURNED = 10


RECEIVED = frozenset(LifecycleStatus) - {LifecycleStatus.REGISTERED, LifecycleStatus.REFUSED}
"""What counts as received: not what is only registered, nor what was refused at the counter."""

RESOLVED = frozenset({LifecycleStatus.RESOLVED, LifecycleStatus.RETURNED})
"""What counts as resolved: a withdrawn dossier (7) has no result, so it is in no denominator of results."""

CLOSED = RESOLVED | {LifecycleStatus.WITHDRAWN, LifecycleStatus.STOPPED, LifecycleStatus.REFUSED}
"""What can no longer become late."""


class Channel(IntEnum):
    """How a dossier came (kênh thực hiện)."""

    COUNTER = 1
    ONLINE = 2
    POST = 3


class Applicant(IntEnum):
    """Who asks (loại đối tượng)."""

    CITIZEN = 1
    BUSINESS = 2
    AGENCY = 3
    OTHER = 4


@dataclass(frozen=True, slots=True)
class SubmittedPaper:
    """A component as the one-stop system lists it; `code` is its code there, or one of our document types."""

    code: str
    digitized: bool = False
    reused: bool = False
    from_store: bool = False  # taken from the owner's store of electronic papers (kho dữ liệu điện tử)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """One packet's account of a dossier. Times are Vietnam's (UTC+7, no summer time), without a zone.

    unit, received_at: None where the dossier's code tells them
    updated_at: which of two packets is the later one; where a packet does not say, the latest time that it holds
    electronic_result: a result was issued as a file; population_data: the owner came through VNeID or the
        population database was asked. `clerk` and `scanner` are the office's own short names for them.
    """

    dossier_code: str
    status: LifecycleStatus
    updated_at: datetime
    unit: str | None = None
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    appointed_at: datetime | None = None
    resolved_at: datetime | None = None
    returned_at: datetime | None = None
    procedure: str | None = None
    channel: Channel | None = None
    applicant: Applicant | None = None
    clerk: str | None = None
    scanner: str | None = None
    papers: tuple[SubmittedPaper, ...] = ()
    electronic_result: bool = False
    population_data: bool = False

    @property
    def finished_at(self) -> datetime | None:
        """When it was resolved, else when its result was returned."""
        return self.resolved_at or self.returned_at

    @property
    def is_late(self) -> bool | None:
        """Whether it was finished after the appointment; a day without an hour lasts to its end. None: not known.

        Days that it waited for supplements are not taken off: the packets do not tell them.
        """
        due, done = self.appointed_at, self.finished_at
        if due is None or done is None or self.status not in RESOLVED:
            return None
        return done.date() > due.date() if due.time() == time.min else done > due

    @property
    def reused(self) -> bool:
        """Whether a paper was taken over instead of being asked for again."""
        return any(paper.reused for paper in self.papers)
