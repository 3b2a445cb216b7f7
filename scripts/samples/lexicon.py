"""Vietnamese names by sex, year of birth, region and ethnic group, drawn by chance.

Surname shares are Lê Trung Hoa's national figures, word counts hoten.org's; the rest is common knowledge.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

FEMALE = "female"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SHARES = {
    "Nguyễn": 38.4, "Trần": 11.6, "Lê": 9.5, "Phạm": 7.0, "Hoàng": 5.1, "Phan": 4.5, "Vũ": 3.9, "Đặng": 2.1,
    "Bùi": 2.0, "Đỗ": 1.4, "Hồ": 1.3, "Ngô": 1.3, "Dương": 1.0, "Lý": 0.5, "Đinh": 0.9, "Trương": 1.0, "Đoàn": 0.8,
    "Lương": 0.7, "Mai": 0.6, "Trịnh": 0.6, "Đào": 0.6, "Cao": 0.6, "Hà": 0.6, "Tạ": 0.4, "Lưu": 0.4, "Tô": 0.4,
    "Châu": 0.3, "Thái": 0.3, "Phùng": 0.3, "Quách": 0.2, "Kiều": 0.2, "Nghiêm": 0.2, "Tống": 0.2, "Từ": 0.2,
    "Vương": 0.3, "Triệu": 0.2, "La": 0.2, "Chu": 0.3,
}  # fmt: skip
_SURNAMES = tuple(_SHARES)
_SURNAME_WEIGHTS = tuple(accumulate(_SHARES.values()))
_SOUTHERN = {"Hoàng": "Huỳnh", "Vũ": "Võ"}

_OLD_MALE = _words(
    "Hùng Dũng Sơn Bình Thắng Cường Hải Long Hòa Thành Minh Quang Tuấn Hưng Phúc Lộc Thọ Tài Đức Nam Bắc Thái Vinh "
    "Lợi Hiền Khoa Nghĩa Trung Kiên Quyết Chiến Toàn Tâm Tân Tiến Xuân Đông Thanh An Bảy Sáu Ba Tư Mười Út Chính "
    "Triều Luân Vượng Thịnh Khang Hậu Hữu Quý Phát Ngọc Lâm Đạt Kỳ Ẩn Sửu Dần Tý Mão Thìn"
)
_NEW_MALE = _words(
    "Khôi Bảo Khang Huy Phúc Đăng Minh Quân Anh Nhân Thiên Phong Duy Khoa Kiệt Nguyên Hiếu Trí Vinh Hưng Thịnh Đạt "
    "Lâm Sơn Tùng Dương Việt Nam Long Hoàng Cường Thái Tuệ Bách An Kiên Nhật Toàn Quốc Tú Vũ Hải Đức Thành Trung Linh "
    "Khiêm Luân Phát Tài Lộc Thuận Ân Đan Danh"
)
_OLD_FEMALE = _words(
    "Lan Hoa Hồng Nga Hà Hương Hường Mai Cúc Đào Liên Sen Huệ Thủy Thúy Tuyết Nguyệt Loan Phượng Yến Oanh Dung Hạnh "
    "Hiền Thu Xuân Bích Ngọc Nhung Vân Minh Hằng Tâm Thanh Phương Bình Lý Lựu Mận Nhài Gái Bé Năm Chín Mùi Thìn Tý "
    "Hậu Luyến Thắm Tươi Thơm Ngát Duyên Dịu Hòa Hợi Sáu"
)
_NEW_FEMALE = _words(
    "Anh Linh Trang Ngọc Hà Thảo Nhi Vy My Trâm Trinh Uyên Châu Hân Hương Phương Quỳnh Nhung Thư Tiên Trúc Mai Lan "
    "Yến Ngân Diệp Chi Giang Khánh Ánh Dương Thương Hiền Thùy Tú Như Vân Băng Quyên Đan An Thuận Lành Nguyệt "
    "Duyên Hằng Huyền Thủy Thúy Phượng Ái Đào"
)
_MALE_MIDDLE = _words(
    "Văn Văn Văn Văn Văn Đức Hữu Minh Quang Đình Xuân Ngọc Thanh Công Quốc Trọng Anh Gia Tuấn Hoàng Bá Duy Viết Thế "
    "Mạnh Tiến Trung Hồng Sỹ Khắc Chí Bảo Hải Phú Nhật Thành Việt"
)
_MALE_SECOND = _words("Minh Quang Thanh Tuấn Hoàng Quốc Anh Đức Bảo Gia Trung Ngọc Xuân Duy Thiên Nhật Hải Phúc")
_FEMALE_MIDDLE = _words("Thị Thị Thị Ngọc Thu Minh Phương Bảo Khánh Quỳnh Thanh Kim Hồng Diệu Mỹ Hoài Tú Gia")
_FEMALE_SECOND = _words(
    "Thu Ngọc Thanh Kim Hồng Bích Mỹ Minh Phương Thùy Tuyết Lan Mai Hoài Quỳnh Diễm Cẩm Ánh Như Khánh Hải Xuân"
)

_ETHNIC: dict[str, tuple[str, str, str, str, str]] = {
    # surnames, male middles, male given, female middles, female given
    "Tày": ("Nông Hoàng Bế Lường Triệu Ma Hà Đàm", "Văn Đức Ích", "Thắng Tuấn Sinh Toản Hoan Kiên", "Thị", "Nhung Hoài Lả Thơm Điểm Xuyến"),
    "Nùng": ("Nông Lương Vi Hoàng Lý Lục Hứa", "Văn Quang", "Sằn Phúc Tiến Bảo Quân", "Thị", "Nình Hồi Pảo Lan Biên"),
    "Thái": ("Lò Quàng Cà Lường Tòng Cầm Vi Lô", "Văn", "Pánh Thoan Ín Ơn Chựa Dũng Hoàn", "Thị", "Inh Ún Piếng Lả Hặc Thu"),
    "Mường": ("Quách Bùi Đinh Hà Phùng Bạch", "Văn Công Thế", "Ưng Lực Nhiệm Thắng Dậu", "Thị", "Ẹm Lèm Thược Hiền Đượm"),
    "Mông": ("Giàng Vàng Sùng Thào Lầu Vừ Hạng Mùa Cứ", "A Seo", "Páo Chứ Dếnh Sính Tủa Lềnh Phừ Chông", "Thị Y", "Mỷ Dợ Pà Súa Chu Mái Sua"),
    "Dao": ("Triệu Bàn Đặng Lý Phàn Chảo Tẩn", "Văn Tòn Dào Chòi", "Phin Quẩy Vạng Sài Lụa", "Thị Mùi Tả", "Mẩy Nhậy Phấy Pham Ghến"),
    "Khmer": ("Thạch Sơn Kim Danh Lâm Châu Kiên Trần", "Sóc Sa Chanh Minh", "Kha Thươl Phone Rích Ra Đa Na", "Thị Sa", "Rây Phal Srây Mum Ry Thu"),
    "Hoa": ("Lý Trần Quách Tăng Lâm Vương Huỳnh Mã", "Vĩ Gia Chấn Kiến", "Cường Hào Phát Nguyên Minh", "Mỹ Bội Tú Tuyết", "Linh Phân Châu Bình Nghi"),
    "Gia Rai": ("Ksor Rơ_Châm Rơ_Mah Siu Kpă Nay Rah_Lan", "Y", "Thuyên Nghin Blơ Hnham Tin Kheo", "", "H'Lan H'Nhin H'Yưn H'Phiên H'Blinh"),
    "Ê Đê": ("Niê Mlô Êban Ayŭn Kbuôr Byă", "", "Y_Bhăm Y_Wôn Y_Thih Y_Krông Y_Siu", "", "H'Nga H'Linh H'Yar H'Mrai H'Bích"),
    "Sán Dìu": ("Trương Lưu Từ Diệp Ninh Tống", "Văn", "Sáu Lý Mười Tài Hòa", "Thị", "Dung Mười Hằng Sinh"),
}  # fmt: skip
ETHNIC_MINORITIES = tuple(_ETHNIC)


def surname(rng: Random, *, southern: bool) -> str:
    """A surname with the national shares; Huỳnh and Võ in the South where the North has Hoàng and Vũ."""
    drawn: str = rng.choices(_SURNAMES, cum_weights=_SURNAME_WEIGHTS)[0]
    return _SOUTHERN.get(drawn, drawn) if southern else drawn


def draw_name(rng: Random, sex: str, year: int, *, southern: bool, ethnicity: str = "Kinh", family: str = "") -> str:
    """A full name in capitals for someone born in `year`; `family` keeps a given surname."""
    if ethnicity in _ETHNIC and rng.random() < 0.85:  # the others bear names like their Kinh neighbours
        return _ethnic_name(rng, sex, ethnicity, family)
    first = family or surname(rng, southern=southern)
    modern = rng.random() < (0.95 if year >= 2000 else 0.5 if year >= 1980 else 0.08)
    words = _female(rng, modern=modern) if sex == FEMALE else _male(rng, modern=modern)
    return f"{first} {words}".upper()


def _male(rng: Random, *, modern: bool) -> str:
    given = rng.choice(_NEW_MALE if modern else _OLD_MALE)
    length = rng.random()
    if length < 0.0093:
        return given
    middle = rng.choice(_MALE_MIDDLE)
    if modern and middle == "Văn" and rng.random() < 0.6:
        middle = rng.choice(_MALE_MIDDLE)
    if length < 0.737:
        return f"{middle} {given}"
    return f"{middle} {rng.choice(_MALE_SECOND)} {given}"


def _female(rng: Random, *, modern: bool) -> str:
    given = rng.choice(_NEW_FEMALE if modern else _OLD_FEMALE)
    middle = "Thị" if rng.random() < (0.25 if modern else 0.8) else rng.choice(_FEMALE_MIDDLE)
    length = rng.random()
    if length < 0.01:
        return given
    if length < 0.36:
        return f"{middle} {given}"
    return f"{middle} {rng.choice(_FEMALE_SECOND)} {given}"


def _ethnic_name(rng: Random, sex: str, ethnicity: str, family: str) -> str:
    surnames, male_middle, male_given, female_middle, female_given = _ETHNIC[ethnicity]
    middles, givens = (female_middle, female_given) if sex == FEMALE else (male_middle, male_given)
    first = family or rng.choice(surnames.split())
    middle = rng.choice(middles.split()) if middles else ""
    given = rng.choice(givens.split())
    # the Ê Đê put the family name last: H'Nga Niê
    words = (given, first) if ethnicity == "Ê Đê" else (first, middle, given)
    return " ".join(word.replace("_", " ") for word in words if word).upper()


def title_case(name: str) -> str:
    """NGUYỄN THỊ MẪU as Nguyễn Thị Mẫu, H'NGA NIÊ as H'Nga Niê."""
    return " ".join("'".join(part[:1] + part[1:].lower() for part in word.split("'")) for word in name.split())
