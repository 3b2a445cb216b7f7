"""What one process keeps open to digitize: database, heartbeat, workers; for `sohoa serve` also workers for the counter."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.desk import limits_of
from flows.jobs import DigitizeJob, Job, ReadJob, Result, Told, WarmJob, open_bench, seconds_for
from flows.presence import Presence
from flows.right_of_way import RightOfWay
from flows.scratch import scratch
from flows.turns import Turn
from flows.workers import Bench, Workshop
from models.due import promised_on
from models.errors import SohoaError, UnreadableInput
from models.settings import Settings
from pipeline.confine import Confinement
from pipeline.intake import IntakeDossier
from storage.database import open_database
from storage.seal_mark import check_seal
from storage.waiting_line import Lane

if TYPE_CHECKING:
    from pipeline.digitize import ReadPage

_MOST_AT_THE_COUNTER = 4
_STAND_BACK = 10
"""Nice of batch workers beside a counter: a ninth of the weight of a counter's worker. Further back, a page of a batch would run
into its limits of time at a counter that is never empty. Stopping them outright would leave a transaction open in the
database, which the counter would then wait for."""

_LOG = logging.getLogger("sohoa")

Tell = Callable[[Told], None]


class Office:
    """Open resources of a process, for any number of runs; `close` lets go of them.

    `counter`: keep warm workers for dossiers whose citizen waits. They share a dossier's pages among themselves, and
    batches stand back for them: those are digitized in turns (flows.turns), by workers that take what time is left.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        kind: str,
        counter: bool = False,
        bench: Callable[[Settings], Bench[Job, Result]] = open_bench,
    ) -> None:
        def workshop(workers: int, **manner: Any) -> Workshop[Job, Result]:
            return Workshop(
                bench, (settings,), workers=workers, seconds=lambda job: seconds_for(job, settings), **manner
            )

        check_seal(settings)
        self.settings = settings
        self.database = open_database(settings.index)
        self.confinement = Confinement(limits_of(settings))
        self._patient = Confinement(limits_of(settings), patience=_STAND_BACK) if counter else self.confinement
        self.right_of_way = RightOfWay(settings.home)
        self.presence = Presence(self.database, kind=kind, slots=settings.workers)
        self._batches = (
            workshop(settings.workers, turn=_turn, patience=_STAND_BACK) if counter else workshop(settings.workers)
        )
        self._counter_workers = min(settings.workers, _MOST_AT_THE_COUNTER)
        self._counter = workshop(self._counter_workers) if counter else None

    def warm_up(self) -> None:
        """Makes every worker of the counter load what the first dossier would wait for; returns when they have."""
        if self._counter is not None:
            with suppress(UnreadableInput):  # no page; but the child runs that looks into files first
                self.confinement.page_count(Path(os.devnull))
            for future in [self._counter.hand_in(WarmJob()) for _ in range(self._counter_workers)]:
                future.result()

    def confinement_of(self, lane: Lane) -> Confinement:
        """What opens the lane's files: that of batches stands back beside a counter."""
        return self.confinement if lane is Lane.COUNTER else self._patient

    def hand_in(self, job: Job, *, lane: Lane, tell: Tell = lambda _told: None) -> Future[Result]:
        """A job for the lane's workers."""
        shop = self._counter if self._counter is not None and lane is Lane.COUNTER else self._batches
        return shop.hand_in(job, tell=tell)

    def begin(self, job: DigitizeJob, *, lane: Lane, tell: Tell) -> Future[Result]:
        """A dossier to be digitized; at the counter several workers read it."""
        parts = shared_pages(job.dossier, self._counter_workers)
        if self._counter is None or lane is not Lane.COUNTER or len(parts) < 2:
            return self.hand_in(job, lane=lane, tell=tell)
        whole: Future[Result] = Future()
        whole.set_running_or_notify_cancel()
        threading.Thread(target=self._together, args=(job, tell, whole), daemon=True).start()
        return whole

    def read(self, dossier: IntakeDossier, folder: Path) -> tuple[ReadPage, ...]:
        """A dossier's pages, in any order, read by the counter's workers together; pictures go to `folder`.

        Raises WorkerLost and what `flows.reading.read_some` raises; pages that no worker has begun are then given up.
        """
        parts = self.begin_reading(dossier, folder)
        try:
            return tuple(page for part in parts for page in part.result())  # type: ignore[union-attr,misc] # such a job gives pages
        finally:
            for part in parts:
                part.cancel()

    def begin_reading(self, dossier: IntakeDossier, folder: Path) -> tuple[Future[Result], ...]:
        """A dossier's pages in parts for the counter's workers to take; those not begun can be cancelled."""
        return tuple(
            self.hand_in(ReadJob(dossier, numbers, _own(folder, numbers[0])), lane=Lane.COUNTER)
            for numbers in shared_pages(dossier, self._counter_workers)
        )

    def finish(self, *, at_once: bool = False) -> None:
        """Ends the workers: after what was handed in, or at once; what they were at stays unfinished, what was kept stays."""
        for shop in (self._counter, self._batches):
            if shop is not None:
                shop.close(at_once=at_once)

    def close(self) -> None:
        """Lets go of all else, once the workers have ended."""
        self.presence.close()
        self.confinement.close()
        self._patient.close()
        self.database.close()

    def _together(self, job: DigitizeJob, tell: Tell, whole: Future[Result]) -> None:
        """Several workers read, one does the rest; where reading together fails, one does it all and knows what to do."""
        with scratch() as folder:
            tell("read")
            try:
                try:
                    job = replace(job, read=self.read(job.dossier, folder))
                except SohoaError as error:
                    facts = {"dossier": job.dossier.code.text, "error": type(error).__name__, "detail": str(error)}
                    _LOG.warning("pages could not be read together", extra={"facts": facts})
                assert self._counter is not None
                # before the pages of whoever came later: this one's verdict is a step away
                whole.set_result(self._counter.hand_in(job, tell=tell, first=True).result())
            except BaseException as error:  # noqa: BLE001 # it belongs to whoever waits for the future
                whole.set_exception(error)


def _own(folder: Path, name: int) -> Path:
    """A folder for one worker: two that read in the same would read each other's pictures."""
    own = folder / str(name)
    own.mkdir()
    return own


def shared_pages(dossier: IntakeDossier, workers: int) -> tuple[tuple[int, ...], ...]:
    """The numbers of the pages that can be read, in parts for the workers to take as they are free.

    A part is a page of a thin dossier: pages differ tenfold in what they cost, so shares dealt beforehand end apart. A thick
    one has eight parts a worker, for the recognizer reads some pages together cheaper than each alone.
    """
    refused = {rejection.number for rejection in dossier.rejections}
    numbers = [scan.number for scan in dossier.scans if scan.number not in refused]
    size = max(1, len(numbers) // (8 * workers))
    return tuple(tuple(numbers[start : start + size]) for start in range(0, len(numbers), size))


def _turn(job: Job) -> Turn | None:
    """A dossier's turn among batches; looking for cover sheets comes first, for all else waits for it."""
    if not isinstance(job, DigitizeJob):
        return None
    dossier = job.dossier
    procedure = dossier.announcement.procedure if dossier.announcement else None
    return Turn(dossier.unit, len(dossier.scans), promised_on(dossier.received_on, procedure))
