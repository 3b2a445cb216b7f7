"""A batch from scans to kept records: nothing stops it, nothing is done twice, whatever happens half-way."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows.jobs import DigitizeJob, Job, Outcome, RejectJob, Result
from flows.running import Report, Running
from models.errors import RecognizerFailed, SohoaError, StorageUnreachable, TooManyRejected, UnreadableInput
from models.outcome import Reason, Status
from models.settings import Settings
from storage.archive import all_kept, load_kept
from storage.database import open_database
from storage.ledger import Ledger
from storage.opening import open_store
from tests.drawn_dossiers import CITIZENS, draw_inbox
from tests.paper_files import jpeg

ROOT = Path(__file__).resolve().parent.parent
WAITING_SECONDS = 90


class FakeBench:
    """Stands for the real desk: what happens to a dossier is written in its file's name's last digit."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home

    def work(self, job: Job, tell: Callable[[str], None]) -> Result:
        code = job.dossier.code.text
        if isinstance(job, RejectJob):
            return _outcome(code, Status.REJECTED, job.reason)
        assert isinstance(job, DigitizeJob)
        tell("read")
        with (self._folder / f"{code}.tried").open("a") as tried:
            tried.write("x")
        match code[-1]:
            case "1":
                raise StorageUnreachable("no answer")
            case "2":
                raise RecognizerFailed("crashed")
            case "3":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "4":
                raise UnreadableInput(Reason.ENCRYPTED_FILE)
            case "5":
                return _outcome(code, Status.REJECTED, Reason.DAMAGED_FILE)
        return _outcome(code, Status.DIGITIZED)

    def close(self) -> None:
        """Nothing is open."""


def _outcome(code: str, status: Status, *reasons: Reason) -> Outcome:
    return Outcome(code, status, tuple(map(str, reasons)), 1, 0, 0, 0.1, changed=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"SOHOA_HOME": str(tmp_path / "home"), "SOHOA_WORKERS": "1"})


def scans(folder: Path, *ordinals: int) -> Path:
    folder.mkdir()
    for ordinal in ordinals:
        (folder / f"H40.12-260105-{ordinal:04d}.jpg").write_bytes(jpeg(83, 117 + ordinal))
    return folder


def run(inbox: Path, settings: Settings, workspace: Path, *, attempts: int = 1, **options) -> Report:
    """What the Prefect flow does, without Prefect: each dossier attempted, then settled."""
    running = Running([inbox], settings, workspace=workspace, **options)
    try:
        for code in running.codes:
            for _ in range(attempts):
                try:
                    result: Outcome | BaseException = running.attempt(code)
                    break
                except SohoaError as error:
                    result = error
            running.settle(code, result)
    finally:
        running.close()
    return running.report


def test_a_failing_dossier_stops_neither_its_batch_nor_the_count(settings: Settings, tmp_path: Path) -> None:
    inbox = scans(tmp_path / "inbox", 1, 2, 3, 4, 6)
    report = run(inbox, settings, tmp_path, attempts=2, bench=FakeBench)
    ended = {code[-1]: (outcome.status, outcome.reasons) for code, outcome in report.outcomes.items()}
    assert ended == {
        "2": (Status.REJECTED, ("recognizer_failed",)),
        "3": (Status.REJECTED, ("internal_error",)),
        "4": (Status.REJECTED, ("encrypted_file",)),
        "6": (Status.DIGITIZED, ()),
    }
    assert {code[-1]: pending.reason for code, pending in report.pending.items()} == {"1": Reason.STORAGE_UNREACHABLE}
    tried = {path.name[-7]: path.read_text() for path in settings.home.glob("*.tried")}
    assert tried == {"1": "xx", "2": "xx", "3": "xx", "4": "xx", "6": "x"}


def test_a_scanner_that_spoils_most_dossiers_stops_the_batch(settings: Settings, tmp_path: Path) -> None:
    inbox = scans(tmp_path / "inbox", *range(5, 205, 10))
    with pytest.raises(TooManyRejected, match="10 of 10"):
        run(inbox, settings, tmp_path, bench=FakeBench)
    allowed = replace(settings, home=tmp_path / "other", index=f"sqlite:///{tmp_path}/other.db", reject_stop_share=1.0)
    allowed.home.mkdir()
    assert len(run(inbox, allowed, tmp_path, bench=FakeBench).outcomes) == 20


def cli(*arguments: object, home: Path, wait: bool = True, **environment: str) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-m", "scripts.cli", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"SOHOA_HOME": str(home), "SOHOA_LANG": "en", "SOHOA_WORKERS": "2", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if wait:
        started.wait(WAITING_SECONDS)
    return started


def said(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=WAITING_SECONDS)
    return process.returncode, out, err


def tree(folder: Path) -> dict[str, tuple[str, int]]:
    """Digest and time of change of every file."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> tuple[Path, Path, dict]:
    """A home into which an inbox was digitized by the command itself, Prefect and all; and the command's summary."""
    folder = tmp_path_factory.mktemp("archive")
    home, inbox = folder / "home", draw_inbox(folder / "inbox")
    (folder / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
    assert said(cli("registry", "load", folder / "citizens.csv", home=home))[0] == 0
    code, out, err = said(cli("digitize", inbox, "--json", home=home))
    assert code == 4, err
    assert "Traceback" not in err
    return home, inbox, json.loads(out)


def test_good_dossiers_are_digitized_and_the_damaged_one_is_kept_with_its_reason(archive) -> None:
    home, _, summary = archive
    ends = {dossier["dossier_code"]: dossier for dossier in summary["dossiers"]}
    assert ends["H40.12-260105-0007"]["matched"] >= 1
    assert ends["H40.12-260105-0008"]["matched"] >= 1
    assert ends["H40.12-260106-0001"]["status"] == "rejected"
    assert "damaged_file" in ends["H40.12-260106-0001"]["reasons"]
    assert summary["pages"] == {"scanned": 3, "digitized": 2, "rejected": 1, "in_flight": 0}
    assert [(note["file"], note["reason"]) for note in summary["files"]] == [("ghi chú.docx", "not_a_scan")]
    kept = load_kept(open_store(Settings.from_environment({"SOHOA_HOME": str(home)})), "H40.12-260105-0007")
    assert kept is not None
    names = {file.name for file in kept.files}
    assert {
        "originals/H40.12-260105-0007.pdf",
        "pages/0001.jpg",
        "text/0001.txt",
        "alto/0001.xml",
        "documents/01.pdf",
    } <= names
    person = kept.record.persons[0]
    assert (person.match.verdict, person.match.citizen) == ("matched", "036185012345")


def test_the_same_batch_again_does_no_work_and_changes_nothing(archive) -> None:
    home, inbox, first = archive
    before = tree(home / "store")
    code, out, err = said(cli("digitize", inbox, "--json", home=home))
    summary = json.loads(out)
    assert code == 4, err  # the damaged file is still damaged
    assert summary["dossiers"] == []
    assert summary["already_done"] == {d["dossier_code"]: d["status"] for d in first["dossiers"]}
    assert tree(home / "store") == before
    assert "Prefect" not in err  # nothing to do: no server was started


def test_killed_half_way_and_run_again_ends_as_if_it_had_not_been(archive, tmp_path: Path) -> None:
    whole, inbox, _ = archive
    home = tmp_path / "home"
    home.mkdir()
    (home / "registry.db").write_bytes((whole / "registry.db").read_bytes())
    running = cli("digitize", inbox, home=home, wait=False, SOHOA_WORKERS="1")
    store = home / "store"
    deadline = time.monotonic() + WAITING_SECONDS
    while time.monotonic() < deadline and not list(store.rglob("record.json")):
        time.sleep(0.02)
    running.kill()
    said(running)
    assert list(store.rglob("record.json"))
    settings = Settings.from_environment({"SOHOA_HOME": str(home), "SOHOA_WORKERS": "2"})
    report = run(inbox, settings, tmp_path, attempts=2)
    assert not report.pending
    expected = {kept.record.dossier_code: kept for kept in all_kept(open_store(_settings(whole)))}
    found = {kept.record.dossier_code: kept for kept in all_kept(open_store(settings))}
    assert {code: kept.record for code, kept in found.items()} == {c: kept.record for c, kept in expected.items()}
    assert all(kept.revision == 1 for kept in found.values())
    assert Ledger(open_database(settings.index)).balance().in_flight == 0


def test_an_interrupt_ends_with_130_and_keeps_what_was_done(archive, tmp_path: Path) -> None:
    _, inbox, _ = archive
    home = tmp_path / "home"
    running = cli("digitize", inbox, "--json", home=home, wait=False, SOHOA_WORKERS="1")
    deadline = time.monotonic() + WAITING_SECONDS
    while time.monotonic() < deadline and not list((home / "store").rglob("record.json")):
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    code, out, err = said(running)
    assert code == 130, err
    assert "Traceback" not in err
    kept = {kept.record.dossier_code for kept in all_kept(open_store(_settings(home)))}
    assert {dossier["dossier_code"] for dossier in json.loads(out)["dossiers"]} <= kept


def test_matching_waits_for_the_registry_and_a_later_run_completes_it(tmp_path: Path) -> None:
    inbox = draw_inbox(tmp_path / "inbox")
    for path in (inbox / "H40.12-260106-0001.pdf", inbox / "ghi chú.docx"):
        path.unlink()
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path / "home"), "SOHOA_WORKERS": "2"})
    waiting = run(inbox, settings, tmp_path)
    assert all("registry_waiting" in outcome.reasons for outcome in waiting.outcomes.values())
    (tmp_path / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
    assert said(cli("registry", "load", tmp_path / "citizens.csv", home=settings.home))[0] == 0
    read = {kept.record.dossier_code: kept for kept in all_kept(open_store(settings))}
    completed = run(inbox, settings, tmp_path)
    for kept in all_kept(open_store(settings)):
        before = read[kept.record.dossier_code]
        assert (kept.revision, kept.files, kept.record.pages) == (
            before.revision + 1,
            before.files,
            before.record.pages,
        )
    assert not run(inbox, settings, tmp_path).outcomes
    assert len(completed.outcomes) == 2
    assert all("registry_waiting" not in outcome.reasons for outcome in completed.outcomes.values())
    assert all(outcome.matched for outcome in completed.outcomes.values())
    read_anew = run(inbox, settings, tmp_path, again=True)
    assert not any(outcome.changed for outcome in read_anew.outcomes.values())


def _settings(home: Path) -> Settings:
    return Settings.from_environment({"SOHOA_HOME": str(home)})
