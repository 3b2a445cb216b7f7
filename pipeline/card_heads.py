"""When and by whom an identity card was issued (NĐ 137/2015/NĐ-CP, TT 16/2024/TT-BCA)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from models.page import PageText
from pipeline import card_qr
from pipeline.agencies import agency_name
from pipeline.dates import as_date, find_dates
from pipeline.labels import contains
from pipeline.lexicon import bare


def read_card_head(pages: Sequence[PageText]) -> tuple[date | None, str | None]:
    """The day of issue and the issuer of a card, by its code or its print; None where they cannot be read."""
    text = " ".join(line.text for page in pages for line in page.lines)
    codes = (card_qr.parse(code.text) for page in pages for code in page.codes)
    issued_on = next((as_date(card.issued_on) for card in codes if card), None) or _card_day(pages)
    return issued_on, _card_issuer(bare(text), text)


def _card_issuer(plain: str, text: str) -> str | None:
    """By the generation of the card: police of a province, the police department of 2016 to 2024, the ministry since."""
    if contains(plain, "chung minh nhan dan") >= 88 or contains(plain, "dau vet rieng hoac di hinh") >= 85:
        province = re.search(
            r"C(?:A|ÔNG AN)\s+(T[ỈI]NH|TH[ÀA]NH PH[ỐO]|TP\.?)\s+([^\d\n]{2,25}?)(?=\s+(?:Ng|NG|DẤU|\d|[A-ZĐ][a-zà-ỹ])|$)",
            text,
        )
        return agency_name("CÔNG AN " + " ".join(province.groups())) if province else None
    old = (
        "can cuoc cong dan",
        "citizen identity card",
        "cuc truong cuc canh sat",
        "dac diem nhan dang",
        "ngon tro trai",
    )
    if any(wording in plain or contains(plain, wording) >= 92 for wording in old):
        return "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
    new = ("can cuoc", "personal identification number", "bo cong an", "ministry of public security", "date of issue")
    return "Bộ Công an" if any(contains(plain, wording) >= 88 for wording in new) else None


def _card_day(pages: Sequence[PageText]) -> date | None:
    """The day of issue: under Ngày, tháng, năm (cấp), or in a sentence on the oldest cards; never birth or expiry."""
    lines = [line.text for page in pages for line in page.lines]
    for i, text in enumerate(lines):
        plain = bare(text)
        if any(word in plain for word in ("expiry", "het han", "sinh", "birth", "gia tri")):
            continue
        if contains(plain[:24], "ngay thang nam") >= 80 or re.search(r"\bngay \d{1,2} thang", plain):
            found = (*find_dates(text), *find_dates(" ".join(lines[i + 1 : i + 2])))
            if found:
                return as_date(found[0].value)
    return None
