"""Words put back into lines as a person reads them."""

from __future__ import annotations

from models.page import Box, Word
from pipeline.reading_order import lines_in_order
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
