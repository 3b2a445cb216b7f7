"""Where the typefaces lie, which of them have every Vietnamese letter, and how wide a text is in them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

from models.errors import UsageError

_MEASURED_AT_PIXELS = 1000


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface in one weight and slope."""

    family: str
    bold: bool = False
    italic: bool = False


# family: file name stem, suffix of the oblique, Debian package. All have the 134 Vietnamese letters (checked by a test)
_FAMILIES = {
    "Tinos": ("Tinos", "Italic", "fonts-croscore"),
    "Arimo": ("Arimo", "Italic", "fonts-croscore"),
    "Cousine": ("Cousine", "Italic", "fonts-croscore"),
    "Noto Serif": ("NotoSerif", "Italic", "fonts-noto-core"),
    "Noto Sans": ("NotoSans", "Italic", "fonts-noto-core"),
    "DejaVu Serif": ("DejaVuSerif", "Italic", "fonts-dejavu"),
}
FAMILIES = tuple(_FAMILIES)
_FOLDERS = ("croscore", "noto", "dejavu")


@cache
def font_path(face: Face) -> Path:
    """The TrueType file of a face: at Debian's place, or where fontconfig says.

    Raises UsageError naming the Debian package when it is not installed.
    """
    stem, oblique, package = _FAMILIES[face.family]
    style = ("Bold" if face.bold else "") + (oblique if face.italic else "") or "Regular"
    for name in (f"{stem}-{style}.ttf", f"{stem}.ttf" if style == "Regular" else f"{stem}-{style}.ttf"):
        for folder in _FOLDERS:
            path = Path("/usr/share/fonts/truetype", folder, name)
            if path.is_file():
                return path
    found = _asked_of_fontconfig(face.family, style)
    if found is None:
        raise UsageError(
            f"the font {face.family} is not installed: apt-get install {package} (needed to draw the samples)"
        )
    return found


def _asked_of_fontconfig(family: str, style: str) -> Path | None:
    try:
        answer = subprocess.run(
            ["fc-match", "-f", "%{family}\n%{file}", f"{family}:style={style}"],
            capture_output=True, text=True, timeout=20, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    name, _, file = answer.partition("\n")
    # fontconfig always answers with something: only the family that was asked for counts
    return Path(file) if family in name and file.endswith(".ttf") else None


@cache
def font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels. Basic layout: the same glyph positions with or without Raqm."""
    return ImageFont.truetype(str(font_path(face)), pixels, layout_engine=ImageFont.Layout.BASIC)


@cache
def text_width(text: str, face: Face, size: float) -> float:
    """The width of one line in points at `size` points."""
    return font(face, _MEASURED_AT_PIXELS).getlength(text) * size / _MEASURED_AT_PIXELS
