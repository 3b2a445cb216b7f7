"""Who plays in the dossiers: households, outsiders whom the registry lacks, namesakes who share a birth date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from models.citizen import Citizen
from scripts.population import Resident, make_households
from scripts.samples.lexicon import FEMALE, draw_name
from scripts.samples.people import Party, party_of
from scripts.samples.places import draw_address, places

Household = tuple[Resident, ...]
_OUTSIDER_SHARE = 0.08
_BORROWED_NAME_SHARE = 0.3
_NAMESAKE_SHARE = 0.12
_TRIES = 4000


@dataclass(slots=True)
class Cast:
    """The registry's people, those outside it, and the namesakes added while dossiers are written."""

    households: list[Household]
    strangers: Iterator[Household]
    numbers: set[str]
    seed: int
    added: list[Citizen] = field(default_factory=list)
    played: set[str] = field(default_factory=set)

    def household(self, rng: Random, fits: Callable[[Household], bool]) -> Household:
        """A household of the registry that fits and has not played yet (or has, when the cast is small)."""
        for attempt in range(_TRIES):
            household = rng.choice(self.households)
            living = all(member.citizen.status == "alive" for member in household)
            fresh = not any(member.citizen.id_number in self.played for member in household)
            if living and fits(household) and (fresh or attempt > _TRIES // 2):
                self.played.update(member.citizen.id_number for member in household)
                return household
        # a tiny registry lacks such a household: strangers play, and the registry does not know them
        return next(household for household in self.strangers if fits(household))

    def party(self, rng: Random, resident: Resident, on: date) -> Party:
        """The resident on that day; one in twelve is replaced by somebody whom the registry does not hold."""
        known = resident.citizen.id_number in self.numbers
        if known and rng.random() < _OUTSIDER_SHARE:
            resident, known = self._outsider(rng, resident), False
        if known and rng.random() < _NAMESAKE_SHARE:
            self._add_namesake(rng, resident)
        elsewhere = draw_address(rng, rng.choice(places()))
        return party_of(rng, resident, on, in_registry=known, elsewhere=elsewhere)

    def _outsider(self, rng: Random, instead_of: Resident) -> Resident:
        """Somebody of the same sex and age whom the registry lacks; some bear a citizen's name."""
        own = instead_of.citizen
        for household in self.strangers:
            for other in household:
                near = abs(other.birth.year - instead_of.birth.year) <= 4
                if other.citizen.sex == own.sex and near and other.citizen.id_number not in self.numbers:
                    name = own.full_name
                    if rng.random() >= _BORROWED_NAME_SHARE:  # the family name stays, so that kin stay kin
                        name = " ".join([name.split()[0], *other.citizen.full_name.split()[1:]])
                    citizen = replace(other.citizen, full_name=name, ethnicity=own.ethnicity)
                    return replace(other, citizen=citizen, home=instead_of.home)
        raise AssertionError("strangers never end")

    def _add_namesake(self, rng: Random, resident: Resident) -> None:
        """Puts another citizen with the same name and birth date into the registry."""
        own = resident.citizen
        place = rng.choice(places())
        prefix = f"0{place.old_province_code}{own.id_number[3:6]}"
        number = f"{prefix}{rng.randrange(10**6):06d}"
        while number in self.numbers:
            number = f"{prefix}{rng.randrange(10**6):06d}"
        self.numbers.add(number)
        home = draw_address(rng, place)
        self.added.append(
            replace(own, id_number=number, old_id_number="", origin=place.old, residence=home.new, residence_code=place.code)
        )  # fmt: skip

    def newborn(self, rng: Random, mother: Resident, father: Resident, birth: date) -> Party:
        """A child of the two, not yet in the registry, with the number that the registration gives."""
        sex = rng.choice(("male", FEMALE))
        place = mother.home.place
        family = father.citizen.full_name.split()[0].capitalize()
        ethnicity = father.citizen.ethnicity
        if ethnicity in {"Ê Đê", "Gia Rai"}:
            family = ""
        name = draw_name(rng, sex, birth.year, southern=place.southern, ethnicity=ethnicity, family=family)
        century = 2 * (birth.year // 100 - 19) + (sex == FEMALE)
        number = f"0{place.old_province_code}{century}{birth:%y}{rng.randrange(10**6):06d}"
        citizen = Citizen(
            id_number=number, full_name=name, birth_date=birth.isoformat(), sex=sex, ethnicity=ethnicity,
            nationality="Việt Nam", origin=father.birthplace.old,
        )  # fmt: skip
        return Party(citizen, birth, mother.home, father.birthplace, None, in_registry=False, newborn=True)

    def citizens(self) -> list[Citizen]:
        """Everyone whom the registry holds, namesakes last."""
        return [member.citizen for household in self.households for member in household] + self.added

    def namesakes(self) -> Counter[tuple[str, str]]:
        """How many citizens share a name and birth date."""
        return Counter((citizen.full_name, citizen.birth_date) for citizen in self.citizens())


def assemble_cast(count: int, *, seed: int) -> Cast:
    """A cast with a registry of at least `count` citizens: whole households, so that families stay together."""
    households: list[Household] = []
    numbers: set[str] = set()
    for household in make_households(seed=seed):
        if len(numbers) >= count:
            break
        households.append(household)
        numbers.update(member.citizen.id_number for member in household)
    return Cast(households, make_households(seed=f"strangers {seed}"), numbers, seed)
