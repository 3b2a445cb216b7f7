"""A font without shapes, in which any text can be searched and selected over the picture of a page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

NAME = "SohoaGlyphless"
WIDTH = 500
"""Advance of every glyph but the space's, in thousandths of the font size."""
SPACE_WIDTH = 250
ASCENT, DESCENT = 800, -200

_FILE = Path(__file__).with_name("glyphless_font.ttf")
_CHARACTERS_A_BLOCK = 100  # the most that one bfchar block may hold (Adobe Technical Note 5014)


@lru_cache(maxsize=1)
def font_file() -> bytes:
    """A TrueType font with three empty glyphs: .notdef, the one for every character, and the narrower one for a space.

    `python -m scripts.make_glyphless_font` makes the file; to make it here would cost every start a tenth of a second.
    """
    return _FILE.read_bytes()


@lru_cache(maxsize=1)
def glyph_of_every_character() -> bytes:
    """The CIDToGIDMap: each of the 65,536 two-byte codes is shown by glyph 1, the space by glyph 2."""
    return b"\x00\x01" * 0x20 + b"\x00\x02" + b"\x00\x01" * (0x10000 - 0x21)


def to_unicode(text: str) -> bytes:
    """The CMap by which a reader finds the characters of `text` again: each two-byte code is that character's number."""
    codes = sorted({encoded(character).hex().upper() for character in text} - {""})
    lines = []
    for start in range(0, len(codes), _CHARACTERS_A_BLOCK):
        block = codes[start : start + _CHARACTERS_A_BLOCK]
        lines += [f"{len(block)} beginbfchar", *(f"<{code}> <{code}>" for code in block), "endbfchar"]
    return "\n".join((*_HEAD, *lines, *_TAIL)).encode("ascii")


def encoded(text: str) -> bytes:
    """The text as two-byte codes of this font; what lies beyond the basic plane becomes the replacement character."""
    kept = "".join(
        c if ord(c) <= 0xFFFD and not 0xD800 <= ord(c) <= 0xDFFF else "\ufffd" for c in text if ord(c) >= 0x20
    )
    return kept.encode("utf-16-be")


_HEAD = (
    "/CIDInit /ProcSet findresource begin",
    "12 dict begin",
    "begincmap",
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
    "/CMapName /Adobe-Identity-UCS def",
    "/CMapType 2 def",
    "1 begincodespacerange",
    "<0000> <FFFF>",
    "endcodespacerange",
)
_TAIL = ("endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end")
