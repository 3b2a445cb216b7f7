"""What waits for a person, as a clerk is told of it; what she accepts, or scans again, waits no more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from models.document import DocumentType
from models.dossier import UNKNOWN_UNIT
from models.outcome import PageOutcome, Status
from models.settings import Settings
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.opening import open_store
from tests.commands import sohoa
from tests.records import CODE, content, record


def test_a_clerk_accepts_what_is_right_as_it_is_and_review_is_empty(home: Path) -> None:
    settings = Settings.from_environment()
    faint = tuple(replace(page, warnings=("faint",)) for page in record().pages[:2])
    changes = {"status": Status.REVIEW, "reasons": ("faint",), "pages": (*faint, *record().pages[2:])}
    database = open_database(settings.index)
    Index(database).put(keep_dossier(open_store(settings), record(CODE, **changes), **content(record(CODE))))
    database.close()
    command = f'sohoa accept {CODE} faint --why "…"'
    assert command in sohoa("review").stdout
    assert command in sohoa("show", CODE).stdout
    told = sohoa("accept", CODE, "faint", "--why", "the stamp alone is faint", "--page", "2")
    assert (told.exit_code, command in told.stdout) == (0, True)
    told = sohoa("accept", CODE, "faint", "--why", "paper is faint, text is right")
    assert f"{CODE}: revision 3, digitized" in told.stdout
    assert "No dossier" in sohoa("review").stdout
    shown = sohoa("show", CODE).stdout
    assert "the stamp alone is faint — The print on the page is faint. (faint, page 2)" in shown
    assert "paper is faint, text is right — The print on the page is faint. (faint, page 1)" in shown
    assert "sohoa accept" not in shown
    assert [made["page"] for made in json.loads(sohoa("show", CODE, "--json").stdout)["accepted"]] == [2, 1]
    for wrong in (["faintt", "--why", "x"], ["component_missing", "--why", "x"], ["faint", "--why", " "], ["faint"]):
        assert sohoa("accept", CODE, *wrong).exit_code == 2


def test_what_waits_for_a_person_is_listed_rejected_first_with_file_page_and_reason(home: Path) -> None:
    settings = Settings.from_environment()
    store, database = open_store(settings), open_database(settings.index)
    lost = replace(record().pages[1], outcome=PageOutcome.REJECTED, reason="page_black")
    lacking = replace(record().components, missing=(DocumentType.BIRTH_NOTIFICATION,))
    flawed = {"pages": (record().pages[0], lost, *record().pages[2:])}
    pale = tuple(replace(page, warnings=("faint",) if page.number < 4 else ()) for page in record().pages)
    for code, changes in {
        "H40.12-260105-0001": {"status": Status.REVIEW, "reasons": ("low_confidence",), "components": lacking},
        "H40.12-260106-0002": {"status": Status.REJECTED, "reasons": ("page_rejected",)} | flawed,
        "H40.12-260107-0003": {},
        "H40.12-260107-0005": {"status": Status.REVIEW, "reasons": ("faint",), "pages": pale},
        "H41.33-260108-0004": {"status": Status.REVIEW, "reasons": ("page_rejected",)} | flawed,
    }.items():
        Index(database).put(keep_dossier(store, record(code, **changes), **content(record(code))))
    database.close()
    told = " ".join(sohoa("review").stdout.split())
    assert re.findall(r"(\S+) (?:rejected|review) ", told) == [
        "H40.12-260106-0002", "H40.12-260105-0001", "H40.12-260107-0005", "H41.33-260108-0004",
    ]  # fmt: skip
    assert f"Page 2 ({CODE}.pdf, p. 2): The page is black or nearly so." in told
    assert "A page could not be used" not in told
    assert "Page 1–3: The print on the page is faint." in told
    assert "Missing: birth notification" in told
    assert "H40.12-260107-0003" not in told
    found = json.loads(sohoa("review", "--unit", "H40", "--limit", "1", "--json").stdout)
    assert (found["more"], [each["dossier_code"] for each in found["dossiers"]]) == (True, ["H40.12-260106-0002"])
    assert found["dossiers"][0]["rejected_pages"] == [
        {"number": 2, "file": f"{CODE}.pdf", "source_page": 2, "reason": "page_black"}
    ]
    assert json.loads(sohoa("review", "--from", "2026-01-09", "--json").stdout) == {"dossiers": [], "more": False}
    assert "No dossier" in sohoa("review", "--unit", "H99").stdout


def test_an_index_that_was_lost_is_told_not_counted_as_zero(kept: Path) -> None:
    period = ("--from", "2026-01-01", "--to", "2026-01-31")
    asked = (
        ("rates",), ("rates", "--missing"), ("review",), ("search", "huong"), ("status",), ("report", "freeze", *period),
    )  # fmt: skip
    (kept / "index.db").unlink()
    for arguments in asked:
        said = sohoa(*arguments)
        assert (said.exit_code, "sohoa rebuild-index" in " ".join(said.output.split())) == (6, True), arguments
    assert sohoa("rebuild-index").exit_code == 0
    assert sohoa("rates", "--unit", "H99").exit_code == 0
    assert sohoa("report", "freeze", *period).exit_code == 0


def test_pages_without_a_code_are_done_once_a_dossier_with_a_code_has_them(home: Path) -> None:
    settings = Settings.from_environment()
    store, database = open_store(settings), open_database(settings.index)
    stray = {"unit": UNKNOWN_UNIT, "status": Status.REVIEW, "reasons": ("no_dossier_code",)}
    pages = record().pages
    for code, changes in (
        ("KHONG-MA-AA-260105-0001", stray | {"pages": pages[:2]}), ("KHONG-MA-BB-260105-0002", stray),
        ("KHONG-MA-CC-260105-0003", stray | {"pages": pages[2:]}), (CODE, {"pages": pages[:2]}),
    ):  # fmt: skip
        Index(database).put(keep_dossier(store, replace(record(), dossier_code=code, **changes), **content(record())))
    database.close()
    listed = json.loads(sohoa("review", "--json").stdout)["dossiers"]
    told = " ".join(sohoa("review").stdout.split())
    assert told.count(f"{CODE}.pdf: No dossier code") == 2  # where it has no code, its file is its name
    assert [each["dossier_code"] for each in listed] == ["KHONG-MA-BB-260105-0002", "KHONG-MA-CC-260105-0003"]
