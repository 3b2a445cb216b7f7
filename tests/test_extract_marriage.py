"""Two persons side by side: the table of a declaration in either order, the two columns of a certificate."""

from __future__ import annotations

import pytest

from models.document import DocumentType as D
from models.page import Box, Line, PageText, Word
from pipeline.extract import read_persons
from pipeline.extract.layout import lines_of
from tests.printed_pages import HEIGHT, LEADING, printed_page, words_at

ROWS = (  # label lines | wife's lines | husband's lines
    (("Họ, chữ đệm, tên",), ("QUÀNG THỊ HAI",), ("LÒ VĂN MẪU",)),
    (("Ngày, tháng, năm", "sinh"), ("27/06/1992",), ("ngày 02 tháng 3", "năm 1990")),
    (("Dân tộc",), ("Thái",), ("Kinh",)),
    (("Quốc tịch",), ("Việt Nam",), ("Việt Nam",)),
    (("Nơi cư trú",), ("Bản 5, Xã Mẫu,", "Tỉnh Sơn La"), ("Tổ 2, Phường Thử,", "Quận Mẫu, Thành", "phố Hà Nội")),
    (("Giấy tờ tùy thân",), ("CCCD số", "014192000012"), ("CCCD số", "014090000011 do", "Bộ Công an cấp")),
)


def table(*, wife_first: bool, centred: bool, stamped: bool = False, ruled: bool = False) -> PageText:
    """A marriage declaration; `centred` sets each cell in the middle of its row, `stamped`: a seal lies on its first head,
    `ruled`: numbers' boxes reach to the rule at their left.
    """
    heads = ("Bên nữ", "Bên nam") if wife_first else ("Bên nam", "Bên nữ")
    if stamped:
        heads = (heads[0][1:], heads[1])
    lines = [words_at("TỜ KHAI ĐĂNG KÝ KẾT HÔN", 500, 60), words_at(heads[0], 620, 120), words_at(heads[1], 1120, 120)]
    y = 180
    for label, wife, husband in ROWS:
        cells = (label, wife, husband) if wife_first else (label, husband, wife)
        tallest = max(map(len, cells))
        for cell, x in zip(cells, (100, 520, 1000), strict=True):
            top = y + (tallest - len(cell)) * (HEIGHT + 8) // 2 if centred else y
            lines.extend(
                words_at(text, x - (ruled and text[0] == "0") * HEIGHT // 2, top + i * (HEIGHT + 8))
                for i, text in enumerate(cell)
            )
        y += tallest * (HEIGHT + 8) + 24
    lines.append(words_at("Chúng tôi cam đoan những lời khai trên đây là đúng sự thật", 100, y + LEADING))
    lines.append(words_at("Bên nữ", 300, y + 2 * LEADING))
    lines.append(words_at("Bên nam", 1000, y + 2 * LEADING))
    base = printed_page()
    return PageText(base.scan, base.width, base.height, tuple(map(Line, lines)))


@pytest.mark.parametrize("wife_first", [True, False])
@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("flaw", [{}, {"stamped": True}, {"ruled": True}])
def test_a_declarations_table(wife_first, centred, flaw):
    page = table(wife_first=wife_first, centred=centred, **flaw)
    people = {p.role: p for p in read_persons(D.MARRIAGE_DECLARATION, [page], 1)}
    wife, husband = people["wife"], people["husband"]
    assert (wife.full_name.value, husband.full_name.value) == ("QUÀNG THỊ HAI", "LÒ VĂN MẪU")
    assert (wife.birth_date.value, husband.birth_date.value) == ("1992-06-27", "1990-03-02")
    assert (wife.id_number.value, husband.id_number.value) == ("014192000012", "014090000011")
    assert (wife.ethnicity.value, husband.ethnicity.value) == ("Thái", "Kinh")
    assert wife.residence.value == "Bản 5, Xã Mẫu, Tỉnh Sơn La"
    assert husband.residence.value == "Tổ 2, Phường Thử, Quận Mẫu, Thành phố Hà Nội"


def test_a_certificate_in_two_columns_of_unequal_length():
    page = printed_page(
        "GIẤY CHỨNG NHẬN KẾT HÔN",
        "Họ, chữ đệm, tên vợ:|Họ, chữ đệm, tên chồng:",
        "QUÀNG THỊ HAI|LÒ VĂN MẪU",
        "Ngày, tháng, năm sinh: 27/06/1992|Ngày, tháng, năm sinh: 02/03/1990",
        "Dân tộc: Thái|Dân tộc: Kinh",
        "Quốc tịch: Việt Nam|Quốc tịch: Việt Nam",
        "Nơi cư trú: Bản 5, Xã Mẫu, Tỉnh|Nơi cư trú: Tổ 2, Phường Thử,",
        "Sơn La|Quận Mẫu, Thành phố",
        "Giấy tờ tùy thân: Thẻ căn cước số|Hà Nội",
        "014192000012 do Bộ Công an|Giấy tờ tùy thân: CCCD số",
        "|014090000011",
        "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Mẫu, huyện Thử, tỉnh Sơn La, nước Việt Nam",
    )
    people = {p.role: p for p in read_persons(D.MARRIAGE_CERTIFICATE, [page], 1)}
    wife, husband = people["wife"], people["husband"]
    assert (wife.full_name.value, husband.full_name.value) == ("QUÀNG THỊ HAI", "LÒ VĂN MẪU")
    assert (wife.birth_date.value, husband.birth_date.value) == ("1992-06-27", "1990-03-02")
    assert wife.residence.value == "Bản 5, Xã Mẫu, Tỉnh Sơn La"
    assert husband.residence.value == "Tổ 2, Phường Thử, Quận Mẫu, Thành phố Hà Nội"
    assert (wife.id_number.value, husband.id_number.value) == ("014192000012", "014090000011")


def test_one_party_after_the_other():
    page = printed_page(
        "I. BÊN NAM", "Họ, chữ đệm, tên: LÒ VĂN MẪU", "Ngày, tháng, năm sinh: 02/03/1990",
        "II. BÊN NỮ", "Họ, chữ đệm, tên: QUÀNG THỊ HAI", "Ngày, tháng, năm sinh: 27/06/1992",
    )  # fmt: skip
    people = {p.role: p for p in read_persons(D.MARRIAGE_DECLARATION, [page], 1)}
    assert people["wife"].birth_date.value == "1992-06-27"
    assert people["husband"].full_name.value == "LÒ VĂN MẪU"


def test_a_dot_below_and_tails_from_above_part_no_line():
    name = (("VŨ", 387, 777, 82), ("THỊ", 481, 819, 48), ("THANH", 598, 777, 80), ("CHÍN", 821, 777, 82))
    above = tuple(Word(text, 0.99, Box(x, 743, 80, 40)) for text, x in (("Họ,", 388), ("chữ", 484), ("đệm,", 600)))
    below = tuple(Word(text, 0.99, Box(x, 892, 80, 40)) for text, x in (("Ngày", 388), ("sinh:", 484), ("1986", 600)))
    words = tuple(Word(text, 0.99, Box(x, y, 90, height)) for text, x, y, height in name)
    assert [row.words for row in lines_of((*words, *above, *below), 1)] == [above, words, below]
