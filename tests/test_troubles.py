"""Stores and databases that stop, full disks, wrong clocks, two at once: nothing lost, nothing doubled, and it goes on."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from models.settings import Settings
from scripts.server_process import ACCESS_KEY, SECRET_KEY, answers, free_port, running, s3_environment
from scripts.store_servers import postgresql_folder, serving_postgresql
from storage.archive import load_kept
from storage.opening import open_store
from tests.killing import Program, state

WAITS = {"failed": "StorageUnreachable"}


@pytest.fixture
def expected(program, homes):
    """How an archive is after a run without trouble."""
    whole = homes()
    assert "steps" in program.ask(whole)
    return state(whole)


def test_a_disk_that_is_full_at_any_write_leaves_the_batch_waiting(program, homes, expected):
    for full_at in (1, 4, 9, 14, 23, 31, 47):
        home = homes()
        assert program.ask(home, full_at=full_at) == WAITS, full_at
        assert "steps" in program.ask(home)
        assert state(home) == expected, full_at


def test_a_clock_that_is_set_back_between_two_runs_changes_nothing(program, homes, expected):
    home = homes()
    program.ask(home, kill_at=90)
    assert "steps" in program.ask(home, hours=-30)
    assert state(home) == expected


@pytest.fixture(scope="module")
def second_program(tmp_path_factory):
    """Another process with the same batch."""
    started = Program(tmp_path_factory.mktemp("second"))
    yield started
    started.close()


def without_batches(found: dict) -> dict:
    return {name: value for name, value in found.items() if name != "audited"}


def test_two_batches_with_the_same_dossiers_at_once(program, second_program, homes, expected):
    home = homes()
    with ThreadPoolExecutor(2) as both:
        asked = [both.submit(each.ask, home) for each in (program, second_program)]
        assert all("steps" in answer.result() for answer in asked)
    assert without_batches(state(home)) == without_batches(expected)


def test_two_machines_on_one_store_and_one_database(program, second_program, homes, expected, make_schema):
    shared = {"SOHOA_INDEX": make_schema()}
    one = homes(shared)
    other = homes({**shared, "SOHOA_STORE": f"{one['SOHOA_HOME']}/store"})
    with ThreadPoolExecutor(2) as both:
        asked = [both.submit(each.ask, home) for each, home in ((program, one), (second_program, other))]
        answers = [answer.result() for answer in asked]
    assert all("steps" in answer for answer in answers), answers
    assert without_batches(state(other)) == without_batches(expected)


@contextmanager
def rclone(folder: Path, port: int):
    """A server over a folder that outlives it."""
    (folder / "data").mkdir(exist_ok=True)
    command = [
        Path(sys.executable).parent / "rclone", "serve", "s3", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}",
        "--addr", f"127.0.0.1:{port}", "--config", folder / "rclone.conf", folder / "data",
    ]  # fmt: skip
    with running([str(part) for part in command], folder / "rclone.log", ready=lambda: answers(port)) as server:
        yield server


def test_a_store_that_stops_in_the_midst_leaves_the_batch_waiting(program, homes, expected, tmp_path):
    port = free_port()
    home = homes(s3_environment(port))
    with rclone(tmp_path, port) as server, ThreadPoolExecutor(1) as aside:
        answer = aside.submit(program.ask, home)
        while not any((tmp_path / "data").rglob("text/0001.txt")):  # the first dossier is being kept
            assert not answer.done()
            time.sleep(0.01)
        server.kill()
        assert answer.result() == WAITS
    with rclone(tmp_path, port):
        assert "steps" in program.ask(home)
        after = state(home)
        assert after["balance"] == expected["balance"]
        assert after["revisions"] == expected["revisions"]
        settings = Settings.from_environment(home)
        assert load_kept(open_store(settings), "H40.12-260105-0000").store_lacks == ("one_winner", "versions", "locks")


@pytest.fixture
def own_postgresql():
    """A PostgreSQL that the test stops and starts."""
    with postgresql_folder() as folder, ExitStack() as at_end:
        served: list[ExitStack] = []

        def start() -> str:
            served.append(at_end.enter_context(ExitStack()))
            return served[-1].enter_context(serving_postgresql(folder))["SOHOA_INDEX"]

        def stop() -> None:
            served.pop().close()

        yield start, stop


def test_a_database_that_stops_in_the_midst_leaves_the_batch_waiting(program, homes, expected, own_postgresql):
    start, stop = own_postgresql
    home = homes({"SOHOA_INDEX": start()})
    with ThreadPoolExecutor(1) as aside:
        answer = aside.submit(program.ask, home)
        while not any(Path(home["SOHOA_HOME"]).rglob("text/0001.txt")):
            assert not answer.done()
            time.sleep(0.01)
        stop()
        assert answer.result() == WAITS
    start()
    assert "steps" in program.ask(home)
    assert state(home) == expected
