"""Dossiers as citizens hand them in: who asks for what, which papers lie in it, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from models.document import DocumentType, Part
from models.procedure import built_in
from scripts.samples import forms_office as offices
from scripts.samples.blocks import Office
from scripts.samples.casting import Cast
from scripts.samples.desk import Desk
from scripts.samples.kinds import KINDS
from scripts.samples.own_sheet import OwnSheet
from scripts.samples.paper import Paper
from scripts.samples.people import MERGER, Party
from scripts.samples.wording import COMMON_DATES, lowered

_FIRST_DAY, _LAST_DAY = date(2023, 3, 1), date(2026, 8, 31)
_MISSING_SHARE = 0.2
_HANDWRITTEN_SHARE = 0.14


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


def write_dossier(index: int, cast: Cast, *, seed: int, kind: str, layouts: int | None = None) -> Dossier:
    """The dossier with that ordinal; only the seeds, the ordinal and the cast decide what is in it.

    `layouts`: the seed of forms of offices' own making; None for the circulars' own.
    """
    rng = Random(f"dossier {seed} {index}")
    chosen = KINDS[kind]
    on = _FIRST_DAY + timedelta(days=rng.randrange((_LAST_DAY - _FIRST_DAY).days))
    household = cast.household(rng, lambda h: chosen.fits(h, on))
    office = Office(household[0].home.place, on)
    code = _code(rng, office, index)
    hand = rng.uniform(0.4, 0.9) if rng.random() < _HANDWRITTEN_SHARE else 0.0
    form = rng.choices(COMMON_DATES, weights=(6, 3, 1))[0]
    desk = Desk(rng, cast, office, code, form, hand, None if layouts is None else Random(f"layouts {layouts} {index}"))
    papers, applicant = chosen.write(desk, household)
    papers = _with_extras(desk, papers, applicant, chosen.title)
    for sheet in (sheet for paper in papers for sheet in paper.sheets if isinstance(sheet, OwnSheet)):
        sheet.fit()
    dossier = Dossier(kind, chosen.procedure, office, code, papers)
    if rng.random() < _MISSING_SHARE:
        _lose(dossier, rng)
    return dossier


def _code(rng: Random, office: Office, index: int) -> str:
    """A dossier code in the current or, on some old papers, the former form; unique by its ordinal."""
    province, unit = f"H{rng.randrange(1, 64):02d}", f"{rng.randrange(10, 60)}"
    form = f"000.00.{unit}.{province}" if office.on < MERGER and rng.random() < 0.4 else f"{province}.{unit}"
    return f"{form}-{office.on:%y%m%d}-{index + 1:04d}"


def _with_extras(desk: Desk, papers: list[Paper], applicant: Party, title: str) -> list[Paper]:
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
        request = lowered(title)
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
