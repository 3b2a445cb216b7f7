"""Papers that any dossier may hold: an office's decision, its receipt, a power of attorney."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import Office, Signer, committee_signer, national_head, officer, signatures, two_heads
from scripts.samples.paper import Paper
from scripts.samples.people import Party
from scripts.samples.sheet import Run, Style
from scripts.samples.wording import DateForm, long_date, lowered

_ABSTRACTS = (
    ("Về việc xác nhận nơi cư trú hợp pháp", "Xác nhận nơi cư trú hợp pháp của"),
    ("Về việc hỗ trợ chi phí hỏa táng", "Hỗ trợ chi phí hỏa táng cho thân nhân của"),
    ("Về việc trợ cấp xã hội hằng tháng", "Trợ cấp xã hội hằng tháng đối với"),
    ("Về việc công nhận hộ gia đình văn hóa", "Công nhận danh hiệu gia đình văn hóa đối với hộ"),
)
_GROUNDS = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    (
        "Căn cứ Nghị định số 20/2021/NĐ-CP ngày 15 tháng 3 năm 2021 của Chính phủ quy định chính sách trợ giúp xã hội đối "
        "với đối tượng bảo trợ xã hội;"
    ),
)


def decision(party: Party, office: Office, style: Style, rng: Random, form: DateForm) -> Paper:
    """A decision of the commune's chairman, laid out by NĐ 30/2020, annex I; two pages."""
    day = office.on - timedelta(days=rng.randrange(20, 300))
    then = Office(office.place, day)
    abstract, verb = rng.choice(_ABSTRACTS)
    number = rng.randrange(1, 900)
    paper = Paper(
        DocumentType.DECISION, Part.COMPONENT, "QUYẾT ĐỊNH", style, day, rng,
        number=f"{number:02d}/QĐ-UBND", issued_by=then.committee, date_form=form,
    )  # fmt: skip
    sheet = paper.sheet()
    two_heads(sheet, *then.heads, number=f"Số: {paper.number}", place=then.commune, on=day)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1)
    sheet.centred(Run(abstract, bold=True))
    sheet.rule(110)
    sheet.skip(12)
    sheet.centred(Run(f"CHỦ TỊCH {then.committee.upper()}", bold=True), after=6)
    for ground in (*_GROUNDS, "Theo đề nghị của công chức Văn hóa - Xã hội."):
        sheet.text(Run(ground, italic=True), first=28, align="justify", after=3)
    sheet.skip(6)
    sheet.centred(Run("QUYẾT ĐỊNH:", bold=True), after=6)
    who = paper.names(Role.SUBJECT, party, optional=True)
    sheet.text(
        [
            Run("Điều 1.", bold=True), f"{verb} ông (bà)", who.name(capitals=False), ", sinh ngày", who.birth(),
            ", nơi cư trú:", who.residence(), f", theo hồ sơ đã nộp tại {then.committee} kể từ {long_date(day)}.",
        ],
        first=28, align="justify", after=4,
    )  # fmt: skip
    sheet = paper.sheet()
    sheet.y -= 14
    sheet.centred("2", after=10)
    articles = (
        ("Điều 2.", ("Kinh phí thực hiện được chi từ nguồn ngân sách địa phương theo phân cấp hiện hành; việc chi trả "
         "thực hiện qua tài khoản hoặc tại điểm chi trả gần nhất.")),
        ("Điều 3.", "Quyết định này có hiệu lực kể từ ngày ký."),
        ("Điều 4.", ("Văn phòng, công chức Văn hóa - Xã hội, thủ trưởng các đơn vị có liên quan và ông (bà) có tên tại "
         "Điều 1 chịu trách nhiệm thi hành Quyết định này./.")),
    )  # fmt: skip
    for article, text in articles:
        sheet.text([Run(article, bold=True), text], first=28, align="justify", after=4)
    sheet.skip(10)
    top = sheet.y
    sheet.text(Run("Nơi nhận:", bold=True, italic=True), size=style.size - 1.5)
    for line in ("- Như Điều 4;", f"- UBND {lowered(then.above)} (để b/c);", "- Lưu: VT, VHXH."):
        sheet.text(line, size=style.size - 2.5)
    sheet.y = top - 4
    signatures(sheet, rng, committee_signer(rng, then))
    return paper


def receipt(
    party: Party, office: Office, code: str, request: str, listed: list[str], style: Style, rng: Random
) -> Paper:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""
    above, issuer = office.committee.upper(), office.one_stop.upper()
    paper = Paper(
        DocumentType.RECEIPT, Part.OTHER, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", style, office.on, rng,
        number=code, issued_by=office.one_stop,
    )  # fmt: skip
    sheet = paper.sheet()
    two_heads(sheet, above, issuer, number=f"Số: {code}", place=office.commune, on=office.on)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1, after=8)
    sheet.field("Mã hồ sơ", code)
    who = paper.names(Role.APPLICANT, party, faithful=True)
    sheet.field("Tiếp nhận hồ sơ của", who.name())
    sheet.field("Địa chỉ", who.residence())
    sheet.field("Số điện thoại", f"09{rng.randrange(10**7, 10**8)}")
    sheet.field("Nội dung yêu cầu giải quyết", request)
    sheet.text("Thành phần hồ sơ nộp gồm:")
    for index, line in enumerate(listed, 1):
        sheet.text(f"{index}. {line}", first=22)
    sheet.field("Số lượng hồ sơ", "01 (bộ)")
    days = rng.choice((1, 3, 5))
    sheet.field("Thời gian giải quyết hồ sơ theo quy định là", f"{days:02d} ngày làm việc")
    clock = f"{rng.randrange(7, 17):02d} giờ {rng.randrange(60):02d} phút"
    due = office.on + timedelta(days=days)
    sheet.field("Thời gian nhận hồ sơ", f"{clock}, {long_date(office.on)}")
    sheet.field("Thời gian trả kết quả giải quyết hồ sơ", f"16 giờ 30 phút, {long_date(due)}")
    sheet.field("Đăng ký nhận kết quả tại", office.one_stop)
    sheet.text(
        f"Vào Sổ theo dõi hồ sơ, Quyển số: {rng.randrange(1, 9):02d} Số thứ tự: {rng.randrange(20, 990)}", after=10
    )
    hint = "(Ký và ghi rõ họ tên)"
    signatures(
        sheet, rng,
        Signer(("NGƯỜI NỘP HỒ SƠ",), party.titled_name, hint=hint),
        Signer(("NGƯỜI TIẾP NHẬN HỒ SƠ",), officer(rng), hint=hint),
        size=style.size - 1,
    )  # fmt: skip
    return paper


def power_of_attorney(
    grantor: Party, agent: Party, request: str, office: Office, style: Style, rng: Random, form: DateForm
) -> Paper:
    """Giấy ủy quyền: both parties are on it, neither is the dossier's subject, so they count as optional."""
    paper = Paper(
        DocumentType.POWER_OF_ATTORNEY, Part.COMPONENT, "GIẤY ỦY QUYỀN", style, office.on, rng, date_form=form
    )
    sheet = paper.sheet()
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 2, after=2)
    sheet.centred(Run(f"{office.commune}, {long_date(office.on)}", italic=True), after=8)
    for heading, party in (("BÊN ỦY QUYỀN:", grantor), ("BÊN ĐƯỢC ỦY QUYỀN:", agent)):
        who = paper.names(Role.APPLICANT, party, optional=True)
        sheet.text(Run(heading, bold=True), after=1)
        sheet.field("Họ và tên", who.name(bold=True))
        sheet.field("Sinh ngày", who.birth())
        sheet.field("Giấy tờ tùy thân", who.papers())
        sheet.field("Nơi cư trú", who.residence())
        sheet.skip(4)
    sheet.text(Run("NỘI DUNG ỦY QUYỀN:", bold=True), after=1)
    sheet.text(
        f"Bên được ủy quyền thay mặt bên ủy quyền nộp hồ sơ, bổ sung giấy tờ và nhận kết quả thủ tục {request} tại "
        f"{office.committee_in_full}.",
        first=28, align="justify", after=3,
    )  # fmt: skip
    sheet.text(
        "Thời hạn ủy quyền: kể từ ngày ký đến khi hoàn thành công việc. Bên ủy quyền chịu trách nhiệm về những việc "
        "bên được ủy quyền nhân danh mình thực hiện trong phạm vi ủy quyền.",
        first=28, align="justify", after=12,
    )  # fmt: skip
    hint = "(Ký, ghi rõ họ tên)"
    signatures(
        sheet, rng,
        Signer(("BÊN ỦY QUYỀN",), grantor.titled_name, hint=hint),
        Signer(("BÊN ĐƯỢC ỦY QUYỀN",), agent.titled_name, hint=hint),
    )  # fmt: skip
    return paper
