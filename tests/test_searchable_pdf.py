"""The searchable PDF: the text is found where it is printed, the picture is untouched, the archive's rules hold."""

import io
import re
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate

import numpy as np
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from models.errors import UnreadableInput
from models.page import Box, Line, Word
from pipeline import glyphless_font
from pipeline.searchable_pdf import PdfPage, make
from scripts import make_glyphless_font

WHEN = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
WIDTH, HEIGHT, DPI = 620, 877, 75.0


def line(y: int, *words: str, height: int = 14) -> Line:
    x, placed = 40, []
    for word in words:
        width = 9 * len(word)
        placed.append(Word(word, 0.9, Box(x, y, width, height)))
        x += width + 5
    return Line(tuple(placed))


LINES = (
    line(40, "CỘNG", "HÒA", "XÃ", "HỘI", "CHỦ", "NGHĨA", "VIỆT", "NAM"),
    line(70, "Độc", "lập", "-", "Tự", "do", "-", "Hạnh", "phúc"),
    line(110, "Họ", "và", "tên:", "NGUYỄN", "THỊ", "HƯỜNG,", "quyển", "số", "(3)"),
    line(140, "Mức", "phí:", "15.000đ", "–", "“miễn”", "𝟙", height=20),
)


def drawing(mode: str = "RGB") -> Image.Image:
    """A page that no turn or reflection leaves as it is."""
    picture = Image.new(mode, (WIDTH, HEIGHT), 1 if mode == "1" else "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 40, 300, 90), fill=0 if mode == "1" else "black")
    draw.ellipse((400, 600, 560, 760), fill=0 if mode in ("1", "L") else "red")
    draw.line((60, 800, 200, 500), fill=0 if mode == "1" else "black", width=9)
    return picture


def filed(picture: Image.Image, form: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


JPEG = filed(drawing(), "JPEG", quality=90)


def run(tmp_path, data: bytes, *command: str) -> str:
    (tmp_path / "made.pdf").write_bytes(data)
    return subprocess.run(
        [part.replace("PDF", str(tmp_path / "made.pdf")) for part in command],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def rendered(tmp_path, data: bytes) -> np.ndarray:
    run(tmp_path, data, "pdftoppm", "-r", str(int(DPI)), "-singlefile", "-png", "PDF", str(tmp_path / "page"))
    with Image.open(tmp_path / "page.png") as picture:
        return np.asarray(picture.convert("RGB").resize((WIDTH, HEIGHT)), dtype=np.int16)


def difference(one: np.ndarray, other: Image.Image) -> float:
    return float(np.abs(one - np.asarray(other.convert("RGB"), dtype=np.int16)).mean())


def test_the_text_is_found_line_by_line_page_by_page(tmp_path):
    pages = [PdfPage(JPEG, WIDTH, HEIGHT, DPI, LINES), PdfPage(JPEG, WIDTH, HEIGHT, DPI, LINES[1:2])]
    text = run(tmp_path, make(pages, title="Hồ sơ", created=WHEN), "pdftotext", "-raw", "PDF", "-")
    assert [page.split("\n")[:-1] for page in text.split("\f")] == [
        [printed.text.replace("𝟙", "\ufffd") for printed in LINES],
        [LINES[1].text],
        [],
    ]


def test_words_lie_on_their_print(tmp_path):
    data = make([PdfPage(JPEG, WIDTH, HEIGHT, DPI, LINES)], title="Hồ sơ", created=WHEN)
    found = re.findall(
        r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">', run(tmp_path, data, "pdftotext", "-bbox", "PDF", "-")
    )
    points = 72 / DPI
    words = [word.box for printed in LINES for word in printed.words]
    assert len(found) == len(words)
    for box, corners in zip(words, found, strict=True):
        expected = [box.x, box.y, box.right, box.bottom]
        assert [float(corner) for corner in corners] == pytest.approx([edge * points for edge in expected], abs=1.5)


def test_half_a_word_is_selected_where_half_of_it_is_printed(tmp_path):
    wide_first = Word("MMMill", 0.9, Box(100, 50, 90, 14), cuts=(126, 152, 178, 182, 186))
    data = make([PdfPage(JPEG, WIDTH, HEIGHT, DPI, (Line((wide_first,)),))], title="", created=WHEN)
    assert run(tmp_path, data, "pdftotext", "-raw", "PDF", "-").split() == ["MMMill"]

    def selected(left: int, right: int) -> str:
        area = ("-x", str(left), "-y", "40", "-W", str(right - left), "-H", "40")
        return run(tmp_path, data, "pdftotext", "-r", str(int(DPI)), *area, "PDF", "-").strip()

    assert [selected(90, 122), selected(130, 148), selected(155, 174), selected(188, 200)] == ["M", "M", "M", "l"]


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=12), st.text("aỆm", min_size=1, max_size=12), st.integers(0, 3000)
)
def test_letters_lie_within_their_word_one_after_another(widths, text, left):
    edges = list(accumulate(widths, initial=left))
    word = Word(text, 0.9, Box(left, 0, edges[-1] - left, 20), cuts=tuple(edges[1:-1]))
    assert len(word.edges) == len(text) + 1
    assert (word.edges[0], word.edges[-1]) == pytest.approx((edges[0], edges[-1]))
    assert list(word.edges) == sorted(set(word.edges))
    assert len(text) != len(widths) or list(word.edges) == edges


def test_boxes_that_overlap_do_not_disturb_the_order(tmp_path):
    words = (
        Word("REPUBLIC", 0.9, Box(100, 50, 200, 30)),
        Word("OF", 0.9, Box(190, 45, 20, 50)),
        Word("VIỆT", 0.9, Box(215, 50, 40, 30)),
    )
    data = make([PdfPage(JPEG, WIDTH, HEIGHT, DPI, (Line(words),))], title="", created=WHEN)
    assert run(tmp_path, data, "pdftotext", "-raw", "PDF", "-").split("\n")[0] == "REPUBLIC OF VIỆT"


@pytest.mark.parametrize(
    ("picture", "kept"),
    [
        (JPEG, "/DCTDecode"),
        (filed(drawing("L"), "JPEG"), "/DCTDecode"),
        (filed(drawing("CMYK"), "JPEG"), None),
        (filed(drawing(), "PNG"), "/FlateDecode"),
        (filed(drawing("L"), "PNG"), "/FlateDecode"),
        (filed(drawing("P"), "PNG"), None),
        (filed(drawing("RGBA"), "PNG"), None),
        (filed(drawing("1"), "PNG"), "/CCITTFaxDecode"),
        (filed(drawing("1"), "TIFF", compression="group4"), "/CCITTFaxDecode"),
        (filed(drawing(), "WEBP", lossless=True), None),
    ],
    ids=["jpeg", "grey-jpeg", "cmyk-jpeg", "png", "grey-png", "palette", "transparent", "bits", "fax", "webp"],
)
def test_every_kind_of_picture_looks_as_it_did(tmp_path, picture, kept):
    data = make([PdfPage(picture, WIDTH, HEIGHT, DPI)], title="Hồ sơ", created=WHEN)
    with Image.open(io.BytesIO(picture)) as original:
        assert difference(rendered(tmp_path, data), original) < 2.0
    with pikepdf.open(io.BytesIO(data)) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        assert kept in (None, image.Filter)
        assert picture in image.read_raw_bytes() or kept != "/DCTDecode"
        assert "/SMask" not in image
        assert image.ColorSpace in ("/DeviceRGB", "/DeviceGray")


def test_black_and_white_stays_small():
    fax = filed(drawing("1"), "TIFF", compression="group4")
    data = make([PdfPage(fax, WIDTH, HEIGHT, DPI)], title="Hồ sơ", created=WHEN)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()) < 1.1 * len(fax)


def test_a_picture_that_its_camera_turned_is_shown_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = filed(drawing().rotate(90, expand=True), "JPEG", exif=exif, quality=95)
    data = make([PdfPage(turned, WIDTH, HEIGHT, DPI)], title="", created=WHEN)
    assert difference(rendered(tmp_path, data), drawing()) < 2.0


def test_what_an_archive_asks_for():
    data = make([PdfPage(JPEG, WIDTH, HEIGHT, DPI, LINES)], title="Tờ khai & <bản sao>", created=WHEN)
    header = data.split(b"\n")[:2]
    assert header[0] == b"%PDF-1.7"
    assert header[1][:1] == b"%"
    assert all(byte > 127 for byte in header[1][1:5])
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.trailer.ID) == 2
        assert "/Encrypt" not in pdf.trailer
        root = pdf.Root
        assert not {"/AA", "/OpenAction", "/Names", "/AcroForm", "/OCProperties"} & set(root.keys())
        assert root.Lang == "vi"
        (intent,) = root.OutputIntents
        assert (intent.S, intent.DestOutputProfile.N) == ("/GTS_PDFA1", 3)
        profile = intent.DestOutputProfile.read_bytes()
        assert (profile[16:20], profile[36:40], profile[8] < 5) == (b"RGB ", b"acsp", True)
        for found in pdf.objects:
            if isinstance(found, pikepdf.Stream):
                assert found.get("/Filter") in (None, "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode")
                assert not {"/F", "/Group", "/SMask", "/Alternates", "/OPI"} & set(found.keys())
            if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/Page":
                assert not {"/Group", "/Annots", "/AA"} & set(found.keys())
        font = pdf.pages[0].Resources.Font.F0
        below = font.DescendantFonts[0]
        assert (font.Encoding, below.Subtype) == ("/Identity-H", "/CIDFontType2")
        assert below.BaseFont == font.BaseFont == below.FontDescriptor.FontName
        assert len(below.CIDToGIDMap.read_bytes()) == 2 * 65536
        assert below.FontDescriptor.FontFile2.read_bytes()[:4] == b"\x00\x01\x00\x00"
        raw = root.Metadata.read_raw_bytes().decode("utf-8")
        assert "/Filter" not in root.Metadata
        assert raw.startswith('<?xpacket begin="\ufeff"')
        assert raw.endswith('<?xpacket end="w"?>')
        metadata = pdf.open_metadata()
        assert metadata.pdfa_status == "2B"
        assert metadata["dc:title"] == str(pdf.docinfo.Title) == "Tờ khai & <bản sao>"
        assert metadata["pdf:Producer"] == str(pdf.docinfo.Producer)
        assert metadata["xmp:CreateDate"] == metadata["xmp:ModifyDate"] == "2026-01-05T08:30:00Z"
        assert str(pdf.docinfo.CreationDate) == str(pdf.docinfo.ModDate) == "D:20260105083000Z"


def test_the_font_is_embedded(tmp_path):
    data = make([PdfPage(JPEG, WIDTH, HEIGHT, DPI, LINES)], title="", created=WHEN)
    row = run(tmp_path, data, "pdffonts", "PDF").split("\n")[2].split()
    assert row[:6] == ["SohoaGlyphless", "CID", "TrueType", "Identity-H", "yes", "no"]


def test_the_font_s_file_is_what_makes_it():
    assert make_glyphless_font.font_file() == glyphless_font.font_file()


def test_the_same_input_gives_the_same_bytes():
    pages = [PdfPage(JPEG, WIDTH, HEIGHT, DPI, LINES)]
    hanoi = WHEN.astimezone(timezone(timedelta(hours=7)))
    assert make(pages, title="x", created=WHEN) == make(pages, title="x", created=hanoi)
    assert make(pages, title="x", created=WHEN) != make(pages, title="y", created=WHEN)


def test_a_page_is_never_larger_than_a_pdf_may_be():
    data = make([PdfPage(JPEG, 20_000, 20_000, 72.0)], title="", created=WHEN)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert max(float(edge) for edge in pdf.pages[0].MediaBox) <= 14400


def test_a_broken_picture_is_named_as_such():
    with pytest.raises(UnreadableInput, match="damaged_file"):
        make([PdfPage(b"no picture", WIDTH, HEIGHT, DPI)], title="", created=WHEN)
