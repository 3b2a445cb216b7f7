"""The head of a paper: số, ký hiệu, the day it was issued, who issued it, its title (NĐ 30/2020/NĐ-CP, annex I)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.document import DocumentType as D
from models.dossier import DossierCode
from models.page import Line, PageText, Word
from models.vietnamese import fold, squeeze
from pipeline.agencies import agencies_of, agency_name
from pipeline.card_heads import read_card_head
from pipeline.dates import FoundDate, as_date, find_dates, parse_date
from pipeline.extract.layout import lines_of
from pipeline.labels import contains, similarity
from pipeline.lexicon import bare

# Papers of citizens have no number and no issuer.
MADE_BY_CITIZENS = frozenset(
    {
        D.BIRTH_DECLARATION, D.DEATH_DECLARATION, D.MARRIAGE_DECLARATION, D.MARITAL_STATUS_DECLARATION,
        D.RESIDENCE_DECLARATION, D.HOUSEHOLD_BUSINESS_APPLICATION, D.LAND_APPLICATION, D.EXTRACT_COPY_REQUEST,
        D.POWER_OF_ATTORNEY, D.COVER_SHEET,
    }
)  # fmt: skip
_NUMBER = re.compile(r"(?:^|[^\w])(?:S[ốôóòồoỐÔÓO]|$)\s*[:;.]?\s*(?P<rest>\S.*)$")
_SIGNED = re.compile(r"(?P<count>\d{1,5})\s*(?P<sign>(?:/\s?[A-ZĐ0-9][^\W_]*(?:\s?-\s?[A-ZĐ][^\W_]*)*)+)")
# The stroke lost: 866QĐ-UBND.
_STUCK = re.compile(r"(?P<count>\d{1,5})\s?(?P<sign>(?:QĐ|QD|TB|TTr|CT|UBND|GBT|TLKT|NQ)(?:-[A-ZĐ]+)*)\b")
_BARE_NUMBER = re.compile(r"[0-9A-Z]{3,}[0-9A-Z./-]*")
# The sign is printed, the number before it written in by hand: what can be read is given, what cannot is not guessed.
_PRINTED_SIGN = re.compile(r"/\s?[A-ZĐ][A-Za-zĐ]*\s?-\s?[A-ZĐ][A-ZĐ0-9]*")
_ILLEGIBLE = "…"
_BY_HAND, _IN_PRINT = 0.5, 0.2
_DAY_LABELS = ("ngày, tháng, năm đăng ký", "đăng ký lần đầu, ngày", "ngày tháng năm cấp date of issue", "ngày tháng năm date month year",
               "ngày đăng ký", "cấp ngày")  # fmt: skip
_PLACE_LABELS = ("nơi đăng ký khai sinh", "nơi đăng ký kết hôn", "đăng ký khai tử tại", "nơi đăng ký")


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a paper says; None where it says nothing or cannot be read."""

    number: str | None = None
    issued_on: date | None = None
    issued_by: str | None = None
    title: str | None = None


def read_head(kind: D, pages: Sequence[PageText], *, title: str | None) -> Head:
    """The head of a paper; `pages` in reading order, `title` as the classifier read it."""
    if not pages:
        return Head(title=title)
    if kind is D.ID_CARD:
        issued_on, issued_by = read_card_head(pages)
        return Head(issued_on=issued_on, issued_by=issued_by, title=title)
    if kind in MADE_BY_CITIZENS:
        return Head(title=title)
    first = pages[0]
    top = first.lines
    return Head(
        number=_number_of_receipt(first) if kind is D.RECEIPT else _number(kind, top),
        issued_on=_issued_on(pages, title),
        issued_by=_issuer(first, title) or _issuer_by_label(pages),
        title=title,
    )


def _number_of_receipt(page: PageText) -> str | None:
    """The dossier code: in the receipt's own QR code, else in print, where it may be read with gaps."""
    texts = [code.text for code in page.codes]
    texts += [line.text for line in page.lines]
    texts += [re.sub(r"\s+", "", line.text.partition(":")[2]).strip("-–.,_") for line in page.lines[:25]]
    return next((str(code) for text in texts if (code := DossierCode.find(text.rstrip(" -–.,_")))), None)


def _number(kind: D, lines: Sequence[Line]) -> str | None:
    if kind is D.OTHER and any(contains(line.text, "hợp đồng") >= 95 for line in lines[:6]):
        return None
    for line in lines[:25]:
        found = _NUMBER.search(line.text)
        if not found and _PRINTED_SIGN.match(line.text):
            return _tidy(_ILLEGIBLE + line.text)
        if not found or "<" in line.text:
            continue
        rest = found["rest"].replace("⁄", "/").replace("∕", "/")
        rest = re.split(r"\s{2,}|\bQuy[eêể]n\b|\bCỘNG\b|\bĐ[ộo]c l[ậa]p\b|,\s*ngày", rest)[0]
        signed = _SIGNED.search(rest)
        if signed and signed.start() < 8:
            return _tidy((signed["count"] if _is_legible(line, signed["count"]) else _ILLEGIBLE) + signed["sign"])
        stuck = _STUCK.match(rest)
        if stuck and _is_legible(line, stuck["count"]):
            return _tidy(f"{stuck['count']}/{stuck['sign']}")
        bare_number = _BARE_NUMBER.match(rest)
        if kind is D.HOUSEHOLD_BUSINESS_CERTIFICATE and bare_number and any(c.isdigit() for c in bare_number.group()):
            return _tidy(bare_number.group())
        printed = _PRINTED_SIGN.search(rest)
        if printed:
            return _tidy(_ILLEGIBLE + printed.group())
    return None


def _is_legible(line: Line, count: str) -> bool:
    """Whether the digits before the sign were read with confidence; a gap after them says that a hand filled them in."""
    words = [word for word in line.words if count in word.text]
    if any(word.handwritten >= _BY_HAND for word in words):
        return False
    return all(word.confidence >= (_BY_HAND if word.text.strip("Số:.⁄/ ") == count else _IN_PRINT) for word in words)


def _tidy(number: str) -> str:
    """Without spaces; the sign of a decision is always QĐ, of a people's committee UBND."""
    number = re.sub(r"\s+", "", number).strip(".,;:-_")
    return re.sub(r"/QD\b", "/QĐ", number)


def _issued_on(pages: Sequence[PageText], title: str | None) -> date | None:
    texts = [line.text for page in pages for line in page.lines]
    for label in _DAY_LABELS[:2]:
        for i, text in enumerate(texts):
            if contains(text, label) >= 88:
                found = _last(find_dates(text)) or _last(find_dates(" ".join(texts[i : i + 2])))
                if found:
                    return as_date(found.value)
    beside = _day_beside_head(pages[0], title)
    if beside:
        return beside
    lines = [line for page in pages for line in page.lines]
    for i, text in enumerate(texts):
        if _is_place_and_day(text) and _day_is_legible(lines[i]):
            found = _last(find_dates(text)) or parse_date(" ".join(texts[i : i + 2]))
            day = as_date(found.value) if found else None
            if day:
                return day
    return None


def _day_is_legible(line: Line) -> bool:
    """Whether the first number of the line, the day, was read with confidence; it is often filled in by hand."""
    day = next((word for word in line.words if any(c.isdigit() for c in word.text)), None)
    return day is not None and _is_print(day)


def _is_print(word: Word) -> bool:
    """Whether a word was read with confidence and not written by hand."""
    return word.confidence >= _BY_HAND and word.handwritten < _BY_HAND


def _day_beside_head(page: PageText, title: str | None) -> date | None:
    """The day under the state's name, in the right half of the head; the line may be broken before the year."""
    words = [word for line in page.lines for word in line.words]
    state = _state_name(words)
    if state is None:
        return None
    left_edge, top, height = state
    limit = _title_top(page, title) or top + 9 * height
    block = [w for w in words if w.box.right > left_edge and top < w.box.y < limit]
    printed = [word for row in lines_of(block, page.number) for word in row.words]
    text = " ".join(word.text for word in printed)
    found = re.search(r"ng\w{1,2}\s*(?=\d{1,2}\s*th)", fold(text))
    first = parse_date(text[found.start() :]) if found else None
    if first is None or found is None:
        return None
    day = [
        w
        for w in printed
        if any(c.isdigit() for c in w.text) and w.text.strip(" .,") in text[found.start() :][: first.end]
    ]
    return as_date(first.value) if all(_is_print(word) for word in day[:1]) else None


def _last(found: tuple[FoundDate, ...]) -> FoundDate | None:
    return found[-1] if found else None


def _is_place_and_day(text: str) -> bool:
    """Xã Bạch Thông, ngày 30 tháng 5 năm 2026: a place, a comma, a day, and no more; not a law's date in a sentence."""
    folded = fold(text)
    found = re.search(r"(?:^|[^a-z])(?:ngay|hom nay)", folded)
    if re.match(r"\W*ho[mn].{0,3} ?nay\b", folded):
        return True
    if not found or not re.search(r"th\w{2,3}\s*\d{1,2}.{0,3}\s*n\wm", folded):
        return False
    if re.match(r"\W*(can cu|theo|sinh|da |vao|thoi gian|dieu|cap|kem)", folded):
        return False
    place = folded[: found.start()].strip(" ,.")
    return (
        len(place.split()) <= 14
        and len(folded) - found.start() < 45
        and not re.search(r"\b(gio|phut|quyen|cap|so)\b", place)
    )


def _issuer(page: PageText, title: str | None) -> str | None:
    """The last agency of the block at the upper left, beside the state's name and above the number."""
    words = [word for line in page.lines for word in line.words]
    state = _state_name(words)
    if state is None:
        return None
    left_edge, top, height = state
    limit = _title_top(page, title) or top + 14 * height
    block = [
        w for w in words
        if w.box.x + w.box.width * 0.5 < left_edge - 0.3 * height and top - 3 * height < w.box.y < limit
    ]  # fmt: skip
    rows = []
    for row in lines_of(block, page.number):
        if re.match(r"\W*s[oốôó]\b\s*[:;.]?", row.text.lower()) or "/" in row.text:
            break
        letters = [c for c in row.text if c.isalpha()]
        if len(letters) >= 2 and sum(c.isupper() for c in letters) / len(letters) > 0.7:
            rows.append(squeeze(row.text))
    found = agencies_of(rows)
    return found[-1] if found else None


def _state_name(words: Sequence[Word]) -> tuple[int, int, int] | None:
    """Left edge, top and height of CỘNG HÒA XÃ HỘI …"""
    for i, word in enumerate(words):
        following = " ".join(w.text for w in words[i : i + 5])
        if similarity(following, "cộng hòa xã hội chủ") >= 80 and bare(word.text)[:1] == "c":
            return word.box.x, word.box.y, word.box.height
    return None


def _title_top(page: PageText, title: str | None) -> int | None:
    if not title:
        return None
    line = next(
        (line for line in page.lines if squeeze(line.text) and squeeze(title).startswith(squeeze(line.text)[:20])), None
    )
    return line.box.y if line else None


def _issuer_by_label(pages: Sequence[PageText]) -> str | None:
    for page in pages:
        for line in page.lines:
            for label in _PLACE_LABELS:
                if contains(line.text[: len(label) + 8], label) >= 85 and ":" in line.text:
                    value = line.text.split(":", 1)[1]
                    found = agency_name(re.split(r"[,;]", value)[0])
                    if found:
                        return found
    return None
