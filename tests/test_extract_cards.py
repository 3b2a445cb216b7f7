"""Card holders: QR before MRZ before print; values beside their labels, under them, in two columns at once."""

from __future__ import annotations

from datetime import date

import pytest

from models.document import DocumentType as D
from models.identity import FieldSource
from models.page import Line, PageText
from pipeline import mrz
from pipeline.extract import read_persons
from tests.printed_pages import printed_page, words_at

ZONE = mrz.compose(
    id_number="014090000011",
    full_name="LÒ VĂN MẪU",
    birth_date=date(1990, 3, 2),
    sex="male",
    expires_on=date(2030, 3, 2),
)
QR = "014090000011||Lò Văn Mẫu|02031990|Nam|Bản 5, Xã Mẫu, Tỉnh Sơn La|01062021"
FRONT = (
    "CĂN CƯỚC CÔNG DÂN", "Số / No.: 014090000017", "Họ và tên / Full name:", "LÒ VĂN MẪU",
    "Ngày sinh / Date of birth: 02/03/1990", "Giới tính / Sex: Nam Quốc tịch / Nationality: Việt Nam",
    "Quê quán / Place of origin:", "Xã Thử, Tỉnh Sơn La",
)  # fmt: skip


def holder(page):
    people = read_persons(D.ID_CARD, [page], 1)
    assert len(people) == 1
    return people[0]


def test_the_code_is_believed_before_the_print():
    card = holder(printed_page(*FRONT, codes=(QR,)))
    assert (card.id_number.value, card.id_number.source) == ("014090000011", FieldSource.QR)
    assert card.full_name.value == "LÒ VĂN MẪU"
    assert card.residence.value == "Bản 5, Xã Mẫu, Tỉnh Sơn La"
    assert (card.origin.value, card.origin.source) == ("Xã Thử, Tỉnh Sơn La", FieldSource.OCR)


def test_the_zone_gives_the_number_and_the_print_the_marks():
    card = holder(printed_page(*FRONT, *ZONE))
    assert (card.id_number.value, card.id_number.source) == ("014090000011", FieldSource.MRZ)
    assert (card.full_name.value, card.full_name.source) == ("LÒ VĂN MẪU", FieldSource.OCR)


def test_a_zones_name_where_the_print_is_another():
    card = holder(printed_page(FRONT[0], *ZONE))
    assert (card.full_name.value, card.full_name.source) == ("LO VAN MAU", FieldSource.MRZ)
    assert card.full_name.confidence <= 0.5


def test_values_under_labels_that_stand_side_by_side():
    lines = [
        ("CĂN CƯỚC", 600, 100), ("Số định danh cá nhân / Personal identification number:", 500, 150), ("014090000011", 500, 190),
        ("Họ, chữ đệm và tên khai sinh / Full name:", 500, 230), ("LÒ VĂN MẪU", 500, 270),
        ("Ngày, tháng, năm sinh / Date of birth:", 500, 310), ("Giới tính / Sex:", 1200, 310), ("02/03/1990", 500, 350),
        ("Nam", 1200, 350), ("Quốc tịch / Nationality:", 500, 390), ("Việt Nam", 500, 430),
        ("Nơi thường trú / Place of residence:", 500, 470), ("Có giá trị đến / Date of expiry:", 40, 510),
        ("Bản 5, Xã Mẫu,", 500, 510), ("02/03/2030", 40, 550), ("Tỉnh Sơn La", 500, 550),
    ]  # fmt: skip
    base = printed_page()
    card = holder(PageText(base.scan, 1654, 2339, tuple(Line(words_at(*line)) for line in lines)))
    assert card.id_number.value == "014090000011"
    assert card.full_name.value == "LÒ VĂN MẪU"
    assert (card.birth_date.value, card.sex.value) == ("1990-03-02", "male")
    assert card.residence.value == "Bản 5, Xã Mẫu, Tỉnh Sơn La"


def test_an_old_card_whose_number_has_no_label():
    card = holder(
        printed_page("GIẤY CHỨNG MINH NHÂN DÂN", "SỐ 040277672", "Họ tên: LÒ VĂN MẪU", "Sinh ngày: 06-07-1998")
    )
    assert card.id_number.value == "040277672"
    assert card.birth_date.value == "1998-07-06"


def test_a_card_on_which_nothing_can_be_read_holds_nobody():
    assert read_persons(D.ID_CARD, [printed_page("~ ¬ #")], 1) == ()


def test_a_value_printed_close_to_its_labels_colon():
    card = holder(
        printed_page(
            "GIẤY CHỨNG MINH NHÂN DÂN", "SỐ 040277672", "Họ tên:LÒ VĂN MẪU", "Quốc tịch / Nationality:Việt Nam",
            "Nguyên quán:Phường Mẫu, Tỉnh Sơn La", "Sinh ngày: 06-07-1998"
        )
    )  # fmt: skip
    assert card.full_name.value == "LÒ VĂN MẪU"
    assert card.nationality.value == "Việt Nam"
    assert card.origin.value == "Phường Mẫu, Tỉnh Sơn La"


def test_the_place_of_birth_of_a_card_of_2024_is_not_the_residence_though_its_label_was_lost():
    card = holder(
        printed_page(
            "CĂN CƯỚC", "014090000011", "LÒ VĂN MẪU", "02/03/1990", "Bản 5, Xã Mẫu,", "Tỉnh Sơn La",
            "đăng ký khai sinh I Place of th:", "Xã Thử, Tỉnh Lai Châu", "BỘ CÔNG AN",
        )
    )  # fmt: skip
    assert card.residence.value == "Bản 5, Xã Mẫu, Tỉnh Sơn La"
    assert card.origin is None


@pytest.mark.parametrize("lost", ["Quê quán / Place of origin:", "Nơi thường trú / Place of residence:", None])
def test_of_two_addresses_one_label_is_enough(lost):
    lines = (
        *FRONT[:6], "Quê quán / Place of origin:", "Xã Thử, Tỉnh Lai Châu",
        "Nơi thường trú / Place of residence:", "Bản 5, Xã Mẫu, Tỉnh Sơn La",
    )  # fmt: skip
    card = holder(printed_page(*("O vâ I Place" if line == lost else line for line in lines)))
    assert card.origin.value == "Xã Thử, Tỉnh Lai Châu"
    assert card.residence.value == "Bản 5, Xã Mẫu, Tỉnh Sơn La"


def test_a_nationality_whose_label_was_lost():
    card = holder(printed_page(*FRONT[:4], "Giới tính / Sex: Nam Quốc", "auonaity. Việt Nam", *FRONT[6:]))
    assert card.nationality.value == "Việt Nam"
    assert card.sex.value == "male"
    assert holder(printed_page(*FRONT[:5])).nationality is None


@pytest.mark.parametrize(
    "lines",
    [
        ("Nơi thường trúI Place of re", "Bản 5, Xã Mẫu, Tỉnh Sơn La"),
        ("Nơi thường trú|1Place of i3", "Bản 5, Xã Mẫu, Tỉnh Sơn La"),
        ("Nơi thường trú I Place of re Bản 5, Xã Mẫu,", "Tỉnh Sơn La"),
    ],
)
def test_a_labels_garbled_english_is_no_part_of_the_address(lines):
    card = holder(printed_page(*FRONT, *lines))
    assert card.residence.value == "Bản 5, Xã Mẫu, Tỉnh Sơn La"


@pytest.mark.parametrize(("first", "rest"), [("Bản 5, Thành", "phố Sơn La"), ("Bản 5, Thị", "trấn Mẫu, Tỉnh Sơn La")])
def test_an_address_without_its_label_goes_on_where_its_unit_is_broken(first, rest):
    card = holder(printed_page("CĂN CƯỚC", "014090000011", "LÒ VĂN MẪU", "02/03/1990", f"Xã Thử, {first}", rest))
    assert card.residence.value == f"Xã Thử, {first} {rest}"


def test_an_address_whose_end_was_not_found_is_not_given():
    card = holder(printed_page("CĂN CƯỚC", "014090000011", "LÒ VĂN MẪU", "02/03/1990", "Bản 5, Xã Thử, Thành", "Ok"))
    assert card.residence is None


def test_a_label_whose_begin_was_lost_ends_the_address_above_it():
    lines = [
        (FRONT[1], 500, 150), (FRONT[2], 500, 190), (FRONT[3], 500, 230), ("Nơi cư trú / Place of residence:", 500, 470),
        ("Bản 5, Xã Mẫu,", 500, 510), ("Tỉnh Sơn La", 500, 550), ("đăng ký khai sinh / Place of birth:", 545, 590),
        ("Phường Thử, Tỉnh Lai Châu", 500, 630),
    ]  # fmt: skip
    base = printed_page()
    card = holder(PageText(base.scan, 1654, 2339, tuple(Line(words_at(*line)) for line in lines)))
    assert card.residence.value == "Bản 5, Xã Mẫu, Tỉnh Sơn La"
