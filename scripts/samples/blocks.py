"""Blocks that papers share: the national heading, the two heads of issued papers, signatures with their seals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from scripts.samples.art import seal, signature
from scripts.samples.habits import CIRCULAR
from scripts.samples.ink import RED, Frame, Picture
from scripts.samples.lexicon import draw_name, title_case
from scripts.samples.people import MERGER
from scripts.samples.places import Place
from scripts.samples.sheet import Run, Sheet
from scripts.samples.wording import long_date, lowered

COUNTRY, MOTTO = CIRCULAR.country, CIRCULAR.motto
_CERTIFIED = (
    "SAO Y BẢN CHÍNH", "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "CHỨNG THỰC SAO Y BẢN CHÍNH",
)  # fmt: skip
_SEAL_POINTS = 96.0  # 34 mm
_SEAL_PIXELS = 400


@dataclass(frozen=True, slots=True)
class Office:
    """A commune's offices on a day: their place, and the names that the levels above had then."""

    place: Place
    on: date

    @property
    def old(self) -> bool:
        return self.on < MERGER

    @property
    def commune(self) -> str:
        return self.place.old_commune if self.old else self.place.new_commune

    @property
    def above(self) -> str:
        """The level over the commune: district before the merger, province since."""
        return self.place.district if self.old else self.place.new_province

    @property
    def committee(self) -> str:
        """Ủy ban nhân dân xã Yên Sơn."""
        return f"Ủy ban nhân dân {lowered(self.commune)}"

    @property
    def committee_in_full(self) -> str:
        rest = [self.above] if not self.old else [self.place.district, self.place.old_province]
        return ", ".join([self.committee, *(lowered(part) for part in rest)])

    @property
    def heads(self) -> tuple[str, str]:
        return f"ỦY BAN NHÂN DÂN {self.above.upper()}", self.committee.upper()

    @property
    def one_stop(self) -> str:
        return "Bộ phận Tiếp nhận và Trả kết quả" if self.old else "Trung tâm Phục vụ hành chính công"


def national_head(sheet: Sheet, *, after: float = 10.0) -> None:
    """Country and motto, centred, with a rule: how citizens' papers begin."""
    size = sheet.style.size
    sheet.centred(Run(sheet.style.habits.country, bold=True), size=size)
    sheet.centred(Run(sheet.style.habits.motto, bold=True), size=size)
    sheet.rule(150)
    sheet.skip(after)


def two_heads(
    sheet: Sheet, above: str, issuer: str, *, number: str | None = None, place: str | None = None, on: date | None = None
) -> None:  # fmt: skip
    """The head of an issued paper (NĐ 30/2020, annex I): issuer and number left; country, motto, place and date right."""
    top, size = sheet.y, min(sheet.style.size, 12.5)
    left, left_width = sheet.left - 26, 206.0
    right = left + left_width + 8
    right_width = sheet.right + 12 - right
    sheet.text(above, x=left, width=left_width, size=size, align="centre")
    sheet.text(Run(issuer, bold=True), x=left, width=left_width, size=size, align="centre")
    sheet.rule(64, centre=left + left_width / 2)
    if number:
        sheet.skip(5)
        sheet.text(number, x=left, width=left_width, size=size, align="centre")
    low, sheet.y = sheet.y, top
    sheet.text(Run(sheet.style.habits.country, bold=True), x=right, width=right_width, size=size - 0.6, align="centre")
    sheet.text(Run(sheet.style.habits.motto, bold=True), x=right, width=right_width, size=size, align="centre")
    sheet.rule(150, centre=right + right_width / 2)
    if place and on:
        sheet.skip(5)
        sheet.text(Run(f"{place}, {long_date(on)}", italic=True), x=right, width=right_width, size=size, align="centre")
    sheet.y = max(low, sheet.y) + 12


@dataclass(frozen=True, slots=True)
class Signer:
    """One column of a signature block: lines over it, a hint in brackets, the name, and the seal's two arcs if sealed."""

    over: Sequence[str]
    name: str
    hint: str = ""
    seal: tuple[str, str] | None = None
    date: str = ""


def signatures(sheet: Sheet, rng: Random, *signers: Signer, room: float = 58.0, size: float | None = None) -> None:
    """Columns side by side, the last one rightmost; a single signer stands right of the middle."""
    columns = max(2, len(signers))
    width = sheet.width / columns
    top, bottom = sheet.y, sheet.y
    points = size or sheet.style.size
    for index, signer in enumerate(signers):
        column = index + columns - len(signers)
        x = sheet.left + column * width
        sheet.y = top
        if signer.date:
            sheet.text(Run(signer.date, italic=True), x=x, width=width, size=points, align="centre")
        for line in signer.over:
            sheet.text(Run(line, bold=True), x=x, width=width, size=points, align="centre")
        if signer.hint:
            sheet.text(Run(signer.hint, italic=True), x=x, width=width, size=points - 1, align="centre")
        _sign(sheet, rng, x + width / 2, room, signer)
        sheet.y += room
        if signer.name:
            sheet.text(Run(signer.name, bold=True), x=x, width=width, size=points, align="centre")
        bottom = max(bottom, sheet.y)
    sheet.y = bottom


def _sign(sheet: Sheet, rng: Random, middle: float, room: float, signer: Signer) -> None:
    if not signer.name:
        return
    wide, high = rng.uniform(70, 104), room * rng.uniform(0.62, 0.9)
    image = signature(rng, int(wide * 4), int(high * 4))
    sheet.picture(
        Picture(middle - wide / 2 + rng.uniform(-8, 12), sheet.y + rng.uniform(2, room - high), wide, high, image)
    )
    if signer.seal:
        stamp = seal(*signer.seal, _SEAL_PIXELS).rotate(rng.uniform(-14, 14), expand=False)
        # over the left third of the signature (NĐ 30/2020, annex I, box 8)
        x = middle - wide / 2 - _SEAL_POINTS * rng.uniform(0.5, 0.66)
        y = sheet.y + room / 2 - _SEAL_POINTS * rng.uniform(0.34, 0.5)
        sheet.picture(Picture(x, y, _SEAL_POINTS, _SEAL_POINTS, stamp))


def officer(rng: Random, *, southern: bool = False) -> str:
    """The name of an officer of no importance."""
    return title_case(draw_name(rng, rng.choice(("male", "female")), rng.randrange(1965, 1996), southern=southern))


def committee_signer(rng: Random, office: Office, *, over: Sequence[str] = ()) -> Signer:
    """Chairman or deputy of the commune, with the committee's seal."""
    name = officer(rng, southern=office.place.southern)
    seal_text = (office.committee.upper(), office.above.upper())
    if rng.random() < 0.45:
        return Signer((*over, "CHỦ TỊCH"), name, seal=seal_text)
    lines = (*over, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH") if not over or over[0].startswith("TM") else (*over, "PHÓ CHỦ TỊCH")
    return Signer(lines, name, seal=seal_text)


def declared(sheet: Sheet, rng: Random, text: str, place: str, on: date, name: str) -> None:
    """The closing of a declaration: the promise, place and day, the applicant's signature."""
    sheet.text(text, align="justify", after=2)
    sheet.skip(4)
    signatures(
        sheet, rng,
        Signer(("Người yêu cầu",), name, hint="(Ký, ghi rõ họ, chữ đệm, tên)", date=f"Làm tại: {place}, {long_date(on)}"),
    )  # fmt: skip


def certified(sheet: Sheet, rng: Random, by: str, on: date) -> None:
    """The stamp of a certified copy (chứng thực bản sao, NĐ 23/2015): such a paper need not be digitized."""
    x, width, size = sheet.left - 10, 196.0, 9.5
    top = sheet.y + 18
    sheet.y = top + 2
    own = sheet.style.habits is not CIRCULAR
    wording = rng.choice(_CERTIFIED) if own else _CERTIFIED[0]
    register = "quyển số" if own and rng.random() < 0.5 else "Quyển số:"
    lines = (
        Run(wording, bold=True),
        f"Số chứng thực: {rng.randrange(20, 4000)} {register} {rng.randrange(1, 12):02d}/{on.year} - SCT/BS",
        long_date(on).capitalize(),
        Run(by.upper(), bold=True),
    )
    for line in lines:
        sheet.text(line, x=x + 6, width=width - 12, size=size, align="centre")
    sheet.skip(6)
    sheet.marks.append(Frame(x, top, width, sheet.y - top, 1.4, RED))
    image = signature(rng, 300, 150)
    sheet.picture(Picture(x + width * 0.4, sheet.y - 26, 74, 34, image))
    stamp = seal(by.upper(), "CHỨNG THỰC", _SEAL_PIXELS).rotate(rng.uniform(-14, 14))
    sheet.picture(Picture(x + width * 0.05, sheet.y - 52, 84, 84, stamp))
