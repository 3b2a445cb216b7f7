"""Id numbers (số định danh cá nhân, CCCD, CMND): what their digits say, and how they are read out of print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# Province of birth registration: "0" and the code of the 63-province system, which the numbers keep after
# 1 July 2025. Never join them to the present units: the new 15 is Lào Cai, the old one Yên Bái.
PROVINCES = {
    "001": "Hà Nội", "002": "Hà Giang", "004": "Cao Bằng", "006": "Bắc Kạn", "008": "Tuyên Quang",
    "010": "Lào Cai", "011": "Điện Biên", "012": "Lai Châu", "014": "Sơn La", "015": "Yên Bái",
    "017": "Hòa Bình", "019": "Thái Nguyên", "020": "Lạng Sơn", "022": "Quảng Ninh", "024": "Bắc Giang",
    "025": "Phú Thọ", "026": "Vĩnh Phúc", "027": "Bắc Ninh", "030": "Hải Dương", "031": "Hải Phòng",
    "033": "Hưng Yên", "034": "Thái Bình", "035": "Hà Nam", "036": "Nam Định", "037": "Ninh Bình",
    "038": "Thanh Hóa", "040": "Nghệ An", "042": "Hà Tĩnh", "044": "Quảng Bình", "045": "Quảng Trị",
    "046": "Thừa Thiên Huế", "048": "Đà Nẵng", "049": "Quảng Nam", "051": "Quảng Ngãi", "052": "Bình Định",
    "054": "Phú Yên", "056": "Khánh Hòa", "058": "Ninh Thuận", "060": "Bình Thuận", "062": "Kon Tum",
    "064": "Gia Lai", "066": "Đắk Lắk", "067": "Đắk Nông", "068": "Lâm Đồng", "070": "Bình Phước",
    "072": "Tây Ninh", "074": "Bình Dương", "075": "Đồng Nai", "077": "Bà Rịa - Vũng Tàu", "079": "Hồ Chí Minh",
    "080": "Long An", "082": "Tiền Giang", "083": "Bến Tre", "084": "Trà Vinh", "086": "Vĩnh Long",
    "087": "Đồng Tháp", "089": "An Giang", "091": "Kiên Giang", "092": "Cần Thơ", "093": "Hậu Giang",
    "094": "Sóc Trăng", "095": "Bạc Liêu", "096": "Cà Mau",
}  # fmt: skip

# What recognizers make of a digit. Only used where the neighbours say that a number stands there.
LOOK_ALIKES = {
    "O": "0", "o": "0", "Q": "0", "D": "0", "Ø": "0", "U": "0",
    "l": "1", "I": "1", "i": "1", "!": "1", "í": "1", "ì": "1",
    "Z": "2", "z": "2", "A": "4", "S": "5", "s": "5", "$": "5", "b": "6", "G": "6", "B": "8", "g": "9", "q": "9",
}  # fmt: skip

_SEPARATORS = " \t\u00a0.,-–—_·'’`\"“”:;|[](){}/\\¦‖"
_DIGIT_LIKE = "0-9" + re.escape("".join(LOOK_ALIKES)) + "|"
_BETWEEN = r"[ \u00a0.·_'’|\[\]¦-]{0,3}"
_CANDIDATE = re.compile(rf"(?<![\w/])[{_DIGIT_LIKE}](?:{_BETWEEN}[{_DIGIT_LIKE}])+(?![\w/])")


class IdKind(StrEnum):
    """What kind of number it is by its length."""

    CITIZEN = "citizen"  # 12 digits: số định danh cá nhân, on CCCD and căn cước cards
    CMND = "cmnd"  # 9 digits, the old card; no structure


class IdFinding(StrEnum):
    """What speaks against a number. Soft evidence: a changed sex or birth year, or a birth abroad, are lawful."""

    MALFORMED = "malformed"
    PROVINCE_UNKNOWN = "province_unknown"
    BIRTH_YEAR_DIFFERS = "birth_year_differs"
    SEX_DIFFERS = "sex_differs"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A 9- or 12-digit number and what its digits say; None where they say nothing (CMND, unknown province)."""

    text: str
    kind: IdKind
    province: str | None = None
    birth_year: int | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number found in running text: its digits, what stood there, and where (indices into the text)."""

    digits: str
    as_read: str
    start: int
    end: int


def parse(text: str) -> IdNumber | None:
    """The number that `text` is in whole (ASCII digits only), or None.

    `PPP G YY NNNNNN` (NĐ 137/2015/NĐ-CP, Article 13): province of birth registration, century and sex, last two digits of
    the birth year, six random digits. There is no check digit.
    """
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) == 9:
        return IdNumber(text, IdKind.CMND)
    if len(text) != 12:
        return None
    century, female = divmod(int(text[3]), 2)
    return IdNumber(
        text=text,
        kind=IdKind.CITIZEN,
        province=PROVINCES.get(text[:3]),
        birth_year=1900 + 100 * century + int(text[4:6]),
        sex="female" if female else "male",
    )


def check(number: str, *, birth_date: str | None = None, sex: str | None = None) -> tuple[IdFinding, ...]:
    """What speaks against `number`, given a birth date (YYYY-MM-DD or YYYY) and a sex (`male`, `female`) if known.

    Empty when nothing does. Catches most misread digits in positions 1 to 6 of a 12-digit number; none of the last six.
    """
    parsed = parse(number)
    if parsed is None:
        return (IdFinding.MALFORMED,)
    if parsed.kind is IdKind.CMND:
        return ()
    findings = []
    if parsed.province is None:
        findings.append(IdFinding.PROVINCE_UNKNOWN)
    if birth_date and birth_date[:4] != str(parsed.birth_year):
        findings.append(IdFinding.BIRTH_YEAR_DIFFERS)
    if sex and sex != parsed.sex:
        findings.append(IdFinding.SEX_DIFFERS)
    return tuple(findings)


def clean_digits(text: str) -> str:
    """The digits of a number field, joined: boxed digits, groups, and letters that stand for digits.

    Letters count as digits only where at least half of the characters are digits already; otherwise, and where a
    letter resembles no digit, the answer is empty. `0 3 1 | 0 9 8 | 8 7 3 8 2 7` gives 031098873827, `O38 l98 0O1 234`
    gives 038198001234, `SO` gives nothing.
    A bar is a box's edge, unless only reading bars as 1 gives a length that id numbers have.
    """
    joined = _join(text, bar="")
    if len(joined) not in (9, 12) and "|" in text:
        with_ones = _join(text, bar="1")
        if len(with_ones) in (9, 12):
            return with_ones
    return joined


def _join(text: str, *, bar: str) -> str:
    kept = [c for c in text.replace("|", bar) if c not in _SEPARATORS]
    digits = sum(c.isascii() and c.isdigit() for c in kept)
    if not kept or digits * 2 < len(kept):
        return ""
    read = [c if c.isascii() and c.isdigit() else LOOK_ALIKES.get(c) for c in kept]
    return "" if None in read else "".join(c for c in read if c)


def find(text: str) -> tuple[FoundNumber, ...]:
    """All 12- and 9-digit numbers in a line of print, boxed, grouped or plain, left to right.

    A number that is part of a longer run of digits is not one; a word in small letters may touch it (012054178958do).
    """
    found = tuple(_found(text))
    if found:
        return found
    touched = re.finditer(r"(?<![\w/])(\d{12}|\d{9})(?=[^\W\d_]{2})", text)
    return tuple(FoundNumber(one.group(), one.group(), *one.span()) for one in touched if text[one.end()].islower())


def _found(text: str) -> Iterator[FoundNumber]:
    for candidate in _CANDIDATE.finditer(text):
        digits = clean_digits(candidate.group())
        if len(digits) in (9, 12):
            yield FoundNumber(digits, candidate.group(), candidate.start(), candidate.end())
            continue
        for part in re.finditer(r"(?<![\d/])(?:\d{12}|\d{9})(?![\d/])", candidate.group()):
            start = candidate.start() + part.start()
            yield FoundNumber(part.group(), part.group(), start, start + len(part.group()))
