"""Tone marks on capitals, restored from other readings of the same place."""

from __future__ import annotations

import numpy as np
import pytest

from models.page import Box
from pipeline.capital_marks import with_lost_marks
from pipeline.second_look import Crop
from pipeline.tesseract import ReadWord


def word(text, *, left=100, confidence=0.9):
    return ReadWord(text, confidence, left, 100, 80, 20, 1, 1, 1)


@pytest.mark.parametrize(
    ("first", "again", "best"),
    [
        ("NGUYÊN", "NGUYỄN", "NGUYỄN"),
        ("TRÂN", "TRẦN", "TRẦN"),
        ("NGUYÊN", "NGUYÊN", "NGUYÊN"),  # Lê Thảo Nguyên keeps her name
        ("NGUYÊN", "NGUYEN", "NGUYÊN"),
        ("NGUYÊN", "NGƯYỄNH", "NGUYÊN"),  # other letters: no reading of this word
        ("Nguyên", "NGUYỄN", "Nguyên"),  # small letters are read well
        ("HÙNG", "HỪNG", "HÙNG"),  # has its tone
    ],
)
def test_of_readings_that_differ_in_marks_alone_the_fullest_stands(first, again, best):
    crop = Crop(Box(0, 0, 400, 200), np.zeros((200, 400), np.uint8), 1.0)
    assert [w.text for w in with_lost_marks([word(first)], [crop], [[word(again, confidence=0.6)]])] == [best]


def test_a_namesake_elsewhere_on_the_line_lends_no_marks():
    crop = Crop(Box(0, 0, 400, 200), np.zeros((200, 400), np.uint8), 1.0)
    assert [w.text for w in with_lost_marks([word("NGUYÊN")], [crop], [[word("NGUYỄN", left=260)]])] == ["NGUYÊN"]
