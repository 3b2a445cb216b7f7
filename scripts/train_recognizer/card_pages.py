"""Sheets with copies of cards: small print of every kind on tinted, waved ground, and machine-readable zones."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scripts.samples.art import card_ground
from scripts.samples.degrade import Level, capture
from scripts.train_recognizer.minorities import highland_line
from scripts.train_recognizer.pages import Printed, found_lines, print_line
from scripts.train_recognizer.pictures import Sample
from scripts.train_recognizer.typefaces import Typeface, Typefaces
from scripts.train_recognizer.zone_lines import zone_text

_WIDTH, _HEIGHT = 1500, 1750  # pixels at 300 dpi: half a sheet
_CARD = (1011, 638)  # ID-1, 85.6 by 54 mm
_LEVELS = {Level.CLEAN: 1, Level.OFFICE: 4, Level.POOR: 6, Level.FAX: 1}
_TINTS = ((222, 236, 222), (216, 234, 240), (222, 238, 232), (240, 232, 216), (236, 224, 228), (250, 250, 248))


def card_samples(rng: Random, typefaces: Typefaces, zone: Typefaces) -> Iterator[Sample]:
    """The lines of one sheet of cards that were found where one was printed, with what was printed there."""
    pixels, printed = _draw_cards(rng, typefaces, zone)
    level = rng.choices(list(_LEVELS), weights=list(_LEVELS.values()))[0]
    if rng.random() < 0.3:  # held too near, or moved
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.8, 1.8)), np.uint8)
    scan = capture(pixels, level, rng, photocopy=rng.random() < 0.25)
    yield from found_lines(rng, scan, pixels.shape[1], printed)


def _draw_cards(rng: Random, typefaces: Typefaces, zone: Typefaces) -> tuple[NDArray[np.uint8], list[Printed]]:
    """Two faces of cards, one above the other (RGB), and where everything is printed."""
    image = Image.new("RGB", (_WIDTH, _HEIGHT), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    printed: list[Printed] = []
    tint = rng.choice(_TINTS)
    for place in range(2):
        left, top = rng.randint(80, _WIDTH - _CARD[0] - 60), 90 + place * 800 + rng.randint(0, 100)
        ground = card_ground(rng, *_CARD, tint)
        image.paste(ground, (left, top), ground if ground.mode == "RGBA" else None)
        face = rng.choices(typefaces.printed, weights=typefaces.weights)[0]
        family = [one for one in typefaces.printed if one.family == face.family]
        foot = top + _CARD[1] - (40 if rng.random() < 0.5 else 220)
        _fill(rng, draw, printed, face, family, (left + rng.choice((40, 310)), top + 30, left + _CARD[0] - 25, foot))
        if foot < top + _CARD[1] - 100 and zone.printed:
            _zone(rng, draw, printed, zone, left + 60, foot + 50)
    return np.asarray(image), printed


def _fill(
    rng: Random, draw: ImageDraw.ImageDraw, printed: list[Printed], face: Typeface, family: list[Typeface],
    area: tuple[int, int, int, int],
) -> None:  # fmt: skip
    left, top, right, foot = area
    y = float(top)
    ink = rng.choice((0, 0, 30, 60))
    while True:
        letter = rng.choice((rng.uniform(8.5, 11), rng.uniform(10, 13), rng.uniform(12, 17)))
        used = rng.choice(family) if rng.random() < 0.5 else face
        y += letter / used.small_letter * rng.uniform(1.15, 1.7)
        if y > foot:
            return
        text = highland_line(rng) if rng.random() < 0.06 else None
        start = left + (rng.uniform(0, 200) if rng.random() < 0.3 else 0.0)
        print_line(rng, draw, printed, used, letter, start, right, y, text, ink=ink)


def _zone(
    rng: Random, draw: ImageDraw.ImageDraw, printed: list[Printed], zone: Typefaces, left: float, top: float
) -> None:  # fmt: skip
    face = rng.choices(zone.printed, weights=zone.weights)[0]
    letter = rng.uniform(18, 22) if face.family.upper().startswith("OCRB") else rng.uniform(17, 20)
    while face.at(letter).getlength("<" * 30) > _CARD[0] - 80:
        letter -= 0.5
    for place, text in enumerate(zone_text(rng)):
        y = top + place * letter * 3.2
        draw.text((left, y), text, font=face.at(letter), fill=(0, 0, 0), anchor="ls")
        printed.append(Printed(left, left + face.at(letter).getlength(text), y, letter, text))
