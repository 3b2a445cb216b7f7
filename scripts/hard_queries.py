"""Makes hard questions with known answers: true persons with errors of people and recognizers, impostors, outsiders.

For estimating weights and for measuring; nobody in them exists.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from random import Random

from models.citizen import Citizen
from models.match import MatchQuery
from models.vietnamese import fold
from pipeline.idnumber import PROVINCES
from pipeline.plausible import neighbours_swapped
from scripts.population import Resident, make_households, write_csv

# Shares of what is left of a field on hard paper. The shares are a choice (README of the sample dossiers: a fifth of
# forms differ lawfully); what each error does to each rung is counted by scripts/estimate_weights.py.
NAME_ERRORS = {
    "none": 0.69, "mark": 0.09, "letter": 0.07, "letters": 0.03, "bare": 0.05, "short": 0.03, "order": 0.01, "pair": 0.01,
    "space": 0.005, "place": 0.01, "other": 0.005,
}  # fmt: skip
DATE_ERRORS = {"none": 0.775, "year": 0.08, "swap": 0.04, "digit": 0.05, "two": 0.01, "absent": 0.04, "other": 0.005}
NUMBER_ERRORS = {
    "none": 0.57, "cmnd": 0.10, "digit": 0.09, "swap": 0.01, "drop": 0.03, "double": 0.01, "two": 0.02, "absent": 0.15,
    "cmnd_digit": 0.01,
    "other": 0.01,
}  # fmt: skip
RESIDENCE_ERRORS = {"none": 0.45, "old": 0.25, "moved": 0.06, "letter": 0.09, "absent": 0.15}
KINDS = {"true": 0.80, "borrowed_number": 0.07, "borrowed_name": 0.06, "outsider": 0.04, "namesake": 0.03}

_LOOK_ALIKE = {
    "0": "86",
    "1": "74",
    "2": "73",
    "3": "85",
    "4": "19",
    "5": "63",
    "6": "58",
    "7": "12",
    "8": "36",
    "9": "04",
}
_LETTERS = {"I": "LT", "N": "MH", "O": "CQ", "G": "CO", "U": "VN", "H": "NK", "A": "Ă", "E": "F", "T": "I", "C": "O"}
_MARKS = (
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ", "ÈÉẺẼẸÊỀẾỂỄỆ", "ÌÍỈĨỊ", "ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ", "ÙÚỦŨỤƯỪỨỬỮỰ", "ỲÝỶỸỴ", "DĐ",
)  # fmt: skip
_ROWS = {letter: row for row in _MARKS for letter in row} | dict(zip("AEIOUY", _MARKS, strict=False))
_TONE_PLACES = (
    ("ÒA", "OÀ"), ("ÓA", "OÁ"), ("ỎA", "OẢ"), ("ÕA", "OÃ"), ("ỌA", "OẠ"),
    ("ÙY", "UỲ"), ("ÚY", "UÝ"), ("ỦY", "UỶ"), ("ŨY", "UỸ"), ("ỤY", "UỴ"),
)  # fmt: skip
_PAIRS = {"HUỲNH": "HOÀNG", "HOÀNG": "HUỲNH", "VŨ": "VÕ", "VÕ": "VŨ"}


@dataclass(frozen=True, slots=True)
class HardQuery:
    """A question, how it was made, and its answer: the citizen's number, or None for one who is not in the registry.

    `decidable`: enough was left unharmed to tell the person from every other citizen.
    """

    query: MatchQuery
    kind: str
    citizen: str | None
    decidable: bool
    errors: tuple[str, ...] = ()


@dataclass(slots=True)
class World:
    """Residents in the registry who may be asked about, residents outside it, and how many share name and birth date."""

    inside: list[Resident] = field(default_factory=list)
    outside: list[Resident] = field(default_factory=list)
    sharing: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def draw(
        cls, count: int, *, seed: int, outside: int = 4_000, sample: int = 50_000, file: Path | None = None
    ) -> World:
        """`count` citizens, of whom the first `sample` may be asked about; written to `file` as a registry file."""
        world = cls()
        citizens = world._citizens(count, outside, min(sample, count), seed)
        if file:
            write_csv(citizens, file)
        else:
            deque(citizens, maxlen=0)
        return world

    def _citizens(self, count: int, outside: int, sample: int, seed: int) -> Iterator[Citizen]:
        residents = (resident for household in make_households(seed=f"hard {seed}") for resident in household)
        for resident in islice(residents, count):
            if len(self.inside) < sample:
                self.inside.append(resident)
                self.sharing[_name_and_day(resident)] += 1
            elif _name_and_day(resident) in self.sharing:
                self.sharing[_name_and_day(resident)] += 1
            yield resident.citizen
        self.outside.extend(islice(residents, outside))

    def is_alone(self, resident: Resident) -> bool:
        """Whether no other citizen has this name, marks aside, and this birth date."""
        return self.sharing[_name_and_day(resident)] == 1


def _name_and_day(resident: Resident) -> tuple[str, str]:
    return fold(resident.citizen.full_name), resident.birth.isoformat()


def draw_queries(world: World, count: int, *, seed: int) -> Iterator[HardQuery]:
    """`count` questions, the same for the same seed."""
    rng = Random(f"hard queries {seed}")
    crowded = [resident for resident in world.inside if not world.is_alone(resident)]
    for number in range(count):
        kind = _drawn(rng, KINDS)
        if kind == "namesake" and crowded:
            yield _true(rng, world, rng.choice(crowded), f"q{number}", kind)
        elif kind in ("true", "namesake"):
            yield _true(rng, world, rng.choice(world.inside), f"q{number}", "true")
        else:
            yield _false(rng, world, f"q{number}", kind)


def _true(rng: Random, world: World, resident: Resident, name: str, kind: str) -> HardQuery:
    query, errors = spoil(rng, resident, name, moved_to=rng.choice(world.outside))
    return HardQuery(query, kind, resident.citizen.id_number, _decidable(world, resident, errors), errors)


def _false(rng: Random, world: World, name: str, kind: str) -> HardQuery:
    """Someone outside the registry: alone, or under a citizen's number, or under a citizen's name and birth date."""
    stranger, victim = rng.choice(world.outside), rng.choice(world.inside)
    query, errors = spoil(rng, stranger, name, moved_to=rng.choice(world.outside))
    if kind == "borrowed_number":
        query = replace(query, id_number=victim.citizen.id_number)
    if kind == "borrowed_name":
        citizen = victim.citizen
        own = citizen.id_number[:6] + f"{rng.randrange(1_000_000):06d}"
        if rng.random() < 0.5:
            own = f"{rng.choice(tuple(PROVINCES))}{own[3:]}"
        home = victim.home.place.new if rng.random() < 0.5 else stranger.home.place.new
        line = stranger.home.line if stranger.home.line != victim.home.line else "Thôn 99"
        query = replace(
            query, full_name=citizen.full_name, birth_date=victim.birth.isoformat(), sex=citizen.sex,
            id_number=own if query.id_number else None, residence=f"{line}, {home}" if query.residence else None,
        )  # fmt: skip
    return HardQuery(query, kind, None, decidable=False, errors=errors)


def spoil(rng: Random, resident: Resident, name: str, *, moved_to: Resident) -> tuple[MatchQuery, tuple[str, ...]]:
    """What paper says of a resident after errors, and which error each of name, date, number, residence got."""
    citizen, other = resident.citizen, moved_to.citizen
    spoiled_name = spoil_name(rng, citizen.full_name, _drawn(rng, NAME_ERRORS))
    date_error = _drawn(rng, DATE_ERRORS)
    number_error = _drawn(rng, NUMBER_ERRORS)
    if number_error in ("cmnd", "cmnd_digit") and not citizen.old_id_number:
        number_error = "none"
    old = citizen.old_id_number
    numbers = {"cmnd": old, "cmnd_digit": old, "other": other.id_number}
    home_error = _drawn(rng, RESIDENCE_ERRORS)
    if spoiled_name[1] == "other":
        spoiled_name = other.full_name, "other"
    sexes = (citizen.sex, None, "male" if citizen.sex == "female" else "female")
    homes = {"none": resident.home.new, "old": resident.home.old, "moved": moved_to.home.new, "absent": None}
    query = MatchQuery(
        query=name,
        full_name=spoiled_name[0],
        birth_date=spoil_date(rng, (moved_to if date_error == "other" else resident).birth.isoformat(), date_error),
        sex=rng.choices(sexes, weights=(0.60, 0.39, 0.01))[0],
        id_number=spoil_number(rng, numbers.get(number_error, citizen.id_number), number_error),
        residence=homes.get(home_error, _misread(rng, resident.home.new, 1)),
    )
    return query, (spoiled_name[1], date_error, number_error, home_error)


def _decidable(world: World, resident: Resident, errors: tuple[str, ...]) -> bool:
    name, day, number, home = errors
    alone = world.is_alone(resident)
    legible = name not in ("letters", "short", "order", "pair", "other")
    if number == "other":
        return False  # the number of another citizen: papers that contradict themselves are for a person to read
    if number in ("none", "cmnd"):
        # another's birth date beside the number, as on a son's paper with his father's number: for a person to read
        return day != "other" and (legible or day in ("none", "swap", "digit"))
    if number in ("digit", "swap", "cmnd_digit", "drop", "double"):
        return (legible and day not in ("absent", "two", "other")) or day == "none"
    # merged communes of this made-up world are in no table: without a number their former names prove nothing
    kept_name = resident.home.place.old_commune == resident.home.place.new_commune
    return alone and legible and day == "none" and home in ("none", "old", "letter") and kept_name


def spoil_name(rng: Random, name: str, error: str) -> tuple[str, str]:
    words = name.split()
    if error == "pair" and words[0] in _PAIRS:
        return " ".join((_PAIRS[words[0]], *words[1:])), error
    if error == "short" and len(words) > 2:
        del words[rng.randrange(1, len(words) - 1)]
        return " ".join(words), error
    if error == "order":
        return " ".join((words[-1], *words[:-1])), error
    if error == "space" and len(words) > 2:
        return "".join(words[:2]) + " " + " ".join(words[2:]), error
    if error == "bare":
        return fold(name).upper(), error
    if error == "mark":
        places = [i for i, letter in enumerate(name) if letter in _ROWS]
        at = rng.choice(places) if places else 0
        return name[:at] + rng.choice(_ROWS.get(name[at], name[at])) + name[at + 1 :], error
    if error == "place":
        return _old_tone_places(name), error
    if error == "other":
        return name, error
    if error in ("letter", "letters"):
        return _misread(rng, name, 1 if error == "letter" else rng.choice((2, 3))), error
    return name, "none"


def _old_tone_places(name: str) -> str:
    """HÒA as HOÀ, THÚY as THUÝ: the older spelling."""
    words = (
        next((word.replace(new, old) for new, old in _TONE_PLACES if word.endswith(new)), word) for word in name.split()
    )
    return " ".join(words)


def _misread(rng: Random, text: str, times: int) -> str:
    for _ in range(times):
        at = rng.randrange(len(text))
        letter = fold(text[at]).upper()
        if letter.isalpha():
            put = rng.choice(("", rng.choice(_LETTERS.get(letter, letter)), rng.choice("AEHILNORTU"), text[at] * 2))
            text = text[:at] + put + text[at + 1 :]
    return text


def spoil_date(rng: Random, day: str, error: str) -> str | None:
    if error == "absent":
        return None
    if error == "year":
        return day[:4]
    if error == "swap" and int(day[8:]) <= 12:
        return day[:5] + day[8:] + day[4:7]
    if error in ("digit", "two"):
        for at in rng.sample((2, 3, 5, 6, 8, 9), 1 if error == "digit" else 2):
            day = other_digit(rng, day, at)
    return day


def spoil_number(rng: Random, number: str, error: str) -> str | None:
    at = rng.randrange(len(number))
    if error == "absent":
        return None
    if error in ("digit", "cmnd_digit"):
        return other_digit(rng, number, at)
    if error == "swap":
        return rng.choice(tuple(neighbours_swapped(number)))
    if error == "two":
        return other_digit(rng, other_digit(rng, number, at), (at + rng.randrange(1, 9)) % len(number))
    if error == "drop":
        return number[:at] + number[at + 1 :]
    if error == "double":
        return number[:at] + number[at] + number[at:]
    return number


def other_digit(rng: Random, text: str, at: int) -> str:
    return text[:at] + rng.choice(_LOOK_ALIKE[text[at]]) + text[at + 1 :]


def _drawn(rng: Random, shares: dict[str, float]) -> str:
    return rng.choices(tuple(shares), weights=tuple(shares.values()))[0]
