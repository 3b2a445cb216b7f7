"""Long upright runs of dark pixels, eight columns of a picture at a time: rules and streaks stand in them."""

from __future__ import annotations

import numpy as np

from models.page import Pixels


def upright_runs(dark: Pixels, length: int) -> Pixels:
    """Those of the ones in `dark` (h x w uint8 of 0 and 1) that stand in upright runs of `length` and more.

    The same as OpenCV's opening with a kernel one pixel wide, which leaves what lies beyond the picture open and puts
    runs of even length one pixel lower; eight pixels are a byte here and a run of n is told in log n steps, a tenth of
    the time.
    """
    height, width = dark.shape
    before, after = length // 2, length - 1 - length // 2
    packed = np.packbits(dark, axis=1)
    beyond = np.full((max(before, after), packed.shape[1]), 255, np.uint8)
    whole = np.concatenate([beyond[:before], packed, beyond[:after]])
    have = 1
    while have < length:
        step = min(have, length - have)
        whole = whole[:-step] & whole[step:]
        have += step
    have, spread = 1, np.concatenate([beyond[:before] * 0, whole, beyond[:after] * 0])
    while have < length:
        step = min(have, length - have)
        spread = spread[:-step] | spread[step:]
        have += step
    return np.unpackbits(spread, axis=1, count=width)[:height]
