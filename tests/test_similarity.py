"""The ladders: which rung two values reach."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.identity import Field, FieldSource, Person, Role
from models.page import Box
from pipeline.present_units import present_unit, with_present_units
from pipeline.residence import ResidenceAgreement, compare_residences, parse_residence
from pipeline.similarity import (
    DateAgreement,
    NameAgreement,
    NumberAgreement,
    compare_dates,
    compare_names,
    compare_numbers,
    name_distance,
)

NAMES = st.sampled_from(["NGUYỄN THỊ MẪU", "TRẦN VĂN THỬ", "ĐẶNG THỊ HOÀI", "HUỲNH VÕ AN", "Y JŨ NIÊ", "LÊ NA"])


@pytest.mark.parametrize(
    ("read", "known", "expected"),
    [
        ("NGUYỄN THỊ MẪU", "NGUYỄN THỊ MẪU", "exact"),
        (unicodedata.normalize("NFD", "Nguyễn  Thị Mẫu"), "NGUYỄN THỊ MẪU", "exact"),
        ("LÊ THỊ HOÀ", "LÊ THỊ HÒA", "tone_place"),
        ("LÊ THUÝ", "LÊ THÚY", "tone_place"),
        ("NGUYEN THI MAU", "NGUYỄN THỊ MẪU", "toneless"),
        ("NGUYỄNTHỊ MẪU", "NGUYỄN THỊ MẪU", "toneless"),
        ("NGUYỄN VĂN HƯNG", "NGUYỄN VĂN HÙNG", "toneless"),
        ("HUỲNH VĂN MẪU", "HOÀNG VĂN MẪU", "surname_pair"),
        ("VO THI MAU", "VŨ THỊ MẪU", "surname_pair"),
        ("NGUYỄN VĂN LAM", "NGUYỄN VĂN NAM", "close"),
        ("NGUYỄN THỊ MẪ", "NGUYỄN THỊ MẪU", "close"),
        ("NGUYỄN MẪU", "NGUYỄN THỊ MẪU", "short"),
        ("NGUYỄN THỊ ÁNH MẪU", "NGUYỄN MẪU", "short"),
        ("MẪU NGUYỄN THỊ", "NGUYỄN THỊ MẪU", "reordered"),
        ("NGLYEN VAN HUNQ", "NGUYỄN VĂN HÙNG", "garbled"),
        ("TRẦN VĂN HÙNG", "NGUYỄN VĂN HÙNG", "different"),
        ("MẪU", "NGUYỄN THỊ MẪU", "different"),
        (None, "NGUYỄN THỊ MẪU", "absent"),
        ("- '", "NGUYỄN THỊ MẪU", "absent"),
    ],
)
def test_names_reach_their_rung(read, known, expected):
    assert compare_names(read, known) == expected


@given(NAMES, NAMES)
def test_names_compare_alike_from_both_sides(one, other):
    assert compare_names(one, other) == compare_names(other, one)
    assert name_distance(one, other) == name_distance(other, one)
    assert (compare_names(one, other) == NameAgreement.EXACT) == (one == other)


def test_a_lost_tone_is_cheaper_than_another_letter():
    assert name_distance("HÙNG", "HUNG") < name_distance("HÙNG", "DÙNG")
    assert name_distance("HÙNG", "HƯNG") < name_distance("HÙNG", "HÀNG")


@pytest.mark.parametrize(
    ("read", "known", "expected"),
    [
        ("1990-05-07", "1990-05-07", "exact"),
        ("1990", "1990-05-07", "year"),
        ("1990-05-07", "1990", "year"),
        ("1990-07-05", "1990-05-07", "swapped"),
        ("1990-05-01", "1990-05-07", "digit"),
        ("1980-05-07", "1990-05-07", "digit"),
        ("1989-05-07", "1990-05-07", "two_digits"),
        ("1989-05-08", "1990-05-07", "different"),
        ("1990-01-01", "1990-05-07", "year"),
        ("1990-05-07", "1990-01-01", "year"),
        ("1990-01-01", "1991-05-07", "different"),
        ("1991", "1990-05-07", "different"),
        (None, "1990-05-07", "absent"),
        ("1990-05-07", "", "absent"),
    ],
)
def test_dates_reach_their_rung(read, known, expected):
    assert compare_dates(read, known) == DateAgreement(expected)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("001190000123", "exact"),
        ("123456789", "cmnd"),
        ("001190000723", "digit"),
        ("010190000123", "digit"),
        ("123465789", "cmnd_digit"),
        ("00119000123", "length"),
        ("0011190000123", "length"),
        ("0011900123", "length"),
        ("123456780", "cmnd_digit"),
        ("001190000756", "different"),
        ("001190000756"[:10] + "33", "two_digits"),
        ("079188654321", "different"),
        (None, "absent"),
    ],
)
def test_numbers_reach_their_rung(read, expected):
    assert compare_numbers(read, "001190000123", "123456789") == NumberAgreement(expected)


def test_a_misread_digit_that_denies_year_or_sex_has_its_own_rung():
    found = compare_numbers("001290000123", "001190000123", "", impossible=True)
    assert found == NumberAgreement.DIGIT_IMPOSSIBLE


@pytest.mark.parametrize(
    ("read", "known", "expected"),
    [
        # the same home in three levels and in two; Đào Viên went into Quốc Việt in 2025
        ("Thôn Thử, Xã Đào Viên, Huyện Tràng Định, Tỉnh Lạng Sơn", "Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn", "exact"),
        (
            "Số 8 đường Mẫu, Xã Lê Ninh, Thị xã Kinh Môn, Tỉnh Hải Dương",
            "Số 8 đường Mẫu, Phường Bắc An Phụ, TP Hải Phòng",
            "exact",
        ),
        ("Thon Thu, Xa Quoc Viet, Tinh Lang Son", "Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn", "exact"),
        ("Thôn Thừ, Xá Quôc Viêt, Tinh Lạng Sơm", "Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn", "exact"),
        ("Số 8 đường Mẫu, Phường Mới, Tỉnh Lạng Sơn", "Số 8 đường Mẫu, Phường Xưa, Tỉnh Lạng Sơn", "home"),
        ("Thôn 8, Xã Mới, Tỉnh Lạng Sơn", "Thôn 8, Xã Xưa, Tỉnh Lạng Sơn", "hamlet"),
        ("Thôn 18, Xã Xưa, Tỉnh Lạng Sơn", "Thôn 8, Xã Xưa, Tỉnh Lạng Sơn", "commune"),
        ("Ấp Đoài, Xã Xưa, Tỉnh Lạng Sơn", "Khóm Đoài, Xã Xưa, Tỉnh Lạng Sơn", "commune"),
        ("TDP 7, Phường Xưa, Tỉnh Lạng Sơn", "Tổ dân phố 7, P. Xưa, Tỉnh Lạng Sơn", "exact"),
        ("Thôn 18, Xã Mới, Tỉnh Bắc Giang", "Thôn 8, Xã Xưa, Tỉnh Bắc Ninh", "province"),
        ("Thôn 8, Xã Xưa, Tỉnh Lạng Sơn", "Thôn 8, Xã Xưa, Tỉnh Lào Cai", "different"),
        (None, "Thôn 8, Xã Xưa, Tỉnh Lào Cai", "absent"),
        # separated by semicolons, dashes, or nothing but the units' words; provinces as people shorten them
        ("Thôn Thử; Xã Quốc Việt; Tỉnh Lạng Sơn", "Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn", "exact"),
        ("Thôn Thử - Xã Đào Viên - Huyện Tràng Định - Lạng Sơn", "Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn", "exact"),
        ("Thôn Thử xã Đào Viên huyện Tràng Định tỉnh Lạng Sơn", "Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn", "exact"),
        ("Thôn Thử xã Quốc Việt, Lạng Sơn", "Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn", "exact"),
        ("Số 5 đường Xã Đàn, Phường Mới, Hà Nội", "5 Xã Đàn, P. Mới, TP. Hà Nội", "exact"),
        ("12 Mẫu, P.5, Q.3, TP.HCM", "Số 12 Mẫu, Phường 5, Thành phố Hồ Chí Minh", "exact"),
        ("Thôn 2 - Xã Xưa - Tỉnh Bà Rịa - Vũng Tàu", "Thôn 2, Xã Xưa, Thành phố Hồ Chí Minh", "exact"),
        ("Buôn Thử, Xã Xưa, Đắc Lắc", "Buôn Thử, Xã Xưa, Tỉnh Đắk Lắk", "exact"),
    ],
)
def test_residences_reach_their_rung(read, known, expected):
    assert compare_residences(read, known) == ResidenceAgreement(expected)


@pytest.mark.parametrize(
    ("printed", "today"),
    [
        ("Thôn Thử, Xã Đào Viên, Huyện Tràng Định, Tỉnh Lạng Sơn", "Xã Quốc Việt, Tỉnh Lạng Sơn"),
        ("Thôn Thử, Xã Đào Viên, Lạng Sơn", None),  # a commune of that name might be of today
        ("Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn", None),
        ("Số 8 đường Mẫu, Xã Lê Ninh, Thị xã Kinh Môn, Tỉnh Hải Dương", "Phường Bắc An Phụ, Thành phố Hải Phòng"),
        ("Xã Không Có, Huyện Không Có, Tỉnh Bắc Kạn", "Tỉnh Thái Nguyên"),
        ("Xã Không Có, Tỉnh Bắc Kạn", "Tỉnh Thái Nguyên"),
        ("Phường Đội Cấn, Quận Ba Đình, Thành phố Hà Nội", None),  # divided
        ("Đắk Lắk", None),
        ("", None),
    ],
)
def test_the_units_of_today_stand_beside_former_ones(printed, today):
    assert present_unit(printed) == today


def test_a_person_keeps_what_was_printed_beside_the_units_of_today():
    def field(value):
        return Field(value, value, 0.9, FieldSource.OCR, 1, Box(0, 0, 1, 1))

    old = field("Xã Đào Viên, Huyện Tràng Định, Tỉnh Lạng Sơn")
    person = Person(Role.APPLICANT, 1, full_name=field("NGUYỄN THỊ MẪU"), residence=old, origin=field("Tỉnh Lạng Sơn"))
    shown = with_present_units(person)
    assert shown == replace(person, residence=replace(old, present="Xã Quốc Việt, Tỉnh Lạng Sơn"))


@given(st.text(max_size=60))
def test_any_text_is_an_address_of_some_kind(text):
    parse_residence(text)
    present_unit(text)
    assert compare_residences(text, text) in ResidenceAgreement
