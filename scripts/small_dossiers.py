"""Dossiers of a page or a few, drawn fast, for measurements of everything around the reading; everyone on them is fictitious."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.fonts import font_file

_LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "",
    "TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    "Họ, chữ đệm, tên người yêu cầu: {name}",
    "Ngày, tháng, năm sinh: {birth}",
    "Giấy tờ tùy thân: Căn cước công dân số {number}",
)
_FAMILY = ("NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "VŨ", "ĐẶNG", "BÙI")
_MIDDLE = ("VĂN", "THỊ", "HỮU", "NGỌC", "ĐỨC", "MINH")
_GIVEN = ("AN", "BÌNH", "CƯỜNG", "DUNG", "HẠNH", "HƯƠNG", "LAN", "MẪU", "PHÚC", "TÂM")


def draw_small_dossiers(folder: Path, count: int, *, seed: int = 1, units: int = 4, pages: int = 1) -> Path:
    """So many PDFs of so many pages at 200 dpi named by their dossier code, of so many units; the same seed draws the same."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    font = ImageFont.truetype(font_file("Tinos"), 38)
    for ordinal in range(count):
        first, *more = [_drawn(declaration(chance), font) for _ in range(pages)]
        path = folder / f"{dossier_code(ordinal, units)}.pdf"
        first.save(path, resolution=200, save_all=True, append_images=more)
    return folder


def _drawn(lines: Sequence[str], font: ImageFont.FreeTypeFont) -> Image.Image:
    page = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        draw.text((150, 150 + 90 * row), line, font=font, fill=0)
    return page.convert("1")


def declaration(chance: random.Random) -> tuple[str, ...]:
    """The lines of one person's declaration."""
    facts = {
        "name": f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}",
        "birth": f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{chance.randint(1950, 2004)}",
        "number": f"{chance.randint(1, 96):03d}{chance.randint(0, 999_999_999):09d}",
    }
    return tuple(line.format(**facts) for line in _LINES)


def dossier_code(ordinal: int, units: int) -> str:
    """The code of the dossier with this number, from 0: up to 9,000 a day, in turns by unit."""
    return f"H40.{1 + ordinal % units}-2601{1 + ordinal // 9000 % 28:02d}-{1 + ordinal % 9000:04d}"
