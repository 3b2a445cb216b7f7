"""A page made upright, level and readable."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from models.page import Box, Code
from pipeline.clean import clean_page, turned_over
from pipeline.line_finder import find_lines
from tests.drawn_pages import HEIGHT, WIDTH, drawn, page_image, skewed

PLAIN = drawn()
DIRT = np.random.default_rng(7).integers((60, 60), (WIDTH - 60, HEIGHT - 60), (24, 2)).tolist()


@pytest.mark.parametrize("degrees", [-8.0, -4.5, -0.3, 0.0, 0.2, 1.7, 6.0, 10.5])
def test_skew_is_measured_to_a_tenth_of_a_degree(degrees):
    page = clean_page(page_image(skewed(PLAIN, degrees)))
    assert page.skew_degrees == pytest.approx(-degrees, abs=0.1)  # the turn that levels it
    assert page.rotation_degrees == 0


@pytest.mark.parametrize("turn", [1, 3])
def test_a_page_on_its_side_is_stood_up(turn):
    page = clean_page(page_image(np.ascontiguousarray(np.rot90(PLAIN, turn))))
    assert page.rotation_degrees == 90  # which of the two ways up is right, the reading decides
    assert page.pixels.shape[:2] == (HEIGHT, WIDTH)


@pytest.mark.parametrize("turn", [0, 1])
def test_a_broken_streak_of_a_dirty_glass_is_no_line_of_print(turn):
    page = PLAIN.copy()
    for top in range(60, HEIGHT - 60, 34):
        cv2.line(page, (1500, top), (1500, top + 24), (40, 40, 40), 2)
    clean = clean_page(page_image(np.ascontiguousarray(np.rot90(skewed(page, 2.5), turn))))
    assert (clean.rotation_degrees, clean.skew_degrees) == (90 * turn, pytest.approx(-2.5, abs=0.1))


@pytest.mark.parametrize("turn", [0, 90])
@pytest.mark.parametrize("size", [28, 56, 78, 110])
@pytest.mark.parametrize("word", ["PHỤ LỤC", "Trang 2", "BẢN SAO", "Mặt sau"])
def test_a_page_of_a_word_or_two_lies_as_its_line_does(word, size, turn):
    pixels = np.rot90(drawn([word], size=size), -turn // 90)
    page = clean_page(page_image(np.ascontiguousarray(pixels)))
    assert ((page.rotation_degrees + turn) % 180, page.skew_degrees, page.blank) == (0, 0.0, False)
    assert len(find_lines(page.ink, page.letter_height)) == 1


def test_a_line_alone_is_levelled_and_two_that_are_not_below_each_other_stay_level():
    alone = skewed(drawn(["Giấy này có giá trị trong thời hạn sáu tháng kể từ ngày ký"]), 4.0)
    assert clean_page(page_image(alone)).skew_degrees == pytest.approx(-4.0, abs=0.5)
    apart = np.minimum(drawn(["Nơi nhận: Như trên"], top=500), drawn(["KT. CHỦ TỊCH UBND"], left=900, top=560))
    assert clean_page(page_image(apart)).skew_degrees == 0.0


def test_dark_surroundings_are_cut_away_and_their_skew_counted():
    page = clean_page(page_image(skewed(PLAIN, 3.0, ground=25)))
    assert page.skew_degrees == pytest.approx(-3.0, abs=0.2)
    assert abs(page.pixels.shape[1] - WIDTH) < 12
    assert page.pixels[:, 10].mean() > 240


def test_a_photograph_in_perspective_becomes_a_rectangle():
    corners = np.float32([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]])
    seen = np.float32([[150, 120], [1500, 180], [1580, 2350], [90, 2290]])
    matrix = cv2.getPerspectiveTransform(corners, seen)
    photograph = cv2.warpPerspective(PLAIN, matrix, (1700, 2450), borderValue=(90, 70, 55))
    page = clean_page(page_image(np.asarray(photograph, np.uint8)))
    assert page.pixels[20:-20, 20:60].mean() > 245  # no table top left at the edge
    assert abs(page.skew_degrees) < 3


@pytest.mark.parametrize(
    ("spoil", "blank"),
    [
        (lambda page: None, True),
        (lambda page: cv2.circle(page, (60, 800), 22, (20, 20, 20), -1), True),  # a punch hole
        (lambda page: cv2.line(page, (0, 1100), (WIDTH, 1108), (225, 225, 225), 4), True),  # a fold
        (lambda page: cv2.line(page, (90, 90), (150, 60), (60, 60, 60), 5), True),  # a staple
        (lambda page: cv2.circle(page, (1200, 1700), 140, (200, 30, 40), 12), False),  # a red seal alone
        (lambda page: page.__setitem__(slice(None), PLAIN), False),
        (lambda page: page.__setitem__(slice(None), drawn(["Không có"])), False),
        (lambda page: page.__setitem__(slice(None), np.rot90(drawn(["NHÁP"], left=900), 2)), False),
        (lambda page: page.__setitem__(slice(None), drawn(["- 3 -"], left=800, top=100)), True),
        (lambda page: [cv2.circle(page, (x, y), 2 + x % 7, (20,) * 3, -1) for x, y in DIRT], True),
        (lambda page: cv2.rectangle(page, (0, 0), (WIDTH, HEIGHT), (90, 90, 90), 160), True),
        (lambda page: cv2.rectangle(page, (0, 0), (WIDTH, HEIGHT), (0, 0, 0), 160), True),
    ],
    ids=[
        "white",
        "hole",
        "fold",
        "staple",
        "seal",
        "print",
        "words",
        "word",
        "page number",
        "dirt",
        "grey frame",
        "black frame",
    ],
)
def test_blank_is_only_what_bears_nothing(spoil, blank):
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    spoil(page)
    assert clean_page(page_image(page)).blank is blank


def test_a_red_seal_fades_and_the_print_under_it_stays():
    page = PLAIN.copy()
    cv2.circle(page, (500, 420), 130, (215, 40, 50), 10)
    clean = clean_page(page_image(page))
    plain = clean_page(page_image(PLAIN))
    assert clean.ink.shape == plain.ink.shape
    assert (np.abs(clean.ink.astype(int) - plain.ink) > 128).mean() < 0.002


@pytest.mark.parametrize("ground", [255, 25], ids=["paper to the edge", "on a dark ground"])
def test_a_page_of_greys_is_cleaned_as_the_same_page_in_colour_would_be(ground):
    grey = cv2.cvtColor(skewed(PLAIN, 3.0, ground=ground), cv2.COLOR_RGB2GRAY)
    in_colour, in_grey = (clean_page(page_image(page)) for page in (np.dstack([grey] * 3), grey))
    assert (in_grey.pixels == in_colour.pixels[:, :, 0]).all()
    assert (in_grey.ink == in_colour.ink).all()
    assert in_grey.pixels.ndim == 2
    assert in_grey.skew_degrees == in_colour.skew_degrees


def test_leaders_go_and_marks_over_capitals_stay():
    page = PLAIN.copy()
    for x in range(300, 900, 9):
        cv2.circle(page, (x, 766), 1, (20, 20, 20), -1)
    clean = clean_page(page_image(page))
    plain = clean_page(page_image(PLAIN))
    assert clean.ink.shape == plain.ink.shape
    assert (np.abs(clean.ink.astype(int) - plain.ink) > 128).mean() < 0.0002


def test_letters_come_out_at_one_height_whatever_the_scan():
    heights = [
        clean_page(page_image(np.asarray(cv2.resize(PLAIN, None, fx=f, fy=f), np.uint8), dpi=200 * f)).letter_height
        for f in (0.75, 1.0, 1.5)
    ]
    assert max(heights) - min(heights) < 3


def test_turning_over_twice_is_nothing():
    page = replace(clean_page(page_image(PLAIN)), codes=(Code("QRCode", "x", Box(100, 200, 50, 60)),))
    there = turned_over(page)
    assert there.rotation_degrees == 180
    assert there.codes[0].box == Box(page.pixels.shape[1] - 150, page.pixels.shape[0] - 260, 50, 60)
    back = turned_over(there)
    assert (back.rotation_degrees, back.codes, back.ink_left, back.ink_top) == (
        0,
        page.codes,
        page.ink_left,
        page.ink_top,
    )
    assert np.array_equal(back.pixels, page.pixels)
