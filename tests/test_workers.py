"""Worker processes: a crash, a hang, an error end one job; nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from flows.workers import WorkerLost, Workshop
from models.errors import RecognizerFailed, SohoaError
from pipeline.confine import Confinement
from pipeline.limits import Limits


class Errands:
    """A bench whose jobs are words: what happens to a worker when its work goes wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done = 0

    def work(self, job: str, tell: Callable[[str], None]) -> str:
        tell(f"at {job}")
        if job == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif job in {"hang", "long"}:
            child = subprocess.Popen(["sleep", "60"])
            (self.folder / "child").write_text(str(child.pid))
            child.wait()
        elif job == "fail":
            raise RecognizerFailed("stopped")
        elif job == "surprise":
            raise ValueError("NGUYỄN THỊ MẪU")
        self.done += 1
        return f"{job} {self.done}"

    def close(self) -> None:
        (self.folder / f"closed-{os.getpid()}").touch()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop[str, str]]:
    shop: Workshop[str, str] = Workshop(
        Errands, (tmp_path,), workers=1, seconds=lambda job: 1.0 if job == "hang" else 30.0
    )
    yield shop
    shop.close(at_once=True)


def test_jobs_are_done_in_turn_by_one_worker_that_stays_open(shop: Workshop[str, str], tmp_path: Path) -> None:
    told: list[str] = []
    futures = [shop.hand_in(job, tell=told.append) for job in ("a", "b")]
    assert [future.result() for future in futures] == ["a 1", "b 2"]
    assert told == ["at a", "at b"]
    shop.close()
    assert len(list(tmp_path.glob("closed-*"))) == 1


def test_a_crash_ends_its_own_job_only(shop: Workshop[str, str]) -> None:
    crash, after = shop.hand_in("crash"), shop.hand_in("after")
    with pytest.raises(WorkerLost, match="SIGSEGV") as lost:
        crash.result()
    assert not lost.value.timed_out
    assert after.result() == "after 1"


def test_a_hanging_job_is_stopped_with_the_programs_it_started(shop: Workshop[str, str], tmp_path: Path) -> None:
    shop.hand_in("a").result()  # its start is not what takes too long
    with pytest.raises(WorkerLost) as lost:
        shop.hand_in("hang").result()
    assert lost.value.timed_out
    pid = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _runs(pid):
        time.sleep(0.02)
    assert not _runs(pid)


def test_our_errors_travel_and_others_say_where_but_not_what(shop: Workshop[str, str]) -> None:
    with pytest.raises(RecognizerFailed, match="stopped"):
        shop.hand_in("fail").result()
    with pytest.raises(SohoaError, match=r"builtins\.ValueError at test_workers\.py:\d+ work") as surprise:
        shop.hand_in("surprise").result()
    assert "NGUYỄN" not in str(surprise.value)


def test_closing_at_once_leaves_the_queue_undone(shop: Workshop[str, str], tmp_path: Path) -> None:
    running, waiting = shop.hand_in("long"), shop.hand_in("later")  # longer than a start on a busy machine takes
    while not (tmp_path / "child").exists() and not running.done():
        time.sleep(0.02)
    shop.close(at_once=True)
    assert isinstance(running.exception(), WorkerLost)
    assert waiting.cancelled()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_a_listener_that_fails_does_not_give_the_next_job_another_ones_answer(shop: Workshop[str, str]) -> None:
    def fails(_stage: str) -> None:
        raise ValueError("nobody can be told")

    with pytest.raises(ValueError, match="nobody can be told"):
        shop.hand_in("a", tell=fails).result()
    assert shop.hand_in("b").result() == "b 1"


class Places:
    """A bench that tells how far its session, and that of a confined child of its own, stand back."""

    def __init__(self, picture: Path) -> None:
        self._picture, self._confinement = picture, Confinement(Limits(), patience=3)

    def work(self, _job: str, _tell: Callable[[str], None]) -> list[str]:
        self._confinement.page_count(self._picture)
        (child,) = self._confinement._idle
        places = (Path(f"/proc/{pid}/autogroup") for pid in ("self", child._process.pid))
        return [place.read_text().split()[-1] for place in places if place.exists()]

    def close(self) -> None:
        self._confinement.close()


def test_a_patient_worker_and_its_children_stand_back_as_sessions_too(tmp_path: Path) -> None:
    """Nice alone is compared within a session only, and each of them leads one: batches took half of the counter's time."""
    picture = tmp_path / "page.png"
    Image.new("L", (40, 40), 255).save(picture)
    shop: Workshop[str, list[str]] = Workshop(Places, (picture,), workers=1, seconds=lambda _: 60.0, patience=7)
    try:
        expected = [str(os.nice(0) + 7), str(os.nice(0) + 10)]
        assert shop.hand_in("look").result() == expected * Path("/proc/self/autogroup").exists()
    finally:
        shop.close()
