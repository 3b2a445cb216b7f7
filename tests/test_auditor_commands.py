"""The auditors' commands as they are typed: rates with evidence, lifecycle data, reports, samples, accuracy, lateness."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner

from models.document import DocumentType
from models.record import Components
from models.settings import Settings
from scripts import cli
from storage.archive import keep_dossier, keep_record
from storage.database import open_database
from storage.index import Index
from storage.opening import open_store
from tests import records

LACKING = Components(required=records.record().components.required, missing=(DocumentType.BIRTH_NOTIFICATION,))
CODES = ["H40.12-260105-0001", "H40.12-260105-0002"]
PERIOD = ("--from", "2026-01-01", "--to", "2026-03-31")


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A home with two dossiers, the first without its birth notification; English."""
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOHOA_LANG", "en")
    settings = Settings.from_environment()
    store, database = open_store(settings), open_database(settings.index)
    for code in CODES:
        record = records.record(code, **({"components": LACKING} if code == CODES[0] else {}))
        Index(database).put(keep_dossier(store, record, **records.content(record)))
    yield store, database
    database.close()


def sohoa(*arguments):
    return CliRunner().invoke(cli.app, list(arguments))


def test_a_figure_leads_to_its_dossiers_and_reasons(office):
    told = json.loads(sohoa("rates", "--missing", "--format", "json").stdout)
    assert [(d["dossier_code"], d["counts"], d["lacks"][0]["component"], d["lacks"][0]["reason"]) for d in told] == [
        (CODES[0], False, "birth_notification", "component_missing")
    ]
    assert "birth notification: missing among the scans" in " ".join(sohoa("rates", "--missing").stdout.split())
    every = list(csv.DictReader(io.StringIO(sohoa("rates", "--evidence", "result", "--format", "csv").stdout)))
    assert [(row["dossier_code"], row["counts"]) for row in every] == [(code, "1") for code in CODES]
    assert sohoa("rates", "--evidence", "nonsense").exit_code == 2
    assert sohoa("rates", "--from", "2026-02-01", "--to", "2026-01-01").exit_code == 2
    viewed = sohoa("audit", "list", "--json").stdout
    assert viewed.count("rates_evidence_viewed") == 3


def test_lifecycle_data_is_taken_in_row_by_row(office, tmp_path):
    file = tmp_path / "life.csv"
    file.write_text(
        f"dossier_code,status,received_at,appointed_at\n{CODES[0]},4,2026-01-05 08:00,2026-01-07\n{CODES[1]},99,2026-01-05,\n"
    )
    said = sohoa("lifecycle", "load", str(file))
    assert said.exit_code == 2
    assert "life.csv row 3, column status: needs a number from 1 to 10" in said.stderr
    assert "1 taken in" in said.stdout
    assert json.loads(sohoa("lifecycle", "show", CODES[0]).stdout)["status"] == 4
    assert sohoa("lifecycle", "show", CODES[1]).exit_code == 2
    assert json.loads(sohoa("lifecycle", "load", str(file), "--json").stdout)["unchanged"] == 1
    for unit, said in (("H40.12", False), ("H41", True)):
        assert ("No lifecycle data" in sohoa("rates", "--unit", unit).stdout) is said
    late = json.loads(sohoa("late", "--on", "2026-01-10", "--json").stdout)
    assert [(d["dossier_code"], d["days"]) for d in late["overdue"]] == [(CODES[0], 3)]
    assert CODES[0] in sohoa("late", "--on", "2026-01-10").stdout


def test_a_report_is_frozen_signed_shown_and_compared(office, tmp_path, monkeypatch):
    store, database = office
    key = tmp_path / "key.pem"
    key.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("SOHOA_REPORT_KEY_FILE", str(key))
    said = sohoa("report", "freeze", *PERIOD)
    name = said.stdout.strip()
    assert name == "all_2026-01-01_2026-03-31_0001"
    assert "signed by Ed25519" in said.stderr
    first = tmp_path / "first.json"
    sohoa("report", "show", name, "--format", "json", "-o", str(first))
    Index(database).put(keep_record(store, records.record(CODES[0]), fingerprint="corrected"))
    assert json.loads(sohoa("report", "freeze", *PERIOD, "--json").stdout) == {
        "name": name,
        "new": False,
        "signed": True,
    }
    refused = sohoa("report", "freeze", *PERIOD, "--other-points", "66.59")  # would be kept nowhere
    assert (refused.exit_code, "--again" in refused.stderr) == (2, True)
    second = tmp_path / "second.json"
    sohoa("report", "show", name, "--format", "json", "-o", str(second))
    assert second.read_bytes() == first.read_bytes()
    told = json.loads(sohoa("report", "diff", name, "--json").stdout)
    assert [(d["rate"], d["before"]["rate"], d["now"]["rate"], d["dossiers"][0]["because"]) for d in told] == [
        ("full", 50.0, 100.0, "record")
    ]
    assert f"{CODES[0]}  +1/+0  its record changed" in sohoa("report", "diff", name).stdout
    for form, begins in (("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"level,key")):
        file = tmp_path / f"report.{form}"
        assert sohoa("report", "show", name, "--format", form, "-o", str(file)).exit_code == 0
        assert file.read_bytes().startswith(begins)
    assert "NOT FROZEN" in sohoa("report", "preview", *PERIOD).stdout
    given = sohoa("report", "preview", *PERIOD, "--other-points", "66.59").stdout
    assert "8.00 of 8; sum 74.59: Fair" in " ".join(given.split())
    assert sohoa("report", "list").stdout.split() == [name]
    assert sohoa("report", "show", "nothing").exit_code == 2
    monkeypatch.setenv("SOHOA_REPORT_KEY_FILE", str(tmp_path / "none.pem"))
    assert sohoa("report", "freeze", *PERIOD, "--again").exit_code == 2


@pytest.mark.parametrize("command", [("rates",), ("late",), ("report", "freeze"), ("report", "preview")])
def test_a_unit_that_is_none_is_refused_and_not_told_as_zero(office, command):
    """`report freeze --unit h40` kept a report under a name that no report has, which nothing could show again."""
    for unit in ("h40", "XX", "../x"):
        assert sohoa(*command, *PERIOD, "--unit", unit).exit_code == 2
    assert [stat.key for stat in office[0].under("reports/")] == []
    assert sohoa(*command, *PERIOD, "--unit", "37").exit_code == 0


def test_a_sample_is_drawn_keyed_and_judged(office, tmp_path):
    assert sohoa("sample", "draw", "s", "--share", "1", "--aql", "1").exit_code == 2
    assert "2 of 2 dossiers" in sohoa("sample", "draw", "s", "--profile", "100").stdout
    listed = sohoa("sample", "list", "s").stdout
    for keyer in ("an", "binh"):
        file = tmp_path / f"{keyer}.csv"
        file.write_text(listed.replace(",full_name,,", ",full_name,Nguyễn Thị Hường,"))
        assert sohoa("sample", "key", "s", str(file), "--keyer", keyer).stdout.strip() == "4 fields"
    told = json.loads(sohoa("sample", "result", "s", "--json").stdout)
    names = next(row for row in told["field"] if row["key"] == "full_name")
    assert (names["right"], names["wrong"], names["error_rate"]) == (2, 2, 0.5)
    assert "50.0% (15.0%–85.0%)" in sohoa("sample", "result", "s").stdout
    assert sohoa("sample", "list").stdout.split() == ["s"]


def test_accuracy_is_told_and_nothing_is_alarming_about_a_few_cards(office):
    said = sohoa("accuracy")
    assert said.exit_code == 0
    told = json.loads(sohoa("accuracy", "--json").stdout)
    assert told == {
        "rows": [{"field": "id_number", "coded": 2, "read": 0, "right": 0, "share": None, "low": None, "high": None}],
        "alarms": [],
    }


def test_a_lot_is_judged_though_a_dossier_has_nothing_to_key(office, tmp_path):
    """A dossier of unusable pages has no paper and no person, so nobody can key it: the verdict never came."""
    store, database = office
    empty = replace(records.record("H40.12-260106-0009"), persons=(), documents=())
    Index(database).put(keep_dossier(store, empty, **records.content(empty)))
    assert "3 of 3 dossiers" in sohoa("sample", "draw", "lot", "--aql", "1").stdout
    file = tmp_path / "list.csv"
    listed = list(csv.DictReader(io.StringIO(sohoa("sample", "list", "lot").stdout)))
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, listed[0])
        writer.writeheader()
        writer.writerows({**line, "keyed": "-"} for line in listed)
    for keyer in ("an", "binh"):
        assert sohoa("sample", "key", "lot", str(file), "--keyer", keyer).exit_code == 0
    assert json.loads(sohoa("sample", "result", "lot", "--json").stdout)["accepted"] is False
