"""Names of agencies out of a head in capitals: Ủy ban nhân dân phường Chiềng An, Công an tỉnh Vĩnh Long."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.vietnamese import fold, nfc, squeeze
from pipeline.labels import closest

# Common nouns in names of agencies, as they are written in running text (NĐ 30/2020/NĐ-CP, annex II).
_COMMON = (
    "Ủy ban nhân dân", "Hội đồng nhân dân", "Trung tâm Phục vụ hành chính công", "Bộ phận Tiếp nhận và Trả kết quả", "Phòng Kinh tế",
    "Phòng Kinh tế, Hạ tầng và Đô thị", "Phòng Tài chính - Kế hoạch", "Phòng Văn hóa - Xã hội", "Công an", "Bệnh viện Phụ sản",
    "Bệnh viện đa khoa", "Bệnh viện", "Trạm Y tế", "Trung tâm Y tế", "Sở Y tế", "Sở Tư pháp", "Sở Tài nguyên và Môi trường",
    "Sở Nông nghiệp và Môi trường", "Bộ Công an", "Bộ Tư pháp", "Ban Chỉ đạo", "Văn phòng Đăng ký đất đai", "Văn phòng", "Chi nhánh",
    "Phòng Tư pháp", "Phòng", "Sở", "Bộ", "Ban", "Cục", "Chi cục", "Trung tâm", "Bộ phận", "Hội đồng", "Thanh tra", "Tòa án nhân dân",
    "Bộ Tài chính", "Sở Tài chính", "Sở Kế hoạch và Đầu tư", "Bộ Lao động - Thương binh và Xã hội", "Chính phủ", "Nhà hộ sinh",
    "Phòng Đăng ký kinh doanh", "Phòng khám", "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
)  # fmt: skip
_UNITS = ("xã", "phường", "thị trấn", "huyện", "quận", "thị xã", "thành phố", "tỉnh", "đặc khu", "khu vực")
_SHORT = {"ubnd": "Ủy ban nhân dân", "hdnd": "Hội đồng nhân dân", "ca": "Công an", "tp": "thành phố", "tt": "thị trấn"}


def agencies_of(rows: Sequence[str]) -> tuple[str, ...]:
    """The agencies of a head, superior first; `rows` are its lines, and a long name runs over two."""
    names: list[str] = []
    for row in rows:
        if names and not _starts_agency(row):
            names[-1] += " " + row
        else:
            names.append(row)
    return tuple(filter(None, (agency_name(name) for name in names)))


def _starts_agency(row: str) -> bool:
    words = squeeze(re.sub(r"[^\w\s]", "", nfc(row))).lower().split(" ")
    for name in _COMMON:
        start = name.lower().replace(",", "").replace(" -", "").split(" ")
        # One short word alone (Phòng, Sở, Ban) may be a place without its marks: it has to be read with them.
        if words[: len(start)] == start or (
            len(start) > 1 and fold(" ".join(words[: len(start)])) == fold(" ".join(start))
        ):
            return True
    return words[0] in _SHORT


def agency_name(text: str) -> str | None:
    """A name in capitals (or any case) as running text writes it; None where it does not begin like an agency."""
    words = squeeze(re.sub(r"[^\w\s,\-]", " ", nfc(text))).strip(" ,-").split(" ")
    if not words or not words[0]:
        return None
    expanded = [part for word in words for part in _SHORT.get(fold(word), word).split(" ")]
    plain = [fold(word) for word in expanded]
    start = next(
        (name for name in sorted(_COMMON, key=len, reverse=True) if plain[: len(name.split())] == fold(name).split()),
        None,
    )
    if start is None:
        return None
    count = len(start.split())
    # A longer known name, read with a word or two garbled (Bộ phận Tiếp nhận và Trả kết _ qu).
    longer = closest(" ".join(plain), [fold(name) for name in _COMMON if len(name.split()) > 4], cutoff=88)
    if longer:
        return next(name for name in _COMMON if fold(name) == longer[0])
    return " ".join([start, *_place(expanded[count:])])


def _place(words: Sequence[str]) -> list[str]:
    """Unit words in small letters, names with a capital; after a unit word everything up to the next one is its name."""
    placed: list[str] = []
    i = 0
    while i < len(words):
        for length in (2, 1):
            unit = " ".join(fold(word) for word in words[i : i + length])
            known = next((name for name in _UNITS if fold(name) == unit), None)
            if known and i + length < len(words):
                placed.append(known)
                i += length
                break
        else:
            placed.append(_capital(words[i]))
            i += 1
    return placed


def _capital(word: str) -> str:
    if word in ("-", "–") or any(c.isdigit() for c in word):
        return word
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
