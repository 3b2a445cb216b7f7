"""Searchable PDF/A-2b: each page its picture, untouched, with the text that was read on it lying invisibly above."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from math import dist
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageCms

from models.page import Box, Line, Mapping
from models.vietnamese import nfc
from pipeline import frames, glyphless_font
from pipeline.encoded_picture import PdfMatrix, encode_picture
from pipeline.invisible_text import number_text, text_operators
from pipeline.original_page import drawn_original

PRODUCER = "sohoa"
_POINTS_AN_INCH = 72.0
Files = MappingOf[Path, pikepdf.Pdf]
_SHORTEST, _LONGEST = 3.0, 14400.0  # points of a page's side (ISO 19005-2, 6.1.13)


@dataclass(frozen=True, slots=True)
class Original:
    """A page as the clerk's file holds it: a page (from 0) of a file of pipeline.original_page.

    `from_scan` takes its points, in shares of its width and height, to pixels of the upright page image.
    `width_points` is its true width, 0 where nobody knows it: then the page's dpi say how large it is.
    """

    file: Path
    place: int
    from_scan: Mapping
    width_points: float = 0.0


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page: its picture file, the size in pixels of the upright page image in which `lines` have their boxes, dpi.

    With an `original` that is drawn, untouched, turned and moved under the upright frame; else the picture fills it.
    A page without either is an empty sheet.
    """

    image: bytes | Path | None
    width_px: int
    height_px: int
    dpi: float
    lines: tuple[Line, ...] = ()
    original: Original | None = None


def make(pages: Sequence[PdfPage], *, title: str, created: datetime, language: str = "vi") -> bytes:
    """As `write`, in memory."""
    file = io.BytesIO()
    write(pages, file, title=title, created=created, language=language)
    return file.getvalue()


def write(
    pages: Sequence[PdfPage], target: Path | BinaryIO, *, title: str, created: datetime, language: str = "vi"
) -> None:
    """Write the PDF/A-2b file; the same bytes for the same input. A naive `created` counts as UTC.

    Takes as much memory as the file has bytes. Raises UnreadableInput (damaged_file) where a picture cannot be opened.
    """
    with pikepdf.new() as pdf, ExitStack() as stack:
        font = _font(pdf, "".join(nfc(word.text) for page in pages for line in page.lines for word in line.words) + " ")
        files = {page.original.file for page in pages if page.original}
        originals = {file: stack.enter_context(pikepdf.open(file)) for file in files}
        for page in pages:
            _add_page(pdf, page, font, originals)
        _describe(pdf, title=nfc(title), created=created, language=language)
        pdf.save(
            target,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=True,  # qpdf leaves the metadata readable, as archives want it
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )


def _add_page(pdf: pikepdf.Pdf, page: PdfPage, font: pikepdf.Object, originals: Files) -> None:
    scale = _points_a_pixel(page)
    width, height = page.width_px * scale, page.height_px * scale
    lines = page.lines
    resources = Dictionary(Font=Dictionary(F0=font)) if lines else Dictionary()
    drawing: list[bytes] = []
    if page.original:
        flat = frames.without_perspective(page.original.from_scan)
        if flat != page.original.from_scan:
            lines = _moved(lines, frames.after(frames.inverse(page.original.from_scan), flat))
        drawn, matrix = drawn_original(pdf, originals[page.original.file].pages[page.original.place])
        resources.XObject = Dictionary(Im0=drawn)
        drawing.append(f"q {_cm(_under(flat, page, scale))} {_cm(matrix)} /Im0 Do Q".encode())
    elif page.image is not None:
        picture = encode_picture(page.image)
        resources.XObject = Dictionary(Im0=picture.stream(pdf))
        drawing.append(f"q {_cm((width, 0, 0, height, 0, 0))} {_cm(picture.turn)} /Im0 Do Q".encode())
    drawing += text_operators(lines, height, scale)
    content = pdf.make_stream(b"")
    content.write(zlib.compress(b"\n".join(drawing), 9), filter=Name.FlateDecode)
    pdf.pages.append(
        pikepdf.Page(
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Page,
                    MediaBox=Array([0, 0, round(width, 3), round(height, 3)]),
                    Resources=resources,
                    Contents=content,
                )
            )
        )
    )


def _points_a_pixel(page: PdfPage) -> float:
    scale = _POINTS_AN_INCH / page.dpi
    if page.original and page.original.width_points:
        left, right = frames.moved(page.original.from_scan, [(0, 0), (1, 0)])
        scale = page.original.width_points / dist(left, right)
    scale = min(scale, _LONGEST / max(page.width_px, page.height_px))
    return max(scale, _SHORTEST / min(page.width_px, page.height_px))


def _under(flat: Mapping, page: PdfPage, scale: float) -> PdfMatrix:
    """Where the unit square of the original comes to lie on the page, in points from its lower left."""
    height = page.height_px * scale
    corner, across, up = ((x * scale, height - y * scale) for x, y in frames.moved(flat, [(0, 1), (1, 1), (0, 0)]))
    return (
        across[0] - corner[0], across[1] - corner[1], up[0] - corner[0], up[1] - corner[1], corner[0], corner[1],
    )  # fmt: skip


def _moved(lines: Sequence[Line], mapping: Mapping) -> tuple[Line, ...]:
    """The lines on a picture in perspective, which a PDF cannot straighten: each stays level, at its print's height."""
    moved = []
    for line in lines:
        middle = line.box.y + line.box.height / 2
        drop = round(frames.moved(mapping, [(line.box.x + line.box.width / 2, middle)])[0][1] - middle)
        words = []
        for word in line.words:
            box = word.box
            places = [(x, middle) for x in (box.x, box.right, *word.cuts)]
            left, right, *cuts = (round(x) for x, _ in frames.moved(mapping, places))
            place = Box(left, box.y + drop, max(1, right - left), box.height)
            words.append(replace(word, box=place, cuts=tuple(cuts)))
        moved.append(Line(tuple(words)))
    return tuple(moved)


def _cm(matrix: PdfMatrix) -> str:
    return " ".join(number_text(number, digits=9) for number in matrix) + " cm"


def _font(pdf: pikepdf.Pdf, text: str) -> pikepdf.Object:
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
        W=Array([0x20, Array([glyphless_font.SPACE_WIDTH])]),
        CIDToGIDMap=_deflated(pdf, glyphless_font.glyph_of_every_character()),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(below)]),
            ToUnicode=_deflated(pdf, glyphless_font.to_unicode(text)),
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
<?xpacket end="w"?>"""
