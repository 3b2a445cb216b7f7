"""Parts of a form of an office's own making: a person's block under a heading or with qualified labels, or in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import Office, declared, national_head
from scripts.samples.paper import Paper
from scripts.samples.people import Party
from scripts.samples.person_fields import LABELS, describe, field_order, value_of
from scripts.samples.sheet import Inline, Run, Sheet, Style
from scripts.samples.tables import table
from scripts.samples.wording import DateForm

PROMISES = (
    "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam đoan của mình.",
    "Tôi xin cam đoan các thông tin trên là đúng và hoàn toàn chịu trách nhiệm trước pháp luật.",
    "Tôi cam kết những thông tin khai ở trên là đúng, nếu sai tôi xin chịu mọi trách nhiệm.",
)
_NUMERALS = ("I", "II", "III", "IV", "V")


class _Case(Protocol):
    """Whatever a form is about, at an office."""

    @property
    def office(self) -> Office: ...


class _Asked(_Case, Protocol):
    """What somebody asks for."""

    @property
    def applicant(self) -> Party: ...


@dataclass(frozen=True, slots=True)
class Block:
    """One person's part of a form: who, under which headings it may stand, how the name's label may be qualified."""

    role: Role
    party: Party
    headings: Sequence[str]
    whose: Sequence[str]
    fields: Sequence[str]
    relation: tuple[str, str] | None = None
    more: Callable[[Sheet], None] | None = None
    optional: bool = False


def in_columns(
    paper: Paper, sheet: Sheet, sides: Sequence[tuple[str, Role, Party]], fields: Sequence[str], rng: Random
) -> None:
    people = [(title, paper.names(role, party)) for title, role, party in sides]
    habits = paper.style.habits
    head = rng.choice(("", "Nội dung", "Thông tin"))
    rows: list[list[Inline]] = [[head, *(Run(title, bold=True) for title, _ in people)]]
    for place, name in enumerate(fields, 1):
        label = habits.item.format(place) + habits.wording(LABELS[name]) + rng.choice(("", ":"))
        rows.append([label, *(value_of(who, name) for _, who in people)])
    table(sheet, rows, rng.choice(((0.24, 0.38, 0.38), (0.3, 0.35, 0.35), (0.2, 0.4, 0.4))))
    sheet.skip(4)


def opened(
    type_: DocumentType, title: str, style: Style, rng: Random, form: DateForm, hand: float, case: _Case
) -> tuple[Paper, Sheet]:  # fmt: skip
    paper = Paper(type_, Part.COMPONENT, title, style, case.office.on, rng, date_form=form, hand_share=hand)
    sheet = paper.sheet()
    national_head(sheet)
    sheet.centred(Run(title, bold=True), size=style.size + rng.uniform(0.5, 3), after=2)
    return paper, sheet


def declaration(
    type_: DocumentType, title: str, blocks: Sequence[Block], asks: Sequence[str], style: Style, rng: Random, form: DateForm,
    hand: float, *, to: str, on: _Asked,
) -> Paper:  # fmt: skip
    """A declaration with a part for each person, under headings or with qualified labels."""
    paper, sheet = opened(type_, title, style, rng, form, hand, on)
    sheet.centred(f"Kính gửi: {to}", after=6)
    headed = rng.random() < 0.55
    for place, block in enumerate(blocks):
        # without headings the person asked for has a line of its own before it, after the applicant
        if not headed and place == 1 and blocks[0].role is Role.APPLICANT:
            sheet.text(Run(rng.choice(asks), bold=rng.random() < 0.6))
            print_block(paper, sheet, block, place, rng, headed=False, plain=True)
        else:
            print_block(paper, sheet, block, place, rng, headed=headed)
    declared(sheet, rng, rng.choice(PROMISES), on.office.commune, on.office.on, on.applicant.titled_name)
    return paper


def print_block(
    paper: Paper, sheet: Sheet, block: Block, place: int, rng: Random, *, headed: bool, plain: bool = False
) -> None:
    who = paper.names(block.role, block.party, optional=block.optional, faithful=block.party.newborn)
    if headed:
        number = rng.choice((f"{_NUMERALS[place]}. ", f"{place + 1}. ", "", f"{'ABCDE'[place]}. "))
        colon = rng.choice(("", ":"))
        sheet.text(Run(number + rng.choice(block.headings) + colon, bold=rng.random() < 0.8), after=1)
    whose = "" if headed or plain else rng.choice(block.whose)
    describe(sheet, who, field_order(rng, block.fields), whose=whose)
    if block.more:
        block.more(sheet)
    if block.relation:
        sheet.field(*block.relation)
