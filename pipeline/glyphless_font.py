"""A font without shapes, in which any text can be searched and selected over the picture of a page; home of fontTools."""

from __future__ import annotations

import io
from functools import lru_cache

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph

NAME = "SohoaGlyphless"
WIDTH = 500
"""Advance of every glyph, in thousandths of the font size."""
ASCENT, DESCENT = 800, -200

_FIRST_SURROGATE, _LAST_SURROGATE = 0xD8, 0xDF
_RANGES_A_BLOCK = 100  # the most that one bfrange block may hold (Adobe Technical Note 5014)


@lru_cache(maxsize=1)
def font_file() -> bytes:
    """A TrueType font with two empty glyphs: .notdef, and the one that stands for every character."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": Glyph(), "blank": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (WIDTH, 0), "blank": (WIDTH, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupPost(keepGlyphNames=False)
    # Times of making would make every run's bytes differ.
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


@lru_cache(maxsize=1)
def glyph_of_every_character() -> bytes:
    """The CIDToGIDMap: each of the 65,536 two-byte codes is shown by glyph 1."""
    return b"\x00\x01" * 0x10000


@lru_cache(maxsize=1)
def to_unicode() -> bytes:
    """The CMap by which a reader finds the text again: each two-byte code is the character of that number.

    Zero, and what are no characters (surrogates, FFFE, FFFF), are left out.
    """
    ranges = [
        (high << 8, (high << 8) + 0xFF) for high in range(0x100) if not _FIRST_SURROGATE <= high <= _LAST_SURROGATE
    ]
    ranges[0], ranges[-1] = (0x0001, 0x00FF), (0xFF00, 0xFFFD)
    lines = []
    for start in range(0, len(ranges), _RANGES_A_BLOCK):
        block = ranges[start : start + _RANGES_A_BLOCK]
        lines += [f"{len(block)} beginbfrange", *(f"<{a:04X}> <{b:04X}> <{a:04X}>" for a, b in block), "endbfrange"]
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
