"""Upright runs: what OpenCV's own opening finds, at the picture's edges and for even lengths too."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.runs import upright_runs


@given(
    st.integers(1, 60),
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([0.3, 0.8, 0.95, 1.0]),
    st.integers(0, 99),
)
def test_runs_are_those_of_an_opening(height: int, width: int, length: int, share: float, seed: int) -> None:
    dark = (np.random.default_rng(seed).random((height, width)) < share).astype(np.uint8)

    expected = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))

    assert np.array_equal(expected, upright_runs(dark, length))
