"""How Tesseract reads print at several sizes: `python -m scripts.bench_letter_sizes`.

Draws a page of form text and lines of names in capitals, adds the blur and noise of a scanner, and prints for each
height of the small letters the share of words read wrong and the CPU seconds of the page, and how many NGUYỄN and NGUYÊN
come out right. The figures of docs/design_notes.md ("Letter height", "Marks on capitals") come from here.
"""

from __future__ import annotations

import resource
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.table import Table

from models.page import Pixels
from pipeline.fonts import font_file
from pipeline.tesseract import read_pictures

_DRAWN_LETTER = 30.0  # small letters of the drawings, pixels: about 300 dpi
_PAGE_SIZES = (10.0, 12.0, 15.0, 19.0, 24.0, 30.0)
_LINE_SIZES = (14.0, 19.0, 26.0, 36.0)
_TEXT = (
    "TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    "Họ, chữ đệm, tên người yêu cầu: Nguyễn Thị Mẫu",
    "Nơi cư trú: Số 12 đường Thử Nghiệm, phường Mẫu Giáo, thành phố Giả Định",
    "Giấy tờ tùy thân: Căn cước công dân số 001199000123 cấp ngày 01/06/2021",
    "Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân: Bản thân",
    "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm",
    "trước pháp luật về cam đoan của mình; đề nghị quý cơ quan bổ sung hồ sơ.",
) * 4
_NAMES = (
    "NGUYỄN THỊ MẪU", "NGUYỄN VĂN TÍN", "NGUYỄN QUỐC TUẤN", "NGUYỄN DIỄM MỸ", "NGUYỄN XUÂN HẬU",
    "PHẠM NGUYÊN SĨ", "LÊ THẢO NGUYÊN", "TRẦN NGUYÊN TÚ",
)  # fmt: skip
_FAMILIES = ("Tinos", "Arimo", "Noto Sans")
_STYLES = ("Regular", "Bold")


def _drawn(lines: Sequence[str], font: str, noise: np.random.RandomState) -> Pixels:
    """The lines on white, blurred and grained as by a scanner; H x W uint8."""
    face = ImageFont.truetype(font, 58)  # small letters and capitals together 30 pixels in the median
    image = Image.new("L", (2300, 60 + 110 * len(lines)), 255)
    for place, line in enumerate(lines):
        ImageDraw.Draw(image).text((40, 40 + 110 * place), line, font=face, fill=40)
    grained = cv2.GaussianBlur(np.asarray(image, np.float64), (0, 0), 1.2) + noise.normal(0, 10, (image.height, 2300))
    return np.asarray(np.clip(grained, 0, 255), np.uint8)


def _read(pictures: Sequence[Pixels], *, size: float, layout: int) -> tuple[list[str], float]:
    """The texts of the pictures at that size of their small letters, and Tesseract's CPU seconds."""
    scale = size / _DRAWN_LETTER
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for place, picture in enumerate(pictures):
            paths.append(Path(folder) / f"{place:03d}.png")
            cv2.imwrite(str(paths[-1]), cv2.resize(picture, None, fx=scale, fy=scale, interpolation=method))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        words = read_pictures(paths, folder=Path(folder), layout=layout)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [" ".join(word.text for word in read) for read in words], after.ru_utime - before.ru_utime


def main() -> None:
    """Prints the two tables."""
    noise = np.random.RandomState(1)
    fonts = [font_file(family, style=style) for family in _FAMILIES for style in _STYLES]
    pages = [_drawn(_TEXT, font, noise) for font in fonts[::2]]
    table = Table("letter px", "words wrong", "CPU s a page", title=f"pages ({len(pages)})")
    truth = Counter(" ".join(_TEXT).split())
    for size in _PAGE_SIZES:
        texts, seconds = _read(pages, size=size, layout=3)
        wrong = sum((truth - Counter(text.split())).total() for text in texts) / (truth.total() * len(texts))
        table.add_row(f"{size:g}", f"{wrong:.2%}", f"{seconds / len(pages):.2f}")
    Console().print(table)
    lines = [(name, _drawn([name], font, noise)) for name in _NAMES for font in fonts]
    table = Table("letter px", "NGUYỄN right", "NGUYÊN right", title="capitals")
    for size in _LINE_SIZES:
        texts, _ = _read([picture for _, picture in lines], size=size, layout=7)
        counts = []
        for word in ("NGUYỄN", "NGUYÊN"):
            asked = [text for (name, _), text in zip(lines, texts, strict=True) if word in name]
            counts.append(f"{sum(word in text for text in asked)} of {len(asked)}")
        table.add_row(f"{size:g}", *counts)
    Console().print(table)


if __name__ == "__main__":
    main()
