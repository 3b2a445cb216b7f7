"""Headings that say whose fields follow, and lines after which no fields come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from models.identity import Role
from pipeline.extract.phrases import LEXICON
from pipeline.labels import closest, similarity
from pipeline.lexicon import bare

_CUTOFF = 84.0


class Section(StrEnum):
    """What follows a heading: the fields of a role, of the person whom the paper is about (MAIN), of a party, or none."""

    MAIN = "main"
    APPLICANT = "applicant"
    CHILD = "child"
    MOTHER = "mother"
    FATHER = "father"
    DECEASED = "deceased"
    WIFE = "wife"
    HUSBAND = "husband"
    FIRST_PARTY = "first_party"
    SECOND_PARTY = "second_party"
    END = "end"
    NOBODY = "nobody"


ROLE_OF = {
    Section.APPLICANT: Role.APPLICANT, Section.CHILD: Role.CHILD, Section.MOTHER: Role.MOTHER, Section.FATHER: Role.FATHER,
    Section.DECEASED: Role.DECEASED, Section.WIFE: Role.WIFE, Section.HUSBAND: Role.HUSBAND,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found; `whole_line`: nothing but the heading stands on its line."""

    section: Section
    whole_line: bool = True


_WHOLE_LINES: dict[Section, tuple[str, ...]] = {
    Section.MAIN: (
        "đề nghị cơ quan đăng ký khai sinh cho người dưới đây", "đề nghị cơ quan đăng ký khai sinh cho người có tên dưới đây",
        "đề nghị cơ quan đăng ký khai tử cho người có tên dưới đây", "đề nghị cơ quan đăng ký khai tử cho người dưới đây",
        "đề nghị cấp giấy xác nhận tình trạng hôn nhân cho người có tên dưới đây", "cho người có tên dưới đây", "xác nhận",
        "đề nghị cơ quan cấp bản sao trích lục khai sinh cho người có tên dưới đây", "thông tin về người được cấp",
        "đề nghị cơ quan cấp bản sao trích lục cho người có tên dưới đây", "cho người dưới đây", "chứng nhận",
        "đề nghị đăng ký cho người có tên dưới đây", "xác nhận ông bà", "nay xác nhận", "thông tin người được cấp",
        "đề nghị cơ quan cấp bản sao trích lục khai tử cho người có tên dưới đây", "thông tin của người được xác nhận",
        "đề nghị cơ quan cấp bản sao trích lục kết hôn cho người có tên dưới đây", "thông tin người được xác nhận",
        "đề nghị quý cơ quan đăng ký cho người có tên dưới đây", "cho người có thông tin sau đây", "người được cấp bản sao",
        "thông tin chủ hộ kinh doanh", "thông tin về chủ hộ kinh doanh",
    ),
    Section.APPLICANT: (
        "người yêu cầu đăng ký", "thông tin người yêu cầu", "thông tin của người yêu cầu", "thông tin về người yêu cầu",
        "phần kê khai của người yêu cầu", "người yêu cầu đăng ký khai sinh", "người yêu cầu đăng ký khai tử", "người yêu cầu",
        "thông tin người đi đăng ký", "thông tin người nộp hồ sơ", "thông tin người kê khai", "người đi đăng ký khai sinh",
        "người đi khai tử", "người đi khai sinh", "người đi đăng ký khai tử", "người nộp đơn",
    ),
    Section.CHILD: (
        "thông tin của người được đăng ký khai sinh", "thông tin người được khai sinh", "thông tin về trẻ", "thông tin của trẻ",
        "thông tin trẻ em", "người được khai sinh", "phần khai về trẻ", "thông tin của con", "thông tin người được đăng ký khai sinh",
        "phần khai về con", "người được đăng ký khai sinh", "thông tin về con",
    ),
    Section.MOTHER: ("thông tin của mẹ", "thông tin về mẹ", "thông tin người mẹ", "phần khai về mẹ", "người mẹ", "mẹ", "về người mẹ",
                     "phần khai về người mẹ", "thông tin về người mẹ", "thông tin của người mẹ"),
    Section.FATHER: ("thông tin của cha", "thông tin về cha", "thông tin người cha", "phần khai về cha", "người cha", "cha",
                     "phần khai về người cha", "thông tin về người cha", "thông tin của người cha", "về người cha"),
    Section.DECEASED: ("thông tin của người chết", "thông tin người chết", "người chết", "thông tin về người chết", "người đã chết",
                       "thông tin người được khai tử", "thông tin của người được khai tử", "phần khai về người chết",
                       "thông tin của người đã chết", "người được khai tử", "thông tin về người đã chết"),
    Section.WIFE: ("bên nữ", "vợ", "người vợ", "bên vợ", "thông tin bên nữ", "thông tin của vợ", "về bên nữ", "thông tin về bên nữ"),
    Section.HUSBAND: ("bên nam", "chồng", "người chồng", "bên chồng", "thông tin bên nam", "thông tin của chồng", "về bên nam",
                      "thông tin về bên nam"),
    Section.FIRST_PARTY: (
        "bên ủy quyền", "bên cho thuê", "bên cho thuê bên a", "bên a", "bên ủy quyền bên a", "người ủy quyền", "bên a bên ủy quyền",
        "bên a bên cho thuê", "bên cho thuê nhà", "bên cho mượn", "bên cho thuê nhà bên a", "bên chuyển nhượng", "bên tặng cho",
        "bên bán", "bên chuyển nhượng bên a", "bên cho ở nhờ", "thông tin người ủy quyền", "người ủy quyền bên a", "bên tặng cho bên a",
        "bên cho mượn bên a",
    ),
    Section.SECOND_PARTY: (
        "bên được ủy quyền", "bên thuê", "bên thuê bên b", "bên b", "bên được ủy quyền bên b", "người được ủy quyền", "bên thuê nhà",
        "bên b bên được ủy quyền", "bên b bên thuê", "bên nhận ủy quyền", "bên thuê nhà bên b", "bên mượn", "bên nhận chuyển nhượng",
        "bên được tặng cho", "bên mua", "bên nhận chuyển nhượng bên b", "bên ở nhờ", "thông tin người được ủy quyền", "bên mượn bên b",
        "người được ủy quyền bên b", "bên được tặng cho bên b", "người nhận ủy quyền",
    ),
    Section.END: (
        "chú thích", "nơi nhận", "nội dung ủy quyền", "ý kiến của chủ hộ", "người kê khai", "người nộp hồ sơ", "người làm đơn",
        "người khai", "ký ghi rõ họ tên", "ký ghi rõ họ chữ đệm tên", "người thực hiện", "phạm vi ủy quyền", "người lập",
        "ký và ghi rõ họ tên", "thủ trưởng cơ sở y tế", "thủ trưởng đơn vị", "người ký giấy khai sinh", "người ký trích lục",
        "người yêu cầu ký ghi rõ họ chữ đệm tên", "chủ hộ kinh doanh ký và ghi họ tên", "các giấy tờ gửi kèm", "trưởng công an",
        "người ký giấy chứng nhận", "phó chủ tịch", "chủ tịch", "trưởng phòng", "xác nhận của ubnd", "ý kiến của chủ hộ chủ sở hữu",
        "người nộp hồ sơ người tiếp nhận hồ sơ", "người thực hiện người ký giấy khai sinh", "ký tên đóng dấu", "cán bộ tiếp nhận",
        "người khai ký ghi rõ họ tên", "người viết đơn", "người đề nghị", "người tiếp nhận hồ sơ", "bên nữ bên nam ký",
        "người thực hiện người ký trích lục", "người đỡ đẻ ký ghi rõ họ tên", "người lập thủ trưởng đơn vị", "kính gửi",
    ),
}  # fmt: skip

_OPENINGS: dict[Section, tuple[str, ...]] = {
    Section.END: (
        "tôi cam đoan", "cam đoan nội dung", "điều 1", "điều 2", "điều 3", "người yêu cầu ký ghi rõ", "ý kiến của chủ hộ", "hướng dẫn kê khai",
        "tm ủy ban nhân dân", "kt chủ tịch", "làm tại", "những thành viên trong hộ gia đình cùng thay đổi",
        "nội dung ủy quyền",
    ),
    Section.MAIN: (
        "đề nghị cơ quan đăng ký", "đề nghị cấp giấy xác nhận tình trạng hôn nhân cho", "đề nghị cơ quan cấp bản sao",
        "đề nghị quý cơ quan đăng ký", "đề nghị ủy ban nhân dân",
    ),
    Section.NOBODY: ("tên hộ kinh doanh", "đề nghị đăng ký hộ kinh doanh do tôi là chủ hộ",
                     "đề nghị được đăng ký"),
}  # fmt: skip

_WHOLE = {bare(text): section for section, texts in _WHOLE_LINES.items() for text in texts}
_OPEN = {bare(text): section for section, texts in _OPENINGS.items() for text in texts}
_ITEM = re.compile(r"^(?:\d{1,2}|[ivx]{1,4}|[abcde]) (?=\w{2})")
_PROMISE = re.compile(r"^(?:chung )?toi (?:xin )?(?:cam doan|cam ket|hoan toan chiu|chiu trach nhiem)")
_ASKED = re.compile(r"^(?=.{0,200}$).*\b(?:de nghi|yeu cau)\b.*\b(?:duoi day|sau day|nhu sau)$")
_ABOUT = re.compile(
    r"^(?:cac )?(?:thong tin|phan (?:ke )?khai|muc khai|khai)(?: (?:ca nhan|cua|ve|doi voi|danh cho|ke khai))* (?P<whom>.+)$"
)
_PERSONS: dict[str, Section] = {
    text: section
    for section in (
        Section.APPLICANT,
        Section.CHILD,
        Section.MOTHER,
        Section.FATHER,
        Section.DECEASED,
        Section.WIFE,
        Section.HUSBAND,
    )
    for role in (ROLE_OF[section],)
    for text, whose in LEXICON.qualifiers.items()
    if whose is role
}


def heading_of(text: str) -> Heading | None:
    """The heading that a line is, or opens with; None for any other line."""
    plain = _ITEM.sub("", bare(text))
    if len(plain) < 2:
        return None
    exact = _WHOLE.get(plain)
    if exact:
        return Heading(exact)
    if len(plain) >= 6:
        found = closest(plain, tuple(_WHOLE), cutoff=_CUTOFF)
        if found and _same_party(plain, found[0]) and similarity(plain.split()[0], found[0].split()[0]) >= 65:
            return Heading(_WHOLE[found[0]])
        section = _by_grammar(plain)
        if section is not None:
            return Heading(section)
    if _PROMISE.match(plain):
        return Heading(Section.END)
    for opening, section in _OPEN.items():
        if len(plain) >= len(opening) and closest(plain[: len(opening)], (opening,), cutoff=90):
            return Heading(section, whole_line=section is not Section.NOBODY)
    return None


def _by_grammar(plain: str) -> Section | None:
    """Headings that no list holds: Thông tin (của, về) and a person; Đề nghị … cho người dưới đây."""
    if _ASKED.search(plain):
        return Section.MAIN
    about = _ABOUT.match(plain)
    found = closest(about["whom"], tuple(_PERSONS), cutoff=92) if about else None
    return _PERSONS[found[0]] if found else None


def _same_party(text: str, heading: str) -> bool:
    """Bên ủy quyền and bên được ủy quyền, bên nam and bên nữ, cha and mẹ differ by one short word: it has to be there."""
    return all(
        (word in text.split()) == (word in heading.split())
        for word in ("duoc", "nam", "nu", "cha", "me", "cho", "nhan")
    )
