"""Cover sheets drawn: one A4 page a dossier, with its codes twice and the same in words a clerk reads."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import pikepdf
from PIL import Image, ImageDraw, ImageFont

from models.dossier import Announcement
from models.page import Pixels
from models.procedure import base_code
from pipeline.cover_sheet import payload, short_payload
from pipeline.fonts import font_file
from pipeline.qr_writing import bar_modules, qr_modules

_DPI = 300
_WIDTH, _HEIGHT = 2480, 3508  # A4 at 300 dpi
_MARGIN = 180
_QR_PIXELS = 750  # 63 mm: modules of 1.5 mm are read from a fax at 100 dpi
_ADVICE = (
    "Đặt tờ này trước trang đầu tiên của hồ sơ rồi quét liền cả tập.",
    "Quét theo chiều nào cũng được. Không viết, không đóng dấu lên các mã.",
    "Tờ bìa không phải thành phần hồ sơ và không tính vào số trang.",
)


def make_sheets(announcements: Sequence[Announcement], *, procedure_names: Mapping[str, str]) -> bytes:
    """A PDF with one A4 cover sheet an announcement; the same announcements give the same bytes.

    `procedure_names` are Vietnamese names by code. Raises UsageError: a font is missing, an announcement has a value
    that no code can carry.
    """
    with pikepdf.new() as pdf:
        for announcement in announcements:
            sheet = _sheet(announcement, procedure_names.get(base_code(announcement.procedure or ""), ""))
            _add_page(pdf, sheet)
        pdf.docinfo["/Title"] = "Tờ bìa hồ sơ"
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True)
        return target.getvalue()


def _add_page(pdf: pikepdf.Pdf, sheet: Image.Image) -> None:
    points = (_WIDTH * 72 / _DPI, _HEIGHT * 72 / _DPI)
    page = pdf.add_blank_page(page_size=points)
    image = pikepdf.Stream(pdf, zlib.compress(np.packbits(np.asarray(sheet), axis=1).tobytes(), 9))
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = _WIDTH, _HEIGHT, 1
    image.ColorSpace, image.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.FlateDecode
    page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Sheet=image))
    page.obj["/Contents"] = pdf.make_stream(f"{points[0]:.3f} 0 0 {points[1]:.3f} 0 0 cm /Sheet Do".encode("ascii"))


def _sheet(announcement: Announcement, procedure_name: str) -> Image.Image:
    """The page as 1-bit pixels: a QR at each end (torn or soiled, one is left), bars of the code at the foot."""
    page = Image.new("1", (_WIDTH, _HEIGHT), 1)
    qr = _scaled(qr_modules(payload(announcement)), _QR_PIXELS)
    page.paste(qr, (_WIDTH - _MARGIN - qr.width, _MARGIN))
    page.paste(qr, (_MARGIN, _HEIGHT - _MARGIN - qr.height))
    bars = bar_modules(short_payload(announcement.code))
    wide = np.repeat(np.repeat(bars, 4, axis=1), 180, axis=0)
    page.paste(Image.fromarray(wide).convert("1"), (_WIDTH - _MARGIN - wide.shape[1], _HEIGHT - _MARGIN - 400))
    draw = ImageDraw.Draw(page)
    draw.text((_MARGIN, _MARGIN + 60), "TỜ BÌA HỒ SƠ", font=_font(120, bold=True), fill=0)
    draw.text((_MARGIN, _MARGIN + 230), "dùng để tách hồ sơ khi quét", font=_font(56), fill=0)
    draw.text((_MARGIN, 1030), announcement.code.text, font=_fitting(announcement.code.text, 150), fill=0)
    y = 1290
    for label, value in _words(announcement, procedure_name):
        draw.text((_MARGIN, y), label, font=_font(56), fill=0)
        for line in _wrapped(value, _font(62, bold=True), _WIDTH - 2 * _MARGIN - 560):
            draw.text((_MARGIN + 560, y - 6), line, font=_font(62, bold=True), fill=0)
            y += 84
        y += 36
    y = max(y + 60, 2080)
    for line in _ADVICE:
        draw.text((_MARGIN, y), line, font=_font(50), fill=0)
        y += 78
    draw.text((_WIDTH - _MARGIN - 1160, _HEIGHT - _MARGIN - 190), announcement.code.text, font=_font(50), fill=0)
    return page


def _words(announcement: Announcement, procedure_name: str) -> list[tuple[str, str]]:
    procedure = " – ".join(part for part in (announcement.procedure, procedure_name) if part)
    received = announcement.received_on or announcement.code.received_on
    return [
        ("Thủ tục", procedure or "chưa ghi"),
        ("Đơn vị tiếp nhận", announcement.unit or announcement.code.unit),
        ("Ngày tiếp nhận", f"{received:%d/%m/%Y}"),
        ("Số trang", str(announcement.expected_pages) if announcement.expected_pages else "chưa ghi"),
    ]


def _scaled(modules: Pixels, pixels: int) -> Image.Image:
    times = max(1, pixels // modules.shape[0])
    return Image.fromarray(np.repeat(np.repeat(modules, times, axis=0), times, axis=1)).convert("1")


def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file("Arimo", style="Bold" if bold else "Regular"), size)


def _fitting(text: str, size: int) -> ImageFont.FreeTypeFont:
    while _font(size, bold=True).getlength(text) > _WIDTH - 2 * _MARGIN:
        size -= 4
    return _font(size, bold=True)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
