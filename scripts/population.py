"""Makes a fictitious population: households, namesakes, old and new addresses, numbers built as the law builds them.

Identity numbers follow NĐ 137/2015 and TT 59/2021: province of birth registration (old code), century and sex, two
digits of the birth year, six more. Nobody in it exists.
"""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

from models.citizen import Citizen
from scripts.samples.lexicon import ETHNIC_MINORITIES, FEMALE, draw_name
from scripts.samples.places import Address, Place, draw_address, places

LAST_BIRTH = date(2026, 8, 31)
COLUMNS = (
    "id_number", "old_id_number", "full_name", "birth_date", "sex", "ethnicity", "nationality", "origin", "residence",
    "residence_code", "status",
)  # fmt: skip

_MALE = "male"
_WEIGHTS = {"01": 8, "79": 9, "38": 3, "40": 3, "75": 3, "74": 3, "31": 2, "48": 1}
_MINORITY_SHARE = {
    "Tày": "02 04 06 08 10 15 19 20", "Nùng": "04 20 24 06", "Thái": "11 12 14 40 38", "Mường": "17 25 38",
    "Mông": "02 10 11 12 14 15", "Dao": "08 10 15 22", "Khmer": "84 94 91 95 89", "Hoa": "79 94 75",
    "Gia Rai": "64 62", "Ê Đê": "66 54", "Sán Dìu": "26 22 19",
}  # fmt: skip
_SERIALS = 1_000_000
_NAMESAKE_SHARE = 0.022
_YEAR_ONLY_SHARE = {True: 0.05, False: 0.006}  # born before 1975, or later


@dataclass(frozen=True, slots=True)
class Resident:
    """A citizen with what papers say beyond the registry's row: the home, the birthplace, the place in the household."""

    citizen: Citizen
    home: Address
    birthplace: Place
    relation: str
    birth: date


@dataclass(slots=True)
class _Numbers:
    """Hands out identity numbers once each."""

    rng: Random
    given: Counter[str] = field(default_factory=Counter)
    old_given: int = 0

    def personal(self, place: Place, sex: str, year: int) -> str:
        century = 2 * (year // 100 - 19) + (sex == FEMALE)
        prefix = f"0{place.old_province_code}{century}{year % 100:02d}"
        self.given[prefix] += 1
        # 387_217 and 1_000_000 have no common divisor: a walk that meets each serial once and looks like chance
        serial = (self.given[prefix] * 387_217 + int(prefix) * 7_919) % _SERIALS
        return f"{prefix}{serial:06d}"

    def old_card(self) -> str:
        """A nine-digit CMND number; unique, without structure."""
        self.old_given += 1
        return f"{(self.old_given * 618_033_989 + 123_456_789) % 1_000_000_000:09d}"


@dataclass(slots=True)
class _Maker:
    rng: Random
    numbers: _Numbers
    recent: dict[str, deque[tuple[str, date, str]]]

    def person(
        self, sex: str, years: tuple[int, int], home: Address, ethnicity: str, relation: str,
        *, family: str = "", birthplace: Place | None = None, birth: date | None = None,
    ) -> Resident:  # fmt: skip
        rng = self.rng
        place = birthplace or (home.place if rng.random() < 0.55 else _draw_place(rng))
        day = birth or _draw_day(rng, years)
        name = draw_name(rng, sex, day.year, southern=place.southern, ethnicity=ethnicity, family=family)
        if rng.random() < _NAMESAKE_SHARE:
            name, day = self._namesake(sex, years, ethnicity) or (name, day)
        self.recent[sex].append((name, day, ethnicity))
        age = LAST_BIRTH.year - day.year
        citizen = Citizen(
            id_number=self.numbers.personal(place, sex, day.year),
            old_id_number=self.numbers.old_card() if day.year <= 2002 and rng.random() < 0.66 else "",
            full_name=name,
            birth_date=str(day.year) if rng.random() < _YEAR_ONLY_SHARE[day.year < 1975] else day.isoformat(),
            sex=sex,
            ethnicity=ethnicity,
            nationality="Việt Nam",
            origin=place.old if rng.random() < 0.7 else place.new,
            residence=home.new if rng.random() < 0.88 else home.old,
            residence_code=home.place.code,
            status="deceased" if age > 45 and rng.random() < 0.001 * (age - 40) else "alive",
        )
        return Resident(citizen, home, place, relation, day)

    def _namesake(self, sex: str, years: tuple[int, int], ethnicity: str) -> tuple[str, date] | None:
        """The name and birth date of another citizen of that age."""
        for name, day, group in self.recent[sex]:
            if years[0] <= day.year <= years[1] and group == ethnicity:
                return name, day
        return None

    def household(self) -> tuple[Resident, ...]:
        """Head, mostly a spouse and children, now and then a grandparent; one home, one surname from the father."""
        rng = self.rng
        place = _draw_place(rng)
        home = draw_address(rng, place)
        groups = _minorities_of(place.old_province_code)
        ethnicity = rng.choice(groups) if groups and rng.random() < _minority_share(groups) else "Kinh"
        head_year = rng.randrange(1942, 2002)
        head_sex = _MALE if rng.random() < 0.72 else FEMALE
        head = self.person(head_sex, (head_year, head_year), home, ethnicity, "head")
        members = [head]
        if rng.random() < 0.84 and head_year < 1999:
            spouse_sex = FEMALE if head_sex == _MALE else _MALE
            group = ethnicity if rng.random() < 0.85 else "Kinh"
            members.append(self.person(spouse_sex, (head_year - 3, head_year + 6), home, group, "spouse"))
            members += self._children(members, home, ethnicity)
        if rng.random() < 0.12 and head_year > 1970:
            members.append(self.person(FEMALE, (head_year - 34, head_year - 21), home, ethnicity, "mother"))
        return tuple(members)

    def _children(self, parents: list[Resident], home: Address, ethnicity: str) -> list[Resident]:
        rng = self.rng
        mother = next(p for p in parents if p.citizen.sex == FEMALE)
        father = next(p for p in parents if p.citizen.sex == _MALE)
        # the highland peoples' family names are two words, or stand last
        family = "" if ethnicity in {"Ê Đê", "Gia Rai"} else father.citizen.full_name.split()[0].capitalize()
        children: list[Resident] = []
        birth = date(mother.birth.year + rng.randrange(20, 29), rng.randrange(1, 13), rng.randrange(1, 29))
        for _ in range(rng.choices((0, 1, 2, 3, 4), weights=(8, 28, 42, 16, 6))[0]):
            if birth > LAST_BIRTH or birth.year > mother.birth.year + 44:
                break
            for _twin in range(2 if rng.random() < 0.012 else 1):
                sex = _MALE if rng.random() < 0.52 else FEMALE
                children.append(
                    self.person(
                        sex, (birth.year, birth.year), home, ethnicity, "child",
                        family=family, birthplace=home.place, birth=birth,
                    )
                )  # fmt: skip
            birth += timedelta(days=rng.randrange(400, 2300))
        return children


def _draw_place(rng: Random) -> Place:
    return rng.choices(places(), cum_weights=_cumulative())[0]


_CUMULATIVE: list[int] = []


def _cumulative() -> list[int]:
    if not _CUMULATIVE:
        _CUMULATIVE.extend(accumulate(_WEIGHTS.get(place.old_province_code, 1) for place in places()))
    return _CUMULATIVE


def _draw_day(rng: Random, years: tuple[int, int]) -> date:
    first = date(years[0], 1, 1)
    last = min(date(years[1], 12, 31), LAST_BIRTH)
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _minorities_of(province: str) -> tuple[str, ...]:
    return tuple(group for group in ETHNIC_MINORITIES if province in _MINORITY_SHARE[group].split())


def _minority_share(groups: tuple[str, ...]) -> float:
    return 0.05 if groups == ("Hoa",) else 0.42


def make_households(*, seed: int | str) -> Iterator[tuple[Resident, ...]]:
    """Households without end; the same ones for the same seed."""
    rng = Random(f"population {seed}")
    recent: dict[str, deque[tuple[str, date, str]]] = {_MALE: deque(maxlen=160), FEMALE: deque(maxlen=160)}
    maker = _Maker(rng, _Numbers(rng), recent)
    while True:
        yield maker.household()


def make_population(count: int, *, seed: int) -> Iterator[Citizen]:
    """`count` citizens, one at a time, the same for the same seed; identity numbers are unique among them."""
    made = 0
    for household in make_households(seed=seed):
        for resident in household:
            if made == count:
                return
            made += 1
            yield resident.citizen


def write_csv(citizens: Iterable[Citizen], path: Path) -> int:
    """Writes the registry file (UTF-8, header, LF) and returns how many citizens it holds."""
    if set(COLUMNS) != {f.name for f in fields(Citizen)}:
        raise AssertionError("the registry file and models.citizen.Citizen name different columns")
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for citizen in citizens:
            rows.writerow([getattr(citizen, column) for column in COLUMNS])
            written += 1
    return written
