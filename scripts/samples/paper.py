"""A document being written: its head, its sheets, and whom it names with what, which becomes the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.habits import CIRCULAR, PapersForm
from scripts.samples.ink import A4, RED, Frame
from scripts.samples.lexicon import title_case
from scripts.samples.own_sheet import OwnSheet
from scripts.samples.people import CARD_NAMES, CardKind, Party
from scripts.samples.sheet import Inline, Run, Sheet, Style
from scripts.samples.wording import DateForm, write_date

_DIFFERENCE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Said:
    """One field as printed: its canonical value, the page within the document, the print itself."""

    value: str
    page: int
    printed_as: str
    by_hand: bool


@dataclass(slots=True)
class Mention:
    """A person in a role on this paper, and every field that the paper prints."""

    paper: Paper
    role: Role
    party: Party
    optional: bool
    difference: str | None
    said: dict[str, Said] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def state(self, name: str, value: str, printed: str, *, bold: bool = False) -> Run:
        """Prints one field and remembers it as truth."""
        by_hand = self.paper.draws_by_hand()
        # the first place on the paper counts; later ones repeat it
        self.said.setdefault(name, Said(value, len(self.paper.sheets), printed, by_hand))
        return Run(printed, bold=bold and not by_hand, by_hand=by_hand)

    def _differ(self, kind: str) -> None:
        if kind not in self.differences:
            self.differences.append(kind)

    def name(self, *, capitals: bool | None = None, bold: bool = False) -> Run:
        capitals = self.paper.style.habits.capitals if capitals is None else capitals
        words = self.party.name.split()
        if self.difference == "short_name" and len(words) > 3:
            words = [words[0], *words[2:]]
            self._differ("short_name")
        value = " ".join(words)
        return self.state("full_name", value, value if capitals else title_case(value), bold=bold)

    def birth(self, form: DateForm | None = None) -> Run:
        """The birth date, or the year alone where no more is known or told."""
        day = self.party.birth
        if self.party.year_only or self.difference == "year_only":
            self._differ("year_only")
            return self.state("birth_date", str(day.year), str(day.year))
        return self.state("birth_date", day.isoformat(), write_date(day, form or self.paper.dates))

    def birth_year(self) -> Run:
        year = str(self.party.birth.year)
        return self.state("birth_date", year, year)

    def sex(self) -> Inline:
        """The word, or both words and a tick behind the right one."""
        female, run = self.party.female, self.sex_word()
        if run.by_hand or not self.paper.style.habits.ticked_sex:
            return run
        return ["Nam", "☐" if female else "☒", "Nữ", "☒" if female else "☐"]

    def sex_word(self) -> Run:
        """The word alone, as in a table's cell."""
        return self.state("sex", self.party.citizen.sex, "Nữ" if self.party.female else "Nam")

    def ethnicity(self) -> Run:
        return self.state("ethnicity", self.party.citizen.ethnicity, self.party.citizen.ethnicity)

    def nationality(self) -> Run:
        return self.state("nationality", self.party.citizen.nationality, self.party.citizen.nationality)

    def number(self, *, bold: bool = False) -> Run:
        """The twelve-digit number, whatever card there is."""
        value = self.party.citizen.id_number
        return self.state("id_number", value, self._spaced(value), bold=bold)

    def _spaced(self, number: str) -> str:
        if not self.paper.style.habits.spaced_numbers:
            return number
        return " ".join(number[start : start + 3] for start in range(0, len(number), 3))

    def old_number(self, *, bold: bool = False) -> Run:
        """The nine-digit number of a CMND."""
        self._differ("cmnd9")
        return self.state("id_number", self.party.citizen.old_id_number, self.party.citizen.old_id_number, bold=bold)

    def residence(self) -> Run:
        text = self.party.residence(self.paper.written_on)
        if self.difference == "changed_address" and self.party.elsewhere:
            elsewhere = self.party.elsewhere
            text = elsewhere.old if self.paper.written_on < date(2025, 7, 1) else elsewhere.new
            self._differ("changed_address")
        return self.state("residence", text, text)

    def origin(self) -> Run:
        text = self.party.origin(self.paper.written_on)
        return self.state("origin", text, text)

    def papers(self) -> list[str | Run]:
        """Giấy tờ tùy thân as one sentence: which card, its number, who issued it and when."""
        card = self.party.card
        if card is None:
            return ["Số định danh cá nhân", self.number()]
        kind, number = CARD_NAMES[card.kind], card.number
        issuer, issued = card.short_issuer, card.issued_on
        if self.difference == "cmnd9" and self.party.citizen.old_id_number and card.kind is not CardKind.CMND:
            kind, number = CARD_NAMES[CardKind.CMND], self.party.citizen.old_id_number
            issuer = f"Công an {self.party.birthplace.old_province[0].lower()}{self.party.birthplace.old_province[1:]}"
            issued = date(2012, issued.month, min(issued.day, 28))
        if len(number) == 9:
            self._differ("cmnd9")
        run = self.state("id_number", number, self._spaced(number))
        match self.paper.style.habits.papers:
            case PapersForm.LISTED:
                return [run, f", cấp ngày {issued:%d/%m/%Y}, nơi cấp: {issuer}"]
            case PapersForm.SHORT:
                return ["CMND" if len(number) == 9 else "CCCD", run]
            case PapersForm.NUMBER:
                return [run]
        return [f"{kind} số", run, f"do {issuer} cấp ngày {issued:%d/%m/%Y}"]


@dataclass(slots=True)
class Paper:
    """One document. Forms fill it; `written_on` is the day it bears."""

    type: DocumentType
    part: Part
    title: str
    style: Style
    written_on: date
    rng: Random
    number: str | None = None
    issued_by: str | None = None
    card: CardKind | None = None
    date_form: DateForm = DateForm.SLASHES
    hand_share: float = 0.0
    bordered: bool = False
    certified_copy: bool = False
    sheets: list[Sheet] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    @property
    def dates(self) -> DateForm:
        """How this paper writes days."""
        return self.style.habits.dates or self.date_form

    @property
    def issued_on(self) -> date | None:
        """The day of the head: only papers that an office issues have one."""
        return self.written_on if self.issued_by else None

    def sheet(self) -> Sheet:
        """A new page."""
        self.sheets.append(Sheet(self.style) if self.style.habits is CIRCULAR else OwnSheet(self.style))
        if self.bordered:
            self.sheets[-1].marks.append(Frame(28, 30, A4[0] - 56, A4[1] - 60, 1.4, RED))
        return self.sheets[-1]

    def names(self, role: Role, party: Party, *, optional: bool = False, faithful: bool = False) -> Mention:
        """The person in this role; a fifth of mentions differ from the registry, as papers lawfully do."""
        earlier = next((mention for mention in self.mentions if mention.party is party), None)
        difference = earlier.difference if earlier else None  # one paper tells one story of a person
        if not (earlier or optional or faithful or party.newborn) and self.rng.random() < _DIFFERENCE_SHARE:
            difference = self.rng.choice(("cmnd9", "year_only", "changed_address", "short_name"))
        mention = Mention(self, role, party, optional, difference)
        self.mentions.append(mention)
        return mention

    def draws_by_hand(self) -> bool:
        return self.hand_share > 0 and self.rng.random() < self.hand_share
