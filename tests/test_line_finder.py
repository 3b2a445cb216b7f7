"""Lines of print found by how marks stand: baselines, heights, columns, tables, small and pale print, torn words."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from models.page import Box
from pipeline.fonts import font_file
from pipeline.line_finder import find_lines
from pipeline.line_pictures import BASELINE, HEIGHT, LETTER, line_picture
from pipeline.line_rows import in_rows

LETTER_PX = 19.0
SIZE = 41  # Tinos of this size has small letters 19 pixels high


def ink(*pieces, size=SIZE, shade=0, width=1400, height=500):
    """White paper with (x, baseline, text) printed on it."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(font_file("Tinos"), size)
    for x, y, text in pieces:
        draw.text((x, y), text, font=font, fill=shade, anchor="ls")
    return np.asarray(image).copy()


def places(lines):
    return [(line.left, round(line.baseline)) for line in lines]


@pytest.mark.parametrize("text", ["Nguyễn Thị Quỳnh, sinh ngày 05/01/1990", "NGUYỄN THỊ ẨM", "012054178958"])
def test_a_line_stands_on_its_baseline_with_its_small_letters_height(text):
    (line,) = find_lines(ink((100, 200, text)), LETTER_PX)
    assert abs(line.baseline - 200) <= 1.5
    assert line.letter == pytest.approx(LETTER_PX, rel=0.12)
    assert abs(line.left - 100) < 8


def test_lines_close_below_each_other_stay_apart():
    lines = find_lines(ink((100, 200, "gậy Ngủ được quyền"), (100, 245, "ẨM Ướt TỔ quốc phẩm")), LETTER_PX)
    assert [round(line.baseline / 5) for line in lines] == [40, 49]


def test_columns_that_stand_close_are_lines_of_their_own():
    page = ink((60, 100, "ỦY BAN NHÂN DÂN XÃ"), (580, 100, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"))
    assert len(find_lines(page, LETTER_PX)) == 2


@pytest.mark.parametrize("text", ["+ Họ tên : LÊ KHÁNH NGỌC", "+ Số CCCD : 040161422176", "+ Giới tính : Nữ"])
def test_a_colon_between_spaces_parts_no_line(text):
    image = Image.new("L", (1400, 300), 255)
    font = ImageFont.truetype(font_file("Noto Serif"), 30)
    ImageDraw.Draw(image).text((39, 200), text, font=font, fill=0, anchor="ls")
    assert len(find_lines(np.asarray(image).copy(), LETTER_PX)) == 1


def test_a_rule_parts_the_cells_of_a_table():
    page = ink((60, 100, "Kinh"), (160, 100, "Nữ"))
    page[40:130, 148:151] = 0
    rule = Box(148, 40, 3, 90)
    assert len(find_lines(page, LETTER_PX)) == 1
    assert len(find_lines(page, LETTER_PX, [rule])) == 2


def test_a_wide_gap_in_one_entry_is_one_row():
    lines = find_lines(ink((60, 100, "ngày 24 tháng"), (330, 100, "năm 1987")), LETTER_PX)
    assert len(lines) == 2
    (row,) = in_rows(lines)
    assert [line.left for line in row] == sorted(line.left for line in lines)


def test_small_pale_print_is_found_beside_larger():
    page = np.minimum(
        ink((60, 100, "PHẠM VĂN LỢI"), (60, 300, "Xã Tân Uyên, Tỉnh Lai Châu")),
        ink((60, 200, "Quê quán / Place of origin"), size=22, shade=178),
    )
    assert [y for _, y in places(find_lines(page, LETTER_PX))] == [100, 200, 300]


def test_a_page_of_a_word_has_a_line():
    assert len(find_lines(ink((500, 250, "Trang 2")), 0.0)) == 1
    assert find_lines(np.full((300, 300), 255, np.uint8), 0.0) == ()


def test_a_tilted_line_is_cut_out_level():
    flat = ink((100, 250, "Tôi cam đoan những nội dung khai trên đây là đúng sự thật"))
    turn = cv2.getRotationMatrix2D((700, 250), -0.7, 1.0)
    tilted = np.asarray(cv2.warpAffine(flat, turn, flat.shape[::-1], borderValue=(255,)), np.uint8)
    (line,) = find_lines(tilted, LETTER_PX)
    assert line.slope == pytest.approx(np.tan(np.radians(0.7)), abs=0.003)
    picture, scale, _ = line_picture(tilted, line)
    assert picture.shape[0] == HEIGHT
    assert scale == pytest.approx(LETTER / LETTER_PX, rel=0.12)
    rows = (picture < 128).mean(axis=1)
    assert rows[BASELINE - 3] > 8 * rows[BASELINE + 3]  # letters stand on the baseline, tails alone reach below


def test_letters_that_a_seal_has_swallowed_belong_to_their_line():
    page = ink((300, 250, "PHÓ CHỦ TỊCH"))
    cv2.circle(page, (200, 250), 110, (0,), 5)  # its ring runs through the P
    plain, sealed = find_lines(ink((300, 250, "PHÓ CHỦ TỊCH")), LETTER_PX), find_lines(page, LETTER_PX)
    (line,) = [line for line in sealed if line.right > 500]
    assert line.left <= plain[0].left + 2
    assert line.right == plain[0].right
