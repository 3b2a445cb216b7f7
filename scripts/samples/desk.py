"""The clerk's desk at which one dossier is written: chance, people, an office and its habits of printing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from scripts.population import Resident
from scripts.samples.blocks import Office
from scripts.samples.cards import QrState, identity_card
from scripts.samples.casting import Cast
from scripts.samples.habits import draw_habits
from scripts.samples.ink import Leader
from scripts.samples.paper import Paper
from scripts.samples.people import Party
from scripts.samples.sheet import Style
from scripts.samples.wording import DateForm

_FACES = (
    ("Tinos", 13.0), ("Tinos", 13.5), ("Noto Serif", 11.5), ("DejaVu Serif", 10.6), ("Arimo", 12.0), ("Noto Sans", 11.5),
)  # fmt: skip
_FACE_WEIGHTS = (8, 4, 5, 1, 1, 1)
_QR_WEIGHTS = {QrState.INTACT: 62, QrState.BLURRED: 14, QrState.CUT: 9, QrState.ABSENT: 15}


@dataclass(slots=True)
class Desk:
    """What the writer of a dossier may draw from.

    `hand`: the share of fields filled in with a pen. `layouts` draws forms of offices' own making; None: the circulars'.
    """

    rng: Random
    cast: Cast
    office: Office
    code: str
    form: DateForm
    hand: float
    layouts: Random | None = None
    parties: dict[str, Party] = field(default_factory=dict)

    @property
    def on(self) -> date:
        return self.office.on

    def style(self, *, dense: bool = False) -> Style:
        """The print of one paper; `dense` for forms that fill their page."""
        if self.layouts is not None:
            return self._own_style(self.layouts, dense=dense)
        family, size = self.rng.choices(_FACES, weights=_FACE_WEIGHTS)[0]
        leader = self.rng.choices(tuple(Leader), weights=(5, 1, 3))[0]
        return Style(family, size * (0.93 if dense else 1.0), leader=leader)

    @staticmethod
    def _own_style(chance: Random, *, dense: bool) -> Style:
        """Any face, size, margins and habits."""
        family, size = chance.choice(_FACES)
        return Style(
            family, size * chance.uniform(0.88, 1.04) * (0.93 if dense else 1.0), leading=chance.uniform(1.2, 1.45),
            leader=chance.choice(tuple(Leader)), left=chance.uniform(56, 92), right=chance.uniform(36, 60),
            top=chance.uniform(38, 64), habits=draw_habits(chance),
        )  # fmt: skip

    def party(self, resident: Resident) -> Party:
        """The resident as this dossier's papers know him or her; the same on all of them."""
        number = resident.citizen.id_number
        if number not in self.parties:
            self.parties[number] = self.cast.party(self.rng, resident, self.on)
        return self.parties[number]

    def card(self, party: Party) -> Paper:
        """The party's card, its QR code whole on two of three copies."""
        state = self.rng.choices(tuple(_QR_WEIGHTS), weights=tuple(_QR_WEIGHTS.values()))[0]
        return identity_card(party, Style("Arimo", 7.0, leader=Leader.PLAIN), self.rng, self.on, qr_state=state)

    def after(self, low: int, high: int) -> date:
        """A day on which the result may be issued."""
        return self.on + timedelta(days=self.rng.randrange(low, high))

    def before(self, low: int, high: int) -> date:
        return self.on - timedelta(days=self.rng.randrange(low, high))

    def clock(self) -> str:
        """13 giờ 07 phút."""
        return f"{self.rng.randrange(24):02d} giờ {self.rng.randrange(60):02d} phút"

    def province(self) -> str:
        """The province's bare name on that day: Nghệ An."""
        place = self.office.place
        return (place.old_province if self.office.old else place.new_province).partition(" ")[2].removeprefix("phố ")
