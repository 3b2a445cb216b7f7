"""Papers of a household business: application (two pages) and certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import Office, Signer, national_head, officer, signatures, two_heads
from scripts.samples.paper import Paper
from scripts.samples.people import Party
from scripts.samples.sheet import Run, Style
from scripts.samples.wording import DateForm, long_date, lowered

TRADES = (
    "Bán lẻ lương thực, thực phẩm", "Dịch vụ ăn uống, giải khát", "Sửa chữa xe máy, bán phụ tùng", "Cắt tóc, gội đầu",
    "May đo quần áo", "Bán lẻ vật liệu xây dựng", "Gia công cơ khí, hàn tiện", "Mua bán hàng tạp hóa", "Giặt là",
)  # fmt: skip
_PROMISES = (
    (
        "- Bản thân và các thành viên tham gia thành lập hộ kinh doanh không thuộc diện pháp luật cấm kinh doanh; không "
        "đồng thời là chủ hộ kinh doanh khác; không là chủ doanh nghiệp tư nhân; không là thành viên hợp danh của công "
        "ty hợp danh."
    ),
    (
        "- Địa điểm kinh doanh thuộc quyền sử dụng hợp pháp của hộ kinh doanh và được sử dụng đúng mục đích theo quy "
        "định của pháp luật."
    ),
    ("- Chịu trách nhiệm trước pháp luật về tính hợp pháp, chính xác, trung thực của nội dung đăng ký trên."),
)


@dataclass(frozen=True, slots=True)
class Business:
    """Who opens which trade where, with what capital."""

    owner: Party
    title: str
    seat: str
    trade: str
    capital: str
    office: Office
    issued_on: date

    @property
    def division(self) -> str:
        """The division that registers: of the district before the merger, of the commune since."""
        return "Phòng Tài chính - Kế hoạch" if self.office.old else "Phòng Kinh tế"

    @property
    def seat_of_division(self) -> str:
        return self.office.place.district if self.office.old else self.office.commune


def household_business_application(case: Business, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    paper = Paper(
        DocumentType.HOUSEHOLD_BUSINESS_APPLICATION, Part.COMPONENT, "GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH", style,
        case.office.on, rng, date_form=form, hand_share=hand,
    )  # fmt: skip
    sheet = paper.sheet()
    national_head(sheet)
    sheet.text(
        Run(f"{case.office.commune}, {long_date(case.office.on)}", italic=True),
        x=sheet.left + sheet.width * 0.4, align="centre", after=8,
    )  # fmt: skip
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1.5, after=2)
    sheet.centred(f"Kính gửi: {case.division} {lowered(case.seat_of_division)}", after=8)
    who = paper.names(Role.BUSINESS_OWNER, case.owner)
    sheet.field("Tôi là (ghi họ tên bằng chữ in hoa)", who.name())
    sheet.fields(("Ngày sinh", who.birth()), ("Giới tính", who.sex()), stops=(0, 0.6))
    sheet.fields(("Dân tộc", who.ethnicity()), ("Quốc tịch", who.nationality()))
    if rng.random() < 0.5:
        sheet.boxes("Số định danh cá nhân", who.number())
    else:
        sheet.field("Số định danh cá nhân", who.number())
    sheet.field("Nơi thường trú", who.residence())
    sheet.field("Điện thoại", f"09{rng.randrange(10**7, 10**8)}")
    sheet.text(Run("Đề nghị đăng ký hộ kinh doanh do tôi là chủ hộ với các nội dung sau:", bold=True))
    sheet.field("Tên hộ kinh doanh", case.title)
    sheet.field("Địa chỉ trụ sở hộ kinh doanh", case.seat)
    sheet.field("Ngành, nghề kinh doanh", case.trade)
    sheet.field("Vốn kinh doanh", f"{case.capital} đồng")
    sheet.field("Số lượng lao động dự kiến", f"{rng.randrange(1, 10):02d}")
    sheet = paper.sheet()
    sheet.text(Run("Tôi xin cam kết:", bold=True))
    for promise in _PROMISES:
        sheet.text(promise, align="justify", after=2)
    sheet.skip(12)
    signatures(sheet, rng, Signer(("CHỦ HỘ KINH DOANH",), case.owner.name, hint="(Ký và ghi họ tên)"))
    sheet.skip(16)
    sheet.text(Run("Các giấy tờ gửi kèm:", bold=True, italic=True), size=style.size - 1)
    for line in ("- Bản sao giấy tờ pháp lý của cá nhân;", "- Giấy tờ chứng minh quyền sử dụng địa điểm kinh doanh."):
        sheet.text(line, size=style.size - 1)
    return paper


def household_business_certificate(case: Business, style: Style, rng: Random, form: DateForm) -> Paper:
    place = case.office.place
    number = f"{place.old_province_code}{rng.choice('ABCD')}8{rng.randrange(10**6):06d}"
    paper = Paper(
        DocumentType.HOUSEHOLD_BUSINESS_CERTIFICATE, Part.RESULT, "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", style,
        case.issued_on, rng, number=number, issued_by=case.division, date_form=form, bordered=True,
    )  # fmt: skip
    sheet = paper.sheet()
    above = f"ỦY BAN NHÂN DÂN {case.seat_of_division.upper()}"
    two_heads(sheet, above, case.division.upper(), place=case.seat_of_division, on=case.issued_on)
    sheet.skip(6)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 2)
    sheet.centred(f"Số: {number}")
    sheet.centred(Run(f"Đăng ký lần đầu, {long_date(case.issued_on)}", italic=True), after=8)
    sheet.field("Tên hộ kinh doanh", Run(case.title, bold=True))
    sheet.field("Địa chỉ trụ sở", case.seat)
    sheet.field("Ngành, nghề kinh doanh", case.trade)
    sheet.field("Vốn kinh doanh", f"{case.capital} đồng")
    who = paper.names(Role.BUSINESS_OWNER, case.owner, faithful=True)
    sheet.field("Họ và tên chủ hộ kinh doanh", who.name(bold=True))
    sheet.fields(("Giới tính", who.sex()), ("Sinh ngày", who.birth()), stops=(0, 0.4))
    sheet.fields(("Dân tộc", who.ethnicity()), ("Quốc tịch", who.nationality()), stops=(0, 0.4))
    sheet.field("Số định danh cá nhân", who.number())
    sheet.field("Nơi thường trú", who.residence())
    sheet.skip(12)
    seal_text = (case.division.upper(), case.seat_of_division.upper())
    signatures(sheet, rng, Signer(("TRƯỞNG PHÒNG",), officer(rng), seal=seal_text))
    return paper
