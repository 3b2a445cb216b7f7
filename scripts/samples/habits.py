"""What differs between one office's forms and another's: wordings, numbering, where values stand; drawn by a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from scripts.samples.wording import DateForm


class Place(StrEnum):
    """Where a value stands to its label."""

    BESIDE = "beside"
    BELOW = "below"
    STOP = "stop"  # all values begin at one upright line
    TABLE = "table"  # a ruled row of two cells


class PapersForm(StrEnum):
    """How an identity paper is written down."""

    SENTENCE = "sentence"  # Căn cước công dân số … do … cấp ngày …
    LISTED = "listed"  # 012345678901, cấp ngày …, nơi cấp: …
    SHORT = "short"  # CCCD 012345678901
    NUMBER = "number"


# What the circulars print, and what else is seen in its place: older and newer circulars, offices' own forms.
_WORDINGS: dict[str, tuple[str, ...]] = {
    "Họ, chữ đệm, tên": ("Họ và tên", "Họ, chữ đệm và tên", "Họ tên", "Họ, chữ đệm, tên khai sinh", "Họ và tên khai sinh"),
    "Họ, chữ đệm và tên khai sinh": ("Họ, chữ đệm và tên", "Họ và tên khai sinh", "Họ và tên"),
    "Họ và tên": ("Họ, chữ đệm, tên", "Họ tên"),
    "Ngày, tháng, năm sinh": ("Ngày tháng năm sinh", "Ngày sinh", "Sinh ngày", "Ngày/tháng/năm sinh"),
    "Năm sinh": ("Sinh năm", "Năm sinh"),
    "Ghi bằng chữ": ("Bằng chữ", "Viết bằng chữ", "(Ghi bằng chữ)"),
    "Nơi cư trú": ("Nơi thường trú", "Nơi đăng ký thường trú", "Địa chỉ thường trú", "Hộ khẩu thường trú", "Chỗ ở hiện nay",
                   "Địa chỉ", "Nơi thường trú/tạm trú"),
    "Nơi thường trú": ("Địa chỉ thường trú", "Nơi cư trú", "Hộ khẩu thường trú"),
    "Nơi cư trú cuối cùng": ("Nơi thường trú cuối cùng", "Nơi thường trú/tạm trú cuối cùng"),
    "Quê quán": ("Nguyên quán", "Quê quán"),
    "Giấy tờ tùy thân": ("Số định danh cá nhân/CCCD/Hộ chiếu", "Số CCCD", "Giấy tờ tuỳ thân", "Số CMND/CCCD/Hộ chiếu",
                         "Số định danh cá nhân/CMND", "CMND/CCCD số", "Số giấy tờ tùy thân", "Số căn cước công dân"),
    "Số định danh cá nhân": ("Số CCCD", "Mã định danh cá nhân", "Số định danh", "Số căn cước", "Số định danh cá nhân/CCCD"),
    "Quan hệ với người được khai sinh": ("Quan hệ với người được đăng ký", "Quan hệ với trẻ"),
    "Quan hệ với người đã chết": ("Quan hệ với người chết", "Quan hệ với người được khai tử"),
    "Số điện thoại": ("Điện thoại", "Điện thoại liên hệ", "SĐT"),
    "Số điện thoại liên hệ": ("Điện thoại", "Điện thoại liên hệ"),
}  # fmt: skip
_ITEMS = ("", "", "", "{}. ", "{}) ", "({}) ", "- ", "+ ")
_COLONS = (":", ":", ":", ":", " :", "")


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one paper's maker. As they stand by default they are the circulars'."""

    place: Place = Place.BESIDE
    item: str = ""
    colon: str = ":"
    wordings: dict[str, str] = field(default_factory=dict)
    pairs: int = 0  # most fields on one line; 0: as the form has them
    bold_labels: bool = False
    capitals: bool = True
    ticked_sex: bool = False
    dates: DateForm | None = None
    papers: PapersForm = PapersForm.SENTENCE
    spaced_numbers: bool = False
    country: str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    motto: str = "Độc lập - Tự do - Hạnh phúc"
    own: bool = False  # a form of the office's own making, not the circular's

    def wording(self, label: str) -> str:
        """The label in this maker's words; what qualifies it (… người mẹ) stays."""
        for known in sorted(self.wordings, key=len, reverse=True):
            if label == known or label.startswith(f"{known} "):
                word, whose = self.wordings[known], label[len(known) :]
                return word.removesuffix(" khai sinh") + whose if whose else word
        return label


CIRCULAR = Habits()


def draw_habits(rng: Random) -> Habits:
    """The habits of one maker of forms."""
    place = rng.choices(tuple(Place), weights=(10, 2, 3, 3))[0]
    colon = rng.choice(_COLONS)
    return Habits(
        place=place,
        item=rng.choice(_ITEMS),
        colon=colon if place is not Place.BESIDE or colon else ":",
        wordings={label: rng.choice(words) for label, words in _WORDINGS.items() if rng.random() < 0.6},
        pairs=rng.choice((1, 2, 2, 3)),
        bold_labels=rng.random() < 0.15,
        capitals=rng.random() < 0.65,
        ticked_sex=rng.random() < 0.2,
        dates=rng.choice(tuple(DateForm)),
        papers=rng.choice(tuple(PapersForm)),
        spaced_numbers=rng.random() < 0.12,
        country=rng.choice((CIRCULAR.country, CIRCULAR.country, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM")),
        motto=rng.choice((CIRCULAR.motto, CIRCULAR.motto, "Độc lập – Tự do – Hạnh phúc")),
        own=rng.random() < 0.65,
    )
