"""Lines read by the project's own network, set back on the page; pens found by their digits; a second opinion."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from models.errors import RecognizerMissing
from models.page import Box
from pipeline import line_recognizer
from pipeline.fonts import font_file
from pipeline.line_finder import find_lines
from pipeline.line_reading import read_digits, read_ink
from pipeline.pen_digits import with_pen_digits
from pipeline.second_look import Crop
from pipeline.second_opinion import unsure_lines, with_second_opinion
from pipeline.tesseract import ReadWord
from tests.test_line_finder import LETTER_PX, ink


@pytest.mark.parametrize(
    "text",
    [
        "Họ, chữ đệm, tên: NGUYỄN THỊ QUỲNH NHƯ",
        "Ẩm thực Huế, ngõ 12 phố Nguyễn Khuyến",
        "Số: 47/QĐ-UBND ngày 05/01/2026",
        "HOÀNG THẢO NGUYÊN",
        "Căn cước công dân số 012054178958",
        "thửa đất số 15, diện tích 120,5 m²",
        "Bà H'Hlăn Niê, K'BRÊK, xã Cư M'gar",
    ],
)
def test_print_is_read_with_its_marks(text):
    words = read_ink(ink((80, 200, text)), LETTER_PX, ())
    assert " ".join(word.text for word in words) == text
    assert min(word.confidence for word in words) > 0.5


def test_words_lie_where_they_are_printed_and_keep_apart():
    page = ink((80, 200, "Tỉnh Nghệ An"))
    words = read_ink(page, LETTER_PX, ())
    font = ImageFont.truetype(font_file("Tinos"), 41)
    starts = [80 + font.getlength(text) for text in ("", "Tỉnh ", "Tỉnh Nghệ ")]
    assert [word.text for word in words] == ["Tỉnh", "Nghệ", "An"]
    assert [word.left for word in words] == pytest.approx(starts, abs=5)
    assert all(after.left - word.left - word.width > 3 for word, after in pairwise(words))
    for word in words:
        inside = page[word.top : word.top + word.height, word.left : word.left + word.width]
        assert (inside[0] < 160).any()
        assert (inside[-1] < 160).any()


@pytest.mark.parametrize("text", ["VŨ THỊ THANH CHÍN", "ẨM NGUYỄN ĐỖ"])
def test_a_word_does_not_reach_up_to_the_dots_and_commas_of_the_line_above(text):
    large = 1.3 * LETTER_PX  # of a page most of whose letters are capitals
    alone = read_ink(ink((100, 252, text)), large, ())
    below = read_ink(ink((100, 200, "Họ, chữ đệm, họ tên mẹ:"), (100, 252, text)), large, ())[-len(alone) :]
    assert [word.text for word in below] == text.split()
    assert [word.top for word in below] == pytest.approx([word.top for word in alone], abs=1)


@pytest.mark.parametrize("text", ["NGUYỄN THỊ MƯỜI", "Mười triệu", "H'Blơk Êban, 1976"])
def test_each_letter_has_its_place(text):
    words = read_ink(ink((80, 200, text)), LETTER_PX, ())
    font = ImageFont.truetype(font_file("Tinos"), 41)
    begin = 0
    for word, printed in zip(words, text.split(), strict=True):
        starts = [80 + font.getlength(text[: begin + place]) for place in range(1, len(printed))]
        assert word.cuts == pytest.approx(starts, abs=0.35 * LETTER_PX)
        begin += len(printed) + 1


def test_tails_of_the_line_above_are_no_part_of_a_word():
    page = ink((80, 150, "Họ, chữ đệm, tên vợ: gy"), (80, 193, "NGUYỄN MỸ LAN"))
    above, below = (
        [word for word in read_ink(page, LETTER_PX, ()) if word.text in names]
        for names in (("Họ,", "chữ", "đệm,", "tên", "vợ:", "gy"), ("NGUYỄN", "MỸ", "LAN"))
    )
    assert len(above) == 6
    assert len(below) == 3
    assert all(word.top + word.height / 2 > 165 for word in below)
    assert all(word.top + word.height / 2 < 155 for word in above)


def test_a_rule_above_a_word_is_no_part_of_it():
    page = ink((80, 200, "Kinh 091203623774"))
    page[160:163, 40:700] = 0
    assert all(word.top > 164 for word in read_ink(page, LETTER_PX, ()))


def test_a_rule_beside_a_word_is_no_part_of_it():
    page = ink((80, 200, "TRẦN TUẤN QUANG"))
    page[120:260, 70:74] = 0
    (first, *_) = read_ink(page, LETTER_PX, (Box(70, 120, 4, 140),))
    assert first.text == "TRẦN"
    assert first.left > 76
    assert first.height < 45


@pytest.mark.parametrize("height", [20, 34, 60])
def test_digits_far_apart_are_a_number_at_any_size(height):
    image = Image.new("L", (height * 14, height * 2), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(font_file("Tinos"), round(height * 1.5))
    for place, digit in enumerate("001199000123"):
        draw.text((height * (0.5 + 1.1 * place), height * 1.5), digit, font=font, fill=0, anchor="ls")
    (words,) = read_digits([np.asarray(image)])
    assert "".join(word.text for word in words) == "001199000123"


def test_nothing_is_read_into_a_scribble():
    page = np.full((200, 600), 255, np.uint8)
    rng = np.random.default_rng(3)
    points = np.stack([np.linspace(60, 540, 14), rng.uniform(40, 160, 14)], axis=1).astype(np.int32)
    cv2.polylines(page, [points], isClosed=False, color=(0,), thickness=4, lineType=cv2.LINE_AA)
    assert sum(len(word.text) for word in read_ink(page, LETTER_PX, ()) if word.confidence > 0.6) <= 1


def test_a_missing_network_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(line_recognizer, "_MODEL", tmp_path / "line_recognizer.onnx")
    line_recognizer._network.cache_clear()
    with pytest.raises(RecognizerMissing, match="incomplete"):
        read_ink(ink((80, 200, "Kinh")), LETTER_PX, ())
    line_recognizer._network.cache_clear()


def test_digits_higher_than_the_pages_are_a_pens():
    printed = ((80, 100, "ngày"), (200, 100, "22"), (300, 200, "2025"), (500, 200, "138"), (80, 300, "12"))
    page = np.minimum(ink(*printed), ink((200, 400, "04"), size=56))
    words = [
        ReadWord(text, 0.9, x, y - 45, 140 if len(text) > 2 else 60, 48, 1, 1, 1)
        for x, y, text in (*printed[1:], (200, 400, "04"))
    ]
    found = with_pen_digits(page, words)
    assert [word.text for word in found if word.handwritten == 1.0] == ["04"]
    assert with_pen_digits(page, words[-2:]) == tuple(words[-2:])  # too few numbers to tell


def word(text, confidence, left=100, line=1):
    return ReadWord(text, confidence, left, 100, 80, 20, line, 1, 1)


@pytest.mark.parametrize(
    ("first", "other", "text", "least", "most"),
    [
        (word("Nguyễn", 0.5), word("Nguyễn", 0.6), "Nguyễn", 0.94, 0.96),  # agreed
        (word("Nguyễn,", 0.5), word("Nguyễn", 0.6), "Nguyễn,", 0.94, 0.96),  # signs at the edge aside
        (word("NGUYẾN", 0.5), word("NGUYỄN", 0.9), "NGUYỄN", 0.6, 0.6),  # a sure other against an unsure first
        (word("NGUYẾN", 0.5), word("NGUYỄN", 0.7), "NGUYẾN", 0.3, 0.3),  # nobody is sure
        (word("NGUYỄN", 0.9), word("NGUYẾN", 0.95), "NGUYỄN", 0.53, 0.55),  # doubted, not given up
        (word("NGUYỄN", 0.5), word("NGUYẾN", 0.95, left=400), "NGUYỄN", 0.5, 0.5),  # elsewhere
        (word("19/05/1990", 0.7), replace(word("19", 0.95), width=25), "19/05/1990", 0.41, 0.43),  # a piece of it
        (word("Văn", 0.6), replace(word("VănAnh", 0.95), width=170), "Văn", 0.35, 0.37),  # two words in one
    ],
)
def test_a_second_opinion(first, other, text, least, most):
    picture = np.full((40, 400), 255, np.uint8)
    crop = Crop(Box(0, 100, 400, 40), picture, 1.0, (1, 1, 1))
    (found,) = with_second_opinion([first], [crop], [[replace(other, top=0)]])
    assert found.text == text
    assert least <= found.confidence <= most


def test_lines_without_doubt_and_lines_without_print_are_not_asked_about():
    page = ink((100, 120, "Kinh"))
    sure, unsure, noise = word("Kinh", 0.95), word("Kinh", 0.5, line=2), word("~w", 0.1, line=3)
    assert [crop.line for crop in unsure_lines(page, [sure, unsure, noise], LETTER_PX)] == [(2, 1, 1)]


def test_noise_is_read_in_seconds_and_holds_nothing():
    noise = np.where(np.random.default_rng(1).random((1500, 1200)) < 0.2, 0, 255).astype(np.uint8)
    assert len(find_lines(noise, LETTER_PX)) <= 2 * 400
    assert len(find_lines(noise, 6.0)) <= 2 * 400


def test_what_lies_at_the_edge_or_is_next_to_nothing_is_read_without_harm():
    page = ink((1150, 480, "Nguyễn Thị"))  # cut by the right and the lower edge
    for found in read_ink(page, LETTER_PX, ()):
        assert 0 <= found.left < found.left + found.width <= page.shape[1]
    assert with_pen_digits(page, [ReadWord("12", 0.9, 1500, 10, 5, 5, 1, 1, 1)] * 5)
    assert read_digits([np.zeros((100, 1), np.uint8), np.full((5, 900), 255, np.uint8)])


def test_a_row_in_larger_type_is_no_pens():
    small = ((80, 60, "Mẫu số 12"), (80, 110, "tờ 34 thửa 56 quyển 78"), (80, 160, "năm 2024 và năm 2025"))
    page = np.minimum(ink(*small, size=31), ink((80, 300, "Số 47 ngày 15 tháng 12 năm 2025")))
    assert not [word.text for word in read_ink(page, 15.0, ()) if word.handwritten == 1.0]
