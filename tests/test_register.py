"""The register of digitized papers: entries, signers, result codes, repeated numbers, and the files that offices open."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from models.settings import Settings
from pipeline.register import register_entries, repeats_among, result_code, signer_of, with_repeats
from scripts.cli import app
from scripts.spreadsheet import write_csv, write_xlsx
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.opening import open_store
from tests.records import CODE, content, record


def test_an_entry_a_paper_with_what_offices_write_down() -> None:
    declaration, _, certificate = register_entries(record())
    assert (declaration.count, declaration.sign, declaration.issuer, declaration.pages) == ("", "", "", 1)
    assert (certificate.count, certificate.sign, certificate.issued_on) == ("47", "TLKS-BS", date(2026, 1, 6))
    assert (certificate.issuer, certificate.abstract) == ("UBND XÃ MẪU ĐÔNG", "GIẤY KHAI SINH")
    assert (certificate.dossier_code, certificate.ordinal, certificate.unit) == (CODE, 3, "H40.12")


@pytest.mark.parametrize(
    ("text", "signer"),
    [
        ("Điều 2.\nTM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nLê Thanh Đạt", "Lê Thanh Đạt"),
        ("NGƯỜI THỰC HIỆN\nPhạm Hà Lụa\nNGƯỜI KÝ GIẤY KHAI SINH\nPHÓ CHỦ TỊCH\ns\nLê Thanh Đạt", "Lê Thanh Đạt"),
        ("Nơi nhận:\nCHỦ TỊCH\n- Như Điều 4;\n- Lưu: VT.\nNguyễn Viết Tài", "Nguyễn Viết Tài"),
        ("TRƯỞNG CÔNG AN\nNguyễn Gia Dũng", "Nguyễn Gia Dũng"),
        ("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\ns\nế Thế Hưng", ""),  # a letter lost: nobody is guessed
        ("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", ""),
        ("Người yêu cầu\n(Ký, ghi rõ họ, chữ đệm, tên)\nVương Anh Thọ", ""),  # a citizen signs for no office
    ],
)
def test_the_signer_stands_under_the_last_office(text: str, signer: str) -> None:
    assert signer_of([text]) == signer


def test_result_codes_hold_owner_type_and_a_running_number() -> None:
    whole = record()
    declaration, notification, certificate = whole.documents
    assert result_code(whole, declaration) == "036185012345.1.001193.birth_declaration"
    assert result_code(whole, certificate) == ".KQ.G15.000031"  # the child is in no registry yet
    assert result_code(whole, notification) == ".1.001193.birth_notification"
    again = replace(certificate, ordinal=4)
    assert result_code(replace(whole, documents=(*whole.documents, again)), again) == ".KQ.G15.000031.01"


def test_a_number_that_another_dossier_has_from_the_same_issuer_is_told() -> None:
    papers = [
        ("A", "47/TLKS-BS", "UBND Xã Mẫu Đông"),
        (CODE, "47/TLKS-BS", "UBND XÃ MẪU ĐÔNG"),
        ("B", "47/TLKS-BS", "UBND xã Khác"),
    ]
    found = repeats_among(
        [*papers, ("C", "…/QĐ-UBND", "X"), ("D", "…/QĐ-UBND", "X"), ("A", "47/TLKS-BS", "ubnd xa mau dong")]
    )
    assert list(found.values()) == [("A", CODE)]
    assert [with_repeats(entry, found).repeats for entry in register_entries(record())] == [(), (), ("A",)]


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=4))
def test_no_cell_of_a_csv_begins_like_a_formula(rows: list[list[str]]) -> None:
    stream = io.StringIO()
    assert write_csv(stream, ("a", "b"), rows) == len(rows)
    read = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))[1:]
    assert not [cell for row in read for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_workbook_holds_text_as_text_and_days_as_days(tmp_path) -> None:
    file = tmp_path / "register.xlsx"
    write_xlsx(file, ("Số", "Ngày", "Trang"), [("=1+1", date(2026, 1, 6), 3), ("0047", None, 1)], title="Sổ")
    sheet = openpyxl.load_workbook(file).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=1)] == [["Số"], ["=1+1"], ["0047"]]
    assert (sheet["A2"].data_type, sheet["B2"].value.date(), sheet["C2"].value) == ("s", date(2026, 1, 6), 3)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Two dossiers that hold the same certificate."""
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOHOA_LANG", "en")
    settings = Settings.from_environment()
    database = open_database(settings.index)
    for code in (CODE, "H40.12-260105-0008"):
        dossier = record(code)
        Index(database).put(keep_dossier(open_store(settings), dossier, **content(dossier)))
    database.close()
    return tmp_path


def sohoa(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def test_the_register_is_exported_with_owners_masked_and_repeats_named(kept) -> None:
    file = kept / "register.csv"
    assert sohoa("register", "export", str(file)).exit_code == 0
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["Dossier"], row["Paper"], row["Number"], row["Sign"]) for row in rows][2] == (
        CODE,
        "3",
        "47",
        "TLKS-BS",
    )
    assert rows[0]["Result code"] == "036*****2345.1.001193.birth_declaration"
    assert [row["Number also in"] for row in rows] == ["", "", "H40.12-260105-0008", "", "", CODE]
    assert "036185012345" in sohoa("register", "export", "-", "--with-owner-ids").stdout
    assert sohoa("register", "export", str(kept / "r.xlsx"), "--unit", "H41").exit_code == 0
    assert openpyxl.load_workbook(kept / "r.xlsx").active.max_row == 1
    assert sohoa("register", "export", str(kept / "r.doc")).exit_code == 2
    assert CODE in sohoa("register", "repeats").stdout
    assert "is also in H40.12-260105-0008" in " ".join(sohoa("show", CODE).stdout.split())
    assert '"register_exported"' in sohoa("audit", "list", "--json").stdout
