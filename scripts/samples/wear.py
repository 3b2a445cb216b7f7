"""What happens to paper before it is scanned: copies, folds, staples, holes, the other side showing through, marks."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.samples.art import seal, signature

Pixels = NDArray[np.uint8]


def noise(shape: tuple[int, int], rng: Random, strength: float) -> Pixels:
    """Grain around 128; a tile repeated with chance offsets, since grain for every pixel costs more than the rest."""
    generator = np.random.default_rng(rng.getrandbits(63))
    tile = np.clip(generator.normal(128, strength, (771, 829)), 0, 255).astype(np.uint8)
    rows, columns = -(-shape[0] // tile.shape[0]), -(-shape[1] // tile.shape[1])
    whole: Pixels = np.tile(tile, (rows, columns))[: shape[0], : shape[1]]
    return whole


def grain(image: Pixels, rng: Random, strength: float) -> Pixels:
    """The image with sensor or toner grain."""
    grey = noise(image.shape[:2], rng, strength)
    layer = cv2.merge([grey] * 3) if image.ndim == 3 else grey
    return cv2.addWeighted(image, 1.0, layer, 1.0, -128).astype(np.uint8, copy=False)


def photocopied(image: Pixels, rng: Random) -> Pixels:
    """Grey, steeper contrast, specks of toner, a dirty edge."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image
    levels = np.arange(256, dtype=np.float32) / 255
    curve = np.clip((levels - 0.5) * rng.uniform(1.25, 1.6) + rng.uniform(0.52, 0.6), 0, 1) * 255
    copy: Pixels = cv2.LUT(grey, curve.astype(np.uint8)).astype(np.uint8)
    generator = np.random.default_rng(rng.getrandbits(63))
    count = rng.randrange(30, 160)
    for y, x in zip(
        generator.integers(0, copy.shape[0], count), generator.integers(0, copy.shape[1], count), strict=True
    ):
        cv2.circle(copy, (int(x), int(y)), int(generator.integers(1, 3)), int(generator.integers(60, 190)), -1)
    if image.ndim == 3:
        return cv2.cvtColor(copy, cv2.COLOR_GRAY2RGB).astype(np.uint8)
    return copy


def bleed(image: Pixels, other_side: Pixels, strength: float) -> Pixels:
    """The other side of the sheet, mirrored and soft, showing through."""
    small = cv2.resize(other_side, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    if small.ndim == 3 and image.ndim == 2:
        small = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(cv2.flip(small, 1), (0, 0), 1.6)
    soft = cv2.resize(soft, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    shade = cv2.convertScaleAbs(soft, alpha=strength, beta=255 * (1 - strength))
    return cv2.multiply(image, shade, scale=1 / 255).astype(np.uint8, copy=False)


def holes(image: Pixels, rng: Random, dpi: int) -> Pixels:
    """Two punched holes at the left edge, dark as the scanner's lid."""
    marked = image.copy()
    x = int(dpi * rng.uniform(0.35, 0.5))
    middle = image.shape[0] // 2 + rng.randrange(-dpi // 3, dpi // 3)
    for y in (middle - int(dpi * 1.57), middle + int(dpi * 1.57)):
        cv2.circle(marked, (x, y), int(dpi * 0.118), _grey(image, 24), -1, cv2.LINE_AA)
    return marked


def staple(image: Pixels, rng: Random, dpi: int) -> Pixels:
    """A staple near the upper left corner."""
    marked = image.copy()
    x, y = int(dpi * rng.uniform(0.25, 0.5)), int(dpi * rng.uniform(0.2, 0.5))
    end = (x + int(dpi * 0.28), y - int(dpi * rng.uniform(0.05, 0.25)))
    cv2.line(marked, (x + 5, y + 6), (end[0] + 5, end[1] + 6), _grey(image, 175), max(3, dpi // 55), cv2.LINE_AA)
    cv2.line(marked, (x, y), end, _grey(image, 95), max(3, dpi // 60), cv2.LINE_AA)
    return marked


def folds(image: Pixels, rng: Random) -> Pixels:
    """One or two creases: a light line with a shadow beside it."""
    height, width = image.shape[:2]
    shade = np.full((height, width), 255, np.uint8)
    for share in rng.choice(((0.5,), (0.33, 0.66), (0.25, 0.5))):
        tilt = rng.randrange(-14, 14)
        y = int(height * share)
        cv2.line(shade, (0, y), (width, y + tilt), 205, 5, cv2.LINE_AA)
        cv2.line(shade, (0, y + 6), (width, y + tilt + 6), 235, 7, cv2.LINE_AA)
    if rng.random() < 0.5:
        x = width // 2 + rng.randrange(-30, 30)
        cv2.line(shade, (x, 0), (x + rng.randrange(-14, 14), height), 215, 5, cv2.LINE_AA)
    shade = cv2.GaussianBlur(shade, (0, 0), 2.2).astype(np.uint8)
    layer = cv2.merge([shade] * 3) if image.ndim == 3 else shade
    return cv2.multiply(image, layer, scale=1 / 255).astype(np.uint8, copy=False)


def faint(image: Pixels, rng: Random) -> Pixels:
    """Toner running out: ink turns grey, in soft vertical bands."""
    height, width = image.shape[:2]
    generator = np.random.default_rng(rng.getrandbits(63))
    bands = cv2.resize(
        generator.uniform(0.42, 0.8, (3, 7)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    kept = np.clip(bands, 0.38, 0.85)
    ink = 255 - image.astype(np.float32)
    faded = 255 - ink * (kept[..., None] if image.ndim == 3 else kept)
    return faded.astype(np.uint8)


def streaks(image: Pixels, rng: Random) -> Pixels:
    """Thin vertical lines from dust on the scanner's glass."""
    marked = image.copy()
    for _ in range(rng.randrange(1, 4)):
        x = rng.randrange(image.shape[1])
        cv2.line(marked, (x, 0), (x, image.shape[0]), _grey(image, rng.randrange(120, 205)), rng.choice((1, 1, 2)))
    return marked


def pen_marks(image: Pixels, rng: Random) -> Pixels:
    """A clerk's ticks and an underline."""
    marked = image.copy()
    height, width = image.shape[:2]
    for _ in range(rng.randrange(1, 3)):
        x, y = rng.randrange(width // 12, width - width // 6), rng.randrange(height // 8, height - height // 8)
        points = np.array([[x, y], [x + width // 60, y + width // 50], [x + width // 22, y - width // 30]], np.int32)
        cv2.polylines(marked, [points], isClosed=False, color=_grey(image, 70), thickness=4, lineType=cv2.LINE_AA)
    return marked


def stamped(image: Pixels, rng: Random) -> Pixels:
    """A seal of reception, or an initial, over the text."""
    side = image.shape[1] // 6
    stamp = seal("BỘ PHẬN TIẾP NHẬN HỒ SƠ", "ĐẾN", 400) if rng.random() < 0.8 else signature(rng, 400, 300)
    layer = np.asarray(stamp.resize((side, side)))
    x = rng.randrange(image.shape[1] // 8, image.shape[1] - side - image.shape[1] // 8)
    y = rng.randrange(image.shape[0] // 5, image.shape[0] - side - image.shape[0] // 8)
    opacity = layer[..., 3:].astype(np.float32) / 255 * 0.75
    ink = layer[..., :3].astype(np.float32)
    marked = image.copy()
    under = marked[y : y + side, x : x + side]
    if image.ndim == 2:
        ink, opacity = ink.mean(axis=2), opacity[..., 0]
    marked[y : y + side, x : x + side] = (under * (1 - opacity) + ink * opacity).astype(np.uint8)
    return marked


def _grey(image: Pixels, value: int) -> tuple[int, ...]:
    return (value,) * (3 if image.ndim == 3 else 1)
