"""Turns the marks of a page into pixels."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from scripts.samples.fonts import font
from scripts.samples.ink import A4, Dots, Frame, Mark, Picture, Rule, Text

DPI = 300
_SCALE = DPI / 72
PIXELS = (round(A4[0] * _SCALE), round(A4[1] * _SCALE))
_DOT_GAP_POINTS = 3.1


def paint(marks: Iterable[Mark]) -> Image.Image:
    """An upright RGB page at 300 dpi on white paper."""
    image = Image.new("RGB", PIXELS, "white")
    draw = ImageDraw.Draw(image)
    for mark in marks:
        if isinstance(mark, Picture):
            _paste(image, mark)
        elif isinstance(mark, Text) and mark.by_hand:
            _write(image, mark)
        else:
            _draw(draw, mark)
    return image


def _draw(draw: ImageDraw.ImageDraw, mark: Text | Rule | Dots | Frame) -> None:
    if isinstance(mark, Text):
        drawn = font(mark.face, round(mark.size * _SCALE))
        draw.text((mark.x * _SCALE, mark.y * _SCALE), mark.text, fill=mark.colour, font=drawn, anchor="ls")
    elif isinstance(mark, Rule):
        ends = [(mark.x0 * _SCALE, mark.y0 * _SCALE), (mark.x1 * _SCALE, mark.y1 * _SCALE)]
        draw.line(ends, fill=mark.colour, width=max(1, round(mark.width * _SCALE)))
    elif isinstance(mark, Dots):
        _dots(draw, mark)
    else:
        corners = [mark.x * _SCALE, mark.y * _SCALE, (mark.x + mark.width) * _SCALE, (mark.y + mark.height) * _SCALE]
        draw.rounded_rectangle(
            corners, radius=mark.radius * _SCALE, outline=mark.colour, fill=mark.fill,
            width=max(1, round(mark.line * _SCALE)) if mark.line else 0,
        )  # fmt: skip


def _write(image: Image.Image, mark: Text) -> None:
    """Letters in trembling ink: the print, slanted and bent by slow waves. Milder than a real hand, and truth says so."""
    rng = Random(f"{mark.text} {mark.x:.1f} {mark.y:.1f}")
    drawn = font(mark.face, round(mark.size * _SCALE * rng.uniform(0.94, 1.06)))
    pad = round(mark.size * _SCALE)
    width, height = int(drawn.getlength(mark.text)) + 2 * pad, 3 * pad
    ink = Image.new("L", (width, height), 0)
    ImageDraw.Draw(ink).text((pad, 2 * pad), mark.text, fill=255, font=drawn, anchor="ls")
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    wave, phase = rng.uniform(0.5, 0.8) * pad, rng.uniform(0, 6.3)
    down = 0.045 * pad * np.sin(columns / wave + phase) + rng.uniform(-0.02, 0.02) * columns * 0.3
    across = 0.05 * pad * np.sin(rows / (0.37 * pad) + phase) + (2 * pad - rows) * rng.uniform(-0.02, 0.16)
    source_y = np.clip(np.rint(rows + down), 0, height - 1).astype(np.intp)
    source_x = np.clip(np.rint(columns - across), 0, width - 1).astype(np.intp)
    bent = Image.fromarray(np.asarray(ink)[source_y, source_x]).filter(ImageFilter.GaussianBlur(0.8))
    at = (round(mark.x * _SCALE) - pad, round(mark.y * _SCALE) - 2 * pad)
    image.paste(mark.colour, (*at, at[0] + width, at[1] + height), bent)


def _dots(draw: ImageDraw.ImageDraw, mark: Dots) -> None:
    radius = mark.size * 0.05 * _SCALE
    x = mark.x0
    while x < mark.x1 - 1:
        centre_x, centre_y = x * _SCALE, (mark.y - mark.size * 0.05) * _SCALE
        draw.ellipse([centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius], fill=(30, 30, 32))
        x += _DOT_GAP_POINTS


def _paste(image: Image.Image, mark: Picture) -> None:
    size = (round(mark.width * _SCALE), round(mark.height * _SCALE))
    picture = mark.image if mark.image.size == size else mark.image.resize(size, Image.Resampling.BICUBIC)
    image.paste(picture, (round(mark.x * _SCALE), round(mark.y * _SCALE)), picture)
