"""Makes pipeline/glyphless_font.ttf, the font without shapes of searchable PDFs.

python -m scripts.make_glyphless_font
"""

from __future__ import annotations

import io
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph

from pipeline.glyphless_font import ASCENT, DESCENT, NAME, SPACE_WIDTH, WIDTH

_FILE = Path(__file__).resolve().parent.parent / "pipeline" / "glyphless_font.ttf"


def font_file() -> bytes:
    """The font's bytes, the same each time."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank", "space"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": Glyph(), "blank": Glyph(), "space": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (WIDTH, 0), "blank": (WIDTH, 0), "space": (SPACE_WIDTH, 0)})
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


if __name__ == "__main__":
    _FILE.write_bytes(font_file())
