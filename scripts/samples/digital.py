"""Born-digital pages: the marks of a sheet as PDF text with an embedded, subset TrueType font."""

from __future__ import annotations

import io
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from scripts.samples.fonts import Face, font_path, text_width
from scripts.samples.ink import A4, BLACK, Dots, Frame, Mark, Picture, Rule, Text

_LEADER_FACE = Face("Tinos")
_LAYOUT_TABLES = {"GSUB", "GPOS", "GDEF", "DSIG", "kern", "STAT", "BASE"}


class DigitalPages:
    """Writes born-digital pages into one PDF; a face is embedded once, with the glyphs of all pages."""

    def __init__(self, pdf: Pdf, sheets: Iterable[Sequence[Mark]]) -> None:
        self._pdf = pdf
        letters: dict[Face, set[str]] = defaultdict(set)
        for marks in sheets:
            for text in _texts(marks):
                letters[text.face] |= set(text.text)
        ordered = sorted(letters, key=lambda face: (face.family, face.bold, face.italic))
        self._fonts = {face: _EmbeddedFace(pdf, face, letters[face], f"F{n}") for n, face in enumerate(ordered)}

    def add(self, marks: Sequence[Mark]) -> None:
        """Appends one A4 page."""
        content: list[str] = []
        images: dict[str, pikepdf.Object] = {}
        for mark in marks:
            if isinstance(mark, Picture):
                name = f"Im{len(images)}"
                images[name] = _image(self._pdf, mark)
                content.append(
                    f"q {mark.width:.2f} 0 0 {mark.height:.2f} {mark.x:.2f} {A4[1] - mark.y - mark.height:.2f} cm /{name} Do Q"
                )
            elif isinstance(mark, Rule):
                content.append(
                    f"q {_colour(mark.colour)} RG {mark.width:.2f} w {mark.x0:.2f} {A4[1] - mark.y0:.2f} m "
                    f"{mark.x1:.2f} {A4[1] - mark.y1:.2f} l S Q"
                )
            elif isinstance(mark, Frame):
                content.append(
                    f"q {_colour(mark.colour)} RG {mark.line:.2f} w {mark.x:.2f} {A4[1] - mark.y - mark.height:.2f} "
                    f"{mark.width:.2f} {mark.height:.2f} re S Q"
                )
            else:
                text = _as_text(mark)
                font = self._fonts[text.face]
                content.append(
                    f"BT {_colour(text.colour)} rg /{font.name} {text.size:.2f} Tf 1 0 0 1 {text.x:.2f} "
                    f"{A4[1] - text.y:.2f} Tm <{font.encode(text.text)}> Tj ET"
                )
        resources = Dictionary(
            Font=Dictionary({f"/{font.name}": font.resource for font in self._fonts.values()}),
            XObject=Dictionary({f"/{name}": image for name, image in images.items()}),
        )
        page = Dictionary(
            Type=Name.Page, MediaBox=Array([0, 0, *(round(side, 2) for side in A4)]), Resources=resources,
            Contents=Stream(self._pdf, "\n".join(content).encode("ascii")),
        )  # fmt: skip
        self._pdf.pages.append(pikepdf.Page(self._pdf.make_indirect(page)))


def _texts(marks: Sequence[Mark]) -> Iterable[Text]:
    return (_as_text(mark) for mark in marks if isinstance(mark, (Text, Dots)))


def _as_text(mark: Text | Dots) -> Text:
    """A leader is full stops in a born-digital form."""
    if isinstance(mark, Text):
        return mark
    stops = max(1, int((mark.x1 - mark.x0) / text_width(".", _LEADER_FACE, mark.size)))
    return Text(mark.x0, mark.y, "." * stops, _LEADER_FACE, mark.size, BLACK)


def _colour(colour: tuple[int, int, int]) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour)


def _image(pdf: Pdf, mark: Picture) -> pikepdf.Object:
    rgba = mark.image.convert("RGBA")
    common = {
        "/Type": Name.XObject,
        "/Subtype": Name.Image,
        "/Width": rgba.width,
        "/Height": rgba.height,
        "/BitsPerComponent": 8,
    }
    mask = Stream(
        pdf,
        zlib.compress(rgba.getchannel("A").tobytes()),
        {**common, "/ColorSpace": Name.DeviceGray, "/Filter": Name.FlateDecode},
    )
    return pdf.make_indirect(
        Stream(
            pdf, zlib.compress(rgba.convert("RGB").tobytes()),
            {**common, "/ColorSpace": Name.DeviceRGB, "/Filter": Name.FlateDecode, "/SMask": pdf.make_indirect(mask)},
        )
    )  # fmt: skip


class _EmbeddedFace:
    """A Type 0 font with the original glyph numbers as codes, and a ToUnicode map back to letters."""

    def __init__(self, pdf: Pdf, face: Face, letters: set[str], name: str) -> None:
        self.name = name
        with TTFont(font_path(face), recalcTimestamp=False) as source:
            for table in _LAYOUT_TABLES & set(source.keys()):
                del source[table]  # shaping is not needed, and parsing it takes most of the time
            cmap = source.getBestCmap()
            order = source.getReverseGlyphMap()
            self._codes = {letter: order[cmap[ord(letter)]] for letter in sorted(letters)}
            metrics, scale = source["hmtx"].metrics, 1000 / source["head"].unitsPerEm
            widths = {order[glyph]: metrics[glyph][0] * scale for glyph in (cmap[ord(c)] for c in self._codes)}
            base = Name(f"/SOHOAA+{source['name'].getDebugName(6)}")
            self.resource = self._type0(pdf, base, source, widths)

    def encode(self, text: str) -> str:
        return "".join(f"{self._codes[letter]:04X}" for letter in text)

    def _type0(self, pdf: Pdf, base: Name, source: TTFont, widths: dict[int, float]) -> pikepdf.Object:
        head, scale = source["head"], 1000 / source["head"].unitsPerEm
        box = [round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax)]
        ascent, descent = round(source["hhea"].ascent * scale), round(source["hhea"].descent * scale)
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=base, Flags=4, FontBBox=Array(box), ItalicAngle=0, Ascent=ascent,
            Descent=descent, CapHeight=ascent, StemV=80, FontFile2=Stream(pdf, self._subset(source)),
        )  # fmt: skip
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=base, CIDToGIDMap=Name.Identity, DW=500,
            CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            W=Array([item for code, wide in sorted(widths.items()) for item in (code, Array([round(wide, 2)]))]),
        )  # fmt: skip
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type0, BaseFont=base, Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]), ToUnicode=Stream(pdf, self._to_unicode()),
            )
        )  # fmt: skip

    def _subset(self, source: TTFont) -> bytes:
        options = subset.Options(retain_gids=True, hinting=False, layout_features=[], recalc_timestamp=False)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(letter) for letter in self._codes])
        cutter.subset(source)
        written = io.BytesIO()
        source.save(written, reorderTables=False)
        return written.getvalue()

    def _to_unicode(self) -> bytes:
        pairs = [f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, code in self._codes.items()]
        blocks = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
        mapped = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{mapped}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")
