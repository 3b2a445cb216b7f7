"""Dates as Vietnamese papers write them: in digits, in a sentence, in words, or only a year."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.vietnamese import fold

# Letters that a recognizer reads for digits; only applied to words that hold a digit already.
_LOOKALIKES = str.maketrans({"o": "0", "l": "1", "i": "1", "!": "1", "s": "5", "z": "2", "g": "9", "q": "9"})
_WORD_WITH_DIGIT = re.compile(r"\S*\d\S*")

# Sentence: ngày 05 tháng 6 năm 2000. The nouns may be garbled (tbáng, nãm): two letters at least must stand.
_SENTENCE = re.compile(
    r"(?P<day>\d{1,2})[\s|]*(?:th\w{1,4}|\w{1,3}ang)[\s.:,|]*(?P<month>\d{1,2})\s*[,.]?\s*(?:n\w{1,2}|\wam)[\s.:,|]*(?P<year>\d{4})(?!\d)"
)
_MONTH_SENTENCE = re.compile(r"th\w{2,3}\s*(?P<month>\d{1,2})\s*n\wm\s*(?P<year>\d{4})(?!\d)")
_DIGITS = re.compile(
    r"(?<![\d/])(?P<day>\d\s?\d|\d)\s?[/.,\-_:;]\s?(?P<month>\d\s?\d|\d)\s?[/.,\-_:;]\s?(?P<year>\d{4})(?![\d/])"
)
# A stroke lost, or read as a 1 or 7: 25110/1991, 2510/1991, 25/101991.
_BROKEN = re.compile(
    r"(?<!\d)(?P<day>\d{2})\s?[/17.\- ]?\s?(?P<month>\d{2})\s?[/17.\- ]?\s?(?P<year>(?:18|19|20)\d{2})(?!\d)"
)
_YEAR = re.compile(r"(?<![\d/.\-])(?P<year>(?:18[5-9]|19\d|20\d)\d)(?![\d/\-])(?!\.\d)")

_UNITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date found in text: `value` is YYYY-MM-DD or YYYY; `certain` is False where a stroke had to be guessed."""

    value: str
    start: int
    end: int
    certain: bool = True


def parse_date(text: str) -> FoundDate | None:
    """The first date in `text`, a whole one before a bare year; None where there is none or the day does not exist."""
    return next(_whole(text), None) or _broken(text) or _year(text)


def find_dates(text: str) -> tuple[FoundDate, ...]:
    """Every whole date in `text`, in order; bare years are left out."""
    return tuple(_whole(text))


def as_date(value: str | None) -> date | None:
    """The day that YYYY-MM-DD names; None for a bare year or None."""
    return date.fromisoformat(value) if value and len(value) == 10 else None


def _readable(text: str) -> str:
    """Folded, same length where it matters, with the letters in numbers made digits again."""
    folded = fold(text.replace("B", "8"))
    return _WORD_WITH_DIGIT.sub(lambda found: _as_number(found.group(0)), folded)


def _as_number(word: str) -> str:
    letters = sum(c.isalpha() for c in word)
    return word.translate(_LOOKALIKES) if letters <= 2 else word


def _whole(text: str) -> Iterator[FoundDate]:
    readable = _readable(text)
    found = [*_SENTENCE.finditer(readable), *_DIGITS.finditer(readable)]
    for match in sorted(found, key=lambda m: m.start()):
        value = _day(match["year"], match["month"], match["day"])
        if value:
            yield FoundDate(value, match.start(), match.end())


def _broken(text: str) -> FoundDate | None:
    for match in _BROKEN.finditer(_readable(text)):
        value = _day(match["year"], match["month"], match["day"])
        if value:
            return FoundDate(value, match.start(), match.end(), certain=False)
    return None


def _year(text: str) -> FoundDate | None:
    readable = _readable(text)
    found = _MONTH_SENTENCE.search(readable) or _YEAR.search(readable)
    return FoundDate(found["year"], found.start("year"), found.end("year")) if found else None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        value = date(int(year), int(month.replace(" ", "")), int(day.replace(" ", "")))
    except ValueError:
        return None
    return value.isoformat() if 1850 <= value.year <= 2100 else None


def date_in_words(text: str) -> str | None:
    """The date that words spell: Ngày mười tám tháng hai năm hai nghìn không trăm hai mươi lăm is 2025-02-18.

    Without the words for day and month the answer is the year alone. None where the words make no date.
    """
    words = re.findall(r"[a-z]+", fold(text))
    start = next((i for i, pair in enumerate(itertools.pairwise(words)) if _opens_year(pair)), None)
    if start is None:
        return None
    year = _number(words[start:])
    if year is None or not 1850 <= year <= 2100:
        return None
    before = words[: start - 1] if start and words[start - 1] == "nam" else words[:start]
    if "thang" not in before:
        return str(year)
    split = before.index("thang")
    day_words = [word for word in before[:split] if word not in ("ngay", "mung", "mong")]
    day, month = _number(day_words), _number(["hai" if w == "gieng" else w for w in before[split + 1 :]])
    return _day(str(year), str(month), str(day)) if day and month else None


def _opens_year(pair: tuple[str, str]) -> bool:
    return pair[0] in ("mot", "hai") and pair[1] in ("nghin", "ngan")


def _number(words: list[str]) -> int | None:
    """The number that folded words spell, up to thousands; stops at the first word that is none. None for no number."""
    total, current, seen = 0, 0, False
    for word in words:
        if word in ("nghin", "ngan"):
            total, current = total + max(current, 1) * 1000, 0
        elif word == "tram":
            total, current = total + current * 100, 0
        elif word == "muoi":
            current = max(current, 1) * 10
        elif word in ("linh", "le"):
            current = 0
        elif word in _UNITS:
            current += _UNITS[word]
        else:
            break
        seen = True
    return total + current if seen else None
