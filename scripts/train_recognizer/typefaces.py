"""Typefaces that have every Vietnamese letter, found in folders, and how often each is drawn."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

from models.errors import UsageError

# like the typefaces of Vietnamese offices: Times New Roman first (NĐ 30/2020/NĐ-CP, annex I), then Arial
_LIKE_TIMES = re.compile(r"Tinos|Liberation ?Serif|Termes|Free ?Serif|STIX|Doulos", re.IGNORECASE)
_LIKE_ARIAL = re.compile(
    r"Arimo|Liberation ?Sans|Heros|Free ?Sans|Open ?Sans|Roboto|Noto ?Sans|DejaVu ?Sans", re.IGNORECASE
)
_BY_HAND = re.compile(r"Patrick|Mali|Itim|Dancing|Charm|Sriracha|Pangolin|Playpen|Srisakdi|Chorus", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"Black|Thin|Hairline|ExtraLight|Extra Light|Caps|Dunhill|Unslanted|Emoji|Symbola|Math|Extrabold|ExtraBold|Kaffeesatz|"
    r"Ultra|Heavy|Quotation|UprightItalic",
    re.IGNORECASE,
)
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts/opentype"))
# never trained on: what the recognizer makes of them shows what it makes of typefaces that nobody foresaw
HELD_OUT = re.compile(r"Libertine|Carlito|Open ?Sans|Charis|Latin ?Modern ?Mono|lmmono|Lora|Nunito", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font file, its family, and its small letters' height as a share of its size."""

    path: Path
    family: str
    small_letter: float
    by_hand: bool

    def at(self, letter: float) -> ImageFont.FreeTypeFont:
        """The font in which small letters are about `letter` pixels high."""
        return _sized(str(self.path), max(6, round(letter / self.small_letter)))


@lru_cache(maxsize=3000)
def _sized(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True, slots=True)
class Typefaces:
    """Typefaces to draw from: each family as often as its kind is met on paper, and within it each face alike."""

    printed: tuple[Typeface, ...]
    weights: tuple[float, ...]
    by_hand: tuple[Typeface, ...]


def find_typefaces(folders: Sequence[Path], *, held_out: bool = False) -> Typefaces:
    """All that is found in the folders; with `held_out` printed ones that training never sees alone (pens are few: all).

    Raises UsageError where none is.
    """
    found = sorted(
        {face for folder in folders for path in sorted(folder.rglob("*")) if (face := _face(path)) is not None},
        key=lambda face: str(face.path),
    )
    by_hand = tuple(face for face in found if face.by_hand)
    printed = [face for face in found if not face.by_hand and bool(HELD_OUT.search(face.family)) is held_out]
    if not printed:
        raise UsageError(f"no typeface with every Vietnamese letter in {', '.join(map(str, folders))}")
    families: dict[str, list[Typeface]] = defaultdict(list)
    for face in printed:
        families[face.family].append(face)
    kinds: dict[str, list[str]] = defaultdict(list)
    for family in families:
        kinds[_kind(family)].append(family)
    weights = [
        {"times": 0.4, "arial": 0.25, "other": 0.35}[kind] / len(kinds[kind]) / len(families[face.family])
        for face in printed
        for kind in [_kind(face.family)]
    ]
    return Typefaces(tuple(printed), tuple(weights), by_hand)


def _kind(family: str) -> str:
    if _LIKE_TIMES.search(family):
        return "times"
    return "arial" if _LIKE_ARIAL.search(family) else "other"


def _face(path: Path) -> Typeface | None:
    if path.suffix.lower() not in (".ttf", ".otf") or _LEFT_OUT.search(path.stem):
        return None
    try:
        with TTFont(path, lazy=True) as font:
            letters = {chr(code) for code in font.getBestCmap() or ()}
            family = str(font["name"].getBestFamilyName() or path.stem)
            style = str(font["name"].getBestSubFamilyName() or "")
    except Exception:  # noqa: BLE001 - a font file that cannot be opened is no typeface of ours
        return None
    if not _needed() <= letters or _LEFT_OUT.search(f"{family} {style}"):
        return None
    left, top, right, bottom = ImageFont.truetype(str(path), 200).getbbox("x", anchor="ls")
    if bottom - top < 40 or right <= left:
        return None
    return Typeface(path, family, (bottom - top) / 200, bool(_BY_HAND.search(family)))


@lru_cache(maxsize=1)
def _needed() -> frozenset[str]:
    vowels = "aăâeêioôơuưy"
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    marked = {unicodedata.normalize("NFC", vowel + tone) for vowel in vowels + vowels.upper() for tone in tones}
    return frozenset(marked | set("bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX0123456789.,:;/-()"))
