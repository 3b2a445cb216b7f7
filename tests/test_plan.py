"""What of a batch is left to do: by fingerprint, by cover sheets that are remembered, by limits that have changed."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.desk import limits_of
from flows.fingerprint import fingerprint, fingerprint_under
from flows.plan import NO_CODE, Plan, make_plan
from models.dossier import Announcement, DossierCode
from models.outcome import Reason, Status
from models.settings import Settings
from pipeline.intake import Batch
from storage.database import open_database
from storage.ledger import Ledger
from tests.paper_files import jpeg, scanned_pdf
from tests.records import record

LONG_AGO = 1_767_600_000
CODE = DossierCode.parse("H40.12-260105-0007")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"SOHOA_HOME": str(tmp_path / "home")})


@pytest.fixture
def ledger(settings: Settings):
    database = open_database(settings.index)
    yield Ledger(database)
    database.close()


class Splitter:
    """Stands for the worker that looks for cover sheets: the pages it is told are sheets, and how often it was asked."""

    def __init__(self, *sheets: Announcement | None) -> None:
        self._sheets = sheets
        self.asked = 0

    def __call__(self, batch: Batch) -> Future:
        self.asked += 1
        future: Future = Future()
        future.set_result((batch, self._sheets))
        return future


def plan(folder: Path, settings: Settings, ledger: Ledger, split=None, **options) -> Plan:
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (LONG_AGO, LONG_AGO))  # what has just been written is looked at twice, two seconds apart
    return make_plan([folder], settings=settings, workspace=folder.parent, split=split, ledger=ledger, **options)


def folder_of(path: Path, *names: str) -> Path:
    path.mkdir()
    for shade, name in enumerate(names):
        (path / name).write_bytes(jpeg(83 + shade, 117))
    return path


def close(ledger: Ledger, code: DossierCode, print_: str, status: Status = Status.DIGITIZED) -> None:
    ledger.close(replace(record(), dossier_code=code.text, status=status), fingerprint=print_, batch="b")


def test_a_dossier_is_done_when_the_same_input_was_and_again_reads_it_all_the_same(settings, ledger, tmp_path) -> None:
    inbox = folder_of(tmp_path / "inbox", f"{CODE}.jpg")
    (assignment,) = plan(inbox, settings, ledger).todo
    close(ledger, CODE, fingerprint(assignment.dossier), Status.REVIEW)
    done = plan(inbox, settings, ledger)
    assert (done.todo, done.done) == ((), {CODE.text: Status.REVIEW})
    assert len(plan(inbox, settings, ledger, again=True).todo) == 1
    (inbox / f"{CODE}.jpg").write_bytes(jpeg(85, 117))
    assert len(plan(inbox, settings, ledger).todo) == 1


def test_what_a_limit_refused_is_tried_again_under_other_limits_only(settings, ledger, tmp_path) -> None:
    inbox = folder_of(tmp_path / "inbox", f"{CODE}.jpg")
    (assignment,) = plan(inbox, settings, ledger).todo
    close(ledger, CODE, fingerprint_under(fingerprint(assignment.dossier), limits_of(settings)), Status.REJECTED)
    assert plan(inbox, settings, ledger).todo == ()
    assert len(plan(inbox, replace(settings, page_seconds=600), ledger).todo) == 1


def test_the_fingerprint_follows_the_announcement_and_the_order_of_pages(settings, ledger, tmp_path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    folder_of(inbox / CODE.text, "1.jpg", "2.jpg")
    seen = {fingerprint(plan(inbox, settings, ledger).todo[0].dossier)}
    (inbox / "manifest.csv").write_text(f"dossier_code,procedure\n{CODE},1.004873\n")
    seen.add(fingerprint(plan(inbox, settings, ledger).todo[0].dossier))
    first, second = inbox / CODE.text / "1.jpg", inbox / CODE.text / "2.jpg"
    bytes_of_first = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(bytes_of_first)
    seen.add(fingerprint(plan(inbox, settings, ledger).todo[0].dossier))
    assert len(seen) == 3


def test_a_batch_is_split_by_its_sheets_which_are_looked_for_once(settings, ledger, tmp_path) -> None:
    inbox = folder_of(tmp_path / "inbox", "scan 1.jpg", "scan 2.jpg", "scan 3.jpg")
    sheet = Announcement(CODE, procedure="1.004873", received_on=date(2026, 1, 5), expected_pages=1)
    split = Splitter(None, sheet, None)
    first, stray = plan(inbox, settings, ledger, split).todo
    assert (first.dossier.code, first.dossier.announcement, len(first.dossier.scans)) == (CODE, sheet, 2)
    assert stray.code.startswith(NO_CODE)
    assert (stray.problems, [scan.number for scan in stray.dossier.scans]) == ((Reason.NO_DOSSIER_CODE,), [1])
    again = plan(inbox, settings, ledger, split)
    assert (again.todo, split.asked) == ((first, stray), 1)
    (inbox / "scan 4.jpg").write_bytes(jpeg(99, 117))
    plan(inbox, settings, ledger, Splitter(None, sheet, None, None))
    notes = "".join(path.read_text() for path in (settings.home / "splits").iterdir())
    assert "scan" not in notes  # file names may be names of people


def test_pages_that_nobody_claims_keep_their_name_wherever_they_lie(settings, ledger, tmp_path) -> None:
    here = plan(folder_of(tmp_path / "here", "a.jpg"), settings, ledger, Splitter(None)).todo
    there = plan(folder_of(tmp_path / "there", "b.jpg"), settings, ledger, Splitter(None)).todo
    assert here[0].code == there[0].code


def test_a_second_copy_of_a_dossier_s_file_is_told_as_such(settings, ledger, tmp_path) -> None:
    inbox = folder_of(tmp_path / "inbox")
    first = scanned_pdf(inbox / f"{CODE}.pdf", pages=2)
    (inbox / f"{CODE} (1).pdf").write_bytes(first.read_bytes())
    made = plan(inbox, settings, ledger, Splitter(None, None))
    ((assignment,), (note,)) = made.todo, made.notes
    assert [scan.source.file for scan in assignment.dossier.scans] == [f"{CODE}.pdf"] * 2
    assert (note.file, note.reason) == (f"{CODE} (1).pdf", Reason.DUPLICATE_FILE)
