"""Papers of a marriage: declaration (a table, wife or husband first) and certificate (two columns)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import Office, Signer, committee_signer, national_head, signatures
from scripts.samples.paper import Mention, Paper
from scripts.samples.people import Party
from scripts.samples.sheet import Inline, Run, Style
from scripts.samples.tables import table
from scripts.samples.wording import DateForm, long_date

_PROMISE = (
    "Chúng tôi cam đoan những lời khai trên đây là đúng sự thật, việc kết hôn của chúng tôi là tự nguyện, không vi "
    "phạm quy định của Luật Hôn nhân và gia đình Việt Nam. Chúng tôi chịu hoàn toàn trách nhiệm trước pháp luật về "
    "nội dung cam đoan của mình."
)


@dataclass(frozen=True, slots=True)
class Marriage:
    """Who marries whom, where, registered when."""

    wife: Party
    husband: Party
    office: Office
    registered_on: date


def marriage_declaration(case: Marriage, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    paper = Paper(
        DocumentType.MARRIAGE_DECLARATION, Part.COMPONENT, "TỜ KHAI ĐĂNG KÝ KẾT HÔN", style, case.office.on, rng,
        date_form=form, hand_share=hand,
    )  # fmt: skip
    sheet = paper.sheet()
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1.5, after=2)
    sheet.centred(f"Kính gửi: {case.office.committee}", after=8)
    sheet.text("Chúng tôi đề nghị quý cơ quan đăng ký kết hôn với thông tin như sau:", after=6)
    sides = _sides(case, rng)
    people = [(title, paper.names(role, party), party) for title, role, party in sides]
    rows: list[list[Inline]] = [["", *(Run(title, bold=True) for title, _, _ in people)]]
    rows += [["Họ, chữ đệm, tên", *(who.name() for _, who, _ in people)]]
    rows += [["Ngày, tháng, năm sinh", *(who.birth() for _, who, _ in people)]]
    rows += [["Dân tộc", *(who.ethnicity() for _, who, _ in people)]]
    rows += [["Quốc tịch", *(who.nationality() for _, who, _ in people)]]
    rows += [["Nơi cư trú", *(who.residence() for _, who, _ in people)]]
    rows += [["Giấy tờ tùy thân", *(who.papers() for _, who, _ in people)]]
    rows += [["Kết hôn lần thứ mấy", *(rng.choice(("01", "01", "02")) for _ in people)]]
    table(sheet, rows, (0.24, 0.38, 0.38))
    sheet.skip(4)
    sheet.text(_PROMISE, align="justify", first=22, after=2)
    copies = rng.randrange(0, 5)
    sheet.text(f"Đề nghị cấp bản sao: {'Có' if copies else 'Không'}. Số lượng: {copies:02d} bản", after=4)
    place = f"{case.office.commune}, {long_date(case.office.on)}"
    sheet.text(Run(place, italic=True), x=sheet.left + sheet.width * 0.42, align="centre")
    hint = "(Ký, ghi rõ họ, chữ đệm, tên)"
    signatures(
        sheet,
        rng,
        *(Signer((title,), party.titled_name, hint=hint) for title, _, party in people),
        size=style.size - 0.5,
    )
    return paper


def _sides(case: Marriage, rng: Random) -> list[tuple[str, Role, Party]]:
    sides = [("Bên nữ", Role.WIFE, case.wife), ("Bên nam", Role.HUSBAND, case.husband)]
    return sides if rng.random() < 0.6 else sides[::-1]


def marriage_certificate(case: Marriage, style: Style, rng: Random, form: DateForm) -> Paper:
    day = case.registered_on
    paper = Paper(
        DocumentType.MARRIAGE_CERTIFICATE, Part.RESULT, "GIẤY CHỨNG NHẬN KẾT HÔN", style, day, rng,
        number=f"{rng.randrange(1, 260):02d}/{day.year}", issued_by=case.office.committee, date_form=form, bordered=True,
    )  # fmt: skip
    sheet = paper.sheet()
    sheet.skip(10)
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 4, after=2)
    sheet.centred(f"Số: {paper.number}", after=10)
    top = bottom = sheet.y
    half = sheet.width / 2
    columns = (("vợ", Role.WIFE, case.wife), ("chồng", Role.HUSBAND, case.husband))
    for index, (label, role, party) in enumerate(columns):
        sheet.y = top
        who = paper.names(role, party, faithful=True)
        for line in _column(who, label):
            sheet.text(line, x=sheet.left + index * half, width=half - 12)
        bottom = max(bottom, sheet.y)
    sheet.y = bottom + 8
    sheet.field("Nơi đăng ký kết hôn", case.office.committee_in_full)
    sheet.field("Ngày, tháng, năm đăng ký", long_date(day))
    sheet.skip(10)
    hint = "(Ký, ghi rõ họ, chữ đệm, tên)"
    signatures(
        sheet, rng,
        Signer(("Vợ",), case.wife.titled_name, hint=hint),
        Signer(("Chồng",), case.husband.titled_name, hint=hint),
        committee_signer(rng, case.office, over=("NGƯỜI KÝ GIẤY CHỨNG NHẬN",)),
        size=style.size - 1.5,
    )  # fmt: skip
    return paper


def _column(who: Mention, label: str) -> list[Inline]:
    return [
        f"Họ, chữ đệm, tên {label}:",
        who.name(bold=True),
        ["Ngày, tháng, năm sinh:", who.birth()],
        ["Dân tộc:", who.ethnicity()],
        ["Quốc tịch:", who.nationality()],
        ["Nơi cư trú:", who.residence()],
        ["Giấy tờ tùy thân:", *who.papers()],
    ]
