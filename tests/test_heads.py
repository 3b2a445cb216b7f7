"""Heads of issued papers: number, day, issuer, title; papers of citizens have none."""

from __future__ import annotations

from datetime import date

import pytest

from models.document import DocumentType as D
from pipeline.agencies import agencies_of, agency_name
from pipeline.heads import read_head
from tests.printed_pages import printed_page


def head(kind, *lines, **more):
    return read_head(kind, [printed_page(*lines, **more)], title="QUYẾT ĐỊNH")


DECISION = (
    "ỦY BAN NHÂN DÂN TỈNH SƠN LA|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "ỦY BAN NHÂN DÂN XÃ|Độc lập - Tự do - Hạnh phúc",
    "CHIỀNG AN",
    "Số: 47/QĐ-UBND|Xã Chiềng An, ngày 05 tháng 01 năm",
    "|2026",
    "QUYẾT ĐỊNH",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
)


def test_a_decision():
    found = head(D.DECISION, *DECISION)
    assert found.number == "47/QĐ-UBND"
    assert found.issued_on == date(2026, 1, 5)
    assert found.issued_by == "Ủy ban nhân dân xã Chiềng An"


@pytest.mark.parametrize(
    ("kind", "line", "number"),
    [
        (D.DECISION, "Số: 252/QD-UBND", "252/QĐ-UBND"),
        (D.BIRTH_CERTIFICATE, "Số: 316/2025", "316/2025"),
        (D.BIRTH_NOTIFICATION, "Số: 564/2025 Quyển số: 17/2025", "564/2025"),
        (D.MARITAL_STATUS_CERTIFICATE, "Số: 20 /UBND-XNTTHN", "20/UBND-XNTTHN"),
        (D.HOUSEHOLD_BUSINESS_CERTIFICATE, "Số: 08A8308534", "08A8308534"),
        (D.OTHER, "Số: 51/2025/TT-BCA", "51/2025/TT-BCA"),
        (D.RECEIPT, "Mã hồ sơ: H41.42-251222-0055", "H41.42-251222-0055"),
        (D.DECISION, "Số: /QĐ-UBND", "…/QĐ-UBND"),
        (D.DECISION, "/TTr-UBND", "…/TTr-UBND"),
        (D.DECISION, "Số: theo phụ lục", None),
    ],
)
def test_numbers(kind, line, number):
    assert head(kind, line).number == number


def test_a_number_by_hand_is_not_guessed():
    assert head(D.DECISION, "Số: 47 /QĐ-UBND", confidence=0.4).number == "…/QĐ-UBND"


def test_a_certificates_day_and_office_stand_under_their_labels():
    found = head(
        D.BIRTH_CERTIFICATE, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "GIẤY KHAI SINH", "Số: 316/2025",
        "Ngày, tháng, năm sinh: 18/02/2025", "Nơi đăng ký khai sinh: Ủy ban nhân dân xã Quới An, huyện Thử",
        "Ngày, tháng, năm đăng ký: ngày 18 tháng 3 năm 2025",
    )  # fmt: skip
    assert found.issued_on == date(2025, 3, 18)
    assert found.issued_by == "Ủy ban nhân dân xã Quới An"


def test_a_citizens_paper_has_no_head():
    found = head(D.BIRTH_DECLARATION, "TỜ KHAI", "Làm tại: Xã Mẫu, ngày 18 tháng 3 năm 2025", "Số: 12/2025")
    assert (found.number, found.issued_on, found.issued_by) == (None, None, None)


def test_a_cards_day_of_issue_is_not_its_expiry():
    lines = (
        "CĂN CƯỚC",
        "Ngày, tháng, năm cấp / Date of issue: 20/09/2024",
        "Ngày, tháng, năm hết hạn / Date of expiry: 09/06/2043",
    )
    assert head(D.ID_CARD, *lines).issued_on == date(2024, 9, 20)


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (("UBND HUYỆN ĐỒNG HỶ", "UBND XÃ VĂN LĂNG"), ("Ủy ban nhân dân huyện Đồng Hỷ", "Ủy ban nhân dân xã Văn Lăng")),
        (("ỦY BAN NHÂN DÂN XÃ TIÊN", "PHONG"), ("Ủy ban nhân dân xã Tiên Phong",)),
        (("ỦY BAN NHÂN DÂN XÃ TRUNG", "SƠN"), ("Ủy ban nhân dân xã Trung Sơn",)),
        (("CÔNG AN TỈNH SƠN LA", "CÔNG AN PHƯỜNG CHIỀNG AN"), ("Công an tỉnh Sơn La", "Công an phường Chiềng An")),
        (("SỞ Y TẾ TỈNH SƠN LA", "BỆNH VIỆN PHỤ SẢN SƠN LA"), ("Sở Y tế tỉnh Sơn La", "Bệnh viện Phụ sản Sơn La")),
    ],
)
def test_agencies(rows, names):
    assert agencies_of(rows) == names


def test_what_is_no_agency():
    assert agency_name("LÒ VĂN MẪU") is None
    assert agency_name("") is None
