"""The counter's workers: they do not wait for batches, which stand back, and share a dossier's pages in order."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from flows.jobs import DigitizeJob, Job, Outcome, ReadJob, Result, WarmJob
from flows.office import Office, shared_pages
from flows.workers import WorkerLost
from models.dossier import DossierCode
from models.outcome import Reason, Status
from models.page import PageSource, Scan
from models.settings import Settings
from pipeline.intake import IntakeDossier, Rejection
from storage.waiting_line import Lane
from tests.serving import CODE, WAITING_SECONDS


class SlowBench:
    """Batch jobs wait for a file; whatever is done tells how far its process stands back."""

    def __init__(self, settings: Settings) -> None:
        self._gate = settings.home / "gate"

    def work(self, job: Job, tell: Callable[[str], None]) -> Result:
        if isinstance(job, WarmJob):
            return ()
        assert isinstance(job, DigitizeJob)
        while job.batch == "batch" and not self._gate.exists():
            time.sleep(0.01)
        code = job.dossier.code.text
        return Outcome(code, Status.DIGITIZED, (), os.nice(0), 0, 0, 0.1, changed=True)

    def close(self) -> None:
        """Nothing is open."""


def test_the_counter_does_not_wait_for_batches_and_batches_stand_back(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path), "SOHOA_WORKERS": "1"})
    office = Office(settings, kind="serve", counter=True, bench=SlowBench)
    code = DossierCode.parse(CODE)
    dossier = IntakeDossier(code, None, ())

    def begin(batch: str, lane: Lane):
        return office.begin(DigitizeJob(dossier, batch), lane=lane, tell=lambda _told: None)

    try:
        office.warm_up()
        batches = [begin("batch", Lane.BATCH) for _ in range(3)]
        ours = os.nice(0)
        assert begin("counter", Lane.COUNTER).result(WAITING_SECONDS).pages == ours
        assert not any(batch.done() for batch in batches)
        (tmp_path / "gate").touch()
        assert {batch.result(WAITING_SECONDS).pages for batch in batches} == {min(ours + 10, 19)}
    finally:
        office.finish(at_once=True)
        office.close()


@pytest.mark.parametrize(
    ("pages", "refused", "expected"),
    [
        (4, (), ((1,), (2,), (3,), (4,))),
        (4, (2,), ((1,), (3,), (4,))),
        (1, (), ((1,),)),
        (0, (), ()),
        (33, (), (*((n, n + 1) for n in range(1, 33, 2)), (33,))),
    ],
)
def test_pages_are_shared_so_that_workers_end_together(pages: int, refused: tuple[int, ...], expected) -> None:
    code = DossierCode.parse(CODE)
    scans = tuple(Scan(n, PageSource("scan.pdf", "0" * 64, n), Path("scan.pdf")) for n in range(1, pages + 1))
    rejections = tuple(Rejection(n, Reason.DAMAGED_FILE) for n in refused)
    assert shared_pages(IntakeDossier(code, None, scans, rejections), 2) == expected


class FolderBench:
    """A worker that notes in which folder it is to read."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home

    def work(self, job: Job, _tell: Callable[[str], None]) -> Result:
        if isinstance(job, ReadJob):
            (job.folder / "pictures.txt").touch(exist_ok=False)
            with (self._home / "folders").open("a") as told:
                told.write(f"{job.folder}\n")
            return ()
        assert isinstance(job, DigitizeJob)
        return Outcome(job.dossier.code.text, Status.DIGITIZED, (), 1, 0, 0, 0.1, changed=True)

    def close(self) -> None:
        """Nothing is open."""


def test_workers_that_read_one_dossier_together_have_a_folder_each(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path), "SOHOA_WORKERS": "2"})
    office = Office(settings, kind="serve", counter=True, bench=FolderBench)
    scans = tuple(Scan(n, PageSource("scan.pdf", "0" * 64, n), Path("scan.pdf")) for n in range(1, 5))
    dossier = IntakeDossier(DossierCode.parse(CODE), None, scans)
    try:
        job = DigitizeJob(dossier, "batch", ())
        assert office.begin(job, lane=Lane.COUNTER, tell=lambda _told: None).result(60).status is Status.DIGITIZED
    finally:
        office.finish()
        office.close()
    folders = (tmp_path / "folders").read_text().split()
    assert len(set(folders)) == len(folders) == 4


class OrderBench:
    """A worker that notes what it was given, in order."""

    def __init__(self, settings: Settings) -> None:
        self._order = settings.home / "order"

    def work(self, job: Job, _tell: Callable[[str], None]) -> Result:
        with self._order.open("a") as told:
            told.write(f"{job.dossier.code.text} {'page' if isinstance(job, ReadJob) else 'whole'}\n")
        time.sleep(0.1)
        if isinstance(job, ReadJob):
            return ()
        return Outcome(job.dossier.code.text, Status.DIGITIZED, (), 1, 0, 0, 0.1, changed=True)

    def close(self) -> None:
        """Nothing is open."""


def test_a_dossier_that_is_read_is_judged_before_the_next_ones_pages(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path), "SOHOA_WORKERS": "1"})
    office = Office(settings, kind="serve", counter=True, bench=OrderBench)
    scans = tuple(Scan(n, PageSource("scan.pdf", "0" * 64, n), Path("scan.pdf")) for n in range(1, 5))
    first, second = CODE, "H40.12-260105-0008"

    def begin(code: str):
        job = DigitizeJob(IntakeDossier(DossierCode.parse(code), None, scans), "batch")
        return office.begin(job, lane=Lane.COUNTER, tell=lambda _told: None)

    try:
        ends = [begin(first)]
        deadline = time.monotonic() + WAITING_SECONDS
        while not (tmp_path / "order").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        ends.append(begin(second))  # while the first's pages are read
        assert {end.result(WAITING_SECONDS).status for end in ends} == {Status.DIGITIZED}
    finally:
        office.finish()
        office.close()
    order = (tmp_path / "order").read_text().splitlines()
    assert order.index(f"{first} whole") < len(order) - order[::-1].index(f"{second} page") - 1


def test_whoever_waits_for_a_dossier_is_told_when_the_server_ends(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path), "SOHOA_WORKERS": "1"})
    office = Office(settings, kind="serve", counter=True, bench=OrderBench)
    scans = tuple(Scan(n, PageSource("scan.pdf", "0" * 64, n), Path("scan.pdf")) for n in range(1, 9))
    job = DigitizeJob(IntakeDossier(DossierCode.parse(CODE), None, scans), "batch")
    try:
        end = office.begin(job, lane=Lane.COUNTER, tell=lambda _told: None)
        while not (tmp_path / "order").exists():
            time.sleep(0.01)
    finally:
        office.finish(at_once=True)
    office.close()
    with pytest.raises((WorkerLost, CancelledError)):
        end.result(WAITING_SECONDS)
