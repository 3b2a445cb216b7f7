"""Pages read by the real Tesseract: the right way up, second looks, boxed numbers, rejections."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from models.errors import RecognizerFailed, RecognizerMissing
from models.outcome import Reason
from models.page import PageSource, Scan
from models.reader import Reader
from pipeline import digitize, mrz, tesseract
from pipeline.clean import clean_page
from pipeline.fonts import font_file
from pipeline.legibility import judge
from pipeline.limits import Limits
from pipeline.recognize import read_pages
from tests.drawn_pages import LINES, drawn, page_image, skewed

PLAIN = drawn()
TEXT = "\n".join(LINES)


def read(pixels, folder, **kwargs):
    return read_pages([clean_page(page_image(pixels, **kwargs))], folder=folder)[0]


def errors(text):
    return Levenshtein.distance(TEXT, text) / len(TEXT)


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_every_way_up_reads_alike(quarter_turns, tmp_path):
    page, text = read(np.ascontiguousarray(np.rot90(PLAIN, quarter_turns)), tmp_path)
    assert errors(text.text) < 0.01
    assert page.rotation_degrees == text.rotation_degrees == 90 * quarter_turns
    assert text.mean_confidence > 0.85


def test_boxes_lie_on_the_stored_page(tmp_path):
    page, text = read(PLAIN, tmp_path)
    for line in text.lines:
        box = line.box
        inside = page.pixels[box.y : box.bottom, box.x : box.right]
        assert (inside < 128).mean() > 0.05, line
    covered = page.pixels.copy()
    for line in text.lines:
        box = line.box
        covered[max(0, box.y - 8) : box.bottom + 8, max(0, box.x - 8) : box.right + 8] = 255
    assert (covered < 128).mean() < 0.0005


def test_a_number_in_boxes_is_one_word(tmp_path):
    page = drawn([*LINES, "Số định danh cá nhân:"])
    for place, digit in enumerate("001199000123"):
        x = 640 + 46 * place
        cv2.rectangle(page, (x, 1030), (x + 46, 1090), (30, 30, 30), 2)
        page[1034:1086, x + 6 : x + 42] = drawn([digit], left=8, top=6)[0:52, 0:36]
    _, text = read(page, tmp_path)
    words = [word for line in text.lines for word in line.words]
    number = next(word for word in words if word.text == "001199000123" and word.box.y > 1000)
    assert abs(number.box.x - 640) < 12
    assert abs(number.box.width - 12 * 46) < 20


def test_columns_of_a_ruled_table_are_not_mixed(tmp_path):
    page = drawn(["Họ tên: NGUYỄN THỊ MẪU", "Sinh ngày 17 tháng 5", "Quốc tịch: Việt Nam"], left=120)
    right = drawn(["Họ tên: TRẦN VĂN THỬ", "Sinh ngày 3 tháng 11", "Dân tộc: Kinh"], left=640)
    page = np.minimum(page, right)
    for x in (100, 615, 1200):
        cv2.line(page, (x, 220), (x, 500), (20, 20, 20), 3)
    for y in (220, 310, 390, 500):
        cv2.line(page, (100, y), (1200, y), (20, 20, 20), 3)
    _, text = read(page, tmp_path)
    assert [line.text for line in text.lines] == [
        "Họ tên: NGUYỄN THỊ MẪU", "Họ tên: TRẦN VĂN THỬ", "Sinh ngày 17 tháng 5", "Sinh ngày 3 tháng 11",
        "Quốc tịch: Việt Nam", "Dân tộc: Kinh",
    ]  # fmt: skip


def scrawled(page):
    """The page with a loop of the pen down its lower half."""
    down = np.arange(600, 2200, 2)
    loop = np.stack([820 + 400 * np.sin(down / 60), down + 60 * np.cos(down / 45)], axis=1).astype(np.int32)
    cv2.polylines(page, [loop], False, (20, 20, 20), 7)
    return page


def test_a_blurred_card_in_colour_is_lost_and_a_seal_alone_is_not(tmp_path):
    card = drawn(size=30)
    cv2.rectangle(card, (200, 200), (900, 640), (200, 60, 60), 40)
    page, text = read(np.asarray(cv2.GaussianBlur(card, (0, 0), 12), np.uint8), tmp_path)
    assert judge(page, text).rejection == Reason.NO_READABLE_TEXT
    seal = np.full_like(card, 250)
    cv2.circle(seal, (1200, 1700), 140, (200, 30, 40), 12)
    page, text = read(seal, tmp_path)
    assert (judge(page, text).rejection, text.blank) == (None, False)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda page: np.asarray(cv2.GaussianBlur(page, (0, 0), 10), np.uint8), Reason.NO_READABLE_TEXT),
        (lambda page: (page // 12).astype(np.uint8), Reason.PAGE_BLACK),
        (lambda page: page, None),
        (lambda page: skewed(drawn(["Không có"]), 1.0, ground=0)[160:-160, 160:-160], None),
        (lambda page: scrawled(drawn(["Không có"])), Reason.NO_READABLE_TEXT),
    ],
    ids=["blurred", "black", "plain", "two words", "two words beside what nobody can read"],
)
def test_what_cannot_be_used_is_rejected_with_its_reason(spoil, reason, tmp_path):
    page, text = read(spoil(drawn(size=40)), tmp_path)
    assert judge(page, text).rejection == reason


class TesseractThatFailsOnRuns:
    """Fails whenever it is given more than one whole page, as a crash in one page's reading does."""

    def __call__(self, pages, **kwargs):
        if len(pages) > 1:
            raise RecognizerFailed("status 139")
        return read_pages(pages, **kwargs)


def test_one_page_that_breaks_the_recognizer_costs_only_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(digitize, "read_pages", TesseractThatFailsOnRuns())
    scans = []
    for number in (1, 2):
        path = tmp_path / f"{number}.png"
        cv2.imwrite(str(path), PLAIN)
        scans.append(Scan(number, PageSource(path.name, "0" * 64, 1), path))
    read_both = digitize.read_scans(scans, folder=tmp_path, limits=Limits())
    assert [page.text.number for page in read_both] == [1, 2]
    assert all(errors(page.text.text) < 0.01 and page.image.stat().st_size > 10_000 for page in read_both)


@pytest.mark.parametrize(
    ("picture", "mode"),
    [
        (np.where(PLAIN > 127, 255, 0).astype(np.uint8), ("PNG", "1")),
        (PLAIN, ("JPEG", "L")),
        (np.where(PLAIN > 127, (255, 240, 200), PLAIN).astype(np.uint8), ("JPEG", "RGB")),
    ],
    ids=["fax", "grey", "colour"],
)
def test_the_stored_page_is_no_larger_than_it_must_be(picture, mode, tmp_path):
    path = tmp_path / "scan.png"
    Image.fromarray(picture).save(path)
    scan = Scan(1, PageSource("scan.png", "0" * 64, 1), path)
    (page,) = digitize.read_scans([scan], folder=tmp_path, limits=Limits())
    with Image.open(page.image) as stored:
        assert (stored.format, stored.mode) == mode
    assert errors(page.text.text) < 0.01


def test_a_missing_model_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(RecognizerMissing, match="apt-get install"):
        tesseract.check_installed()


def test_a_page_out_of_time_is_a_failure_that_can_be_retried(tmp_path):
    page = clean_page(page_image(PLAIN))
    with pytest.raises(RecognizerFailed) as caught:
        read_pages([page], folder=tmp_path, seconds=0.01, reader=Reader.TESSERACT)
    assert caught.value.retryable


def test_a_zone_is_read_whole_without_asking_tesseract(monkeypatch, tmp_path):
    monkeypatch.setattr("pipeline.recognize.ZONE_LANGUAGE", "not installed")
    zone = ("IDVNM1990001239001199000123<<0", "9905175F3905173VNM<<<<<<<<<<<8", "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<")
    page = drawn(["Nơi cư trú / Place of residence", "Số 1 đường Thử Nghiệm"], size=22)
    font = ImageFont.truetype(font_file("DejaVu Sans Mono"), 30)
    image = Image.fromarray(page)
    for place, line in enumerate(zone):
        ImageDraw.Draw(image).text((220, 600 + 52 * place), line, fill=(20, 20, 20), font=font)
    _, text = read(np.array(image), tmp_path)
    found = mrz.find([line.text for line in text.lines])
    assert found is not None
    assert (found.id_number, found.birth_date, found.strong) == ("001199000123", "1999-05-17", True)


def test_without_a_second_opinion_the_first_reading_stands(monkeypatch, tmp_path):
    def crashes(*_args, **_kwargs):
        raise RecognizerFailed("Tesseract stopped with status -8")

    monkeypatch.setattr("pipeline.recognize.read_pictures", crashes)
    monkeypatch.setattr("pipeline.second_opinion._UNSURE", 1.1)  # every line is asked about
    (_, text), *_ = read_pages([clean_page(page_image(PLAIN))], folder=tmp_path)
    assert errors(text.text) < 0.01
