"""Small files as scanners, phones and attackers make them: pictures, PDFs, ZIPs; all made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from models.page import PageSource, Scan

A4 = (595, 842)


def scan_of(path: Path, page: int = 1) -> Scan:
    return Scan(1, PageSource(path.name, "0" * 64, page), path)


def print_pattern(width: int = 830, height: int = 1170) -> np.ndarray:
    """Pixels that look like a page: dark lines on light paper, no two quarters alike."""
    rows = np.full((height, width), 235, np.uint8)
    rows[height // 10 : height // 2 : 20, width // 8 : -width // 8] = 20
    rows[: height // 4, : width // 4] -= 60
    return rows


def jpeg(width: int = 830, height: int = 1170, *, dpi: int = 100) -> bytes:
    file = io.BytesIO()
    Image.fromarray(print_pattern(width, height)).save(file, "JPEG", quality=90, dpi=(dpi, dpi))
    return file.getvalue()


def save_picture(path: Path, shade: int = 200) -> Path:
    """A small grey JPEG, whatever the name says."""
    Image.new("L", (60, 80), shade).save(path, "JPEG")
    return path


def image_page(pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], *, content: bytes = b"", box=A4) -> pikepdf.Page:
    """A page that one JPEG covers, then whatever `content` draws; /F1 is Helvetica."""
    page = pdf.add_blank_page(page_size=box)
    image = pikepdf.Stream(pdf, data)
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, *size
    image.BitsPerComponent, image.ColorSpace, image.Filter = 8, Name.DeviceGray, Name.DCTDecode
    page.obj.Resources = Dictionary(XObject=Dictionary(Im=image), Font=Dictionary(F1=_helvetica()))
    page.obj.Contents = pdf.make_stream(b"q %d 0 0 %d 0 0 cm /Im Do Q " % box + content)
    return page


def _helvetica() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)


def scanned_pdf(path: Path, *, pages: int = 1, content: bytes = b"", data: bytes | None = None) -> Path:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            image_page(pdf, jpeg() if data is None else data, (830, 1170), content=content)
        pdf.save(path, deterministic_id=True)
    return path


def text_content(*lines: tuple[int, int, str], render_mode: int = 0) -> bytes:
    """Content that sets lines of Helvetica 12 at (x, y) points from the lower left."""
    drawn = "".join(f"BT {render_mode} Tr /F1 12 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines)
    return drawn.encode("latin-1")


def written_pdf(path: Path, *lines: tuple[int, int, str], box: tuple[int, int] = A4) -> Path:
    """A born-digital page."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=box)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=_helvetica()))
        page.obj.Contents = pdf.make_stream(text_content(*lines))
        pdf.save(path, deterministic_id=True)
    return path


def stamp(pdf: pikepdf.Pdf, kind: pikepdf.Name, rectangle: tuple[int, int, int, int]) -> pikepdf.Object:
    """A form field of `kind` (/Sig or /Tx) that paints its rectangle black."""
    left, low, right, high = rectangle
    look = pdf.make_stream(b"0 g 0 0 %d %d re f" % (right - left, high - low))
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, right - left, high - low])
    return pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=kind, F=4, Rect=Array(rectangle), AP=Dictionary(N=look))
    )


def huge_png_header(path: Path, side: int = 20_000) -> Path:
    """A PNG of side x side pixels whose bytes, were they read, would unfold from next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def zip_of(path: Path, members: dict[str, bytes], *, links: tuple[str, ...] = ()) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name in links:
                info.external_attr = 0o120777 << 16
            archive.writestr(info, data)
    return path
