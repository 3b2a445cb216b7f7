"""Cover sheets: what is printed is read back however it is scanned, and a batch splits without losing a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from typer.testing import CliRunner

from models.dossier import Announcement, DossierCode
from models.errors import UnreadableInput, UsageError
from models.outcome import Reason
from models.page import Box, Code, PageSource, Scan
from pipeline.codes import read_codes
from pipeline.cover_drawing import make_sheets
from pipeline.cover_sheet import (
    announcement_on,
    merge_dossiers,
    page_count_problem,
    parse,
    payload,
    read_batch,
    short_payload,
    split_batch,
)  # fmt: skip
from pipeline.fonts import font_file
from pipeline.intake import Batch, IntakeDossier, Rejection
from pipeline.limits import Limits
from pipeline.rasterize import open_page, page_count
from scripts.cli import app
from tests.paper_files import scan_of

ONE, TWO = DossierCode.parse("H40.12-260105-0007"), DossierCode.parse("000.00.12.H40-251231-00012")
FULL = Announcement(ONE, "1.004873", "H40.12", date(2026, 1, 5), 6)
SCANS = tuple(Scan(number, PageSource("scan.pdf", "f" * 64, number), Path("scan.pdf")) for number in range(1, 8))

codes = st.builds(
    lambda letter, unit, day, ordinal: DossierCode.parse(f"{letter}{unit:02}.{unit}-{day:%y%m%d}-{ordinal:04}"),
    st.sampled_from("AHK"), st.integers(1, 99), st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 99_999),
)  # fmt: skip
announcements = st.builds(
    Announcement,
    codes,
    procedure=st.none() | st.sampled_from(["1.001193", "2.000635", "1.001193.000.00.00.H40"]),
    unit=st.none() | st.sampled_from(["H40", "H40.12.3", "000.00.12.H40"]),
    received_on=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    expected_pages=st.none() | st.integers(1, 9999),
)


@given(announcements)
def test_what_the_codes_say_is_what_was_announced(announcement: Announcement) -> None:
    assert parse(payload(announcement)) == announcement
    assert parse(short_payload(announcement.code)) == Announcement(announcement.code)


@given(st.text() | st.text(alphabet="SOHA1:H40.-26", max_size=60) | st.text().map("SOHOA1:H40.12-260105-0007:".__add__))
def test_any_other_text_is_no_cover_sheet(text: str) -> None:
    found = parse(text)
    assert found is None or payload(found) == text or short_payload(found.code) == text


@pytest.mark.parametrize(
    "foreign",
    [
        "H40.12-260105-0007",  # a receipt's barcode
        "SOHOA2:H40.12-260105-0007",
        "SOHOA1:H40.12-261305-0007",
        "SOHOA1:H40.12-260105-0007:1.004873:H40.12:6:260230",
        "SOHOA1:H40.12-260105-0007:1.004873:H40.12:0:260105",
        "SOHOA1:H40.12-260105-0007:1.004873:H40.12:٣:260105",
        "SOHOA1:H40.12-260105-0007:x:::",
        "031098873827||NGUYEN VAN MAU|01041998|Nam|||",
        "https://example.vn/SOHOA1:H40.12-260105-0007",
        "", ":", "SOHOA1", "SOHOA1:",
    ],
)  # fmt: skip
def test_foreign_codes_split_nothing(foreign: str) -> None:
    assert parse(foreign) is None


def test_what_no_code_can_carry_is_said_before_printing() -> None:
    with pytest.raises(UsageError, match=r"H40\.12-260105-0007"):
        payload(Announcement(ONE, procedure="khai sinh"))


@pytest.fixture(scope="module")
def sheets(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("cover") / "sheets.pdf"
    path.write_bytes(make_sheets([FULL, Announcement(TWO)], procedure_names={"1.004873": "Cấp Giấy xác nhận"}))
    return path


@pytest.fixture(scope="module")
def sheet(sheets: Path) -> Image.Image:
    return Image.fromarray(open_page(scan_of(sheets), limits=Limits()).pixels).convert("L")


def codes_on(picture: Image.Image) -> list[Code]:
    return list(read_codes(np.asarray(picture.convert("RGB"))))


def worn(sheet: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    small = sheet.resize((827, 1169), Image.Resampling.BOX)
    noise = np.random.default_rng(1).normal(0, 40, (1169, 827))
    photocopy = small.filter(ImageFilter.GaussianBlur(1.2))
    yield "300 dpi", sheet
    yield "100 dpi", small
    yield "upside down", small.rotate(180)
    yield "on its side", small.rotate(90, expand=True)
    yield "skewed", small.rotate(7, fillcolor=255, expand=True)
    yield "fax", small.resize((827, 585)).resize((827, 1169)).point(lambda value: 255 * (value > 128))
    yield "noisy photocopy", Image.fromarray(np.clip(np.asarray(photocopy) + noise, 0, 255).astype(np.uint8))
    for name, box in (("upper half torn off", (0, 585, 827, 1169)), ("lower half torn off", (0, 0, 827, 584))):
        yield name, small.crop(box)


def test_a_sheet_is_read_however_it_is_scanned(sheet: Image.Image) -> None:
    read = {name: announcement_on(codes_on(picture)) for name, picture in worn(sheet)}

    assert read == dict.fromkeys(read, FULL)


def test_bars_alone_still_say_whose_the_pages_are(sheet: Image.Image) -> None:
    bars = sheet.crop((1000, 2700, 2480, 3400))

    assert announcement_on(codes_on(bars)) == Announcement(ONE)


def test_sheets_are_a4_and_the_same_each_time(sheets: Path) -> None:
    again = make_sheets([FULL, Announcement(TWO)], procedure_names={"1.004873": "Cấp Giấy xác nhận"})

    assert page_count(sheets, limits=Limits()) == 2
    assert open_page(scan_of(sheets, 2), limits=Limits()).pixels.shape == (3508, 2480)
    assert sheets.read_bytes() == again


def test_a_missing_font_is_named_with_its_package(tmp_path: Path, monkeypatch) -> None:
    other = tmp_path / "fc-match"
    other.write_text("#!/bin/sh\nprintf 'DejaVu Sans\\n/usr/share/fonts/DejaVuSans.ttf'\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="fonts-croscore"):
        font_file.__wrapped__("Arimo")


def numbers(dossier: IntakeDossier | Batch | None) -> list[int]:
    return [scan.source.page for scan in dossier.scans] if dossier else []


A, B = Announcement(ONE), Announcement(TWO, expected_pages=2)


@pytest.mark.parametrize(
    ("found", "named", "split", "strays"),
    [
        ([A, None, None, B, None, None, None], None, {ONE: [1, 2, 3], TWO: [4, 5, 6, 7]}, []),
        ([None, None, A, None, B, None, None], None, {ONE: [3, 4], TWO: [5, 6, 7]}, [1, 2]),
        ([None, None, A, None, None, None, None], TWO, {TWO: [1, 2], ONE: [3, 4, 5, 6, 7]}, []),
        ([A, A, None, B, A, None, None], None, {ONE: [1, 2, 3, 5, 6, 7], TWO: [4]}, []),
        ([None] * 7, None, {}, [1, 2, 3, 4, 5, 6, 7]),
        ([None] * 7, ONE, {ONE: [1, 2, 3, 4, 5, 6, 7]}, []),
    ],
)
def test_a_batch_splits_at_its_cover_sheets(found, named, split, strays) -> None:
    result = split_batch(Batch("scan.pdf", SCANS, code=named), found)

    assert {dossier.code: numbers(dossier) for dossier in result.dossiers} == split
    assert numbers(result.strays) == strays
    assert all([scan.number for scan in d.scans] == [*range(1, len(d.scans) + 1)] for d in result.dossiers)


@given(st.lists(st.sampled_from([None, A, B]), min_size=7, max_size=7), st.sampled_from([None, ONE, TWO]))
def test_no_page_vanishes_and_none_is_doubled(found, named) -> None:
    result = split_batch(Batch("scan.pdf", SCANS, (Rejection(3, Reason.DAMAGED_FILE),), named), found)
    parts = [*result.dossiers, *([result.strays] if result.strays else [])]

    assert sorted(page for part in parts for page in numbers(part)) == [1, 2, 3, 4, 5, 6, 7]
    rejected = [
        scan.source.page
        for part in parts
        for scan in part.scans
        if scan.number in {rejection.number for rejection in part.rejections}
    ]
    assert rejected == [3]


def test_the_sheet_and_the_manifest_complete_each_other() -> None:
    listed = {ONE: Announcement(ONE, procedure="1.000656", expected_pages=9)}
    sheet = Announcement(ONE, procedure="1.004873")
    (dossier,) = split_batch(Batch("s", SCANS), [sheet] + [None] * 6, announced=listed).dossiers

    assert dossier.announcement == Announcement(ONE, procedure="1.004873", expected_pages=9)


def test_codes_are_looked_for_page_by_page_and_a_bad_page_is_noted() -> None:
    def open_pixels(scan: Scan):
        if scan.number == 5:
            raise UnreadableInput(Reason.TOO_SLOW)
        return scan.number

    def read_codes(number):
        return (Code("QRCode", payload(FULL), Box(0, 0, 1, 1)),) if number == 2 else ()

    batch = Batch("s", SCANS, (Rejection(7, Reason.DAMAGED_FILE),))
    looked, found = read_batch(batch, open_pixels=open_pixels, read_codes=read_codes)

    assert found == (None, FULL, None, None, None, None, None)
    assert [(rejection.number, rejection.reason) for rejection in looked.rejections] == [
        (5, Reason.TOO_SLOW), (7, Reason.DAMAGED_FILE),
    ]  # fmt: skip


def test_a_dossier_found_twice_is_one() -> None:
    first = IntakeDossier(ONE, A, SCANS[:3], (Rejection(2, Reason.DAMAGED_FILE),))
    second = IntakeDossier(ONE, FULL, SCANS[2:6], (Rejection(5, Reason.TOO_SLOW),))
    other = IntakeDossier(TWO, None, SCANS[:1])

    merged, alone = sorted(merge_dossiers([first, other, second]), key=lambda d: len(d.scans), reverse=True)

    assert numbers(merged) == [1, 2, 3, 4, 5, 6]
    assert [scan.number for scan in merged.scans] == [1, 2, 3, 4, 5, 6]
    assert [(r.number, r.reason) for r in merged.rejections] == [(2, Reason.DAMAGED_FILE), (5, Reason.TOO_SLOW)]
    assert merged.announcement == FULL
    assert alone == other


@pytest.mark.parametrize(
    ("expected", "pages", "blank", "problem"),
    [
        (None, 5, 0, None), (5, 5, 0, None), (5, 4, 0, Reason.PAGE_COUNT_DIFFERS), (5, 6, 0, Reason.PAGE_COUNT_DIFFERS),
        (5, 8, 3, None), (5, 6, 2, None), (5, 9, 3, Reason.PAGE_COUNT_DIFFERS), (5, 5, 2, None),
    ],
)  # fmt: skip
def test_fewer_or_more_pages_than_announced(expected, pages, blank, problem) -> None:
    announcement = Announcement(ONE, expected_pages=expected)

    assert page_count_problem(announcement, pages=pages, blank_pages=blank) == problem
    assert page_count_problem(None, pages=pages, blank_pages=blank) is None


def test_the_command_prints_sheets(tmp_path: Path) -> None:
    listed = tmp_path / "manifest.csv"
    listed.write_text(f"dossier_code,expected_pages\n{TWO},4\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["cover", "h40.12-260105-0007", "--pages", "6", "--manifest", str(listed)])
    file = tmp_path / "sheets.pdf"
    file.write_bytes(done.stdout_bytes)
    pages = [Image.fromarray(open_page(scan_of(file, page), limits=Limits()).pixels) for page in (1, 2)]

    assert done.exit_code == 0
    assert [announcement_on(codes_on(page)) for page in pages] == [
        Announcement(TWO, unit=TWO.unit, received_on=TWO.received_on, expected_pages=4),
        Announcement(ONE, unit="H40.12", received_on=date(2026, 1, 5), expected_pages=6),
    ]


@pytest.mark.parametrize("wrong", [["khong-phai-ma"], [], ["H40.12-260105-0007", "--received-on", "hôm qua"]])
def test_the_command_refuses_what_is_no_dossier(wrong: list[str]) -> None:
    done = CliRunner().invoke(app, ["cover", *wrong])

    assert (done.exit_code, done.stdout_bytes) == (2, b"")
