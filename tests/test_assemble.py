"""A whole dossier: papers, procedure, persons and what is missing, with blank and unreadable pages between."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import DocumentType as D
from models.document import Part
from models.page import Box, Line, Word
from models.procedure import Procedure
from pipeline.assemble import understand
from tests.printed_pages import blank_page, printed_page, rejected_page
from tests.test_extract_forms import BIRTH

STATE = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
CERTIFICATE = (
    *STATE, "GIẤY KHAI SINH", "Số: 316/2025", "Họ, chữ đệm, tên: LÒ THỊ BÉ", "Ngày, tháng, năm sinh: 18/02/2025",
    "Số định danh cá nhân: 014325000013", "Họ, chữ đệm, tên người mẹ: QUÀNG THỊ HAI", "Năm sinh: 1992",
    "Ngày, tháng, năm đăng ký: ngày 18 tháng 3 năm 2025",
)  # fmt: skip


def test_a_dossier_whose_procedure_nobody_named():
    pages = [
        printed_page(*STATE, *BIRTH, number=1), blank_page(2), rejected_page(3), printed_page(*CERTIFICATE, number=4),
    ]  # fmt: skip
    found = understand(pages)
    assert found.procedure == "1.001193"
    assert [(d.ordinal, d.type, d.pages, d.part) for d in found.documents] == [
        (1, D.BIRTH_DECLARATION, (1,), Part.COMPONENT),
        (2, D.BIRTH_CERTIFICATE, (4,), Part.RESULT),
    ]
    assert found.documents[1].number == "316/2025"
    assert found.components.missing == (D.BIRTH_NOTIFICATION,)
    child = [p for p in found.persons if p.role == "child"]
    assert [p.full_name.value for p in child] == ["LÒ THỊ BÉ", "LÒ THỊ BÉ"]
    assert {p.full_name.page for p in child} == {1, 4}


def test_the_procedure_given_is_believed_and_a_provincial_variant_is_known():
    found = understand([printed_page(*STATE, *BIRTH)], procedure="1.001193.000.00.00.H40")
    assert found.procedure == "1.001193.000.00.00.H40"
    assert found.components.missing == (D.BIRTH_NOTIFICATION,)


def test_an_offices_own_catalogue_decides_what_is_required():
    own = {"9.000001": Procedure("9.000001", "Thủ tục riêng", (D.ID_CARD,), (D.DECISION,))}
    found = understand([printed_page(*STATE, *BIRTH)], procedure="9.000001", catalogue=own)
    assert found.components.missing == (D.ID_CARD,)


def test_nothing_readable_is_nothing_understood():
    found = understand([blank_page(1), rejected_page(2)])
    assert (found.documents, found.persons, found.procedure) == ((), (), None)


WORDS = st.builds(
    Word,
    text=st.one_of(st.sampled_from(["Họ,", "tên:", "Bên", "nữ", "nam", "Số", "/", "12/03/1990", "014090000011", "|", "TỜ", "KHAI", "Điều", "1.", "<<<<", "vợ", "Quốc", "tịch"]), st.text(min_size=1, max_size=6)),
    confidence=st.floats(0, 1),
    box=st.builds(Box, st.integers(0, 1600), st.integers(0, 2300), st.integers(0, 300), st.integers(0, 90)),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=7), max_size=9))
def test_no_reading_breaks_the_understanding(lines):
    base = printed_page("TỜ KHAI ĐĂNG KÝ KẾT HÔN", "Bên nữ|Bên nam")
    page = replace(base, lines=(*base.lines, *(Line(tuple(words)) for words in lines)))
    found = understand([page, replace(page, lines=tuple(Line(tuple(words)) for words in lines))])
    assert all(person.document <= len(found.documents) for person in found.persons)
