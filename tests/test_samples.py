"""Made dossiers: the same bytes for a seed, truth in the judging schema, papers that fit, cards that decode."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections import Counter
from datetime import date
from random import Random

import numpy as np
import pikepdf
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from PIL import Image

from models.document import DocumentType, Part
from models.dossier import DossierCode
from models.errors import UsageError
from models.identity import FIELD_NAMES, Role
from scripts.samples import fonts
from scripts.samples.casting import assemble_cast
from scripts.samples.degrade import Level, capture
from scripts.samples.dossiers import kinds_in_turn, write_dossier
from scripts.samples.files import pdf_of
from scripts.samples.fonts import FAMILIES, Face, font_path, text_width
from scripts.samples.ink import A4, Picture, Text
from scripts.samples.kinds import KINDS
from scripts.samples.mrz import check_digit, td1
from scripts.samples.paint import paint
from scripts.samples.scanning import Leaf
from scripts.samples.truth import ScannedPage, text_by_rows
from scripts.samples.wording import day_in_words, long_date, number_words
from scripts.samples.write import make_samples

LETTERS = "aăâeêioôơuưyđ"
MARKS = "\u0300\u0301\u0303\u0309\u0323"


def digests(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples") / "made"
    make_samples(folder, dossiers=2, seed=36, citizens=300)
    return folder


@pytest.fixture(scope="module")
def truths(made):
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((made / "truth").glob("*.json"))]


@pytest.fixture(scope="module")
def dossiers():
    cast = assemble_cast(900, seed=2)
    return cast, [write_dossier(n, cast, seed=2, kind=kind) for n, kind in enumerate(kinds_in_turn(14, seed=2))]


def test_the_same_seed_makes_the_same_bytes(made, tmp_path):
    make_samples(tmp_path / "again", dossiers=2, seed=36, citizens=300)
    assert digests(tmp_path / "again") == digests(made)


def test_manifest_and_files_are_those_of_the_contract(made, truths):
    with (made / "inbox" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["dossier_code"]: row for row in csv.DictReader(file)}
    assert set(rows) == {truth["dossier_code"] for truth in truths}
    for truth in truths:
        row = rows[truth["dossier_code"]]
        code = DossierCode.parse(truth["dossier_code"])
        assert (row["unit"], row["received_on"]) == (code.unit, code.received_on.isoformat())
        assert row["expected_pages"] == str(len(truth["pages"]))
        assert row["files"].split(";") == truth["files"]
        assert row["procedure"] == (truth["procedure"] if truth["procedure_in_manifest"] else "")
        assert all((made / "inbox" / name).is_file() for name in truth["files"])


def test_truth_speaks_the_vocabularies_of_the_record(truths):
    for truth in truths:
        assert [page["number"] for page in truth["pages"]] == list(range(1, len(truth["pages"]) + 1))
        for document in truth["documents"]:
            assert document["type"] in set(DocumentType)
            assert document["part"] in set(Part)
            assert sorted(document["logical_order"]) == document["pages"]
        for person in truth["persons"]:
            assert person["role"] in set(Role)
            document = truth["documents"][person["document"] - 1]
            for name, field in person["fields"].items():
                assert name in FIELD_NAMES
                assert field["page"] in document["pages"]
                page = truth["pages"][field["page"] - 1]
                assert field["printed_as"] in page["text"].replace("\n", " ")
            assert person["match"]["verdict"] in person["match"]["accept"]


def test_persons_are_in_the_registry_where_the_truth_says_so(made, truths):
    with (made / "citizens.csv").open(encoding="utf-8", newline="") as file:
        citizens = {row["id_number"]: row for row in csv.DictReader(file)}
    assert len(citizens) >= 300
    for truth in truths:
        for person in truth["persons"]:
            fields, citizen = person["fields"], person["match"]["citizen"]
            if citizen:
                assert fields["full_name"]["value"] == citizens[citizen]["full_name"] or person["discrepancies"]
            elif "id_number" in fields:
                assert fields["id_number"]["value"] not in citizens


def test_every_kind_writes_what_its_procedure_requires(dossiers):
    _, written = dossiers
    assert {dossier.kind for dossier in written} == set(KINDS)
    for dossier in written:
        types = {paper.type for paper in dossier.papers}
        assert set(dossier.required) - types == set(dossier.missing)
    assert any(dossier.missing for dossier in written)


def test_papers_stay_on_their_sheets(dossiers):
    for dossier in dossiers[1]:
        for paper in dossier.papers:
            for sheet in paper.sheets:
                for mark in sheet.marks:
                    if isinstance(mark, Text):
                        assert mark.y < A4[1] - 20, (paper.type, paper.style)
                        assert 4 < mark.x < A4[0] - text_width(mark.text, mark.face, mark.size), (paper.type, mark.y)


def test_a_seed_of_layouts_draws_forms_of_offices_own_making(dossiers):
    _, circulars = dossiers
    kinds = kinds_in_turn(14, seed=2)
    own, again = (
        [write_dossier(n, assemble_cast(900, seed=2), seed=2, kind=kind, layouts=5) for n, kind in enumerate(kinds)]
        for _ in range(2)
    )
    texts = [[s.text for p in d.papers for sheet in p.sheets for s in sheet.segments] for d in own]
    assert texts == [[s.text for p in d.papers for sheet in p.sheets for s in sheet.segments] for d in again]
    assert texts[0] != [s.text for p in circulars[0].papers for sheet in p.sheets for s in sheet.segments]
    for dossier in own:
        assert set(dossier.required) - {paper.type for paper in dossier.papers} == set(dossier.missing)
        for paper in dossier.papers:
            for sheet in paper.sheets:
                assert all(mark.y < A4[1] - 20 for mark in sheet.marks if isinstance(mark, Text)), (
                    paper.type,
                    paper.style,
                )
            printed = " ".join(s.text for sheet in paper.sheets for s in sheet.segments)
            for said in (said for mention in paper.mentions for said in mention.said.values()):
                assert paper.style.habits.ticked_sex or " ".join(said.printed_as.split()[:2]) in printed


def test_outsiders_are_not_in_the_registry_and_namesakes_are(dossiers):
    cast, written = dossiers
    registry = {citizen.id_number for citizen in cast.citizens()}
    parties = {
        mention.party.citizen.id_number: mention.party
        for dossier in written
        for paper in dossier.papers
        for mention in paper.mentions
    }
    assert all((number in registry) == party.in_registry for number, party in parties.items())
    assert any(not party.in_registry and not party.newborn for party in parties.values())
    assert cast.added
    assert all(cast.namesakes()[citizen.full_name, citizen.birth_date] > 1 for citizen in cast.added)


def test_card_codes_say_what_the_card_says(dossiers):
    states = Counter()
    for dossier in dossiers[1]:
        for paper in dossier.papers:
            if paper.type is not DocumentType.ID_CARD or not paper.sheets[0].codes:
                continue
            (code,), (holder,) = paper.sheets[0].codes, paper.mentions
            states[code["state"]] += 1
            lines = code["mrz"]
            assert [len(line) for line in lines] == [30, 30, 30]
            assert lines[0][15:27] == holder.said["id_number"].value
            composite = lines[0][5:] + lines[1][0:7] + lines[1][8:15] + lines[1][18:29]
            assert lines[1][29] == check_digit(composite)
            if code["payload"]:
                number, _, name, born, *_ = code["payload"].split("|")
                assert number == holder.said["id_number"].value
                assert name.upper() == holder.said["full_name"].value
                assert f"{born[4:]}-{born[2:4]}-{born[:2]}" == holder.said["birth_date"].value
    assert states["intact"] > states["cut"]


def test_an_intact_qr_code_decodes_from_the_painted_card(dossiers):
    cards = [
        paper.sheets[0]
        for dossier in dossiers[1]
        for paper in dossier.papers
        if paper.sheets[0].codes and paper.sheets[0].codes[0]["state"] == "intact"
    ]
    for sheet in cards[:3]:
        found = zxingcpp.read_barcodes(np.asarray(paint(sheet.marks)))
        assert [code.text for code in found] == [sheet.codes[0]["payload"]]


def test_mrz_of_the_worked_example():
    assert td1(
        "001199000123", name="NGUYỄN THỊ MẪU", birth=date(1999, 5, 17), female=True, expires=date(2039, 5, 17)
    ) == ("IDVNM1990001239001199000123<<0", "9905175F3905173VNM<<<<<<<<<<<8", "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<")


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.DIGITAL])
def test_levels_capture_as_they_promise(level, dossiers):
    page = np.asarray(paint(dossiers[1][0].papers[0].sheets[0].marks))
    scan = capture(page, level, Random(3), other_side=page)
    assert scan.dpi == {Level.POOR: 200, Level.FAX: 200, Level.PHONE: 240}.get(level, 300)
    grey = level in {Level.POOR, Level.FAX}
    assert scan.pixels.ndim == (2 if grey else 3)
    assert np.unique(scan.pixels).size == 2 if level is Level.FAX else np.unique(scan.pixels).size > 100


def test_skew_is_the_clockwise_turn_that_undoes_the_tilt():
    bar = np.full((1200, 1200, 3), 255, np.uint8)
    bar[590:610, 200:1000] = 0
    scan = capture(bar, Level.OFFICE, Random(12))
    left = np.argwhere(scan.pixels[:, 250:260, 0] < 128)[:, 0].mean()
    right = np.argwhere(scan.pixels[:, 940:950, 0] < 128)[:, 0].mean()
    assert np.degrees(np.arctan2(left - right, 690)) == pytest.approx(scan.skew_degrees, abs=0.2)


def test_born_digital_pages_carry_their_text(dossiers):
    paper = next(paper for dossier in dossiers[1] for paper in dossier.papers if paper.type is DocumentType.DECISION)
    pdf = pikepdf.open(io.BytesIO(pdf_of([Leaf(ScannedPage(paper, s, Level.DIGITAL), None) for s in paper.sheets])))
    assert len(pdf.pages) == 2
    letters = set()
    for font in pdf.pages[0].Resources.Font.values():
        assert bytes(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()[:4]) == b"\x00\x01\x00\x00"
        for line in font.ToUnicode.read_bytes().decode("ascii").splitlines():
            code, _, letter = line.partition("> <")
            if letter and len(code) == 5:
                letters.add(bytes.fromhex(letter[:-1]).decode("utf-16-be"))
    assert letters >= set("QUYẾT ĐỊNH".replace(" ", ""))


def test_rows_are_read_from_top_to_bottom_and_left_to_right(dossiers):
    decision = next(paper for dossier in dossiers[1] for paper in dossier.papers if paper.type is DocumentType.DECISION)
    segments = decision.sheets[0].segments
    first = text_by_rows(segments).splitlines()[0]
    assert first.startswith("ỦY BAN NHÂN DÂN")
    assert first.endswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")


def test_a_seal_lies_over_the_signature_of_a_decision(dossiers):
    decision = next(paper for dossier in dossiers[1] for paper in dossier.papers if paper.type is DocumentType.DECISION)
    signature, seal = (mark for mark in decision.sheets[1].marks if isinstance(mark, Picture))
    assert seal.x < signature.x < seal.x + seal.width < signature.x + signature.width
    assert np.asarray(seal.image)[..., 0].max() > 150


@pytest.mark.parametrize("family", FAMILIES)
def test_fonts_have_every_vietnamese_letter(family):
    with TTFont(font_path(Face(family)), lazy=True) as opened:
        cmap = opened.getBestCmap()
    letters = {unicodedata.normalize("NFC", letter + mark) for letter in LETTERS for mark in ["", *MARKS]}
    assert not [c for c in letters | {c.upper() for c in letters} if len(c) == 1 and ord(c) not in cmap]


def test_a_missing_font_names_its_debian_package(monkeypatch):
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    monkeypatch.setattr(fonts, "_asked_of_fontconfig", lambda *_: None)
    font_path.cache_clear()
    with pytest.raises(UsageError, match="fonts-croscore"):
        font_path(Face("Tinos"))
    font_path.cache_clear()


def test_a_folder_that_holds_samples_is_left_alone(made):
    with pytest.raises(UsageError, match="holds samples"):
        make_samples(made, dossiers=1, seed=1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "không"), (5, "năm"), (10, "mười"), (15, "mười lăm"), (21, "hai mươi mốt"), (24, "hai mươi tư"),
        (105, "một trăm linh năm"), (1999, "một nghìn chín trăm chín mươi chín"),
        (2005, "hai nghìn không trăm linh năm"), (2025, "hai nghìn không trăm hai mươi lăm"),
    ],
)  # fmt: skip
def test_numbers_in_words(value, words):
    assert number_words(value) == words


def test_dates_as_offices_write_them():
    assert long_date(date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"
    assert long_date(date(2026, 3, 12)) == "ngày 12 tháng 3 năm 2026"
    assert day_in_words(date(2025, 9, 24)) == "Ngày hai mươi tư tháng chín năm hai nghìn không trăm hai mươi lăm"


def test_images_of_a_folder_say_their_resolution(made, truths):
    for truth in truths:
        for page in truth["pages"]:
            if page["file"].endswith(".jpg"):
                with Image.open(made / "inbox" / page["file"]) as image:
                    assert round(image.info["dpi"][0]) == page["dpi"]
