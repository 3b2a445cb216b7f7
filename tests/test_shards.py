"""A batch that machines share: a part is one machine's until it falls silent, nothing is lost or done for nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from flows import shared_batch
from flows.counter import settle_all
from flows.jobs import DigitizeJob, Job, Outcome, Result
from flows.office import Office
from flows.plan import Assignment, Plan
from flows.running import Part, Pending, Progress, Report, Running
from flows.shards import cut, ends_read, ends_written, keep_originals, read, written
from flows.shared_batch import Whereabouts, digitize_shared
from models.dossier import Announcement, DossierCode
from models.errors import TooManyRejected
from models.outcome import Reason, Status
from models.page import PageSource, Scan
from models.settings import Settings
from pipeline.intake import IntakeDossier, Rejection
from pipeline.listing import digest
from storage.database import open_database
from storage.folder import FolderStore
from storage.ledger_tables import BATCHES, SHARDS, WAITING_LINE
from storage.opening import open_store
from storage.shards import LEASE_SECONDS, Shards, ShardState
from tests.paper_files import jpeg

CODE = DossierCode.parse("H40.12-260105-0007")


def test_a_part_is_one_machines_until_it_falls_silent(database) -> None:
    now = datetime(2026, 1, 6, tzinfo=UTC)
    shards = Shards(database, clock=lambda: now)
    shards.put("batch", ["first", "second"])
    assert shards.claim("batch", 1, holder="one") == "first"
    assert shards.claim("batch", 1, holder="two") is None
    now += timedelta(seconds=LEASE_SECONDS - 1)
    assert shards.beat("batch", 1, holder="one")
    now += timedelta(seconds=LEASE_SECONDS - 1)
    assert shards.claim("batch", 1, holder="two") is None
    now += timedelta(seconds=2)
    assert [shard.lost for shard in shards.of("batch")] == [True, False]
    assert shards.claim("batch", 1, holder="two") == "first"
    assert not shards.beat("batch", 1, holder="one")  # cut off, and back: it is another's now
    assert not shards.finish("batch", 1, holder="one", ends="[]")
    assert shards.finish("batch", 1, holder="two", ends="{}")
    assert shards.claim("batch", 1, holder="three") is None
    assert [(shard.state, shard.attempts, shard.ends) for shard in shards.of("batch")] == [
        (ShardState.DONE, 2, "{}"),
        (ShardState.WAITING, 0, None),
    ]
    assert shards.claim("batch", 2, holder="one") == "second"
    shards.give_back("batch", 2, holder="one")
    assert shards.claim("batch", 2, holder="three") == "second"


def assignment(ordinal: int, pages: int, path: Path = Path("scan.pdf"), sha256: str = "0" * 64) -> Assignment:
    code = DossierCode(f"H40.12-260105-{ordinal:04d}", "H40.12", CODE.received_on)
    scans = tuple(Scan(number, PageSource(path.name, sha256, number), path) for number in range(1, pages + 1))
    return Assignment(IntakeDossier(code, None, scans))


@given(st.lists(st.integers(0, 90), max_size=80))
def test_cutting_keeps_every_dossier_once_and_in_order(sizes: list[int]) -> None:
    whole = tuple(assignment(ordinal, pages) for ordinal, pages in enumerate(sizes))
    parts = cut(whole)
    assert tuple(each for part in parts for each in part) == whole
    assert all(len(part) == 1 or sum(len(each.dossier.scans) for each in part) <= 60 for part in parts)


@given(st.integers(1, 400))
def test_parts_of_small_dossiers_are_as_equal_as_can_be(dossiers: int) -> None:
    sizes = [len(part) for part in cut(tuple(assignment(ordinal, 1) for ordinal in range(dossiers)))]
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) >= min(8, dossiers // 6)


def test_a_part_travels_as_text_and_its_originals_through_the_store(tmp_path: Path) -> None:
    scan = tmp_path / "quét 1.jpg"
    scan.write_bytes(jpeg(83, 117))
    scans = (
        Scan(1, PageSource("quét 1.jpg", digest(scan), 1), scan),
        Scan(2, PageSource("mất.pdf", "", 1), tmp_path / "mất.pdf"),
    )
    said = Announcement(CODE, "1.004873", "H40.12", CODE.received_on, 2)
    refused = (Rejection(2, Reason.FILE_MISSING, "link"),)
    whole = (Assignment(IntakeDossier(CODE, said, scans, refused), (Reason.NO_DOSSIER_CODE,)), assignment(8, 0))
    store = FolderStore(tmp_path / "store")
    keep_originals(whole, store)
    there = tmp_path / "there"
    there.mkdir()
    found = read(written(whole), store, there)
    assert [each.problems for each in found] == [each.problems for each in whole]
    for got, sent in zip(found, whole, strict=True):
        assert (got.dossier.code, got.dossier.announcement, got.dossier.rejections) == (
            sent.dossier.code, sent.dossier.announcement, sent.dossier.rejections,
        )  # fmt: skip
        assert [scan.source for scan in got.dossier.scans] == [scan.source for scan in sent.dossier.scans]
    assert found[0].dossier.scans[0].path.read_bytes() == scan.read_bytes()


def test_ends_travel_as_text() -> None:
    outcome = Outcome("a", Status.REVIEW, ("blurred",), 2, 1, 0, 1.5, changed=True, flaws=((1, "blurred"),))
    waiting, done = Pending("b", Reason.STORAGE_UNREACHABLE), {"c": Status.DIGITIZED}
    assert ends_read(ends_written([outcome], [waiting], done)) == ((outcome,), (waiting,), done)


class QuickBench:
    """A dossier whose code ends in 5 is rejected, every other digitized; each attempt is written down."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home

    def work(self, job: Job, tell: Callable[[str], None]) -> Result:
        assert isinstance(job, DigitizeJob)
        code = job.dossier.code.text
        with (self._home / "tried").open("a") as tried:
            tried.write(f"{code}\n")
        status = Status.REJECTED if code.endswith("5") else Status.DIGITIZED
        return Outcome(code, status, (), len(job.dossier.scans), 0, 0, 0.1, changed=True)

    def close(self) -> None:
        """Nothing is open."""


class Machines:
    """Stands for a work pool: each part offered is digitized in a thread; the first machine is lost with its first part."""

    def __init__(self, settings: Settings, *, loses_first: bool) -> None:
        self._settings, self._loses = settings, loses_first
        self.offered: list[int] = []

    def submit(self, batch: str, shard: int) -> UUID:
        self.offered.append(shard)
        losing, self._loses = self._loses, False
        threading.Thread(target=self._lose if losing else self._work, args=(batch, shard), daemon=True).start()
        return uuid4()

    def whereabouts(self, _run: UUID) -> Whereabouts:
        return Whereabouts.WITH_WORKER

    def _lose(self, batch: str, shard: int) -> None:
        database = open_database(self._settings.index)
        Shards(database).claim(batch, shard, holder="lost:1")
        with database.writing() as connection:  # long ago, as the clock of the others sees it
            connection.execute(update(SHARDS).where(SHARDS.c.holder == "lost:1").values(leased_until="2020-01-01"))
        database.close()

    def _work(self, batch: str, shard: int) -> None:
        office = Office(self._settings, kind="shard", bench=QuickBench)
        shards = Shards(office.database)
        work = shards.claim(batch, shard, holder=f"machine:{shard}")
        if work is not None:
            folder = self._settings.home / f"{shard}"
            folder.mkdir(exist_ok=True)
            part = Part(batch, read(work, open_store(self._settings), folder))
            running = Running([], self._settings, workspace=folder, office=office, part=part)
            settle_all(running)
            running.close()
            report = running.report
            ends = ends_written(report.outcomes.values(), report.pending.values(), report.plan.done)
            shards.finish(batch, shard, holder=f"machine:{shard}", ends=ends)
        office.finish()
        office.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    (tmp_path / "home").mkdir()
    return Settings.from_environment(
        {"SOHOA_HOME": str(tmp_path / "home"), "SOHOA_WORKERS": "1", "SOHOA_INDEX": database_url}
    )


def scans(folder: Path, *ordinals: int) -> Path:
    folder.mkdir()
    for ordinal in ordinals:
        (folder / f"H40.12-260105-{ordinal:04d}.jpg").write_bytes(jpeg(83, 117 + ordinal))
    return folder


def test_a_lost_machines_part_is_taken_over_and_each_dossier_done_once(settings: Settings, tmp_path: Path) -> None:
    inbox = scans(tmp_path / "inbox", *range(16, 25), *range(26, 35))
    machines = Machines(settings, loses_first=True)
    report = digitize_shared([inbox], settings, lambda: machines, workspace=tmp_path, progress=Progress())
    assert sorted(machines.offered) == [1, 1, 2, 3]
    assert len(report.outcomes) == 18
    assert not report.pending
    tried = (settings.home / "tried").read_text().split()
    assert sorted(tried) == sorted(report.outcomes)
    database = open_database(settings.index)
    assert Shards(database).of(report.batch) == ()
    database.close()


def test_a_shared_batch_of_spoiled_scans_stops(settings: Settings, tmp_path: Path) -> None:
    inbox = scans(tmp_path / "inbox", *range(5, 205, 10))
    machines = Machines(settings, loses_first=False)
    with pytest.raises(TooManyRejected):
        digitize_shared([inbox], settings, lambda: machines, workspace=tmp_path, progress=Progress())
    database = open_database(settings.index)
    with database.reading() as connection:
        assert connection.execute(select(BATCHES.c.state)).scalars().all() == ["stopped"]
    database.close()


def test_a_run_that_stops_leaves_nobody_in_the_line_of_its_office(settings: Settings, tmp_path: Path) -> None:
    inbox = scans(tmp_path / "inbox", *range(5, 305, 10))
    office = Office(settings, kind="serve", bench=QuickBench)
    running = Running([inbox], settings, workspace=tmp_path, office=office)
    with pytest.raises(TooManyRejected):
        settle_all(running)
    running.close("stopped")
    with office.database.reading() as connection:
        assert connection.execute(select(WAITING_LINE.c.dossier_code)).all() == []
    office.finish(at_once=True)
    office.close()


def test_prefect_is_asked_about_a_few_flow_runs_at_a_time_and_about_all_in_turn(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(settings.index)
    shards = Shards(database)
    shards.put("b", ["[]"] * 10)
    asked: list[UUID] = []
    by_look: list[int] = []

    class Queue:
        """Every run waits until all were asked about; then the parts are done."""

        def submit(self, _batch: str, _shard: int) -> UUID:
            return uuid4()

        def whereabouts(self, run: UUID) -> Whereabouts:
            asked.append(run)
            if len(asked) == 10:
                for number in range(1, 11):
                    shards.claim("b", number, holder="h:1")
                    shards.finish("b", number, holder="h:1", ends=ends_written([], [], {}))
            return Whereabouts.QUEUED

    monkeypatch.setattr(shared_batch.time, "sleep", lambda _seconds: by_look.append(len(asked)))
    report = Report("b", Plan((), {}, ()))
    shared_batch._Watch(report, [()] * 10, shards, Queue(), Progress(), 0.5, lambda _: None).until_done()
    assert by_look == [4, 8, 12][: len(by_look)]
    assert len(set(asked[:10])) == 10
    database.close()


def test_of_a_part_that_no_machine_ends_what_one_of_them_kept_is_done_and_the_rest_waits(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(settings.index)
    shards = Shards(database)
    shards.put("b", ["[]"])

    class Lost:
        """Every machine is lost with its flow run."""

        def submit(self, _batch: str, _shard: int) -> UUID:
            return uuid4()

        def whereabouts(self, _run: UUID) -> Whereabouts:
            return Whereabouts.OVER

    monkeypatch.setattr(shared_batch.time, "sleep", lambda _seconds: None)
    kept, waiting = assignment(1, 1), assignment(2, 1)
    report = Report("b", Plan((), {}, ()))
    statuses = {kept.code: Status.DIGITIZED}
    shared_batch._Watch(
        report, [(kept, waiting)], shards, Lost(), Progress(), 0.5, lambda one: statuses.get(one.code)
    ).until_done()
    assert (report.plan.done, list(report.pending)) == (statuses, [waiting.code])
    database.close()
