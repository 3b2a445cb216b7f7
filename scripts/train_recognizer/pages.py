"""Lines as they come from whole pages: drawn, scanned, cleaned, found and cut out by the very code that feeds the recognizer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.page import PageImage, PageSource, Scan
from pipeline.clean import clean_page
from pipeline.line_finder import find_lines
from pipeline.line_pictures import line_picture
from pipeline.line_rows import PrintLine
from pipeline.rules import upright_rules
from scripts.samples.art import seal, signature
from scripts.samples.degrade import Level, capture
from scripts.samples.degrade import Scan as Captured
from scripts.train_recognizer.pictures import Sample
from scripts.train_recognizer.typefaces import Typeface, Typefaces
from scripts.train_recognizer.wording import line_text

_WIDTH, _HEIGHT = 2480, 3508  # A4 at 300 dpi
_LEVELS = {Level.CLEAN: 2, Level.OFFICE: 4, Level.POOR: 5, Level.FAX: 3}
_JUNK = 0.06  # share of what is found beside print that is shown as nothing to be read


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece of a printed line, in pixels of the upright page."""

    left: float
    right: float
    baseline: float
    letter: float
    text: str


def page_samples(rng: Random, typefaces: Typefaces) -> Iterator[Sample]:
    """The lines of one page that were found where one was printed, with what was printed there."""
    pixels, printed = _draw_page(rng, typefaces)
    level = rng.choices(list(_LEVELS), weights=list(_LEVELS.values()))[0]
    behind = np.roll(pixels[:, ::-1], rng.randrange(200), axis=0) if rng.random() < 0.4 else None
    scan = capture(pixels, level, rng, other_side=behind, photocopy=rng.random() < 0.2)
    yield from found_lines(rng, scan, pixels.shape[1], printed)


def found_lines(rng: Random, scan: Captured, width: int, printed: list[Printed]) -> Iterator[Sample]:
    """The lines found on a captured page of `width` pixels before it was captured, with what was printed there."""
    seen = scan.pixels
    if scan.quality:
        _, coded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, scan.quality])
        seen = np.asarray(cv2.imdecode(coded, cv2.IMREAD_UNCHANGED), np.uint8)
    if seen.ndim == 2:
        seen = np.asarray(cv2.cvtColor(seen, cv2.COLOR_GRAY2RGB), np.uint8)
    page = clean_page(PageImage(Scan(1, PageSource("", "", 1), Path()), seen, scan.dpi))
    grown = np.array(page.pixels.shape[:2]) - seen.shape[:2]  # levelling makes room for corners, all around alike
    if page.blank or page.rotation_degrees or grown.min() < 0 or not page.letter_height:
        return
    rules = upright_rules(page.ink, page.letter_height)
    share = seen.shape[1] / width
    left, top = page.ink_left - grown[1] / 2, page.ink_top - grown[0] / 2
    places = [_on_ink(one, share, left, top, page.ink_scale) for one in printed]
    for line in find_lines(page.ink, page.letter_height, rules):
        text = _text_at(line, places)
        if text or (text == "" and rng.random() < _JUNK):
            yield Sample(line_picture(page.ink, line)[0], text)


def _on_ink(one: Printed, share: float, left: float, top: float, scale: float) -> Printed:
    return Printed(
        (one.left * share - left) * scale, (one.right * share - left) * scale, (one.baseline * share - top) * scale,
        one.letter * share * scale, one.text,
    )  # fmt: skip


def _text_at(line: PrintLine, places: list[Printed]) -> str | None:
    """What is printed where a line was found; empty where nothing is, None where the line cuts through print."""
    reach = [
        one
        for one in places
        if abs(line.baseline_at((one.left + one.right) / 2) - one.baseline) < 1.6 * max(one.letter, line.letter)
        and min(one.right, line.right) - max(one.left, line.left) > 0.2 * one.letter
    ]
    if not reach:
        return ""
    near = [
        one for one in reach if abs(line.baseline_at((one.left + one.right) / 2) - one.baseline) < 0.45 * one.letter
    ]
    if not near or not 0.6 < line.letter / near[0].letter < 1.6:
        return None
    slack = 0.7 * near[0].letter
    if any(one.left < line.left - slack or one.right > line.right + slack for one in near):
        return None
    if (
        min(one.left for one in near) > line.left + 2.5 * slack
        or max(one.right for one in near) < line.right - 2.5 * slack
    ):
        return None
    return " ".join(one.text for one in sorted(near, key=lambda one: one.left))


def _draw_page(rng: Random, typefaces: Typefaces) -> tuple[NDArray[np.uint8], list[Printed]]:
    """An A4 page at 300 dpi (RGB) of headings, paragraphs, columns, entries and tables, and where everything is."""
    image = Image.new("RGB", (_WIDTH, _HEIGHT), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    face = rng.choices(typefaces.printed, weights=typefaces.weights)[0]
    family = [one for one in typefaces.printed if one.family == face.family]
    size = rng.uniform(17, 27)  # small letters' height, 9 to 14 points
    left, right = rng.randrange(170, 380), _WIDTH - rng.randrange(100, 260)
    printed: list[Printed] = []
    y = float(rng.randrange(150, 320))
    while y < _HEIGHT - 200:
        letter = size * rng.choice((1.0, 1.0, 1.0, 1.0, rng.uniform(0.7, 1.5)))
        used = rng.choice(family) if rng.random() < 0.4 else face
        pitch = letter / used.small_letter * rng.uniform(1.12, 1.75)
        kind = rng.random()
        rows = rng.randint(2, 7) if kind < 0.35 else 1
        for _ in range(rows):
            y += pitch
            if y > _HEIGHT - 160:
                break
            if kind < 0.35:
                _print_justified(rng, draw, printed, used, letter, left, right, y)
            elif kind < 0.55:
                middle = (left + right) / 2 + rng.uniform(-60, 200)
                print_line(rng, draw, printed, used, letter, left, middle - 90, y)
                print_line(rng, draw, printed, used, letter, middle, right, y + rng.choice((0, 0, rng.uniform(-6, 6))))
            elif kind < 0.7:
                _print_entry(rng, draw, printed, used, letter, left, right, y)
            elif kind < 0.85:
                print_line(rng, draw, printed, used, letter, left + rng.uniform(0, 400), right, y)
            else:
                _print_row(rng, draw, printed, used, letter, left, right, y)
        y += rng.choice((0, 0, rng.uniform(0, 60)))
    for _ in range(rng.randint(0, 3)):
        stamp = seal("ỦY BAN NHÂN DÂN XÃ", "VIỆT NAM", 400) if rng.random() < 0.6 else signature(rng, 400, 300)
        side = rng.randrange(300, 520)
        stamp = stamp.resize((side, side))
        image.paste(stamp, (rng.randrange(100, _WIDTH - side), rng.randrange(200, _HEIGHT - side)), stamp)
    return np.asarray(image), printed


def print_line(
    rng: Random, draw: ImageDraw.ImageDraw, printed: list[Printed], face: Typeface, letter: float, left: float,
    right: float, y: float, text: str | None = None, *, ink: int | None = None,
) -> float:  # fmt: skip
    """Words from `left` as far as they fit before `right`; returns where they end."""
    font = face.at(letter)
    words = (text or line_text(rng).replace("☐ ", "").replace("☒ ", "").replace(" ☐", "").replace(" ☒", "")).split()
    while words and font.getlength(" ".join(words)) > right - left:
        words.pop()
    if not words:
        return left
    said = " ".join(words)
    draw.text((left, y), said, font=font, fill=(rng.choice((0, 0, 25, 60)) if ink is None else ink,) * 3, anchor="ls")
    end = left + font.getlength(said)
    printed.append(Printed(left, end, y, letter, said))
    return end


def _print_justified(
    rng: Random, draw: ImageDraw.ImageDraw, printed: list[Printed], face: Typeface, letter: float, left: float,
    right: float, y: float,
) -> None:  # fmt: skip
    font = face.at(letter)
    words: list[str] = []
    while font.getlength(" ".join(words)) < right - left:
        words += line_text(rng).replace("☐", "").replace("☒", "").split()
    while len(words) > 1 and font.getlength(" ".join(words)) > right - left:
        words.pop()
    lengths = [font.getlength(word) for word in words]
    space = min((right - left - sum(lengths)) / max(1, len(words) - 1), 1.5 * letter)
    x = float(left)
    for word, length in zip(words, lengths, strict=True):
        draw.text((x, y), word, font=font, fill=(0, 0, 0), anchor="ls")
        x += length + space
    printed.append(Printed(left, x - space, y, letter, " ".join(words)))


def _print_entry(
    rng: Random, draw: ImageDraw.ImageDraw, printed: list[Printed], face: Typeface, letter: float, left: float,
    right: float, y: float,
) -> None:  # fmt: skip
    """A label and a value with leaders after it."""
    end = print_line(rng, draw, printed, face, letter, left, right, y)
    step = letter * rng.uniform(0.4, 0.6)
    x = end + letter * 0.6
    while x < right and rng.random() < 0.995:
        draw.ellipse((x, y - 1.5, x + 3, y + 1.5), fill=(60, 60, 60))
        x += step


def _print_row(
    rng: Random, draw: ImageDraw.ImageDraw, printed: list[Printed], face: Typeface, letter: float, left: float,
    right: float, y: float,
) -> None:  # fmt: skip
    """A row of a table: cells with rules between."""
    cells = rng.randint(2, 4)
    top, bottom = y - 2.4 * letter, y + 1.2 * letter
    wide = (right - left) / cells
    draw.rectangle((left - 20, top, right, bottom), outline=(0, 0, 0), width=3)
    for place in range(cells):
        x = left + place * wide
        if place:
            draw.line((x - 20, top, x - 20, bottom), fill=(0, 0, 0), width=3)
        print_line(rng, draw, printed, face, letter, x, x + wide - 40, y)
