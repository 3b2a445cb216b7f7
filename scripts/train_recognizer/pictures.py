"""Lines drawn and damaged as scans, copies, faxes and photographs of them are, cut out as the line finder cuts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.line_pictures import BASELINE, HEIGHT, LETTER
from scripts.train_recognizer.typefaces import Typefaces
from scripts.train_recognizer.wording import line_text

Pixels = NDArray[np.uint8]
BOXES = "☐☒"


@dataclass(frozen=True, slots=True)
class Sample:
    """A line's picture (HEIGHT x width uint8, dark on white), its text, and where it is handwritten (left, right)."""

    picture: Pixels
    text: str
    by_hand: tuple[tuple[float, float], ...] = ()


@dataclass(slots=True)
class _Canvas:
    """A line on its way: its picture, baseline, small letters' height, where its text begins and ends."""

    pixels: Pixels
    baseline: float
    letter: float
    left: float
    right: float
    by_hand: list[tuple[float, float]]


def draw_sample(rng: Random, typefaces: Typefaces, *, text: str = "") -> Sample:
    """A line drawn by chance: what the recognizer is to read (`text` where given), and how it looks."""
    text = text or line_text(rng)
    canvas = _drawn(rng, typefaces, text)
    if rng.random() < 0.45:
        _add_print(rng, canvas)
    _bend(rng, canvas)
    _cut_to_reach(canvas)
    canvas.pixels = _damaged(rng, canvas.pixels, canvas.letter)
    picture, by_hand = _cut_out(rng, canvas)
    if rng.random() < 0.01:  # upside down there is nothing to be read
        return Sample(np.ascontiguousarray(picture[::-1, ::-1]), "")
    return Sample(picture, text, by_hand)


def _drawn(rng: Random, typefaces: Typefaces, text: str) -> _Canvas:
    letter = math.exp(rng.uniform(math.log(9.0), math.log(27.0)))
    face = rng.choices(typefaces.printed, weights=typefaces.weights)[0]
    other = rng.choices(typefaces.printed, weights=typefaces.weights)[0] if rng.random() < 0.06 else face
    font = face.at(letter)
    words = text.split(" ")
    pen = rng.random() < 0.1
    start = rng.randint(0, len(words) - 1)
    written = range(start, rng.choice((len(words), start + 1, rng.randint(start, len(words))))) if pen else range(0)
    pens = typefaces.by_hand if typefaces.by_hand and rng.random() < 0.75 else typefaces.printed
    hand = rng.choice(pens).at(letter * rng.uniform(0.9, 1.5)) if pen else font
    siblings = [one for one in typefaces.printed if one.family == face.family]
    second = rng.choice(siblings).at(letter) if rng.random() < 0.25 else other.at(letter * rng.uniform(0.85, 1.15))
    change = rng.randint(1, len(words)) if rng.random() < 0.35 else len(words)
    space = font.getlength(" ") * rng.choice((1.0, 1.0, 1.0, rng.uniform(0.8, 1.3), rng.uniform(1.0, 2.6)))
    tracking = rng.uniform(-0.04, 0.12) * letter if rng.random() < 0.12 else 0.0
    fonts = [hand if place in written else second if place >= change else font for place in range(len(words))]
    lengths = [_length(one, used, tracking) for one, used in zip(words, fonts, strict=True)]
    room = round(2.2 * letter)
    width = math.ceil(sum(lengths) + space * (len(words) - 1) + 2 * room + 0.2 * letter * len(words))
    height, baseline = round(7.2 * letter), round(4.2 * letter)
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    ink = rng.choice((0, 0, rng.randint(0, 90)))
    spans: list[tuple[float, float]] = []
    x = float(room)
    for place, (one, used, length) in enumerate(zip(words, fonts, lengths, strict=True)):
        if place in written:
            _write(rng, image, one, used, x, baseline, letter, rng.randint(0, 120))
            spans.append((x, x + length))
            x += rng.uniform(0, 0.3) * letter
        else:
            _put(draw, one, used, x, baseline, tracking, ink)
        x += length + space
    _add_neighbours(rng, draw, font, words, baseline, letter, ink)
    return _Canvas(np.asarray(image).copy(), baseline, letter, room, x - space, spans)


def _length(text: str, font: ImageFont.FreeTypeFont, tracking: float) -> float:
    if text in BOXES:
        return font.size * 0.8
    return font.getlength(text) + tracking * len(text)


def _put(
    draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, x: float, y: float, tracking: float, ink: int
) -> None:
    if text in BOXES:
        side = font.size * 0.66
        thick = max(1, round(font.size / 22))
        draw.rectangle((x, y - side, x + side, y), outline=ink, width=thick)
        if text == "☒":
            draw.line((x, y - side, x + side, y), fill=ink, width=thick)
            draw.line((x, y, x + side, y - side), fill=ink, width=thick)
    elif tracking:
        for sign in text:
            draw.text((x, y), sign, font=font, fill=ink, anchor="ls")
            x += font.getlength(sign) + tracking
    else:
        draw.text((x, y), text, font=font, fill=ink, anchor="ls")


def _write(
    rng: Random,
    image: Image.Image,
    text: str,
    font: ImageFont.FreeTypeFont,
    x: float,
    y: float,
    letter: float,
    ink: int,
) -> None:
    """A word as a pen writes it: letters rise, fall, lean and differ in size."""
    length = font.getlength(text)
    layer = Image.new("L", (math.ceil(length * 1.3 + 4 * letter), round(6 * letter)), 0)
    draw = ImageDraw.Draw(layer)
    at, drift = 2 * letter, 0.0
    for sign in text:
        drift += rng.uniform(-0.06, 0.06) * letter
        draw.text(
            (at, 4 * letter + drift),
            sign,
            font=font,
            fill=255,
            anchor="ls",
            stroke_width=rng.choice((0, 0, 0, 1)) if letter > 14 else 0,
        )
        at += font.getlength(sign) * rng.uniform(0.92, 1.06)
    slant = rng.uniform(-0.1, 0.35)
    turned = layer.transform(
        layer.size,
        Image.Transform.AFFINE,
        (1, slant, -slant * 4 * letter, rng.uniform(-0.03, 0.03), 1, 0),
        Image.Resampling.BILINEAR,
    )
    image.paste(ink, (round(x - 2 * letter), round(y - 4 * letter)), turned)


def _add_neighbours(rng: Random, draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, words: list[str], baseline: float, letter: float, ink: int) -> None:  # fmt: skip
    """The lines above and below, of which tails and tones reach into this one."""
    if rng.random() > 0.7:
        return
    pitch = font.size * rng.uniform(1.02, 1.7)
    for direction in (-1, 1):
        if rng.random() < 0.75:
            line = " ".join(
                rng.sample(words, len(words)) + [rng.choice(("gậy", "Ngủ", "được", "TỔ", "quyền", "phẩm"))] * 2
            )
            draw.text(
                (rng.uniform(-2, 3) * letter, baseline + direction * pitch), line, font=font, fill=ink, anchor="ls"
            )


def _add_print(rng: Random, canvas: _Canvas) -> None:
    """What else forms print and offices stamp: leaders, rules, frames, seals, strokes of a pen, specks."""
    pixels, letter, baseline = canvas.pixels, canvas.letter, canvas.baseline
    height, width = pixels.shape
    thick = max(1, round(letter * rng.uniform(0.05, 0.14)))
    shade = rng.randint(0, 150)
    kind = rng.random()
    if kind < 0.2:  # leaders, some of them lost
        y, step = round(baseline + rng.uniform(0, 0.25) * letter), letter * rng.uniform(0.35, 0.7)
        x = canvas.left + rng.random() * (canvas.right - canvas.left) * 0.8
        size = max(1, round(letter * rng.uniform(0.06, 0.12)))
        kept = rng.random()
        while x < width:
            if rng.random() < kept:
                cv2.circle(pixels, (round(x), y), size, shade, -1)
            x += step
    elif kind < 0.42:  # a rule below, above or through
        y = round(
            baseline
            + rng.choice(
                (rng.uniform(0.15, 0.7), rng.uniform(0.15, 0.7), rng.uniform(-2.6, -1.9), rng.uniform(-0.6, -0.3))
            )
            * letter
        )
        start = round(rng.uniform(0, 0.7) * width)
        cv2.line(pixels, (start, y), (start + round(rng.uniform(0.1, 1) * width), y), shade, thick)
    elif kind < 0.55:  # a table's upright rules
        for x in (canvas.left - letter * rng.uniform(0.25, 1.5), canvas.right + letter * rng.uniform(0.25, 1.5)):
            if rng.random() < 0.7:
                cv2.line(pixels, (round(x), 0), (round(x), height), shade, thick)
    elif kind < 0.72:  # a seal's ring, its letters and star
        centre = (round(rng.uniform(-0.1, 1.1) * width), round(baseline + rng.uniform(-6, 6) * letter))
        for share in (1.0, rng.uniform(0.6, 0.75)):
            cv2.circle(
                pixels,
                centre,
                round(rng.uniform(5, 9) * letter * share),
                rng.randint(40, 225),
                max(1, round(letter * rng.uniform(0.08, 0.3))),
                cv2.LINE_AA,
            )
    elif kind < 0.76:  # the fine curves of cards and certificates
        across = np.arange(0, width, 4)
        for _ in range(rng.randint(2, 9)):
            wave = np.sin(across / (letter * rng.uniform(2, 12)) + rng.uniform(0, 6)) * rng.uniform(0.2, 2.5)
            rising = baseline + (rng.uniform(-2.5, 1.2) + wave) * letter
            curve = np.stack([across, rising], axis=1).astype(np.int32)
            cv2.polylines(
                pixels, [curve], isClosed=False, color=rng.randint(110, 235), thickness=1, lineType=cv2.LINE_AA
            )
    elif kind < 0.86:  # strokes of a pen
        points = np.array(
            [[rng.uniform(0, 1) * width, baseline + rng.gauss(-0.5, 2.0) * letter] for _ in range(rng.randint(2, 6))],
            np.int32,
        )
        cv2.polylines(
            pixels, [points], isClosed=False, color=rng.randint(0, 160), thickness=thick, lineType=cv2.LINE_AA
        )
    else:  # specks
        for _ in range(rng.randint(3, 60)):
            cv2.circle(
                pixels,
                (rng.randrange(width), rng.randrange(height)),
                rng.choice((0, 0, 1, 1, 2)),
                rng.randint(0, 160),
                -1,
            )


def _bend(rng: Random, canvas: _Canvas) -> None:
    """A little askew, sheared, bent: what levelling leaves."""
    height, width = canvas.pixels.shape
    tilt = rng.gauss(0, 0.25) if rng.random() < 0.7 else 0.0  # degrees
    shear = rng.gauss(0, 0.06) if rng.random() < 0.3 else 0.0
    stretch = math.exp(rng.gauss(0, 0.05)) * (rng.uniform(0.8, 1.12) if rng.random() < 0.2 else 1.0)
    if not tilt and not shear and stretch == 1.0:
        return
    slope = math.tan(math.radians(tilt))
    matrix = np.array([[stretch, shear, -shear * canvas.baseline], [slope, 1.0, -slope * width / 2]])
    size = (math.ceil(width * stretch), height)
    canvas.pixels = np.asarray(
        cv2.warpAffine(canvas.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(255,)), np.uint8
    )
    canvas.left, canvas.right = canvas.left * stretch, canvas.right * stretch
    canvas.by_hand = [(left * stretch, right * stretch) for left, right in canvas.by_hand]


def _cut_to_reach(canvas: _Canvas) -> None:
    """What lies too far above and below to be seen is not worth damaging."""
    top = max(0, round(canvas.baseline - 3.3 * canvas.letter))
    canvas.pixels = canvas.pixels[top : round(canvas.baseline + 1.7 * canvas.letter)]
    canvas.baseline -= top


def _damaged(rng: Random, pixels: Pixels, letter: float) -> Pixels:
    if rng.random() < 0.07:
        return pixels
    chance = rng.random()
    if chance < 0.14 and letter > 11:
        pixels = np.asarray(cv2.erode(pixels, np.ones((2, 2), np.uint8)), np.uint8)  # ink spreads
    elif chance < 0.22 and letter > 15:
        pixels = np.asarray(cv2.dilate(pixels, np.ones((2, rng.choice((1, 2))), np.uint8)), np.uint8)  # ink fails
    if rng.random() < 0.2:  # a coarser scan, enlarged again
        factor = rng.uniform(0.45, 0.9) if letter > 14 else rng.uniform(0.7, 0.95)
        small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        pixels = np.asarray(
            cv2.resize(small, pixels.shape[::-1], interpolation=rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC))),
            np.uint8,
        )
    blur = rng.uniform(0.0, 0.075) * letter
    if blur > 0.35:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur), np.uint8)
    if rng.random() < 0.05:
        pixels = np.asarray(cv2.blur(pixels, rng.choice(((3, 1), (1, 3), (4, 1)))), np.uint8)
    grey = pixels.astype(np.float32)
    generator = np.random.default_rng(rng.getrandbits(63))
    if rng.random() < 0.3:  # toner running out, in bands
        bands = generator.uniform(rng.uniform(0.25, 0.8), 1.0, (1, rng.randint(2, 9))).astype(np.float32)
        grey = 255 - (255 - grey) * np.clip(
            cv2.resize(bands, (grey.shape[1], 1), interpolation=cv2.INTER_CUBIC), 0.2, 1
        )
    if rng.random() < 0.12:  # the other side shows through
        shade = rng.uniform(0.05, 0.2)
        grey -= (255 - np.roll(grey[:, ::-1], round(rng.uniform(-3, 3) * letter), axis=0)) * shade
    if rng.random() < 0.06:  # patches where nothing was printed
        holes = cv2.resize(
            generator.random((6, max(2, grey.shape[1] // 12)), np.float32),
            grey.shape[::-1],
            interpolation=cv2.INTER_LINEAR,
        )
        grey = np.where(holes > 0.8, 255 - (255 - grey) * 0.3, grey)
    strength = rng.choice((0.0, 2.0, 4.0, 8.0, rng.uniform(0, 28)))
    if strength:
        noise = _grain(generator, grey.shape)
        if rng.random() < 0.3:
            noise = cv2.GaussianBlur(noise, (3, 3), 0.8) * 1.8
        grey += noise * strength
    chance = rng.random()
    if chance < 0.18:  # black and white, as faxes are
        level = rng.uniform(110, 195)
        grey = np.where(grey < level, 0, 255).astype(np.float32)
        if rng.random() < 0.5:
            grey[generator.random(grey.shape) < rng.uniform(0.0001, 0.004)] = 0
    pixels = np.clip(grey, 0, 255).astype(np.uint8)
    if chance > 0.6:
        done, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 88)])
        if done:
            pixels = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    if rng.random() < 0.85:  # stretched between ink and white, as pages are before they are read
        black, white = rng.uniform(0, 110), rng.uniform(195, 250)
        table = np.clip((np.arange(256) - black) * 255.0 / (white - black), 0, 255).astype(np.uint8)
        pixels = np.asarray(cv2.LUT(pixels, table), np.uint8)
    return pixels


@cache
def _grain_store() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal(2_000_003, np.float32)


def _grain(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Normal noise, taken from a store at a place drawn by chance: to draw it anew costs more than all the rest."""
    count = math.prod(shape)
    start = int(generator.integers(0, _grain_store().size - count)) if count < _grain_store().size else 0
    return np.resize(_grain_store()[start : start + count], shape)


def _cut_out(rng: Random, canvas: _Canvas) -> tuple[Pixels, tuple[tuple[float, float], ...]]:
    """The line's picture, as exact as the finder measures baselines, heights and ends."""
    scale = LETTER / canvas.letter * math.exp(rng.uniform(-0.16, 0.2))
    if rng.random() < 0.08:
        scale *= rng.choice((1.3, 0.75))
    baseline = (
        canvas.baseline
        + rng.gauss(0, 0.08) * canvas.letter
        + (rng.uniform(-0.3, 0.3) * canvas.letter if rng.random() < 0.1 else 0)
    )
    left = canvas.left - rng.uniform(0.1, 1.3) * canvas.letter
    right = canvas.right + rng.uniform(0.1, 1.3) * canvas.letter
    width = max(8, round((right - left) * scale))
    pixels = canvas.pixels
    fx = 1.0
    if scale < 0.75:
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        fx = scale
    matrix = np.array([[fx / scale, 0.0, left * fx], [0.0, fx / scale, (baseline - BASELINE / scale) * fx]])
    picture = cv2.warpAffine(
        pixels, matrix, (width, HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(255,)
    )
    return np.asarray(picture, np.uint8), tuple(((a - left) * scale, (b - left) * scale) for a, b in canvas.by_hand)
