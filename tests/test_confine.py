"""Children that open files: same pages, and a reason where one runs out of time, of memory, or dies."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from models.errors import UnreadableInput
from models.outcome import Reason
from pipeline import confine
from pipeline.confine import Confinement
from pipeline.limits import Limits
from pipeline.rasterize import open_page
from tests.paper_files import scan_of, scanned_pdf, written_pdf


@pytest.fixture
def confinement() -> Iterator[Confinement]:
    with Confinement(Limits(seconds=20)) as confined:
        yield confined


def children(confined: Confinement) -> list[int]:
    return [child._process.pid for child in confined._idle]


def are_gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_confined_page_is_the_page(tmp_path: Path, confinement: Confinement) -> None:
    lines = ((100, 700, "Uy ban nhan dan"), (100, 500, "Giay xac nhan"))
    for file in (scanned_pdf(tmp_path / "scan.pdf"), written_pdf(tmp_path / "Đơn đề nghị.pdf", *lines)):
        free = open_page(scan_of(file), limits=confinement.limits)
        page = confinement.open_page(scan_of(file))

        assert confinement.page_count(file) == 1
        assert (page.pixels == free.pixels).all()
        assert not page.pixels.flags.writeable
        assert (page.scan, page.dpi, page.text_layer) == (free.scan, free.dpi, free.text_layer)
    assert len(children(confinement)) == 1


def test_a_reason_comes_through_and_the_child_goes_on(tmp_path: Path, confinement: Confinement) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(UnreadableInput, match="damaged_file"):
        confinement.page_count(bad)
    before = children(confinement)

    assert confinement.page_count(scanned_pdf(tmp_path / "good.pdf")) == 1
    assert children(confinement) == before


def test_what_takes_too_long_is_killed_and_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(confine, "_START_SECONDS", 0.0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    pipe = tmp_path / "endless.pdf"
    os.mkfifo(pipe)  # opening it waits for a writer who never comes
    started: list[int] = []
    with Confinement(Limits(seconds=0.5)) as confined:
        take = confined._take
        monkeypatch.setattr(confined, "_take", lambda: started.append((child := take())._process.pid) or child)
        begin = time.monotonic()
        with pytest.raises(UnreadableInput, match="too_slow"):
            confined.open_page(scan_of(pipe))

        assert time.monotonic() - begin < 5
        assert len(started) == 1
        assert are_gone(started)
        assert list((tmp_path / "temporary").iterdir()) == []


def test_what_takes_too_much_memory_is_a_reason(tmp_path: Path) -> None:
    wide = tmp_path / "wide.png"
    Image.new("RGB", (7000, 7000)).save(wide)
    with Confinement(Limits(megabytes=450)) as confined:
        with pytest.raises(UnreadableInput, match="out_of_memory"):
            confined.open_page(scan_of(wide))

        assert confined.page_count(scanned_pdf(tmp_path / "good.pdf")) == 1


@pytest.mark.parametrize(
    ("how", "reason"),
    [(signal.SIGSEGV, Reason.DAMAGED_FILE), (signal.SIGKILL, Reason.OUT_OF_MEMORY), (signal.SIGXCPU, Reason.TOO_SLOW)],
)
def test_a_child_that_dies_over_a_file_says_by_its_death_why(tmp_path: Path, confinement, how, reason) -> None:
    pipe = tmp_path / "endless.pdf"
    os.mkfifo(pipe)
    confinement.page_count(scanned_pdf(tmp_path / "warm.pdf"))
    (pid,) = children(confinement)
    threading.Timer(0.3, os.kill, (pid, how)).start()
    with pytest.raises(UnreadableInput) as caught:
        confinement.open_page(scan_of(pipe))

    assert caught.value.reason == reason


def test_a_child_that_died_idle_costs_no_page(tmp_path: Path, confinement: Confinement) -> None:
    file = scanned_pdf(tmp_path / "scan.pdf")
    confinement.page_count(file)
    (pid,) = children(confinement)
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)

    assert confinement.page_count(file) == 1


def test_many_threads_share_the_children_and_none_is_left(tmp_path: Path) -> None:
    files = [scanned_pdf(tmp_path / f"{number}.pdf", pages=number) for number in range(1, 7)]
    with Confinement(Limits(seconds=30)) as confined:
        with ThreadPoolExecutor(2) as threads:
            assert list(threads.map(confined.page_count, files)) == [1, 2, 3, 4, 5, 6]
        left = children(confined)
        assert 1 <= len(left) <= 2

    assert are_gone(left)


def test_the_kernel_ends_a_child_before_it_ends_us(tmp_path: Path, confinement: Confinement) -> None:
    confinement.page_count(scanned_pdf(tmp_path / "scan.pdf"))
    (pid,) = children(confinement)

    assert Path(f"/proc/{pid}/oom_score_adj").read_text().strip() == "1000"


def test_children_know_no_secrets(tmp_path: Path, monkeypatch, confinement: Confinement) -> None:
    monkeypatch.setenv("SOHOA_S3_SECRET_KEY", "xyzzy")
    confinement.page_count(scanned_pdf(tmp_path / "scan.pdf"))
    (pid,) = children(confinement)

    assert b"xyzzy" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_a_child_ends_when_the_shell_is_gone(tmp_path: Path) -> None:
    confined = Confinement(Limits())
    confined.page_count(scanned_pdf(tmp_path / "scan.pdf"))
    (child,) = confined._idle
    child._process.stdin.close()  # as the kernel does for a shell that was killed

    assert child._process.wait(timeout=10) == 0
    assert not Path(child._folder).exists()
    child.kill()


def test_a_child_whose_shell_was_killed_over_a_page_leaves_nothing(tmp_path: Path) -> None:
    confined = Confinement(Limits())
    confined.page_count(scanned_pdf(tmp_path / "scan.pdf"))
    (child,) = confined._idle
    child._process.stdin.write(b'{"what": "count", "path": "/nowhere"}\n')
    child._process.stdout.close()
    child._process.stdin.close()

    assert child._process.wait(timeout=10) == 0
    assert not Path(child._folder).exists()
    child.kill()
