"""The scan itself in the searchable PDF: byte for byte, where the page image shows it, or not at all."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime

import cv2
import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from models.page import Box, Line, Word
from pipeline.clean import clean_page, turned_over
from pipeline.original_page import keep_pages
from pipeline.searchable_pdf import Original, PdfPage, make
from scripts.samples.digital import DigitalPages
from scripts.samples.fonts import Face
from scripts.samples.ink import Text
from tests.archive_faults import archive_faults
from tests.drawn_pages import DPI, HEIGHT, WIDTH, drawn, page_image, skewed
from tests.paper_files import image_page, jpeg, scanned_pdf, stamp, text_content, written_pdf

WHEN = datetime(2026, 1, 5, tzinfo=UTC)
UNTURNED = (620.0, 0.0, 0.0, 0.0, 877.0, 0.0, 0.0, 0.0, 1.0)


def lopsided(mode: str = "RGB") -> Image.Image:
    """A small page that no turn or reflection leaves as it is."""
    pixels = np.full((877, 620, 3), 245, np.uint8)
    cv2.rectangle(pixels, (40, 40), (300, 90), (20, 20, 20), -1)
    cv2.circle(pixels, (480, 680), 80, (200, 40, 40), -1)
    cv2.line(pixels, (60, 800), (200, 500), (20, 20, 20), 9)
    if mode == "1":  # without Pillow's dithering
        return Image.fromarray(pixels).convert("L").point([255 * (value > 127) for value in range(256)], "1")
    return Image.fromarray(pixels).convert(mode)


def filed(path, picture: Image.Image, **options):
    picture.save(path, **options)
    return path


def pdf_with(
    path, tmp_path, *, page: int = 1, size=(620, 877), dpi: float = 75.0, from_scan=UNTURNED, lines=()
) -> bytes:
    target = tmp_path / "originals.pdf"
    (kept,) = keep_pages(path, [page], target)
    assert kept is not None
    original = Original(target, kept.place, from_scan, kept.width_points)
    return make([PdfPage(None, *size, dpi, lines, original)], title="Hồ sơ", created=WHEN)


def rendered(data: bytes, tmp_path, size=(620, 877), dpi: int = 75) -> np.ndarray:
    (tmp_path / "made.pdf").write_bytes(data)
    command = ["pdftoppm", "-r", str(dpi), "-singlefile", "-png", tmp_path / "made.pdf", tmp_path / "shown"]
    subprocess.run(command, check=True)
    with Image.open(tmp_path / "shown.png") as picture:
        return np.asarray(picture.convert("RGB").resize(size), np.int16)


def difference(shown: np.ndarray, expected) -> float:
    return float(np.abs(shown - np.asarray(expected, np.int16)).mean())


def raw_picture(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = pdf.pages[0].Resources.XObject.Im0
        while found.Subtype == Name.Form:
            (found,) = found.Resources.XObject.values()
        return bytes(found.read_raw_bytes())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_kept_byte_for_byte_and_shown_as_its_camera_says(orientation, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = filed(tmp_path / "a.jpg", lopsided(), exif=exif, quality=90)
    with Image.open(path) as picture:
        upright = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        size = (upright.shape[1], upright.shape[0])
        assert picture.size == (620, 877)
    from_scan = (float(size[0]), 0.0, 0.0, 0.0, float(size[1]), 0.0, 0.0, 0.0, 1.0)
    data = pdf_with(path, tmp_path, size=size, from_scan=from_scan)
    assert raw_picture(data) == path.read_bytes()
    assert difference(rendered(data, tmp_path, size), upright) < 2.0
    assert archive_faults(data) == []


@pytest.mark.parametrize(
    ("mode", "options", "exact"),
    [
        ("1", {"compression": "group4", "strip_size": 1_000_000}, True),
        ("1", {"compression": "group4", "strip_size": 4_000}, False),  # strips cannot be joined: encoded anew, as small
        ("L", {"compression": "jpeg", "quality": 80, "strip_size": 16_000}, True),
        ("RGB", {"compression": "jpeg", "quality": 80, "strip_size": 60_000}, True),
        ("RGB", {"compression": "jpeg", "quality": 80, "strip_size": 10_000_000}, True),
    ],
    ids=["fax", "fax in strips", "grey jpeg strips", "colour jpeg strips", "one jpeg strip"],
)
def test_a_tiff_frame_shows_the_same_pixels_in_its_own_encoding(mode, options, exact, tmp_path):
    pictures = [lopsided(mode), lopsided(mode).transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    path = tmp_path / "a.tif"
    with _tiff(path, pictures, options) as tiff:
        tiff.seek(1)
        expected = np.asarray(tiff.convert("RGB"))
        offset, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    data = pdf_with(path, tmp_path, page=2)
    coded = path.read_bytes()[offset : offset + size]
    assert (coded[-24:-2] in raw_picture(data)) == exact
    assert difference(rendered(data, tmp_path), expected) < 1.0
    assert len(raw_picture(data)) < 1.1 * sum(size for size in _strip_sizes(path, 1))
    assert archive_faults(data) == []


def _tiff(path, pictures, options):
    plain = {key: value for key, value in options.items() if key != "strip_size"}
    rows = max(16, options["strip_size"] // (620 * len(pictures[0].getbands())) // 16 * 16)
    pictures[0].save(path, "TIFF", save_all=True, append_images=pictures[1:], tiffinfo={278: min(rows, 880)}, **plain)
    return Image.open(path)


def _strip_sizes(path, frame: int):
    with Image.open(path) as tiff:
        tiff.seek(frame)
        return tiff.tag_v2[279]


@pytest.mark.parametrize(
    ("picture", "options"),
    [(lopsided("CMYK"), {"format": "JPEG"}), (lopsided(), {"format": "WEBP", "quality": 80})],
    ids=["printing colours", "webp"],
)
def test_what_an_archive_cannot_hold_or_only_much_larger_is_not_kept(picture, options, tmp_path):
    path = filed(tmp_path / "a", picture, **options)
    assert keep_pages(path, [1], tmp_path / "originals.pdf") == (None,)


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("skew", [0.0, -4.0])
def test_the_scan_lies_where_the_page_image_shows_it(turn, skew, tmp_path):
    scan = np.ascontiguousarray(np.rot90(skewed(drawn(), skew), turn))
    page = clean_page(page_image(scan))
    if turn in (1, 2):  # which way up is decided by reading, see pipeline/recognize.py
        page = turned_over(page)
    path = filed(tmp_path / "a.png", Image.fromarray(scan))
    size = (page.pixels.shape[1], page.pixels.shape[0])
    shown = rendered(pdf_with(path, tmp_path, size=size, dpi=DPI, from_scan=page.from_scan), tmp_path, size, DPI)
    assert difference(shown[170:-170, 170:-170], page.pixels[170:-170, 170:-170]) < 1.5


def test_words_find_their_print_on_a_photograph_in_perspective(tmp_path):
    corners = np.float32([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]])
    seen = np.float32([[150, 120], [1500, 180], [1580, 2350], [90, 2290]])
    plain = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    boxes = [Box(300, 300, 90, 40), Box(1200, 1100, 90, 40), Box(400, 2000, 90, 40)]
    for box in boxes:
        cv2.rectangle(plain, (box.x, box.y), (box.right, box.bottom), (0, 0, 0), -1)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    photograph = np.asarray(cv2.warpPerspective(plain, matrix, (1700, 2450), borderValue=(90, 70, 55)), np.uint8)
    page = clean_page(page_image(photograph))
    places, _ = cv2.findContours(
        (page.pixels.max(axis=2) < 90).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    found = sorted(
        (cv2.boundingRect(place) for place in places if cv2.contourArea(place) > 1500), key=lambda box: box[1]
    )
    assert len(found) == 3
    lines = tuple(Line((Word("CHỮ", 0.9, Box(*box)),)) for box in found)
    size = (page.pixels.shape[1], page.pixels.shape[0])
    path = filed(tmp_path / "a.jpg", Image.fromarray(photograph), quality=90)
    data = pdf_with(path, tmp_path, size=size, dpi=DPI, from_scan=page.from_scan, lines=lines)
    dark = rendered(data, tmp_path, size, DPI).max(axis=2) < 90
    listing = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "made.pdf", "-"], capture_output=True, text=True, check=True
    )
    words = [line for line in listing.stdout.splitlines() if "<word" in line]
    assert len(words) == 3
    for word in words:
        left, top, right, bottom = (round(float(part) * DPI / 72) for part in word.split('"')[1:8:2])
        assert dark[top:bottom, left:right].mean() > 0.75


@pytest.fixture
def born_digital(tmp_path):
    path = tmp_path / "written.pdf"
    words = ("TỜ KHAI ĐĂNG KÝ KHAI SINH", "Họ và tên: NGUYỄN THỊ MẪU")
    marks = [Text(70, 100 + 40 * n, text, Face("Tinos"), 14, (0, 0, 0)) for n, text in enumerate(words)]
    with pikepdf.new() as pdf:
        DigitalPages(pdf, [marks]).add(marks)
        pdf.save(path)
    return path


def kept_of(path, tmp_path):
    return keep_pages(path, [1], tmp_path / "originals.pdf")[0]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scanned_pdf_page_keeps_its_picture_and_is_shown_as_viewers_do(turn, tmp_path):
    path = tmp_path / "scan.pdf"
    with pikepdf.new() as pdf:
        page = image_page(
            pdf, jpeg(), (830, 1170), content=text_content((90, 700, "somebody's reading"), render_mode=3)
        )
        page.obj.Rotate = turn
        page.obj.CropBox = Array([20, 30, 595, 842])
        page.obj.Annots = Array([stamp(pdf, Name.Sig, (300, 100, 500, 300))])
        pdf.Root.AcroForm = Dictionary(Fields=page.obj.Annots)
        pdf.save(path)
    subprocess.run(
        ["pdftoppm", "-cropbox", "-hide-annotations", "-r", "75", "-singlefile", "-png", path, tmp_path / "as"],
        check=True,
    )
    with Image.open(tmp_path / "as.png") as picture:
        expected = np.asarray(picture.convert("RGB"), np.int16)
    size = (expected.shape[1], expected.shape[0])
    data = pdf_with(path, tmp_path, size=size, from_scan=(*[float(size[0]), 0, 0, 0, float(size[1]), 0, 0, 0, 1.0],))
    assert raw_picture(data) == jpeg()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        sides = [float(side) for side in pdf.pages[0].MediaBox[2:]]
    assert sides == pytest.approx([575, 812] if turn % 180 == 0 else [812, 575], abs=1)
    soft = [cv2.blur(np.asarray(shown, np.float32), (7, 7)) for shown in (rendered(data, tmp_path, size), expected)]
    assert difference(*soft) < 3.0
    assert archive_faults(data) == []
    text = subprocess.run(["pdftotext", tmp_path / "made.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert text.strip() == ""


def test_a_born_digital_page_keeps_its_letters(tmp_path, born_digital):
    kept = kept_of(born_digital, tmp_path)
    assert kept.shows_text
    original = Original(tmp_path / "originals.pdf", kept.place, UNTURNED)
    pages = [PdfPage(None, 620, 877, 75.0, (), original)] * 2
    data = make(pages, title="", created=WHEN)
    assert archive_faults(data) == []
    (tmp_path / "made.pdf").write_bytes(data)
    text = subprocess.run(["pdftotext", tmp_path / "made.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert text.count("NGUYỄN THỊ MẪU") == 2
    with pikepdf.open(io.BytesIO(data)) as pdf:  # pages share their fonts
        fonts = [found for found in pdf.objects if isinstance(found, Dictionary) and "/FontFile2" in found]
        assert len(fonts) == 1


def with_page(path, tmp_path, change):
    """The file with its first page changed; the ways in which a page may not lie in an archive."""
    changed = tmp_path / "changed.pdf"
    with pikepdf.open(path) as pdf:
        change(pdf, pdf.pages[0])
        pdf.save(changed)
    return changed


def content(extra: bytes):
    return lambda pdf, page: page.contents_add(pdf.make_stream(extra))


def layered(pdf, page):
    page.contents_add(pdf.make_stream(b"/OC /L BDC EMC"))


def state(**entries):
    def change(pdf, page):
        page.obj.Resources.ExtGState = Dictionary(G0=Dictionary(**entries))
        page.contents_add(pdf.make_stream(b"/G0 gs"))

    return change


def re_encoded(pdf, page):
    page.obj.Resources.XObject.Im.Filter = Name.LZWDecode


def field_over(pdf, page):
    page.obj.Annots = Array([stamp(pdf, Name.Tx, (100, 100, 200, 200))])
    pdf.Root.AcroForm = Dictionary(Fields=page.obj.Annots)


@pytest.mark.parametrize(
    "change",
    [
        content(b"0 0 0 1 k"), content(b"/Odd ri"), content(b"BX EX"), layered, state(TR=Name.Identity),
        state(BM=Name.Odd), re_encoded, field_over, content(text_content((90, 90, "Helvetica is not in the file"))),
        content(b"q " * 40),
    ],
    ids=["cmyk", "intent", "BX", "layer", "transfer", "blend", "lzw", "filled field", "font", "states"],
)  # fmt: skip
def test_a_page_that_an_archive_forbids_is_not_kept(change, tmp_path):
    path = scanned_pdf(tmp_path / "scan.pdf")
    assert kept_of(path, tmp_path) is not None
    assert kept_of(with_page(path, tmp_path, change), tmp_path) is None


def test_a_page_written_in_a_font_that_is_not_there_is_not_kept(tmp_path):
    assert kept_of(written_pdf(tmp_path / "a.pdf", (90, 700, "letters")), tmp_path) is None
