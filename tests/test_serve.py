"""At the counter over HTTP: verdicts before the record, nothing handed in is lost, nobody sees more than they may."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.counter import Spool, _hides, _receive, told_of
from flows.counter import Ended, Judged, Received, Waits, hand_in
from flows.jobs import Outcome, Verdicts
from flows.office import Office
from flows.right_of_way import RightOfWay
from flows.running import Pending
from models.access import Caller, Role
from models.errors import StoredObjectDamaged
from models.outcome import Reason, Status
from models.restriction import Restriction, RestrictionKind
from pipeline.settling import WINDOW_SECONDS
from storage.restrictions import Restrictions
from tests import records
from tests.doors import BELOW, OTHER, open_doors
from tests.serving import CODE, WAITING_SECONDS, served


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
        empty = client.post(f"/v1/counter/{CODE}", content=b"", headers=pdf)  # it would be kept in place of the record
        assert (empty.status_code, empty.json()["detail"]) == (400, "the body is empty: it is to be the file")
        assert client.get(f"/v1/records/{CODE}").json()["revision"] == 1
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


def test_a_disk_that_is_full_takes_nothing_at_the_counter(office: Office, monkeypatch) -> None:
    monkeypatch.setattr("storage.upload_room.SPARE_BYTES", 1 << 62)
    with served(office) as client:
        told = client.post(f"/v1/counter/{CODE}", content=b"%PDF", headers={"content-type": "application/pdf"})
    assert (told.status_code, told.json()["type"]) == (507, "urn:sohoa:problem:no_room")
    assert list((office.settings.home / "counter").iterdir()) == []


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
