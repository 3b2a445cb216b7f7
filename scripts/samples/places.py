"""Places to live in: the 63 old provinces with some districts, the 34 new ones, communes drawn from a pool of names.

Provinces and districts are real; which commune lies where, its code and what it became in 2025 are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

_KINDS = {"q": "Quận", "h": "Huyện", "t": "Thị xã", "p": "Thành phố"}
_CITIES = frozenset({"01", "31", "46", "48", "79", "92"})  # under the central government, old and new

# old code|name|new code|districts (q quận, h huyện, t thị xã, p thành phố)
_TABLE = """
01|Hà Nội|01|qBa Đình,qĐống Đa,qHà Đông,hSóc Sơn,hThanh Trì,hQuốc Oai
02|Hà Giang|08|pHà Giang,hVị Xuyên,hĐồng Văn,hBắc Quang
04|Cao Bằng|04|pCao Bằng,hTrùng Khánh,hHòa An
06|Bắc Kạn|19|pBắc Kạn,hChợ Đồn,hNa Rì
08|Tuyên Quang|08|pTuyên Quang,hSơn Dương,hChiêm Hóa
10|Lào Cai|15|pLào Cai,tSa Pa,hBảo Thắng,hBát Xát
11|Điện Biên|11|pĐiện Biên Phủ,hTuần Giáo,hMường Ảng
12|Lai Châu|12|pLai Châu,hTam Đường,hSìn Hồ
14|Sơn La|14|pSơn La,hMai Sơn,hMộc Châu,hYên Châu
15|Yên Bái|15|pYên Bái,hTrấn Yên,hVăn Yên
17|Hòa Bình|25|pHòa Bình,hLạc Sơn,hMai Châu
19|Thái Nguyên|19|pThái Nguyên,hPhú Bình,hĐồng Hỷ
20|Lạng Sơn|20|pLạng Sơn,hCao Lộc,hHữu Lũng
22|Quảng Ninh|22|pHạ Long,pCẩm Phả,tQuảng Yên,hVân Đồn
24|Bắc Giang|24|pBắc Giang,hLục Ngạn,hTân Yên
25|Phú Thọ|25|pViệt Trì,hLâm Thao,hThanh Ba
26|Vĩnh Phúc|25|pVĩnh Yên,hTam Đảo,hYên Lạc
27|Bắc Ninh|24|pBắc Ninh,tQuế Võ,hGia Bình
30|Hải Dương|31|pHải Dương,tKinh Môn,hNinh Giang
31|Hải Phòng|31|qLê Chân,qNgô Quyền,hVĩnh Bảo,hTiên Lãng
33|Hưng Yên|33|pHưng Yên,tMỹ Hào,hKhoái Châu
34|Thái Bình|33|pThái Bình,hKiến Xương,hTiền Hải
35|Hà Nam|37|pPhủ Lý,hBình Lục,hLý Nhân
36|Nam Định|37|pNam Định,hHải Hậu,hÝ Yên,hGiao Thủy
37|Ninh Bình|37|pTam Điệp,hKim Sơn,hNho Quan
38|Thanh Hóa|38|pThanh Hóa,hThọ Xuân,hQuảng Xương,hNgọc Lặc
40|Nghệ An|40|pVinh,hĐô Lương,hDiễn Châu,hQuỳnh Lưu,hTương Dương
42|Hà Tĩnh|42|pHà Tĩnh,hCan Lộc,hĐức Thọ
44|Quảng Bình|44|pĐồng Hới,hLệ Thủy,hBố Trạch
45|Quảng Trị|44|pĐông Hà,hGio Linh,hHải Lăng
46|Huế|46|qThuận Hóa,tHương Thủy,hPhú Lộc
48|Đà Nẵng|48|qHải Châu,qSơn Trà,hHòa Vang
49|Quảng Nam|48|pTam Kỳ,pHội An,hDuy Xuyên
51|Quảng Ngãi|51|pQuảng Ngãi,hBình Sơn,hMộ Đức
52|Bình Định|52|pQuy Nhơn,tAn Nhơn,hPhù Mỹ
54|Phú Yên|66|pTuy Hòa,hTuy An,hĐồng Xuân
56|Khánh Hòa|56|pNha Trang,tNinh Hòa,hDiên Khánh
58|Ninh Thuận|56|pPhan Rang - Tháp Chàm,hNinh Phước,hNinh Sơn
60|Bình Thuận|68|pPhan Thiết,hTuy Phong,hHàm Thuận Bắc
62|Kon Tum|51|pKon Tum,hĐăk Hà,hSa Thầy
64|Gia Lai|52|pPleiku,tAyun Pa,hChư Sê,hIa Grai
66|Đắk Lắk|66|pBuôn Ma Thuột,hCư M'gar,hKrông Pắc
67|Đắk Nông|68|pGia Nghĩa,hĐắk Mil,hCư Jút
68|Lâm Đồng|68|pĐà Lạt,hĐức Trọng,hDi Linh
70|Bình Phước|75|pĐồng Xoài,hLộc Ninh,hBù Đăng
72|Tây Ninh|80|pTây Ninh,hGò Dầu,hTân Châu
74|Bình Dương|79|pThủ Dầu Một,pDĩ An,hBàu Bàng
75|Đồng Nai|75|pBiên Hòa,pLong Khánh,hTrảng Bom
77|Bà Rịa - Vũng Tàu|79|pVũng Tàu,pBà Rịa,hXuyên Mộc
79|Hồ Chí Minh|79|qGò Vấp,qBình Thạnh,qTân Phú,hCủ Chi,hHóc Môn
80|Long An|80|pTân An,hĐức Hòa,hCần Giuộc
82|Tiền Giang|82|pMỹ Tho,tGò Công,hCái Bè
83|Bến Tre|86|pBến Tre,hMỏ Cày Nam,hGiồng Trôm
84|Trà Vinh|86|pTrà Vinh,hCầu Ngang,hTrà Cú
86|Vĩnh Long|86|pVĩnh Long,hTam Bình,hVũng Liêm
87|Đồng Tháp|82|pCao Lãnh,pSa Đéc,hLấp Vò
89|An Giang|91|pLong Xuyên,pChâu Đốc,hChợ Mới
91|Kiên Giang|91|pRạch Giá,hGiồng Riềng,hAn Biên
92|Cần Thơ|92|qNinh Kiều,qCái Răng,hPhong Điền
93|Hậu Giang|92|pVị Thanh,hPhụng Hiệp,hLong Mỹ
94|Sóc Trăng|92|pSóc Trăng,hKế Sách,hMỹ Tú
95|Bạc Liêu|96|pBạc Liêu,tGiá Rai,hHồng Dân
96|Cà Mau|96|pCà Mau,hTrần Văn Thời,hCái Nước
"""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


# where the new province does not bear the name of the old one with its code (domain: Lào Cai is 15 now, was 10)
_NEW_NAMES = {
    "15": "Lào Cai", "24": "Bắc Ninh", "44": "Quảng Trị", "52": "Gia Lai", "80": "Tây Ninh", "82": "Đồng Tháp",
    "91": "An Giang",
}  # fmt: skip
_NORTH_NAMES = _listed(
    "An Bình,Bình Minh,Cẩm Sơn,Đại Đồng,Đông Hưng,Đồng Tâm,Đức Thắng,Hòa Bình,Hoàng Diệu,Hồng Phong,Hợp Thành,"
    "Hưng Đạo,Kim Long,Lam Sơn,Liên Hòa,Minh Khai,Nam Cường,Nghĩa Hưng,Ngọc Sơn,Phú Cường,Phúc Thịnh,Quang Minh,"
    "Quang Trung,Quỳnh Hoa,Sơn Hà,Tân Lập,Tân Thành,Thanh Bình,Thanh Lâm,Thống Nhất,Thượng Lâm,Tiên Phong,"
    "Trung Sơn,Trường Sơn,Vạn Xuân,Việt Hùng,Vĩnh Phú,Xuân Hòa,Yên Khánh,Yên Sơn"
)
_SOUTH_NAMES = _listed(
    "An Hòa,An Phú,An Thạnh,Bình An,Bình Phú,Bình Thành,Đông Thạnh,Hiệp Phước,Hòa Khánh,Hòa Lợi,Hòa Thuận,Hưng Mỹ,"
    "Long Bình,Long Điền,Long Hòa,Long Phú,Lộc An,Mỹ An,Mỹ Hạnh,Mỹ Phước,Nhơn Hòa,Ninh Thới,Phú Hòa,Phú Mỹ,"
    "Phước An,Phước Hậu,Phước Lộc,Tam Hiệp,Tân Châu,Tân Hòa,Tân Hưng,Tân Long,Tân Phú,Tân Thuận,Thạnh Lợi,"
    "Thạnh Mỹ,Thới Bình,Vĩnh An,Vĩnh Hòa,Vĩnh Thạnh"
)
_STREETS = _listed(
    "Lê Lợi,Trần Phú,Nguyễn Trãi,Hai Bà Trưng,Quang Trung,Lê Duẩn,Hùng Vương,Ngô Quyền,Phan Bội Châu,Điện Biên Phủ,"
    "Trường Chinh,Nguyễn Du,Lý Thường Kiệt,Bà Triệu,Phan Chu Trinh,Nguyễn Huệ,30 Tháng 4,Cách Mạng Tháng Tám"
)
_HAMLETS = _listed("Đông,Đoài,Thượng,Hạ,Trung,Tân Tiến,Quyết Thắng,Đồng Tâm,Yên Phú,Tân Lập,Hòa Bình,Phú Thịnh")
COMMUNES_A_PROVINCE = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A commune before 1 July 2025 (three levels) and the commune it belongs to since (two levels)."""

    old_province_code: str
    code: str
    old_commune: str
    district: str
    old_province: str
    new_commune: str
    new_province: str
    southern: bool
    urban: bool

    @property
    def old(self) -> str:
        """Xã Yên Sơn, Huyện Lục Nam, Tỉnh Bắc Giang."""
        return f"{self.old_commune}, {self.district}, {self.old_province}"

    @property
    def new(self) -> str:
        """Xã Yên Sơn, Tỉnh Bắc Ninh."""
        return f"{self.new_commune}, {self.new_province}"


@dataclass(frozen=True, slots=True)
class Address:
    """A house or hamlet in a place; the same home in both spellings."""

    line: str
    place: Place

    @property
    def old(self) -> str:
        return f"{self.line}, {self.place.old}"

    @property
    def new(self) -> str:
        return f"{self.line}, {self.place.new}"


def province_title(code: str, name: str) -> str:
    """Thành phố Hà Nội, Tỉnh Nghệ An."""
    return f"{'Thành phố' if code in _CITIES else 'Tỉnh'} {name}"


@cache
def places() -> tuple[Place, ...]:
    """All places, the same in every run."""
    rows = [line.split("|") for line in _TABLE.strip().splitlines()]
    new_names = {code: name for code, name, _, _ in rows} | _NEW_NAMES
    found: list[Place] = []
    for code, name, new_code, districts in rows:
        rng = Random(f"places {code}")
        southern = int(code) >= 48
        pool = rng.sample(_SOUTH_NAMES if southern else _NORTH_NAMES, COMMUNES_A_PROVINCE)
        kinds = districts.split(",")
        for index, commune in enumerate(pool):
            kind = kinds[index % len(kinds)]
            urban = kind[0] == "q" or (kind[0] in "tp" and index < len(pool) * 0.7)
            # every second commune joined a neighbour in 2025 and lost its name
            heir = commune if index % 2 == 0 else pool[index - 1]
            found.append(
                Place(
                    old_province_code=code,
                    code=f"{code}{index + 1:03d}",
                    old_commune=f"{'Phường' if urban else 'Xã'} {commune}",
                    district=f"{_KINDS[kind[0]]} {kind[1:]}",
                    old_province=province_title(code, name),
                    new_commune=f"{'Phường' if urban else 'Xã'} {heir}",
                    new_province=province_title(new_code, new_names[new_code]),
                    southern=southern,
                    urban=urban,
                )
            )
    return tuple(found)


def draw_address(rng: Random, place: Place) -> Address:
    """A home in the place: a street number or a residents' group in a ward, a hamlet elsewhere."""
    drawn = rng.random()
    if place.urban:
        if drawn < 0.6:
            suffix = rng.choice(("", "", "", "A", "/5B", "/12"))
            line = f"Số {rng.randrange(1, 460)}{suffix} đường {rng.choice(_STREETS)}"
        elif drawn < 0.85:
            line = f"Tổ dân phố {rng.randrange(1, 30)}"
        else:
            line = f"Tổ {rng.randrange(1, 40)}, khu phố {rng.randrange(1, 9)}"
    else:
        word = rng.choice(("Ấp", "Ấp", "Khóm", "Thôn")) if place.southern else rng.choice(("Thôn", "Xóm", "Bản"))
        line = f"{word} {rng.choice(_HAMLETS) if drawn < 0.55 else rng.randrange(1, 18)}"
    return Address(line, place)
