"""Pages of good and bad files: pixels, resolution, turns, text layers, and a reason for each that cannot be opened."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image

from models.errors import UnreadableInput
from models.outcome import Reason
from models.page import PageImage
from pipeline.limits import Limits
from pipeline.rasterize import open_page, page_count
from tests.paper_files import (
    huge_png_header,
    image_page,
    jpeg,
    print_pattern,
    scan_of,
    scanned_pdf,
    stamp,
    text_content,
    written_pdf,
)  # fmt: skip

LIMITS = Limits(seconds=20)
HALF_RED = Image.new("RGBA", (40, 60), (255, 0, 0, 128))


def count_and_open(path: Path, limits: Limits, page: int) -> PageImage:
    page_count(path, limits=limits)
    return open_page(scan_of(path, page), limits=limits)


def reason_of(path: Path, *, limits: Limits = LIMITS, page: int = 1) -> str:
    """What keeps the page from being opened; the count may already fail."""
    with pytest.raises(UnreadableInput) as caught:
        count_and_open(path, limits, page)
    return caught.value.reason


def saved(picture: Image.Image, path: Path, **how) -> Path:
    picture.save(path, **how)
    return path


@pytest.mark.parametrize(
    ("picture", "kind", "expected"),
    [
        (Image.new("1", (40, 60), 1), "PNG", 255),
        (Image.new("L", (40, 60), 77), "JPEG", 77),
        (Image.fromarray(np.full((60, 40), 40_000, np.uint16)), "PNG", 156),
        (Image.fromarray(np.full((60, 40), 0.5, np.float32)), "TIFF", 128),
        (HALF_RED, "PNG", (255, 127, 127)),
        (HALF_RED, "WEBP", (255, 127, 127)),
        (Image.new("LA", (40, 60), (0, 0)), "PNG", (255, 255, 255)),
        (Image.new("RGB", (40, 60), (0, 0, 254)).convert("P"), "GIF", (0, 0, 254)),
        (Image.new("CMYK", (40, 60), (0, 255, 255, 0)), "TIFF", (255, 0, 0)),
        (Image.new("RGB", (40, 60), (10, 200, 30)), "BMP", (10, 200, 30)),
    ],
    ids=lambda value: value.mode if isinstance(value, Image.Image) else str(value),
)
def test_every_kind_of_pixel_becomes_rgb_on_white_paper_or_grey(tmp_path: Path, picture, kind, expected) -> None:
    page = open_page(scan_of(saved(picture, tmp_path / "wrong.pdf", format=kind)), limits=LIMITS)

    assert page.pixels.shape == (60, 40, *np.shape(expected))
    assert np.abs(page.pixels[30, 20].astype(int) - expected).max() <= 2
    assert not page.pixels.flags.writeable


def test_a_photograph_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held a quarter turn
    file = saved(Image.fromarray(print_pattern(80, 60)), tmp_path / "phone.jpg", exif=exif)

    assert open_page(scan_of(file), limits=LIMITS).pixels.shape == (80, 60)


@pytest.mark.parametrize(
    ("size", "stated", "expected"),
    [
        ((827, 1169), 100, 100),  # A4 as stated
        ((827, 1169), None, 100),  # nothing stated: A4
        ((1654, 2339), 72, 200),  # a phone's 72 dpi would make a sheet of 82 cm
        ((640, 400), 200, 200),  # a card
        ((3307, 2339), 200, 200),  # A3 across
    ],
)
def test_resolution_is_what_is_stated_if_it_makes_a_believable_sheet(tmp_path: Path, size, stated, expected) -> None:
    how = {"dpi": (stated, stated)} if stated else {}
    file = saved(Image.new("L", size, 255), tmp_path / "page.png", **how)

    assert open_page(scan_of(file), limits=LIMITS).dpi == pytest.approx(expected, rel=0.01)


def test_more_than_300_dpi_is_brought_down(tmp_path: Path) -> None:
    file = saved(Image.new("L", (2400, 3400), 255), tmp_path / "fine.png", dpi=(600, 600))
    page = open_page(scan_of(file), limits=LIMITS)

    assert (page.pixels.shape, page.dpi) == ((1700, 1200), pytest.approx(300, rel=0.01))


def test_a_tiff_gives_its_frames_in_order(tmp_path: Path) -> None:
    frames = [Image.new("1" if shade else "L", (40, 60), shade) for shade in (0, 255, 0)]
    file = saved(frames[0], tmp_path / "fax.tif", save_all=True, append_images=frames[1:])

    assert page_count(file, limits=LIMITS) == 3
    assert [int(open_page(scan_of(file, page), limits=LIMITS).pixels[0, 0]) for page in (1, 2, 3)] == [0, 255, 0]


def test_a_scanned_page_is_its_picture_bit_for_bit(tmp_path: Path) -> None:
    page = open_page(scan_of(scanned_pdf(tmp_path / "scan.pdf")), limits=LIMITS)

    assert (page.pixels == np.asarray(Image.open(io.BytesIO(jpeg())))).all()
    assert (round(page.dpi), page.text_layer) == (100, None)


def fax_pdf(path: Path, share: float) -> Path:
    """A page of Group 4 data, of which only `share` is there."""
    file = io.BytesIO()
    Image.fromarray(print_pattern() > 128).save(file, "TIFF", compression="group4", tiffinfo={278: 1170})
    tags = Image.open(file).tag_v2
    data = file.getvalue()[tags[273][0] : tags[273][0] + int(tags[279][0] * share)]
    with pikepdf.new() as pdf:
        page = image_page(pdf, data, (830, 1170))
        image = page.obj.Resources.XObject.Im
        image.BitsPerComponent, image.Filter = 1, Name.CCITTFaxDecode
        image.DecodeParms = Dictionary(K=-1, Columns=830, Rows=1170, BlackIs1=tags[262] == 1)
        pdf.save(path)
    return path


def test_a_fax_is_its_picture_and_a_cut_one_is_no_page_with_a_white_end(tmp_path: Path) -> None:
    whole = open_page(scan_of(fax_pdf(tmp_path / "fax.pdf", 1)), limits=LIMITS)

    assert ((whole.pixels > 128) == (print_pattern() > 128)).all()
    assert reason_of(fax_pdf(tmp_path / "cut.pdf", 0.6)) == Reason.DAMAGED_FILE


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_is_turned_as_viewers_turn_it(tmp_path: Path, turn: int) -> None:
    path = scanned_pdf(tmp_path / "scan.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Rotate = turn
        pdf.save(path)
    expected = np.rot90(np.asarray(Image.open(io.BytesIO(jpeg()))), -turn // 90)

    assert (open_page(scan_of(path), limits=LIMITS).pixels == expected).all()


def test_print_over_a_scan_is_drawn(tmp_path: Path) -> None:
    file = scanned_pdf(tmp_path / "stamped.pdf", content=b"0 g 400 100 100 100 re f")
    page = open_page(scan_of(file), limits=LIMITS)

    assert page.pixels[int((842 - 150) / 842 * 1170), int(450 / 595 * 830)].max() < 40


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_that_must_be_drawn_is_neither_squeezed_nor_cut(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "turned.pdf"
    with pikepdf.new() as pdf:
        page = image_page(pdf, jpeg(), (830, 1170), content=b"0 g 500 700 60 100 re f 60 60 40 40 re f")
        page.obj.Rotate = turn
        pdf.save(path)
    pixels = open_page(scan_of(path), limits=LIMITS).pixels
    command = ["pdftoppm", "-r", "100", "-singlefile", "-png", str(path), str(tmp_path / "shown")]
    subprocess.run(command, check=True)
    with Image.open(tmp_path / "shown.png") as shown:
        expected = np.asarray(shown.convert("RGB").resize((pixels.shape[1], pixels.shape[0])), np.int16)
        assert abs(pixels.shape[1] / pixels.shape[0] - shown.width / shown.height) < 0.01
    assert float(np.abs(pixels.astype(np.int16) - expected).mean()) < 4


@pytest.mark.parametrize("others", [lambda _pdf: [], lambda pdf: [stamp(pdf, Name.Tx, (250, 50, 350, 150))]])
def test_signature_stamps_are_not_print_but_form_fields_are(tmp_path: Path, others) -> None:
    path = tmp_path / "signed.pdf"
    with pikepdf.new() as pdf:
        page = image_page(pdf, jpeg(), (830, 1170))
        fields = [stamp(pdf, Name.Sig, (50, 50, 150, 150)), *others(pdf)]
        page.obj.Annots = Array(fields)
        pdf.Root.AcroForm = Dictionary(Fields=Array(fields))
        pdf.save(path)
    pixels = open_page(scan_of(path), limits=LIMITS).pixels
    row = int((842 - 100) / 842 * pixels.shape[0])

    assert pixels[row, int(100 / 595 * pixels.shape[1])].min() > 200
    assert (pixels[row, int(300 / 595 * pixels.shape[1])].max() < 40) == (len(fields) > 1)


def test_a_written_page_gives_its_text_where_its_ink_is(tmp_path: Path) -> None:
    lines = ((100, 700, "UY BAN NHAN DAN"), (100, 500, "Giay xac nhan tinh trang hon nhan"))
    page = open_page(scan_of(written_pdf(tmp_path / "born.pdf", *lines)), limits=LIMITS)

    assert page.text_layer is not None
    assert [line.text for line in page.text_layer] == [text for _, _, text in lines]
    for line in page.text_layer:
        box = line.box
        assert page.pixels[box.y : box.bottom, box.x : box.right].min() < 60
    assert round(page.dpi) == 300


def test_somebodys_earlier_reading_of_a_scan_is_not_trusted(tmp_path: Path) -> None:
    hidden = text_content((100, 700, "UY BAN NHAN DAN XA QUOI AN, HUYEN VUNG LIEM"), render_mode=3)
    file = scanned_pdf(tmp_path / "ocred.pdf", content=hidden)

    assert open_page(scan_of(file), limits=LIMITS).text_layer is None


def test_a_caption_is_not_the_text_of_a_page_drawn_as_curves(tmp_path: Path) -> None:
    curves = "".join(f"60 {y} 300 9 re f " for y in range(100, 600, 20))
    path = written_pdf(tmp_path / "outlined.pdf", (100, 700, "Ban sao dien tu cap tu so goc ho tich"))
    assert open_page(scan_of(path), limits=LIMITS).text_layer is not None
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].contents_add(curves.encode("ascii"))
        pdf.save(path)

    assert open_page(scan_of(path), limits=LIMITS).text_layer is None


def test_a_poster_is_drawn_smaller_and_a_hall_is_refused(tmp_path: Path) -> None:
    poster = written_pdf(tmp_path / "poster.pdf", (100, 700, "x"), box=(2384, 3370))
    hall = written_pdf(tmp_path / "hall.pdf", (100, 700, "x"), box=(14_000, 14_000))

    height, width, _ = open_page(scan_of(poster), limits=LIMITS).pixels.shape
    assert 20_000_000 < height * width <= 25_100_000
    assert reason_of(hall) == Reason.TOO_LARGE


def cut(path: Path, source: Path, share: float) -> Path:
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def locked(path: Path) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="u"))
    return path


def looped(path: Path) -> Path:
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\ntrailer<</Root 1 0 R>>\n"
    )
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda d: written(d / "a.pdf", b""), Reason.EMPTY_FILE),
        (lambda d: written(d / "a.pdf", b"<!DOCTYPE html><html>404"), Reason.NOT_A_SCAN),
        (lambda d: written(d / "a.jpg", b"just words"), Reason.NOT_A_SCAN),
        (lambda d: d / "gone.pdf", Reason.FILE_MISSING),
        (lambda d: written(d / "a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20), Reason.DAMAGED_FILE),
        (lambda d: cut(d / "a.pdf", scanned_pdf(d / "b.pdf"), 0.5), Reason.DAMAGED_FILE),
        (lambda d: cut(d / "a.jpg", written(d / "b.jpg", jpeg()), 0.5), Reason.DAMAGED_FILE),
        (lambda d: scanned_pdf(d / "a.pdf", data=jpeg()[:9000]), Reason.DAMAGED_FILE),
        (lambda d: scanned_pdf(d / "a.pdf", data=b"no picture"), Reason.DAMAGED_FILE),
        (lambda d: looped(d / "a.pdf"), Reason.DAMAGED_FILE),
        (lambda d: locked(d / "a.pdf"), Reason.ENCRYPTED_FILE),
        (lambda d: huge_png_header(d / "a.png"), Reason.TOO_LARGE),
        (lambda d: huge_png_header(d / "a.png", side=4000), Reason.DAMAGED_FILE),
        (lambda d: written(d / "a.tif", b"II*\x00" + bytes(40)), Reason.DAMAGED_FILE),
        (lambda d: written(d / "a.webp", b"RIFF\x10\x00\x00\x00WEBPVP8 "), Reason.DAMAGED_FILE),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_says_why(tmp_path: Path, make, expected: Reason) -> None:
    assert reason_of(make(tmp_path)) == expected


def test_limits_on_pages_and_bytes(tmp_path: Path) -> None:
    file = scanned_pdf(tmp_path / "a.pdf", pages=3)

    assert reason_of(file, limits=Limits(pages=2)) == Reason.TOO_MANY_PAGES
    assert reason_of(file, limits=Limits(file_megabytes=0)) == Reason.TOO_LARGE
    assert reason_of(file, page=4) == Reason.DAMAGED_FILE


def test_a_file_that_is_two_kinds_is_what_its_first_bytes_say(tmp_path: Path) -> None:
    pdf = scanned_pdf(tmp_path / "a.pdf").read_bytes()
    both = written(tmp_path / "both.pdf", jpeg() + pdf)

    assert page_count(both, limits=LIMITS) == 1
    assert open_page(scan_of(both), limits=LIMITS).pixels.shape == (1170, 830)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6))
def test_no_damage_to_a_file_ends_in_anything_but_a_page_or_a_reason(tmp_path: Path, edits) -> None:
    data = bytearray(written_pdf(tmp_path / "a.pdf", (10, 70, "Kinh gui"), box=(100, 90)).read_bytes())
    for place, bytes_ in edits:
        data[place % len(data) : place % len(data) + len(bytes_)] = bytes_
    file = written(tmp_path / "b.pdf", bytes(data))
    reason = ""
    try:
        open_page(scan_of(file), limits=LIMITS)
    except UnreadableInput as error:
        reason = error.reason
    assert reason in {"", *Reason}
