"""Cleaned pages read together, each the right way up, doubtful places twice, as lines of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from models.errors import RecognizerFailed
from models.page import Box, CleanPage, Line, PageText, Pixels, Word
from models.reader import Reader
from models.vietnamese import nfc
from pipeline.capital_marks import suspect_lines, with_lost_marks
from pipeline.clean import turned_over
from pipeline.line_reading import read_digits, read_ink
from pipeline.line_recognizer import LineWord
from pipeline.reading_order import lines_in_order
from pipeline.rules import BoxRow, box_rows, upright_rules, without_boxes
from pipeline.second_look import (
    DIGITS_ONLY,
    Crop,
    doubted_lines,
    missed_lines,
    numbers_in_boxes,
    with_boxed_numbers,
    with_second_reading,
)
from pipeline.second_opinion import unsure_lines, with_second_opinion
from pipeline.streaks import upright_streaks, without_slanted_streaks, without_upright_streaks
from pipeline.tesseract import LANGUAGE, ZONE_LANGUAGE, ReadWord, read_pictures
from pipeline.zone_reading import ZONE_ONLY, with_own_zones, with_zones, zones

_WHOLE_PAGE, _ONE_BLOCK, _ONE_LINE = 3, 6, 7  # Tesseract's page segmentation modes
_STREAK = 3.0  # small letters' heights: what is shorter may be a letter's own stroke
_DOUBTFUL = 0.62  # a page read upside down stays below this; so do a few hard ones, which are then tried both ways


def read_pages(
    pages: Sequence[CleanPage], *, folder: Path, seconds: float = 60.0, reader: Reader = Reader.LINES
) -> tuple[tuple[CleanPage, PageText], ...]:
    """Each page as it was read, with the page the way up in which it reads; in the order given.

    Blank pages and pages with a text layer of their own are not read. `folder` takes the pictures meanwhile;
    `seconds` is the limit a page for Tesseract; `reader` reads first. Raises RecognizerFailed, RecognizerMissing.
    """
    waiting = [_ruled(page) for page in pages if not page.blank and page.text_layer is None]
    read = _first_look(waiting, folder=folder, seconds=seconds, reader=reader)
    again = _second_opinion if reader is Reader.LINES else _second_look
    read = again(read, folder=folder, seconds=seconds)
    found = {ruled.page.scan.number: (ruled, words) for ruled, words in read}
    result = []
    for page in pages:
        if page.scan.number in found:
            ruled, words = found[page.scan.number]
            result.append((ruled.page, _page_text(ruled.page, lines_in_order(_lines(ruled.page, words), ruled.rules))))
        else:
            result.append((page, _page_text(page, page.text_layer or ())))
    return tuple(result)


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A page with its upright rules (in pixels of the page image and of the ink), its rows of digit boxes, and its ink
    without those.
    """

    page: CleanPage
    ink: Pixels
    rules: tuple[Box, ...]
    ink_rules: tuple[Box, ...]
    boxes: tuple[BoxRow, ...]


def _ruled(page: CleanPage) -> _Ruled:
    rules = upright_rules(page.ink, page.letter_height) if page.letter_height else ()
    boxes = box_rows(rules, page.letter_height)
    long = [rule for rule in rules if rule.height > _STREAK * page.letter_height]
    dust = upright_streaks(page.ink, long, page.letter_height)
    rules = tuple(rule for rule in rules if rule not in dust)
    bare = without_upright_streaks(without_boxes(page.ink, boxes, page.letter_height), dust)
    bare = without_slanted_streaks(bare, page.letter_height, page.skew_degrees)
    return _Ruled(page, bare, tuple(_on_page(page, rule) for rule in rules), rules, boxes)


def _first_look(
    pages: Sequence[_Ruled], *, folder: Path, seconds: float, reader: Reader
) -> list[tuple[_Ruled, tuple[ReadWord, ...]]]:
    """The words of each page, read as it lies and, where that makes little sense, standing on its head."""

    def read(ruled: Sequence[_Ruled]) -> tuple[tuple[ReadWord, ...], ...]:
        if reader is Reader.TESSERACT:
            return _read([page.ink for page in ruled], folder=folder, seconds=seconds)
        return tuple(read_ink(page.ink, page.page.letter_height, page.ink_rules) for page in ruled)

    first = read(pages)
    doubtful = [place for place, words in enumerate(first) if _is_doubtful(words)]
    turned = [_ruled(turned_over(pages[place].page)) for place in doubtful]
    second = read(turned)
    result = list(zip(pages, first, strict=True))
    for place, page, words in zip(doubtful, turned, second, strict=True):
        if _sense(words) > 1.1 * _sense(first[place]):
            result[place] = (page, words)
    return result


def _second_opinion(
    read: Sequence[tuple[_Ruled, tuple[ReadWord, ...]]], *, folder: Path, seconds: float
) -> list[tuple[_Ruled, tuple[ReadWord, ...]]]:
    """What the line recognizer was not sure of, read by Tesseract too; boxed numbers and cards' zones from crops of their own."""
    result, zone_crops, unsure = [], [], []
    for ruled, words in read:
        letter = ruled.page.letter_height
        unsure.append(unsure_lines(ruled.ink, words, letter) if letter else ())
    opinions = _asked(unsure, folder=folder, seconds=seconds)
    for (ruled, first), crops, readings in zip(read, unsure, opinions, strict=True):
        words = with_second_opinion(first, crops, readings)
        numbers = numbers_in_boxes(ruled.page.ink, ruled.boxes, ruled.page.letter_height)
        found = read_digits([crop.picture for crop in numbers])
        words = with_boxed_numbers(words, numbers, _as_read(numbers, found), ruled.boxes)
        found_zones = zones(ruled.page, lines_in_order(_lines(ruled.page, words)))
        words, doubted = with_own_zones(words, found_zones, ruled.ink, ruled.page.letter_height)
        result.append((ruled, words))
        zone_crops.append(doubted)
    zone_words = _asked(
        zone_crops, folder=folder, seconds=seconds, layout=_ONE_BLOCK, options=ZONE_ONLY, language=ZONE_LANGUAGE
    )
    return [
        (ruled, with_zones(words, crops, zone))
        for (ruled, words), crops, zone in zip(result, zone_crops, zone_words, strict=True)
    ]


def _asked(crops: Sequence[Sequence[Crop]], **how: Any) -> list[list[tuple[ReadWord, ...]]]:
    """What Tesseract reads in the crops; nothing where it fails: the first reading stands without a second."""
    try:
        return _read_crops(crops, **how)
    except RecognizerFailed:
        return [[() for _ in page] for page in crops]


def _as_read(crops: Sequence[Crop], found: Sequence[Sequence[LineWord]]) -> list[tuple[ReadWord, ...]]:
    """What the line recognizer read in crops, as words of the crops' pictures."""
    return [
        tuple(
            ReadWord(word.text, word.confidence, word.left, 0, word.right - word.left, crop.picture.shape[0], 1, 1, 1)
            for word in words
        )
        for crop, words in zip(crops, found, strict=True)
    ]


def _second_look(
    read: Sequence[tuple[_Ruled, tuple[ReadWord, ...]]], *, folder: Path, seconds: float
) -> list[tuple[_Ruled, tuple[ReadWord, ...]]]:
    """Doubted, missed and capital lines, boxed numbers and cards' zones of all pages, read from crops."""
    lines, numbers, zone_crops, capitals = [], [], [], []
    for ruled, words in read:
        letter = ruled.page.letter_height
        doubted = doubted_lines(ruled.ink, words, letter) if letter else ()
        lines.append((*doubted, *(missed_lines(ruled.ink, words, letter) if letter else ())))
        numbers.append(numbers_in_boxes(ruled.page.ink, ruled.boxes, letter))
        capitals.append(suspect_lines(ruled.ink, words, letter) if letter else ())
        zone_crops.append(zones(ruled.page, lines_in_order(_lines(ruled.page, words))))
    together = [(*doubted, *suspect) for doubted, suspect in zip(lines, capitals, strict=True)]
    line_words = _read_crops(together, folder=folder, seconds=seconds)
    number_words = _read_crops(numbers, folder=folder, seconds=seconds, options=DIGITS_ONLY)
    zone_words = _read_crops(
        zone_crops, folder=folder, seconds=seconds, layout=_ONE_BLOCK, options=ZONE_ONLY, language=ZONE_LANGUAGE
    )
    result = []
    for place, (ruled, words) in enumerate(read):
        count = len(lines[place])
        better = with_second_reading(words, lines[place], line_words[place][:count])
        better = with_lost_marks(better, capitals[place], line_words[place][count:])
        better = with_boxed_numbers(better, numbers[place], number_words[place], ruled.boxes)
        result.append((ruled, with_zones(better, zone_crops[place], zone_words[place])))
    return result


def _read_crops(
    crops: Sequence[Sequence[Crop]],
    *,
    folder: Path,
    seconds: float,
    layout: int = _ONE_LINE,
    options: str = "",
    language: str = LANGUAGE,
) -> list[list[tuple[ReadWord, ...]]]:
    flat = [crop.picture for page in crops for crop in page]
    words = iter(_read(flat, folder=folder, seconds=seconds, layout=layout, options=options, language=language))
    return [[next(words) for _ in page] for page in crops]


def _read(
    pictures: Sequence[Pixels],
    *,
    folder: Path,
    seconds: float,
    layout: int = _WHOLE_PAGE,
    options: str = "",
    language: str = LANGUAGE,
) -> tuple[tuple[ReadWord, ...], ...]:
    paths = []
    for place, picture in enumerate(pictures):
        path = folder / f"ink-{place:04d}.png"
        cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        paths.append(path)
    try:
        return read_pictures(
            paths,
            folder=folder,
            layout=layout,
            seconds=seconds * max(1, len(paths)),
            options=options,
            language=language,
        )
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _sense(words: Sequence[ReadWord]) -> float:
    """How much of a page makes sense: confident letters, doubt counted double."""
    return sum(word.confidence**2 * len(word.text) for word in words)


def _is_doubtful(words: Sequence[ReadWord]) -> bool:
    letters = sum(len(word.text) for word in words)
    return letters < 40 or sum(word.confidence * len(word.text) for word in words) < _DOUBTFUL * letters


def _page_text(page: CleanPage, lines: tuple[Line, ...]) -> PageText:
    letters = sum(len(line.text) for line in lines)
    height, width = page.pixels.shape[:2]
    return PageText(
        scan=page.scan,
        width=width,
        height=height,
        lines=lines,
        codes=page.codes,
        rotation_degrees=page.rotation_degrees,
        skew_degrees=page.skew_degrees,
        blank=page.blank,
        mean_confidence=round(sum(line.confidence * len(line.text) for line in lines) / letters, 4) if letters else 0.0,
        born_digital=page.text_layer is not None,
    )


def _on_page(page: CleanPage, box: Box) -> Box:
    """A box of the ink in pixels of the page image."""
    return Box(
        page.ink_left + round(box.x / page.ink_scale),
        page.ink_top + round(box.y / page.ink_scale),
        max(1, round(box.width / page.ink_scale)),
        max(1, round(box.height / page.ink_scale)),
    )


def _lines(page: CleanPage, words: Sequence[ReadWord]) -> list[list[Word]]:
    lines: dict[tuple[int, int, int], list[Word]] = {}
    for word in words:
        box = _on_page(page, Box(word.left, word.top, word.width, word.height))
        place = (word.block, word.paragraph, word.line)
        cuts = tuple(page.ink_left + round(cut / page.ink_scale) for cut in word.cuts)
        lines.setdefault(place, []).append(Word(nfc(word.text), word.confidence, box, word.handwritten, cuts))
    return list(lines.values())
