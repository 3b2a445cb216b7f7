"""Forms of offices' own making: sections in any order, ticked sexes, other tables, columns that are not abreast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.document import DocumentType as D
from models.page import Line, PageText
from pipeline.extract import read_persons
from pipeline.extract.sexes import sex_field
from tests.printed_pages import HEIGHT, LEADING, printed_page, words_at
from tests.test_extract_forms import read


def page_of(*placed):
    """A page of (text, x, y)."""
    base = printed_page()
    lines = tuple(Line(tuple(words_at(text, x, y))) for text, x, y in placed)
    return PageText(base.scan, base.width, base.height, lines)


def test_sections_with_the_applicant_last_and_values_below_their_labels():
    found = read(
        D.BIRTH_DECLARATION,
        (
            "TỜ KHAI KHAI SINH", "I. Thông tin về trẻ:", "(1) Họ và tên:", "LÒ THỊ BÉ", "(2) Giới tính: Nam ☐ Nữ ☒",
            "(3) Sinh ngày: 18-2-2025", "II. Mẹ", "(4) Họ và tên:", "QUÀNG THỊ HAI", "(5) Năm sinh:", "1992",
            "(6) Số CMND/CCCD/Hộ chiếu:", "014 192 000 012", "B. Người đi khai sinh", "(7) Họ và tên:", "Lò Văn Mẫu",
            "(8) Quan hệ với trẻ: Cha đẻ", "(9) Số căn cước:", "014090000011",
            "Tôi cam kết những thông tin khai ở trên là đúng.", "Người khai", "Lò Văn Mẫu",
        ),
    )  # fmt: skip
    assert found == {
        ("child", "full_name"): "LÒ THỊ BÉ", ("child", "sex"): "female", ("child", "birth_date"): "2025-02-18",
        ("mother", "full_name"): "QUÀNG THỊ HAI", ("mother", "birth_date"): "1992", ("mother", "id_number"): "014192000012",
        ("applicant", "full_name"): "LÒ VĂN MẪU", ("applicant", "id_number"): "014090000011",
    }  # fmt: skip


def test_who_asks_for_himself_is_named_twice_and_a_guardian_is_nobody():
    found = read(
        D.MARITAL_STATUS_DECLARATION,
        (
            "TỜ KHAI XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Họ và tên người đề nghị: VÕ VĂN MẪU", "Nơi ở hiện tại: Tổ 2, Phường Thử",
            "Quan hệ với người được cấp: Bản thân", "Họ và tên: VÕ VĂN MẪU", "Nơi thường trú trước đây: Bản 5, Xã Mẫu",
            "Họ và tên người giám hộ: TRẦN VĂN HAI", "Số CCCD của người giám hộ: 001080000021",
        ),
    )  # fmt: skip
    assert found == {
        ("applicant", "full_name"): "VÕ VĂN MẪU", ("applicant", "residence"): "Tổ 2, Phường Thử",
        ("subject", "full_name"): "VÕ VĂN MẪU", ("subject", "residence"): "Bản 5, Xã Mẫu",
    }  # fmt: skip


def test_the_heading_before_whom_a_certificate_is_about_may_be_lost():
    found = read(
        D.MARITAL_STATUS_CERTIFICATE,
        ("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Xét đề nghị của ông/bà: VÕ VĂN MẪU, về việc cấp Giấy xác nhận", "IHẬN: XAC NHẠN;",
         "Họ và tên: VÕ VĂN MẪU", "Sinh ngày: 02/03/1990"),
    )  # fmt: skip
    assert found == {
        ("applicant", "full_name"): "VÕ VĂN MẪU", ("subject", "full_name"): "VÕ VĂN MẪU", ("subject", "birth_date"): "1990-03-02",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nam ☒ Nữ ☐", "male"), ("Nam ☐ Nữ ☒", "female"), ("☐ Nam ☒ Nữ", "female"), ("[x] Nam [] Nữ", "male"),
        ("Nam Nữ x", "female"), ("Nam ☐ Nữ ☐", None), ("Nam, Nữ", None), ("Năm 1990", None), ("Nữ.....", "female"),
    ],
)  # fmt: skip
def test_of_two_sexes_the_ticked_one_counts(text, expected):
    field = sex_field(words_at(text, 0, 0), 1)
    assert (field.value if field else None) == expected


def test_members_in_other_columns_with_a_year_and_spaced_numbers():
    x = (100, 170, 420, 820, 960)
    heads = ("TT", "Số CCCD", "Họ và tên", "Nam/nữ", "Ngày sinh")
    rows = (
        ("1", "062 067 362 240", "LÒ VĂN NAM", "Nam", "12/01/1967"),
        ("2", "062169260799", "Quàng Thị Hồng", "Nữ", "1969"),
    )
    placed = [("Những người cùng thay đổi trong hộ:", 100, 100)]
    placed += [(text, left, 150) for text, left in zip(heads, x, strict=True)]
    placed += [(text, left, 210 + 60 * n) for n, row in enumerate(rows) for text, left in zip(row, x, strict=True)]
    placed += [("Tôi cam đoan nội dung trên là đúng", 100, 400)]
    people = read_persons(D.RESIDENCE_DECLARATION, [page_of(*placed)], 1)
    assert [
        (p.role, p.full_name.value, p.birth_date.value, p.sex.value, p.id_number.value) for p in people
    ] == [
        ("household_member", "LÒ VĂN NAM", "1967-01-12", "male", "062067362240"),
        ("household_member", "QUÀNG THỊ HỒNG", "1969", "female", "062169260799"),
    ]  # fmt: skip


def test_columns_of_a_certificate_that_are_not_abreast():
    step = HEIGHT + 8
    husband = (
        "Họ tên: LÒ VĂN MẪU",
        "Địa chỉ: Bản 5, Xã Mẫu, Huyện Thử,",
        "Tỉnh Sơn La",
        "Dân tộc: Thái",
        "Sinh ngày: 2/3/1990",
    )
    wife = ("Họ tên: QUÀNG THỊ", "HAI", "Địa chỉ: Tổ 2, Xã Thử", "Dân tộc: Kinh", "Sinh ngày: 27/6/1992")
    placed = [("GIẤY CHỨNG NHẬN KẾT HÔN", 400, 40), ("Chồng", 250, 120), ("Họ tên vợ", 1000, 120)]
    placed += [(text, 100, 120 + step * n) for n, text in enumerate(husband, 1)]
    placed += [(text, 850, 120 + step * n) for n, text in enumerate(wife, 1)]
    placed += [("Nơi đăng ký kết hôn: Ủy ban nhân dân xã Mẫu", 100, 120 + 7 * step)]
    people = {p.role: p for p in read_persons(D.MARRIAGE_CERTIFICATE, [page_of(*placed)], 1)}
    assert {role: (p.full_name.value, p.birth_date.value, p.residence.value) for role, p in people.items()} == {
        "husband": ("LÒ VĂN MẪU", "1990-03-02", "Bản 5, Xã Mẫu, Huyện Thử, Tỉnh Sơn La"),
        "wife": ("QUÀNG THỊ HAI", "1992-06-27", "Tổ 2, Xã Thử"),
    }


def test_a_table_whose_labels_run_over_lines_and_heads_say_more():
    placed = [("Nội dung", 100, 100), ("Thông tin bên nam", 500, 100), ("Thông tin bên nữ", 1050, 100)]
    rows = (
        (("1. Số", "CMND/CCCD/Hộ", "chiếu"), "014090000011", "014192000012"),
        (("2. Họ và tên",), "LÒ VĂN MẪU", "QUÀNG THỊ HAI"),
        (("3. Ngày/tháng/năm", "sinh"), "02.03.1990", "27.06.1992"),
        (("4. Chỗ ở hiện nay",), "Bản 5, Xã Mẫu", "Tổ 2, Phường Thử"),
    )
    y = 100 + LEADING
    for label, one, other in rows:
        placed += [(text, 100, y + n * (HEIGHT + 8)) for n, text in enumerate(label)]
        placed += [(one, 500, y), (other, 1050, y)]
        y += len(label) * (HEIGHT + 8) + 24
    placed += [("Chúng tôi xin cam đoan các thông tin trên là đúng và chịu trách nhiệm", 100, y)]
    people = {p.role: p for p in read_persons(D.MARRIAGE_DECLARATION, [page_of(*placed)], 1)}
    assert {role: (p.full_name.value, p.birth_date.value, p.id_number.value, p.residence.value) for role, p in people.items()} == {
        "husband": ("LÒ VĂN MẪU", "1990-03-02", "014090000011", "Bản 5, Xã Mẫu"),
        "wife": ("QUÀNG THỊ HAI", "1992-06-27", "014192000012", "Tổ 2, Phường Thử"),
    }  # fmt: skip


def test_tall_marks_that_reach_into_the_line_above_are_no_second_reading():
    label, value = words_at("Họ, chữ đệm và tên:", 100, 100), words_at("LÒ VĂN MẪU", 100, 132)
    tall = tuple(
        replace(w, confidence=0.7, box=replace(w.box, y=w.box.y - 18, height=w.box.height + 22)) for w in value
    )
    base = printed_page()
    page = PageText(base.scan, base.width, base.height, (Line(label), Line(tall)))
    (who,) = read_persons(D.NOTICE, [page], 1)
    assert who.full_name.value == "LÒ VĂN MẪU"


def test_a_sentence_that_opens_with_a_role_is_no_label_and_announces_the_person_concerned():
    found = read(
        D.BIRTH_DECLARATION,
        (
            "TỜ KHAI ĐĂNG KÝ KHAI SINH",
            "Người yêu cầu đăng ký khai sinh khai và đề nghị đăng ký khai sinh cho người có thông tin sau đây:",
            "Họ, chữ đệm, tên: LÒ THỊ BÉ", "IV. NGƯỜI YÊU CẦU ĐĂNG KÝ", "Họ, chữ đệm, tên: LÒ VĂN MẪU",
        ),
    )  # fmt: skip
    assert found == {("child", "full_name"): "LÒ THỊ BÉ", ("applicant", "full_name"): "LÒ VĂN MẪU"}


def test_reasons_and_parts_of_an_address_are_no_residence():
    found = read(
        D.RESIDENCE_DECLARATION,
        (
            "ĐƠN ĐỀ NGHỊ ĐĂNG KÝ THƯỜNG TRÚ", "Tên tôi là: LÒ VĂN MẪU", "Đề nghị được đăng ký thường trú tại địa chỉ:",
            "Số nhà, đường/xóm/thôn/ấp: Bản 7", "Chủ hộ nơi đến: QUÀNG VĂN BA", "Lý do đề nghị đăng ký thường trú:", "Về ở cùng ông",
        ),
    )  # fmt: skip
    assert found == {("applicant", "full_name"): "LÒ VĂN MẪU", ("household_head", "full_name"): "QUÀNG VĂN BA"}


def test_the_childs_sex_at_birth_is_not_the_mothers():
    found = read(
        D.BIRTH_NOTIFICATION,
        ("GIẤY CHỨNG SINH", "Họ và tên mẹ: QUÀNG THỊ HAI", "Giới tính khi sinh của con: Nam; Cân nặng: 3000 g",
         "Dự định đặt tên con là: LÒ VĂN BÉ"),
    )  # fmt: skip
    assert found == {
        ("mother", "full_name"): "QUÀNG THỊ HAI", ("child", "full_name"): "LÒ VĂN BÉ", ("child", "sex"): "male",
    }  # fmt: skip
