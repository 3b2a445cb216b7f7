"""Two sheets scanned at once are told; one sheet that lies across, and copies of two cards, are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.spreads import holds_two_sheets
from tests.printed_pages import printed_page
from tests.test_assemble import STATE

REQUEST = (
    *STATE,
    "TỜ KHAI CẤP BẢN SAO TRÍCH LỤC",
    "Họ tên: LÒ VĂN MẪU",
    "Sinh ngày: 02/03/1990",
    "Quốc tịch: Việt Nam",
)
POWER = (*STATE, "GIẤY ỦY QUYỀN", "Họ tên: LÒ VĂN THỬ", "Sinh ngày: 05/06/1991", "Quốc tịch: Việt Nam")
CARD = (
    STATE[0],
    "CĂN CƯỚC CÔNG DÂN",
    "Số / No.: 014090000011",
    "Họ và tên / Full name:",
    "LÒ VĂN MẪU",
    "Giới tính / Sex: Nam",
)
ENTRIES = ("", "", "Họ tên vợ: LÒ THỊ MẪU", "Họ tên chồng: LÒ VĂN MẪU", "Sinh ngày: 02/03/1990", "Quốc tịch: Việt Nam")


def beside(first, second, *, width=1700):
    page = printed_page(*(f"{left}|{right}" for left, right in zip(first, second, strict=True)))
    return replace(page, width=width, height=1200)


@pytest.mark.parametrize(
    ("page", "two"),
    [
        (beside(REQUEST, POWER), True),
        (beside(CARD, POWER), True),
        (beside(CARD, CARD), False),
        (beside(REQUEST, ENTRIES), False),
        (beside(REQUEST, POWER, width=1300), False),
        (replace(printed_page(*REQUEST), width=1700, height=1200), False),
        (replace(printed_page(*(f"{'Xã Mẫu ' * 12} {line}" for line in REQUEST)), width=1700, height=1200), False),
        (replace(printed_page(), width=1700, height=1200), False),
    ],
)
def test_two_sheets_side_by_side(page, two):
    assert holds_two_sheets(page) == two
