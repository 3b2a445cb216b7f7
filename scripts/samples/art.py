"""Draws what is not print: seals, signatures, portraits, fingerprints, card backgrounds and emblems. Nobody's."""

from __future__ import annotations

import math
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

from scripts.samples.fonts import Face, font
from scripts.samples.ink import BLACK, BLUE, RED

_SUPERSAMPLE = 2
Colour = tuple[int, int, int]


def _blank(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGBA", (width * _SUPERSAMPLE, height * _SUPERSAMPLE), (255, 255, 255, 0))
    return image, ImageDraw.Draw(image)


def _shrunk(image: Image.Image) -> Image.Image:
    return image.reduce(_SUPERSAMPLE)


def star_points(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """The ten corners of an upright five-pointed star."""
    return [
        (
            x + (radius if corner % 2 == 0 else radius * 0.39) * math.sin(corner * math.pi / 5),
            y - (radius if corner % 2 == 0 else radius * 0.39) * math.cos(corner * math.pi / 5),
        )
        for corner in range(10)
    ]


@lru_cache(maxsize=64)
def seal(upper: str, lower: str, pixels: int) -> Image.Image:
    """A round red seal: two rings, a star, the office above and its place below."""
    image, draw = _blank(pixels, pixels)
    side = pixels * _SUPERSAMPLE
    ink = (*RED, 215)
    middle = side / 2
    for share, width in ((0.49, 0.016), (0.465, 0.006), (0.31, 0.008)):
        radius = side * share
        draw.ellipse(
            [middle - radius, middle - radius, middle + radius, middle + radius],
            outline=ink, width=max(2, int(side * width)),
        )  # fmt: skip
    draw.polygon(star_points(middle, middle, side * 0.15), fill=ink)
    letters = font(Face("Arimo", bold=True), int(side * 0.075))
    _around(image, upper, letters, ink, radius=side * 0.385, top=True)
    _around(image, lower, letters, ink, radius=side * 0.385, top=False)
    return _shrunk(image)


def _around(image: Image.Image, text: str, letters: object, ink: tuple[int, int, int, int], *, radius: float, top: bool) -> None:  # fmt: skip
    """Letters along an arc, read from left to right above the centre and below it."""
    assert hasattr(letters, "getlength")
    step = letters.getlength("N") * 0.9 / radius
    step = min(step, (math.radians(205) if top else math.radians(120)) / max(len(text), 1))
    cell = int(radius * 0.36)
    for index, letter in enumerate(text):
        angle = (index - (len(text) - 1) / 2) * step
        tile = Image.new("RGBA", (cell, cell), (255, 255, 255, 0))
        ImageDraw.Draw(tile).text((cell / 2, cell / 2), letter, fill=ink, font=letters, anchor="mm")  # type: ignore[arg-type] # a FreeTypeFont
        turned = tile.rotate(-math.degrees(angle) if top else math.degrees(angle), Image.Resampling.BICUBIC)
        x = image.width / 2 + radius * math.sin(angle)
        y = image.height / 2 + radius * math.cos(angle) * (-1 if top else 1)
        image.alpha_composite(turned, (int(x - cell / 2), int(y - cell / 2)))


def signature(rng: Random, width: int, height: int, colour: Colour | None = None) -> Image.Image:
    """A few loops and a stroke, as officers sign."""
    image, draw = _blank(width, height)
    ink = (*(colour or rng.choice((BLUE, BLUE, BLACK))), 235)
    wide, high = image.size
    waves = rng.randrange(3, 6)
    phase, lean = rng.uniform(0, 6.3), rng.uniform(0.15, 0.4)
    points = []
    for step in range(160):
        t = step / 159
        swing = math.sin(t * waves * 2 * math.pi + phase) * (0.34 - 0.22 * t) * (0.7 + 0.3 * math.sin(t * 17 + phase))
        loop = math.cos(t * waves * 2 * math.pi + phase) * 0.05
        points.append((wide * (0.08 + 0.72 * t + loop - lean * swing * 0.4), high * (0.5 + swing - 0.08 * t)))
    draw.line(points, fill=ink, width=max(3, high // 34), joint="curve")
    if rng.random() < 0.75:
        start = (wide * rng.uniform(0.3, 0.5), high * rng.uniform(0.6, 0.72))
        end = (wide * rng.uniform(0.85, 0.97), high * rng.uniform(0.5, 0.66))
        draw.line([start, ((start[0] + end[0]) / 2, start[1] - high * 0.04), end], fill=ink, width=max(3, high // 40))
    return _shrunk(image)


def portrait(rng: Random, width: int, height: int) -> Image.Image:
    """A passport photo of nobody: backdrop, shoulders, face, hair."""
    image, draw = _blank(width, height)
    wide, high = image.size
    draw.rectangle([0, 0, wide, high], fill=(rng.randrange(170, 215), rng.randrange(195, 225), 232, 255))
    skin = (rng.randrange(205, 232), rng.randrange(172, 192), rng.randrange(140, 165), 255)
    draw.ellipse(
        [wide * 0.06, high * 0.72, wide * 0.94, high * 1.4],
        fill=(*rng.choice(((40, 44, 60), (90, 30, 40), (230, 230, 235))), 255),
    )
    draw.rectangle([wide * 0.4, high * 0.58, wide * 0.6, high * 0.78], fill=skin)
    hair_low = high * rng.choice((0.42, 0.42, 0.74))
    draw.rounded_rectangle(
        [wide * 0.22, high * 0.14, wide * 0.78, hair_low], radius=wide * 0.24, fill=(24, 20, 20, 255)
    )
    draw.ellipse([wide * 0.27, high * 0.22, wide * 0.73, high * 0.68], fill=skin)
    for x in (0.4, 0.6):
        draw.ellipse([wide * (x - 0.025), high * 0.42, wide * (x + 0.025), high * 0.445], fill=(20, 16, 16, 255))
    draw.arc(
        [wide * 0.42, high * 0.5, wide * 0.58, high * 0.58], 20, 160, fill=(150, 70, 70, 255), width=wide // 60 + 1
    )
    draw.arc([wide * 0.29, high * 0.18, wide * 0.71, high * 0.5], 190, 350, fill=(24, 20, 20, 255), width=wide // 10)
    return _shrunk(image)


def fingerprint(rng: Random, width: int, height: int) -> Image.Image:
    """Whorls in an oval."""
    image, draw = _blank(width, height)
    wide, high = image.size
    centre = (wide * rng.uniform(0.45, 0.55), high * rng.uniform(0.42, 0.52))
    step = max(6, wide // 18)
    for ring in range(1, 12):
        points = []
        for angle in range(0, 361, 6):
            bend = 1 + 0.09 * math.sin(math.radians(angle) * 3 + ring * 0.7) + rng.uniform(-0.015, 0.015)
            points.append(
                (
                    centre[0] + ring * step * 0.8 * bend * math.cos(math.radians(angle)),
                    centre[1] + ring * step * 1.15 * bend * math.sin(math.radians(angle)),
                )
            )
        draw.line(points, fill=(40, 40, 44, 230), width=max(2, step // 3))
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).ellipse([wide * 0.06, high * 0.03, wide * 0.94, high * 0.97], fill=255)
    image.putalpha(Image.composite(image.getchannel("A"), Image.new("L", image.size, 0), mask))
    return _shrunk(image)


def card_ground(rng: Random, width: int, height: int, tint: Colour) -> Image.Image:
    """A tinted card with rounded corners and fine curved lines."""
    image, draw = _blank(width, height)
    wide, high = image.size
    draw.rounded_rectangle(
        [0, 0, wide - 1, high - 1], radius=wide // 27, fill=(*tint, 255), outline=(120, 124, 124, 255), width=3
    )
    line = tuple(max(0, part - 34) for part in tint)
    phase = rng.uniform(0, 6)
    for curve in range(26):
        points = [
            (x, high * (curve / 25) + high * 0.07 * math.sin(x / wide * 7 + curve * 0.35 + phase))
            for x in range(0, wide, 12)
        ]
        draw.line(points, fill=(*line, 120), width=2)
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, wide - 1, high - 1], radius=wide // 27, fill=255)
    image.putalpha(mask)
    return _shrunk(image)


def emblem(pixels: int, ground: Colour = RED) -> Image.Image:
    """A round badge with a star."""
    image, draw = _blank(pixels, pixels)
    side = image.width
    draw.ellipse([0, 0, side - 1, side - 1], fill=(*ground, 255), outline=(190, 150, 40, 255), width=side // 18)
    draw.polygon(star_points(side / 2, side / 2, side * 0.3), fill=(250, 215, 60, 255))
    return _shrunk(image)


def chip(pixels: int) -> Image.Image:
    """The contacts of a chip card."""
    image, draw = _blank(pixels, int(pixels * 0.8))
    wide, high = image.size
    gold, line = (214, 186, 110, 255), (120, 100, 50, 255)
    draw.rounded_rectangle([2, 2, wide - 3, high - 3], radius=wide // 7, fill=gold, outline=line, width=4)
    for share in (0.33, 0.66):
        draw.line([(0, high * share), (wide, high * share)], fill=line, width=3)
        draw.line([(wide * share, 0), (wide * share, high)], fill=line, width=3)
    draw.rounded_rectangle(
        [wide * 0.33, high * 0.2, wide * 0.66, high * 0.8], radius=8, fill=gold, outline=line, width=3
    )
    return _shrunk(image)
