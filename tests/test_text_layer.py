"""The text layer of born-digital pages: where words stand, in which order, and when the layer is not believed."""

from __future__ import annotations

import pytest

from models.page import Box, Line, Word
from pipeline.pdf_structure import Rectangle
from pipeline.text_layer import looks_garbled, text_layer

BODY = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015"


def listing(*lines: tuple[float, float, str], width: float = 600, height: float = 800) -> str:
    """What pdftotext -bbox-layout prints: each line at (x, y), letters of 6 x 12 points."""
    out = []
    for x, y, text in lines:
        words, at = [], x
        for word in text.split(" "):
            right = at + 6 * len(word)
            box = f'xMin="{at:.6f}" yMin="{y:.6f}" xMax="{right:.6f}" yMax="{y + 12:.6f}"'
            words.append(f"<word {box}>{word.replace('&', '&amp;')}</word>")
            at = right + 6
        out.append('<line xMin="0" yMin="0" xMax="0" yMax="0">\n' + "\n".join(words) + "\n</line>")
    return f'<page width="{width:.6f}" height="{height:.6f}">\n' + "\n".join(out) + "\n</page>"


def texts(found: tuple[Line, ...] | None) -> list[str] | None:
    return None if found is None else [line.text for line in found]


def test_boxes_are_in_pixels_of_the_page() -> None:
    (line,) = text_layer(listing((60, 100, f"A&B {BODY}")), width=1200, height=1600)

    assert line.words[0] == Word("A&B", 1.0, Box(120, 200, 36, 24))
    assert line.text == f"A&B {BODY}"


def test_decomposed_letters_are_composed() -> None:
    assert texts(text_layer(listing((60, 100, "Nguyễn Thị Hường " * 2 + "xã")), width=600, height=800)) == [
        "Nguyễn Thị Hường Nguyễn Thị Hường xã"
    ]


def test_what_no_database_keeps_is_no_letter() -> None:
    assert texts(text_layer(listing((60, 100, f"A\0B\x01 {BODY}")), width=600, height=800)) == [f"AB {BODY}"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Giới tính: Nam ........ Dân tộc: Kinh ...... Quốc tịch: Việt Nam......",
         ["Giới tính: Nam", "Dân tộc: Kinh", "Quốc tịch: Việt Nam"]),
        ("Họ, chữ đệm, tên: .......... PHẠM VĂN LỢI ..........", ["Họ, chữ đệm, tên: PHẠM VĂN LỢI"]),
        ("Nơi cư trú:………… Số 225A đường Phan Bội Châu", ["Nơi cư trú: Số 225A đường Phan Bội Châu"]),
        ("Giới tính:....Nữ....Dân tộc:......Kinh......", ["Giới tính: Nữ", "Dân tộc: Kinh"]),
        ("Đà Nẵng, ngày ...05... tháng ...02... năm 2026 lúc 10:30", ["Đà Nẵng, ngày 05 tháng 02 năm 2026 lúc 10:30"]),
        ("Số: 252/QĐ-UBND về việc xác nhận v.v. - Điều 1", ["Số: 252/QĐ-UBND về việc xác nhận v.v. - Điều 1"]),
    ],
)  # fmt: skip
def test_leaders_are_no_text_and_part_entries(line: str, expected: list[str]) -> None:
    assert texts(text_layer(listing((60, 100, line)), width=600, height=800)) == expected


def test_a_word_keeps_its_place_when_leaders_go() -> None:
    (line,) = text_layer(listing((60, 100, "Nơi sinh của trẻ: ....Trạm....Y tế xã")), width=600, height=800)

    assert [word.text for word in line.words] == ["Nơi", "sinh", "của", "trẻ:", "Trạm", "Y", "tế", "xã"]
    assert line.words[4].box == Box(60 + 6 * 18 + 24, 100, 24, 12)


@pytest.mark.parametrize(
    ("alone", "left"), [(["N", "Ủ"], []), (["X", "N"], ["X"]), (["N", "A", "M", "Ẫ"], ["N", "A", "M", "Ẫ"])]
)
def test_a_few_lone_letters_are_a_seals(alone: list[str], left: list[str]) -> None:
    lines = [(300, 200 + 30 * number, letter) for number, letter in enumerate(alone)]

    assert texts(text_layer(listing((60, 100, BODY), *lines), width=600, height=800)) == [BODY, *left]


def test_what_a_signature_draws_is_left_out() -> None:
    stamped = listing((60, 100, BODY), (400, 700, "Ký bởi: Ủy ban nhân dân"))

    assert texts(text_layer(stamped, width=600, height=800, hidden=(Rectangle(390, 690, 600, 720),))) == [BODY]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        '<page width="0.000000" height="0.000000"></page>',
        listing((60, 100, "12")),
        listing((60, 100, "")),
        listing((60, 100, "Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp Tù do H¹nh phóc")),  # TCVN3
        listing((60, 100, "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM Ñoäc laäp Töï do Haïnh phuùc")),  # VNI
        listing((60, 100, "\ue001\ue002\ue003 \ue004\ue005 \ue006 abc defgh ijklm nopqr stuvw")),
    ],
)  # fmt: skip
def test_a_layer_that_cannot_be_believed_is_none(broken: str) -> None:
    assert text_layer(broken, width=600, height=800) is None


@pytest.mark.parametrize(
    "good", [BODY, "Ô tô, điện thoại: (024) 3.943 – “nhà” 20 m² ½ 37°C & 5×6", "Plain English text"]
)
def test_good_text_is_not_garbled(good: str) -> None:
    assert not looks_garbled(good)


def test_sideways_text_is_read_by_the_recognizer() -> None:
    upright = listing((60, 100, BODY))
    sideways = upright.replace('yMax="112.000000"', 'yMax="400.000000"')

    assert text_layer(upright, width=600, height=800) is not None
    assert text_layer(sideways, width=600, height=800) is None
