"""A second opinion on what the line recognizer was not sure of: Tesseract reads those lines too, word against word.

What two readers of different make read alike is nearly always right; where they differ the word is doubted, and only a
sure Tesseract against an unsure first reading is believed (docs/design_notes.md, "A second opinion", has the counts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from models.page import Pixels
from pipeline.second_look import Crop, by_line, crop_of_line, placed
from pipeline.tesseract import ReadWord

_UNSURE = 0.7
_NO_PRINT = 0.3  # lines below this mean are no print that a second reader would make sense of
_MOST_LINES = 25  # a page
_AGREED = 0.9
_SURE_OTHER, _UNSURE_FIRST, _TAKEN = 0.8, 0.8, 0.6
_DIFFERING = 0.6  # share of the confidence that is left to a word read otherwise


def unsure_lines(ink: Pixels, words: Sequence[ReadWord], letter: float) -> tuple[Crop, ...]:
    """Crops of the lines in which a word of print is doubtful, the most doubtful first; a pen's words are not print."""
    doubtful = []
    for place, line in by_line(words):
        lowest = min((word.confidence for word in line if _bare(word.text) and word.handwritten < 0.5), default=1.0)
        if lowest < _UNSURE and fmean(word.confidence for word in line) > _NO_PRINT:
            doubtful.append((lowest, place, line))
    doubtful.sort(key=lambda one: one[:2])
    return tuple(crop_of_line(ink, line, letter) for _, _, line in doubtful[:_MOST_LINES])


def with_second_opinion(
    words: Sequence[ReadWord], crops: Sequence[Crop], readings: Sequence[Sequence[ReadWord]]
) -> tuple[ReadWord, ...]:
    """The words, those of the lines in `crops` weighed against what a second reader made of them (`readings`)."""
    others = {
        crop.line: [placed(word, crop, 0) for word in reading] for crop, reading in zip(crops, readings, strict=True)
    }
    return tuple(
        _weighed(word, others[place]) if (place := (word.block, word.paragraph, word.line)) in others else word
        for word in words
    )


def _weighed(word: ReadWord, others: Sequence[ReadWord]) -> ReadWord:
    here = [other for other in others if _on_one_place(word, other)]
    if len(here) != 1 or not _bare(word.text):
        return word
    (other,) = here
    if _bare(other.text) == _bare(word.text):
        return replace(word, confidence=max(word.confidence, _AGREED + (1 - _AGREED) * word.confidence))
    whole = _shared(word, other) > 0.5 * max(word.width, other.width)  # else a piece, or two words in one
    if whole and _bare(other.text) and other.confidence >= _SURE_OTHER and word.confidence < _UNSURE_FIRST:
        return replace(word, text=other.text, confidence=_TAKEN)
    return replace(word, confidence=word.confidence * _DIFFERING)


def _on_one_place(word: ReadWord, other: ReadWord) -> bool:
    return _shared(word, other) > 0.5 * min(word.width, other.width)


def _shared(word: ReadWord, other: ReadWord) -> int:
    """Pixels of width in common."""
    return min(word.left + word.width, other.left + other.width) - max(word.left, other.left)


def _bare(text: str) -> str:
    """The text without the signs at its edges."""
    return text.strip(".,:;-–()[]\"'“”…/ ")
