"""What a worker process is asked to do, and what it answers: small values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.dossier import Announcement
from models.outcome import Reason, Status, Verdict
from models.record import DossierRecord
from models.settings import Settings
from pipeline.intake import Batch, IntakeDossier
from storage.ledger_values import Arrival

if TYPE_CHECKING:
    from flows.workers import Bench

_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class SplitJob:
    """Look at every page of a batch for a cover sheet."""

    batch: Batch


@dataclass(frozen=True, slots=True)
class DigitizeJob:
    """Digitize a dossier within a batch of the ledger; `problems` are known before.

    `again`: read it anew even where only its matching waits.
    """

    dossier: IntakeDossier
    batch: str
    problems: tuple[Reason, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class RejectJob:
    """Keep a dossier that could not be read as rejected, for this reason."""

    dossier: IntakeDossier
    batch: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a dossier in this run. No names: this travels through queues and logs."""

    dossier_code: str
    status: Status
    reasons: tuple[str, ...]
    pages: int
    persons: int
    matched: int
    seconds: float
    changed: bool
    flaws: tuple[tuple[int, str], ...] = ()
    """What is wrong with which page: its number, a reason code."""


def arrival_of(dossier: IntakeDossier) -> Arrival:
    """What the ledger is told of a dossier before anything is done with it."""
    said = dossier.announcement
    pages = tuple((scan.number, scan.source) for scan in dossier.scans)
    return Arrival(dossier.code.text, pages, said.expected_pages if said else None)


def outcome_of(record: DossierRecord, *, seconds: float, changed: bool) -> Outcome:
    """What a kept record says of its dossier."""
    return Outcome(
        dossier_code=record.dossier_code,
        status=record.status,
        reasons=record.reasons,
        pages=len(record.pages),
        persons=len(record.persons),
        matched=sum(person.match.verdict is Verdict.MATCHED for person in record.persons),
        seconds=seconds,
        changed=changed,
        flaws=tuple(
            (page.number, reason)
            for page in record.pages
            for reason in (*([page.reason] if page.reason else []), *page.warnings)
        ),
    )


Job = SplitJob | DigitizeJob | RejectJob
Sheets = tuple[Batch, tuple[Announcement | None, ...]]
Result = Sheets | Outcome


def seconds_for(job: Job, settings: Settings) -> float:
    """How long a job may take before its worker is stopped: its pages' time, and what a start may cost."""
    pages = len(job.batch.scans) if isinstance(job, SplitJob) else len(job.dossier.scans)
    return _START_SECONDS + pages * settings.page_seconds


def open_bench(settings: Settings) -> Bench[Job, Result]:
    """A desk that digitizes, opened in a worker process: only there are OpenCV and its like imported."""
    from flows.bench import DossierBench  # noqa: PLC0415

    return DossierBench(settings)
