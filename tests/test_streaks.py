"""Streaks of a scanner's glass: upright ones through letters, slanted ones after levelling; tables keep their rules."""

from __future__ import annotations

from math import radians, tan

import cv2
import numpy as np
import pytest

from models.page import Box
from pipeline.line_reading import read_ink
from pipeline.similarity import edit_distance
from pipeline.streaks import upright_streaks, without_slanted_streaks, without_upright_streaks
from tests.test_line_finder import LETTER_PX, ink

LINES = [(80, 80 + 70 * row, f"thân nhân của ông Nguyễn Phú Dũng, tổ {row}") for row in range(6)]
TEXT = " ".join(text for *_, text in LINES)


def text_of(page):
    return " ".join(word.text for word in read_ink(page, LETTER_PX, ()))


@pytest.mark.parametrize("skew_degrees", [-5.1, 3.0])
def test_a_slanted_streak_takes_no_letter_with_it(skew_degrees):
    page = ink(*LINES)
    end = round(420 - tan(radians(skew_degrees)) * page.shape[0])
    cv2.line(page, (420, 0), (end, page.shape[0]), (90,), 2, cv2.LINE_AA)
    lost = edit_distance(TEXT, text_of(page))
    assert (
        edit_distance(TEXT, text_of(without_slanted_streaks(page, LETTER_PX, skew_degrees))) <= 1 < lost
    )  # a stem hit whole
    assert without_slanted_streaks(page, LETTER_PX, 0.5) is page


def test_an_upright_streak_runs_through_letters_and_a_tables_rule_does_not():
    page = ink(*LINES)
    streak, rule = Box(428, 0, 2, 500), Box(40, 0, 3, 500)
    for one in (streak, rule):
        page[:, one.x : one.right] = 60
    for y in range(20, 500, 70):  # a table's rules across
        page[y : y + 3, 40:1000] = 60
    assert upright_streaks(page, [streak, rule], LETTER_PX) == (streak,)
    assert without_upright_streaks(page, ()) is page
    assert text_of(without_upright_streaks(ink(*LINES), [streak])) == TEXT
    assert (without_upright_streaks(page, [streak])[:, streak.x] == 255).all()
    assert np.array_equal(without_upright_streaks(page, [streak])[:, :400], page[:, :400])
