"""Tone marks on capitals: NGUYỄN is read NGUYÊN one time in three; other sizes of the same line show what was lost.

The recognizer loses stacked marks on capitals and does not invent them (docs/design_notes.md, "Marks on capitals"). So
of readings that differ in marks alone, the one with the most marks is what stands on the paper.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from models.page import Pixels
from models.vietnamese import fold
from pipeline.second_look import Crop, by_line, crop_around, placed
from pipeline.tesseract import ReadWord

SIZES = (26.0, 36.0)  # pixels of a small letter's height; the first look has 19 or 26
_MOST_LINES = 20  # a page


def suspect_lines(ink: Pixels, words: Sequence[ReadWord], letter: float) -> tuple[Crop, ...]:
    """Lines with a capital word that has a vowel with one mark and no tone: a crop for each of SIZES."""
    lines = [line for _, line in by_line(words) if any(_may_have_lost_a_tone(word.text) for word in line)]
    return tuple(crop_around(ink, line, letter, size=size) for line in lines[:_MOST_LINES] for size in SIZES)


def with_lost_marks(
    words: Sequence[ReadWord], crops: Sequence[Crop], readings: Sequence[Sequence[ReadWord]]
) -> tuple[ReadWord, ...]:
    """The words, each suspect one as the reading of its place that has its letters and the most marks."""
    again = [placed(word, crop, 0) for crop, reading in zip(crops, readings, strict=True) for word in reading]
    return tuple(_best(word, again) if _may_have_lost_a_tone(word.text) else word for word in words)


def _best(word: ReadWord, again: Sequence[ReadWord]) -> ReadWord:
    same = [other for other in again if fold(other.text) == fold(word.text) and _on_one_place(word, other)]
    most = max(same, key=lambda other: _marks(other.text), default=word)
    if _marks(most.text) <= _marks(word.text):
        return word
    return replace(word, text=most.text, confidence=most.confidence)


def _on_one_place(word: ReadWord, other: ReadWord) -> bool:
    across = min(word.left + word.width, other.left + other.width) - max(word.left, other.left)
    down = min(word.top + word.height, other.top + other.height) - max(word.top, other.top)
    return across > 0.6 * word.width and down > 0


def _marks(text: str) -> int:
    return sum(map(bool, map(unicodedata.combining, unicodedata.normalize("NFD", text))))


def _may_have_lost_a_tone(text: str) -> bool:
    """A word in capitals with Â, Ê, Ô, Ă, Ơ or Ư and no tone on it."""
    return len(text) > 2 and text.isupper() and any(letter in "ÂÊÔĂƠƯ" for letter in text) and not _has_tone(text)


def _has_tone(text: str) -> bool:
    return any(mark in unicodedata.normalize("NFD", text) for mark in "\u0300\u0301\u0303\u0309\u0323")
