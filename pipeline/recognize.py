"""Cleaned pages read by Tesseract in one run, each the right way up, as lines of words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2

from models.page import Box, CleanPage, PageText, Word
from models.vietnamese import nfc
from pipeline.clean import turned_over
from pipeline.reading_order import lines_in_order
from pipeline.tesseract import ReadWord, read_pictures

_DOUBTFUL = 0.62  # a page read upside down stays below this; so do a few hard ones, which are then tried both ways


def read_pages(
    pages: Sequence[CleanPage], *, folder: Path, seconds: float = 60.0
) -> tuple[tuple[CleanPage, PageText], ...]:
    """Each page as it was read, with the page the way up in which it reads; in the order given.

    Blank pages and pages with a text layer of their own are not read. `folder` takes the pictures meanwhile;
    `seconds` is the limit a page. Raises RecognizerFailed, RecognizerMissing.
    """
    waiting = [page for page in pages if not page.blank and page.text_layer is None]
    first = dict(
        zip([page.scan.number for page in waiting], _read(waiting, folder=folder, seconds=seconds), strict=True)
    )
    doubtful = [page for page in waiting if _is_doubtful(first[page.scan.number])]
    second = _read([turned_over(page) for page in doubtful], folder=folder, seconds=seconds)
    turned = {
        page.scan.number: words
        for page, words in zip(doubtful, second, strict=True)
        if _sense(words) > 1.1 * _sense(first[page.scan.number])
    }
    result = []
    for page in pages:
        number = page.scan.number
        if number in turned:
            result.append(_page_text(turned_over(page), turned[number]))
        else:
            result.append(_page_text(page, first.get(number, ())))
    return tuple(result)


def _read(pages: Sequence[CleanPage], *, folder: Path, seconds: float) -> tuple[tuple[ReadWord, ...], ...]:
    pictures = []
    for place, page in enumerate(pages):
        picture = folder / f"ink-{place:04d}.png"
        cv2.imwrite(str(picture), page.ink, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        pictures.append(picture)
    try:
        return read_pictures(pictures, folder=folder, seconds=seconds * max(1, len(pictures)))
    finally:
        for picture in pictures:
            picture.unlink(missing_ok=True)


def _sense(words: Sequence[ReadWord]) -> float:
    """How much of a page makes sense: confident letters, doubt counted double."""
    return sum(word.confidence**2 * len(word.text) for word in words)


def _is_doubtful(words: Sequence[ReadWord]) -> bool:
    letters = sum(len(word.text) for word in words)
    return letters < 40 or sum(word.confidence * len(word.text) for word in words) < _DOUBTFUL * letters


def _page_text(page: CleanPage, words: Sequence[ReadWord]) -> tuple[CleanPage, PageText]:
    lines = page.text_layer if page.text_layer is not None else lines_in_order(_lines(page, words))
    letters = sum(len(line.text) for line in lines)
    height, width = page.pixels.shape[:2]
    return page, PageText(
        scan=page.scan, width=width, height=height, lines=lines, codes=page.codes,
        rotation_degrees=page.rotation_degrees, skew_degrees=page.skew_degrees, blank=page.blank,
        mean_confidence=round(sum(line.confidence * len(line.text) for line in lines) / letters, 4) if letters else 0.0,
        born_digital=page.text_layer is not None,
    )  # fmt: skip


def _lines(page: CleanPage, words: Sequence[ReadWord]) -> list[list[Word]]:
    lines: dict[tuple[int, int, int], list[Word]] = {}
    for word in words:
        box = Box(
            page.ink_left + round(word.left / page.ink_scale), page.ink_top + round(word.top / page.ink_scale),
            max(1, round(word.width / page.ink_scale)), max(1, round(word.height / page.ink_scale)),
        )  # fmt: skip
        place = (word.block, word.paragraph, word.line)
        lines.setdefault(place, []).append(Word(nfc(word.text), word.confidence, box))
    return list(lines.values())
