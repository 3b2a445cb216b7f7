"""Makes a registry full of people who are easily taken for each other: relatives, twins, parents of the same name, namesakes.

Nobody in it exists.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from models.citizen import Citizen
from scripts.hard_queries import spoil_name
from scripts.population import Resident, make_households

_PAIRED = {"HUỲNH": "HOÀNG", "HOÀNG": "HUỲNH", "VŨ": "VÕ", "VÕ": "VŨ"}
_OUTSIDE = 0.15  # share of household members, and two fifths of doubles, who are in no registry
_DOUBLE_OUTSIDE = 0.4


@dataclass(frozen=True, slots=True)
class Pair:
    """A person asked about, whether the registry holds them, and a citizen who resembles them or lives with them."""

    relation: str
    asked: Resident
    known: bool
    other: Resident


def draw_village(households: int, *, seed: int) -> tuple[tuple[Citizen, ...], tuple[Pair, ...]]:
    """Citizens of a registry, and pairs among them and those outside it; the same for the same seed."""
    rng = Random(f"traps {seed}")
    citizens: list[Citizen] = []
    pairs: list[Pair] = []
    made = make_households(seed=f"traps {seed}")
    for at in range(households):
        members = next(made)
        inside = [member for member in members if rng.random() >= _OUTSIDE] or [members[0]]
        citizens += [member.citizen for member in inside]
        for asked in members:
            others = [member for member in inside if member is not asked]
            if others:
                pairs.append(Pair("relative", asked, asked in inside, rng.choice(others)))
        relation = tuple(_DOUBLES)[at % len(_DOUBLES)]
        original = rng.choice(inside)
        double = _double(rng, original, relation, at)
        known = rng.random() >= _DOUBLE_OUTSIDE
        if known:
            citizens.append(double.citizen)
        pairs.append(Pair(relation, double, known, original))
        if known:
            pairs.append(Pair(relation, original, True, double))
    return tuple(citizens), tuple(pairs)


# What tells a double from the original: name, years between their birth dates, whether they live together.
_DOUBLES = {
    "twin by a mark": ("mark", 0, True),
    "twin by a letter": ("letter", 0, True),
    "twin of another given name": ("given", 0, True),
    "sibling by a letter": ("letter", 2, True),
    "parent of the same name": ("none", 27, True),
    "dead parent of the same name": ("dead", 30, True),
    "namesake of the day": ("none", 0, False),
    "cousin of the other surname": ("pair", 0, False),
    "sibling without the middle name": ("short", 3, True),
}
_GIVEN = ("AN", "BẢO", "CHI", "DUNG", "HẠNH", "KHÔI", "LONG", "MAI", "NGÂN", "PHÚC", "QUỲNH", "SƠN", "TÚ", "VINH")


def _double(rng: Random, original: Resident, relation: str, at: int) -> Resident:
    how, years, together = _DOUBLES[relation]
    citizen = original.citizen
    name = citizen.full_name
    if how == "given":
        name = " ".join((*name.split()[:-1], rng.choice([g for g in _GIVEN if g != name.split()[-1]])))
    elif how in ("mark", "letter", "short"):
        name = spoil_name(rng, name, how)[0]
    elif how == "pair":
        words = name.split()
        name = " ".join((_PAIRED.get(words[0], words[0]), *words[1:]))
    birth = _years_before(rng, original.birth, years)
    number = f"{citizen.id_number[:3]}{_century_and_year(birth, citizen.sex)}{rng.randrange(1_000_000):06d}"
    home = citizen.residence if together else f"Thôn {at % 90 + 10}, {original.home.place.new}"
    double = replace(
        citizen, id_number=number, full_name=name, birth_date=birth.isoformat()[: len(citizen.birth_date)],
        old_id_number=f"{rng.randrange(1_000_000_000):09d}" if citizen.old_id_number else "", residence=home,
        status="deceased" if how == "dead" else "alive",
    )  # fmt: skip
    return replace(original, citizen=double, birth=birth)


def _years_before(rng: Random, day: date, years: int) -> date:
    """The same day for twins, else any day of a year so many before."""
    return date(day.year - years, rng.randrange(1, 13), rng.randrange(1, 29)) if years else day


def _century_and_year(birth: date, sex: str) -> str:
    return f"{2 * (birth.year // 100 - 19) + (sex == 'female')}{birth.year % 100:02d}"
