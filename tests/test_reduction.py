"""Pictures brought down in size: what they are measured at, slivers and small ones too."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.reduction import brought_down, brought_to


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((3508, 2480), (700, 495)), ((300, 200), (700, 467)), ((9000, 1), (700, 1)), ((1, 9000, 3), (1, 700, 3))],
)
def test_the_longer_side_is_brought_to_the_edge(shape, expected):
    picture = np.full(shape, 77, np.uint8)
    assert brought_to(picture, 700).shape == expected
    assert (brought_to(picture, 700) == 77).all()
    assert brought_down(picture, 700).shape == (expected if max(shape) > 700 else shape)
