"""Small dossiers drawn on the spot for runs through the whole program; everyone on them is fictitious."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

LONG_AGO = 1_767_600_000
FONT = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
CITIZENS = (
    "id_number,old_id_number,full_name,birth_date,sex,ethnicity,nationality,origin,residence,residence_code,status\n"
    '036185012345,,NGUYỄN THỊ HƯỜNG,1985-03-12,female,Kinh,Việt Nam,,"Thôn Đông, Xã An Bình, Tỉnh Nghệ An",,alive\n'
    '001090004321,,TRẦN VĂN MẪU,1990-11-02,male,Kinh,Việt Nam,,"Thôn Đông, Xã An Bình, Tỉnh Nghệ An",,alive\n'
)
DECLARATION = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "",
    "TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    "Kính gửi: Ủy ban nhân dân xã An Bình",
    "Họ, chữ đệm, tên người yêu cầu: {name}",
    "Ngày, tháng, năm sinh: {birth}",
    "Giới tính: {sex}   Dân tộc: Kinh   Quốc tịch: Việt Nam",
    "Nơi cư trú: Thôn Đông, Xã An Bình, Tỉnh Nghệ An",
    "Giấy tờ tùy thân: Căn cước công dân số {number}",
    "Quan hệ với người được cấp Giấy xác nhận: bản thân",
)


def draw_declaration(path: Path, *, name: str, birth: str, sex: str, number: str) -> Path:
    """One declaration as a one-page PDF at 200 dpi."""
    page = Image.new("L", (1654, 2339), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, 38)
    for row, line in enumerate(DECLARATION):
        text = line.format(name=name, birth=birth, sex=sex, number=number)
        draw.text((150, 150 + 90 * row), text, font=font, fill=0)
    page.save(path, resolution=200)
    return path


def draw_inbox(folder: Path) -> Path:
    """Two dossiers that can be read, one file that is damaged, and something that is no scan."""
    folder.mkdir(parents=True)
    draw_declaration(
        folder / "H40.12-260105-0007.pdf",
        name="NGUYỄN THỊ HƯỜNG", birth="12/03/1985", sex="Nữ", number="036185012345",
    )  # fmt: skip
    (folder / "H40.12-260105-0008").mkdir()
    draw_declaration(
        folder / "H40.12-260105-0008" / "quét 1.pdf",
        name="TRẦN VĂN MẪU", birth="02/11/1990", sex="Nam", number="001090004321",
    )  # fmt: skip
    (folder / "H40.12-260106-0001.pdf").write_bytes(b"%PDF-1.7\nthe scanner lost power here")
    (folder / "ghi chú.docx").write_bytes(b"no scan at all")
    (folder / "manifest.csv").write_text(
        "dossier_code,procedure,unit,received_on,expected_pages,files\n"
        "H40.12-260105-0007,1.004873,,,1,\nH40.12-260105-0008,1.004873,,,1,\n",
        encoding="utf-8",
    )
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (LONG_AGO, LONG_AGO))  # what has just been written is looked at twice, two seconds apart
    return folder
