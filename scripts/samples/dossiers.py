"""Dossiers as citizens hand them in: who asks for what, which papers lie in it, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from models.document import DocumentType, Part
from models.procedure import built_in
from scripts.population import Resident
from scripts.samples import forms_birth as births
from scripts.samples import forms_marriage as marriages
from scripts.samples import forms_office as offices
from scripts.samples.blocks import Office
from scripts.samples.cards import QrState, identity_card
from scripts.samples.casting import Cast, Household
from scripts.samples.ink import Leader
from scripts.samples.lexicon import FEMALE
from scripts.samples.paper import Paper
from scripts.samples.people import MERGER, Party
from scripts.samples.places import Place
from scripts.samples.sheet import Style
from scripts.samples.wording import DateForm

_FIRST_DAY, _LAST_DAY = date(2023, 3, 1), date(2026, 8, 31)
_MISSING_SHARE = 0.2
_SERIF = (
    ("Tinos", 13.0),
    ("Tinos", 13.5),
    ("Noto Serif", 11.5),
    ("DejaVu Serif", 10.8),
    ("Arimo", 12.0),
    ("Noto Sans", 11.5),
)
_FAMILY_WEIGHTS = (8, 4, 5, 1, 1, 1)


@dataclass(slots=True)
class Dossier:
    """One dossier: its code, procedure and papers in the order in which they were handed in."""

    kind: str
    procedure: str
    office: Office
    code: str
    papers: list[Paper] = field(default_factory=list)
    missing: list[DocumentType] = field(default_factory=list)

    @property
    def unit(self) -> str:
        return self.code.partition("-")[0]

    @property
    def required(self) -> tuple[DocumentType, ...]:
        return built_in()[self.procedure].required


@dataclass(slots=True)
class Desk:
    """What a clerk's desk gives the writer of one dossier: chance, people, an office and its habits of printing."""

    rng: Random
    cast: Cast
    office: Office
    code: str
    form: DateForm

    @property
    def on(self) -> date:
        return self.office.on

    def style(self) -> Style:
        family, size = self.rng.choices(_SERIF, weights=_FAMILY_WEIGHTS)[0]
        leader = self.rng.choices(tuple(Leader), weights=(5, 1, 3))[0]
        return Style(family, size, leader=leader)

    def party(self, resident: Resident) -> Party:
        return self.cast.party(self.rng, resident, self.on)

    def card(self, party: Party) -> Paper:
        states = (QrState.INTACT, QrState.BLURRED, QrState.CUT, QrState.ABSENT)
        state = self.rng.choices(states, weights=(62, 14, 9, 15))[0]
        return identity_card(party, Style("Arimo", 7.0, leader=Leader.PLAIN), self.rng, self.on, qr_state=state)

    def after(self, low: int, high: int) -> date:
        """The day on which the result is issued."""
        return self.on + timedelta(days=self.rng.randrange(low, high))


def _birth(desk: Desk, household: Household) -> tuple[list[Paper], str, Party]:
    mother, father = _couple(household)
    born = desk.on - timedelta(days=desk.rng.randrange(5, 58))
    child = desk.cast.newborn(desk.rng, mother, father, born)
    parties = desk.party(mother), desk.party(father)
    province = _province(desk.office)
    hospital = desk.rng.choice(("Bệnh viện Phụ sản", "Bệnh viện đa khoa", "Trung tâm Y tế")) + f" {province}"
    case = births.Birth(
        child,
        *parties,
        applicant=desk.rng.choice(parties),
        hospital=hospital,
        office=desk.office,
        registered_on=desk.after(0, 5),
    )
    rng, form = desk.rng, desk.form
    papers = [
        births.birth_declaration(case, desk.style(), rng, form, 0),
        births.birth_notification(case, desk.style(), rng, form, 0),
        *(desk.card(party) for party in parties),
        births.birth_certificate(case, desk.style(), rng, form),
    ]
    return papers, "đăng ký khai sinh", case.applicant


def _marriage(desk: Desk, household: Household) -> tuple[list[Paper], str, Party]:
    one = _singles(household, desk.on)[0]
    sex = "male" if one.citizen.sex == FEMALE else FEMALE
    other = _singles(desk.cast.household(desk.rng, lambda h: bool(_singles(h, desk.on, sex))), desk.on, sex)[0]
    pair = [desk.party(one), desk.party(other)]
    wife, husband = sorted(pair, key=lambda party: not party.female)
    case = marriages.Marriage(wife, husband, desk.office, desk.after(0, 5))
    papers = [
        marriages.marriage_declaration(case, desk.style(), desk.rng, desk.form, 0),
        desk.card(wife),
        desk.card(husband),
        marriages.marriage_certificate(case, desk.style(), desk.rng, desk.form),
    ]
    return papers, "đăng ký kết hôn", husband


@dataclass(frozen=True, slots=True)
class _Kind:
    procedure: str
    title: str
    write: Callable[[Desk, Household], tuple[list[Paper], str, Party]]
    fits: Callable[[Household, date], bool]


def _couple(household: Household) -> tuple[Resident, Resident]:
    mother = next(m for m in household if m.relation in ("head", "spouse") and m.citizen.sex == FEMALE)
    father = next(m for m in household if m.relation in ("head", "spouse") and m.citizen.sex != FEMALE)
    return mother, father


def _young_couple(household: Household, on: date) -> bool:
    grown = [m for m in household if m.relation in ("head", "spouse") and 19 <= on.year - m.birth.year <= 42]
    return len(grown) == 2 and grown[0].citizen.sex != grown[1].citizen.sex


def _singles(household: Household, on: date, sex: str = "") -> list[Resident]:
    """Members of an age to marry who are not married: grown children, and heads who live alone."""
    married = any(m.relation == "spouse" for m in household)
    return [
        m
        for m in household
        if (m.relation == "child" or (m.relation == "head" and not married))
        and 20 <= on.year - m.birth.year <= 38
        and sex in ("", m.citizen.sex)
    ]


def _has_single(household: Household, on: date) -> bool:
    return bool(_singles(household, on))


def _province(office: Office) -> str:
    place: Place = office.place
    return (place.old_province if office.old else place.new_province).partition(" ")[2].removeprefix("phố ")


KINDS: dict[str, _Kind] = {
    "birth": _Kind("1.001193", "Đăng ký khai sinh", _birth, _young_couple),
    "marriage": _Kind("1.000894", "Đăng ký kết hôn", _marriage, _has_single),
}


def write_dossier(index: int, cast: Cast, *, seed: int, kind: str) -> Dossier:
    """The dossier with that ordinal; only the seed, the ordinal and the cast decide what is in it."""
    rng = Random(f"dossier {seed} {index}")
    chosen = KINDS[kind]
    on = _FIRST_DAY + timedelta(days=rng.randrange((_LAST_DAY - _FIRST_DAY).days))
    household = cast.household(rng, lambda h: chosen.fits(h, on))
    office = Office(household[0].home.place, on)
    code = _code(rng, office, index)
    desk = Desk(rng, cast, office, code, rng.choice((DateForm.SLASHES, DateForm.SLASHES, DateForm.WORDS)))
    papers, request, applicant = chosen.write(desk, household)
    papers = _with_extras(desk, papers, request, applicant, chosen.title)
    dossier = Dossier(kind, chosen.procedure, office, code, papers)
    if rng.random() < _MISSING_SHARE:
        _lose(dossier, rng)
    return dossier


def _code(rng: Random, office: Office, index: int) -> str:
    """A dossier code in the current or, on some old papers, the former form; unique by its ordinal."""
    province, unit = f"H{rng.randrange(1, 64):02d}", f"{rng.randrange(10, 60)}"
    form = f"000.00.{unit}.{province}" if office.on < MERGER and rng.random() < 0.4 else f"{province}.{unit}"
    return f"{form}-{office.on:%y%m%d}-{index + 1:04d}"


def _with_extras(desk: Desk, papers: list[Paper], request: str, applicant: Party, title: str) -> list[Paper]:
    """Now and then a decision, a power of attorney or the office's receipt lies in the dossier too."""
    rng = desk.rng
    at = next((i for i, paper in enumerate(papers) if paper.part is Part.RESULT), len(papers))
    listed = [paper.title.capitalize() for paper in papers[:at]]
    if rng.random() < 0.25:
        papers.insert(at, offices.decision(applicant, desk.office, desk.style(), rng, desk.form))
        at += 1
    if rng.random() < 0.22:
        agent = desk.party(desk.cast.household(rng, lambda h: h[0].birth.year < desk.on.year - 20)[0])
        style = desk.style()
        papers.insert(at, offices.power_of_attorney(applicant, agent, request, desk.office, style, rng, desk.form))
        at += 1
    if rng.random() < 0.25:
        receipt = offices.receipt(applicant, desk.office, desk.code, title, listed, desk.style(), rng)
        papers.insert(0 if rng.random() < 0.5 else at, receipt)
    return papers


def _lose(dossier: Dossier, rng: Random) -> None:
    """Takes out one required paper."""
    lost = rng.choice(dossier.required)
    dossier.papers = [paper for paper in dossier.papers if paper.type is not lost]
    dossier.missing = [lost]


def kinds_in_turn(count: int, *, seed: int) -> Sequence[str]:
    """Kinds for `count` dossiers: every kind once before any comes twice, in an order of chance."""
    rng = Random(f"kinds {seed}")
    order: list[str] = []
    while len(order) < count:
        turn = list(KINDS)
        rng.shuffle(turn)
        order += turn
    return order[:count]
