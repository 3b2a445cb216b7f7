"""Papers on marital status and on extracts of the civil register: two declarations and a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import Office, committee_signer, declared, national_head, signatures, two_heads
from scripts.samples.paper import Mention, Paper
from scripts.samples.people import Party
from scripts.samples.sheet import Run, Sheet, Style
from scripts.samples.wording import DateForm, lowered

_PROMISE = "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam đoan của mình."
STATES = (
    "Chưa đăng ký kết hôn với ai",
    "Hiện tại đang có vợ/chồng",
    "Đã đăng ký kết hôn, nhưng đã ly hôn; từ đó đến nay chưa đăng ký kết hôn với ai",
    "Đã đăng ký kết hôn, nhưng vợ/chồng đã chết; từ đó đến nay chưa đăng ký kết hôn với ai",
)
PURPOSES = ("Để kết hôn", "Để bổ sung hồ sơ vay vốn", "Để mua bán nhà, đất", "Để bổ sung hồ sơ xin việc")


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for a paper about whom, at which office, and when it is issued."""

    applicant: Party
    subject: Party
    relation: str
    office: Office
    issued_on: date
    state: str = STATES[0]
    purpose: str = PURPOSES[0]


def _applicant(paper: Paper, sheet: Sheet, case: Request, relation_label: str) -> None:
    who = paper.names(Role.APPLICANT, case.applicant)
    sheet.field("Họ, chữ đệm, tên người yêu cầu", who.name(capitals=paper.rng.random() < 0.6))
    sheet.field("Nơi cư trú", who.residence())
    sheet.field("Giấy tờ tùy thân", who.papers())
    sheet.field(relation_label, case.relation)


def _subject(sheet: Sheet, who: Mention) -> None:
    sheet.field("Họ, chữ đệm, tên", who.name(bold=True))
    sheet.field("Ngày, tháng, năm sinh", who.birth())
    sheet.fields(
        ("Giới tính", who.sex()), ("Dân tộc", who.ethnicity()), ("Quốc tịch", who.nationality()), stops=(0, 0.34, 0.66)
    )


def _declaration(type_: DocumentType, title: str, case: Request, style: Style, rng: Random, form: DateForm, hand: float) -> tuple[Paper, Sheet]:  # fmt: skip
    paper = Paper(type_, Part.COMPONENT, title, style, case.office.on, rng, date_form=form, hand_share=hand)
    sheet = paper.sheet()
    national_head(sheet)
    sheet.centred(Run(title, bold=True), size=style.size + 1, after=2)
    sheet.centred(f"Kính gửi: {case.office.committee}", after=8)
    return paper, sheet


def marital_status_declaration(case: Request, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    title = "TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN"
    paper, sheet = _declaration(DocumentType.MARITAL_STATUS_DECLARATION, title, case, style, rng, form, hand)
    _applicant(paper, sheet, case, "Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân")
    ask = "Đề nghị cấp Giấy xác nhận tình trạng hôn nhân cho người có tên dưới đây:"
    sheet.text(Run(ask, bold=True))
    who = paper.names(Role.SUBJECT, case.subject)
    _subject(sheet, who)
    sheet.field("Nơi cư trú", who.residence())
    sheet.field("Giấy tờ tùy thân", who.papers())
    sheet.field("Tình trạng hôn nhân", case.state)
    sheet.field("Mục đích sử dụng Giấy xác nhận tình trạng hôn nhân", case.purpose)
    declared(sheet, rng, _PROMISE, case.office.commune, case.office.on, case.applicant.titled_name)
    return paper


def marital_status_certificate(case: Request, style: Style, rng: Random, form: DateForm, part: Part) -> Paper:
    paper = Paper(
        DocumentType.MARITAL_STATUS_CERTIFICATE, part, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", style, case.issued_on, rng,
        number=f"{rng.randrange(5, 320):02d}/UBND-XNTTHN", issued_by=case.office.committee, date_form=form,
    )  # fmt: skip
    sheet = paper.sheet()
    two_heads(sheet, *case.office.heads, number=f"Số: {paper.number}", place=case.office.commune, on=case.issued_on)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1.5, after=4)
    sheet.centred(Run(case.office.committee.upper(), bold=True), after=4)
    asker = paper.names(Role.APPLICANT, case.applicant, optional=True)
    own = "cho bản thân." if case.applicant is case.subject else f"cho {lowered(case.relation)}."
    sheet.text(
        ["Xét đề nghị của ông/bà:", asker.name(capitals=rng.random() < 0.4), f", về việc cấp Giấy xác nhận tình trạng hôn nhân {own}"],
        after=3,
    )  # fmt: skip
    sheet.centred(Run("XÁC NHẬN:", bold=True), after=3)
    who = paper.names(Role.SUBJECT, case.subject, faithful=True)
    _subject(sheet, who)
    sheet.field("Giấy tờ tùy thân", who.papers())
    sheet.field("Nơi cư trú", who.residence())
    sheet.field("Tình trạng hôn nhân", case.state)
    sheet.field("Giấy này được cấp để", case.purpose)
    sheet.text("Giấy này có giá trị sử dụng trong thời hạn 06 tháng, kể từ ngày cấp.", after=12)
    signatures(sheet, rng, committee_signer(rng, case.office, over=("TM. ỦY BAN NHÂN DÂN",)))
    return paper


def extract_copy_request(case: Request, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    title = "TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH"
    paper, sheet = _declaration(DocumentType.EXTRACT_COPY_REQUEST, title, case, style, rng, form, hand)
    _applicant(paper, sheet, case, "Quan hệ với người được cấp bản sao Trích lục hộ tịch")
    event = rng.choice(("khai sinh", "kết hôn", "khai tử"))
    sheet.text(Run(f"Đề nghị cơ quan cấp bản sao trích lục {event} cho người có tên dưới đây:", bold=True))
    who = paper.names(Role.SUBJECT, case.subject, optional=True)
    _subject(sheet, who)
    sheet.field("Nơi cư trú", who.residence())
    sheet.field("Giấy tờ tùy thân", who.papers())
    sheet.field("Đã đăng ký tại", case.office.committee_in_full)
    sheet.field("Số lượng bản sao", f"{rng.randrange(1, 5):02d} bản")
    declared(sheet, rng, _PROMISE, case.office.commune, case.office.on, case.applicant.titled_name)
    return paper
