"""Boxes beside Nam and Nữ are found in the picture, whatever was read in their place; letters are no boxes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.extract.sexes import sex_field
from pipeline.tick_boxes import with_tick_boxes
from tests.printed_pages import HEIGHT, printed_page


def drawn(boxes, *, noise=0.0):
    """A white page with frames of 24 pixels at (x, y), crossed where said, blurred as scans are."""
    pixels = np.full((400, 1654, 3), 250, np.uint8)
    for x, y, crossed in boxes:
        cv2.rectangle(pixels, (x, y), (x + 24, y + 24), (20, 20, 20), 2)
        if crossed:
            cv2.line(pixels, (x, y), (x + 24, y + 24), (20, 20, 20), 2)
            cv2.line(pixels, (x, y + 24), (x + 24, y), (20, 20, 20), 2)
    pixels = cv2.GaussianBlur(pixels, (0, 0), 1.2).astype(float)
    return np.clip(pixels + np.random.default_rng(1).normal(0, noise, pixels.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("ticked", "sex"), [("Nam", "male"), ("Nữ", "female")])
@pytest.mark.parametrize("noise", [0.0, 9.0])
def test_the_ticked_box_is_found_where_another_letter_was_read(ticked, sex, noise):
    page = printed_page("Giới tính: Nam D Nữ L")
    words = page.lines[0].words
    boxes = [
        (word.box.x - 5, word.box.y + 2, before.text == ticked)
        for before, word in ((words[2], words[3]), (words[4], words[5]))
    ]
    (line,) = with_tick_boxes(drawn(boxes, noise=noise), page).lines
    assert [w.text for w in line.words if w.text not in "☐☒"] == ["Giới", "tính:", "Nam", "Nữ"]
    field = sex_field(line.words[2:], 1)
    assert (field.value, field.confidence) == (sex, 0.93)


def test_two_empty_boxes_say_nothing():
    page = printed_page("Giới tính: Nam [] Nữ")
    between, woman = (word.box for word in page.lines[0].words[-2:])
    found = with_tick_boxes(drawn([(between.x, woman.y, False), (woman.right + 10, woman.y, False)]), page)
    assert [w.text for w in found.lines[0].words] == ["Giới", "tính:", "Nam", "☐", "Nữ", "☐"]
    assert sex_field(found.lines[0].words[2:], 1) is None


@pytest.mark.parametrize("text", ["Giới tính: Nam Quốc tịch: Việt Nam", "Nguyễn Văn Nam và bà Nữ", "Họ tên: A"])
def test_other_pages_stay_as_they_are(text):
    page = printed_page(text)
    pixels = drawn([])
    cv2.putText(pixels, "O D", (700, 100 + HEIGHT), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
    assert with_tick_boxes(pixels, page) is page
