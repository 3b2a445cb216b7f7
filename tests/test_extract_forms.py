"""Persons of forms and certificates, in layouts and wordings of several offices; officers are nobody."""

from __future__ import annotations

from dataclasses import fields

import pytest

from models.document import DocumentType as D
from models.identity import Field, Role
from pipeline.extract import read_persons
from tests.printed_pages import printed_page


def read(kind, *pages):
    """{(role, field): value} of what a paper says; the second person of a role is numbered."""
    made = [page if not isinstance(page, tuple) else printed_page(*page, number=n) for n, page in enumerate(pages, 1)]
    found = {}
    seen = {}
    for person in read_persons(kind, made, 1):
        count = seen[person.role] = seen.get(person.role, 0) + 1
        role = person.role if count == 1 else f"{person.role}{count}"
        for field in fields(person):
            value = getattr(person, field.name)
            if isinstance(value, Field):
                found[str(role), field.name] = value.value
    return found


BIRTH = (
    "TỜ KHAI ĐĂNG KÝ KHAI SINH",
    "Kính gửi: Ủy ban nhân dân xã Mẫu",
    "Họ, chữ đệm, tên người yêu cầu: Lò Văn Mẫu",
    "Ngày, tháng, năm sinh: 1990 .......................",
    "Giấy tờ tùy thân: Căn cước công dân số 014090000011 do Cục Cảnh sát QLHC về",
    "TTXH cấp ngày 08/02/2022",
    "Nơi cư trú: Bản 5, Xã Mẫu, Huyện",
    "Thử, Tỉnh Sơn La",
    "Quan hệ với người được khai sinh: Cha đẻ",
    "Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:",
    "Họ, chữ đệm, tên: LÒ THỊ BÉ",
    "Ngày, tháng, năm sinh: 18/02/2025",
    "Ghi bằng chữ: Ngày mười tám tháng hai năm hai nghìn không trăm hai mươi lăm",
    "Giới tính: Nữ Dân tộc: Thái Quốc tịch: Việt Nam",
    "Nơi sinh: Bệnh viện Mẫu, tỉnh Sơn La",
    "Quê quán: Xã Mẫu, Tỉnh Sơn La",
    "Họ, chữ đệm, tên người mẹ: QUÀNG THỊ HAI",
    "Năm sinh: 1992 Dân tộc: Thái Quốc tịch: Việt Nam",
    "Nơi cư trú: Bản 5, Xã Mẫu, Tỉnh Sơn La",
    "Giấy tờ tùy thân: CMND số 040277672 do Công an tỉnh Sơn La cấp ngày 20/05/2014",
    "Họ, chữ đệm, tên người cha: Lò Văn Mẫu",
    "Năm sinh: 1990 Dân tộc: Thái Quốc tịch: Việt Nam",
    "Tôi cam đoan nội dung đề nghị đăng ký trên đây là đúng sự thật.",
    "Người yêu cầu (Ký, ghi rõ họ, chữ đệm, tên)",
    "Lò Văn Mẫu",
)


def test_a_birth_declaration():
    found = read(D.BIRTH_DECLARATION, BIRTH)
    assert found["applicant", "full_name"] == "LÒ VĂN MẪU"
    assert found["applicant", "birth_date"] == "1990"
    assert found["applicant", "id_number"] == "014090000011"
    assert found["applicant", "residence"] == "Bản 5, Xã Mẫu, Huyện Thử, Tỉnh Sơn La"
    assert ("applicant", "sex") not in found
    assert found["child", "full_name"] == "LÒ THỊ BÉ"
    assert found["child", "birth_date"] == "2025-02-18"
    assert (found["child", "sex"], found["child", "ethnicity"]) == ("female", "Thái")
    assert found["child", "origin"] == "Xã Mẫu, Tỉnh Sơn La"
    assert found["mother", "full_name"] == "QUÀNG THỊ HAI"
    assert found["mother", "id_number"] == "040277672"
    assert found["father", "full_name"] == "LÒ VĂN MẪU"
    assert {role for role, _ in found} == {"applicant", "child", "mother", "father"}


def test_another_offices_form_with_sections_in_another_order():
    found = read(
        D.BIRTH_DECLARATION,
        (
            "TỜ KHAI ĐĂNG KÝ KHAI SINH",
            "I. THÔNG TIN CỦA NGƯỜI ĐƯỢC ĐĂNG KÝ KHAI SINH",
            "Họ, chữ đệm, tên: LÒ THỊ BÉ", "Giới tính: Nữ", "Ngày, tháng, năm sinh: ngày 18 tháng 02 năm 2025",
            "II. THÔNG TIN CỦA CHA",
            "Họ, chữ đệm, tên: LÒ VĂN MẪU", "Ngày, tháng, năm sinh: 02/03/1990",
            "Số định danh cá nhân/CCCD/Hộ chiếu: 014090000011", "Nơi thường trú/tạm trú: Xã Mẫu, Tỉnh Sơn La",
            "III. THÔNG TIN CỦA MẸ",
            "Họ, chữ đệm, tên: QUÀNG THỊ HAI", "Số định danh cá nhân/CCCD/Hộ chiếu: 014192000012",
            "IV. NGƯỜI YÊU CẦU ĐĂNG KÝ",
            "Họ, chữ đệm, tên: LÒ VĂN MẪU", "Quan hệ với người được đăng ký: Cha",
            "Số định danh cá nhân/CCCD/Hộ chiếu: 014090000011",
        ),
    )  # fmt: skip
    assert found["child", "birth_date"] == "2025-02-18"
    assert found["father", "id_number"] == "014090000011"
    assert found["father", "residence"] == "Xã Mẫu, Tỉnh Sơn La"
    assert found["mother", "id_number"] == "014192000012"
    assert found["applicant", "id_number"] == "014090000011"


def test_garbled_labels_and_a_lost_heading():
    found = read(
        D.DEATH_DECLARATION,
        (
            "Họ, chữ đệm, lên người yêu câu: LÒ VĂN MẪU", "Giấy tờ tùy lhân: CCCD số 014090000011",
            "Quan hệ với người đã chết: Con", "#~ ¬",
            "Họ, chữ đệm, tên: QUÀNG VĂN CẢ", "Ngày, tháng, nãm sinh: 10-02-1951", "Giởi tính: Nam Dân tộc: Thái",
            "Nơi cư trú cuối cùng: Xã Mẫu, Tỉnh Sơn La", "Đã chết vào lúc: 13 giờ 18 phút, ngày 16 tháng 02 năm 2026",
        ),
    )  # fmt: skip
    assert found["applicant", "full_name"] == "LÒ VĂN MẪU"
    assert found["applicant", "id_number"] == "014090000011"
    assert found["deceased", "full_name"] == "QUÀNG VĂN CẢ"
    assert found["deceased", "birth_date"] == "1951-02-10"
    assert found["deceased", "residence"] == "Xã Mẫu, Tỉnh Sơn La"


def test_a_birth_notification_speaks_of_mother_and_child():
    found = read(
        D.BIRTH_NOTIFICATION,
        (
            "GIẤY CHỨNG SINH", "Họ và tên mẹ/Người nuôi dưỡng: QUÀNG THỊ HAI", "Năm sinh: 1992 Dân tộc: Thái",
            "Số định danh cá nhân/CMND/Hộ chiếu: 014192000012",
            "Đã sinh con vào lúc: 09 giờ 42 phút, ngày 18 tháng 02 năm 2025", "Giới tính của con: Nữ Cân nặng: 3800 g",
            "Dự định đặt tên con: LÒ THỊ BÉ", "Người đỡ đẻ: Cầm Thị Đỡ",
        ),
    )  # fmt: skip
    assert found["mother", "birth_date"] == "1992"
    assert (found["child", "birth_date"], found["child", "sex"]) == ("2025-02-18", "female")
    assert found["child", "full_name"] == "LÒ THỊ BÉ"
    assert "CẦM THỊ ĐỠ" not in found.values()


def test_boxes_of_digits_and_two_labels_on_a_line_of_ct01():
    found = read(
        D.RESIDENCE_DECLARATION,
        (
            "TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ", "1. Họ, chữ đệm và tên khai sinh: QUÀNG VĂN CẢ",
            "2. Ngày, tháng, năm sinh: 15/07/2004 3. Giới tính: Nam", "4. Số định danh cá nhân:", "0 6 2 2 0 4 9 6 5 5 0 1",
            "5. Số điện thoại liên hệ: 0942807455 6. Email: mau@example.vn", "7. Họ, chữ đệm và tên chủ hộ: LÒ VĂN MẪU",
            "8. Mối quan hệ với chủ hộ: Con", "9. Số định danh cá nhân của chủ hộ: 0 1 4 0 9 0 0 0 0 0 1 1",
            "10. Nội dung đề nghị: Đăng ký thường trú vào chỗ ở hợp pháp thuê",
        ),
    )  # fmt: skip
    assert found["applicant", "id_number"] == "062204965501"
    assert found["applicant", "sex"] == "male"
    assert found["household_head", "full_name"] == "LÒ VĂN MẪU"
    assert found["household_head", "id_number"] == "014090000011"
    assert not any(name == "residence" for _, name in found)


def test_a_business_certificates_owner_not_its_office():
    found = read(
        D.HOUSEHOLD_BUSINESS_CERTIFICATE,
        (
            "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", "Tên hộ kinh doanh: HỘ KINH DOANH LÒ MẪU",
            "Địa chỉ trụ sở: Thôn 10, Xã Khác, Tỉnh Sơn La", "Họ và tên chủ hộ kinh doanh: LÒ VĂN MẪU",
            "Giới tính: Nam Sinh ngày: 02/03/1990", "Số định danh cá nhân: 014090000011",
            "Nơi thường trú: Bản 5, Xã Mẫu, Thành phố", "Đà Nẵng", "TRƯỞNG PHÒNG", "Cầm Văn Ký",
        ),
    )  # fmt: skip
    assert found["business_owner", "full_name"] == "LÒ VĂN MẪU"
    assert found["business_owner", "residence"] == "Bản 5, Xã Mẫu, Thành phố Đà Nẵng"
    assert {role for role, _ in found} == {"business_owner"}


def test_both_parties_of_a_power_of_attorney():
    found = read(
        D.POWER_OF_ATTORNEY,
        (
            "GIẤY ỦY QUYỀN", "BÊN ỦY QUYỀN:", "Họ và tên: LÒ VĂN MẪU", "Sinh ngày: 02/03/1990",
            "BÊN ĐƯỢC ỦY QUYỀN:", "Họ và tên: QUÀNG THỊ HAI", "Sinh ngày: 01/12/1992", "NỘI DUNG ỦY QUYỀN:",
            "Bên được ủy quyền thay mặt bên ủy quyền nộp hồ sơ.", "BÊN ỦY QUYỀN", "Lò Văn Mẫu",
        ),
    )  # fmt: skip
    assert (found["applicant", "full_name"], found["applicant2", "full_name"]) == ("LÒ VĂN MẪU", "QUÀNG THỊ HAI")
    assert found["applicant2", "birth_date"] == "1992-12-01"


def test_whom_a_decision_is_about():
    found = read(
        D.DECISION,
        (
            "QUYẾT ĐỊNH", "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
            "Theo đề nghị của ông Trưởng phòng.",
            "Điều 1. Chấp thuận đề nghị của ông (bà) Lò Văn Mẫu, sinh ngày 01/04/1998, nơi",
            "cư trú: Bản 5, Xã Mẫu, Tỉnh Sơn La, theo hồ sơ đã nộp tại Ủy ban nhân dân xã Mẫu.",
        ),
    )  # fmt: skip
    assert found["subject", "full_name"] == "LÒ VĂN MẪU"
    assert found["subject", "birth_date"] == "1998-04-01"
    assert found["subject", "residence"] == "Bản 5, Xã Mẫu, Tỉnh Sơn La"


def test_confidence_falls_where_the_number_denies_the_birth_year():
    page = printed_page(*BIRTH[2:5], "Ngày, tháng, năm sinh: 02/03/1971")
    person = read_persons(D.DEATH_DECLARATION, [page], 1)[0]
    assert person.role is Role.APPLICANT
    assert person.id_number is not None
    assert person.id_number.confidence > 0.9
    contradicted = printed_page(BIRTH[2], "Ngày, tháng, năm sinh: 02/03/1971", *BIRTH[4:6])
    doubtful = read_persons(D.DEATH_DECLARATION, [contradicted], 1)[0].id_number
    assert doubtful is not None
    assert doubtful.confidence <= 0.4


def test_unsure_words_make_unsure_fields():
    page = printed_page("Họ, chữ đệm, tên người yêu cầu: LÒ VĂN MẪU", confidence=0.3)
    name = read_persons(D.BIRTH_DECLARATION, [page], 1)[0].full_name
    assert name is not None
    assert name.confidence < 0.5


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("PHÙNG VĂN NH IỆM", "PHÙNG VĂN NHIỆM"),  # torn where a seal or a fold crosses it
        ("Tr ần Thị Ng ọc", "TRẦN THỊ NGỌC"),
        ("H YAR NIÊ", "H YAR NIÊ"),
        ("Y ÁNH", "Y ÁNH"),
        ("NGUYỄN T. ANH", "NGUYỄN T ANH"),
        ("LÒ VĂN AN", "LÒ VĂN AN"),
    ],
)
def test_a_torn_syllable_of_a_name_is_whole(printed, name):
    page = printed_page(
        "TỜ KHAI ĐĂNG KÝ KHAI SINH", f"Họ, chữ đệm, tên người yêu cầu: {printed}", "Ngày, tháng, năm sinh: 1990"
    )
    assert read_persons(D.BIRTH_DECLARATION, [page], 1)[0].full_name.value == name


@pytest.mark.parametrize(
    ("printed", "number"),
    [("014090000011", "014090000011"), ("040277672", "040277672"), ("0140900000", None), ("0140900000112", None)],
)
def test_a_number_that_no_card_has_is_not_given(printed, number):
    page = printed_page(
        "TỜ KHAI ĐĂNG KÝ KHAI SINH", "Họ, chữ đệm, tên người yêu cầu: Lò Văn Mẫu", f"Số định danh cá nhân: {printed}"
    )
    field = read_persons(D.BIRTH_DECLARATION, [page], 1)[0].id_number
    assert (field.value if field else None) == number


@pytest.mark.parametrize(
    ("printed", "left"),
    [("0140900000", "0140900000"), ("0140 9000001 do Công an", "01409000001"), ("01409", None), ("014090000011", None)],
)
def test_what_is_left_of_a_number_waits_for_other_papers(printed, left):
    page = printed_page(
        "TỜ KHAI ĐĂNG KÝ KHAI SINH", "Họ, chữ đệm, tên người yêu cầu: Lò Văn Mẫu", f"Số định danh cá nhân: {printed}"
    )
    part = read_persons(D.BIRTH_DECLARATION, [page], 1)[0].partial_number
    assert (part.value if part else None) == left


def test_a_number_read_in_great_doubt_is_a_pens_and_waits_for_other_papers():
    page = printed_page(BIRTH[0], BIRTH[1], "Số định danh cá nhân: 014190000011", confidence=0.2)
    found = read_persons(D.BIRTH_DECLARATION, [page], 1)[0]
    assert found.id_number is None
    assert [pen.field for pen in found.handwritten] == ["id_number"]
    assert found.partial_number is not None


@pytest.mark.parametrize(("below", "name"), [("K", "LÒ VĂN MẪU"), ("Ý", "LÒ VĂN MẪU Ý")])
def test_a_letter_at_the_edge_is_no_more_of_a_name(below, name):
    page = printed_page(BIRTH[0], "Họ, chữ đệm, tên người yêu cầu: LÒ VĂN MẪU", below, BIRTH[3])
    assert read_persons(D.BIRTH_DECLARATION, [page], 1)[0].full_name.value == name
