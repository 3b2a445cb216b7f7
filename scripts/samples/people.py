"""The persons of a dossier as its papers know them: citizens, newborns, and outsiders whom the registry lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from models.citizen import Citizen
from scripts.population import Resident
from scripts.samples.lexicon import FEMALE, title_case
from scripts.samples.places import Address, Place

MERGER = date(2025, 7, 1)  # from this day two levels, 34 provinces
_NEW_CARD = date(2024, 7, 1)  # Luật Căn cước: the căn cước card replaces the chip CCCD
_OLD_CARD_END = date(2024, 12, 31)


class CardKind(StrEnum):
    """Generations of identity cards."""

    CMND = "cmnd"
    CCCD = "cccd"
    CC = "cc"


CARD_TITLES = {
    CardKind.CMND: "GIẤY CHỨNG MINH NHÂN DÂN",
    CardKind.CCCD: "CĂN CƯỚC CÔNG DÂN",
    CardKind.CC: "CĂN CƯỚC",
}
CARD_NAMES = {CardKind.CMND: "Chứng minh nhân dân", CardKind.CCCD: "Căn cước công dân", CardKind.CC: "Thẻ căn cước"}


@dataclass(frozen=True, slots=True)
class Card:
    """An identity card: its kind, number, day of issue, issuer in full and as forms shorten it, last valid day."""

    kind: CardKind
    number: str
    issued_on: date
    issued_by: str
    short_issuer: str
    expires: date | None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whom papers name. `citizen` is None where the registry does not hold them (`newborn`, or outsiders)."""

    citizen: Citizen
    birth: date
    home: Address
    birthplace: Place
    card: Card | None
    in_registry: bool = True
    newborn: bool = False
    elsewhere: Address | None = None

    @property
    def name(self) -> str:
        return self.citizen.full_name

    @property
    def titled_name(self) -> str:
        return title_case(self.citizen.full_name)

    @property
    def female(self) -> bool:
        return self.citizen.sex == FEMALE

    @property
    def year_only(self) -> bool:
        return len(self.citizen.birth_date) == 4

    def residence(self, on: date) -> str:
        """The home as a paper of that day writes it."""
        return self.home.old if on < MERGER else self.home.new

    def origin(self, on: date) -> str:
        """Quê quán as written: papers keep the names of their time."""
        text = self.citizen.origin
        return self.birthplace.old if on < MERGER else text


def party_of(
    rng: Random, resident: Resident, on: date, *, in_registry: bool = True, elsewhere: Address | None = None
) -> Party:
    """A resident with the card that he or she would show on that day."""
    return Party(
        citizen=resident.citizen,
        birth=resident.birth,
        home=resident.home,
        birthplace=resident.birthplace,
        card=draw_card(rng, resident.citizen, resident.birth, resident.home.place, on),
        in_registry=in_registry,
        elsewhere=elsewhere,
    )


def draw_card(rng: Random, citizen: Citizen, birth: date, place: Place, on: date) -> Card:
    """A card that was valid on the day: CMND until the end of 2024, chip CCCD from 2021, căn cước from July 2024."""
    if citizen.old_id_number and on <= _OLD_CARD_END and rng.random() < 0.12:
        issued = _day_before(rng, on, date(2010, 1, 1), date(2019, 12, 31))
        province = f"tỉnh {place.old_province.partition(' ')[2]}"
        if place.old_province.startswith("Thành phố"):
            province = f"thành phố {place.old_province[len('Thành phố ') :]}"
        name = f"Công an {province}"
        return Card(CardKind.CMND, citizen.old_id_number, issued, name, name, None)
    if on >= date(2024, 9, 1) and rng.random() < 0.5:
        issued = _day_before(rng, on, _NEW_CARD, on)
        return Card(CardKind.CC, citizen.id_number, issued, "Bộ Công an", "Bộ Công an", _last_day(birth, issued))
    issued = _day_before(rng, on, date(2021, 2, 1), date(2024, 6, 28))
    return Card(
        CardKind.CCCD, citizen.id_number, issued, "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
        "Cục Cảnh sát QLHC về TTXH", _last_day(birth, issued),
    )  # fmt: skip


def _day_before(rng: Random, on: date, first: date, last: date) -> date:
    """A day of issue in the range, before the paper's day."""
    latest = min(last, date.fromordinal(on.toordinal() - 20))
    return date.fromordinal(rng.randint(first.toordinal(), max(first.toordinal(), latest.toordinal())))


def _last_day(birth: date, issued: date) -> date | None:
    """Cards are renewed at 25, 40 and 60 (Luật Căn cước, Article 21); after 60 they have no end."""
    day = 28 if (birth.month, birth.day) == (2, 29) else birth.day
    for age in (25, 40, 60):
        if date(birth.year + age - 2, birth.month, day) > issued:
            return date(birth.year + age, birth.month, day)
    return None
