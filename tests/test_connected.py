"""Marks come as OpenCV itself gives them, wherever the ink lies and however many there are."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.connected import connected_marks, mark_sizes


def assert_as_opencv_gives_them(dark):
    count, labels, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    found_count, found_labels, found_stats, found_centres = connected_marks(dark)
    assert found_count == count
    assert (found_labels == labels).all()
    assert (found_stats[1:] == stats[1:]).all()
    assert found_stats[0, cv2.CC_STAT_AREA] == stats[0, cv2.CC_STAT_AREA]
    assert (found_centres[1:] == centres[1:]).all()
    assert (mark_sizes(dark)[1:] == stats[1:]).all()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    ink=st.sampled_from([0.0, 0.001, 0.02, 0.3]),
    rows=st.sampled_from([0.02, 0.3, 1.0]),
    columns=st.sampled_from([0.02, 0.3, 1.0]),
    odd=st.integers(0, 1),
)
def test_blank_rows_and_columns_change_nothing(seed, ink, rows, columns, odd):
    chance = np.random.default_rng(seed)
    height, width = 300 + odd, 331
    dark = (chance.random((height, width)) < ink).astype(np.uint8)
    dark[chance.random(height) > rows] = 0
    dark[:, chance.random(width) > columns] = 0
    assert_as_opencv_gives_them(dark)


def test_more_marks_than_16_bits_count_are_all_found():
    dark = np.zeros((600, 600), np.uint8)
    dark[::2, ::2] = 1
    assert connected_marks(dark)[0] == 90_001
    assert len(mark_sizes(dark)) == 90_001


@pytest.mark.parametrize("shape", [(0, 9), (9, 0)])
def test_a_picture_without_pixels_has_no_marks(shape):
    assert connected_marks(np.zeros(shape, np.uint8))[0] == len(mark_sizes(np.zeros(shape, np.uint8))) == 1
