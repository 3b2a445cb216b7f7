"""What a page is made of before it becomes pixels or PDF: texts, rules, leaders, frames and pictures, in points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

from scripts.samples.fonts import Face

A4 = (595.28, 841.89)
BLACK = (16, 16, 18)
BLUE = (28, 40, 140)
RED = (200, 30, 36)


class Leader(StrEnum):
    """What a form prints where something is to be written."""

    DOTS = "dots"
    UNDERLINE = "line"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Text:
    """A run of letters on one baseline; `segment` numbers the printed line that it is part of."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    colour: tuple[int, int, int]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    colour: tuple[int, int, int] = BLACK


@dataclass(frozen=True, slots=True)
class Dots:
    """A row of printed dots from x0 to x1."""

    x0: float
    x1: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The outline of a rectangle, `fill` inside it; rounded where `radius` is not 0."""

    x: float
    y: float
    width: float
    height: float
    line: float
    colour: tuple[int, int, int] = BLACK
    fill: tuple[int, int, int] | None = None
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """An RGBA image laid over what is there."""

    x: float
    y: float
    width: float
    height: float
    image: Image.Image


Mark = Text | Rule | Dots | Frame | Picture


@dataclass(frozen=True, slots=True)
class Segment:
    """A printed line of text as a reader would copy it, and where it begins (baseline)."""

    text: str
    x: float
    y: float
    size: float
