"""How alike two addresses are, across the change of 1 July 2025 from 63 provinces and three levels to 34 and two.

Nothing is rewritten: what was printed stays, and both sides are compared by province of today, commune and home; a
former commune agrees with the one that took it over.
Old and new provinces: Nghị quyết 202/2025/QH15.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from models.vietnamese import fold, modern_tones
from pipeline.communes import took_over
from pipeline.similarity import differs_little


class ResidenceAgreement(StrEnum):
    """Rungs of the address's ladder, best first."""

    EXACT = "exact"  # home, commune and province
    HOME = "home"  # house, street and province; the commune has another name
    COMMUNE = "commune"  # commune and province, another home
    HAMLET = "hamlet"  # a hamlet of that name or number in that province, where such names repeat
    PROVINCE = "province"
    DIFFERENT = "different"
    ABSENT = "absent"


_MERGED = {
    "ha giang": "tuyen quang", "yen bai": "lao cai", "bac kan": "thai nguyen", "hoa binh": "phu tho",
    "vinh phuc": "phu tho", "bac giang": "bac ninh", "hai duong": "hai phong", "thai binh": "hung yen",
    "ha nam": "ninh binh", "nam dinh": "ninh binh", "quang binh": "quang tri", "thua thien hue": "hue",
    "quang nam": "da nang", "kon tum": "quang ngai", "binh dinh": "gia lai", "ninh thuan": "khanh hoa",
    "phu yen": "dak lak", "binh thuan": "lam dong", "dak nong": "lam dong", "binh phuoc": "dong nai",
    "binh duong": "ho chi minh", "ba ria vung tau": "ho chi minh", "long an": "tay ninh", "tien giang": "dong thap",
    "ben tre": "vinh long", "tra vinh": "vinh long", "kien giang": "an giang", "hau giang": "can tho",
    "soc trang": "can tho", "bac lieu": "ca mau",
}  # fmt: skip
_PRESENT = frozenset(_MERGED.values()) | frozenset({
    "ha noi", "cao bang", "dien bien", "lai chau", "son la", "lang son", "quang ninh", "thanh hoa", "nghe an", "ha tinh",
})  # fmt: skip
_ALIASES = {
    "hcm": "ho chi minh", "tphcm": "ho chi minh", "dac lac": "dak lak", "dac lak": "dak lak", "daklak": "dak lak",
    "dac nong": "dak nong", "daknong": "dak nong", "kontum": "kon tum", "tt hue": "thua thien hue", "brvt": "ba ria vung tau",
    "br vt": "ba ria vung tau",
}  # fmt: skip
_PROVINCE_WORD = re.compile(r"^(tinh|thanh pho|tp)\b\s*")
_COMMUNE_WORD = re.compile(r"^(xa|phuong|thi tran|dac khu|tt|p|x)\b\s*")
_DISTRICT_WORD = re.compile(r"^(huyen|quan|thi xa|thanh pho|tx|tp|h|q)\b\s*")
_BEFORE_UNIT = re.compile(r"(?<!\bthi)\s(?=(?:xa|phuong|thi tran|dac khu|huyen|quan|thi xa|thanh pho|tinh|tp)\s)")
_DASHED = re.compile(r"ba ria\s[-–]\svung tau")
_HOME_WORD = re.compile(r"\b(so nha|so|nha|duong|pho)\b")  # hamlets keep theirs: Ấp Đoài is not Khóm Đoài
_SHORT_WORDS = (("tdp", "to dan pho"), ("kp", "khu pho"))
_HOUSE = re.compile(r"\d+\w*(?:/\w+)*")


@dataclass(frozen=True, slots=True)
class Residence:
    """An address in folded letters: home (house, street, hamlet), commune, province of today; empty where unknown.

    `former`: it names units of before 1 July 2025, by a district or a province that is no more.
    """

    home: str
    commune: str
    province: str
    former: bool = False


@lru_cache(maxsize=16_384)
def parse_residence(text: str) -> Residence:
    """The parts of an address that is written from the home to the province.

    The commune is the part with a commune's word; where that was misread, the one before district or province.
    """
    parts = _parts(fold(modern_tones(text)))
    province = _present_province(parts[-1]) if parts else ""
    inner = parts[:-1] if province else parts
    gone = bool(province) and _PROVINCE_WORD.sub("", parts[-1]) in _MERGED
    at = next((i for i, part in enumerate(inner) if _COMMUNE_WORD.match(part)), None)
    if at is None:
        if len(inner) > 1 and _DISTRICT_WORD.match(inner[-1]):
            inner, gone = inner[:-1], True
        if len(inner) < 2:
            return Residence(_bare_home(inner), "", province, former=gone)
        at = len(inner) - 1
    commune = _COMMUNE_WORD.sub("", inner[at])
    return Residence(_bare_home(inner[:at]), commune or inner[at], province, former=gone or at < len(inner) - 1)


def _parts(text: str) -> list[str]:
    """What stands between commas; between dashes where there are none; where no part is a commune, before each unit's word."""
    pieces = re.split(r"[,;]", text)
    if len(pieces) == 1:
        pieces = re.split(r"\s[-–]\s", _DASHED.sub("ba ria vung tau", text))
    parts = [" ".join(re.sub(r"[^\w/]+", " ", piece).split()) for piece in pieces]
    if not any(_COMMUNE_WORD.match(part) for part in parts):
        parts = [piece for part in parts for piece in _BEFORE_UNIT.split(part)]
    return [part for part in parts if part and part != "viet nam"]


def _present_province(part: str) -> str:
    """The province of today that an old or new province's name belongs to, one misread letter forgiven; or empty."""
    name = _PROVINCE_WORD.sub("", part)
    name = _ALIASES.get(name, name)
    if name in _PRESENT or name in _MERGED:
        return _MERGED.get(name, name)
    near = [known for known in (*_PRESENT, *_MERGED) if len(name) > 5 and differs_little(known, name, share=0.17)]
    return _MERGED.get(near[0], near[0]) if len(near) == 1 else ""


def _bare_home(parts: list[str]) -> str:
    home = " ".join(parts)
    for short, whole in _SHORT_WORDS:
        home = re.sub(rf"\b{short}\b", whole, home)
    return " ".join(_HOME_WORD.sub(" ", home.replace("khu pho", "khu-pho").replace("dan pho", "dan-pho")).split())


def compare_residences(first: str | None, second: str | None) -> ResidenceAgreement:
    """The rung of two addresses; either may be None or empty. Up to a sixth of a part's letters may be misread."""
    if not first or not second:
        return ResidenceAgreement.ABSENT
    one, other = parse_residence(first), parse_residence(second)
    if one.province != other.province:
        return ResidenceAgreement.DIFFERENT
    same_commune = _same_commune(one, other)
    same_home = _same_home(one.home, other.home)
    if same_commune:
        return ResidenceAgreement.EXACT if same_home else ResidenceAgreement.COMMUNE
    if same_home and one.province:
        return ResidenceAgreement.HOME if _is_house(one.home) else ResidenceAgreement.HAMLET
    return ResidenceAgreement.PROVINCE if one.province else ResidenceAgreement.DIFFERENT


def _same_commune(one: Residence, other: Residence) -> bool:
    if not one.commune or not other.commune:
        return False
    heirs = ((one.commune, other.commune), (other.commune, one.commune))
    return _alike(one.commune, other.commune) or any(took_over(one.province, heir, former) for heir, former in heirs)


def _same_home(one: str, other: str) -> bool:
    """The same numbers, and words alike: a digit is the house, so it is never forgiven."""
    return _alike(one, other) and _HOUSE.findall(one) == _HOUSE.findall(other)


def _is_house(home: str) -> bool:
    """A number and a street: 225a phan boi chau."""
    return bool(re.match(r"\d+\w*(?:/\w+)* [a-z]{2,}", home))


def _alike(one: str, other: str) -> bool:
    return bool(one) and bool(other) and differs_little(one, other, share=0.17)
