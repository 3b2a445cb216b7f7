"""Batches give way to the counter: as long as a dossier is in hand, never for ever, and not to a holder that is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from flows.jobs import DigitizeJob, seconds_for
from flows.right_of_way import MOST_SECONDS, RightOfWay
from models.dossier import DossierCode
from models.page import PageSource, Scan
from models.settings import Settings
from pipeline.intake import IntakeDossier

HOLDER = """
import sys, time
from pathlib import Path
from flows.right_of_way import RightOfWay

with RightOfWay(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read(1)
print("let go", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the right of way until it is told to let go."""
    started = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout.readline() == "held\n"
    yield started
    started.kill()
    started.wait()
    for pipe in (started.stdin, started.stdout):
        pipe.close()


def test_nobody_waits_where_nobody_has_a_dossier_in_hand(tmp_path: Path) -> None:
    right_of_way = RightOfWay(tmp_path / "no such home")
    assert right_of_way.give_way(most_seconds=60) < 30
    with right_of_way.held():  # no lock can be had there; the counter works all the same
        assert not right_of_way.is_held()


def test_a_batch_waits_until_the_last_dossier_in_hand_is_done(tmp_path: Path, holder: subprocess.Popen) -> None:
    right_of_way = RightOfWay(tmp_path)
    began = time.monotonic()
    threading.Timer(0.3, holder.stdin.write, ("x",)).start()
    threading.Timer(0.31, holder.stdin.flush).start()
    right_of_way.give_way(most_seconds=60)
    assert 0.25 < time.monotonic() - began < 30
    assert not right_of_way.is_held()
    assert holder.stdout.readline() == "let go\n"


def test_two_dossiers_in_hand_hold_it_until_both_are_done(tmp_path: Path) -> None:
    ours, looking = RightOfWay(tmp_path), "from flows.right_of_way import *; print(RightOfWay(Path('.')).is_held())"

    def seen() -> str:
        path = {"PYTHONPATH": str(Path(__file__).parent.parent)}
        return subprocess.run(
            [sys.executable, "-c", looking], cwd=tmp_path, env=path, capture_output=True, text=True, check=True
        ).stdout.strip()

    with ours.held():
        with ours.held():
            pass
        assert seen() == "True"
    assert seen() == "False"


def test_a_killed_holder_holds_nothing(tmp_path: Path, holder: subprocess.Popen) -> None:
    right_of_way = RightOfWay(tmp_path)
    assert right_of_way.is_held()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert not right_of_way.is_held()


def test_a_batch_goes_on_at_a_counter_that_is_never_empty(tmp_path: Path, holder: subprocess.Popen) -> None:
    began, told = time.monotonic(), []
    tell = RightOfWay(tmp_path).first(told.append, most_seconds=0.2)
    assert 0.2 <= time.monotonic() - began < 30
    tell("read")
    tell("match")  # what it may give way is used up
    assert told == ["read", "match"]
    assert RightOfWay(tmp_path).is_held()


def test_what_a_batch_gives_way_does_not_count_as_slowness(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path)})
    scans = tuple(Scan(n, PageSource("scan.pdf", "0" * 64, n), Path("scan.pdf")) for n in (1, 2))
    dossier = IntakeDossier(DossierCode.parse("H40.12-260105-0007"), None, scans)
    patient, hurried = (seconds_for(DigitizeJob(dossier, "b", gives_way=gives), settings) for gives in (True, False))
    assert patient >= hurried + 2 * MOST_SECONDS
