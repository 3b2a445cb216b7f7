"""At the counter: verdicts before the record, batches stand back, nothing handed in is lost, a scanner's folder is left whole."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import uvicorn

from api.counter import Spool, _hides, _receive, told_of
from api.office import Office as Archive
from api.serving import serving_app
from flows.counter import Ended, Event, Failed, Judged, Received, Waits, hand_in
from flows.jobs import DigitizeJob, Job, Outcome, ReadJob, Result, Verdicts, WarmJob
from flows.office import Office, shared_pages
from flows.reading_ahead import ReadingAhead
from flows.right_of_way import RightOfWay
from flows.running import Pending
from flows.watched_folder import OUTCOMES, WatchedFolder
from flows.workers import WorkerLost
from models.access import Caller, Role
from models.dossier import DossierCode
from models.errors import StorageUnreachable, StoredObjectDamaged, TooManyRejected
from models.outcome import Reason, Status
from models.page import PageSource, Scan
from models.restriction import Restriction, RestrictionKind
from models.settings import Settings
from pipeline.intake import IntakeDossier, Rejection
from pipeline.settling import WINDOW_SECONDS
from registry.load import load
from scripts.serve_command import outcome_text
from storage.restrictions import Restrictions
from storage.waiting_line import Lane
from tests import records
from tests.doors import BELOW, OTHER, open_doors
from tests.drawn_dossiers import CITIZENS, draw_inbox

CODE = "H40.12-260105-0007"
WAITING_SECONDS = 90


@pytest.fixture(scope="module")
def inbox(tmp_path_factory) -> Path:
    return draw_inbox(tmp_path_factory.mktemp("drawn") / "inbox")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a counter, two workers each, and a registry."""
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path / "home"), "SOHOA_WORKERS": "2"})
    (tmp_path / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
    load(tmp_path / "citizens.csv", Path(settings.registry))
    opened = Office(settings, kind="serve", counter=True)
    yield opened
    opened.finish(at_once=True)
    opened.close()


@contextmanager
def served(office: Office) -> Iterator[httpx.Client]:
    """A client of the app, which a real server runs, with the key of a clerk of H40."""
    archive = Archive.open(office.settings)
    _, secret = archive.keys.add(
        name="desk 1", role=Role.CLERK, unit="H40", purposes=("counter",), sees_ids=False, calls_a_second=50.0, days=1,
        now=archive.clock(),
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(serving_app(office, archive), log_level="error", lifespan="on"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    address, key = f"http://127.0.0.1:{listener.getsockname()[1]}", {"authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=address, headers=key, timeout=WAITING_SECONDS) as client:
        yield client
    server.should_exit = True
    thread.join()
    archive.close()


def lines(answer) -> list[dict]:
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("nobody foresaw this")])
def test_what_could_not_be_taken_in_is_told_and_stays_in_the_spool(
    error: Exception, tmp_path: Path, monkeypatch
) -> None:
    def failing(*_args: object, **_kw: object) -> None:
        raise error

    monkeypatch.setattr("flows.counter.Running", failing)
    scan = tmp_path / "0123" / f"{CODE}.pdf"
    scan.parent.mkdir()
    scan.write_bytes(b"%PDF the only copy")
    told = list(told_of(scan, SimpleNamespace(settings=None, right_of_way=RightOfWay(tmp_path)), None))
    assert [line.event for line in told] == ["failed"]
    assert scan.exists()


def test_one_left_over_that_cannot_be_read_holds_up_no_other(office: Office, monkeypatch) -> None:
    spool, taken = Spool(office.settings.home / "counter"), []
    for _ in range(3):
        spool.take(f"{CODE}.pdf").write_bytes(b"%PDF")

    def failing(path: Path, *_args: object) -> Iterator[None]:
        taken.append(path)
        raise StoredObjectDamaged("not a record")

    monkeypatch.setattr("api.serving.told_of", failing)
    with served(office):
        deadline = time.monotonic() + WAITING_SECONDS
        while len(taken) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
    assert sorted(taken) == spool.left_over()


@pytest.mark.parametrize(("last", "stays"), [(Ended, False), (Waits, True)])
def test_the_file_of_whoever_hung_up_goes_once_its_dossier_is_kept(last, stays, tmp_path, monkeypatch) -> None:
    end = Outcome(CODE, Status.DIGITIZED, (), 3, 1, 0, 2.0, changed=True)
    come = threading.Event()

    def events(*_args, **_kw):
        yield Received(((CODE, 1),), (), ())
        come.wait(WAITING_SECONDS)
        yield Ended(end) if last is Ended else Waits(Pending(CODE, Reason.STORAGE_UNREACHABLE))

    monkeypatch.setattr("api.counter.hand_in", events)
    scan = Spool(tmp_path).take(f"{CODE}.pdf")
    scan.write_bytes(b"%PDF")
    before = threading.enumerate()
    told = told_of(scan, None, None)
    assert next(told).event == "received"
    told.close()
    assert scan.exists()
    come.set()
    for thread in set(threading.enumerate()) - set(before):
        thread.join(WAITING_SECONDS)
    assert scan.exists() is stays


def test_a_dossier_handed_in_tells_its_verdicts_before_its_record(office: Office, inbox: Path) -> None:
    spool = office.settings.home / "counter"
    left_over = spool / "0123456789abcdef" / "H40.12-260105-0008.pdf"
    left_over.parent.mkdir(parents=True)
    left_over.write_bytes((inbox / "H40.12-260105-0008" / "quét 1.pdf").read_bytes())
    scan = (inbox / f"{CODE}.pdf").read_bytes()
    pdf = {"content-type": "application/pdf"}
    with served(office) as client:
        told = lines(client.post(f"/v1/counter/{CODE}", content=scan, headers=pdf))
        assert [line["event"] for line in told] == ["received", "verdicts", "record"]
        person = told[1]["persons"][0]
        assert (person["full_name"], person["verdict"], person["citizen"]) == (
            "NGUYỄN THỊ HƯỜNG", "matched", "036*****2345",
        )  # fmt: skip
        kept = told[2]["record"]
        assert kept["dossier_code"] == CODE
        assert [(p["role"], p["verdict"], p["citizen"], p["score"]) for p in told[1]["persons"]] == [
            (p["role"], *(p["match"][key] for key in ("verdict", "citizen", "score"))) for p in kept["persons"]
        ]  # what was told first is what is kept
        assert told[1]["missing"] == kept["components"]["missing"]
        assert [line["event"] for line in lines(client.post(f"/v1/counter/{CODE}", content=scan, headers=pdf))] == [
            "already_done"
        ]
        assert client.post("/v1/counter/no-code", content=scan, headers=pdf).status_code == 400
        assert client.post("/v1/counter/H52.1-260105-0007", content=scan, headers=pdf).status_code == 403
        assert client.post(f"/v1/counter/{CODE}", content=scan, headers={"authorization": ""}).status_code == 401
        assert (
            client.post(f"/v1/counter/{CODE}", content=b"x", headers={"content-type": "text/html"}).status_code == 415
        )
        deadline = time.monotonic() + WAITING_SECONDS  # what the server before did not finish
        while list(spool.rglob("*")) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert list(spool.rglob("*")) == []
        metrics = client.get("/metrics").text
    assert 'sohoa_worker_up{kind="serve"' in metrics
    assert "sohoa_up 1.0" in metrics
    assert CODE not in metrics
    assert "HƯỜNG" not in metrics


def test_what_came_whole_is_taken_up_without_waiting_for_it_to_rest(
    office: Office, inbox: Path, tmp_path: Path, monkeypatch
) -> None:
    """Every verdict came two seconds late: a file from the spool was looked at twice, as if a scanner still wrote to it."""
    scan = tmp_path / f"{CODE}.pdf"
    scan.write_bytes((inbox / f"{CODE}.pdf").read_bytes())
    waits: list[float] = []
    monkeypatch.setattr("flows.plan.time", SimpleNamespace(time=time.time, sleep=waits.append))
    assert [type(event) for event in hand_in([scan], office, at_rest=True)] == [Received, Judged, Ended]
    assert waits == []
    scan.touch()
    assert [type(event) for event in hand_in([scan], office)] == [Received]  # done before
    assert waits == [WINDOW_SECONDS]


def test_half_a_file_is_not_taken_up_by_the_next_server(tmp_path: Path) -> None:
    """A server that is killed while a file comes in must not leave the half of a dossier for a whole one."""
    spool = Spool(tmp_path / "counter")
    path, stopped = spool.take(f"{CODE}.pdf"), []

    class Half:
        async def stream(self):
            yield b"%PDF half"
            stopped.extend(spool.folder.glob("*/*"))
            yield b" and half"

    asyncio.run(_receive(Half(), path))
    assert [file.name for file in stopped] == [".incoming"]
    assert spool.left_over() == [path]
    assert path.read_bytes() == b"%PDF half and half"
    path.rename(path.with_name(".incoming"))
    assert spool.left_over() == []
    assert not path.parent.exists()


def test_a_cover_sheet_in_a_stack_opens_no_dossier_of_another_unit(tmp_path: Path, monkeypatch) -> None:
    with open_doors(tmp_path / "home") as doors:
        caller = Caller("k", "desk", Role.CLERK, "H40", (), True, 5.0)
        restrictions = Restrictions(doors.office.database, doors.office.store)
        restrictions.place(Restriction(f"dossier:{BELOW}", RestrictionKind.RESTRICTED, "asked", "desk", ""))
        codes = (records.CODE, BELOW, OTHER)
        judged = [Judged(code, Verdicts((), ("birth_notification",))) for code in codes]
        done = Received((), tuple((code, Status.DIGITIZED) for code in codes), ())
        monkeypatch.setattr("api.counter.hand_in", lambda *_args, **_kw: iter([*judged, done]))
        told = list(
            told_of(
                tmp_path / "0" / "x.pdf", None, doors.office.store, sees_ids=True,
                hides=lambda code: _hides(doors.office, caller, code),
            )
        )  # fmt: skip
    assert [line.dossier_code for line in told if line.event == "verdicts"] == [records.CODE]
    assert [(line.dossier_code, line.record is None) for line in told if line.event == "already_done"] == [
        (records.CODE, False), (BELOW, True), (OTHER, True),
    ]  # fmt: skip


def test_a_scanners_folder_is_digitized_and_left_as_it_is(office: Office, inbox: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    events: list[Event] = []
    written: list[str] = []

    def write(name: str, told: Sequence[Event]) -> str:
        events[:] = told
        written.append(outcome_text(name, told))
        return written[-1]

    watched = WatchedFolder(folder, office, write=write)
    watched.start()
    scan = (inbox / f"{CODE}.pdf").read_bytes()
    (folder / f"{CODE}.pdf").write_bytes(scan)
    outcome = folder / OUTCOMES / f"{CODE}.pdf.txt"
    deadline = time.monotonic() + WAITING_SECONDS
    while not (outcome.exists() and "\n# " in outcome.read_text(encoding="utf-8")) and time.monotonic() < deadline:
        time.sleep(0.1)
    watched.stop()
    assert written[0].splitlines()[:2] == [f"{CODE}.pdf", f"{CODE}: 1/1 người khớp dân cư; đang lưu"]
    assert [path.name for path in outcome.parent.iterdir()] == [outcome.name]
    assert [event.end.pages_known for event in events if isinstance(event, Ended)] == [1]  # read while it came to rest
    assert outcome.read_text(encoding="utf-8").splitlines()[:2] == [
        f"{CODE}.pdf",
        f"{CODE}: cần xem lại, 1 trang, 1/1 người khớp dân cư",
    ]
    assert (folder / f"{CODE}.pdf").read_bytes() == scan
    again = WatchedFolder(folder, office, write=outcome_text)
    assert again.settled(0.0, time.time() + 60) == []


def test_a_file_that_is_still_being_copied_is_left_until_it_rests(tmp_path: Path) -> None:
    watched = WatchedFolder(tmp_path, office=None, write=outcome_text)
    scan = tmp_path / f"{CODE}.pdf"
    scan.write_bytes(b"%PDF half")
    now = scan.stat().st_mtime
    assert watched.settled(0.0, now) == []
    scan.write_bytes(b"%PDF half and more")
    assert watched.settled(2.5, now) == []  # it has grown since
    assert watched.settled(4.0, now) == []
    assert watched.settled(4.6, now) == [scan]
    assert watched.settled(9.0, now + 9) == []  # handed in once
    moved = tmp_path / "H40.12-260105-0008.pdf"
    moved.write_bytes(b"%PDF moved here whole")
    os.utime(moved, (now - 60, now - 60))
    (tmp_path / "~scan.tmp").write_bytes(b"x")
    (tmp_path / OUTCOMES).mkdir()
    assert watched.settled(9.5, now + 9.5) == [moved]  # no need to wait for what was whole long ago
    (tmp_path / "manifest.csv").write_text("dossier_code,procedure\n", encoding="utf-8")
    assert watched.settled(12.0, now + 60) == [scan, moved]  # what is announced may change what they are


def test_what_changed_while_it_was_read_ahead_is_not_handed_in(tmp_path: Path, monkeypatch) -> None:
    watched, handed_in = WatchedFolder(tmp_path, office=None, write=outcome_text), []
    scan = tmp_path / f"{CODE}.pdf"
    scan.write_bytes(b"%PDF half")
    watched._ahead = SimpleNamespace(wait=lambda _entries: scan.write_bytes(b"%PDF half and more"))
    monkeypatch.setattr("flows.watched_folder.hand_in", lambda entries, *_args, **_kw: handed_in.append(entries) or ())
    now = scan.stat().st_mtime
    assert watched.settled(9.0, now + 60) == [scan]
    watched._digitize([scan], Lane.COUNTER)
    assert handed_in == []
    assert watched.settled(10.0, now + 120) == [scan]  # as it is now


def test_what_comes_to_rest_is_read_ahead_once_for_each_of_its_states(tmp_path: Path) -> None:
    watched, begun = WatchedFolder(tmp_path, office=None, write=outcome_text), []
    watched._ahead = SimpleNamespace(begin=lambda entry: begun.append(entry.stat().st_size) or True)
    scan, now = tmp_path / f"{CODE}.pdf", time.time()

    def look(at: float) -> list[int]:
        watched.settled(at, now)
        watched._read_ahead()
        return list(begun)

    scan.write_bytes(b"%PDF half")
    assert look(0.0) == []  # it may grow the next moment
    assert look(0.2) == look(0.4) == [9]
    scan.write_bytes(b"%PDF half and half")
    assert look(0.6) == [9]
    assert look(0.8) == [9, 18]
    for ordinal in range(9):  # a batch's: nobody waits for it
        (tmp_path / f"H40.12-260105-1{ordinal:03d}.pdf").write_bytes(b"%PDF")
    assert look(1.0) == look(1.2) == [9, 18]


def test_half_a_file_read_ahead_ends_quietly(office: Office, inbox: Path, tmp_path: Path) -> None:
    scan, ahead = tmp_path / f"{CODE}.pdf", ReadingAhead(office)
    scan.write_bytes((inbox / f"{CODE}.pdf").read_bytes()[:5000])
    gone = tmp_path / "H40.12-260105-0008.pdf"
    assert [ahead.begin(entry) for entry in (scan, gone)] == [True, True]
    ahead.wait([scan, gone])
    assert not list((office.settings.home / "readings").rglob("*.page"))


def test_what_a_stopped_batch_left_is_taken_up_by_the_next_server(tmp_path: Path, monkeypatch) -> None:
    scan = tmp_path / f"{CODE}.pdf"
    scan.write_bytes(b"%PDF")
    (tmp_path / OUTCOMES).mkdir()
    stopped = TooManyRejected("6 of 10 dossiers were rejected")
    monkeypatch.setattr("flows.watched_folder.hand_in", lambda *_args, **_kw: iter([Failed(stopped)]))
    watched, later = WatchedFolder(tmp_path, office=None, write=outcome_text), time.time() + 60
    watched._digitize(watched.settled(0.0, later), Lane.BATCH)
    assert "máy quét" in (tmp_path / OUTCOMES / f"{CODE}.pdf.txt").read_text(encoding="utf-8")
    assert watched.settled(99.0, later) == []  # not again and again: somebody must look at the scanner
    assert WatchedFolder(tmp_path, office=None, write=outcome_text).settled(0.0, later) == [scan]


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
    ("name", "is_told"),
    [(f"{CODE}.pdf", True), (f"{CODE} (2).pdf", True), ("quay 3.pdf", True), ("H40.12-260105-0009.pdf", False)],
)
def test_an_outcome_names_the_dossiers_that_may_be_in_it(name, is_told, tmp_path) -> None:
    watched = WatchedFolder(tmp_path, office=None, write=outcome_text)
    (tmp_path / OUTCOMES).mkdir()
    watched._tell(name, (), [Ended(Outcome(CODE, Status.DIGITIZED, (), 3, 1, 0, 2.0, changed=True))])
    assert (f"{CODE}: đã số hóa" in (tmp_path / OUTCOMES / f"{name}.txt").read_text(encoding="utf-8")) is is_told


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([Failed(StorageUnreachable("away"))], "away"),
        ([Judged(CODE, Verdicts((), ("birth_notification",)))], "Còn thiếu: giấy chứng sinh"),
        ([Waits(Pending(CODE, Reason.STORAGE_UNREACHABLE))], f"{CODE}: đang chờ: "),
        ([Received((), ((CODE, Status.REVIEW),), ())], f"{CODE}: cần xem lại"),
        ([Received((), (), ((f"{CODE}.pdf", Reason.ENCRYPTED_FILE),))], "mật khẩu"),
        (
            [
                Ended(
                    Outcome(
                        CODE, Status.REVIEW, ("page_rejected",), 3, 1, 0, 2.0, changed=True, flaws=((2, "blurred"),)
                    )
                )
            ],
            "Trang 2: ",
        ),
    ],
)
def test_an_outcome_is_told_in_the_clerks_words(events, expected) -> None:
    assert expected in outcome_text(f"{CODE}.pdf", events)


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


ENDED = """
import os, signal, uvicorn
from contextlib import asynccontextmanager
from fastapi import FastAPI
from scripts.serve_command import _Server

@asynccontextmanager
async def lifespan(app):
    os.kill(os.getpid(), signal.SIGINT)
    yield
    print("threads ended")

_Server(uvicorn.Config(FastAPI(lifespan=lifespan), port=0, log_level="warning", lifespan="on")).run()
print("said goodbye")
"""


def test_ctrl_c_ends_the_threads_beside_the_server_and_shows_no_traceback() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDED], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout.split("\n")[:2], ended.stderr) == (["threads ended", "said goodbye"], "")
