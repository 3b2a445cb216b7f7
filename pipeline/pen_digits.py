"""Numbers that a pen filled into print: higher than the page's printed digits.

Printed digits of one size are all of one height (lining figures, as Vietnamese offices print them). The line
recognizer reads a clerk's `04` well enough to be wrong with confidence, so that how it stands must tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import cv2
import numpy as np

from models.page import Pixels
from pipeline.connected import mark_sizes
from pipeline.tesseract import ReadWord

_INK = 160  # grey level
_ENOUGH = 4  # numbers on a page that tell how high its printed digits are
_HIGHER = 1.17  # a pen's digits are 1.2 to 1.5 times as high on the scans seen, printed ones of one size within 0.05
_LARGE_TYPE = 1.2  # of the page's words' median height
_SIGNS = ".,;:()/-"


def with_pen_digits(ink: Pixels, words: Sequence[ReadWord]) -> tuple[ReadWord, ...]:
    """The words, numbers that stand as a pen writes them marked handwritten; on pages with few numbers, none.

    A row in larger type, or one whose numbers are all as high, is printed so.
    """
    heights = {
        place: height
        for place, word in enumerate(words)
        if 1 < len(digits := word.text.strip(_SIGNS)) <= 4 and digits.isdigit()
        if (height := _digit_height(ink, word, len(digits)))
    }
    if len(heights) < _ENOUGH:
        return tuple(words)
    limit = _HIGHER * median(heights.values())
    rows: dict[int, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        rows[word.block].append(place)
    large = _LARGE_TYPE * median(word.height for word in words)
    by_pen = {
        place
        for row in rows.values()
        if (high := [place for place in row if heights.get(place, 0.0) > limit])
        if len(high) == 1 or any(0 < heights.get(place, 0.0) <= limit for place in row)
        if median([words[place].height for place in row if place not in heights] or [0]) < large
        for place in high
    }
    return tuple(replace(word, handwritten=1.0) if place in by_pen else word for place, word in enumerate(words))


def _digit_height(ink: Pixels, word: ReadWord, digits: int) -> float:
    """Pixels; 0 where the marks in the word's box cannot be its digits."""
    piece = ink[word.top : word.top + word.height, word.left : word.left + word.width]
    if not piece.size:  # beyond the edge; OpenCV would not survive it
        return 0.0
    stats = mark_sizes((piece < _INK).astype(np.uint8))
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[heights >= 0.5 * word.height]
    return float(np.median(heights)) if 0 < len(heights) <= digits else 0.0
