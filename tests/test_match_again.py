"""Dossiers that waited for the registry: completed from what was kept, without a page being read."""

import json
from contextlib import closing
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from flows.desk import Desk
from flows.fingerprint import WAITING, fingerprint_under
from flows.matching import match_persons
from models.outcome import PageOutcome, Reason, Status, Verdict
from models.settings import Settings
from pipeline.grade import regrade
from scripts.cli import app
from storage.archive import keep_dossier, load_kept
from tests.records import CODE, content, record

CITIZENS = "id_number,full_name,birth_date,sex\n036185012345,NGUYỄN THỊ HƯỜNG,1985-03-12,female\n"


def waiting(**changes):
    """The dossier as a run without a registry leaves it."""
    read = record(**changes)
    persons = match_persons([person.person for person in read.persons], None)
    return replace(read, persons=persons, status=Status.REVIEW, reasons=(*read.reasons, str(Reason.REGISTRY_WAITING)))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOHOA_LANG", "en")
    monkeypatch.delenv("SOHOA_REGISTRY", raising=False)
    (tmp_path / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
    return tmp_path


def keep(dossier, *, base="base"):
    with closing(Desk.open(Settings.from_environment())) as desk:
        kept = keep_dossier(desk.store, dossier, **content(dossier), fingerprint=WAITING + base)
        desk.index.put(kept)
        return kept


def kept_now():
    with closing(Desk.open(Settings.from_environment())) as desk:
        return load_kept(desk.store, CODE), desk.ledger.already_done(CODE, "base"), desk.limits


def call(*arguments):
    return CliRunner().invoke(app, arguments)


def test_rematch_waits_with_the_registry_and_completes_with_it(home):
    before = keep(waiting())
    away = call("rematch", "--json")
    assert (away.exit_code, json.loads(away.stdout)["waiting"]) == (3, 1)
    assert kept_now()[0] == replace(before, changed=False)
    assert call("registry", "load", str(home / "citizens.csv")).exit_code == 0
    done = call("rematch", "--json")
    assert (done.exit_code, json.loads(done.stdout)["waiting"]) == (0, 0)
    kept, status, _ = kept_now()
    mother, child = (person.match for person in kept.record.persons)
    assert (mother.verdict, mother.citizen) == (Verdict.MATCHED, "036185012345")
    assert child.reason != Reason.REGISTRY_WAITING
    assert (kept.revision, kept.fingerprint, kept.files) == (2, "base", before.files)
    assert kept.record.pages == before.record.pages
    assert Reason.REGISTRY_WAITING not in kept.record.reasons
    assert status == kept.record.status
    assert json.loads(call("rematch", "--json").stdout) == {"dossiers": [], "waiting": 0}


def test_what_pages_and_papers_gave_stays_a_reason(home):
    keep(waiting(reasons=(str(Reason.PAGE_REJECTED), str(Reason.PERSON_AMBIGUOUS))))
    call("registry", "load", str(home / "citizens.csv"))
    call("rematch")
    assert Reason.PAGE_REJECTED in kept_now()[0].record.reasons


def test_a_page_refused_by_a_limit_stays_worth_another_look(home):
    read = waiting()
    refused = replace(read.pages[0], outcome=PageOutcome.REJECTED, reason=str(Reason.TOO_SLOW))
    keep(replace(read, pages=(refused, *read.pages[1:])))
    call("registry", "load", str(home / "citizens.csv"))
    call("rematch")
    kept, status, limits = kept_now()
    assert kept.fingerprint == fingerprint_under("base", limits)
    assert status is None


def test_regrading_finds_the_reasons_of_persons_again():
    read = record()
    persons, decisions = [p.person for p in read.persons], [p.match for p in read.persons]
    every = [str(reason) for reason in Reason]
    _, reasons = regrade(every, read.documents, persons, decisions)
    assert Reason.REGISTRY_WAITING not in reasons
    assert Reason.BLURRED in reasons
    assert regrade(reasons, read.documents, persons, decisions) == (Status.REVIEW, reasons)
