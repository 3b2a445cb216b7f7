"""What a pen wrote is not guessed: no value, but a place to look at, a reason, and a crop."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from models.document import DocumentType as D
from models.identity import Handwriting, Role
from models.outcome import Reason, Status
from models.page import Box, Line, PageText
from models.record import MatchedPerson
from pipeline.extract import read_persons
from pipeline.heads import read_head
from scripts.crops import write_crops
from storage.record_json import from_json, to_json
from tests import records
from tests.printed_pages import printed_page
from tests.test_grade import MATCHED, graded, person


def with_pen(page: PageText, *texts: str) -> PageText:
    """The page with these words written by hand."""
    lines = tuple(
        Line(tuple(replace(w, handwritten=0.9 * (w.text in texts)) for w in line.words)) for line in page.lines
    )
    return replace(page, lines=lines)


def test_a_handwritten_field_has_a_place_and_no_value():
    page = with_pen(
        printed_page(
            "Họ, chữ đệm, tên người yêu cầu: LÒ VĂN MẪU", "Ngày, tháng, năm sinh: 02/03/1990",
            "Giấy tờ tùy thân: Căn cước công dân số 014090000011 do Cục Cảnh sát cấp ngày 08/02/2022", "Nơi cư trú: Bản 5, Xã Mẫu",
        ),
        "LÒ", "VĂN", "MẪU", "014090000011",
    )  # fmt: skip
    (who,) = read_persons(D.EXTRACT_COPY_REQUEST, [page], 1)
    assert (who.full_name, who.id_number) == (None, None)
    assert (who.birth_date.value, who.residence.value) == ("1990-03-02", "Bản 5, Xã Mẫu")
    assert [(pen.field, pen.page) for pen in who.handwritten] == [("id_number", 1), ("full_name", 1)]
    number = next(word for line in page.lines for word in line.words if word.text == "014090000011")
    assert who.handwritten[0].box == number.box


def test_what_is_typed_elsewhere_on_the_paper_stands():
    page = with_pen(printed_page("Họ và tên: LÒ VĂN MẪU", "Sinh ngày: 1990", "Ông/Bà: Lò Văn Mẫu"), "LÒ", "VĂN", "MẪU")
    (who,) = read_persons(D.NOTICE, [page], 1)
    assert (who.full_name.value, who.handwritten) == ("LÒ VĂN MẪU", ())


def test_a_number_and_a_day_filled_in_by_hand_are_not_given():
    page = printed_page(
        "Số: 47/QĐ-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Xã Mẫu, ngày 05 tháng 01 năm 2026", "QUYẾT ĐỊNH"
    )
    typed, written = (
        read_head(D.DECISION, [p], title="QUYẾT ĐỊNH") for p in (page, with_pen(page, "47/QĐ-UBND", "05"))
    )
    assert (typed.number, str(typed.issued_on)) == ("47/QĐ-UBND", "2026-01-05")
    assert (written.number, written.issued_on) == ("…/QĐ-UBND", None)


def test_it_sends_the_dossier_to_review_and_nothing_is_missing():
    pen = Handwriting("full_name", 1, Box(1, 2, 3, 4))
    assert graded(persons=(person(name=None, handwritten=(pen,)),), decisions=(MATCHED,)) == (
        Status.REVIEW,
        (Reason.HANDWRITING,),
    )


def test_the_record_keeps_it_and_the_crop_shows_it(tmp_path):
    pen = Handwriting("full_name", 1, Box(40, 20, 100, 20))
    record = records.record()
    matched = MatchedPerson(replace(person(), role=Role.CHILD, full_name=None, handwritten=(pen,)), MATCHED)
    record = replace(record, persons=(matched,))
    assert from_json(to_json(record)) == record
    assert to_json(record)["persons"][0]["handwritten"] == [{"field": "full_name", "page": 1, "box": [40, 20, 100, 20]}]
    picture = tmp_path / "pages" / "0001.png"
    picture.parent.mkdir()
    Image.new("L", (300, 100), 255).save(picture)
    (crop,) = write_crops(record, tmp_path, [picture])
    assert crop.relative_to(tmp_path).as_posix() == "crops/01-child-full_name.png"
    with Image.open(crop) as cut:
        assert cut.size == (124, 44)
