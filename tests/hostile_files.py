"""Files as attackers and broken programs make them: bombs, loops, tricks, lies; each made on the spot, small on disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image

from tests.paper_files import jpeg, scanned_pdf

Make = Callable[[Path], Path]
"""Writes the file at the path given, and gives that path."""


def deflated_zeros(megabytes: int) -> bytes:
    """A zlib stream of so many million zeros, a thousandth as long."""
    pack = zlib.compressobj(9)
    return b"".join(pack.compress(bytes(1_000_000)) for _ in range(megabytes)) + pack.flush()


def deflated(piece: bytes, times: int) -> bytes:
    """A zlib stream of `piece` repeated."""
    pack = zlib.compressobj(1)
    block = piece * 10_000
    return b"".join(pack.compress(block) for _ in range(times // 10_000)) + pack.flush()


def raw_pdf(objects: Iterable[bytes], *, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1, with a cross-reference table that is right."""
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<</Size %d %b>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, start)
    return bytes(data)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d %b>>\nstream\n%b\nendstream" % (len(data), entries, data)


def one_page(
    content: bytes,
    *,
    entries: bytes = b"/Filter/FlateDecode",
    page: bytes = b"/MediaBox[0 0 595 842]",
    more: Iterable[bytes] = (),
) -> bytes:
    """A PDF of one page; `content` is object 4's stream as encoded, `more` are objects from 5 on."""
    return raw_pdf((
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R %b>>" % page,
        stream(content, entries),
        *more,
    ))  # fmt: skip


def bytes_at(make: Callable[[], bytes]) -> Make:
    def write(path: Path) -> Path:
        path.write_bytes(make())
        return path

    return write


@cache
def content_bomb() -> bytes:
    """A page whose drawing unfolds from 400 KB to 400 MB of operators that draw nothing."""
    return one_page(deflated(b"q Q ", 100_000_000))


@cache
def doubled_content_bomb() -> bytes:
    """The same, deflated twice: 400 MB in two kilobytes."""
    twice = zlib.compress(deflated(b"q Q ", 100_000_000), 9)
    return one_page(twice, entries=b"/Filter[/FlateDecode/FlateDecode]")


def image_bomb(*, side: int = 20_000, filters: bytes = b"/FlateDecode", data: bytes | None = None) -> bytes:
    """A page covered by a picture of side x side grey pixels, of which the file holds next to nothing."""
    pixels = deflated_zeros(min(60, side * side // 1_000_000)) if data is None else data
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter%b"
    return one_page(
        b"q 595 0 0 842 0 0 cm /Im Do Q", entries=b"", page=b"/MediaBox[0 0 595 842]/Resources<</XObject<</Im 5 0 R>>>>",
        more=[stream(pixels, entries % (side, side, filters))],
    )  # fmt: skip


def fax_picture(kind: bytes, parameters: bytes, data: bytes, *, side: int) -> bytes:
    entries = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1"
        b"/Filter/%b/DecodeParms<<%b>>" % (side, side, kind, parameters)
    )
    return one_page(
        b"q 595 0 0 842 0 0 cm /Im Do Q", entries=b"", page=b"/MediaBox[0 0 595 842]/Resources<</XObject<</Im 5 0 R>>>>",
        more=[stream(data, entries)],
    )  # fmt: skip


def fax_bomb() -> bytes:
    """CCITT G4: one bit a row of white says 60,000 rows of 60,000 pixels."""
    return fax_picture(b"CCITTFaxDecode", b"/K -1/Columns 60000/Rows 60000", b"\xff" * 7500, side=60_000)


def jbig2_bomb() -> bytes:
    """A JBIG2 page information segment of 60,000 x 60,000 pixels, black by default, and nothing on it."""
    segment = struct.pack(">IBBBI", 0, 48, 0, 1, 19) + struct.pack(">IIIIBH", 60_000, 60_000, 0, 0, 0x04, 0)
    return fax_picture(b"JBIG2Decode", b"", segment, side=60_000)


def jpx_bomb(side: int = 60_000) -> bytes:
    """A JPEG 2000 code stream's header of 60,000 x 60,000 pixels, one tile, no data."""
    size = struct.pack(">HIIIIIIIIH", 0, side, side, 0, 0, side, side, 0, 0, 3) + b"\x07\x01\x01" * 3
    cod = b"\x00\x00\x00\x01\x00\x05\x04\x04\x00\x00"
    qcd = b"\x40" + bytes(16)
    body = b"\xff\x4f"
    for marker, part in ((b"\xff\x51", size), (b"\xff\x52", cod), (b"\xff\x5c", qcd)):
        body += marker + struct.pack(">H", len(part) + 2) + part
    body += b"\xff\x90" + struct.pack(">HHIBB", 10, 0, 14, 0, 1) + b"\xff\x93\xff\xd9"
    return image_bomb(side=side, filters=b"/JPXDecode", data=body)


def object_stream_bomb() -> bytes:
    """The catalogue lies in an object stream that unfolds to 1.3 GB."""
    packed = deflated(b"1 0 " + b" " * 1020, 1_300_000)
    data = bytearray(b"%PDF-1.7\n")
    first = len(data)
    data += b"2 0 obj\n%b\nendobj\n" % stream(packed, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")
    start = len(data)
    rows = struct.pack(">BIB", 0, 0, 0) + struct.pack(">BIB", 2, 2, 0)
    rows += struct.pack(">BIB", 1, first, 0) + struct.pack(">BIB", 1, start, 0)
    data += b"3 0 obj\n%b\nendobj\n" % stream(rows, b"/Type/XRef/Size 4/W[1 4 1]/Root 1 0 R")
    data += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(data)


def xref_loop() -> bytes:
    data = raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
                    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"])  # fmt: skip
    start = data.rindex(b"startxref\n") + 10
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % int(data[start:].split()[0]))


def page_tree_loop() -> bytes:
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[3 0 R 2 0 R]>>",
                    b"<</Type/Pages/Parent 2 0 R/Count 9/Kids[2 0 R 3 0 R]>>"])  # fmt: skip


def deep_page_tree() -> bytes:
    """A page under 20,000 knots of the page tree."""
    knots = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (n + 3) for n in range(20_000)]
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", *knots, b"<</Type/Page/MediaBox[0 0 595 842]>>"])


def deep_arrays() -> bytes:
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 200_000 + b"]" * 200_000 + b">>",
                    b"<</Type/Pages/Count 1/Kids[3 0 R]>>", b"<</Type/Page/MediaBox[0 0 595 842]>>"])  # fmt: skip


def outline_loop() -> bytes:
    """Whole and printable: only its bookmarks go round in a circle."""
    return raw_pdf([
        b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>", stream(b"0 g 100 100 200 200 re f"),
        b"<</Type/Outlines/First 6 0 R/Last 6 0 R/Count 1>>", b"<</Title(a)/Parent 5 0 R/Next 6 0 R/First 5 0 R>>",
    ])  # fmt: skip


def form_loop() -> bytes:
    """A form that draws itself, twice: without a limit on nesting it would be drawn for ever."""
    return one_page(
        b"/F Do", entries=b"", page=b"/MediaBox[0 0 595 842]/Resources<</XObject<</F 5 0 R>>>>",
        more=[stream(b"/F Do /F Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>")],
    )  # fmt: skip


def form_tree() -> bytes:
    """Thirty forms, each drawing the next one ten times: 10^30 drawings in 4 KB."""
    forms = [
        stream(b"/F Do " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>" % (n + 6))
        for n in range(30)
    ]
    last = stream(b"0 0 1 1 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return one_page(
        b"/F Do", entries=b"", page=b"/MediaBox[0 0 595 842]/Resources<</XObject<</F 5 0 R>>>>", more=[*forms, last]
    )


def boxed(box: bytes, more: bytes = b"") -> bytes:
    return one_page(b"0 g 0 0 50 50 re f", entries=b"", page=b"/MediaBox[%b]%b" % (box, more))


def many_words(count: int = 250_000) -> bytes:
    """A born-digital page of three times so many words, on top of each other."""
    font = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>>>"
    words = b"".join(b"1 0 0 1 %d %d Tm (kinh gui %d) Tj " % (20 + n % 500, 20 + n % 790, n) for n in range(count))
    return one_page(zlib.compress(b"BT /F 9 Tf " + words + b"ET", 9), page=b"/MediaBox[0 0 595 842]" + font)


def encrypted(path: Path) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="u"))
    return path


def owner_locked(path: Path) -> Path:
    """Opens without a password, though it forbids everything else: a scan like any."""
    scanned_pdf(path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", allow=pikepdf.Permissions(extract=False)))
    return path


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, *, more: bytes = b"", colour: int = 2, bits: int = 8) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + more + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    return png(60, 80, zlib.compress(bytes(80 * 181)), more=png_chunk(b"zTXt", b"Comment\0\0" + deflated_zeros(100)))


def png_profile_bomb() -> bytes:
    return png(60, 80, zlib.compress(bytes(80 * 181)), more=png_chunk(b"iCCP", b"sRGB\0\0" + deflated_zeros(100)))


def tiff(*frames: tuple[bytes, int], width: int = 60, height: int = 80, compression: int = 1) -> bytes:
    """A grey TIFF: each frame the data of its strip and the place of the next frame's directory (0: no more)."""
    data = bytearray(b"II*\0\0\0\0\0")
    places = []
    for strip, _ in frames:
        at = len(data)
        data += strip + b"\0" * (len(strip) % 2)
        places.append(len(data))
        entries = ((256, width), (257, height), (258, 8), (259, compression), (262, 1), (273, at), (278, height),
                   (279, len(strip)))  # fmt: skip
        data += struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", tag, 4, 1, v) for tag, v in entries)
        data += bytes(4)
    struct.pack_into("<I", data, 4, places[0])
    for (_, following), place in zip(frames, places, strict=True):
        struct.pack_into("<I", data, place + 2 + 12 * 8, places[following] if following else 0)
    return bytes(data)


def tiff_frames(count: int) -> bytes:
    return tiff(*((bytes(4800), number if number < count else 0) for number in range(1, count + 1)))


def tiff_bomb() -> bytes:
    return tiff((deflated_zeros(4), 0), width=20_000, height=20_000, compression=8)


def jpeg_of_many_scans() -> bytes:
    """A progressive JPEG of 16 million pixels whose one scan of coefficients is repeated 4,000 times."""
    file = io.BytesIO()
    Image.new("L", (4000, 4000), 99).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    begin = data.rindex(b"\xff\xda")
    end = data.rindex(b"\xff\xd9")
    return data[:begin] + data[begin:end] * 4000 + data[end:]


def noise_png(width: int = 2480, height: int = 3508) -> bytes:
    """A page of pure noise at 300 dpi, black and white."""
    file = io.BytesIO()
    pixels = np.random.default_rng(7).integers(0, 256, (height, width), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG", dpi=(300, 300), compress_level=1)
    return file.getvalue()


def zip_bytes(members: Iterable[tuple[str, bytes]], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return file.getvalue()


def zip_of_many() -> bytes:
    return zip_bytes(((f"{n}", b"") for n in range(100_000)), method=zipfile.ZIP_STORED)


def overlapping_zip() -> bytes:
    """A thousand names for the same 10 MB of zeros (the trick of zbsm.zip)."""
    data = zip_bytes([("0.pdf", bytes(10_000_000))])
    end = data.rindex(b"PK\5\6")
    begin = data.index(b"PK\1\2")
    entry = data[begin:end]
    entries = b"".join(entry.replace(b"0.pdf", b"%c.pdf" % (48 + n % 10)) for n in range(1000))
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 1000, 1000, len(entries))
    return data[:begin] + entries + bytes(tail)


def zip_with_a_false_directory() -> bytes:
    """Its end record says a short list of files; that of ZIP64, which counts, says one of 900 MB."""
    data = zip_bytes([("1.jpg", b"x")])
    at = data.rindex(b"PK\5\6")
    large = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, 900_000_000, data.index(b"PK\1\2"))
    return data[:at] + large + struct.pack("<IIQI", 0x07064B50, 0, at, 1) + data[at:]


def long_named_zip() -> bytes:
    """A name of 60,000 marks above one letter, which take quadratic time to put in order."""
    return zip_bytes([("a" + "\u0301\u0323" * 15_000 + ".jpg", jpeg(60, 80))])


def drawn_pdf() -> bytes:
    """A page with a black square, as small as PDFs get."""
    return one_page(b"0 g 100 100 200 200 re f", entries=b"")
