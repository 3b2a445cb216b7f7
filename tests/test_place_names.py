"""Marks of place names: provinces are a closed list, and a dossier's papers name the same places again and again."""

from __future__ import annotations

import pytest

from models.identity import Field, FieldSource, Person, Role
from models.page import Box
from pipeline.place_names import with_agreeing_names, with_marks


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("Xã Mẫu, Tình Trà Vĩnh", "Xã Mẫu, Tỉnh Trà Vinh"),
        ("Xã Mẫu. Thành phô Hồ Chi Minh", "Xã Mẫu. Thành phố Hồ Chí Minh"),
        ("TỔ 1, TÌNH LẠNG SON", "TỔ 1, TỈNH LẠNG SƠN"),
        ("Xã Mẫu, tỉnh Hoà Bình", "Xã Mẫu, tỉnh Hoà Bình"),
        ("Xã Trà Vĩnh", "Xã Trà Vĩnh"),
        ("Phường Mẫu, Thành phố Trà Vĩnh, Tỉnh Sơn La", "Phường Mẫu, Thành phố Trà Vĩnh, Tỉnh Sơn La"),
        ("Xã Mẫu, Tỉnh Sơn La UỞNG PHÒng", "Xã Mẫu, Tỉnh Sơn La"),
        ("XÃ MẪU, TỈNH SƠN LA CŨ", "XÃ MẪU, TỈNH SƠN LA CŨ"),
        ("Xã Mẫu, Tỉnh Hà Nam Ninh", "Xã Mẫu, Tỉnh Hà Nam Ninh"),
        ("Tỉnh Mẫu", "Tỉnh Mẫu"),
        ("", ""),
    ],
)
def test_a_provinces_marks_are_put_back(read, written):
    assert with_marks(read) == written


def person(residence, origin, sure=0.8, source=FieldSource.OCR):
    def field(value, confidence, source=FieldSource.OCR):
        return Field(value, value, confidence, source, 1, Box(0, 0, 10, 10))

    return Person(Role.CARD_HOLDER, 1, residence=field(residence, 0.99, source), origin=field(origin, sure))


@pytest.mark.parametrize(
    ("residence", "origin", "mended"),
    [
        ("Bản 5, Xã Hồng Mẫu, Huyện Thử", "Xã Hông Mẫu, Huyền Thử", "Xã Hồng Mẫu, Huyện Thử"),
        ("Bản 5, xã Hồng Mẫu, huyện Thử", "Xã Hông Mẫu. Huyền Thử", "Xã Hồng Mẫu. Huyện Thử"),
        ("Bản 5, Xã Hồng Mẫu, Huyện Thử", "Xã Hùng Mẫu, Huyện Khác", "Xã Hùng Mẫu, Huyện Khác"),
        ("Bản 5, Xã Hòa Mẫu, Huyện Thử", "Xã Hoà Mẫu, Huyện Thử", "Xã Hoà Mẫu, Huyện Thử"),
    ],
)
def test_a_card_that_names_a_place_twice_writes_it_once(residence, origin, mended):
    (read,) = with_agreeing_names([person(residence, origin, source=FieldSource.QR)])
    assert read.origin.value == mended
    assert (read.residence.value, read.origin.as_read) == (residence, origin)


def test_two_readings_alike_sure_stay_as_they_are():
    read = (person("Xã Hồng Mẫu, Huyện Thử", "Xã Hông Mẫu, Huyện Thử", sure=0.9),)
    assert with_agreeing_names(read) == read
