"""Results and declarations of residence as offices print them otherwise: other orders, columns and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.blocks import (
    Signer,
    certified,
    committee_signer,
    declared,
    national_head,
    officer,
    signatures,
    two_heads,
)
from scripts.samples.forms_birth import Birth
from scripts.samples.forms_marriage import Marriage
from scripts.samples.forms_residence import Move
from scripts.samples.paper import Mention, Paper
from scripts.samples.person_fields import LABELS, describe, field_order, value_of
from scripts.samples.sheet import Inline, Run, Sheet, Style, listed
from scripts.samples.tables import table
from scripts.samples.wording import DateForm, day_in_words, long_date, lowered


def birth_certificate(case: Birth, style: Style, rng: Random, form: DateForm, part: Part = Part.RESULT) -> Paper:
    """The certificate, or the extract that copies it; father or mother first."""
    extract = rng.random() < 0.3
    day = case.registered_on
    paper = Paper(
        DocumentType.BIRTH_CERTIFICATE, part, "TRÍCH LỤC KHAI SINH" if extract else "GIẤY KHAI SINH", style, day, rng,
        number=f"{rng.randrange(1, 420):02d}/{'TLKS-BS' if extract else day.year}", issued_by=case.office.committee,
        date_form=form, bordered=not extract and rng.random() < 0.6,
    )  # fmt: skip
    sheet = paper.sheet()
    if extract:
        two_heads(sheet, *case.office.heads, number=f"Số: {paper.number}", place=case.office.commune, on=day)
    else:
        sheet.skip(8)
        national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 3, after=2)
    if extract:
        sheet.centred(Run("(BẢN SAO)", bold=True), after=4)
    else:
        sheet.centred(f"Số: {paper.number}", after=6)
    child = paper.names(Role.CHILD, case.child, faithful=True)
    describe(sheet, child, field_order(rng, ("name", "birth", "sex", "ethnicity", "nationality", "origin", "number")))
    sheet.field("Ghi bằng chữ", day_in_words(case.child.birth))
    sheet.field("Nơi sinh", f"{case.hospital}, {lowered(case.province)}")
    parents = [(Role.MOTHER, "người mẹ", "mẹ", case.mother), (Role.FATHER, "người cha", "cha", case.father)]
    if rng.random() < 0.5:
        parents.reverse()
    fields = field_order(rng, ("name", "year", "ethnicity", "nationality", "residence"))
    formal = rng.random() < 0.5
    for role, long, short, party in parents:
        if party is not None:
            describe(sheet, paper.names(role, party, faithful=True), fields, whose=long if formal else short)
    informant = paper.names(Role.APPLICANT, case.applicant, optional=True)
    sheet.field("Họ, chữ đệm, tên người đi khai sinh", informant.name())
    sheet.field("Nơi đăng ký khai sinh", case.office.committee_in_full)
    sheet.field("Ngày, tháng, năm đăng ký", long_date(day))
    sheet.skip(8)
    signatures(sheet, rng, Signer(("NGƯỜI THỰC HIỆN",), officer(rng)), committee_signer(rng, case.office))
    if part is Part.COMPONENT:
        paper.certified_copy = True
        certified(sheet, rng, case.office.committee, day + timedelta(days=rng.randrange(0, 30)))
    return paper


def marriage_certificate(case: Marriage, style: Style, rng: Random, form: DateForm) -> Paper:
    day = case.registered_on
    paper = Paper(
        DocumentType.MARRIAGE_CERTIFICATE, Part.RESULT, rng.choice(("GIẤY CHỨNG NHẬN KẾT HÔN", "GIẤY CHỨNG NHẬN ĐĂNG KÝ KẾT HÔN")),
        style, day, rng, number=f"{rng.randrange(1, 260):02d}/{day.year}", issued_by=case.office.committee, date_form=form,
        bordered=rng.random() < 0.6,
    )  # fmt: skip
    sheet = paper.sheet()
    sheet.skip(8)
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 3, after=2)
    sheet.centred(f"Số: {paper.number}", after=8)
    sides = [("vợ", Role.WIFE, case.wife), ("chồng", Role.HUSBAND, case.husband)]
    if rng.random() < 0.6:
        sides.reverse()
    fields = field_order(rng, ("name", "birth", "ethnicity", "nationality", "residence", "papers"))
    shape = rng.choice((_one_after_another, _two_columns, _two_columns, _labels_left))
    shape(sheet, [(label, paper.names(role, party, faithful=True)) for label, role, party in sides], fields, rng)
    sheet.field("Nơi đăng ký kết hôn", case.office.committee_in_full)
    sheet.field("Ngày, tháng, năm đăng ký", long_date(day))
    sheet.skip(10)
    hint = "(Ký, ghi rõ họ, chữ đệm, tên)"
    signatures(
        sheet, rng,
        *(Signer((label.capitalize(),), party.titled_name, hint=hint) for label, _, party in sides),
        committee_signer(rng, case.office), size=style.size - 1.5,
    )  # fmt: skip
    return paper


def _one_after_another(sheet: Sheet, sides: Sequence[tuple[str, Mention]], fields: Sequence[str], rng: Random) -> None:
    headed = rng.random() < 0.5
    for label, who in sides:
        if headed:
            sheet.text(Run(rng.choice((label.upper(), f"Người {label}:", f"Thông tin của {label}")), bold=True))
        describe(sheet, who, fields, whose="" if headed else label)


def _two_columns(sheet: Sheet, sides: Sequence[tuple[str, Mention]], fields: Sequence[str], rng: Random) -> None:
    """A column each, under a head or with qualified names."""
    habits = sheet.style.habits
    top = bottom = sheet.y
    half = sheet.width / 2
    headed, below = rng.random() < 0.5, rng.random() < 0.4
    for index, (label, who) in enumerate(sides):
        sheet.y = top
        x = sheet.left + index * half
        if headed:
            sheet.text(
                Run(f"Họ tên {label}" if rng.random() < 0.3 else label.upper(), bold=True),
                x=x,
                width=half - 14,
                align="centre",
            )
        for name in fields:
            words = habits.wording(LABELS[name] if name != "name" or headed else f"{LABELS[name]} {label}")
            if name == "name" and below:
                sheet.text(f"{words}:", x=x, width=half - 14)
                sheet.text(value_of(who, name), x=x, width=half - 14)
            else:
                sheet.text([f"{words}:", *listed(value_of(who, name))], x=x, width=half - 14)
        bottom = max(bottom, sheet.y)
    sheet.y = bottom + 8


def _labels_left(sheet: Sheet, sides: Sequence[tuple[str, Mention]], fields: Sequence[str], rng: Random) -> None:
    habits = sheet.style.habits
    heads = rng.choice((("{}",), ("Người {}",), ("Bên {}",)))[0]
    rows: list[list[Inline]] = [["", *(Run(heads.format(label).capitalize(), bold=True) for label, _ in sides)]]
    rows += [[habits.wording(LABELS[name]), *(value_of(who, name) for _, who in sides)] for name in fields]
    table(sheet, rows, (0.26, 0.37, 0.37))
    sheet.skip(4)


def residence_declaration(case: Move, style: Style, rng: Random, form: DateForm, hand: float) -> Paper:
    """A plain application, or CT01 with other columns for the members."""
    plain = not case.members and rng.random() < 0.5
    titles = (
        ("ĐƠN ĐỀ NGHỊ ĐĂNG KÝ THƯỜNG TRÚ", "ĐƠN ĐỀ NGHỊ ĐĂNG KÝ TẠM TRÚ")
        if plain
        else ("TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ",)
    )
    paper = Paper(
        DocumentType.RESIDENCE_DECLARATION, Part.COMPONENT, rng.choice(titles), style, case.office.on, rng, date_form=form,
        hand_share=hand,
    )  # fmt: skip
    sheet = paper.sheet()
    national_head(sheet)
    sheet.centred(Run(paper.title, bold=True), size=style.size + 1.5, after=2)
    sheet.centred(f"Kính gửi: {case.police}", after=8)
    who = paper.names(Role.APPLICANT, case.applicant)
    head = paper.names(Role.HOUSEHOLD_HEAD, case.head, faithful=True)
    sheet.field(
        rng.choice(("Tên tôi là", "Tôi tên là", "Tôi là")) if plain else "Họ, chữ đệm và tên khai sinh", who.name()
    )
    sheet.fields(("Ngày, tháng, năm sinh", who.birth()), ("Giới tính", who.sex()), stops=(0, 0.6))
    _number(sheet, rng, "Số định danh cá nhân", who)
    if plain:
        sheet.field("Nơi đăng ký thường trú hiện tại", who.residence())
    sheet.field("Số điện thoại liên hệ", f"09{rng.randrange(10**7, 10**8)}")
    sheet.field(rng.choice(("Họ, chữ đệm và tên chủ hộ", "Họ và tên chủ hộ", "Chủ hộ nơi đến", "Chủ hộ")), head.name())
    sheet.field(rng.choice(("Mối quan hệ với chủ hộ", "Quan hệ với chủ hộ")), case.relation)
    _number(
        sheet, rng, rng.choice(("Số định danh cá nhân của chủ hộ", "Số CCCD của chủ hộ", "Số định danh chủ hộ")), head
    )
    sheet.field("Nội dung đề nghị", rng.choice(("Đăng ký thường trú", "Đăng ký tạm trú", "Tách hộ")))
    if not plain:
        sheet.text(
            rng.choice(("Những thành viên trong hộ gia đình cùng thay đổi:", "Những người cùng thay đổi trong hộ:")),
            after=4,
        )
        _members(paper, sheet, case, rng)
    declared(
        sheet, rng, "Tôi cam đoan những nội dung khai trên là đúng sự thật.", case.office.commune, case.office.on,
        case.applicant.titled_name,
    )  # fmt: skip
    return paper


def _number(sheet: Sheet, rng: Random, label: str, who: Mention) -> None:
    run = who.number()
    if rng.random() < 0.5 and run.text.isdigit():
        sheet.boxes(label, run)
    else:
        sheet.field(label, run)


def _members(paper: Paper, sheet: Sheet, case: Move, rng: Random) -> None:
    """The table of members, its columns in another order, under other titles."""
    cells: dict[str, tuple[Sequence[str], float, Callable[[Mention, str], Inline]]] = {
        "name": (("Họ, chữ đệm và tên", "Họ và tên"), 0.27, lambda who, _: who.name()),
        "birth": (("Ngày, tháng, năm sinh", "Ngày sinh"), 0.18, lambda who, _: who.birth(DateForm.SLASHES)),
        "sex": (("Giới tính", "Nam/nữ"), 0.09, lambda who, _: who.sex_word()),
        "number": (("Số định danh cá nhân", "Số CCCD"), 0.22, lambda who, _: who.number()),
        "relation": (("Mối quan hệ với chủ hộ", "Quan hệ"), 0.17, lambda _, relation: relation),
    }
    rest = ["birth", "sex", "number", "relation"]
    rng.shuffle(rest)
    order = ["name", *rest] if rng.random() < 0.8 else [rest[0], "name", *rest[1:]]
    rows: list[list[Inline]] = [[Run("TT", bold=True), *(Run(rng.choice(cells[name][0]), bold=True) for name in order)]]
    for index, (party, relation) in enumerate(case.members, 1):
        who = paper.names(Role.HOUSEHOLD_MEMBER, party, faithful=True)
        rows.append([str(index), *(cells[name][2](who, relation) for name in order)])
    while len(rows) < 4:
        rows.append([""] * 6)
    table(sheet, rows, (0.07, *(cells[name][1] for name in order)), size=sheet.style.size - 1.5)
