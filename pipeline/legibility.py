"""Whether a page can be used at all, and what a clerk should know of its quality before the citizen leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from models.outcome import Reason
from models.page import CleanPage, PageText, PrintLook
from pipeline.clean import vivid_share
from pipeline.colour import grey_of
from pipeline.spreads import holds_two_sheets
from pipeline.text_layer import explains_ink

_LEAST_LETTERS = 25
_CLEAR = 0.8
_STAMPED = 0.001
_INKLESS = 0.0012  # of the page: holes and staples; a blurred card leaves more than twice as much
_MM_AN_INCH = 25.4
# Measured on sample pages and on the same pages blurred and bleached step by step (docs/accuracy.md, "Quality gate").
_DOUBTFUL = 0.9  # mean confidence: a page that reads better is not sent back for its looks alone
_WIDE_EDGE_MM, _SOFT_EDGE_PIXELS = 0.85, 4.0
_MOST_SHARP = 0.15  # of the tiles
_BADLY, _SMALL_LETTER = 0.85, 15.2  # small letters' height in pixels of the scan; cards at 300 dpi have 15.6 and more
_INVISIBLE, _PALE = 0.16, 0.45
_LEAST_DPI = 150.0  # TT 02/2019/TT-BNV asks for 300, NĐ 30/2020/NĐ-CP for 200; below 150 marks run together


def judge(page: CleanPage, text: PageText) -> PageText:
    """The page's text with a rejection where nothing can be made of the page, and warnings where it is poor."""
    if text.rejection or text.born_digital:
        return text
    if _is_black(page):
        return replace(text, lines=(), blank=False, rejection=Reason.PAGE_BLACK)
    if text.blank:
        return text
    letters = sum(character.isalnum() for line in text.lines for character in line.text)
    nothing_else = letters < _LEAST_LETTERS and not text.codes and not _bears_only_a_stamp(page)
    if nothing_else and not _says_little_clearly(page, text):
        return replace(text, rejection=Reason.NO_READABLE_TEXT, warnings=tuple(_flaws(page, 0.0, coded=False)))
    written = letters >= _LEAST_LETTERS  # else a seal's look would count, beside which there is nothing to be read
    confidence = text.mean_confidence if written else None
    warnings = [*_flaws(page, confidence, coded=bool(text.codes))]
    if holds_two_sheets(text):
        warnings.append(Reason.TWO_SHEETS)
    return replace(text, warnings=tuple(warnings))


def _flaws(page: CleanPage, confidence: float | None, *, coded: bool) -> Iterator[Reason]:
    """What makes the page hard to read: blurred or faint print counts where reading suffered, or nobody could read it.

    `confidence` is that of the reading, None where there is nothing to be read. Edges are compared with the pixel (a
    scan cannot be sharper) and with the print's true size. `coded`: a QR code says what small print says.
    """
    look = page.look if confidence is not None else None
    doubtful = confidence is not None and confidence < _DOUBTFUL
    if page.dpi < _LEAST_DPI:
        yield Reason.LOW_RESOLUTION
    if look and _is_soft(look) and (doubtful or look.edge_pixels / page.dpi * _MM_AN_INCH >= _WIDE_EDGE_MM):
        yield Reason.BLURRED  # which spreads the ink and so pales it
    elif look and (look.contrast < _INVISIBLE or (doubtful and look.contrast < _PALE)):
        yield Reason.FAINT
    elif confidence is not None and confidence < _BADLY and _is_small(page) and not coded and page.dpi >= _LEAST_DPI:
        yield Reason.LOW_RESOLUTION
    if page.cut:
        yield Reason.CUT_OFF


def _is_soft(look: PrintLook) -> bool:
    """Whether edges are wider than sampling explains; a page of pictures beside sharp print is not blurred."""
    return look.edge_pixels >= _SOFT_EDGE_PIXELS and look.sharp_tiles <= _MOST_SHARP * look.tiles


def _is_small(page: CleanPage) -> bool:
    """Whether the scan gives small letters too few pixels for their marks, as it does to cards at 200 dpi."""
    return 0 < page.letter_height / page.ink_scale < _SMALL_LETTER


def _says_little_clearly(page: CleanPage, text: PageText) -> bool:
    """Whether a word or two is all that stands on the page: read without doubt, and most of what is dark is in them.

    A scanner's shadow at the edges does not count.
    """
    if text.mean_confidence < _CLEAR:
        return False
    edge = max(page.pixels.shape) // 25
    inner = np.full_like(page.pixels, 255)
    inner[edge:-edge, edge:-edge] = page.pixels[edge:-edge, edge:-edge]
    return explains_ink(text.lines, inner)


def _bears_only_a_stamp(page: CleanPage) -> bool:
    """Whether strong colour is all there is: a page with a coloured seal alone has nothing to be read."""
    height, width = page.pixels.shape[:2]
    dark = int((page.ink < 200).sum()) / page.ink_scale**2
    return vivid_share(page.pixels) >= _STAMPED and dark < _INKLESS * height * width


def _is_black(page: CleanPage) -> bool:
    """A scan made with the lid open or the lamp out: hardly any light pixel, hardly any contrast."""
    rows = grey_of(page.pixels[::4])
    return bool(np.percentile(rows[:, ::4], 90) < 70)
