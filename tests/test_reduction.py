"""Pictures brought down in size: what they are measured at, slivers and small ones too."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.reduction import brought_down, brought_to, halved


@pytest.mark.parametrize(
    ("shape", "least", "expected"),
    [
        ((3508, 2480), 1700, (1754, 1240)),
        ((3399, 2480), 1700, (3399, 2480)),
        ((3508, 2480), 700, (877, 620)),
        ((4000, 3), 700, (4000, 3)),
        ((100, 90, 3), 700, (100, 90, 3)),
    ],
)
def test_halves_stop_before_the_least(shape, least, expected):
    assert halved(np.zeros(shape, np.uint8), least).shape == expected


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((3508, 2480), (700, 495)), ((300, 200), (700, 467)), ((9000, 1), (700, 1)), ((1, 9000, 3), (1, 700, 3))],
)
def test_the_longer_side_is_brought_to_the_edge(shape, expected):
    picture = np.full(shape, 77, np.uint8)
    assert brought_to(picture, 700).shape == expected
    assert (brought_to(picture, 700) == 77).all()
    assert brought_down(picture, 700).shape == (expected if max(shape) > 700 else shape)
