"""Identity cards laid on a sheet, front over back, as a photocopier leaves them: chip CCCD, căn cước 2024, CMND."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from models.document import DocumentType, Part
from models.identity import Role
from scripts.samples.art import card_ground, chip, emblem, fingerprint, portrait, signature
from scripts.samples.blocks import COUNTRY, MOTTO, officer
from scripts.samples.fonts import Face
from scripts.samples.ink import BLACK, Picture, Segment, Text
from scripts.samples.lexicon import title_case
from scripts.samples.mrz import td1
from scripts.samples.paper import Mention, Paper
from scripts.samples.people import CARD_TITLES, Card, CardKind, Party
from scripts.samples.qr import qr_image
from scripts.samples.sheet import Inline, Run, Sheet, Style, listed
from scripts.samples.wording import DateForm, write_date

WIDTH, HEIGHT = 242.6, 153.0  # ID-1: 85.6 by 54 mm
_PIXELS = (1011, 638)
_MARKS = (
    "Nốt ruồi C: 1,5cm trên sau mép phải",
    "Sẹo chấm C: 2cm dưới trước đuôi mắt trái",
    "Nốt ruồi C: 0,5cm dưới cánh mũi trái",
)


class QrState(StrEnum):
    """What became of the QR code on the copy."""

    INTACT = "intact"
    BLURRED = "blurred"
    CUT = "cut"
    ABSENT = "absent"


@dataclass(slots=True)
class _Plate:
    """One face of a card: a sheet and where the card's corner lies on it."""

    sheet: Sheet
    x: float
    y: float

    def put(
        self, content: Inline, x: float, y: float, size: float, *, width: float = 0.0, centre: bool = False
    ) -> None:
        """Text at a place on the card; wrapped when a width is given, centred in it when asked."""
        for index, words in enumerate(self.sheet.wrap(content, width or 9999, size)):
            inset = (width - self.sheet.line_width(words, size)) / 2 if centre else 0.0
            self.sheet.line(words, self.x + x + inset, self.y + y + index * size * 1.2, size)

    def image(self, picture: Picture) -> None:
        self.sheet.picture(
            Picture(self.x + picture.x, self.y + picture.y, picture.width, picture.height, picture.image)
        )


def identity_card(party: Party, style: Style, rng: Random, on: date, *, qr_state: QrState) -> Paper:
    """Both faces of the party's card on one sheet. Raises ValueError for a party without a card."""
    card = party.card
    if card is None:
        raise ValueError("a newborn has no card")
    paper = Paper(
        DocumentType.ID_CARD, Part.COMPONENT, CARD_TITLES[card.kind], style, on, rng, card=card.kind,
        issued_by=card.issued_by, date_form=DateForm.SLASHES,
    )  # fmt: skip
    paper.written_on = card.issued_on
    sheet = paper.sheet()
    x = 172 + rng.uniform(-60, 60)
    y = 86 + rng.uniform(0, 40)
    gap = HEIGHT + rng.uniform(18, 60)
    who = paper.names(Role.CARD_HOLDER, party, faithful=True)
    tint = {CardKind.CMND: (222, 236, 222), CardKind.CCCD: (216, 234, 240), CardKind.CC: (222, 238, 232)}[card.kind]
    front, back = _Plate(sheet, x, y), _Plate(sheet, x + rng.uniform(-6, 6), y + gap)
    for plate in (front, back):
        plate.image(Picture(0, 0, WIDTH, HEIGHT, card_ground(rng, *_PIXELS, tint)))
    if card.kind is CardKind.CMND:
        _cmnd(front, back, who, card, rng)
        return paper
    lines = td1(card.number, name=party.name, birth=party.birth, female=party.female, expires=card.expires)
    payload = qr_payload(party, card)
    if card.kind is CardKind.CCCD:
        _chip_front(front, who, card, rng)
        _chip_back(back, card, rng)
        _qr(front, payload, 196, 6, qr_state)
    else:
        _cc_front(front, who, rng)
        _cc_back(back, who, card)
        _qr(back, payload, 196, 8, qr_state)
    _mrz(back, lines)
    intact = qr_state == QrState.INTACT
    sheet.codes.append({"state": qr_state.value, "payload": payload if intact else None, "mrz": list(lines)})
    return paper


def qr_payload(party: Party, card: Card) -> str:
    """Seven fields and bars (domain note 4.3), with the residence as the card prints it."""
    citizen = party.citizen
    residence = party.residence(card.issued_on)
    return "|".join(
        (
            citizen.id_number, citizen.old_id_number, title_case(citizen.full_name), f"{party.birth:%d%m%Y}",
            "Nữ" if party.female else "Nam", residence, f"{card.issued_on:%d%m%Y}",
        )
    )  # fmt: skip


def _qr(plate: _Plate, payload: str, x: float, y: float, state: QrState) -> None:
    if state == QrState.ABSENT:
        return
    side = 40.0
    image = qr_image(payload, pixels=int(side * 300 / 72)).convert("RGBA")
    if state == QrState.CUT:
        image.paste((255, 255, 255, 255), (0, int(image.height * 0.55), image.width, image.height))
    if state == QrState.BLURRED:
        image = image.resize((26, 26)).resize(image.size)
    points = image.width * 72 / 300  # whole pixels a module
    plate.image(Picture(x, y, points, points, image))


def _mrz(plate: _Plate, lines: tuple[str, str, str]) -> None:
    size = 11.6
    face = Face("Cousine", bold=True)
    for index, line in enumerate(lines):
        y = plate.y + 116 + index * 14.4
        plate.sheet.marks.append(Text(plate.x + 15, y, line, face, size, BLACK))
        plate.sheet.segments.append(Segment(line, plate.x + 15, y, size))


def _heading(plate: _Plate, title: str, english: str) -> None:
    plate.put(Run(COUNTRY, bold=True), 46, 12, 6.2, width=150, centre=True)
    plate.put(Run(MOTTO, bold=True), 46, 19.5, 5.8, width=150, centre=True)
    plate.put("SOCIALIST REPUBLIC OF VIET NAM", 46, 25.5, 4.6, width=150, centre=True)
    plate.put("Independence - Freedom - Happiness", 46, 31, 4.4, width=150, centre=True)
    plate.put(Run(title, bold=True), 46, 42, 10, width=150, centre=True)
    plate.put(Run(english, italic=True), 46, 49, 5.2, width=150, centre=True)
    plate.image(Picture(8, 8, 30, 30, emblem(125)))


def _label(text: str, english: str, colon: str = ":") -> list[str | Run]:
    return [f"{text} /", Run(f"{english}{colon}", italic=True)]


def _chip_front(plate: _Plate, who: Mention, card: Card, rng: Random) -> None:
    _heading(plate, CARD_TITLES[CardKind.CCCD], "Citizen Identity Card")
    plate.image(Picture(9, 58, 58, 74, portrait(rng, 242, 308)))
    plate.put([*_label("Số", "No."), who.number(bold=True)], 76, 62, 8.2)
    plate.put(_label("Họ và tên", "Full name"), 76, 71, 5)
    plate.put(who.name(bold=True), 76, 79, 7.4)
    plate.put([*_label("Ngày sinh", "Date of birth"), full_birth(who)], 76, 88, 6)
    plate.put([*_label("Giới tính", "Sex"), *listed(who.sex())], 76, 96, 6)
    plate.put([*_label("Quốc tịch", "Nationality"), who.nationality()], 142, 96, 6)
    plate.put(_label("Quê quán", "Place of origin"), 76, 104, 5)
    plate.put(who.origin(), 76, 111, 6, width=160)
    plate.put(_label("Nơi thường trú", "Place of residence"), 76, 126, 5)
    plate.put(who.residence(), 76, 133, 6, width=160)
    plate.put(_label("Có giá trị đến", "Date of expiry"), 9, 139, 4.2)
    plate.put(expiry(card), 9, 145, 5.4)


def _chip_back(plate: _Plate, card: Card, rng: Random) -> None:
    plate.put(_label("Đặc điểm nhận dạng", "Personal identification"), 10, 13, 5.4)
    plate.put(rng.choice(_MARKS), 10, 21, 6)
    plate.put([*_label("Ngày, tháng, năm", "Date, month, year"), f"{card.issued_on:%d/%m/%Y}"], 10, 32, 5.8)
    plate.put(Run("CỤC TRƯỞNG CỤC CẢNH SÁT", bold=True), 10, 43, 5.2, width=130, centre=True)
    plate.put(Run("QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", bold=True), 10, 49, 5.2, width=130, centre=True)
    plate.image(Picture(34, 54, 62, 32, signature(rng, 258, 133)))
    plate.put(Run(officer(rng), bold=True), 10, 94, 5.8, width=130, centre=True)
    for index, label in enumerate(("Ngón trỏ trái", "Ngón trỏ phải")):
        plate.image(Picture(160 + index * 40, 28, 28, 38, fingerprint(rng, 117, 158)))
        plate.put(label, 156 + index * 40, 72, 4.4, width=36, centre=True)
    plate.image(Picture(126, 56, 30, 24, chip(125)))


def _cc_front(plate: _Plate, who: Mention, rng: Random) -> None:
    _heading(plate, CARD_TITLES[CardKind.CC], "IDENTITY CARD")
    plate.image(Picture(9, 58, 58, 74, portrait(rng, 242, 308)))
    plate.image(Picture(200, 62, 28, 22, chip(117)))
    plate.put(_label("Số định danh cá nhân", "Personal identification number"), 76, 62, 5)
    plate.put(who.number(bold=True), 76, 71, 8.2)
    plate.put(_label("Họ, chữ đệm và tên khai sinh", "Full name"), 76, 81, 5)
    plate.put(who.name(bold=True), 76, 89, 7.4)
    plate.put(_label("Ngày, tháng, năm sinh", "Date of birth"), 76, 99, 5)
    plate.put(full_birth(who), 76, 106, 6.4)
    plate.put(_label("Giới tính", "Sex"), 172, 99, 5)
    plate.put(who.sex(), 172, 106, 6.4)
    plate.put(_label("Quốc tịch", "Nationality"), 76, 117, 5)
    plate.put(who.nationality(), 76, 124, 6.4)


def _cc_back(plate: _Plate, who: Mention, card: Card) -> None:
    plate.put(_label("Nơi cư trú", "Place of residence"), 10, 12, 5)
    plate.put(who.residence(), 10, 20, 6, width=178)
    plate.put(_label("Nơi đăng ký khai sinh", "Place of birth"), 10, 37, 5)
    plate.put(who.party.birthplace.new, 10, 45, 6, width=178)
    plate.put([*_label("Ngày, tháng, năm cấp", "Date of issue"), f"{card.issued_on:%d/%m/%Y}"], 10, 60, 5.6)
    plate.put([*_label("Ngày, tháng, năm hết hạn", "Date of expiry"), expiry(card)], 10, 70, 5.6)
    plate.put(Run("BỘ CÔNG AN", bold=True), 96, 84, 6.4, width=90, centre=True)
    plate.put("MINISTRY OF PUBLIC SECURITY", 96, 91, 4.8, width=90, centre=True)


def _cmnd(front: _Plate, back: _Plate, who: Mention, card: Card, rng: Random) -> None:
    front.put(Run(COUNTRY, bold=True), 60, 14, 6.6, width=176, centre=True)
    front.put(Run(MOTTO, bold=True), 60, 22, 6, width=176, centre=True)
    front.put(Run(CARD_TITLES[CardKind.CMND], bold=True), 60, 36, 9.4, width=176, centre=True)
    front.put([Run("SỐ", bold=True), who.old_number(bold=True)], 60, 49, 9, width=176, centre=True)
    front.image(Picture(10, 12, 30, 30, emblem(125)))
    front.image(Picture(10, 60, 56, 76, portrait(rng, 233, 316)))
    front.put(["Họ tên:", who.name(bold=True)], 76, 64, 7)
    front.put(["Sinh ngày:", full_birth(who, DateForm.HYPHENS)], 76, 76, 7)
    front.put(["Nguyên quán:", who.origin()], 76, 88, 6.6, width=160)
    front.put(["Nơi ĐKHK thường trú:", who.residence()], 76, 112, 6.6, width=160)
    back.put(["Dân tộc:", who.ethnicity()], 14, 16, 6.6)
    back.put(["Tôn giáo:", "Không"], 120, 16, 6.6)
    back.put(Run("DẤU VẾT RIÊNG HOẶC DỊ HÌNH", bold=True), 70, 30, 6, width=160, centre=True)
    back.put(rng.choice(_MARKS).lower().capitalize(), 70, 40, 6.4, width=160, centre=True)
    for index, label in enumerate(("NGÓN TRỎ TRÁI", "NGÓN TRỎ PHẢI")):
        back.image(Picture(16, 32 + index * 58, 36, 44, fingerprint(rng, 150, 183)))
        back.put(label, 8, 30 + index * 58, 4.8, width=52, centre=True)
    day = card.issued_on
    back.put(Run(f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}", italic=True), 70, 66, 6.6, width=160, centre=True)
    back.put(
        Run(f"GIÁM ĐỐC CA {card.issued_by.removeprefix('Công an ').upper()}", bold=True),
        70,
        76,
        6.6,
        width=160,
        centre=True,
    )
    back.image(Picture(116, 84, 66, 36, signature(rng, 275, 150)))
    back.put(Run(officer(rng), bold=True), 70, 134, 6.6, width=160, centre=True)


def full_birth(who: Mention, form: DateForm = DateForm.SLASHES) -> Run:
    """Cards print the whole birth date, even where the registry holds the year alone."""
    day = who.party.birth
    return who.state("birth_date", day.isoformat(), write_date(day, form))


def expiry(card: Card) -> str:
    return f"{card.expires:%d/%m/%Y}" if card.expires else "Không thời hạn"
