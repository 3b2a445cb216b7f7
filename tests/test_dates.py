"""Dates in digits, in sentences, in words; garbled ones are unsure, impossible ones are none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates import as_date, date_in_words, find_dates, parse_date


@pytest.mark.parametrize(
    ("text", "value", "certain"),
    [
        ("15/07/2004", "2004-07-15", True),
        ("06-07-1998", "1998-07-06", True),
        ("13.10.1958", "1958-10-13", True),
        ("1 / 2 / 1990", "1990-02-01", True),
        ("ngày 27 tháng 6 năm 2000", "2000-06-27", True),
        ("Xã Võ Nhai, ngày 05 tháng 01 năm 2026", "2026-01-05", True),
        ("ngày 25 tbáng 10 nãm 1991", "1991-10-25", True),
        ("3l/12/1967", "1967-12-31", True),
        ("25110/1991", "1991-10-25", False),
        ("2510/1991", "1991-10-25", False),
        ("1998", "1998", True),
        ("Năm sinh: 198O", "1980", True),
    ],
)
def test_a_date_is_read(text, value, certain):
    found = parse_date(text)
    assert found is not None
    assert (found.value, found.certain) == (value, certain)


@pytest.mark.parametrize("text", ["", "30/02/2020", "062204965501", "Số 12, tổ 5", "99/99/9999"])
def test_no_date_where_there_is_none(text):
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ngày mười tám tháng hai năm hai nghìn không trăm hai mươi lăm", "2025-02-18"),
        ("Ngày mười chín tháng mười một năm hai nghìn không trăm hai mươi lăm", "2025-11-19"),
        ("mùng năm tháng năm năm một nghìn chín trăm chín mươi lăm", "1995-05-05"),
        ("ba mươi mốt tháng mười hai năm hai nghìn linh năm", "2005-12-31"),
        ("năm một nghìn chín trăm tám mươi", "1980"),
        ("hai mươi tư tháng tư", None),
        ("", None),
    ],
)
def test_a_date_in_words(text, value):
    assert date_in_words(text) == value


def test_every_whole_date_of_a_line_in_order():
    found = find_dates("cấp ngày 11/02/2023, có giá trị đến 01/04/2038; năm 2040")
    assert [item.value for item in found] == ["2023-02-11", "2038-04-01"]


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "ngày %d tháng %m năm %Y"])
)
def test_what_is_written_is_read_back(day, form):
    found = parse_date(f"Sinh ngày: {day.strftime(form)} ....")
    assert found is not None
    assert as_date(found.value) == day


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    found = parse_date(text)
    assert found is None or len(found.value) in (4, 10)
    date_in_words(text)
