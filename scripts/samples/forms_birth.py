"""Papers of a birth registration: declaration, hospital's notification, birth certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import (
    Office,
    Signer,
    certified,
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
from scripts.samples.wording import DateForm, day_in_words, long_date, lowered

_PROMISE = (
    "Tôi cam đoan nội dung đề nghị đăng ký khai sinh trên đây là đúng sự thật, được sự thỏa thuận nhất trí của các "
    "bên liên quan theo quy định pháp luật. Tôi chịu hoàn toàn trách nhiệm trước pháp luật về nội dung cam đoan của mình."
)


@dataclass(frozen=True, slots=True)
class Birth:
    """What happened: the child, the parents, where, and which of them registers it."""

    child: Party
    mother: Party
    father: Party | None
    applicant: Party
    hospital: str
    office: Office
    registered_on: date

    @property
    def province(self) -> str:
        place = self.office.place
        return place.old_province if self.office.old else place.new_province


def birth_declaration(case: Birth, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    paper = Paper(
        DocumentType.BIRTH_DECLARATION, Part.COMPONENT, "TỜ KHAI ĐĂNG KÝ KHAI SINH", style, case.office.on, rng,
        date_form=form, hand_share=hand,
    )  # fmt: skip
    sheet = paper.sheet()
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1.5, after=2)
    sheet.centred(f"Kính gửi: {case.office.committee}", after=8)
    applicant = paper.names(Role.APPLICANT, case.applicant)
    sheet.field("Họ, chữ đệm, tên người yêu cầu", applicant.name())
    sheet.field("Ngày, tháng, năm sinh", applicant.birth())
    sheet.field("Giấy tờ tùy thân", applicant.papers())
    sheet.field("Nơi cư trú", applicant.residence())
    relation = "Mẹ đẻ" if case.applicant is case.mother else "Cha đẻ"
    sheet.field("Quan hệ với người được khai sinh", relation)
    sheet.text(Run("Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:", bold=True))
    _child(paper, sheet, case)
    for role, label, party in ((Role.MOTHER, "mẹ", case.mother), (Role.FATHER, "cha", case.father)):
        if party is not None:
            _parent(sheet, paper.names(role, party), label, with_papers=True)
    copies = rng.randrange(0, 5)
    ticks = "Có ☒ , Không ☐ ." if copies else "Có ☐ , Không ☒ ."
    sheet.text(f"Đề nghị cấp bản sao: {ticks} Số lượng: {copies:02d} bản", after=2)
    declared(sheet, rng, _PROMISE, case.office.commune, case.office.on, case.applicant.titled_name)
    return paper


def _child(paper: Paper, sheet: Sheet, case: Birth) -> None:
    child = paper.names(Role.CHILD, case.child, faithful=True)
    sheet.field("Họ, chữ đệm, tên", child.name(bold=True))
    sheet.field("Ngày, tháng, năm sinh", child.birth())
    sheet.field("Ghi bằng chữ", day_in_words(case.child.birth))
    sheet.fields(
        ("Giới tính", child.sex()), ("Dân tộc", child.ethnicity()), ("Quốc tịch", child.nationality()),
        stops=(0, 0.34, 0.66),
    )  # fmt: skip
    sheet.field("Nơi sinh", f"{case.hospital}, {lowered(case.province)}")
    sheet.field("Quê quán", child.origin())
    if paper.type is DocumentType.BIRTH_CERTIFICATE:
        sheet.field("Số định danh cá nhân", child.number())


def _parent(sheet: Sheet, parent: Mention, label: str, *, with_papers: bool) -> None:
    sheet.field(f"Họ, chữ đệm, tên người {label}", parent.name())
    sheet.fields(
        ("Năm sinh", parent.birth_year()), ("Dân tộc", parent.ethnicity()), ("Quốc tịch", parent.nationality()),
        stops=(0, 0.34, 0.66),
    )  # fmt: skip
    sheet.field("Nơi cư trú", parent.residence())
    if with_papers:
        sheet.field("Giấy tờ tùy thân", parent.papers())


def birth_notification(case: Birth, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    born = case.child.birth
    issued = date.fromordinal(born.toordinal() + rng.randrange(1, 6))
    paper = Paper(
        DocumentType.BIRTH_NOTIFICATION, Part.COMPONENT, "GIẤY CHỨNG SINH", style, issued, rng,
        number=f"{rng.randrange(40, 990)}/{issued.year}", issued_by=case.hospital, date_form=form, hand_share=hand,
    )  # fmt: skip
    sheet = paper.sheet()
    two_heads(sheet, f"SỞ Y TẾ {case.province.upper()}", case.hospital.upper())
    sheet.text(f"Số: {paper.number}    Quyển số: {rng.randrange(1, 40):02d}/{issued.year}", after=8)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 2, after=8)
    mother = paper.names(Role.MOTHER, case.mother)
    sheet.field("Họ và tên mẹ/Người nuôi dưỡng", mother.name(capitals=rng.random() < 0.5))
    sheet.fields(("Năm sinh", mother.birth_year()), ("Dân tộc", mother.ethnicity()))
    sheet.field("Nơi đăng ký thường trú, tạm trú", mother.residence())
    sheet.field("Mã số BHXH/Thẻ BHYT số", f"GD4{rng.randrange(10**12, 10**13)}")
    sheet.field("Số định danh cá nhân/CMND/Hộ chiếu", mother.number())
    child = paper.names(Role.CHILD, case.child, faithful=True)
    day = child.birth(DateForm.WORDS)
    clock = f"{rng.randrange(24):02d} giờ {rng.randrange(60):02d} phút,"
    sheet.field("Đã sinh con vào lúc", [clock, day])
    sheet.field("Tại", case.hospital)
    sheet.fields(("Số lần sinh", f"{rng.randrange(1, 4):02d}"), ("Số con hiện sống", f"{rng.randrange(1, 4):02d}"))
    sheet.field("Số con trong lần sinh này", "01")
    sheet.fields(("Giới tính của con", child.sex()), ("Cân nặng", f"{rng.randrange(24, 42) * 100} g"))
    sheet.field("Hiện trạng của con", rng.choice(("Khỏe mạnh", "Khóc ngay", "Bình thường, hồng hào")))
    sheet.field("Dự định đặt tên con", child.name(capitals=rng.random() < 0.5))
    sheet.field("Người đỡ đẻ", officer(rng))
    sheet.skip(8)
    town = case.province.partition(" ")[2].removeprefix("phố ")
    sheet.text(Run(f"{town}, {long_date(issued)}", italic=True), x=sheet.left + sheet.width * 0.45, align="centre")
    signatures(
        sheet, rng,
        Signer(("Cha/mẹ/người nuôi dưỡng",), case.mother.titled_name, hint="(Ký, ghi rõ họ tên)"),
        Signer(("Người đỡ đẻ",), officer(rng), hint="(Ký, ghi rõ họ tên)"),
        Signer(("Thủ trưởng cơ sở y tế",), officer(rng), hint="(Ký tên, đóng dấu)", seal=(case.hospital.upper(), "SỞ Y TẾ")),
        size=style.size - 1,
    )  # fmt: skip
    sheet.skip(10)
    sheet.text(
        "Lưu ý: Giấy chứng sinh cấp lần đầu: ☒ Cấp lại: ☐ . Đăng ký khai sinh cho trẻ trong thời hạn 60 ngày.",
        size=style.size - 3,
    )
    return paper


def birth_certificate(case: Birth, style: Style, rng: Random, form: DateForm, part: Part = Part.RESULT) -> Paper:
    """The result of a registration; as a component it is a certified copy of an older one."""
    paper = Paper(
        DocumentType.BIRTH_CERTIFICATE, part, "GIẤY KHAI SINH", style, case.registered_on, rng,
        number=f"{rng.randrange(1, 420):02d}/{case.registered_on.year}", issued_by=case.office.committee,
        date_form=form, bordered=True,
    )  # fmt: skip
    sheet = paper.sheet()
    sheet.skip(8)
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 4, after=2)
    sheet.centred(f"Số: {paper.number}", after=8)
    _child(paper, sheet, case)
    for role, label, party in ((Role.MOTHER, "mẹ", case.mother), (Role.FATHER, "cha", case.father)):
        if party is not None:
            _parent(sheet, paper.names(role, party, faithful=True), label, with_papers=False)
    informant = paper.names(Role.APPLICANT, case.applicant, optional=True)
    sheet.field("Họ, chữ đệm, tên người đi khai sinh", informant.name())
    sheet.field("Giấy tờ tùy thân", informant.papers())
    sheet.field("Nơi đăng ký khai sinh", case.office.committee_in_full)
    sheet.field("Ngày, tháng, năm đăng ký", long_date(case.registered_on))
    sheet.skip(8)
    signatures(
        sheet, rng,
        Signer(("NGƯỜI THỰC HIỆN",), officer(rng)),
        committee_signer(rng, case.office, over=("NGƯỜI KÝ GIẤY KHAI SINH",)),
    )  # fmt: skip
    if part is Part.COMPONENT:
        paper.certified_copy = True
        certified(sheet, rng, case.office.committee, case.registered_on + timedelta(days=rng.randrange(0, 30)))
    return paper
