"""Frozen reports: the same answer for ever, what changed since and why, and every form that they are written in."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from models.document import DocumentType
from models.errors import StoredObjectDamaged, UsageError
from models.rates import percentage
from models.record import Components
from scripts.report_sheet import sheet
from scripts.report_workbook import workbook
from storage import keys
from storage.archive import KeptDossier
from storage.database import open_database
from storage.folder import FolderStore
from storage.index import Index
from storage.lifecycle import take_in
from storage.lifecycle_forms import read_rows
from storage.rate_snapshot import from_csv, rows_of, snapshot, to_csv
from storage.rates import Cohort, RateBy, rates
from storage.rebuild import rebuild_index
from storage.reports import cohort_of, diff, dossiers_of, freeze, is_whole, load_report, names
from storage.verification import verify
from tests import records

WHOLE = records.record()
LACKING = Components(required=WHOLE.components.required, missing=(DocumentType.BIRTH_NOTIFICATION,))
JANUARY = Cohort(date(2026, 1, 1), date(2026, 1, 31), "H40", day=date(2026, 1, 31))
FROZEN_AT = datetime(2026, 2, 1, 9, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
CODES = [f"H40.12-260105-{number:04d}" for number in range(1, 6)] + ["H40.13.02-260106-0001", "H40-260107-0001"]


def put(database, code, revision=1, **changes):
    Index(database).put(KeptDossier(records.record(code, **changes), revision, (), "", f"{revision}{code}"))


@pytest.fixture
def counted(database):
    for code in CODES:
        put(database, code, **({"components": LACKING} if code == CODES[0] else {}))
    return database


def frozen_in(store, database, **more):
    return freeze(store, database, JANUARY, **{"frozen_at": FROZEN_AT, "key": KEY} | more)


def test_a_frozen_report_gives_the_same_bytes_around_a_correction(store, counted):
    first, is_new = frozen_in(store, counted)
    assert (is_new, first.holds, first.name) == (True, True, "H40_2026-01-01_2026-01-31_0001")
    assert (first.report["total"]["fully_digitized"], first.report["total"]["full_rate"]) == (6, 85.71)
    put(counted, CODES[0], revision=2)  # a clerk scans the missing paper
    put(counted, "H40.12-260120-0009")  # and a dossier comes late
    again, is_new = frozen_in(store, counted, frozen_at=datetime(2027, 2, 1, tzinfo=UTC), key=None)
    assert (is_new, again.content) == (False, first.content)
    changes = diff(store, counted, again, cohort_of(again.report, JANUARY))
    told = {change.rate: (change.before, change.now, change.dossiers) for change in changes}
    late = ("H40.12-260120-0009", 1, 1, "new")
    assert told["received"] == ((7, 7), (8, 8), (late,))
    assert told["full"] == ((6, 7), (8, 8), ((CODES[0], 1, 0, "record"), late))
    assert told["result"] == ((7, 7), (8, 8), (late,))
    second, is_new = frozen_in(store, counted, again=True)
    assert (is_new, second.name, second.report["total"]["full_rate"]) == (True, "H40_2026-01-01_2026-01-31_0002", 100.0)
    assert list(names(store)) == [first.name, second.name]
    assert load_report(store, first.name).content == first.content
    rebuild_index(store, counted)  # the store holds no records here: the index forgets, the reports stay
    assert load_report(store, first.name).content == first.content
    assert not [f for f in verify(store, counted).findings if f.subject.startswith(keys.REPORTS)]


def test_what_the_one_stop_system_tells_later_is_told_apart(store, counted):
    frozen, _ = frozen_in(store, counted)
    rows = f"dossier_code,status,received_at\n{CODES[1]},7,2026-01-05\n{CODES[2]},3,2026-01-05\n".encode()
    take_in(store, counted, read_rows(rows, name="c"), arrived_at=FROZEN_AT)
    told = {change.rate: change.dossiers for change in diff(store, counted, frozen, JANUARY)}
    assert told["result"] == ((CODES[1], -1, -1, "lifecycle"), (CODES[2], -1, -1, "gone"))
    assert told["received"] == ((CODES[2], -1, -1, "gone"),)


def test_an_altered_report_is_refused(store, counted):
    frozen, _ = frozen_in(store, counted)
    envelope = json.loads(frozen.content)
    for alter in (
        lambda e: e["report"]["total"].update(received=9),
        lambda e: e["signature"].update(value="AAAA"),
        lambda e: e.update(sha256="0" * 64),
        lambda e: e["report"].update(name="all_2026-01-01_2026-01-31_0001"),
        lambda e: e.pop("report"),
    ):
        altered = json.loads(json.dumps(envelope))
        alter(altered)
        store.put(keys.report_key(frozen.name), json.dumps(altered).encode())
        with pytest.raises(StoredObjectDamaged):
            load_report(store, frozen.name)
    store.put(keys.report_key(frozen.name), frozen.content)
    store.put(frozen.report["inputs"]["key"], b"dossier_code\n")
    with pytest.raises(StoredObjectDamaged):
        dossiers_of(store, load_report(store, frozen.name))


def test_what_cannot_be_frozen_or_found_is_said(tmp_path, counted):
    store = FolderStore(tmp_path)
    for key, cohort in ((KEY, Cohort()), ("no key", JANUARY)):
        with pytest.raises(UsageError) as caught:
            freeze(store, counted, cohort, frozen_at=FROZEN_AT, key=key)
        assert caught.value.vi != str(caught.value)
    unsigned, _ = freeze(store, counted, JANUARY, frozen_at=FROZEN_AT, key=None)
    assert (unsigned.signature, unsigned.holds) == (None, None)
    for name in ("nothing", "../x", "H40_2026-01-01_2026-01-31_0009"):
        with pytest.raises(UsageError, match=name.replace(".", r"\.")):
            load_report(store, name)


def test_a_snapshot_is_the_databases_rates_and_comes_back_from_its_csv(counted):
    dossiers = snapshot(counted, JANUARY)
    assert from_csv(to_csv(dossiers)) == dossiers
    for by in RateBy:
        assert rows_of(dossiers, by=by, cohort=JANUARY) == rates(counted, by=by, cohort=JANUARY)


@pytest.fixture
def report(tmp_path):
    database = open_database("sqlite://")
    for number, code in enumerate(CODES):
        put(database, code, **({"components": LACKING} if number % 3 == 0 else {}))
    frozen, _ = freeze(FolderStore(tmp_path), database, JANUARY, frozen_at=FROZEN_AT, key=None)
    database.close()
    return frozen.report


def test_every_sheet_of_the_workbook_recomputes(report, monkeypatch):
    monkeypatch.setenv("SOHOA_LANG", "en")
    content = workbook(report)
    formulas, values = (openpyxl.load_workbook(io.BytesIO(content), data_only=flag) for flag in (False, True))
    assert formulas.sheetnames == [
        "Summary", "Units level 1", "Units level 2", "Units level 3", "Province", "Procedure", "Month", "Definitions",
    ]  # fmt: skip
    top, below = formulas["Units level 1"], values["Units level 2"]
    assert [cell.value for cell in top[2]][:4] == [
        "H40",
        "Nam Định",
        "",
        "=SUMIF('Units level 2'!$C:$C,$A2,'Units level 2'!D:D)+1",
    ]
    children = sum(row[3].value for row in below.iter_rows(min_row=2) if row[2].value == "H40")
    assert values["Units level 1"]["D2"].value == children + 1 == 7
    for name in ("Units level 1", "Units level 2", "Units level 3", "Province", "Procedure", "Month"):
        for row, shown in zip(formulas[name].iter_rows(min_row=2), values[name].iter_rows(min_row=2), strict=True):
            at = row[0].row
            assert row[10].value == f'=IF(D{at}=0,"",ROUND(100*F{at}/D{at},2))'
            assert shown[10].value == percentage(shown[5].value, shown[3].value)
    assert values["Month"]["A2"].value == "2026-01"


def test_the_printed_report_is_one_page_in_either_language(report, monkeypatch, tmp_path):
    for language, says in (("vi", "Số hóa đủ thành phần"), ("en", "Digitized in full")):
        monkeypatch.setenv("SOHOA_LANG", language)
        file = tmp_path / f"{language}.pdf"
        file.write_bytes(sheet(report))
        assert file.read_bytes() == sheet(report)
        info = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
        words = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
        assert "Pages:           1" in info
        assert says in words
        assert report["inputs"]["sha256"] in words
        assert ("KHÔNG CÓ CHỮ KÝ" if language == "vi" else "UNSIGNED") in words


def test_a_report_of_nothing_is_written_too(tmp_path):
    database = open_database("sqlite://")
    frozen, _ = freeze(FolderStore(tmp_path), database, replace(JANUARY, unit=None), frozen_at=FROZEN_AT, key=None)
    assert frozen.name == "all_2026-01-01_2026-01-31_0001"
    assert workbook(frozen.report)
    assert sheet(frozen.report)
    database.close()


def test_what_was_frozen_before_its_period_was_over_is_not_the_periods_report(store, counted):
    """A quarter frozen in its second month would else be given back for ever, as if nothing had come since."""
    on_the_31st = datetime(2026, 1, 31, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
    early, _ = frozen_in(store, counted, frozen_at=on_the_31st)
    assert not is_whole(early.report)
    assert frozen_in(store, counted, frozen_at=on_the_31st)[0].name == early.name
    put(counted, "H40.12-260131-0009", received_on=date(2026, 1, 31))
    whole, is_new = frozen_in(store, counted, frozen_at=datetime(2026, 1, 31, 17, 1, tzinfo=UTC))
    assert is_new
    assert whole.report["inputs"]["dossiers"] == early.report["inputs"]["dossiers"] + 1
    assert frozen_in(store, counted)[0].content == whole.content
