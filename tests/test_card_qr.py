"""The QR code of identity cards: both layouts, and nothing else."""

from dataclasses import astuple
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.card_qr import CardQr, parse

CHIP = "001199000123|012345678|Nguyễn Thị Mẫu|17051999|Nữ|Số 1, Xã Thử, Huyện Mẫu, Hà Nội|01062021"


def test_a_chip_card_of_2021():
    assert parse(CHIP) == CardQr(
        id_number="001199000123",
        old_id_number="012345678",
        full_name="NGUYỄN THỊ MẪU",
        birth_date="1999-05-17",
        sex="female",
        residence="Số 1, Xã Thử, Huyện Mẫu, Hà Nội",
        issued_on="2021-06-01",
    )


def test_a_card_of_2024_keeps_its_further_fields():
    card = parse("001220000123||Nguyễn Văn Mẫu|17052020|Nam|Phường Thử, Hà Nội|01082024|||Trần Thị Thử|Nguyễn Văn Thử")
    assert card is not None
    assert (card.old_id_number, card.sex, card.birth_date) == (None, "male", "2020-05-17")
    assert card.more == ("", "", "Trần Thị Thử", "Nguyễn Văn Thử")


def test_decomposed_letters_come_out_composed():
    card = parse(CHIP.replace("ễ", "e\u0302\u0303"))
    assert card is not None
    assert card.full_name == "NGUYỄN THỊ MẪU"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "|" * 6,
        "|" * 10_000,
        "https://dichvucong.example/tra-cuu?ma=H40.12-260105-0007",
        "HS4010012345678|4e677579e1bb856e|17/05/1999|2|c490|01|||",  # a health insurance card
        CHIP.replace("001199000123", "00119900012"),
        CHIP.replace("012345678", "01234567"),
        CHIP.replace("Nguyễn Thị Mẫu", ""),
        CHIP.replace("|Nữ|", "|Nữ|\0"),
        CHIP.replace("|Nữ|", "|Nữ|\u202e"),
        CHIP.replace("Nguyễn Thị Mẫu", "17051999"),
        CHIP.replace("Nguyễn Thị Mẫu", "Nguyễn Th1 Mẫu"),
        CHIP.replace("17051999", "31021999"),
        CHIP.replace("17051999", "00001999"),
        CHIP.replace("Nữ", ""),
        CHIP.replace("01062021", "01061990"),  # issued before birth
        CHIP.replace("|01062021", ""),
    ],
)
def test_anything_else_is_not_a_card(text):
    assert parse(text) is None


@given(st.text(max_size=300) | st.lists(st.text(max_size=12), min_size=6, max_size=9).map("|".join))
def test_any_text_is_read_without_trouble(text):
    parse(text)


@given(
    number=st.from_regex(r"[0-9]{12}", fullmatch=True),
    old=st.from_regex(r"(?:[0-9]{9})?", fullmatch=True),
    name=st.sampled_from(["Nguyễn Thị Mẫu", "H'Hen Niê", "Lò Văn Thử", "Y Mẫu"]),
    born=st.dates(min_value=date(1900, 1, 1), max_value=date(2020, 12, 31)),
    sex=st.sampled_from([("Nam", "male"), ("Nữ", "female")]),
    more=st.lists(st.sampled_from(["", "x"]), max_size=4),
)
def test_what_a_card_says_is_read_back(number, old, name, born, sex, more):
    card = parse("|".join([number, old, name, f"{born:%d%m%Y}", sex[0], "Xã Thử", "01062021", *more]))
    assert card is not None
    expected = (number, old or None, name.upper(), born.isoformat(), sex[1], "Xã Thử", "2021-06-01", tuple(more))
    assert expected == astuple(card)
