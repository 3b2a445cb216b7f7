"""Second looks at a page: lines that the first reading passed over or doubted, and numbers in boxes, read from crops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import cv2
import numpy as np

from models.page import Box, Pixels
from pipeline.connected import connected_marks, mark_sizes
from pipeline.rules import BoxRow, cells_side_by_side
from pipeline.tesseract import ReadWord

DIGITS_ONLY = "-c tessedit_char_whitelist=0123456789"
_DOUBT = 0.72  # lines below this mean confidence are read again
_BELIEF = 0.7  # a line found only on the second look must be at least this sure: texture is not print
_GAIN = 0.04  # a second reading must be surer by this to replace the first
_DISBELIEF = 0.2  # a word below this is as good as not read
_MOST_CROPS = 60  # a page
_LETTER = 24.0  # pixels; the first look had 19 or 26


@dataclass(frozen=True, slots=True)
class Crop:
    """A piece of a page's ink to be read as one line: its box in the ink, its picture and the picture's scale."""

    box: Box
    picture: Pixels
    scale: float
    line: tuple[int, int, int] | None = None


def doubted_lines(ink: Pixels, words: Sequence[ReadWord], letter: float) -> tuple[Crop, ...]:
    """Lines of the first reading that it was not sure of, as crops."""
    crops = []
    for place, line in by_line(words):
        letters = sum(len(word.text) for word in line)
        if _sureness(line) < _DOUBT and letters >= 3:
            crops.append(_crop(ink, _around(line), letter, line=place))
    return tuple(crops[:_MOST_CROPS])


def missed_lines(ink: Pixels, words: Sequence[ReadWord], letter: float) -> tuple[Crop, ...]:
    """Rows of letter-sized marks that no word of the first reading covers, as crops."""
    dark = (ink < 150).astype(np.uint8)
    _, labels, stats, _ = connected_marks(dark)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    like = (high > 0.35 * letter) & (high < 2.6 * letter) & (wide < 3.0 * letter) & (wide > 1)
    like[0] = False
    mask = np.asarray(like[labels], np.uint8)
    edge = max(1, round(0.15 * letter))
    for word in words:
        if word.confidence > _DISBELIEF and word.height < 4 * letter:
            mask[
                max(0, word.top - edge) : word.top + word.height + edge,
                max(0, word.left - edge) : word.left + word.width + edge,
            ] = 0
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, max(3, round(1.6 * letter))), np.uint8))
    joined = cv2.dilate(joined, np.ones((max(2, round(0.3 * letter)), 1), np.uint8))
    regions = mark_sizes(np.asarray(joined, np.uint8))
    crops = []
    for x, y, width, height, area in regions[1:].tolist():
        if width < 3 * letter or not 0.7 * letter <= height <= 3.2 * letter or area < 0.3 * width * height:
            continue
        region = Box(x, y, width, height)
        if not any(_is_remnant(region, word, letter) for word in words if word.confidence > _DISBELIEF):
            crops.append(_crop(ink, region, letter))
    return tuple(crops[:_MOST_CROPS])


def _is_remnant(region: Box, word: ReadWord, letter: float) -> bool:
    """Whether a region belongs to a word's line: its tone marks stand just above the word's box, its tails below."""
    across = min(word.left + word.width, region.right) - max(word.left, region.x)
    down = min(word.top + word.height, region.bottom) - max(word.top, region.y)
    return across > 0 and down > -0.35 * letter and (down > 0.5 * word.height or region.height < 1.2 * letter)


def numbers_in_boxes(ink: Pixels, rows: Sequence[BoxRow], letter: float) -> tuple[Crop, ...]:
    """Rows of boxes with a digit each, their insides set side by side; to be read with DIGITS_ONLY."""
    crops = []
    for row in rows:
        picture = cells_side_by_side(ink, row)
        scale = 1.6 * _LETTER / max(1.2 * letter, 8.0)
        crops.append(Crop(row.box, _resized(picture, scale), scale))
    return tuple(crops)


def with_second_reading(
    words: Sequence[ReadWord], crops: Sequence[Crop], readings: Sequence[Sequence[ReadWord]]
) -> tuple[ReadWord, ...]:
    """The words with doubted lines replaced where the second reading is surer, and missed lines added where sure."""
    replaced: dict[tuple[int, int, int], list[ReadWord]] = {}
    kept = list(words)
    lines = dict(by_line(words))
    for number, (crop, reading) in enumerate(zip(crops, readings, strict=True)):
        # a crop's edge cuts through neighbours, which come out as lone signs
        found = [placed(word, crop, number) for word in reading if any(map(str.isalnum, word.text))]
        if not found:
            continue
        if crop.line is not None:
            if _sureness(found) > _sureness(lines[crop.line]) + _GAIN:
                replaced[crop.line] = found
        elif _sureness(found) >= _BELIEF and _is_text(found):
            kept = _with_found_line(kept, found, crop.box)
    kept = [word for word in kept if (word.block, word.paragraph, word.line) not in replaced]
    return (*kept, *(word for line in replaced.values() for word in line))


def _with_found_line(words: Sequence[ReadWord], found: Sequence[ReadWord], box: Box) -> list[ReadWord]:
    """The words and a line found among them, which takes the place of words that nobody believed."""
    disbelieved = [word for word in words if word.confidence <= _DISBELIEF and lies_in(word, box)]
    if disbelieved:
        first = disbelieved[0]
        found = [replace(word, block=first.block, paragraph=first.paragraph, line=first.line) for word in found]
    return [*(word for word in words if word not in disbelieved), *found]


def with_boxed_numbers(
    words: Sequence[ReadWord], crops: Sequence[Crop], readings: Sequence[Sequence[ReadWord]], rows: Sequence[BoxRow]
) -> tuple[ReadWord, ...]:
    """The words with each boxed number as one word; its confidence falls where boxes and digits do not count alike."""
    added = []
    for number, (crop, reading, row) in enumerate(zip(crops, readings, rows, strict=True)):
        digits = "".join(word.text for word in reading if word.text.isdigit())
        if not digits:
            continue
        sure = _sureness(reading) if len(digits) == len(row.edges) - 1 else 0.3
        box = crop.box
        added.append(ReadWord(digits, sure, box.x, box.y, box.width, box.height, 30_000 + number, 1, 1))
    return (*words, *added)


def lies_in(word: ReadWord, box: Box) -> bool:
    """Whether the middle of a word lies in a box."""
    x, y = word.left + word.width / 2, word.top + word.height / 2
    return box.x <= x <= box.right and box.y <= y <= box.bottom


def by_line(words: Sequence[ReadWord]) -> list[tuple[tuple[int, int, int], list[ReadWord]]]:
    """The recognizer's lines with their places (block, paragraph, line)."""
    return [
        (place, list(line)) for place, line in groupby(words, key=lambda word: (word.block, word.paragraph, word.line))
    ]


def _sureness(words: Sequence[ReadWord]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / max(letters, 1)


def _is_text(words: Sequence[ReadWord]) -> bool:
    text = "".join(word.text for word in words)
    return len(text) >= 3 and sum(character.isalnum() for character in text) >= 0.75 * len(text)


def _around(words: Sequence[ReadWord]) -> Box:
    left, top = min(word.left for word in words), min(word.top for word in words)
    right, bottom = max(word.left + word.width for word in words), max(word.top + word.height for word in words)
    return Box(left, top, right - left, bottom - top)


def crop_of_line(ink: Pixels, words: Sequence[ReadWord], letter: float) -> Crop:
    """The crop of a line of the first reading, which keeps its place."""
    first = words[0]
    return _crop(ink, _around(words), letter, line=(first.block, first.paragraph, first.line))


def crop_around(ink: Pixels, words: Sequence[ReadWord], letter: float, *, size: float) -> Crop:
    """A line's crop in which small letters are `size` pixels high."""
    return _crop(ink, _around(words), letter, size=size)


def _crop(
    ink: Pixels, box: Box, letter: float, *, line: tuple[int, int, int] | None = None, size: float = _LETTER
) -> Crop:
    """The box with room for marks above and tails below, at another size than the first look had."""
    room = round(0.45 * letter)
    left, top = max(0, box.x - room), max(0, box.y - room)
    right, bottom = min(ink.shape[1], box.right + room), min(ink.shape[0], box.bottom + room)
    scale = size / letter
    return Crop(Box(left, top, right - left, bottom - top), _resized(ink[top:bottom, left:right], scale), scale, line)


def _resized(picture: Pixels, scale: float) -> Pixels:
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=method), np.uint8)


def placed(word: ReadWord, crop: Crop, number: int) -> ReadWord:
    """A word of a crop's reading in pixels of the ink, on the crop's line or on a line of its own."""
    block, paragraph, line = crop.line or (20_000 + number, 1, 1)
    return replace(
        word,
        left=crop.box.x + round(word.left / crop.scale),
        top=crop.box.y + round(word.top / crop.scale),
        width=max(1, round(word.width / crop.scale)),
        height=max(1, round(word.height / crop.scale)),
        cuts=tuple(crop.box.x + round(cut / crop.scale) for cut in word.cuts),
        block=block,
        paragraph=paragraph,
        line=line,
    )
