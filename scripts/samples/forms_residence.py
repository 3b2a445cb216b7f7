"""Papers of a change of residence: declaration CT01 (two pages), lease, the police's notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import Office, Signer, national_head, officer, signatures, two_heads
from scripts.samples.paper import Paper
from scripts.samples.people import Party
from scripts.samples.sheet import Inline, Run, Sheet, Style
from scripts.samples.tables import table
from scripts.samples.wording import DateForm, long_date, lowered

_NOTES = (
    "(1) Cơ quan đăng ký cư trú.",
    (
        "(2) Ghi rõ ràng, cụ thể nội dung đề nghị. Ví dụ: đăng ký thường trú; đăng ký tạm trú; tách hộ; xác nhận thông "
        "tin về cư trú."
    ),
    (
        "(3) Áp dụng đối với các trường hợp quy định tại Luật Cư trú. Việc lấy ý kiến của chủ hộ được thực hiện theo "
        "phương thức ký trực tiếp vào Tờ khai hoặc xác nhận qua ứng dụng VNeID."
    ),
    "(4) Trường hợp người chưa thành niên thì cha, mẹ hoặc người giám hộ phải ghi rõ ý kiến đồng ý.",
)
_LEASE_ARTICLES = (
    (
        "Quyền và nghĩa vụ của bên A. Giao nhà đúng thời hạn; bảo đảm quyền sử dụng trọn vẹn căn nhà cho bên B; sửa "
        "chữa kết cấu chính khi hư hỏng không do lỗi của bên B."
    ),
    (
        "Quyền và nghĩa vụ của bên B. Trả đủ tiền thuê; sử dụng nhà đúng mục đích; giữ gìn vệ sinh, an ninh trật tự; "
        "không cho thuê lại nếu bên A không đồng ý bằng văn bản."
    ),
    (
        "Điều khoản chung. Hợp đồng được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản và có hiệu lực kể từ "
        "ngày ký."
    ),
)


@dataclass(frozen=True, slots=True)
class Move:
    """Who moves into whose household, with whom (and how they are related to its head), into whose house."""

    applicant: Party
    head: Party
    relation: str
    members: Sequence[tuple[Party, str]]
    landlord: Party
    office: Office
    decided_on: date

    @property
    def police(self) -> str:
        return f"Công an {lowered(self.office.commune)}"


def residence_declaration(case: Move, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    paper = Paper(
        DocumentType.RESIDENCE_DECLARATION, Part.COMPONENT, "TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ", style, case.office.on, rng,
        date_form=form, hand_share=hand,
    )  # fmt: skip
    sheet = paper.sheet()
    circular = "66/2023/TT-BCA" if case.office.old else "53/2025/TT-BCA"
    sheet.text(
        Run(f"Mẫu CT01 ban hành kèm theo Thông tư số {circular}", italic=True), size=style.size - 2.5,
        x=sheet.left + sheet.width * 0.3, align="centre", after=4,
    )  # fmt: skip
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1.5, after=2)
    sheet.centred(f"Kính gửi: {case.police}", after=8)
    who = paper.names(Role.APPLICANT, case.applicant)
    head = paper.names(Role.HOUSEHOLD_HEAD, case.head, faithful=True)
    sheet.field("1. Họ, chữ đệm và tên khai sinh", who.name())
    sheet.fields(("2. Ngày, tháng, năm sinh", who.birth()), ("3. Giới tính", who.sex()), stops=(0, 0.66))
    sheet.boxes("4. Số định danh cá nhân", who.number())
    contact = f"09{rng.randrange(10**7, 10**8)}"
    mail = f"mau{rng.randrange(10, 999)}@example.vn"
    sheet.fields(("5. Số điện thoại liên hệ", contact), ("6. Email", mail), stops=(0, 0.54))
    sheet.field("7. Họ, chữ đệm và tên chủ hộ", head.name())
    sheet.field("8. Mối quan hệ với chủ hộ", case.relation)
    sheet.boxes("9. Số định danh cá nhân của chủ hộ", head.number())
    content = rng.choice(("Đăng ký thường trú vào chỗ ở hợp pháp thuê", "Đăng ký thường trú", "Đăng ký tạm trú"))
    sheet.field("10. Nội dung đề nghị", content)
    sheet.text("11. Những thành viên trong hộ gia đình cùng thay đổi:", after=4)
    _members(paper, sheet, case)
    _opinions(paper, case, rng)
    return paper


def _members(paper: Paper, sheet: Sheet, case: Move) -> None:
    titles = (
        "TT",
        "Họ, chữ đệm và tên",
        "Ngày, tháng, năm sinh",
        "Giới tính",
        "Số định danh cá nhân",
        "Mối quan hệ với chủ hộ",
    )
    rows: list[list[Inline]] = [[Run(title, bold=True) for title in titles]]
    for index, (party, relation) in enumerate(case.members, 1):
        who = paper.names(Role.HOUSEHOLD_MEMBER, party, faithful=True)
        rows.append([str(index), who.name(), who.birth(DateForm.SLASHES), who.sex_word(), who.number(), relation])
    while len(rows) < 4:
        rows.append(["", "", "", "", "", ""])
    table(sheet, rows, (0.07, 0.28, 0.17, 0.1, 0.22, 0.16), size=sheet.style.size - 1.5)


def _opinions(paper: Paper, case: Move, rng: Random) -> None:
    sheet = paper.sheet()
    day = f"{case.office.commune}, {long_date(case.office.on)}"
    sheet.text(Run(day, italic=True), x=sheet.left + sheet.width * 0.4, align="centre", after=8)
    hint = "(Ký, ghi rõ họ tên)"
    top = sheet.y
    signatures(
        sheet, rng,
        Signer(("Ý KIẾN CỦA CHỦ HỘ",), case.head.titled_name, hint="(Ghi rõ nội dung và ký, ghi rõ họ tên) Đồng ý"),
        Signer(("Ý KIẾN CỦA CHỦ SỞ HỮU CHỖ Ở HỢP PHÁP",), case.landlord.titled_name, hint=hint),
        Signer(("Ý KIẾN CỦA CHA, MẸ HOẶC NGƯỜI GIÁM HỘ",), "", hint=hint),
        Signer(("NGƯỜI KÊ KHAI",), case.applicant.titled_name, hint=hint),
        size=sheet.style.size - 2, room=70,
    )  # fmt: skip
    sheet.y = max(sheet.y, top + 150) + 26
    sheet.text(Run("Chú thích:", bold=True), size=sheet.style.size - 2)
    for note in _NOTES:
        sheet.text(note, size=sheet.style.size - 2.5, align="justify", after=1)


def lease(case: Move, style: Style, rng: Random, form: DateForm) -> Paper:
    """A lease of two pages; its parties identify nobody for the procedure, so they are optional."""
    day = case.office.on - timedelta(days=rng.randrange(10, 90))
    paper = Paper(DocumentType.OTHER, Part.COMPONENT, "HỢP ĐỒNG THUÊ NHÀ", style, day, rng, date_form=form)
    sheet = paper.sheet()
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 2)
    sheet.centred(f"Số: {rng.randrange(3, 90):02d}/HĐTN", after=6)
    place = case.office.committee_in_full
    sheet.text(f"Hôm nay, {long_date(day)}, tại {place}, chúng tôi gồm có:", align="justify")
    for heading, party in (("BÊN CHO THUÊ (BÊN A):", case.landlord), ("BÊN THUÊ (BÊN B):", case.applicant)):
        who = paper.names(Role.APPLICANT, party, optional=True)
        sheet.text(Run(heading, bold=True))
        sheet.text(["Ông/Bà:", who.name(capitals=False), "; sinh ngày:", who.birth()])
        sheet.text(["Giấy tờ tùy thân:", *who.papers()])
        sheet.text(["Địa chỉ:", who.residence()])
    articles = (
        (
            f"Đối tượng của hợp đồng. Bên A cho bên B thuê căn nhà cấp {rng.randrange(2, 5)}, diện tích sử dụng "
            f"{rng.randrange(18, 90)} m², để ở và đăng ký cư trú theo quy định của pháp luật."
        ),
        (
            f"Giá thuê và thời hạn. Giá thuê là {rng.randrange(15, 80) / 10:.1f}00.000 đồng/tháng, trả vào ngày 05 hằng "
            f"tháng; thời hạn thuê {rng.choice((12, 24, 36))} tháng kể từ ngày ký."
        ),
        *_LEASE_ARTICLES,
    )
    for index, text in enumerate(articles, 1):
        if index == 3:
            sheet = paper.sheet()
        sheet.text([Run(f"Điều {index}.", bold=True), text], first=24, align="justify", after=3)
    sheet.skip(14)
    signatures(
        sheet,
        rng,
        Signer(("BÊN CHO THUÊ",), case.landlord.titled_name),
        Signer(("BÊN THUÊ",), case.applicant.titled_name),
    )
    return paper


def notice(case: Move, style: Style, rng: Random, form: DateForm) -> Paper:
    paper = Paper(
        DocumentType.NOTICE, Part.RESULT, "THÔNG BÁO", style, case.decided_on, rng,
        number=f"{rng.randrange(20, 900)}/TB-CAX", issued_by=case.police, date_form=form,
    )  # fmt: skip
    sheet = paper.sheet()
    above = f"CÔNG AN {case.office.above.upper()}"
    two_heads(
        sheet, above, case.police.upper(), number=f"Số: {paper.number}", place=case.office.commune, on=case.decided_on
    )
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1)
    sheet.centred(Run("Về kết quả giải quyết, hủy bỏ đăng ký cư trú", bold=True))
    sheet.rule(110)
    sheet.skip(10)
    who = paper.names(Role.APPLICANT, case.applicant, optional=True)
    capitals = rng.random() < 0.5
    sheet.centred(["Kính gửi: Ông/bà", who.name(capitals=capitals)], after=6)
    sheet.text(
        f"Căn cứ Luật Cư trú và hồ sơ đăng ký của ông/bà, {case.police} thông báo như sau:", first=24, align="justify"
    )
    sheet.text(["Họ, chữ đệm và tên:", who.name(capitals=capitals)])
    sheet.text(["Số định danh cá nhân:", who.number()])
    sheet.text(["Nơi thường trú:", who.residence()])
    sheet.text("Nội dung: Đã đăng ký thường trú và cập nhật vào Cơ sở dữ liệu về cư trú", after=2)
    sheet.text(
        "Ông/bà có thể tra cứu thông tin cư trú của mình trên Cổng dịch vụ công quốc gia hoặc ứng dụng định danh quốc gia.",
        first=24, align="justify", after=10,
    )  # fmt: skip
    top = sheet.y
    sheet.text(Run("Nơi nhận:", bold=True, italic=True), size=style.size - 1.5)
    for line in ("- Như trên;", "- Lưu: Hồ sơ."):
        sheet.text(line, size=style.size - 2.5)
    sheet.y = top - 4
    chief = Signer(("TRƯỞNG CÔNG AN",), officer(rng), seal=(case.police.upper(), case.office.above.upper()))
    signatures(sheet, rng, chief)
    return paper
