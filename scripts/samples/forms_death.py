"""Papers of a death: declaration, the notification that proves it, the extract of the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import (
    Office,
    Signer,
    committee_signer,
    declared,
    national_head,
    officer,
    signatures,
    two_heads,
)
from scripts.samples.paper import Mention, Paper
from scripts.samples.people import Party
from scripts.samples.sheet import Run, Sheet, Style
from scripts.samples.wording import DateForm, long_date

_PROMISE = "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam đoan của mình."


@dataclass(frozen=True, slots=True)
class Death:
    """Who died when, where and of what, who reports it, and the papers' numbers."""

    deceased: Party
    applicant: Party
    relation: str
    office: Office
    died_on: date
    clock: str
    place: str
    cause: str
    notified_on: date
    notification_number: str
    registered_on: date

    @property
    def moment(self) -> str:
        return f"{self.clock}, {long_date(self.died_on)}"


def death_declaration(case: Death, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    paper = Paper(
        DocumentType.DEATH_DECLARATION, Part.COMPONENT, "TỜ KHAI ĐĂNG KÝ KHAI TỬ", style, case.office.on, rng,
        date_form=form, hand_share=hand,
    )  # fmt: skip
    sheet = paper.sheet()
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1.5, after=2)
    sheet.centred(f"Kính gửi: {case.office.committee}", after=8)
    applicant = paper.names(Role.APPLICANT, case.applicant)
    sheet.field("Họ, chữ đệm, tên người yêu cầu", applicant.name())
    sheet.field("Nơi cư trú", applicant.residence())
    sheet.field("Giấy tờ tùy thân", applicant.papers())
    sheet.field("Quan hệ với người đã chết", case.relation)
    sheet.text(Run("Đề nghị cơ quan đăng ký khai tử cho người có tên dưới đây:", bold=True))
    who = paper.names(Role.DECEASED, case.deceased)
    _person(sheet, who)
    sheet.field("Nơi cư trú cuối cùng", who.residence())
    sheet.field("Giấy tờ tùy thân", who.papers())
    _event(sheet, case)
    sheet.field("Số Giấy báo tử/Giấy tờ thay thế Giấy báo tử", case.notification_number)
    sheet.field("Do", f"{case.office.committee} cấp ngày {case.notified_on:%d/%m/%Y}")
    copies = rng.randrange(0, 6)
    ticks = "Có ☒ , Không ☐ ." if copies else "Có ☐ , Không ☒ ."
    sheet.text(f"Đề nghị cấp bản sao: {ticks} Số lượng: {copies:02d} bản", after=2)
    declared(sheet, rng, _PROMISE, case.office.commune, case.office.on, case.applicant.titled_name)
    return paper


def _person(sheet: Sheet, who: Mention) -> None:
    sheet.field("Họ, chữ đệm, tên", who.name(bold=True))
    sheet.field("Ngày, tháng, năm sinh", who.birth())
    sheet.fields(
        ("Giới tính", who.sex()), ("Dân tộc", who.ethnicity()), ("Quốc tịch", who.nationality()), stops=(0, 0.34, 0.66)
    )


def _event(sheet: Sheet, case: Death) -> None:
    sheet.field("Đã chết vào lúc", case.moment)
    sheet.field("Nơi chết", case.place)
    sheet.field("Nguyên nhân chết", case.cause)


def death_notification(case: Death, style: Style, rng: Random, form: DateForm) -> Paper:
    paper = Paper(
        DocumentType.DEATH_NOTIFICATION, Part.COMPONENT, "GIẤY BÁO TỬ", style, case.notified_on, rng,
        number=case.notification_number, issued_by=case.office.committee, date_form=form,
    )  # fmt: skip
    sheet = paper.sheet()
    two_heads(
        sheet, *case.office.heads, number=f"Số: {paper.number}", place=case.office.commune, on=case.notified_on
    )  # fmt: skip
    sheet.centred(Run(paper.title, bold=True), size=style.size + 2, after=8)
    who = paper.names(Role.DECEASED, case.deceased)
    sheet.field("Họ, chữ đệm, tên người chết", who.name(bold=True))
    sheet.field("Ngày, tháng, năm sinh", who.birth())
    sheet.fields(
        ("Giới tính", who.sex()), ("Dân tộc", who.ethnicity()), ("Quốc tịch", who.nationality()), stops=(0, 0.34, 0.66)
    )
    sheet.field("Nơi cư trú cuối cùng", who.residence())
    sheet.field("Số định danh cá nhân/Giấy tờ tùy thân", who.number())
    _event(sheet, case)
    sheet.skip(10)
    signatures(
        sheet, rng,
        Signer(("NGƯỜI LẬP",), officer(rng), hint="(Ký, ghi rõ họ tên)"),
        Signer(("THỦ TRƯỞNG ĐƠN VỊ",), officer(rng), seal=(case.office.committee.upper(), case.office.above.upper())),
    )  # fmt: skip
    return paper


def death_extract(case: Death, style: Style, rng: Random, form: DateForm) -> Paper:
    ordinal, day = rng.randrange(1, 190), case.registered_on
    paper = Paper(
        DocumentType.DEATH_EXTRACT, Part.RESULT, "TRÍCH LỤC KHAI TỬ", style, day, rng,
        number=f"{ordinal:02d}/TLKT", issued_by=case.office.committee, date_form=form,
    )  # fmt: skip
    sheet = paper.sheet()
    two_heads(sheet, *case.office.heads, number=f"Số: {paper.number}", place=case.office.commune, on=day)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 3, after=8)
    who = paper.names(Role.DECEASED, case.deceased, faithful=True)
    _person(sheet, who)
    sheet.field("Số định danh cá nhân", who.number())
    sheet.field("Nơi cư trú cuối cùng", who.residence())
    _event(sheet, case)
    sheet.field(
        "Giấy báo tử/Giấy tờ thay thế Giấy báo tử",
        f"số {case.notification_number} do {case.office.committee} cấp ngày {case.notified_on:%d/%m/%Y}",
    )
    sheet.field("Đăng ký khai tử tại", f"{case.office.committee_in_full}, số {ordinal:02d}/{day.year} {long_date(day)}")
    sheet.skip(10)
    signatures(sheet, rng, committee_signer(rng, case.office, over=("NGƯỜI KÝ TRÍCH LỤC",)))
    return paper
