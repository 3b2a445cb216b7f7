"""Retention: what may go by the office's table, what a hold keeps, and a deletion that leaves nothing of any person behind."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from models.errors import StorageUnreachable, UsageError
from models.retention import RetentionRule, read_rules, rule_for
from models.settings import Settings
from scripts.cli import app
from storage import keys, removal
from storage.archive import keep_dossier, load_kept
from storage.database import open_database
from storage.folder import FolderStore
from storage.index import Index
from storage.journal import Journal
from storage.ledger import Arrival, Ledger
from storage.ledger_values import REMOVED_RUN
from storage.opening import open_store
from storage.rebuild import rebuild_index
from storage.reconciliation import reconcile
from storage.removal import removal_of, remove
from storage.verification import verify
from tests.records import CODE, content, record

OLD = "H40.12-100105-0007"  # of 2010
TABLE = "procedure,years,basis\n1.001193,10,TT 10/2022/TT-BNV\n1.000894,permanent,\n"


def test_a_dossier_is_kept_for_full_years_after_the_year_in_which_it_ended() -> None:
    rule = RetentionRule("1.001193", 10)
    assert rule.ends(date(2010, 1, 5)) == date(2021, 1, 1) == rule.ends(date(2010, 12, 31))
    assert RetentionRule("1.001193", None).ends(date(1990, 1, 1)) is None


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(1, 200))
def test_nothing_may_go_before_its_years_are_full(ended: date, years: int) -> None:
    ends = RetentionRule("x", years).ends(ended)
    assert ends is not None
    assert (ends - ended).days >= 365 * years


def test_rules_are_read_and_every_wrong_line_is_named() -> None:
    rules = read_rules(TABLE.encode("utf-8-sig"), name="t.csv")
    assert rule_for("1.001193.000.00.00.H40", rules) == RetentionRule("1.001193", 10, "TT 10/2022/TT-BNV")
    assert rule_for("9.999999", rules) is rule_for(None, rules) is None
    with pytest.raises(UsageError, match="line 2, 4"):
        read_rules(b"procedure,years,basis\n1.1,ten,\n1.2,5,\n,5,\n", name="t.csv")
    with pytest.raises(UsageError, match="procedure,years,basis"):
        read_rules(b"a,b\n1,2\n", name="t.csv")
    with pytest.raises(UsageError, match="UTF-8"):
        read_rules(b"\xff\xfe", name="t.csv")


def keep(store, database, dossier):
    """A dossier as a run leaves it: kept, indexed, in the ledger and its journal."""
    ledger = Ledger(database)
    batch = ledger.start_batch()
    pages = tuple((page.number, page.source) for page in dossier.pages)
    ledger.enter(Arrival(dossier.dossier_code, pages), fingerprint="f", batch=batch)
    kept = keep_dossier(store, dossier, **content(dossier), fingerprint="f")
    Index(database).put(kept)
    ledger.close(dossier, fingerprint="f", batch=batch)
    ledger.finish_batch(batch)
    Journal(database, store).carry_all()
    return kept


def removal_for(kept, store):
    return removal_of(kept, store, rule="1.001193: 10 năm", at="2026-01-01T00:00:00+00:00", actor="lan")


def papers_of_2010():
    return tuple(
        replace(paper, issued_on=date(2010, 1, 6)) if paper.issued_on else paper for paper in record().documents
    )


def test_a_deleted_dossier_leaves_books_that_balance_and_nothing_of_its_persons(store, database) -> None:
    kept = keep(store, database, record(OLD))
    keep(store, database, record())  # the same scan: its original is both dossiers'
    remove(removal_for(kept, store), store, database)
    assert load_kept(store, OLD) is None
    assert load_kept(store, CODE) is not None
    assert [run.state for run in Ledger(database).runs() if run.dossier_code == OLD] == [REMOVED_RUN]
    assert Ledger(database).balance().scanned == 4
    assert Ledger(database).already_done(OLD, "f") is None
    assert (verify(store, database).is_sound, reconcile(store, database).unbalanced) == (True, ())
    left = [stat.key for stat in store.under() if OLD in stat.key]
    assert left
    assert not any("HƯỜNG".encode() in store.get(key) or b"036185012345" in store.get(key) for key in left)


def test_a_rebuilt_index_knows_that_it_is_gone(store, database, tmp_path) -> None:
    remove(removal_for(keep(store, database, record(OLD)), store), store, database)
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    try:
        rebuild_index(store, fresh)
        assert [run.state for run in Ledger(fresh).runs()] == [REMOVED_RUN]
        assert reconcile(store, fresh).unbalanced == ()
        assert [stat.key for stat in store.under("originals/")] == []
    finally:
        fresh.close()


@pytest.mark.parametrize("step", range(1, 12, 3))
def test_a_deletion_that_was_cut_off_is_ended_by_the_next(step: int, store, database, monkeypatch) -> None:
    kept = keep(store, database, record(OLD))
    erase, calls = store.erase, []

    def failing(key: str) -> None:
        calls.append(key)
        if len(calls) == step:
            raise StorageUnreachable("cut off")
        erase(key)

    monkeypatch.setattr(store, "erase", failing)
    with pytest.raises(StorageUnreachable):
        remove(removal_for(kept, store), store, database)
    monkeypatch.setattr(store, "erase", erase)
    if load_kept(store, OLD) is None:
        (left,) = removal.unfinished(store, database)
        remove(left, store, database)
    else:
        remove(removal_for(kept, store), store, database)  # the record stands: the next plan names it again
    assert list(removal.unfinished(store, database)) == []
    assert (load_kept(store, OLD), reconcile(store, database).unbalanced) == (None, ())


@pytest.mark.parametrize("broken", [Index, Ledger])
def test_a_deletion_that_was_cut_off_after_its_files_is_ended_too(broken, store, database, monkeypatch) -> None:
    kept = keep(store, database, record(OLD))

    def cut_off(*_) -> None:
        raise StorageUnreachable("cut off")

    going = removal_for(kept, store)
    with monkeypatch.context() as patched:
        patched.setattr(broken, "remove", cut_off)
        with pytest.raises(StorageUnreachable):
            remove(going, store, database)
    (left,) = removal.unfinished(store, database)
    remove(left, store, database)
    assert list(removal.unfinished(store, database)) == []
    assert reconcile(store, database).unbalanced == ()


def test_a_lock_that_refuses_leaves_the_dossier_whole(store, database, monkeypatch) -> None:
    kept, erase = keep(store, database, record(OLD)), store.erase

    def refusing(key: str) -> None:
        if keys.is_locked(key):
            raise StorageUnreachable("the server does not let a locked version go")
        erase(key)

    monkeypatch.setattr(store, "erase", refusing)
    with pytest.raises(StorageUnreachable):
        remove(removal_for(kept, store), store, database)
    assert load_kept(store, OLD) is not None
    assert verify(store, database).is_sound


def test_the_original_of_a_dossier_under_way_stays(store, database) -> None:
    kept = keep(store, database, record(OLD))
    ledger = Ledger(database)
    pages = tuple((page.number, page.source) for page in record().pages)
    ledger.enter(Arrival(CODE, pages), fingerprint="", batch=ledger.start_batch())  # the same scan, not kept yet
    remove(removal_for(kept, store), store, database)
    assert [stat.key for stat in store.under("originals/")] == [keys.original_key(record().pages[0].source.sha256)]
    assert list(removal.unfinished(store, database)) == []


def scanned_again(store, database, code):
    other = b"%PDF-1.7 scanned again"
    again = replace(
        record(code), pages=tuple(
            replace(page, source=replace(page.source, sha256=hashlib.sha256(other).hexdigest())) for page in record(code).pages
        ),
    )  # fmt: skip
    files = content(again, originals={again.pages[0].source.sha256: other})
    kept = keep_dossier(store, again, **files, fingerprint="g")
    Index(database).put(kept)
    return kept


def test_originals_of_an_earlier_scan_go_too(store, database) -> None:
    keep(store, database, record(OLD))
    remove(removal_for(scanned_again(store, database, OLD), store), store, database)
    assert list(store.under("originals/")) == []


@pytest.mark.parametrize("rebuilt", [False, True])
def test_an_original_that_an_earlier_revision_of_another_names_stays(rebuilt, store, database, tmp_path) -> None:
    going = keep(store, database, record(OLD))
    keep(store, database, record())  # the same scan
    scanned_again(store, database, CODE)
    here = open_database(f"sqlite:///{tmp_path / 'fresh.db'}") if rebuilt else database
    if rebuilt:
        rebuild_index(store, here)
    remove(removal_for(going, store), store, here)
    assert store.stat(keys.original_key(record().pages[0].source.sha256)) is not None
    assert verify(store, here).is_sound
    here.close()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Three birth dossiers: one of 2010, one of 2010 whose paper is of 2026, one of 2026; and a marriage of 2010."""
    (tmp_path / "rules.csv").write_text(TABLE, encoding="utf-8")
    for name, value in {"HOME": tmp_path / "home", "LANG": "en", "RETENTION": tmp_path / "rules.csv"}.items():
        monkeypatch.setenv(f"SOHOA_{name}", str(value))
    settings = Settings.from_environment()
    store, database = open_store(settings), open_database(settings.index)
    keep(store, database, record(OLD, documents=papers_of_2010()))
    keep(store, database, record("H40.12-100105-0008"))
    keep(store, database, record())
    keep(store, database, record("H40.12-100105-0009", procedure="1.000894", documents=papers_of_2010()))
    database.close()
    return tmp_path


def sohoa(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def test_plan_shows_apply_deletes_and_the_log_tells(home) -> None:
    planned = json.loads(sohoa("retention", "plan", "--json").stdout)
    assert [(one["dossier_code"], one["verdict"], one["ends"]) for one in planned["dossiers"]] == [
        (OLD, "due", "2021-01-01")
    ]
    assert planned["counts"] == {"due": 1, "not_yet": 2, "permanent": 1}
    assert sohoa("show", OLD).exit_code == 0
    assert sohoa("retention", "apply").exit_code == 1  # nobody said yes
    done = sohoa("retention", "apply", "--yes")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, OLD)
    assert sohoa("show", OLD).exit_code == 2
    entries = [json.loads(line) for line in sohoa("audit", "list", "--json").stdout.splitlines()]
    (deleted,) = [entry for entry in entries if entry["action"] == "dossier_deleted"]
    assert (deleted["subject"], deleted["purpose"]) == (f"dossier:{OLD}", "1.001193: 10 năm (TT 10/2022/TT-BNV)")
    assert sohoa("reconcile").exit_code == 0
    assert sohoa("verify").exit_code == 0
    assert sohoa("retention", "apply", "--yes").stdout.startswith("0 dossiers")


def test_a_deletion_that_a_lock_refuses_is_not_the_last_word_of_the_log(home, monkeypatch) -> None:
    def refusing(*_) -> None:
        raise StorageUnreachable("the server does not let a locked version go")

    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "erase", refusing)
        assert sohoa("retention", "apply", "--yes").exit_code == 6
    entries = [json.loads(line) for line in sohoa("audit", "list", "--json").stdout.splitlines()]
    told = [entry["result"] for entry in entries if entry["action"] == "dossier_deleted"]
    assert told == ["ok", "failed"]
    assert sohoa("show", OLD).exit_code == 0
    assert sohoa("retention", "apply", "--yes").stdout.startswith(OLD)


def test_a_legal_hold_keeps_a_dossier_also_after_the_index_is_rebuilt(home) -> None:
    assert sohoa("retention", "hold", OLD, "--reason", "QĐ 12/2026/QĐ-TA").exit_code == 0
    (home / "home" / "index.db").unlink()
    assert sohoa("rebuild-index").exit_code == 0
    assert json.loads(sohoa("retention", "plan", "--json").stdout)["counts"]["held"] == 1
    assert OLD not in sohoa("retention", "apply", "--yes").stdout
    assert "QĐ 12/2026/QĐ-TA" in sohoa("retention", "holds").stdout
    assert sohoa("retention", "release", OLD, "--reason", "hết hạn").exit_code == 0
    assert sohoa("retention", "apply", "--yes").stdout.startswith(OLD)
    assert sohoa("retention", "release", OLD, "--reason", "x").exit_code == 2
    assert sohoa("retention", "hold", "H40.12-100105-0099", "--reason", "x").exit_code == 2


def test_without_a_table_nothing_may_go(home, monkeypatch) -> None:
    monkeypatch.delenv("SOHOA_RETENTION")
    assert json.loads(sohoa("retention", "plan", "--json").stdout)["counts"] == {"no_rule": 4}
    monkeypatch.setenv("SOHOA_RETENTION", str(home / "none.csv"))
    said = sohoa("retention", "plan")
    assert (said.exit_code, "none.csv" in said.stderr) == (2, True)
