"""One worker's desk, and the jobs done at it."""

from __future__ import annotations

from collections.abc import Callable

from flows.desk import Desk
from flows.digitize_dossier import digitize_dossier, reject_dossier
from flows.jobs import DigitizeJob, Job, RejectJob, Result, SplitJob
from flows.match_again import match_again, waiting_for_registry
from models.page import Pixels, Scan
from models.settings import Settings
from pipeline.codes import read_codes
from pipeline.cover_sheet import read_batch


class DossierBench:
    """One worker's desk, and the jobs done at it."""

    def __init__(self, settings: Settings) -> None:
        self._desk = Desk.open(settings)

    def work(self, job: Job, tell: Callable[[str], None]) -> Result:
        """See flows.workers.Bench."""
        match job:
            case SplitJob(batch):

                def open_pixels(scan: Scan) -> Pixels:
                    tell(f"{scan.number}/{len(batch.scans)}")
                    return self._desk.confinement.open_page(scan).pixels

                return read_batch(batch, open_pixels=open_pixels, read_codes=read_codes)
            case DigitizeJob(dossier, batch_name, problems, again):
                waiting = None if again else waiting_for_registry(dossier, self._desk)
                if waiting is not None:
                    tell("match")
                    return match_again(waiting, self._desk, batch=batch_name)
                return digitize_dossier(dossier, self._desk, batch=batch_name, problems=problems, tell=tell)
            case RejectJob(dossier, batch_name, reason):
                return reject_dossier(dossier, self._desk, batch=batch_name, reason=reason)

    def close(self) -> None:
        """Lets go of the desk."""
        self._desk.close()
