"""Pages drawn as pixels, for tests of cleaning and reading: black print on white A4 at 200 dpi."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.page import PageImage, PageSource, Pixels, Scan
from pipeline.fonts import font_file

DPI = 200
WIDTH, HEIGHT = 1654, 2339
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "TỜ KHAI ĐĂNG KÝ KHAI SINH",
    "Kính gửi: Ủy ban nhân dân phường Mẫu Giáo",
    "Họ, chữ đệm, tên người yêu cầu: NGUYỄN THỊ MẪU",
    "Ngày, tháng, năm sinh: 17/05/1999",
    "Nơi cư trú: Số 1 đường Thử Nghiệm, phường Mẫu Giáo",
    "Giấy tờ tùy thân: Căn cước công dân số 001199000123",
    "Quan hệ với người được khai sinh: mẹ đẻ của trẻ",
    "Đề nghị cơ quan đăng ký khai sinh cho người dưới đây",
)


def drawn(
    lines: Sequence[str] = LINES, *, size: int = 36, left: int = 200, top: int = 240, leading: int = 80
) -> Pixels:
    """A page with `lines` in Tinos of `size` pixels; H x W x 3 uint8 RGB."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(font_file("Tinos"), size)
    for place, line in enumerate(lines):
        draw.text((left, top + place * leading), line, fill=(15, 15, 15), font=font)
    return np.array(image)


def skewed(pixels: Pixels, degrees_clockwise: float, *, ground: int = 255) -> Pixels:
    """The page turned clockwise about its middle, on a ground of that grey, nothing cut off."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees_clockwise, 1.0)
    room = 160
    matrix[:, 2] += room
    size = (width + 2 * room, height + 2 * room)
    return np.asarray(
        cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(ground,) * 3), dtype=np.uint8
    )


def page_image(pixels: Pixels, *, number: int = 1, dpi: float = DPI) -> PageImage:
    return PageImage(Scan(number, PageSource("a.png", "0" * 64, 1), Path("a.png")), pixels, dpi)
