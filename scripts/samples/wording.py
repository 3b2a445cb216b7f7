"""How Vietnamese offices write dates, numbers and identity papers."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

_UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_MONTHS = ("giêng", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")


class DateForm(StrEnum):
    """Ways of writing a day."""

    SLASHES = "slashes"
    WORDS = "words"
    HYPHENS = "hyphens"
    SHORT = "short"
    DOTS = "dots"
    SHORT_HYPHENS = "short_hyphens"
    SPACED = "spaced"


# What the circulars' forms are filled in with; the others are habits of makers of forms of their own.
COMMON_DATES = (DateForm.SLASHES, DateForm.WORDS, DateForm.HYPHENS)


def number_words(value: int) -> str:
    """0 to 9999 in words: 24 is hai mươi tư, 105 một trăm linh năm, 2025 hai nghìn không trăm hai mươi lăm."""
    thousands, rest = divmod(value, 1000)
    hundreds, below = divmod(rest, 100)
    words: list[str] = []
    if thousands:
        words += [_UNITS[thousands], "nghìn"]
    if hundreds or (thousands and below):
        words += [_UNITS[hundreds], "trăm"]
    if below or not words:
        words += _below_hundred(below, after_hundreds=bool(words))
    return " ".join(words)


def _below_hundred(value: int, *, after_hundreds: bool) -> list[str]:
    tens, ones = divmod(value, 10)
    if tens == 0:
        return ["linh", _UNITS[ones]] if after_hundreds else [_UNITS[ones]]
    words = ["mười"] if tens == 1 else [_UNITS[tens], "mươi"]
    if ones:
        if tens > 1:
            words.append({1: "mốt", 4: "tư", 5: "lăm"}.get(ones, _UNITS[ones]))
        else:
            words.append({5: "lăm"}.get(ones, _UNITS[ones]))
    return words


def day_in_words(day: date) -> str:
    """Ngày hai mươi tư tháng chín năm hai nghìn không trăm hai mươi lăm."""
    return f"Ngày {number_words(day.day)} tháng {_MONTHS[day.month - 1]} năm {number_words(day.year)}"


def long_date(day: date) -> str:
    """ngày 05 tháng 01 năm 2026: days below 10 and months 1 and 2 take a zero (NĐ 30/2020, annex I)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def write_date(day: date, form: DateForm) -> str:
    if form is DateForm.WORDS:
        return long_date(day)
    plain = f"{day.day}", f"{day.month}", f"{day.year}"
    full = f"{day:%d}", f"{day:%m}", f"{day:%Y}"
    written = {
        DateForm.HYPHENS: "-".join(full), DateForm.SHORT: "/".join(plain), DateForm.DOTS: ".".join(full),
        DateForm.SHORT_HYPHENS: "-".join(plain), DateForm.SPACED: " / ".join(full),
    }  # fmt: skip
    return written.get(form, "/".join(full))


def lowered(unit: str) -> str:
    """Xã Yên Sơn as xã Yên Sơn, for the middle of a sentence."""
    return unit[:1].lower() + unit[1:]
