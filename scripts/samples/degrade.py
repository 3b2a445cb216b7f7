"""How scanners, phones and fax machines see a page: one function a level, each with the truth of what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

import cv2
import numpy as np

from scripts.samples.wear import (
    Pixels,
    bleed,
    faint,
    folds,
    grain,
    holes,
    pen_marks,
    photocopied,
    stamped,
    staple,
    streaks,
)  # fmt: skip

PAGE_DPI = 300


class Level(StrEnum):
    """How well a page was captured."""

    CLEAN = "clean"
    OFFICE = "office"
    POOR = "poor"
    PHONE = "phone"
    FAX = "fax"
    DIGITAL = "digital"


@dataclass(slots=True)
class Scan:
    """A captured page. `skew_degrees` is the clockwise turn that would undo its tilt; fax pixels are 0 and 255 only."""

    pixels: Pixels
    dpi: int
    quality: int
    blank: bool = False
    skew_degrees: float = 0.0
    damage: list[str] = field(default_factory=list)

    def wear(self, name: str, worn: Pixels) -> None:
        self.pixels = worn
        self.damage.append(name)


def capture(
    page: Pixels,
    level: Level,
    rng: Random,
    *,
    other_side: Pixels | None = None,
    photocopy: bool = False,
    blank: bool = False,
) -> Scan:
    """The upright page (RGB, 300 dpi) as the level sees it; `other_side` is what may show through.

    Nobody writes on a `blank` page or stamps it: then it would not be blank.
    """
    scan = Scan(page, PAGE_DPI, 90, blank=blank)
    if photocopy:
        scan.wear("photocopy", photocopied(scan.pixels, rng))
    _CAPTURES[level](scan, rng, other_side)
    return scan


def _clean(scan: Scan, rng: Random, _other: Pixels | None) -> None:
    scan.pixels = grain(_paper(scan.pixels, rng), rng, 1.2)


def _office(scan: Scan, rng: Random, other: Pixels | None) -> None:
    page = _paper(scan.pixels, rng)
    scan.pixels = page
    if other is not None and rng.random() < 0.35:
        scan.wear("bleed", bleed(scan.pixels, other, rng.uniform(0.04, 0.09)))
    if rng.random() < 0.35:
        scan.wear("holes", holes(scan.pixels, rng, scan.dpi))
    if rng.random() < 0.2:
        scan.wear("staple", staple(scan.pixels, rng, scan.dpi))
    _tilt(scan, rng.uniform(-3, 3), lid=rng.randrange(225, 250))
    scan.pixels = grain(cv2.GaussianBlur(scan.pixels, (3, 3), 0.7).astype(np.uint8, copy=False), rng, 2.2)
    scan.quality = 75


def _poor(scan: Scan, rng: Random, other: Pixels | None) -> None:
    scan.dpi, scan.quality = 200, 68
    grey = cv2.cvtColor(scan.pixels, cv2.COLOR_RGB2GRAY)
    scan.pixels = cv2.resize(grey, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    wears: tuple[tuple[str, float, Callable[[], Pixels]], ...] = (
        ("faint", 0.3, lambda: faint(scan.pixels, rng)),
        ("folds", 0.3, lambda: folds(scan.pixels, rng)),
        ("marks", 0.5, lambda: pen_marks(scan.pixels, rng)),
        ("seal", 0.3, lambda: stamped(scan.pixels, rng)),
        ("holes", 0.2, lambda: holes(scan.pixels, rng, scan.dpi)),
    )
    for name, share, worn in wears:
        if rng.random() < share and not (scan.blank and name in ("marks", "seal")):
            scan.wear(name, worn())
    if other is not None and rng.random() < 0.45:
        scan.wear("bleed", bleed(scan.pixels, other, rng.uniform(0.08, 0.17)))
    dark = rng.random() < 0.3
    _tilt(scan, rng.uniform(-7, 7), lid=rng.randrange(5, 40) if dark else rng.randrange(215, 245))
    if dark:
        scan.damage.append("border")
    if rng.random() < 0.3:
        scan.wear("streaks", streaks(scan.pixels, rng))
    scan.pixels = grain(cv2.GaussianBlur(scan.pixels, (3, 3), 0.8).astype(np.uint8, copy=False), rng, 6)


def _phone(scan: Scan, rng: Random, _other: Pixels | None) -> None:
    scan.dpi, scan.quality = 240, 82
    if rng.random() < 0.4:
        scan.wear("folds", folds(scan.pixels, rng))
    height, width = scan.pixels.shape[:2]
    wide, high = int(width * 0.8), int(height * 0.8)
    margin = rng.uniform(0.02, 0.07)
    table = _table((high, wide), rng)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inset = np.array([[margin, margin], [1 - margin, margin], [1 - margin, 1 - margin], [margin, 1 - margin]])
    jitter = np.array([[rng.uniform(-0.022, 0.022) for _ in range(2)] for _ in range(4)])
    turn = np.radians(rng.uniform(-2.5, 2.5))
    centred = (inset + jitter - 0.5) * (wide, high)
    turned = centred @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) + (wide / 2, high / 2)
    matrix = cv2.getPerspectiveTransform(corners, turned.astype(np.float32))
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (wide, high))
    page = cv2.warpPerspective(scan.pixels, matrix, (wide, high), flags=cv2.INTER_AREA)
    shadow = cv2.GaussianBlur(np.roll(mask, (14, 12), (0, 1)), (0, 0), 18)
    table = cv2.multiply(table, cv2.merge([255 - shadow // 2] * 3), scale=1 / 255).astype(np.uint8, copy=False)
    seen = cv2.copyTo(page, mask, table).astype(np.uint8, copy=False)
    scan.wear("perspective", _lit(seen, rng))
    top, bottom = turned[1] - turned[0], turned[2] - turned[3]
    scan.skew_degrees = -float(np.degrees(np.arctan2(top[1], top[0]) + np.arctan2(bottom[1], bottom[0]))) / 2
    scan.pixels = cv2.GaussianBlur(scan.pixels, (5, 5), rng.uniform(0.6, 1.2)).astype(np.uint8, copy=False)
    if rng.random() < 0.3:
        scan.wear("motion", cv2.blur(scan.pixels, rng.choice(((3, 1), (1, 3), (4, 1)))).astype(np.uint8))
    scan.pixels = grain(scan.pixels, rng, 3.5)


def _fax(scan: Scan, rng: Random, _other: Pixels | None) -> None:
    scan.dpi, scan.quality = 200, 0
    grey = cv2.cvtColor(scan.pixels, cv2.COLOR_RGB2GRAY)
    scan.pixels = cv2.resize(grey, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    _tilt(scan, rng.uniform(-1.8, 1.8), lid=255)
    noisy = grain(scan.pixels, rng, 22)
    scan.pixels = np.where(noisy < rng.randrange(135, 165), 0, 255).astype(np.uint8, copy=False)
    generator = np.random.default_rng(rng.getrandbits(63))
    specks = generator.random(scan.pixels.shape) < rng.uniform(0.00004, 0.0006)
    scan.pixels[specks] = 0


def _paper(page: Pixels, rng: Random) -> Pixels:
    """White is not quite white."""
    white = rng.randrange(242, 254)
    tint = (white, white - rng.randrange(0, 3), white - rng.randrange(0, 9))
    levels = np.arange(256, dtype=np.uint16)[:, None] * np.array(tint, np.uint16) // 255
    return cv2.LUT(page, levels.astype(np.uint8)[:, None, :]).astype(np.uint8, copy=False)


def _tilt(scan: Scan, degrees: float, *, lid: int) -> None:
    """Turns the sheet anticlockwise by `degrees` on a scanner's glass; outside it lies the lid."""
    height, width = scan.pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    border = (lid,) * 3 if scan.pixels.ndim == 3 else (lid,)
    scan.pixels = cv2.warpAffine(
        scan.pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border
    ).astype(np.uint8, copy=False)
    scan.skew_degrees = degrees


def _table(shape: tuple[int, int], rng: Random) -> Pixels:
    """The table under the paper: a dark plain colour with a little structure."""
    colour = rng.choice(((60, 46, 34), (38, 44, 58), (92, 84, 70), (52, 52, 54)))
    ground = np.full((*shape, 3), colour, np.uint8)
    return grain(ground, rng, 9)


def _lit(image: Pixels, rng: Random) -> Pixels:
    """Uneven light: brighter at one side, warm or cold."""
    height, width = image.shape[:2]
    warm = np.array([1.0, rng.uniform(0.94, 1.0), rng.uniform(0.84, 1.0)])
    corners = np.array([[rng.uniform(0.55, 1.0) for _ in range(3)] for _ in range(3)])
    small = (corners[..., None] * warm * 255).astype(np.uint8, copy=False)
    light = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.multiply(image, light, scale=1 / 255).astype(np.uint8, copy=False)


_CAPTURES: dict[Level, Callable[[Scan, Random, Pixels | None], None]] = {
    Level.CLEAN: _clean,
    Level.OFFICE: _office,
    Level.POOR: _poor,
    Level.PHONE: _phone,
    Level.FAX: _fax,
}


def spoil(scan: Scan, rng: Random) -> str:
    """Makes a page unreadable, and says how: out of focus, or black."""
    if rng.random() < 0.5:
        scan.pixels = cv2.GaussianBlur(scan.pixels, (0, 0), scan.dpi / 14).astype(np.uint8, copy=False)
        return "blur"
    scan.pixels = np.minimum(scan.pixels, 14).astype(np.uint8, copy=False)
    return "black"
