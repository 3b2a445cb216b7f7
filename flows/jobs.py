"""What a worker process is asked to do, and what it answers: small values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.right_of_way import MOST_SECONDS
from models.dossier import Announcement
from models.identity import Role
from models.outcome import Reason, Status, Verdict
from models.record import DossierRecord
from models.settings import Settings
from pipeline.intake import Batch, IntakeDossier
from storage.ledger_values import Arrival

if TYPE_CHECKING:
    from flows.workers import Bench
    from pipeline.digitize import ReadPage

_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class SplitJob:
    """Look at every page of a batch for a cover sheet; `gives_way` as in DigitizeJob."""

    batch: Batch
    gives_way: bool = False


@dataclass(frozen=True, slots=True)
class DigitizeJob:
    """Digitize a dossier within a batch of the ledger; `problems` are known before.

    `again`: read it anew even where only its matching waits. `read`: its pages, where others have read them. `gives_way`:
    nobody waits for it, so it pauses while a dossier is in hand at the counter.
    """

    dossier: IntakeDossier
    batch: str
    problems: tuple[Reason, ...] = ()
    again: bool = False
    read: tuple[ReadPage, ...] | None = None
    gives_way: bool = False


@dataclass(frozen=True, slots=True)
class ReadJob:
    """Read some pages of a dossier (their numbers), so that several workers read one; images go to `folder`."""

    dossier: IntakeDossier
    numbers: tuple[int, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class WarmJob:
    """Open and load whatever the first dossier would otherwise wait for; the registry too, where it answers."""


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
    pages_known: int = 0
    """Pages that were read before and not again."""


def arrival_of(dossier: IntakeDossier) -> Arrival:
    """What the ledger is told of a dossier before anything is done with it."""
    said = dossier.announcement
    pages = tuple((scan.number, scan.source) for scan in dossier.scans)
    return Arrival(dossier.code.text, pages, said.expected_pages if said else None)


@dataclass(frozen=True, slots=True)
class PersonVerdict:
    """What the registry's word on one person was: whom the papers name, in which role, in which document (from 1)."""

    role: Role
    document: int
    full_name: str | None
    verdict: Verdict
    citizen: str | None
    score: float
    reason: str | None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The persons of a dossier, told as soon as they are matched, before its PDFs are made and it is kept."""

    persons: tuple[PersonVerdict, ...]
    missing: tuple[str, ...]
    """Document types that the procedure requires and nobody handed in."""


def verdicts_of(record: DossierRecord) -> Verdicts:
    """The verdicts of a record, kept or not yet."""
    persons = tuple(
        PersonVerdict(
            person.person.role, person.person.document, person.person.full_name.value if person.person.full_name else None,
            person.match.verdict, person.match.citizen, person.match.score, person.match.reason,
        )
        for person in record.persons
    )  # fmt: skip
    return Verdicts(persons, tuple(kind.value for kind in record.components.missing))


def outcome_of(record: DossierRecord, *, seconds: float, changed: bool, pages_known: int = 0) -> Outcome:
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
        pages_known=pages_known,
        flaws=tuple(
            (page.number, reason)
            for page in record.pages
            for reason in (*([page.reason] if page.reason else []), *page.warnings)
        ),
    )


Job = SplitJob | DigitizeJob | RejectJob | ReadJob | WarmJob
Sheets = tuple[Batch, tuple[Announcement | None, ...]]
Result = Sheets | Outcome | tuple["ReadPage", ...]
Told = str | Verdicts
"""What a worker tells while it is at a dossier: the stage it has come to, or what is known already."""


def seconds_for(job: Job, settings: Settings) -> float:
    """How long a job may take before its worker is stopped: its pages' time, what a start may cost, and what it gives way."""
    return _START_SECONDS + _pages(job) * settings.page_seconds + most_giving_way(job)


def most_giving_way(job: Job) -> float:
    """How many seconds in all a job pauses for the counter."""
    gives_way = isinstance(job, SplitJob | DigitizeJob) and job.gives_way
    return _pages(job) * MOST_SECONDS if gives_way else 0.0


def _pages(job: Job) -> int:
    match job:
        case SplitJob(batch):
            return len(batch.scans)
        case ReadJob(numbers=numbers):
            return len(numbers)
        case WarmJob():
            return 1
        case _:
            return len(job.dossier.scans)


def open_bench(settings: Settings) -> Bench[Job, Result]:
    """A desk that digitizes, opened in a worker process: only there are OpenCV and its like imported."""
    from flows.bench import DossierBench  # noqa: PLC0415

    return DossierBench(settings)
