"""The data subject: all that is held on one person and nothing of others; frozen and released; every step noted."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from models.match import Decision
from models.outcome import Verdict
from models.settings import Settings
from scripts.cli import app
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.opening import open_store
from tests.records import CODE, content, record

MOTHER, OTHER = "036185012345", "001099000001"
ELSEWHERE = "H40.12-260105-0009"
REGISTRY = f"id_number,full_name,birth_date,sex,old_id_number\n{MOTHER},NGUYỄN THỊ HƯỜNG,1985-03-12,female,012345678\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """One dossier with a mother and a child, one that is another person's."""
    for name, value in {"HOME": tmp_path / "home", "LANG": "en", "ACTOR": "lan.nt", "ACTOR_UNIT": "H40.12"}.items():
        monkeypatch.setenv(f"SOHOA_{name}", str(value))
    settings = Settings.from_environment()
    store, database = open_store(settings), open_database(settings.index)
    mother, child = record().persons
    stranger = replace(
        mother,
        person=replace(mother.person, id_number=replace(mother.person.id_number, value=OTHER)),
        match=Decision(Verdict.MATCHED, OTHER, 0.99),
    )
    for dossier in (record(), record(ELSEWHERE, persons=(stranger, child))):
        Index(database).put(keep_dossier(store, dossier, **content(dossier)))
    database.close()
    return tmp_path


def sohoa(*arguments: str, said: str = ""):
    return CliRunner().invoke(app, list(arguments), input=said)


def entries():
    return [json.loads(line) for line in sohoa("audit", "list", "--json").stdout.splitlines()]


def test_all_that_is_held_on_a_person_is_gathered_and_nothing_of_others(home) -> None:
    sohoa("show", CODE)
    sohoa("show", ELSEWHERE)
    sohoa("search", "huong")
    out = home / "answer"
    done = sohoa("subject", "export", "--id", "-", "--purpose", "đơn ngày 5/1/2026", "-o", str(out), said=f"{MOTHER}\n")
    assert (done.exit_code, done.stdout.startswith("1 dossiers, 1 papers")) == (0, True)
    data = json.loads((out / "data.json").read_text(encoding="utf-8"))
    (dossier,) = data["dossiers"]
    assert dossier["dossier_code"] == CODE
    assert [person["role"] for person in dossier["read_of_you"]] == ["mother"]
    assert [paper["type"] for paper in dossier["papers"]] == ["birth_declaration"]
    assert "MẪU" not in (out / "data.json").read_text(encoding="utf-8")  # the child's name
    assert [path.name for path in (out / "papers").iterdir()] == [f"{CODE}-01.pdf"]
    accesses = list(csv.DictReader((out / "accesses.csv").read_text(encoding="utf-8-sig").splitlines()))
    whats = [(row["What"], row["Who"]) for row in accesses]
    assert ("dossier viewed", "lan.nt") in whats
    assert ("searched", "lan.nt") in whats
    assert not [row for row in accesses if ELSEWHERE in row["Subject"]]
    (noted,) = [entry for entry in entries() if entry["action"] == "subject_exported"]
    assert noted["subject"].startswith("person:")
    assert (noted["purpose"], noted["facts"]) == ("đơn ngày 5/1/2026", {"dossiers": 1, "papers": 1})
    assert MOTHER not in json.dumps(entries())
    again = sohoa("subject", "export", "--id", MOTHER, "--purpose", "x", "-o", str(out))
    assert (again.exit_code, "already" in again.stderr) == (2, True)


def test_a_person_is_found_by_their_former_number_too(home) -> None:
    (home / "citizens.csv").write_text(REGISTRY, encoding="utf-8")
    assert sohoa("registry", "load", str(home / "citizens.csv")).exit_code == 0
    done = sohoa("subject", "export", "--id", "012 345 678", "--purpose", "x", "-o", str(home / "answer"))
    assert done.stdout.startswith("1 dossiers")


def test_a_wrong_number_is_refused_without_being_repeated(home) -> None:
    said = sohoa("subject", "export", "--id", "12345", "--purpose", "x", "-o", str(home / "answer"))
    assert (said.exit_code, "12345" in said.output) == (2, False)
    assert entries() == []


def test_restricted_data_is_kept_but_not_looked_at_until_released_or_overridden(home) -> None:
    done = sohoa("subject", "restrict", "--id", MOTHER, "--purpose", "đơn ngày 5/1/2026")
    assert (done.exit_code, CODE in done.stdout, ELSEWHERE in done.stdout) == (0, True, False)
    for refused in (["show", CODE], ["fetch", CODE, str(home / "files")]):
        said = sohoa(*refused)
        assert (said.exit_code, "restricted" in said.stderr, "HƯỜNG" in said.output) == (2, True, False)
    assert not (home / "files").exists()
    assert [json.loads(line)["dossier_code"] for line in sohoa("export").stdout.splitlines()] == [ELSEWHERE]
    assert [hit["dossier_code"] for hit in json.loads(sohoa("search", CODE, "--json").stdout)] == []
    assert f",{CODE},1," not in sohoa("register", "export", "-").stdout
    sohoa("export", "--bagit", str(home / "bags"))
    assert [path.name for path in (home / "bags").iterdir()] == [ELSEWHERE]
    assert sohoa("verify").exit_code == 0
    (home / "home" / "index.db").unlink()
    assert sohoa("rebuild-index").exit_code == 0
    assert sohoa("show", CODE).exit_code == 2
    assert sohoa("show", CODE, "--override", "QĐ 1/2026 của TAND").exit_code == 0
    told = [
        (entry["action"], entry["result"], entry["purpose"])
        for entry in entries()
        if entry["subject"] == f"dossier:{CODE}"
    ]
    assert ("dossier_viewed", "denied", None) in told
    assert ("restriction_overridden", "ok", "QĐ 1/2026 của TAND") in told
    assert "lifted" in sohoa("subject", "release", "--id", MOTHER, "--purpose", "rút đơn").stdout
    assert sohoa("show", CODE).exit_code == 0
    assert "None stood" in sohoa("subject", "release", "--id", MOTHER, "--purpose", "x").stdout


def test_a_dossier_that_comes_later_is_restricted_too(home) -> None:
    sohoa("subject", "restrict", "--id", MOTHER, "--purpose", "x")
    settings = Settings.from_environment()
    database = open_database(settings.index)
    later = record("H40.12-260205-0001")
    Index(database).put(keep_dossier(open_store(settings), later, **content(later)))
    database.close()
    assert sohoa("show", "H40.12-260205-0001").exit_code == 2
