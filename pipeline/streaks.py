"""Streaks of dust on a scanner's glass, thin and as long as the page: taken out of the ink, or they swallow letters."""

from __future__ import annotations

from collections.abc import Sequence
from math import radians, tan

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Box, Pixels
from pipeline.runs import upright_runs

_CROSSED = 4  # strokes that a streak runs through
_SLANT = 1.2  # degrees from which a streak cannot be taken for a table's rule
_LONG = 8.0  # small letters' heights of a slanted streak's pieces; no letter's stroke is so long
_FAINT = 210  # grey level


def without_slanted_streaks(ink: Pixels, letter: float, skew_degrees: float) -> Pixels:
    """The ink without lines that ran along the glass: levelling a skewed sheet has slanted them by as much.

    `skew_degrees`: the clockwise turn that levelled the page; below 1.2 the ink stays as it is.
    """
    if abs(skew_degrees) < _SLANT or not letter:
        return ink
    height, width = ink.shape
    lean = -tan(radians(skew_degrees))  # pixels to the right a pixel down
    room = int(abs(lean) * height) + 1
    shear = np.array([[1.0, -lean, max(0.0, lean) * height], [0.0, 1.0, 0.0]])
    dark = np.asarray((ink < _FAINT), np.uint8)
    upright = cv2.warpAffine(dark, shear, (width + room, height), flags=cv2.INTER_NEAREST)
    upright = cv2.dilate(upright, np.ones((1, 3), np.uint8))
    lines = upright_runs(np.asarray(upright, np.uint8), round(_LONG * letter))
    if not lines.any():
        return ink
    back = cv2.warpAffine(lines, shear, (width, height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    cleaned = ink.copy()
    cleaned[cv2.dilate(back, np.ones((3, 3), np.uint8)) > 0] = 255
    return cleaned


def upright_streaks(ink: Pixels, rules: Sequence[Box], letter: float) -> tuple[Box, ...]:
    """Those of the upright rules that run through letters: a scanner's dust, a fold; a table's rules keep clear of print.

    Rules at one place are pieces of one; lines of print and rules across count apart.
    """
    if not rules:
        return ()
    dark = (ink < 170).astype(np.uint8)
    across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, max(8, round(2.5 * letter))), np.uint8))
    print_alone = (dark > 0) & (across == 0)
    crossings = [_crossings(print_alone, rule) for rule in rules]
    near = max(2.0, 0.2 * letter)
    return tuple(
        rule
        for rule in rules
        if sum(n for other, n in zip(rules, crossings, strict=True) if abs(other.x - rule.x) <= near) >= _CROSSED
    )


def _crossings(print_alone: NDArray[np.bool_], rule: Box) -> int:
    """How often a stroke goes on from one side of the rule to the other."""
    left, right = rule.x - 2, rule.right + 1
    if left < 0 or right >= print_alone.shape[1]:
        return 0
    both = print_alone[rule.y : rule.bottom, left] & print_alone[rule.y : rule.bottom, right]
    return int((np.diff(both.astype(np.int8)) == 1).sum()) + int(both[:1].sum())


def without_upright_streaks(ink: Pixels, found: Sequence[Box]) -> Pixels:
    """The ink with streaks painted white, a thin gap in the letters that they cross."""
    if not found:
        return ink
    cleaned = ink.copy()
    for streak in found:
        cleaned[streak.y : streak.bottom, max(0, streak.x - 1) : streak.right + 1] = 255
    return cleaned
