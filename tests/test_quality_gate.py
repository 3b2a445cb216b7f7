"""What a clerk hears before the citizen leaves: blurred, faint and cut print is told, good print is left alone."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import cv2
import numpy as np
import pytest

from models.outcome import Reason
from models.page import Box, Code, PageText
from pipeline.clean import clean_page
from pipeline.legibility import judge
from scripts.samples.wear import grain
from tests.drawn_pages import DPI, HEIGHT, LINES, WIDTH, drawn, page_image, skewed
from tests.printed_pages import printed_page

PLAIN = drawn()
SENTENCE = "Người yêu cầu chịu trách nhiệm trước pháp luật về nội dung đã khai trên giấy này. "
FULL = drawn([(SENTENCE * 3)[7 * n % len(SENTENCE) :][:64] for n in range(26)], top=100)
READ_WELL, READ_BADLY = 0.95, 0.7
TEXT = printed_page("Họ, chữ đệm, tên người yêu cầu", "Ngày, tháng, năm sinh")


def warnings(pixels, confidence: float = READ_WELL) -> tuple[str, ...]:
    page = clean_page(page_image(np.asarray(pixels, np.uint8)))
    assert not page.blank
    return judge(page, replace(TEXT, mean_confidence=confidence)).warnings


def blurred(sigma: float):
    return grain(np.asarray(cv2.GaussianBlur(PLAIN, (0, 0), sigma), np.uint8), Random(1), 2.2)


def trembling(pixels: int):
    return grain(np.asarray(cv2.blur(PLAIN, (pixels, 1)), np.uint8), Random(1), 2.2)


def pale(share: float):
    return grain((255 - (255 - PLAIN.astype(np.float32)) * share).astype(np.uint8), Random(2), 4)


@pytest.mark.parametrize("confidence", [READ_WELL, READ_BADLY])
@pytest.mark.parametrize(
    "page",
    [PLAIN, blurred(0.8), pale(0.7), skewed(PLAIN, 2.0, ground=240), skewed(PLAIN, -3.0, ground=20)],
    ids=["plain", "a scanner's softness", "a little pale", "skewed", "on a dark lid"],
)
def test_good_print_is_left_alone_however_it_was_read(page, confidence):
    assert warnings(page, confidence) == ()


@pytest.mark.parametrize(
    ("page", "confidence", "expected"),
    [
        (blurred(4.5), READ_WELL, [Reason.BLURRED]),
        (blurred(2.2), READ_BADLY, [Reason.BLURRED]),
        (blurred(2.2), READ_WELL, []),
        (trembling(9), READ_BADLY, [Reason.BLURRED]),
        (pale(0.35), READ_BADLY, [Reason.FAINT]),
        (pale(0.35), READ_WELL, []),
        (pale(0.14), READ_WELL, [Reason.FAINT]),
    ],
)
def test_blurred_and_faint_print_is_told_where_reading_suffers(page, confidence, expected):
    assert list(warnings(page, confidence)) == expected


@pytest.mark.parametrize("bleached", [False, True], ids=["paper with grain", "a scanner that makes paper white"])
def test_faint_print_is_read_like_any_other_and_not_taken_for_a_blank_page(bleached):
    white = (255 - (255 - PLAIN.astype(np.float32)) * 0.12).astype(np.uint8)
    page = clean_page(page_image(white if bleached else pale(0.12)))
    assert not page.blank
    assert page.letter_height == pytest.approx(clean_page(page_image(PLAIN)).letter_height, rel=0.15)
    assert float(np.percentile(page.ink, 1)) < 60


SMALL = drawn([line[:40] for line in LINES], size=22)


@pytest.mark.parametrize(
    ("page", "confidence", "codes", "expected"),
    [
        (SMALL, 0.8, (), (Reason.LOW_RESOLUTION,)),
        (SMALL, 0.88, (), ()),
        (SMALL, 0.8, (Code("QRCode", "001199000123|…", Box(0, 0, 90, 90)),), ()),
        (drawn(size=40), 0.8, (), ()),
    ],
    ids=["a card at 200 dpi", "read well enough", "with its code", "large print"],
)
def test_small_print_needs_a_finer_scan_where_it_was_read_badly(page, confidence, codes, expected):
    text = replace(TEXT, mean_confidence=confidence, codes=codes)
    assert judge(clean_page(page_image(page)), text).warnings == expected


@pytest.mark.parametrize("dpi", [150, DPI, 300])
def test_what_shines_through_from_the_back_leaves_a_page_blank(dpi):
    size = (round(WIDTH * dpi / DPI), round(HEIGHT * dpi / DPI))
    other = cv2.flip(cv2.resize(FULL, size, interpolation=cv2.INTER_AREA), 1)
    spread = cv2.GaussianBlur(other, (0, 0), 0.25 / 25.4 * dpi)
    back = np.asarray(250 - 0.17 * (255.0 - spread), np.uint8)
    assert clean_page(page_image(grain(back, Random(3), 3), dpi=dpi)).blank


def test_a_seal_alone_is_not_faint_print():
    back = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for radius in range(60, 300, 30):
        cv2.circle(back, (800, 1200), radius, (245, 190, 195), 4)
    cv2.circle(back, (800, 1200), 310, (220, 40, 60), 12)
    page = clean_page(page_image(back))
    judged = judge(page, PageText(page.scan, WIDTH, HEIGHT))
    assert (page.look is None, page.blank, judged.rejection, judged.warnings) == (False, False, None, ())


def test_pictures_beside_sharp_print_are_not_blur():
    page = drawn(size=36)
    page[1200:2100, 200:1400] = cv2.GaussianBlur(page[240:1140, 200:1400], (0, 0), 14)
    assert warnings(page, READ_BADLY) == ()


def test_a_page_beyond_reading_says_why():
    page = clean_page(page_image(blurred(10)))
    nothing = PageText(page.scan, WIDTH, HEIGHT)
    judged = judge(page, nothing)
    assert (judged.rejection, judged.warnings) == (Reason.NO_READABLE_TEXT, (Reason.BLURRED,))


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize(
    ("page", "cut"),
    [
        (FULL[:, 208:], True),
        (FULL[:, :900], True),
        (FULL[122:], True),
        (FULL[: 100 + 24 * 80 + 28], True),
        (FULL, False),
        (FULL[:, 195:], False),
        (cv2.rectangle(FULL.copy(), (0, 60), (WIDTH - 1, HEIGHT - 1), (20, 20, 20), 4), False),
        (cv2.rectangle(FULL.copy(), (0, 0), (12, HEIGHT), (30, 30, 30), -1), False),
    ],
    ids=["left", "right", "top", "bottom", "whole", "close to the edge", "a frame", "the scanner's shadow"],
)
def test_print_that_runs_over_the_edge_is_told(page, cut, turn):
    assert (Reason.CUT_OFF in warnings(np.ascontiguousarray(np.rot90(page, turn)))) == cut
