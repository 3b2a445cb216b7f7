"""Codes on pages: where they are, what they say, however they lie; and nothing where there is none."""

import cv2
import numpy as np
import pytest
import zxingcpp

from models.page import Box
from pipeline.codes import Effort, read_codes

CARD = "001199000123|012345678|Nguyễn Thị Mẫu|17051999|Nữ|Số 1, Xã Thử, Huyện Mẫu, Thành phố Hà Nội|01062021"
SIDE = 240  # pixels of a card's code at 300 dpi, 20 mm


def symbol(text: str, kind: str = "QRCode", *, module: int = 1) -> np.ndarray:
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat[kind])
    return np.array(zxingcpp.write_barcode_to_image(drawn, scale=module, add_quiet_zones=False))


def page(
    code: np.ndarray, *, x: int = 1500, y: int = 400, grey: int = 255, size: tuple[int, int] = (3508, 2480)
) -> np.ndarray:
    paper = np.full(size, grey, np.uint8)
    paper[y : y + code.shape[0], x : x + code.shape[1]] = code
    return paper


def card_code(dark: int = 0, light: int = 255) -> np.ndarray:
    code = cv2.resize(symbol(CARD), (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(float)
    return (dark + code / 255 * (light - dark)).astype(np.uint8)


def noisy(paper: np.ndarray, *, blur: float = 0.0, noise: float = 0.0) -> np.ndarray:
    soft = cv2.GaussianBlur(paper, (0, 0), blur) if blur else paper
    grain = np.random.default_rng(7).normal(0, noise, paper.shape) if noise else 0.0
    return np.clip(soft + grain, 0, 255).astype(np.uint8)


def turned(paper: np.ndarray, degrees: float) -> np.ndarray:
    height, width = paper.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(paper, matrix, (width, height), borderValue=255)


def test_a_code_is_found_with_its_box():
    (code,) = read_codes(page(card_code()))
    assert (code.symbology, code.text) == ("QRCode", CARD)
    assert abs(code.box.x - 1500) + abs(code.box.y - 400) <= 8
    assert abs(code.box.width - SIDE) + abs(code.box.height - SIDE) <= 12


def test_colour_and_grey_are_read_alike():
    paper = page(card_code())
    assert read_codes(np.dstack([paper] * 3)) == read_codes(paper)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_pages_lie_every_way(quarters):
    (code,) = read_codes(np.ascontiguousarray(np.rot90(page(card_code()), quarters)))
    assert code.text == CARD


@pytest.mark.parametrize(
    "paper",
    [
        turned(page(card_code()), 7.0),
        turned(page(card_code()), -31.0),
        noisy(page(card_code(dark=185, light=225), grey=235), noise=5),
        noisy(page(card_code(dark=120)), blur=1.2, noise=22),
        noisy(page(card_code()), blur=2.0, noise=5),
        cv2.resize(noisy(page(card_code()), noise=12), None, fx=0.66, fy=0.66, interpolation=cv2.INTER_AREA),
    ],
    ids=["skewed", "askew", "pale", "grainy", "blurred", "200 dpi"],
)
def test_poor_copies_are_read(paper):
    assert [code.text for code in read_codes(paper, effort=Effort.CARD)] == [CARD]


def coarse(share: float, degrees: float) -> np.ndarray:
    """A copy of a card, its code 13 mm wide, scanned at `share` of 300 dpi and levelled afterwards."""
    small = cv2.resize(symbol(CARD), (150, 150), interpolation=cv2.INTER_AREA)
    paper = cv2.resize(noisy(page(small), blur=1.6, noise=6), None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return turned(paper, degrees)


@pytest.mark.parametrize(
    ("share", "degrees"), [(0.5, 0.0), (0.5, 9.0), (0.4, 0.0)], ids=["150 dpi", "150 dpi, turned", "120 dpi"]
)
def test_codes_of_coarse_scans_are_read(share, degrees):
    assert [code.text for code in read_codes(coarse(share, degrees), effort=Effort.CARD)] == [CARD]


def test_a_pale_code_has_its_box_on_the_page():
    (code,) = read_codes(noisy(page(card_code(dark=195, light=225), grey=235), noise=5), effort=Effort.CARD)
    assert abs(code.box.x - 1500) + abs(code.box.y - 400) <= 12


@pytest.mark.parametrize(
    ("kind", "text", "module"),
    [
        ("Code128", "H40.12-260105-0007", 4),
        ("Code39", "H40.12-260105", 4),
        ("ITF", "12345678901231", 4),
        ("DataMatrix", "H40.12-260105-0007", 8),
        ("PDF417", "H40.12-260105-0007", 4),
    ],
)
def test_the_codes_of_offices_are_read(kind, text, module):
    bars = symbol(text, kind, module=module)
    tall = (
        bars
        if kind in ("DataMatrix", "PDF417")
        else cv2.resize(bars[:1], (bars.shape[1], 90), interpolation=cv2.INTER_NEAREST)
    )
    (code,) = read_codes(page(tall, x=600))
    assert (code.symbology, code.text) == (kind, text)


def test_several_codes_come_in_the_order_of_the_page():
    paper = page(card_code(), x=1700, y=2500)
    paper[300:500, 300:500] = cv2.resize(symbol("H40.12-260105-0007"), (200, 200), interpolation=cv2.INTER_NEAREST)
    paper[1500:1700, 900:1100] = cv2.resize(symbol("H40.12-260105-0008"), (200, 200), interpolation=cv2.INTER_NEAREST)
    assert [code.text for code in read_codes(paper)] == ["H40.12-260105-0007", "H40.12-260105-0008", CARD]


def test_print_is_no_code():
    paper = np.full((3508, 2480), 255, np.uint8)
    for row in range(60):
        text = "IDVNM1990001239001199000123<<0 ||| 0123456789 ZTIMPLQ"
        cv2.putText(paper, text, (150, 200 + 54 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.1 + row % 3 * 0.3, 0, 3)
    for radius in range(4, 120, 6):  # a finger's print
        cv2.circle(paper, (1900, 3200), radius, 0, 2)
    assert read_codes(paper, effort=Effort.CARD) == ()


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (16, 16), (300, 17)])
def test_scraps_have_no_codes(size):
    assert read_codes(np.full(size, 255, np.uint8)) == ()


def test_a_code_that_fills_the_picture():
    (code,) = read_codes(np.pad(symbol(CARD, module=30), 120, constant_values=255))
    assert code.text == CARD
    assert code.box.union(Box(100, 100, 1, 1)).x >= 100
