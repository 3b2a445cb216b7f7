"""What a worker process is asked to do: split a batch by its cover sheets, digitize a dossier, or keep it as rejected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.desk import Desk
from flows.digitize_dossier import Outcome, digitize_dossier, reject_dossier
from models.dossier import Announcement
from models.outcome import Reason
from models.settings import Settings
from pipeline.codes import read_codes
from pipeline.cover_sheet import read_batch
from pipeline.intake import Batch, IntakeDossier

_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class SplitJob:
    """Look at every page of a batch for a cover sheet."""

    batch: Batch


@dataclass(frozen=True, slots=True)
class DigitizeJob:
    """Digitize a dossier within a batch of the ledger; `problems` are known before."""

    dossier: IntakeDossier
    batch: str
    problems: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectJob:
    """Keep a dossier that could not be read as rejected, for this reason."""

    dossier: IntakeDossier
    batch: str
    reason: Reason


Job = SplitJob | DigitizeJob | RejectJob
Sheets = tuple[Batch, tuple[Announcement | None, ...]]
Result = Sheets | Outcome


class DossierBench:
    """One worker's desk, and the jobs done at it."""

    def __init__(self, settings: Settings) -> None:
        self._desk = Desk.open(settings)

    def work(self, job: Job, tell: Callable[[str], None]) -> Result:
        """See flows.workers.Bench."""
        match job:
            case SplitJob(batch):
                return read_batch(
                    batch, open_pixels=lambda scan: self._desk.confinement.open_page(scan).pixels, read_codes=read_codes
                )
            case DigitizeJob(dossier, batch_name, problems):
                return digitize_dossier(dossier, self._desk, batch=batch_name, problems=problems, tell=tell)
            case RejectJob(dossier, batch_name, reason):
                return reject_dossier(dossier, self._desk, batch=batch_name, reason=reason)

    def close(self) -> None:
        """Lets go of the desk."""
        self._desk.close()


def seconds_for(job: Job, settings: Settings) -> float:
    """How long a job may take before its worker is stopped: its pages' time, and what a start may cost."""
    pages = len(job.batch.scans) if isinstance(job, SplitJob) else len(job.dossier.scans)
    return _START_SECONDS + pages * settings.page_seconds
