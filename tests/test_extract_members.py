"""The members' table of CT01: rows by what stands in them, names over two lines, a man called Nam."""

from __future__ import annotations

from models.document import DocumentType as D
from models.page import Line, PageText
from pipeline.extract import read_persons
from tests.printed_pages import printed_page, words_at

X = (100, 170, 560, 760, 860, 1120)
TITLE = "11. Những thành viên trong hộ gia đình cùng thay đổi:"


def page_of(*rows):
    """Cells by line; None leaves a cell empty."""
    lines = [words_at(TITLE, 100, 100)]
    lines += [
        words_at(text, x, 150)
        for text, x in zip(("TT", "Họ, chữ đệm và tên", "Ngày sinh", "Giới", "Số định danh", "Quan hệ"), X, strict=True)
    ]
    y = 210
    for row, following in zip(rows, (*rows[1:], ("",)), strict=False):
        lines += [words_at(text, x, y) for text, x in zip(row, X, strict=False) if text]
        y += 34 if following[0] is None else 60
    lines.append(words_at("Ý KIẾN CỦA CHỦ HỘ", 100, y + 60))
    base = printed_page()
    return PageText(base.scan, base.width, base.height, tuple(map(Line, lines)))


def members(page):
    people = read_persons(D.RESIDENCE_DECLARATION, [page], 1)
    return [
        (
            p.full_name and p.full_name.value,
            p.birth_date and p.birth_date.value,
            p.sex and p.sex.value,
            p.id_number and p.id_number.value,
        )
        for p in people
        if p.role == "household_member"
    ]


def test_rows_with_names_over_two_lines():
    page = page_of(
        ("1", "LÒ VĂN MẪU", "12/01/1967", "Nam", "062067362240", "Chồng"),
        ("2", "QUÀNG THỊ HỒNG", "27/11/1969", "Nữ", "062169260799", "Vợ"),
        (None, "SEN", None, None, None, None),
        ("3", "LÒ GIA NAM", "20/04/1998", "Nam", "062098917155", "Con đẻ"),
    )
    assert members(page) == [
        ("LÒ VĂN MẪU", "1967-01-12", "male", "062067362240"),
        ("QUÀNG THỊ HỒNG SEN", "1969-11-27", "female", "062169260799"),
        ("LÒ GIA NAM", "1998-04-20", "male", "062098917155"),
    ]


def test_what_kin_somebody_is_is_no_part_of_the_name():
    page = page_of(("1", "Lò Thị Mẫu Con đẻ", "20/04/1998", "Nữ", "062198917155"))
    assert members(page) == [("LÒ THỊ MẪU", "1998-04-20", "female", "062198917155")]


def test_an_empty_table_has_nobody():
    assert members(page_of()) == []
