"""Kinds of pages by title, by telling words, by a card's codes; a form that holds a number is no card."""

from __future__ import annotations

import pytest

from models.document import DocumentType as D
from pipeline.classify import classify_page
from tests.printed_pages import printed_page

STATE = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
ISSUED = ("ỦY BAN NHÂN DÂN XÃ MẪU|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "|Độc lập - Tự do - Hạnh phúc")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("TỜ KHAI ĐĂNG KÝ KHAI SINH", D.BIRTH_DECLARATION),
        ("TÒ KHAI DĂNG KÝ KHAI TỬ", D.DEATH_DECLARATION),
        ("TỜ KHAI ĐĂNG KÝ KẾT HÔN", D.MARRIAGE_DECLARATION),
        ("TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", D.MARITAL_STATUS_DECLARATION),
        ("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", D.MARITAL_STATUS_CERTIFICATE),
        ("TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ", D.RESIDENCE_DECLARATION),
        ("GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH", D.HOUSEHOLD_BUSINESS_APPLICATION),
        ("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", D.HOUSEHOLD_BUSINESS_CERTIFICATE),
        ("GIẤY KHAI SINH", D.BIRTH_CERTIFICATE),
        ("GIÁY CHỨNG SINH", D.BIRTH_NOTIFICATION),
        ("TRÍCH LỤC KHAI TỬ", D.DEATH_EXTRACT),
        ("GIẤY ỦY QUYỀN", D.POWER_OF_ATTORNEY),
        ("QUYÉT ĐỊNH", D.DECISION),
        ("THÔNG BÁO", D.NOTICE),
        ("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", D.RECEIPT),
        ("ĐƠN ĐĂNG KÝ BIẾN ĐỘNG ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT", D.LAND_APPLICATION),
        ("HỢP ĐỒNG THUÊ NHÀ", D.OTHER),
        ("TỜ TRÌNH", D.OTHER),
    ],
)
def test_a_title_tells_the_kind(title, kind):
    page = classify_page(printed_page(*STATE, title, "Kính gửi: Ủy ban nhân dân xã Mẫu", "Nội dung"))
    assert (page.type, page.opens) == (kind, True)


def test_a_title_may_run_over_two_lines():
    page = classify_page(printed_page(*STATE, "TỜ KHAI CẤP GIẤY XÁC NHẬN", "TÌNH TRẠNG HÔN NHÂN", "Kính gửi: UBND xã"))
    assert page.type is D.MARITAL_STATUS_DECLARATION
    assert page.title == "TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN"


def test_titles_named_in_the_text_are_not_the_title():
    page = classify_page(
        printed_page(
            *ISSUED, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Tiếp nhận hồ sơ của: LÒ VĂN MẪU",
            "Thành phần hồ sơ nộp gồm:", "1. Tờ khai đăng ký khai tử", "2. Giấy báo tử", "3. Căn cước công dân",
        )
    )  # fmt: skip
    assert page.type is D.RECEIPT


def test_a_form_with_a_number_is_no_card():
    page = classify_page(
        printed_page(*STATE, "TỜ KHAI ĐĂNG KÝ KHAI SINH", "Giấy tờ tùy thân: Căn cước công dân số 001098000001")
    )
    assert page.type is D.BIRTH_DECLARATION


def test_a_law_about_cards_is_no_card():
    page = classify_page(printed_page("Điều 5. Thẻ căn cước và căn cước công dân", "1. Căn cước công dân được cấp …"))
    assert page.type is not D.ID_CARD


def test_a_card_by_its_labels_and_by_its_code_alone():
    front = printed_page(
        *STATE, "CĂN CƯỚC CÔNG DÂN", "Citizen Identity Card", "Số / No.: 001098000001", "Họ và tên / Full name:",
        "LÒ VĂN MẪU", "Ngày sinh / Date of birth: 01/01/1998",
    )  # fmt: skip
    assert classify_page(front).type is D.ID_CARD
    coded = printed_page("¬ ~~ ; .", codes=("001098000001||Lò Văn Mẫu|01011998|Nam|Xã Mẫu, Tỉnh Mẫu|01062021",))
    assert classify_page(coded).type is D.ID_CARD


def test_the_back_of_a_card_opens_nothing():
    back = printed_page(
        "Đặc điểm nhận dạng / Personal identification:", "Ngày, tháng, năm / Date, month, year: 08/02/2022",
        "IDVNM0980000011001098000001<<6", "9801017M3801012VNM<<<<<<<<<<<0", "LO<<VAN<MAU<<<<<<<<<<<<<<<<<<<",
    )  # fmt: skip
    kind = classify_page(back)
    assert (kind.type, kind.back, kind.opens) == (D.ID_CARD, True, False)


def test_a_page_whose_title_was_lost_is_known_by_its_words():
    page = classify_page(
        printed_page(
            *STATE, "#ˆ*~ ¬", "Họ, chữ đệm, tên người yêu cầu: LÒ VĂN MẪU", "Quan hệ với người đã chết: Con",
            "Đề nghị cơ quan đăng ký khai tử cho người có tên dưới đây:",
        )
    )  # fmt: skip
    assert page.type is D.DEATH_DECLARATION
    assert page.confidence < 0.8


def test_a_following_page_opens_nothing_and_keeps_its_count():
    page = classify_page(printed_page("2", "Điều 2. Kinh phí …", "Điều 3. Quyết định này có hiệu lực kể từ ngày ký."))
    assert not page.opens
    assert page.printed_number == 2
    assert page.articles == (2, 3)


@pytest.mark.parametrize(
    ("line", "certified"),
    [
        ("Chứng thực bản sao đúng với bản chính", True), ("SA0 Y BAN CHÍNH", True), ("Quyển số: 02/2016 - SCT/BS", True),
        ("Số chứng thực: 12", True), ("Đề nghị chứng thực bản sao từ bản chính các giấy tờ sau:", False),
        ("Xuất trình bản chính để đối chiếu", False),
    ],
)  # fmt: skip
def test_a_certified_copy_stamp_is_seen(line, certified):
    assert classify_page(printed_page(*STATE, "GIẤY KHAI SINH", line)).certified_copy is certified


def test_an_empty_page_is_other_and_unsure():
    page = classify_page(printed_page())
    assert page.type is D.OTHER
    assert page.confidence < 0.5
