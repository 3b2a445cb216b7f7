"""One worker's desk, and the jobs done at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flows.desk import Desk
from flows.digitize_dossier import digitize_dossier, reject_dossier
from flows.jobs import DigitizeJob, Job, ReadJob, RejectJob, Result, SplitJob, Told, WarmJob, most_giving_way
from flows.match_again import match_again, waiting_for_registry
from flows.reading import read_some
from flows.right_of_way import RightOfWay
from flows.scratch import scratch
from models.dossier import Announcement, DossierCode
from models.page import PageSource, Pixels, Scan
from models.settings import Settings
from pipeline.codes import read_codes
from pipeline.cover_drawing import make_sheets
from pipeline.cover_sheet import read_batch
from pipeline.intake import IntakeDossier


class DossierBench:
    """One worker's desk, and the jobs done at it."""

    def __init__(self, settings: Settings) -> None:
        self._desk = Desk.open(settings)
        self._right_of_way = RightOfWay(settings.home)

    def work(self, job: Job, tell: Callable[[Told], None]) -> Result:
        """See flows.workers.Bench."""
        if isinstance(job, SplitJob | DigitizeJob) and job.gives_way:
            tell = self._right_of_way.first(tell, most_seconds=most_giving_way(job))
        match job:
            case SplitJob(batch):

                def open_pixels(scan: Scan) -> Pixels:
                    tell(f"{scan.number}/{len(batch.scans)}")
                    return self._desk.confinement.open_page(scan).pixels

                return read_batch(batch, open_pixels=open_pixels, read_codes=read_codes)
            case DigitizeJob(dossier, batch_name, problems, again, read, _):
                waiting = None if again or read else waiting_for_registry(dossier, self._desk)
                if waiting is not None:
                    tell("match")
                    return match_again(waiting, self._desk, batch=batch_name)
                return digitize_dossier(
                    dossier,
                    self._desk,
                    batch=batch_name,
                    problems=problems,
                    again=again,
                    tell=tell,
                    already_read=read,
                )
            case ReadJob(dossier, numbers, folder):
                return read_some(dossier, self._desk, folder, numbers=numbers)
            case WarmJob():
                return self._warm()
            case RejectJob(dossier, batch_name, reason):
                return reject_dossier(dossier, self._desk, batch=batch_name, reason=reason)

    def _warm(self) -> tuple[()]:
        """Reads a cover sheet of no dossier: that loads libraries, recognizer and the confined child."""
        self._desk.population()
        code = DossierCode("A00-000101-0000", "A00", date(2000, 1, 1))
        with scratch() as folder:
            path = folder / "sheet.pdf"
            path.write_bytes(make_sheets([Announcement(code)], procedure_names={}))
            scan = Scan(1, PageSource(path.name, "", 1), path)
            read_some(IntakeDossier(code, None, (scan,)), self._desk, folder)
        return ()

    def close(self) -> None:
        """Lets go of the desk."""
        self._desk.close()
