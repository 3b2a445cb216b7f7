"""Declarations of offices' own making: the same persons and facts in other sections, orders and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from models.document import DocumentType
from models.identity import Role
from scripts.samples.blocks import declared
from scripts.samples.forms_birth import Birth
from scripts.samples.forms_business import Business
from scripts.samples.forms_death import Death
from scripts.samples.forms_marriage import Marriage
from scripts.samples.forms_status import Request
from scripts.samples.own_blocks import PROMISES, Block, declaration, in_columns, opened, print_block
from scripts.samples.paper import Paper
from scripts.samples.person_fields import field_order
from scripts.samples.sheet import Run, Sheet, Style
from scripts.samples.wording import DateForm, day_in_words, long_date, lowered

_FULL = ("name", "birth", "sex", "ethnicity", "nationality", "residence", "papers")


def birth_declaration(case: Birth, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    titles = (
        "TỜ KHAI ĐĂNG KÝ KHAI SINH",
        "TỜ KHAI ĐĂNG KÝ KHAI SINH",
        "ĐƠN ĐỀ NGHỊ ĐĂNG KÝ KHAI SINH",
        "TỜ KHAI KHAI SINH",
    )
    relation = "Mẹ đẻ" if case.applicant is case.mother else "Cha đẻ"
    parents = ("name", "year", "ethnicity", "nationality", "residence", "papers")
    blocks = [
        Block(
            Role.APPLICANT, case.applicant,
            ("NGƯỜI YÊU CẦU ĐĂNG KÝ", "Thông tin người yêu cầu", "Phần kê khai của người yêu cầu", "Người đi khai sinh"),
            ("người yêu cầu", "người đi khai sinh", "người khai", "của người yêu cầu"), ("name", "birth", "residence", "papers"),
            relation=("Quan hệ với người được khai sinh", relation),
        ),
        Block(
            Role.CHILD, case.child,
            ("THÔNG TIN CỦA NGƯỜI ĐƯỢC ĐĂNG KÝ KHAI SINH", "Thông tin về trẻ", "Người được khai sinh", "Phần khai về con"),
            ("người được khai sinh", "trẻ", "của trẻ", "con"), ("name", "birth", "sex", "ethnicity", "nationality", "origin"),
            more=lambda sheet: _birth_words(sheet, case),
        ),
        Block(Role.MOTHER, case.mother, ("THÔNG TIN CỦA MẸ", "Thông tin về người mẹ", "Phần khai về mẹ", "Mẹ"),
              ("người mẹ", "mẹ", "của mẹ"), parents),
    ]  # fmt: skip
    if case.father is not None:
        blocks.append(
            Block(Role.FATHER, case.father, ("THÔNG TIN CỦA CHA", "Thông tin về người cha", "Phần khai về cha", "Cha"),
                  ("người cha", "cha", "của cha"), parents)
        )  # fmt: skip
    orders = ((0, 1, 2, 3), (1, 3, 2, 0), (1, 2, 3, 0), (1, 2, 3, 0), (0, 1, 3, 2))
    ask = (
        "Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:",
        "Đề nghị đăng ký khai sinh cho người có tên dưới đây:",
    )
    return declaration(
        DocumentType.BIRTH_DECLARATION, rng.choice(titles), [blocks[i] for i in rng.choice(orders) if i < len(blocks)],
        ask, style, rng, form, hand, to=case.office.committee, on=case,
    )  # fmt: skip


def _birth_words(sheet: Sheet, case: Birth) -> None:
    sheet.field("Ghi bằng chữ", day_in_words(case.child.birth))
    sheet.field("Nơi sinh", f"{case.hospital}, {lowered(case.province)}")


def death_declaration(case: Death, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    blocks = [
        Block(
            Role.APPLICANT, case.applicant, ("NGƯỜI YÊU CẦU ĐĂNG KÝ", "Thông tin người yêu cầu", "Người đi khai tử"),
            ("người yêu cầu", "người đi khai tử", "người khai"), ("name", "birth", "residence", "papers"),
            relation=("Quan hệ với người đã chết", case.relation),
        ),
        Block(
            Role.DECEASED, case.deceased, ("THÔNG TIN CỦA NGƯỜI CHẾT", "Thông tin người được khai tử", "Phần khai về người chết"),
            ("người chết", "người đã chết", "người được khai tử"),
            ("name", "birth", "sex", "ethnicity", "nationality", "last_residence", "papers"),
            more=lambda sheet: _death(sheet, case, rng),
        ),
    ]  # fmt: skip
    if rng.random() < 0.5:
        blocks.reverse()
    ask = ("Đề nghị cơ quan đăng ký khai tử cho người có tên dưới đây:", "Đề nghị đăng ký khai tử cho người dưới đây:")
    return declaration(
        DocumentType.DEATH_DECLARATION, rng.choice(("TỜ KHAI ĐĂNG KÝ KHAI TỬ", "TỜ KHAI KHAI TỬ")), blocks, ask, style, rng,
        form, hand, to=case.office.committee, on=case,
    )  # fmt: skip


def _death(sheet: Sheet, case: Death, rng: Random) -> None:
    sheet.field(rng.choice(("Đã chết vào lúc", "Chết vào lúc", "Thời gian chết")), case.moment)
    sheet.field("Nơi chết", case.place)
    sheet.field("Nguyên nhân chết", case.cause)
    sheet.field("Số Giấy báo tử/Giấy tờ thay thế Giấy báo tử", case.notification_number)


def marital_status_declaration(case: Request, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    titles = ("TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "ĐƠN XIN XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
              "TỜ KHAI XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")  # fmt: skip
    blocks = _asker_and_subject(
        case, "Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân", ("người được cấp", "người được xác nhận"),
        lambda sheet: _state(sheet, case),
    )  # fmt: skip
    ask = (
        "Đề nghị cấp Giấy xác nhận tình trạng hôn nhân cho người có tên dưới đây:",
        "Đề nghị xác nhận cho người có tên dưới đây:",
    )
    return declaration(
        DocumentType.MARITAL_STATUS_DECLARATION, rng.choice(titles), blocks, ask, style, rng, form, hand,
        to=case.office.committee, on=case,
    )  # fmt: skip


def extract_copy_request(case: Request, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    titles = (
        "TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH",
        "ĐƠN XIN CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH",
        "TỜ KHAI ĐỀ NGHỊ CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH",
    )
    blocks = _asker_and_subject(
        case, "Quan hệ với người được cấp bản sao Trích lục hộ tịch", ("người được cấp bản sao", "người được đăng ký"),
        lambda sheet: sheet.field("Đã đăng ký tại", case.office.committee_in_full), optional=True,
    )  # fmt: skip
    ask = (
        "Đề nghị cơ quan cấp bản sao trích lục khai sinh cho người có tên dưới đây:",
        "Đề nghị cấp bản sao trích lục cho người có tên dưới đây:",
    )
    return declaration(
        DocumentType.EXTRACT_COPY_REQUEST, rng.choice(titles), blocks, ask, style, rng, form, hand, to=case.office.committee,
        on=case,
    )  # fmt: skip


def _asker_and_subject(
    case: Request,
    relation: str,
    whose: Sequence[str],
    more: Callable[[Sheet], None],
    *,
    optional: bool = False,
) -> list[Block]:
    return [
        Block(
            Role.APPLICANT, case.applicant, ("Thông tin người yêu cầu", "NGƯỜI YÊU CẦU", "Thông tin của người yêu cầu"),
            ("người yêu cầu", "người đề nghị", "người khai"), ("name", "residence", "papers"), relation=(relation, case.relation),
        ),
        Block(
            Role.SUBJECT, case.subject, ("Thông tin về người được cấp", "Thông tin người được xác nhận")[: 1 if optional else 2],
            whose, _FULL, more=more, optional=optional,
        ),
    ]  # fmt: skip


def _state(sheet: Sheet, case: Request) -> None:
    sheet.field("Tình trạng hôn nhân", case.state)
    sheet.field("Mục đích sử dụng", case.purpose)


def household_business_application(case: Business, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    titles = (
        "GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH",
        "ĐƠN ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH",
        "GIẤY ĐỀ NGHỊ ĐĂNG KÝ THÀNH LẬP HỘ KINH DOANH",
    )
    owner = Block(
        Role.BUSINESS_OWNER, case.owner, ("Thông tin chủ hộ kinh doanh", "Thông tin về chủ hộ kinh doanh"),
        ("chủ hộ kinh doanh", ""), ("name", "birth", "sex", "ethnicity", "nationality", "number", "residence"),
    )  # fmt: skip
    paper, sheet = opened(DocumentType.HOUSEHOLD_BUSINESS_APPLICATION, rng.choice(titles), style, rng, form, hand, case)
    sheet.centred(f"Kính gửi: {case.division} {lowered(case.seat_of_division)}", after=6)

    def trade() -> None:
        sheet.field("Tên hộ kinh doanh", case.title)
        sheet.field("Địa chỉ trụ sở hộ kinh doanh", case.seat)
        sheet.field("Ngành, nghề kinh doanh", case.trade)
        sheet.field("Vốn kinh doanh", f"{case.capital} đồng")
        sheet.field("Số lượng lao động", f"{rng.randrange(1, 10):02d}")

    first = rng.random() < 0.5
    if first:
        trade()
    print_block(paper, sheet, owner, 0, rng, headed=first or rng.random() < 0.5)
    if not first:
        trade()
    declared(sheet, rng, rng.choice(PROMISES), case.office.commune, case.office.on, case.owner.titled_name)
    return paper


def marriage_declaration(case: Marriage, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    paper, sheet = opened(DocumentType.MARRIAGE_DECLARATION, "TỜ KHAI ĐĂNG KÝ KẾT HÔN", style, rng, form, hand, case)
    sheet.centred(f"Kính gửi: {case.office.committee}", after=6)
    names = rng.choice(
        (("BÊN NỮ", "BÊN NAM"), ("Vợ", "Chồng"), ("Bên nữ", "Bên nam"), ("Thông tin bên nữ", "Thông tin bên nam"))
    )
    sides = list(zip(names, (Role.WIFE, Role.HUSBAND), (case.wife, case.husband), strict=True))
    if rng.random() < 0.5:
        sides.reverse()
    fields = field_order(rng, _FULL[:2] + _FULL[3:])
    if rng.random() < 0.5:
        for nth, (heading, role, party) in enumerate(sides):
            print_block(paper, sheet, Block(role, party, (heading,), ("",), fields), nth, rng, headed=True)
    else:
        in_columns(paper, sheet, sides, fields, rng)
    promise = rng.choice(PROMISES).replace("Tôi", "Chúng tôi")
    sheet.text(promise, align="justify", after=4)
    place = f"{case.office.commune}, {long_date(case.office.on)}"
    sheet.text(Run(place, italic=True), x=sheet.left + sheet.width * 0.42, align="centre")
    return paper
