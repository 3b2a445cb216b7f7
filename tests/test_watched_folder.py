"""A scanner's folder: taken up when it rests, read ahead meanwhile, left whole, and told of in the clerk's words."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace

import pytest
from PIL import Image

from flows.counter import Ended, Event, Failed, Judged, Received, Waits
from flows.jobs import Outcome, Result, Verdicts
from flows.office import Office
from flows.reading_ahead import ReadingAhead
from flows.running import Pending
from flows.watched_folder import OUTCOMES, WatchedFolder, by_lane
from models.errors import StorageUnreachable, TooManyRejected
from models.outcome import Reason, Status
from pipeline.intake import IntakeDossier
from scripts.serve_command import outcome_text
from storage.waiting_line import Lane
from tests.serving import CODE, WAITING_SECONDS


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
    watched._ahead = SimpleNamespace(begin=lambda entry: begun.append(entry.stat().st_size))
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
    for entry in (scan, gone):
        ahead.begin(entry)
    ahead.wait([scan, gone])
    assert not list((office.settings.home / "readings").rglob("*.page"))


def test_a_few_dossiers_go_to_the_counter_whatever_lies_beside_them() -> None:
    one, stray = Path(f"{CODE}.pdf"), Path("ghi chú.txt")
    many = [Path(f"H40.12-260105-{n:04d}.pdf") for n in range(9)]
    assert by_lane([stray, one]) == {Lane.COUNTER: [one], Lane.BATCH: [stray]}
    assert by_lane([*many, stray]) == {Lane.BATCH: [*many, stray]}
    assert by_lane([]) == {}


def test_of_a_file_that_grew_while_it_was_read_ahead_no_further_page_is_begun(
    office: Office, tmp_path: Path, monkeypatch
) -> None:
    """Two workers are at the first two of four pages when the file grows; its citizen waits for those only."""
    scan = tmp_path / f"{CODE}.tif"
    page = Image.new("L", (60, 80), 255)
    page.save(scan, save_all=True, append_images=[page] * 3)
    begun: SimpleQueue[tuple[Future[Result], ...]] = SimpleQueue()

    def begin_reading(dossier: IntakeDossier, _folder: Path) -> tuple[Future[Result], ...]:
        parts = tuple(Future() for _ in dossier.scans)
        for part in parts[:2]:
            part.set_running_or_notify_cancel()
        begun.put(parts)
        return parts

    monkeypatch.setattr(office, "begin_reading", begin_reading)
    ahead = ReadingAhead(office)
    ahead.begin(scan)
    earlier = begun.get(timeout=WAITING_SECONDS)
    ahead.begin(scan)
    now = begun.get(timeout=WAITING_SECONDS)
    for part in (*earlier[:2], *now):
        part.set_result(())
    ahead.wait([scan])
    assert [part.cancelled() for part in (*earlier, *now)] == [False, False, True, True] + [False] * 4


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


@pytest.mark.parametrize(
    ("name", "is_told"),
    [(f"{CODE}.pdf", True), (f"{CODE} (2).pdf", True), ("quay 3.pdf", True), ("H40.12-260105-0009.pdf", False)],
)
def test_an_outcome_names_the_dossiers_that_may_be_in_it(name, is_told, tmp_path) -> None:
    watched = WatchedFolder(tmp_path, office=None, write=outcome_text)
    (tmp_path / OUTCOMES).mkdir()
    watched._tell(name, (), [Ended(Outcome(CODE, Status.DIGITIZED, (), 3, 1, 0, 2.0, changed=True))])
    assert (f"{CODE}: đã số hóa" in (tmp_path / OUTCOMES / f"{name}.txt").read_text(encoding="utf-8")) is is_told


def test_a_stray_file_is_told_nothing_of_the_dossiers_that_came_with_it(tmp_path) -> None:
    watched = WatchedFolder(tmp_path, office=None, write=outcome_text)
    (tmp_path / OUTCOMES).mkdir()
    ended = Ended(Outcome(CODE, Status.DIGITIZED, (), 3, 1, 0, 2.0, changed=True))
    watched._tell("ghi chú.txt", (), [Received((), (), (("ghi chú.txt", Reason.NOT_A_SCAN),)), ended])
    told = (tmp_path / OUTCOMES / "ghi chú.txt.txt").read_text(encoding="utf-8")
    assert ("không phải ảnh quét" in told, CODE in told) == (True, False)


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
