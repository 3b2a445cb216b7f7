"""What the lines say: no corpus, but words by the rules of spelling, and what offices print, in random order.

Words follow each other by chance, so that the recognizer learns to read marks instead of guessing words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from scripts.samples.lexicon import draw_name
from scripts.samples.places import draw_address, places
from scripts.train_recognizer.syllables import syllables, with_tone

_LABELS = (
    "Họ, chữ đệm, tên|Họ và tên|Họ, chữ đệm và tên khai sinh|Ngày, tháng, năm sinh|Ngày sinh|Sinh ngày|Năm sinh|Giới tính|"
    "Dân tộc|Quốc tịch|Tôn giáo|Quê quán|Nguyên quán|Nơi sinh|Nơi cư trú|Nơi thường trú|Nơi đăng ký khai sinh|Nơi ở hiện tại|"
    "Số định danh cá nhân|Số CCCD|Số CMND|Giấy tờ tùy thân|Căn cước công dân số|Chứng minh nhân dân số|do|cấp ngày|Nơi cấp|"
    "Quan hệ với người được khai sinh|Số điện thoại liên hệ|Email|Kính gửi|Người yêu cầu|Người khai|Nội dung đề nghị|"
    "Tên hộ kinh doanh|Địa điểm kinh doanh|Ngành, nghề kinh doanh|Vốn kinh doanh|Mã số thuế|Thửa đất số|Tờ bản đồ số|"
    "Diện tích|Mục đích sử dụng|Thời hạn sử dụng|Nguồn gốc sử dụng|Đã chết vào lúc|Nơi chết|Nguyên nhân chết|Bên nam|Bên nữ|"
    "Tình trạng hôn nhân|Mã hồ sơ|Tiếp nhận hồ sơ của|Địa chỉ|Nơi nhận|Lưu|Số, quyển số|Trích yếu|Căn cứ|Xét đề nghị của|"
    "Có giá trị đến|Đặc điểm nhận dạng|Chủ hộ|Mối quan hệ với chủ hộ|Cân nặng|Kết hôn lần thứ mấy|Số|Mẫu số|Quyển số"
).split("|")
_HEADS = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập - Tự do - Hạnh phúc|ỦY BAN NHÂN DÂN|"
    "UỶ BAN NHÂN DÂN|TỜ KHAI ĐĂNG KÝ KHAI SINH|GIẤY CHỨNG SINH|GIẤY KHAI SINH|TRÍCH LỤC KHAI TỬ|GIẤY CHỨNG NHẬN KẾT HÔN|"
    "QUYẾT ĐỊNH|THÔNG BÁO|TỜ TRÌNH|GIẤY ỦY QUYỀN|CĂN CƯỚC CÔNG DÂN|CĂN CƯỚC|GIẤY CHỨNG MINH NHÂN DÂN|TM. ỦY BAN NHÂN DÂN|"
    "KT. CHỦ TỊCH|PHÓ CHỦ TỊCH|CHỦ TỊCH|NGƯỜI KÊ KHAI|NGƯỜI NỘP HỒ SƠ|NGƯỜI TIẾP NHẬN HỒ SƠ|CÔNG AN|BỘ CÔNG AN|"
    "SOCIALIST REPUBLIC OF VIET NAM|Independence - Freedom - Happiness|Citizen Identity Card|IDENTITY CARD|"
    "Số / No.|Họ và tên / Full name:|Ngày sinh / Date of birth:|Giới tính / Sex:|Quốc tịch / Nationality:|"
    "Quê quán / Place of origin:|Nơi thường trú / Place of residence:|Có giá trị đến / Date of expiry:|"
    "Số định danh cá nhân / Personal identification number:|MINISTRY OF PUBLIC SECURITY|"
    "(Ký, ghi rõ họ tên)|(Ký, ghi rõ họ, chữ đệm, tên)|Tôi cam đoan những nội dung khai trên đây là đúng sự thật"
).split("|")
_SYMBOLS = (
    "QĐ UBND TB KH BC TTr NQ HĐND CV STP BTP TT NĐ CP CT TLKT TLKS BS XNTTHN GBT VP TTHC BCĐ PC LĐTBXH CAH BCA".split()
)
_CONSONANTS, _PLAIN_VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"


def line_text(rng: Random) -> str:
    """One line, 1 to about 100 letters, NFC."""
    kind = rng.choices(_KINDS, cum_weights=_WEIGHTS)[0]
    text = " ".join(kind(rng).split())
    if rng.random() < 0.08:
        text = (
            rng.choice(("- ", "+ ", "– ", "• ", "a) ", "b) ", "đ) ", "(1) ", "(2) ", "1. ", "2. ", "10. ", "I. ", "* "))
            + text
        )
    return text[:110].strip() or "1"


@cache
def _common() -> tuple[str, ...]:
    """Syllables of labels and heads: those that offices print most."""
    return tuple(
        word.strip("():,./").lower() for text in (*_LABELS, *_HEADS) for word in text.split() if word.isalpha()
    )


def word(rng: Random) -> str:
    """A syllable, most often lower case."""
    chosen = rng.choice(_common()) if rng.random() < 0.25 else rng.choice(syllables())
    if rng.random() < 0.03:
        for modern, tone in (("òa", "\u0300"), ("óa", "\u0301"), ("ủy", "\u0309"), ("úy", "\u0301"), ("ùy", "\u0300")):
            if chosen.endswith(modern):
                chosen = chosen[: -len(modern)] + with_tone(
                    modern[0].translate(_BARE) + modern[1], tone, old_place=True
                )
    return chosen


_BARE = str.maketrans("òóủúù", "oouuu")


def _running(rng: Random) -> str:
    words = [word(rng) for _ in range(rng.randint(1, 17))]
    if rng.random() < 0.6:
        words[0] = words[0].capitalize()
    for place in range(len(words)):
        chance = rng.random()
        if chance < 0.06:
            words[place] = words[place].capitalize()
        elif chance < 0.08:
            words[place] = words[place].upper()
        elif chance < 0.11:
            words[place] = _number(rng)
        elif chance < 0.13:
            words[place] = f"({words[place]})"
        elif chance < 0.14:
            words[place] = f"“{words[place]}”" if rng.random() < 0.5 else f'"{words[place]}"'
        elif chance < 0.145:
            words[place] = rng.choice("-–&+=%")
        if rng.random() < 0.09:
            words[place] += rng.choice(",,,,;:.../!?")
    end = rng.choice(("", "", "", ".", ",", ";", ":", "./.", "...", "…", ")", "-"))
    return " ".join(words) + end


def _capitals(rng: Random) -> str:
    words = [word(rng) for _ in range(rng.randint(1, 8))]
    return (" ".join(words) + rng.choice(("", "", "", ":", ".", ","))).upper()


def _name(rng: Random) -> str:
    southern = rng.random() < 0.5
    name = draw_name(rng, sex=rng.choice(("male", "female")), year=rng.randint(1930, 2024), southern=southern)
    if rng.random() < 0.25:  # surnames and given names beyond the lists
        name = " ".join(
            [*name.split()[: rng.randint(0, 2)], *(word(rng).capitalize() for _ in range(rng.randint(1, 3)))]
        )
    return name.upper() if rng.random() < 0.65 else name


def _address(rng: Random) -> str:
    if rng.random() < 0.5:
        address = draw_address(rng, rng.choice(places()))
        return address.old if rng.random() < 0.5 else address.new
    parts = []
    if rng.random() < 0.5:
        parts.append(
            rng.choice(("Số ", "", "Số nhà ", "Nhà "))
            + str(rng.randint(1, 450))
            + rng.choice(("", "", "A", "/12", "/3B"))
        )
    parts.append(
        rng.choice(("Thôn ", "Ấp ", "Bản ", "Tổ ", "Khu phố ", "Xóm ", "đường ", "Tổ dân phố ", "Buôn "))
        + (str(rng.randint(1, 20)) if rng.random() < 0.4 else _titled(rng))
    )
    parts.append(rng.choice(("Xã ", "xã ", "Phường ", "P. ", "Thị trấn ", "TT. ")) + _titled(rng))
    if rng.random() < 0.6:
        parts.append(rng.choice(("Huyện ", "huyện ", "Quận ", "TP. ", "Thành phố ", "Thị xã ")) + _titled(rng))
    parts.append(rng.choice(("Tỉnh ", "tỉnh ", "TP. ", "Thành phố ", "")) + _titled(rng))
    return ", ".join(parts[rng.randint(0, 1) :])


def _titled(rng: Random) -> str:
    return " ".join(word(rng).capitalize() for _ in range(rng.choice((1, 2, 2, 2, 3))))


def _date(rng: Random) -> str:
    day, month, year = rng.randint(1, 31), rng.randint(1, 12), rng.randint(1920, 2029)
    return rng.choice((
        f"{day:02d}/{month:02d}/{year}", f"{day}/{month}/{year}", f"{day:02d}-{month:02d}-{year}", f"{day:02d}.{month:02d}.{year}",
        f"ngày {day:02d} tháng {month:02d} năm {year}", f"ngày {day} tháng {month} năm {year}", f"năm {year}", f"{year}",
        f"Ngày {day:02d} tháng {month:02d} năm {year}", f"{rng.randint(0, 23):02d} giờ {rng.randint(0, 59):02d} phút, ngày {day:02d} tháng {month:02d} năm {year}",
        f"{day:02d}/{month:02d}/{year} {rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}",
        f"{_titled(rng)}, ngày {day:02d} tháng {month:02d} năm {year}", "ngày      tháng      năm " + str(year),
    ))  # fmt: skip


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def number_text(rng: Random) -> str:
    """A number alone on its line, with a label or without: ids, dates, symbols, codes."""
    text = rng.choice((_number, _number, _date, _symbol, _code))(rng)
    return rng.choice(("", "", "Số: ", "Số CCCD: ", "ĐT: ", "No.: ", "Ngày sinh: ")) + text


def _number(rng: Random) -> str:
    return rng.choice((
        _digits(rng, rng.randint(1, 4)), _digits(rng, 12), "0" + _digits(rng, 11), _digits(rng, 9), f"{rng.randint(1, 999)}.{_digits(rng, 3)}",
        f"{rng.randint(1, 999)}.{_digits(rng, 3)}.{_digits(rng, 3)}", f"{rng.randint(0, 99)},{_digits(rng, 2)}", f"{rng.randint(1, 100)}%",
        "0" + _digits(rng, 9), f"0{_digits(rng, 3)} {_digits(rng, 3)} {_digits(rng, 3)}", f"{_digits(rng, rng.randint(1, 3))}/{rng.randint(1990, 2029)}",
        f"{_digits(rng, 3)} {_digits(rng, 3)} {_digits(rng, 3)} {_digits(rng, 3)}", " ".join(_digits(rng, 12)), str(rng.randint(1, 20)), f"{rng.randint(2, 900)}m²",
    ))  # fmt: skip


def _symbol(rng: Random) -> str:
    number = rng.choice((str(rng.randint(1, 9999)), f"{rng.randint(1, 99):02d}"))
    marks = "-".join(rng.choice(_SYMBOLS) for _ in range(rng.randint(1, 2)))
    year = f"/{rng.randint(1995, 2029)}" if rng.random() < 0.4 else ""
    made = rng.choice((f"{number}{year}/{marks}", f"{number}{year}", f"{number}/{marks}", f"/{marks}"))
    return rng.choice(("Số: ", "Số ", "số ", "")) + made


def _code(rng: Random) -> str:
    letter = rng.choice("GHHHHK")
    return rng.choice((
        f"{letter}{_digits(rng, 2)}.{_digits(rng, 2)}-{_digits(rng, 6)}-{_digits(rng, 4)}",
        f"000.00.{_digits(rng, 2)}.{letter}{_digits(rng, 2)}-{_digits(rng, 6)}-{_digits(rng, 4)}",
        f"{rng.randint(1, 3)}.{_digits(rng, 6)}", f"KQ.G{_digits(rng, 2)}.{_digits(rng, 6)}", "".join(rng.choice("ABCDEFGHIKLMNPQRSTUVXYZ0123456789") for _ in range(rng.randint(3, 10))),
        f"{_latin(rng)}{rng.randint(1, 99)}@{_latin(rng)}.{rng.choice(('vn', 'com', 'gov.vn', 'edu.vn'))}", f"www.{_latin(rng)}.gov.vn",
        f"{rng.choice('ABCDG')}{rng.choice('ABCDEG')} {_digits(rng, rng.randint(6, 8))}", f"[{rng.choice('xX ')}] {word(rng)}",
        "".join(rng.choice("ABCDEFGHIKLMNPQRSTUVXYZ<<<<0123456789") for _ in range(rng.randint(12, 30))),
    ))  # fmt: skip


def _latin(rng: Random) -> str:
    return "".join(
        rng.choice(_CONSONANTS) + rng.choice(_PLAIN_VOWELS) + (rng.choice(_CONSONANTS) if rng.random() < 0.3 else "")
        for _ in range(rng.randint(1, 4))
    )


def _foreign(rng: Random) -> str:
    words = [_latin(rng) for _ in range(rng.randint(1, 6))]
    style: Callable[[str], str] = rng.choice((str.capitalize, str.lower, str.upper))
    return " ".join(style(one) for one in words)


def _labelled(rng: Random) -> str:
    value = rng.choice((_name, _date, _number, _address, _titled, _running, _symbol))(rng)
    end = rng.choice((": ", ": ", ":", " : ", " ", ". "))
    return rng.choice(_LABELS) + end + value


def _label(rng: Random) -> str:
    return rng.choice(_LABELS) + rng.choice((":", ":", "", ".", " :"))


def _boxes(rng: Random) -> str:
    parts = []
    for _ in range(rng.randint(1, 3)):
        box, text = rng.choice("☐☒"), rng.choice(("Nam", "Nữ", "Có", "Không", _titled(rng), word(rng)))
        parts.append(f"{box} {text}" if rng.random() < 0.5 else f"{text} {box}")
    return rng.choice((", ", "  ", " ")).join(parts)


_SHARES: dict[Callable[[Random], str], float] = {
    _running: 34, _capitals: 9, _name: 13, _address: 9, _date: 7, _number: 5, _symbol: 4, _code: 3, _labelled: 9, _label: 2,
    _foreign: 2, _boxes: 1, lambda rng: rng.choice(_HEADS): 3,
}  # fmt: skip
_KINDS = tuple(_SHARES)
_WEIGHTS = [sum(list(_SHARES.values())[: place + 1]) for place in range(len(_SHARES))]
