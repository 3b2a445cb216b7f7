"""What the ledger says: states of pages and dossiers, the balance, a transition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.page import PageSource


class PageState(StrEnum):
    """How far a page has come. Until it is digitized or rejected it is in flight (đang xử lý).

    REPLACED: a later scan of the dossier took its place; it is counted no more, its rows stay.
    REMOVED (đã tiêu hủy): its dossier's time was up and it was deleted; neither is it counted.
    """

    RECEIVED = "received"
    STORED = "stored"
    READ = "read"
    DIGITIZED = "digitized"
    REJECTED = "rejected"
    REPLACED = "replaced"
    REMOVED = "removed"


UNCOUNTED = (PageState.REPLACED.value, PageState.REMOVED.value)
REMOVED_RUN = "removed"
"""The end state of a dossier that retention deleted, in the place of its status."""


class RunState(StrEnum):
    """Where a dossier's run stands before it has its end status (models.outcome.Status).

    QUEUED (chờ xử lý): announced by a batch, no worker has begun it; PENDING: it waits for a later run, with a reason.
    """

    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Balance:
    """Pages: scanned = digitized + rejected + in_flight, at any instant."""

    scanned: int
    digitized: int
    rejected: int
    in_flight: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A dossier as it comes in: its pages (number from 1, source), and how many were announced, where somebody said."""

    code: str
    pages: tuple[tuple[int, PageSource], ...]
    announced_pages: int | None = None


@dataclass(frozen=True, slots=True)
class DossierRun:
    """A dossier's run that counts now; `state` is a RunState or a Status, `reason` says why it waits."""

    dossier_code: str
    batch: str
    state: str
    reason: str | None
    attempts: int
    changed_at: str
    announced_pages: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One transition; page 0 is the dossier itself; `at` is ISO 8601 in UTC."""

    at: str
    batch: str
    dossier_code: str
    page: int
    state: str
    reason: str | None
