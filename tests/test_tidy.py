"""Questions as people and programs write them, brought to the registry's forms."""

import unicodedata

import pytest

from models.match import MatchQuery
from pipeline.tidy import tidy, tidy_date


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1990-05-07", "1990-05-07"),
        ("1990/5/7", "1990-05-07"),
        ("1990-05-07T00:00:00", "1990-05-07"),
        ("19900507", "1990-05-07"),
        (" 07/05/1990 ", "1990-05-07"),
        ("7.5.1990", "1990-05-07"),
        ("07 / 05 / 1990", "1990-05-07"),
        ("ngày 07 tháng 5 năm 1990", "1990-05-07"),
        ("1990", "1990"),
        ("05/1990", "1990"),
        ("1990-00-00", "1990"),
        ("00/00/1990", "1990"),
        ("31/02/1990", "1990-02-31"),
        ("0000-00-00", None),
        ("00/00/0000", None),
        ("07/05/90", None),
        ("tháng năm", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_come_to_one_form(text, value):
    assert tidy_date(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("001 190 000 123", "001190000123"),
        ("001.190.000.123", "001190000123"),
        ("O0119000O123", "001190000123"),
        ("Số 001190000123", "001190000123"),
        ("００１１９０００0123", "001190000123"),
        ("00119000123", "00119000123"),
        ("không có", None),
        ("", None),
    ],
)
def test_numbers_come_to_digits(text, value):
    assert tidy(MatchQuery("q", id_number=text)).id_number == value


@pytest.mark.parametrize(
    "text",
    ["Đỗ Thị Mẫu", "  đỗ   thị mẫu ", unicodedata.normalize("NFD", "ĐỖ THỊ MẪU"), "Ðỗ Thị Mẫu", "ðỗ\u00a0thị mẫu"],
)
def test_names_come_to_upper_case_nfc(text):
    assert tidy(MatchQuery("q", full_name=text)).full_name == "ĐỖ THỊ MẪU"


@pytest.mark.parametrize("apostrophe", "'’‘ʼ`")
def test_every_apostrophe_of_a_name_is_the_straight_one(apostrophe):
    assert tidy(MatchQuery("q", full_name=f"H{apostrophe}Yar Êban")).full_name == "H'YAR ÊBAN"


@pytest.mark.parametrize(("text", "value"), [("Nữ", "female"), ("NAM", "male"), ("male", "male"), ("x", None)])
def test_sexes_come_to_two_words(text, value):
    assert tidy(MatchQuery("q", sex=text)).sex == value
