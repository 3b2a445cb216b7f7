"""A page read line by line with the project's own recognizer: lines found, cut out, read, and set back on the page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Box, Pixels
from pipeline.connected import mark_sizes
from pipeline.line_finder import CAPITALS, find_lines
from pipeline.line_pictures import BASELINE, HEIGHT, LETTER, LONGEST, line_picture
from pipeline.line_recognizer import LineWord, read_lines
from pipeline.line_rows import PrintLine, in_rows
from pipeline.pen_digits import with_pen_digits
from pipeline.tesseract import ReadWord

_INK = 160  # grey level
_ABOVE, _BELOW = 2.2, 0.75  # small letters' heights that a word may reach above its baseline and below
_CAPITAL, _APART = 1.5, 0.2  # small letters' heights of a capital, and of white that no tone leaves above its letter
_LEAST_APART = 5.0  # pixels: in small print tones stand off farther for their size
_RULE = 0.4  # small letters' heights: what is flatter and as wide as a word is a rule
DIGITS = " 0123456789"  # a space between digits far apart is one, too


def read_ink(ink: Pixels, letter: float, rules: Sequence[Box], *, letters: str = "") -> tuple[ReadWord, ...]:
    """The words of a page's ink (h x w uint8, dark on white), in its pixels, row by row.

    `letter` is the small letters' height in pixels, `rules` are upright rules; with `letters` nothing else is read.
    Raises RecognizerMissing.
    """
    rows = in_rows(find_lines(ink, letter, rules), rules)
    cut = [line_picture(ink, line) for line in chain.from_iterable(rows)]
    read = iter(zip(cut, read_lines([picture for picture, _, _ in cut], letters=letters), strict=True))
    words = []
    for number, row in enumerate(rows):
        for line in row:
            (_, scale, left), found = next(read)
            words += [_on_ink(word, ink, line, scale, left, number) for word in found]
    return with_pen_digits(ink, words)


def _on_ink(word: LineWord, ink: Pixels, line: PrintLine, scale: float, left: float, row: int) -> ReadWord:
    # no further than the line's own letters: a table's rule beside it is in the picture, too
    start, end = max(left + word.left / scale, line.left), min(left + word.right / scale, line.right)
    x0 = min(max(0, int(start)), ink.shape[1] - 1)
    x1 = min(max(x0 + 1, int(np.ceil(end))), ink.shape[1])
    top, bottom = _upright_extent(ink, x0, x1, line)
    cuts = tuple(round(left + cut / scale) for cut in word.cuts)
    return ReadWord(
        word.text, word.confidence, x0, top, x1 - x0, bottom - top, row + 1, 1, 1, word.handwritten, cuts
    )  # fmt: skip


def _upright_extent(ink: Pixels, left: int, right: int, line: PrintLine) -> tuple[int, int]:
    """From where to where a word's ink reaches, tones and tails included.

    Marks that go on beyond a line's reach belong to its neighbours: the tails above, the tones below. A rule that runs
    through all of it is none of the word's, either.
    """
    baseline = line.baseline_at((left + right) / 2)
    highest = max(0, round(baseline - _ABOVE * line.letter))
    lowest = min(ink.shape[0], round(baseline + _BELOW * line.letter))
    body = max(0, round(baseline - 0.8 * line.letter)), max(1, round(baseline))
    if lowest <= highest:
        return body
    dark = (ink[highest:lowest, left:right] < _INK).astype(np.uint8)
    stats = mark_sizes(dark)
    tops = stats[1:, cv2.CC_STAT_TOP] + highest
    bottoms = tops + stats[1:, cv2.CC_STAT_HEIGHT]
    own = ((tops > highest) | (highest == 0)) & ((bottoms < lowest) | (lowest == ink.shape[0]))
    own &= (stats[1:, cv2.CC_STAT_HEIGHT] > _RULE * line.letter) | (stats[1:, cv2.CC_STAT_WIDTH] < 0.9 * (right - left))
    if not own.any():
        return body
    top, bottom = min(int(tops[own].min()), body[0]), max(int(bottoms[own].max()), body[1])
    if top < baseline - _CAPITAL * line.letter:
        top = _down_to_gap(top, body, tops[own], bottoms[own], max(_APART * line.letter, _LEAST_APART))
    return top, bottom


def _down_to_gap(
    top: int, body: tuple[int, int], tops: NDArray[np.int32], bottoms: NDArray[np.int32], gap: float
) -> int:
    """Where the word's ink begins: tones stand close to their letters, a dot or comma of the line above does not."""
    reached = min(int(tops[bottoms > body[0]].min(initial=body[0])), body[0])
    for mark_top, mark_bottom in sorted(zip(tops.tolist(), bottoms.tolist(), strict=True), key=lambda m: -m[1]):
        if mark_bottom < reached - gap:
            return reached
        reached = min(reached, mark_top)
    return top


def read_digits(pictures: Sequence[Pixels]) -> tuple[tuple[LineWord, ...], ...]:
    """Numbers read from pictures that hold digits alone, side by side, of any size."""
    return read_lines([_digits_picture(picture) for picture in pictures], letters=DIGITS)


def _digits_picture(picture: Pixels) -> Pixels:
    """Digits brought to the height and onto the baseline that the recognizer knows."""
    rows = np.flatnonzero((picture < _INK).any(axis=1))
    if not len(rows):
        return np.full((HEIGHT, HEIGHT), 255, np.uint8)
    scale = CAPITALS * LETTER / max(rows[-1] + 1 - rows[0], 6)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = max(1, min(LONGEST, round(picture.shape[1] * scale))), max(1, round(float(rows[-1] + 1 - rows[0]) * scale))
    small = np.asarray(cv2.resize(picture[rows[0] : rows[-1] + 1], size, interpolation=method), np.uint8)
    result = np.full((HEIGHT, small.shape[1] + 2 * round(LETTER)), 255, np.uint8)
    top = max(0, BASELINE - small.shape[0])
    kept = small[: HEIGHT - top]
    result[top : top + kept.shape[0], round(LETTER) : round(LETTER) + small.shape[1]] = kept
    return result
