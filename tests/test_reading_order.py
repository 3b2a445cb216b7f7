"""Words put back into lines as a person reads them."""

from __future__ import annotations

from models.page import Box, Line, Word
from pipeline.reading_order import in_reading_order, lines_in_order
from tests.printed_pages import words_at


def texts(groups, rules=()):
    return [line.text for line in lines_in_order(groups, rules)]


def test_two_heads_read_across_become_two_lines_a_row():
    left, right = words_at("ỦY BAN NHÂN DÂN", 100, 100), words_at("CỘNG HÒA XÃ HỘI", 900, 102)
    below = words_at("Số: 05/QĐ-UBND", 120, 150)
    assert texts([below, (*left, *right)]) == ["ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI", "Số: 05/QĐ-UBND"]


def test_a_rule_cuts_what_the_gap_does_not():
    left, right = words_at("NGUYỄN THỊ MẪU", 100, 100), words_at("TRẦN VĂN THỬ", 310, 100)
    assert texts([(*left, *right)]) == ["NGUYỄN THỊ MẪU TRẦN VĂN THỬ"]
    assert texts([(*left, *right)], [Box(302, 60, 3, 200)]) == ["NGUYỄN THỊ MẪU", "TRẦN VĂN THỬ"]
    assert texts([(*left, *right)], [Box(302, 102, 3, 24)]) == ["NGUYỄN THỊ MẪU TRẦN VĂN THỬ"]  # a letter's stem


def test_dirt_is_not_print():
    dirt = [
        (Word("|", 0.9, Box(10, 10, 3, 30)),),
        (Word("~—", 0.8, Box(10, 60, 30, 10)),),
        (Word("ñ", 0.3, Box(10, 100, 20, 20)),),
        (Word("Qwz", 0.2, Box(10, 150, 50, 20)),),
    ]
    assert texts([*dirt, words_at("01", 10, 200)]) == ["01"]


def line_at(x: int, y: int, width: int, text: str) -> Line:
    return Line((Word(text, 1.0, Box(x, y, width, 20)),))


def test_the_offices_head_comes_before_the_nations() -> None:
    title, body = line_at(200, 240, 300, "QUYẾT ĐỊNH"), line_at(60, 290, 640, "Căn cứ Luật Tổ chức")
    left = [
        line_at(60, 40, 200, "ỦY BAN NHÂN DÂN"),
        line_at(80, 75, 160, "XÃ QUỚI AN"),
        line_at(100, 115, 120, "Số: 1"),
    ]
    right = [line_at(350, 40, 350, "CỘNG HÒA"), line_at(400, 75, 250, "Độc lập"), line_at(380, 130, 300, "Xã, ngày")]
    mixed = [left[0], right[0], left[1], right[1], right[2], left[2], title, body]

    assert in_reading_order(mixed) == (*left, *right, title, body)


def test_rows_of_a_form_are_no_heads() -> None:
    rows = [
        line_at(200, 40, 400, "GIẤY KHAI SINH"),
        line_at(60, 80, 200, "Giới tính: Nam"), line_at(400, 80, 200, "Dân tộc: Kinh"),
        line_at(60, 120, 200, "Năm sinh: 1987"), line_at(400, 120, 200, "Quốc tịch: Việt Nam"),
    ]  # fmt: skip

    assert in_reading_order(rows) == tuple(rows)


def test_the_feet_of_an_official_paper_are_read_one_after_the_other() -> None:
    heads = [
        line_at(60, 40, 200, "ỦY BAN NHÂN DÂN"), line_at(350, 40, 350, "CỘNG HÒA"),
        line_at(80, 75, 160, "XÃ QUỚI AN"), line_at(400, 75, 250, "Độc lập"),
    ]  # fmt: skip
    body = [line_at(60, 200, 640, "Căn cứ Luật Tổ chức"), line_at(60, 240, 640, "Điều 1. Công nhận")]
    left = [
        line_at(60, 300, 120, "Nơi nhận:"),
        line_at(60, 330, 160, "- Như trên;"),
        line_at(60, 360, 160, "- Lưu: VT."),
    ]
    right = [line_at(420, 300, 200, "KT. CHỦ TỊCH"), line_at(420, 345, 200, "PHÓ CHỦ TỊCH")]
    read = in_reading_order([*heads, *body, left[0], right[0], left[1], right[1], left[2]])
    assert read[-5:] == (*left, *right)
