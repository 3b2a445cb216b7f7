"""Labels are found by likeness: garbled, joined, two on a line; names and addresses are not taken for labels."""

from __future__ import annotations

import pytest

from models.identity import Role
from pipeline.extract.phrases import LEXICON
from pipeline.labels import contains, find_labels
from pipeline.lexicon import Label, bare
from tests.printed_pages import words_at


def labels(text):
    return [(hit.label, hit.role) for hit in find_labels(words_at(text, 100, 100), LEXICON)]


def values(text):
    words = words_at(text, 100, 100)
    hits = find_labels(words, LEXICON)
    stops = [hit.start for hit in hits[1:]] + [len(words)]
    return [" ".join(w.text for w in words[hit.end : stop]) for hit, stop in zip(hits, stops, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Họ, chữ đệm, tên: LÒ VĂN MẪU", [(Label.NAME, None)]),
        ("Họ, chữ đệm, tên người yêu cầu: LÒ VĂN MẪU", [(Label.NAME, Role.APPLICANT)]),
        ("Họ, chữ đệm, tên người đi khai sinh: LÒ VĂN MẪU", [(Label.NAME, Role.APPLICANT)]),
        ("Họ và tên mẹ/Người nuôi dưỡng: LÒ THỊ MẪU", [(Label.NAME, Role.MOTHER)]),
        ("7. Họ, chữ đệm và tên chủ hộ: LÒ VĂN MẪU", [(Label.NAME, Role.HOUSEHOLD_HEAD)]),
        ("9. Số định danh cá nhân của chủ hộ: 001", [(Label.IDENTITY, Role.HOUSEHOLD_HEAD)]),
        ("Giới tính của con: Nữ", [(Label.SEX, Role.CHILD)]),
        ("Ngày sinh / Date of birth: 01/04/1998", [(Label.BIRTH_DATE, None)]),
        ("Dự định đặt tên con: LÒ VĂN BÉ", [(Label.NAME, Role.CHILD)]),
        ("Giới tính: Nữ Dân tộc: Kinh Quốc tịch: Việt Nam",
         [(Label.SEX, None), (Label.ETHNICITY, None), (Label.NATIONALITY, None)]),
        ("Ho chu dem ten nguoi me: LO THI MAU", [(Label.NAME, Role.MOTHER)]),
        ("Ngày,tháng, năm slnh : 1990", [(Label.BIRTH_DATE, None)]),
        ("Nơi cu lrú: Bản 5, Xã Mẫu", [(Label.RESIDENCE, None)]),
        ("Giấy tờ lùy thân: CMND số 111", [(Label.IDENTITY, None)]),
    ],
)  # fmt: skip
def test_labels_of_a_line(text, expected):
    assert labels(text)[: len(expected)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "NGUYỄN QUANG KHÔI",  # Nguyên quán
        "Đà Nẵng",  # Cân nặng
        "ba mươi lăm",  # Bà
        "ỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",  # Ông
        "Đăng ký thường trú vào chỗ ở hợp pháp thuê",
        "công chức Lao động - Thương binh và Xã hội",
    ],
)
def test_text_that_is_no_label(text):
    assert labels(text) == []


def test_the_value_begins_after_notes_and_footnote_marks():
    assert values("Tôi là (ghi họ tên bằng chữ in hoa): LÒ VĂN MẪU") == ["LÒ VĂN MẪU"]
    assert values("Nơi cư trú: (2) Bản 5, Xã Mẫu") == ["Bản 5, Xã Mẫu"]


def test_a_word_before_a_label_stays_with_the_value():
    assert values("Dân tộc: Ê Đê Quốc tịch: Việt Nam") == ["Ê Đê", "Việt Nam"]


def test_an_officers_label_is_nobodys():
    hit = find_labels(words_at("Họ và tên người đỡ đẻ: LÒ THỊ MẪU", 0, 0), LEXICON)[0]
    assert hit.nobody
    assert hit.role is None


def test_wording_is_compared_without_marks_and_punctuation():
    assert bare("Họ, chữ đệm, tên:") == "ho chu dem ten"
    assert contains("… theo Quyết định này có hiệu lực kể từ", "quyết định này có hiệu lực") == 100
    assert contains("ngắn", "quyết định này có hiệu lực") == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phạm Tú Quỳnh Quyên", []),  # nearly Phạm vi ủy quyền
        ("Thành phố Cần Thơ", []),  # nearly Thành phần dân tộc
        ("Họ, chữ đệm, tên VÕ THỊ MẪU", [(Label.NAME, None)]),  # võ, folded, is vợ
        ("Căn cước công dân số 001080000021", [(Label.IDENTITY, None)]),
        ("Nơi thường trú trước đây: Xã Mẫu", [(Label.RESIDENCE, None)]),
        ("Giới tính: Nam 8. Ngày, tháng, năm sinh: 02/03/1990", [(Label.SEX, None), (Label.BIRTH_DATE, None)]),
        ("Giới tính: Nam ☐ Nữ ☒ Ngày, tháng, năm sinh: 1990", [(Label.SEX, None), (Label.BIRTH_DATE, None)]),
    ],
)
def test_wordings_of_offices_own_forms(text, expected):
    assert labels(text) == expected
