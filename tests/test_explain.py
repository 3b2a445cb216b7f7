"""Decisions in words: what a clerk reads."""

import pytest

from models.match import Decision, Evidence
from models.outcome import Reason, Verdict
from pipeline.compare import LADDERS
from scripts.explain import _NOTES, _rung, explain

LINKED = Decision(
    Verdict.MATCHED,
    "001190000123",
    0.99997,
    (
        Evidence("prior", "one_of_20000", -10.8),
        Evidence("id_number", "cmnd", 18.2),
        Evidence("full_name", "toneless", 13.4),
        Evidence("status", "deceased", 0.0),
        Evidence("weights", "version_3", 0.0),
        Evidence("asked", "lookup_only", 0.0),
    ),
)
UNDECIDED = Decision(
    Verdict.REVIEW,
    "001190000123",
    0.9684,
    (
        Evidence("prior", "one_of_20000", -10.8),
        Evidence("full_name", "exact", 14.7),
        Evidence("birth_date", "exact", 14.7),
        Evidence("rival", "as_likely", 0.0),
    ),
    Reason.PERSON_AMBIGUOUS,
)


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch):
    monkeypatch.setenv("SOHOA_LANG", "vi")


def test_the_waterfall_adds_up_and_notes_follow_it():
    assert explain("a", LINKED).splitlines() == [
        "a: khớp",
        "  Trước khi so         -10.80  một trong 20000 công dân",
        "  Số định danh         +18.20  đúng số CMND cũ",
        "  Họ tên               +13.40  đúng chữ, khác dấu",
        "  Tổng                 +20.80  khả năng đúng người trên 99,99 %",
        "  ! Theo dân cư, công dân này đã mất.",
        "  ! Chỉ tra cứu được theo số, họ tên và ngày sinh.",
    ]


def test_an_undecided_one_says_what_is_missing():
    assert explain("a", UNDECIDED).splitlines()[-4:] == [
        "  Tổng                 +18.60  khả năng đúng người 96,84 % (đã tính người khác cùng tên, mượn tên hoặc mượn số)",
        "  ! Có công dân khác cũng hợp gần như vậy.",
        "  ! Giấy không cho biết: số định danh, nơi cư trú.",
        "  Chưa đủ căn cứ để khẳng định là công dân nào.",
    ]


def test_english_too(monkeypatch):
    monkeypatch.setenv("SOHOA_LANG", "en")
    assert "! By the registry this citizen has died." in explain("a", LINKED)


@pytest.mark.parametrize("field", LADDERS)
def test_every_rung_has_words(field):
    for rung in LADDERS[field]:
        assert rung == "absent" or "_" not in _rung(Evidence(field, rung, 1.0))
    assert all(len(words) == 2 for words in _NOTES.values())
