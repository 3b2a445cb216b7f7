"""Id numbers: their structure, what speaks against them, and reading them out of print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.idnumber import PROVINCES, IdFinding, IdKind, check, clean_digits, find, parse


def test_the_63_provinces_are_there():
    assert len(PROVINCES) == 63
    assert all(len(code) == 3 and code[0] == "0" for code in PROVINCES)


@pytest.mark.parametrize(
    ("number", "province", "birth_year", "sex"),
    [
        ("001199000123", "Hà Nội", 1999, "female"),
        ("079085000456", "Hồ Chí Minh", 1985, "male"),
        ("015215000001", "Yên Bái", 2015, "male"),
        ("038324009999", "Thanh Hóa", 2024, "female"),
        ("003190000000", None, 1990, "female"),
    ],
)
def test_a_citizen_number_tells_province_year_and_sex(number, province, birth_year, sex):
    parsed = parse(number)
    assert parsed is not None
    assert (IdKind.CITIZEN, province, birth_year, sex) == (parsed.kind, parsed.province, parsed.birth_year, parsed.sex)


@pytest.mark.parametrize("text", ["", "12345678", "1234567890", "0011990001234", "00119900012a", "٠٠١١٩٩٠٠٠١٢٣"])
def test_anything_else_is_no_id_number(text):
    assert parse(text) is None
    assert check(text) == (IdFinding.MALFORMED,)


def test_an_old_card_number_has_no_structure():
    parsed = parse("012345678")
    assert parsed is not None
    assert (parsed.kind, parsed.province, parsed.birth_year, parsed.sex) == (IdKind.CMND, None, None, None)
    assert check("012345678", birth_date="1950-01-01", sex="male") == ()


@pytest.mark.parametrize(
    ("birth_date", "sex", "findings"),
    [
        (None, None, ()),
        ("1999-05-17", "female", ()),
        ("1999", None, ()),
        ("2099-05-17", None, (IdFinding.BIRTH_YEAR_DIFFERS,)),
        ("1989", "male", (IdFinding.BIRTH_YEAR_DIFFERS, IdFinding.SEX_DIFFERS)),
    ],
)
def test_what_speaks_against_a_number(birth_date, sex, findings):
    assert findings == check("001199000123", birth_date=birth_date, sex=sex)


def test_an_unknown_province_is_a_finding_of_its_own():
    assert check("100199000123", birth_date="1999") == (IdFinding.PROVINCE_UNKNOWN,)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("031098873827", "031098873827"),
        ("0 3 1 0 9 8 8 7 3 8 2 7", "031098873827"),
        ("|0|3|1|0|9|8|8|7|3|8|2|7|", "031098873827"),
        ("[0][3][1] 098 873.827", "031098873827"),
        ("O38 l98 0O1 234", "038198001234"),
        ("03|098873827", "031098873827"),  # the bar stands where the twelfth digit is missing
        ("012 345 678", "012345678"),
        ("SO", ""),
        ("Bộ Công an", ""),
        ("0310988738x7", ""),
        ("", ""),
    ],
)
def test_digits_are_joined_and_letters_read_as_digits_only_among_digits(text, digits):
    assert digits == clean_digits(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Số / No.: 031098873827", ["031098873827"]),
        ("Số định danh cá nhân: 0 3 1 0 9 8 8 7 3 8 2 7", ["031098873827"]),
        ("CCCD số 031 098 873 827, cấp ngày 12/07/2021", ["031098873827"]),
        ("CMND: 012345678 Công an Hà Nội", ["012345678"]),
        ("bà A 001199000123, ông B 079085000456", ["001199000123", "079085000456"]),
        ("Số: 031098873827 12/07/2021", ["031098873827"]),
        ("Số: O31O98873827", ["031098873827"]),
        ("Điện thoại 0912345678", []),
        ("IDVNM1990001239001199000123<<0", []),
        ("Sinh ngày 12/07/2021", []),
        ("Ông Bảy ở ấp 5", []),
    ],
)
def test_numbers_in_running_text(text, numbers):
    found = find(text)
    assert numbers == [number.digits for number in found]
    assert all(text[number.start : number.end] == number.as_read for number in found)


@given(st.text(max_size=60))
def test_any_text_is_read_without_trouble(text):
    assert all(len(number.digits) in {9, 12} for number in find(text))
    assert set(clean_digits(text)) <= set("0123456789")


@given(
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.lists(st.sampled_from(["", " ", ".", " | "]), min_size=11, max_size=11),
)
def test_however_the_digits_are_set_apart_they_are_joined(number, gaps):
    printed = "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
    assert number == clean_digits(printed)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("CCCD số 012054178958do Cục", ["012054178958"]),
        ("0120541789581do", []),
        ("247570708cấp ngày", ["247570708"]),
    ],
)
def test_a_word_may_touch_a_number(text, digits):
    assert [number.digits for number in find(text)] == digits
