"""Searchable PDF/A-2b: each page its picture, untouched, with the text that was read on it lying invisibly above."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from math import cos, radians, sin
from pathlib import Path
from statistics import median
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageCms

from models.page import Line
from models.vietnamese import nfc
from pipeline import glyphless_font
from pipeline.encoded_picture import encode_picture

PRODUCER = "sohoa"
_POINTS_AN_INCH = 72.0
_GAP = 0.2  # of the font size: readers that look at positions, not at spaces, join words that stand closer
_SHORTEST, _LONGEST = 3.0, 14400.0  # points of a page's side (ISO 19005-2, 6.1.13)


@dataclass(frozen=True, slots=True)
class Placement:
    """How a picture as scanned lies under the upright frame, as the record tells it.

    `rotation_degrees` (0, 90, 180, 270) is the clockwise turn that makes the scan upright; `skew_degrees` the
    clockwise turn that then makes it level. Both turn about the centre.
    """

    rotation_degrees: int = 0
    skew_degrees: float = 0.0


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page: its picture file, the size in pixels of the upright page image in which `lines` have their boxes, dpi.

    With a `placement` the picture is the original scan; else it is the page image itself and fills the frame.
    """

    image: bytes | Path
    width_px: int
    height_px: int
    dpi: float
    lines: tuple[Line, ...] = ()
    placement: Placement | None = None


def make(pages: Sequence[PdfPage], *, title: str, created: datetime, language: str = "vi") -> bytes:
    """The PDF/A-2b file; the same bytes for the same input. A naive `created` counts as UTC.

    Raises UnreadableInput (damaged_file) where a picture cannot be opened.
    """
    with pikepdf.new() as pdf:
        font = _font(pdf)
        for page in pages:
            _add_page(pdf, page, font)
        _describe(pdf, title=nfc(title), created=created, language=language)
        file = io.BytesIO()
        pdf.save(
            file,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=False,  # each is compressed already where it pays; the metadata stays readable
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
        )
        return file.getvalue()


def _add_page(pdf: pikepdf.Pdf, page: PdfPage, font: pikepdf.Object) -> None:
    scale = _points_a_pixel(page)
    image = encode_picture(page.image)
    width, height = page.width_px * scale, page.height_px * scale
    drawing = (_picture(page, image.width, image.height, scale), *_text(page.lines, height, scale))
    content = pdf.make_stream(b"")
    content.write(zlib.compress("\n".join(drawing).encode("ascii"), 9), filter=Name.FlateDecode)
    pdf.pages.append(
        pikepdf.Page(
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Page,
                    MediaBox=Array([0, 0, round(width, 3), round(height, 3)]),
                    Resources=Dictionary(XObject=Dictionary(Im0=image.stream(pdf)), Font=Dictionary(F0=font)),
                    Contents=content,
                )
            )
        )
    )


def _points_a_pixel(page: PdfPage) -> float:
    scale = _POINTS_AN_INCH / page.dpi
    scale = min(scale, _LONGEST / max(page.width_px, page.height_px))
    return max(scale, _SHORTEST / min(page.width_px, page.height_px))


def _picture(page: PdfPage, width_px: int, height_px: int, scale: float) -> str:
    """The operators that draw the picture: turned about the page's centre as its placement says."""
    if page.placement is None:
        return f"q {_n(page.width_px * scale)} 0 0 {_n(page.height_px * scale)} 0 0 cm /Im0 Do Q"
    # PDF turns anticlockwise, both of ours are clockwise
    turn = radians(-page.placement.skew_degrees - page.placement.rotation_degrees)
    wide, high = width_px * scale, height_px * scale
    across, up = (wide * cos(turn), wide * sin(turn)), (-high * sin(turn), high * cos(turn))
    x = (page.width_px * scale - across[0] - up[0]) / 2
    y = (page.height_px * scale - across[1] - up[1]) / 2
    return f"q {' '.join(map(_n, (*across, *up, x, y)))} cm /Im0 Do Q"


def _text(lines: Sequence[Line], height: float, scale: float) -> Iterator[str]:
    """The operators of the text layer: every word stretched over its print, the spaces over the gaps between."""
    written = [line for line in lines if line.text.strip()]
    if not written:
        return
    yield "BT 3 Tr"
    for line in written:
        # One base line for the words of a line, or readers would take them for several lines.
        top, bottom = median(word.box.y for word in line.words), median(word.box.bottom for word in line.words)
        size = max(1.0, (bottom - top) * scale)
        base = height - bottom * scale - glyphless_font.DESCENT / 1000 * size
        yield f"/F0 {_n(size)} Tf"
        for word, after in zip(line.words, (*line.words[1:], None), strict=True):
            left, right = word.box.x * scale, word.box.right * scale
            if after is not None:
                right = max(min(right, after.box.x * scale - _GAP * size), left + size / 10)
            yield f"1 0 0 1 {_n(left)} {_n(base)} Tm {_shown(nfc(word.text), right - left, size)}"
            if after is not None:
                yield _shown(" ", after.box.x * scale - right, size)
        # Without it a reader that joins the page's lines would join their last and first words.
        yield _shown(" ", 0.0, size)
    yield "ET"


def _shown(text: str, width: float, size: float) -> str:
    """The operators that show `text` over `width` points."""
    codes = glyphless_font.encoded(text)
    natural = len(codes) / 2 * glyphless_font.WIDTH / 1000 * size
    return f"{_n(max(1.0, 100 * width / natural))} Tz <{codes.hex().upper()}> Tj" if codes else ""


def _n(number: float) -> str:
    """A number as PDF writes it: no exponent, no needless digits, no minus before zero."""
    return f"{round(number, 3) + 0.0:.3f}".rstrip("0").rstrip(".")


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    name = Name("/" + glyphless_font.NAME)
    file = _deflated(pdf, glyphless_font.font_file())
    file.Length1 = len(glyphless_font.font_file())
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=5,  # every glyph is as wide, and none is a letter
        FontBBox=Array([0, glyphless_font.DESCENT, glyphless_font.WIDTH, glyphless_font.ASCENT]),
        ItalicAngle=0,
        Ascent=glyphless_font.ASCENT,
        Descent=glyphless_font.DESCENT,
        CapHeight=glyphless_font.ASCENT,
        StemV=80,
        FontFile2=file,
    )
    below = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=glyphless_font.WIDTH,
        CIDToGIDMap=_deflated(pdf, glyphless_font.glyph_of_every_character()),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(below)]),
            ToUnicode=_deflated(pdf, glyphless_font.to_unicode()),
        )
    )


def _deflated(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Stream:
    stream = pikepdf.Stream(pdf, b"")
    stream.write(zlib.compress(data, 9), filter=Name.FlateDecode)
    return stream


def _describe(pdf: pikepdf.Pdf, *, title: str, created: datetime, language: str) -> None:
    """Title, language, colour and the PDF/A mark, in the document information and, the same, in its XMP."""
    instant = (created if created.tzinfo else created.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    day = String(f"D:{instant:%Y%m%d%H%M%S}Z")
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(Title=String(title), Producer=String(PRODUCER), CreationDate=day, ModDate=day)
    )
    metadata = pikepdf.Stream(pdf, _xmp(title, f"{instant:%Y-%m-%dT%H:%M:%SZ}", language).encode("utf-8"))
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    profile = _deflated(pdf, _srgb_profile())
    profile.N = 3
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
        Info=String("sRGB IEC61966-2.1"),
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=profile,
    )
    root = pdf.Root
    root.Metadata, root.Lang, root.OutputIntents = metadata, String(language), Array([pdf.make_indirect(intent)])
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


@lru_cache(maxsize=1)
def _srgb_profile() -> bytes:
    """The sRGB profile of the colour library, without the time at which it was made."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((7, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # 2000-01-01
    profile[84:100] = bytes(16)  # the digest over it: not computed
    return bytes(profile)


def _xmp(title: str, instant: str, language: str) -> str:
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
   <dc:language><rdf:Bag><rdf:li>{escape(language)}</rdf:li></rdf:Bag></dc:language>
   <pdf:Producer>{PRODUCER}</pdf:Producer>
   <xmp:CreateDate>{instant}</xmp:CreateDate>
   <xmp:ModifyDate>{instant}</xmp:ModifyDate>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
{(" " * 100 + chr(10)) * 20}<?xpacket end="w"?>"""
