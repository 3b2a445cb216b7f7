"""The provinces: the 63 until 30 June 2025 by their codes as agencies (QĐ 20/2020/QĐ-TTg), and the 34 since, with those they took over."""

from __future__ import annotations

from datetime import date

MERGED_ON = date(2025, 7, 1)

_NAMES = (
    "An Giang", "Bắc Giang", "Bắc Kạn", "Bạc Liêu", "Bắc Ninh", "Bà Rịa - Vũng Tàu", "Bến Tre", "Bình Định", "Bình Dương",
    "Bình Phước", "Bình Thuận", "Cà Mau", "Cần Thơ", "Cao Bằng", "Đắk Lắk", "Đắk Nông", "Đà Nẵng", "Điện Biên", "Đồng Nai",
    "Đồng Tháp", "Gia Lai", "Hà Giang", "Hải Dương", "Hải Phòng", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hòa Bình",
    "Thành phố Hồ Chí Minh", "Hậu Giang", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum", "Lai Châu", "Lâm Đồng",
    "Lạng Sơn", "Lào Cai", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận", "Phú Thọ", "Phú Yên",
    "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh", "Thái Bình",
    "Thái Nguyên", "Thanh Hóa", "Thừa Thiên Huế", "Tiền Giang", "Trà Vinh", "Tuyên Quang", "Vĩnh Long", "Vĩnh Phúc",
    "Yên Bái",
)  # fmt: skip
FORMER = {f"H{number:02d}": name for number, name in enumerate(_NAMES, start=1)}
"""By code, H01 to H63. Which of these codes a merged province goes on using is not settled, so both stay as they are."""

_MERGED = (
    ("01", "Hà Nội", "Hà Nội"), ("04", "Cao Bằng", "Cao Bằng"), ("08", "Tuyên Quang", "Hà Giang;Tuyên Quang"),
    ("11", "Điện Biên", "Điện Biên"), ("12", "Lai Châu", "Lai Châu"), ("14", "Sơn La", "Sơn La"),
    ("15", "Lào Cai", "Lào Cai;Yên Bái"), ("19", "Thái Nguyên", "Bắc Kạn;Thái Nguyên"), ("20", "Lạng Sơn", "Lạng Sơn"),
    ("22", "Quảng Ninh", "Quảng Ninh"), ("24", "Bắc Ninh", "Bắc Giang;Bắc Ninh"),
    ("25", "Phú Thọ", "Hòa Bình;Phú Thọ;Vĩnh Phúc"), ("31", "Hải Phòng", "Hải Dương;Hải Phòng"),
    ("33", "Hưng Yên", "Hưng Yên;Thái Bình"), ("37", "Ninh Bình", "Hà Nam;Nam Định;Ninh Bình"),
    ("38", "Thanh Hóa", "Thanh Hóa"), ("40", "Nghệ An", "Nghệ An"), ("42", "Hà Tĩnh", "Hà Tĩnh"),
    ("44", "Quảng Trị", "Quảng Bình;Quảng Trị"), ("46", "Huế", "Thừa Thiên Huế"), ("48", "Đà Nẵng", "Đà Nẵng;Quảng Nam"),
    ("51", "Quảng Ngãi", "Quảng Ngãi;Kon Tum"), ("52", "Gia Lai", "Bình Định;Gia Lai"),
    ("56", "Khánh Hòa", "Khánh Hòa;Ninh Thuận"), ("66", "Đắk Lắk", "Phú Yên;Đắk Lắk"),
    ("68", "Lâm Đồng", "Bình Thuận;Đắk Nông;Lâm Đồng"), ("75", "Đồng Nai", "Bình Phước;Đồng Nai"),
    ("79", "Thành phố Hồ Chí Minh", "Bình Dương;Bà Rịa - Vũng Tàu;Thành phố Hồ Chí Minh"),
    ("80", "Tây Ninh", "Tây Ninh;Long An"), ("82", "Đồng Tháp", "Tiền Giang;Đồng Tháp"),
    ("86", "Vĩnh Long", "Bến Tre;Trà Vinh;Vĩnh Long"), ("91", "An Giang", "An Giang;Kiên Giang"),
    ("92", "Cần Thơ", "Cần Thơ;Hậu Giang;Sóc Trăng"), ("96", "Cà Mau", "Bạc Liêu;Cà Mau"),
)  # fmt: skip
_BY_NAME = {name: code for code, name in FORMER.items()}
PROVINCES = tuple((code, name, tuple(_BY_NAME[old] for old in olds.split(";"))) for code, name, olds in _MERGED)
"""The 34 since 1 July 2025: code of the statistics office, name, codes of the former ones."""
