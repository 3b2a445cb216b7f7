"""Legal copies: signed once, seen at the top left, still an archive's PDF; altered ones are found, also by others' programs."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from typer.testing import CliRunner

from flows.desk import Desk
from flows.signing import check_signatures
from models.document import DocumentType
from models.errors import UsageError
from models.settings import Settings
from pipeline.fonts import font_file
from pipeline.searchable_pdf import PdfPage, make
from pipeline.signature import certificates, is_signed_from, open_key, sign, signatures_in
from scripts.cli import app
from storage.archive import keep_dossier
from storage.opening import open_store
from tests.archive_faults import archive_faults
from tests.records import content, record
from tests.signing_keys import PASSPHRASE, keys

FONT = Path(font_file("Noto Serif")).read_bytes()
AT = datetime(2026, 1, 5, 3, 22, 33, tzinfo=UTC)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (827, 1169), "white").save(picture, "JPEG")
    return make([PdfPage(picture.getvalue(), 827, 1169, 100)] * 2, title="H40.12-260105-0007 01", created=AT)


@pytest.fixture(scope="module")
def key():
    return open_key(keys().pkcs12, PASSPHRASE, font=FONT)


@pytest.fixture(scope="module")
def signed(pdf, key) -> bytes:
    return sign(pdf, key, at=AT)


def test_the_signature_is_behind_the_unchanged_file_and_names_signer_and_time(pdf, key, signed) -> None:
    assert signed.startswith(pdf)
    assert is_signed_from(signed, pdf, key)
    assert not is_signed_from(pdf, pdf, key)
    (found,) = signatures_in(signed, roots=certificates(keys().authority))
    assert (found.signer, found.at, found.intact, found.whole, found.trusted) == (
        "NGUYỄN THỊ CÁN BỘ",
        AT,
        True,
        True,
        True,
    )
    assert signatures_in(pdf) == ()


def test_it_is_seen_at_the_top_left_of_page_1_in_vietnamese_and_on_no_other_page(signed, tmp_path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed)
    with pikepdf.open(file) as opened:
        (field,) = opened.pages[0].Annots
        left, bottom, right, top = (float(number) for number in field.Rect)
        height = float(opened.pages[0].MediaBox[3])
        assert (left < 20, bottom > height - 57, right > left, top < height) == (True, True, True, True)
        assert "/Annots" not in opened.pages[1]
    with pikepdf.open(
        file
    ) as opened:  # what is seen, as others' software reads it: annotations flattened into the page
        opened.flatten_annotations("screen")
        opened.save(tmp_path / "flat.pdf")
    said = subprocess.run(
        ["pdftotext", "-f", "1", "-l", "1", tmp_path / "flat.pdf", "-"], capture_output=True, text=True, check=True
    )
    assert said.stdout.split("\n")[:2] == ["Người ký: NGUYỄN THỊ CÁN BỘ", "Thời gian ký: 2026-01-05T10:22:33+07:00"]


def test_a_signed_document_is_still_an_archive_s_pdf(pdf, signed) -> None:
    # a signature's field is the one annotation and the one form that an archive's PDF may hold: printed, its look embedded
    assert set(archive_faults(signed)) == {"catalog /AcroForm", "annotations"}
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(signed)) as after:
        (field,) = after.Root.AcroForm.Fields
        assert (str(field.FT), int(field.F) & 4, list(field.AP.keys())) == ("/Sig", 4, ["/N"])
        assert "/NeedAppearances" not in after.Root.AcroForm
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert before.docinfo == after.docinfo


def test_poppler_and_pyhanko_s_own_commands_find_it_valid(signed, tmp_path) -> None:
    file, roots = tmp_path / "signed.pdf", tmp_path / "roots.pem"
    file.write_bytes(signed)
    roots.write_bytes(keys().authority)
    said = subprocess.run(["pdfsig", file], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    validate = [
        Path(sys.executable).with_name("pyhanko"),
        "sign",
        "validate",
        "--trust",
        roots,
        "--no-revocation-check",
        file,
    ]
    said = subprocess.run(validate, capture_output=True, text=True, check=True).stdout
    assert said.strip().endswith(":INTACT:TRUSTED,UNTOUCHED")


def test_altered_extended_and_foreign_copies_are_told(pdf, signed) -> None:
    altered = bytearray(signed)
    altered[len(pdf) // 2] ^= 1
    assert not signatures_in(bytes(altered))[0].is_sound
    with pikepdf.open(io.BytesIO(signed)) as opened:
        opened.pages[1].Rotate = 90
        anew = io.BytesIO()
        opened.save(anew)
    assert not all(found.is_sound for found in signatures_in(anew.getvalue()))
    (found,) = signatures_in(signed, roots=certificates(keys("người khác").authority))
    assert (found.intact, found.trusted, found.is_sound) == (True, False, False)
    with pytest.raises(ValueError, match="not a PDF"):
        signatures_in(b"no PDF")


def test_a_key_that_cannot_be_used_is_told_before_anything_is_signed(pdf) -> None:
    for data, passphrase in ((keys().pkcs12, b"wrong"), (keys().pkcs12, None), (b"no key", PASSPHRASE)):
        with pytest.raises(UsageError, match="SOHOA_SIGN_PASSPHRASE"):
            open_key(data, passphrase, font=b"")
    expired = open_key(keys("cũ", until=2021).pkcs12, PASSPHRASE, font=FONT)
    with pytest.raises(UsageError, match="valid from 2020-01-01 to 2021-01-01"):
        sign(pdf, expired, at=AT)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home whose settings name a key."""
    (tmp_path / "officer.p12").write_bytes(keys().pkcs12)
    (tmp_path / "roots.pem").write_bytes(keys().authority)
    (tmp_path / "passphrase").write_bytes(PASSPHRASE + b"\n")
    for name, value in {
        "HOME": tmp_path / "home",
        "LANG": "en",
        "SIGN_PKCS12": tmp_path / "officer.p12",
        "SIGN_PASSPHRASE_FILE": tmp_path / "passphrase",
        "SIGN_ROOTS": tmp_path / "roots.pem",
    }.items():
        monkeypatch.setenv(f"SOHOA_{name}", str(value))
    return tmp_path


def keep_signed(made: dict[int, bytes], **changes):
    """A dossier kept as the shell keeps it."""
    desk = Desk.open(Settings.from_environment())
    try:
        wanted = record(**changes)
        files = {ordinal: desk.settings.home / f"{ordinal}.pdf" for ordinal in made}
        for ordinal, path in files.items():
            path.write_bytes(made[ordinal])
        kept = keep_dossier(desk.store, wanted, **content(wanted, documents=desk.signed(wanted, files)))
        desk.index.put(kept)
        return kept
    finally:
        desk.close()


def test_documents_are_signed_once_and_again_only_when_they_changed(home, pdf) -> None:
    documents = {1: pdf, 2: pdf, 3: pdf}
    first = keep_signed(documents)
    again = keep_signed(documents)
    assert (again.revision, again.files, again.changed) == (1, first.files, False)
    changed = keep_signed(documents | {2: pdf + b"\n"})
    kept = {file.name: file.sha256 for file in changed.files}
    before = {file.name: file.sha256 for file in first.files}
    assert [name for name in kept if kept[name] != before[name]] == ["documents/02.pdf"]


def test_a_cover_sheet_is_not_signed(home, pdf) -> None:
    papers = tuple(
        replace(paper, type=DocumentType.COVER_SHEET) if paper.ordinal == 1 else paper for paper in record().documents
    )
    keep_signed({1: pdf, 2: pdf}, documents=papers)
    settings = Settings.from_environment()
    check = check_signatures(open_store(settings), settings)
    assert (check.signed, check.unsigned, check.broken) == (1, 1, ())


def test_verify_checks_signatures_and_who_may_have_issued_them(home, pdf, monkeypatch) -> None:
    keep_signed({1: pdf, 2: pdf, 3: pdf})
    said = CliRunner().invoke(app, ["verify", "--json"])
    report = json.loads(said.stdout)
    assert (said.exit_code, report["signed"], report["unsigned"], report["findings"]) == (0, 3, 0, [])
    (home / "roots.pem").write_bytes(keys("người khác").authority)
    said = CliRunner().invoke(app, ["verify"])
    assert (said.exit_code, said.stdout.count("signature not valid")) == (6, 3)
    assert "NGUYỄN" not in said.stdout + said.stderr
    monkeypatch.delenv("SOHOA_SIGN_ROOTS")
    assert CliRunner().invoke(app, ["verify"]).exit_code == 0
