"""One page made upright, level and readable: the order of the cleaning steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.page import Box, CleanPage, Mapping, PageImage, Pixels, PrintLook
from pipeline import deskew, frames, ink, print_look, sheet
from pipeline.colour import colourfulness, grey_of
from pipeline.connected import mark_sizes, without_margin
from pipeline.cut_edges import has_cut_print
from pipeline.kept_memory import keep_freed_memory
from pipeline.reduction import brought_down, brought_to

keep_freed_memory()
cv2.setNumThreads(1)  # pages run side by side, one a core; threads inside a page only contend

_GEOMETRY_EDGE = 1400  # pixels of the long edge at which skew and turns are measured
_TARGET_LETTER = 19.0  # small letters' height that the recognizer reads best (docs/design_notes.md, "Letter height")
_TARGET_SMALL_PRINT = 26.0
_SMALL_PRINT_MM = 2.0  # cards and footnotes; forms are printed at 2.2 mm and more
_MM_PER_INCH = 25.4
_MOST_INK = 60_000_000  # pixels: specks on a large sheet would else be blown up to nine times its pixels
_WORD = 3  # letters side by side; a page number alone leaves a page blank
_PALE_WHITE = 245.0  # keeps the pale grey labels of cards
_FAINT = 0.4  # contrast below which print is darkened before it is read; above, its grain would cost more than it gives


@dataclass(frozen=True, slots=True)
class _Level:
    """The page upright and level: in colour, and in grey without colour, evenly lit; where the scan's points came.

    `look` is that of the print before it was darkened; `bordered` the grey with the scan's own border, before it was
    levelled, None where corners in the picture show the whole sheet.
    """

    pixels: Pixels
    grey: Pixels
    rotation_degrees: int
    skew_degrees: float
    from_scan: Mapping
    look: PrintLook | None = None
    bordered: Pixels | None = None


def clean_page(page: PageImage) -> CleanPage:
    """The page, turned, levelled, cleaned, with its ink at the height that the recognizer reads best.

    Whether a page stands on its head is not seen here: `turned_over` makes the other way round, and the reading
    that makes more sense decides (pipeline/recognize.py).
    """
    level = _as_is(page) if page.text_layer is not None else _levelled(page)
    grey = ink.stretch(level.grey)
    blank = page.text_layer is None and _is_blank(level, grey)
    letter = 0.0 if blank or page.text_layer is not None else ink.letter_height(grey)
    small_print = bool(letter) and letter / page.dpi * _MM_PER_INCH < _SMALL_PRINT_MM
    if small_print:
        grey = ink.stretch(level.grey, white=_PALE_WHITE)
    left, top, right, bottom = _print_bounds(grey)
    picture, scale = grey[top:bottom, left:right], 1.0
    if letter:
        scale = float(np.clip((_TARGET_SMALL_PRINT if small_print else _TARGET_LETTER) / letter, 0.35, 3.0))
        scale = min(scale, (_MOST_INK / picture.size) ** 0.5)
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=method), np.uint8)
        picture = ink.without_leaders(picture, letter * scale)
    return CleanPage(
        scan=page.scan,
        pixels=_frozen(level.pixels),
        ink=_frozen(picture),
        ink_left=left,
        ink_top=top,
        ink_scale=scale,
        letter_height=letter * scale,
        dpi=page.dpi,
        rotation_degrees=level.rotation_degrees,
        skew_degrees=level.skew_degrees,
        blank=blank,
        two_tone=_is_two_tone(page.pixels),
        text_layer=page.text_layer,
        from_scan=level.from_scan,
        look=level.look,
        cut=bool(letter)
        and level.bordered is not None
        and has_cut_print(level.bordered, ink.stretching(level.bordered), letter),
    )


def turned_over(page: CleanPage) -> CleanPage:
    """The same page turned by 180 degrees."""
    height, width = page.pixels.shape[:2]
    return replace(
        page,
        pixels=_frozen(deskew.quarter_turns(page.pixels, 180)),
        ink=_frozen(deskew.quarter_turns(page.ink, 180)),
        ink_left=width - page.ink_left - round(page.ink.shape[1] / page.ink_scale),
        ink_top=height - page.ink_top - round(page.ink.shape[0] / page.ink_scale),
        rotation_degrees=(page.rotation_degrees + 180) % 360,
        codes=tuple(replace(code, box=_opposite(code.box, width, height)) for code in page.codes),
        from_scan=page.from_scan and frames.after(page.from_scan, frames.quarter_turn(width, height, 180)),
    )


def _opposite(box: Box, width: int, height: int) -> Box:
    return Box(width - box.right, height - box.bottom, box.width, box.height)


def _as_is(page: PageImage) -> _Level:
    grey = grey_of(page.pixels)
    height, width = grey.shape
    return _Level(page.pixels, grey, 0, 0.0, frames.scaling(width, height))


def _levelled(page: PageImage) -> _Level:
    cut = sheet.cut_out(page.pixels)
    pixels = page.pixels if cut is None else cut.pixels
    grey = ink.even_light(ink.grey_without_colour(pixels))
    look = print_look.look(grey, dpi=page.dpi)
    if look and look.contrast < _FAINT and print_look.is_sharp(look):
        grey = ink.darkened(grey, look.contrast)
    small = ink.stretch(brought_down(grey, _GEOMETRY_EDGE))
    on_its_side, remaining = deskew.lie(deskew.letter_points(small), edge=max(small.shape))
    turn = 90 if on_its_side else 0
    height, width = page.pixels.shape[:2]
    mapping = frames.scaling(width, height)
    if cut is not None:
        mapping = frames.after(mapping, cut.from_picture)
    if turn:
        mapping = frames.after(mapping, frames.quarter_turn(pixels.shape[1], pixels.shape[0], turn))
        pixels, grey = deskew.quarter_turns(pixels, turn), deskew.quarter_turns(grey, turn)
    whole_sheet = cut is not None and cut.from_picture != frames.scaling(1.0, 1.0)
    return _Level(
        pixels=deskew.turn_back(pixels, remaining),
        grey=deskew.turn_back(grey, remaining),
        rotation_degrees=turn,
        skew_degrees=-round(remaining + (0.0 if cut is None else cut.skew_degrees), 2) + 0.0,
        from_scan=frames.after(mapping, deskew.turning_back(grey.shape, remaining)),
        look=look,
        bordered=None if whole_sheet else grey,
    )


def _is_blank(level: _Level, stretched: Pixels) -> bool:
    """Whether nothing was written, printed or stamped on the page: specks, holes, staples and folds do not count.

    Print too blurred to have letters still darkens the paper: such a page is lost, not blank. Nor is a page whose
    print is faint, but sharp: what shines through from the back is soft.
    """
    if print_look.is_sharp(level.look):
        return False
    margin = 25  # holes, staples and the scanner's shadow live at the edge

    def inner(picture: Pixels) -> Pixels:
        return np.asarray(without_margin(brought_to(picture, 1000), margin), np.uint8)

    ink_left = inner(stretched)
    stats = mark_sizes((ink_left < 150).astype(np.uint8))
    wide, high, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    size = np.maximum(wide, high)
    marks = (size >= 4) & (size < 120) & (np.minimum(wide, high) >= 2) & (area >= 8)
    if int(marks.sum()) >= 25 or float((ink_left < 170).mean()) > 0.0025:  # a line or two of print
        return False
    if float((inner(level.grey) < 220).mean()) > 0.01:  # show-through from the back stays below half of it
        return False
    if ink.marks_in_a_row(level.grey) >= _WORD:
        return False
    return vivid_share(level.pixels) < 0.001  # a stamp of 30 mm covers about a hundredth of the page


def _is_two_tone(pixels: Pixels) -> bool:
    """Whether the scan is black and white without greys: one row in sixteen is looked at, whole."""
    rows = pixels[::16]
    return bool(((rows < 8) | (rows > 247)).mean() > 0.998)


def vivid_share(pixels: Pixels) -> float:
    """The share of a page (H x W x 3 uint8 RGB) that bears strong colour, as seals and stamps do; its edges left out."""
    if pixels.ndim == 2:
        return 0.0
    small = np.ascontiguousarray(without_margin(brought_to(pixels, 500), 12))
    return float((colourfulness(small) > 70).mean())


def has_colour(pixels: Pixels) -> bool:
    """Whether there is more colour on a page (H x W x 3 uint8 RGB) than the noise of a grey scan's JPEG."""
    return pixels.ndim == 3 and bool((colourfulness(np.ascontiguousarray(pixels[::8, ::8])) > 40).mean() > 0.0005)


def _print_bounds(grey: Pixels) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of where there is any ink, with a margin: nothing is gained by reading white paper."""
    height, width = grey.shape
    shrink = 500 / max(grey.shape)
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) < 200
    rows, columns = np.flatnonzero(small.any(axis=1)), np.flatnonzero(small.any(axis=0))
    if not len(rows):
        return 0, 0, width, height
    margin = 8  # about 5 mm
    return (
        max(0, int((columns[0] - margin) / shrink)), max(0, int((rows[0] - margin) / shrink)),
        min(width, int((columns[-1] + 1 + margin) / shrink)), min(height, int((rows[-1] + 1 + margin) / shrink)),
    )  # fmt: skip


def _frozen(pixels: Pixels) -> Pixels:
    frozen = np.ascontiguousarray(pixels)
    frozen.flags.writeable = False
    return frozen
