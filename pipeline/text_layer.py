"""The text layer of born-digital PDF pages: their own words instead of a reading, where the layer can be trusted."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace

from models.page import Box, Line, Pixels, Word
from models.vietnamese import nfc
from pipeline.pdf_structure import Rectangle
from pipeline.reading_order import in_reading_order

_NUMBER = r"(-?\d{1,9}(?:\.\d{1,9})?)"
_PAGE = re.compile(f'<page width="{_NUMBER}" height="{_NUMBER}">')
_LINE = re.compile(r"<line [^>]*>(.*?)</line>", re.DOTALL)
_WORD = re.compile(f'<word xMin="{_NUMBER}" yMin="{_NUMBER}" xMax="{_NUMBER}" yMax="{_NUMBER}">(.*?)</word>', re.DOTALL)
_FEWEST_LETTERS = 20  # a page number or a stamp is no page's text
# Legacy encodings (TCVN3, VNI) put tone letters where Latin-1 has signs, and broken fonts map into private areas.
_GARBAGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff¡-¿×÷]")
_UNWRITABLE = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]")  # no XML and no database keeps them
_LATIN_1_LETTERS = re.compile(r"[ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿ]")
_LETTERS = re.compile(r"[^\W\d_]")
_LABEL = re.compile(r":(?!\d)")  # not a time of day
_LEADER = re.compile(r"(?:[._…·‥-]{3,}|…+)")
_DARK = 128  # grey level
_EXPLAINED = 0.4  # share of the dark pixels
_MOST_SEAL_LETTERS = 3
_STRAY_SIGNS = 4  # m², ½, 37 °C and the like may stand on any page


def text_layer(listing: str, *, width: int, height: int, hidden: Sequence[Rectangle] = ()) -> tuple[Line, ...] | None:
    """The lines of `pdftotext -bbox-layout` in pixels of a page of `width` x `height`, or None: not to be trusted.

    `hidden` are rectangles (points) whose words are not the page's text: what digital signatures draw.
    Segments that stand far apart on one height stay lines of their own, in the order of pipeline.reading_order.
    Leaders are left out.
    """
    page = _PAGE.search(listing)
    if not page or float(page[1]) <= 0 or float(page[2]) <= 0:
        return None
    across, down = width / float(page[1]), height / float(page[2])
    lines = []
    for line in _LINE.finditer(listing):
        words = []
        for found in _WORD.finditer(line[1]):
            left, top, right, bottom = (float(found[place]) for place in range(1, 5))
            if any(area.holds((left + right) / 2, (top + bottom) / 2) for area in hidden):
                continue
            text = nfc(_UNWRITABLE.sub("", html.unescape(found[5]))).strip()
            box = _within(left * across, top * down, right * across, bottom * down, width=width, height=height)
            if text and box:
                words.append(Word(text, 1.0, box))
        lines += _segments(words)
    return in_reading_order(_without_seal_letters(lines)) if _believable(lines) else None


def _without_seal_letters(lines: list[Line]) -> list[Line]:
    """Without the one to three letters at the top of a seal that stand upright and escape `-nodiag`; a cross stays.

    More lone letters than that are a form's boxes.
    """
    lone = [line for line in lines if _LETTERS.fullmatch(line.text) and line.text not in {"x", "X"}]
    return [line for line in lines if line not in lone] if len(lone) <= _MOST_SEAL_LETTERS else lines


def _segments(words: Sequence[Word]) -> list[Line]:
    """A line without its leaders (dots, dashes to write upon), cut where after them a new entry begins.

    `Giới tính: Nam ........ Dân tộc: Kinh` is two entries, `ngày ...05... tháng ...02...` is one: an entry begins
    with a label, and a label ends in a colon.
    """
    chunks: list[list[Word]] = [[]]
    for word in words:
        at = 0
        for leader in _LEADER.finditer(word.text):
            chunks[-1] += _piece(word, at, leader.start())
            chunks.append([])
            at = leader.end()
        chunks[-1] += _piece(word, at, len(word.text))
    segments: list[list[Word]] = [[]]
    for chunk in chunks:
        if any(_LABEL.search(word.text) for word in chunk):
            segments.append([])
        segments[-1] += chunk
    return [Line(tuple(segment)) for segment in segments if segment]


def _piece(word: Word, begin: int, end: int) -> list[Word]:
    """The letters from `begin` to `end` of a word, their box cut as if all letters were equally wide."""
    if begin == end:
        return []
    letter = word.box.width / len(word.text)
    x = word.box.x + round(begin * letter)
    right = word.box.x + round(end * letter)
    return [replace(word, text=word.text[begin:end], box=replace(word.box, x=x, width=max(1, right - x)))]


def explains_ink(lines: Sequence[Line], pixels: Pixels) -> bool:
    """Whether these lines are the page's print: most of what is dark on `pixels` (H x W x 3, or H x W) lies in their words.

    Measured at 300 dpi: 0.59 and more on written papers with seals and rules; below 0.2 where a page's matter is
    drawn as curves or pictures and the layer holds a caption.
    """
    seen = pixels[::2, ::2]
    dark = (seen if seen.ndim == 2 else seen.min(axis=2)) < _DARK
    total = int(dark.sum())
    for box in (word.box for line in lines for word in line.words):
        margin = box.height // 8
        dark[max(0, box.y - margin) // 2 : (box.bottom + margin) // 2 + 1, box.x // 2 : box.right // 2 + 1] = False
    return total - int(dark.sum()) >= _EXPLAINED * total


def _within(left: float, top: float, right: float, bottom: float, *, width: int, height: int) -> Box | None:
    x1, y1 = max(0, round(left)), max(0, round(top))
    x2, y2 = min(width, round(right)), min(height, round(bottom))
    return Box(x1, y1, x2 - x1, y2 - y1) if x2 > x1 and y2 > y1 else None


def _believable(lines: Sequence[Line]) -> bool:
    """Whether these lines are readable, level text and enough of it to be a page's."""
    text = " ".join(line.text for line in lines)
    letters = len(_LETTERS.findall(text))
    if letters < _FEWEST_LETTERS:
        return False
    words = [word for line in lines for word in line.words if len(word.text) > 2]
    upright = sum(word.box.width > word.box.height for word in words)
    return upright * 2 > len(words) and not looks_garbled(text)


def looks_garbled(text: str) -> bool:
    """Whether the text is likely a legacy Vietnamese encoding (TCVN3, VNI) or a font without a map to Unicode.

    In TCVN3 and VNI the marked letters come out as Latin-1 signs and letters that Vietnamese does not use
    (`Céng hßa x· héi`, `COÄNG HOØA XAÕ HOÄI`); in good Vietnamese text those are below one letter in a hundred.
    """
    strange = len(_GARBAGE.findall(text)) + len(_LATIN_1_LETTERS.findall(text))
    return strange > _STRAY_SIGNS and strange > 0.03 * len(_LETTERS.findall(text))
