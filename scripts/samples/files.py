"""Writes a dossier's pages as offices keep them: one PDF, a folder of images and PDFs, a multi-page TIFF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from scripts.samples.degrade import Level, Scan
from scripts.samples.digital import DigitalPages
from scripts.samples.scanning import Leaf

_PAGE_NAMES = ("{n}", "{n:02d}", "scan {n}", "trang-{n}")


class FileForm(StrEnum):
    """How a dossier's pages are kept; the names of the judging data."""

    PDF = "pdf"
    MIXED_PDF = "mixed_pdf"
    FOLDER = "folder"
    FOLDER_MIXED = "folder_mixed"
    TIFF = "tiff"
    TIFF_G4 = "tiff_g4"


def draw_form(leaves: Sequence[Leaf], rng: Random) -> FileForm:
    """A form that can hold these pages."""
    levels = {leaf.page.level for leaf in leaves}
    if levels == {Level.FAX}:
        return FileForm.TIFF_G4
    if Level.DIGITAL in levels:
        return rng.choice((FileForm.MIXED_PDF, FileForm.FOLDER_MIXED))
    return rng.choices((FileForm.PDF, FileForm.FOLDER, FileForm.TIFF), weights=(8, 2, 1))[0]


def write_files(inbox: Path, code: str, leaves: Sequence[Leaf], form: FileForm, rng: Random) -> list[str]:
    """Writes the pages, notes in each page's truth where it lies, and returns the files, relative to the inbox."""
    if form in (FileForm.PDF, FileForm.MIXED_PDF):
        name = f"{code}.pdf"
        _place(leaves, name)
        (inbox / name).write_bytes(pdf_of(leaves))
        return [name]
    if form in (FileForm.TIFF, FileForm.TIFF_G4):
        name = f"{code}.tif"
        _place(leaves, name)
        (inbox / name).write_bytes(tiff_of(leaves, bilevel=form is FileForm.TIFF_G4))
        return [name]
    pattern = rng.choice(_PAGE_NAMES)
    (inbox / code).mkdir()
    names: list[str] = []
    for number, leaf in enumerate(leaves, 1):
        suffix = "jpg" if leaf.scan else "pdf"
        names.append(f"{code}/{pattern.format(n=number)}.{suffix}")
        leaf.page.file = names[-1]
        (inbox / names[-1]).write_bytes(jpeg_of(leaf.scan) if leaf.scan else pdf_of([leaf]))
    return names


def _place(leaves: Sequence[Leaf], name: str) -> None:
    for number, leaf in enumerate(leaves, 1):
        leaf.page.file, leaf.page.file_page = name, number


def jpeg_of(scan: Scan) -> bytes:
    written = io.BytesIO()
    Image.fromarray(scan.pixels).save(written, "JPEG", quality=scan.quality or 75, dpi=(scan.dpi, scan.dpi))
    return written.getvalue()


def pdf_of(leaves: Sequence[Leaf]) -> bytes:
    """One PDF: scans as JPEG pages, born-digital pages as text. The same bytes for the same pages."""
    pdf = Pdf.new()
    digital = DigitalPages(pdf, [leaf.page.sheet.marks for leaf in leaves if leaf.scan is None and leaf.page.sheet])
    for leaf in leaves:
        if leaf.scan is not None:
            _add_scan(pdf, leaf.scan)
        elif leaf.page.sheet:
            digital.add(leaf.page.sheet.marks)
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _add_scan(pdf: Pdf, scan: Scan) -> None:
    height, width = scan.pixels.shape[:2]
    image = Stream(
        pdf, jpeg_of(scan),
        {
            "/Type": Name.XObject, "/Subtype": Name.Image, "/Width": width, "/Height": height, "/BitsPerComponent": 8,
            "/ColorSpace": Name.DeviceRGB if scan.pixels.ndim == 3 else Name.DeviceGray, "/Filter": Name.DCTDecode,
        },
    )  # fmt: skip
    wide, high = round(width * 72 / scan.dpi, 2), round(height * 72 / scan.dpi, 2)
    page = Dictionary(
        Type=Name.Page, MediaBox=Array([0, 0, wide, high]),
        Resources=Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(image))),
        Contents=Stream(pdf, f"q {wide} 0 0 {high} 0 0 cm /Im0 Do Q".encode("ascii")),
    )  # fmt: skip
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def tiff_of(leaves: Sequence[Leaf], *, bilevel: bool) -> bytes:
    """A multi-page TIFF, CCITT group 4 for fax pages, JPEG for others."""
    scans = [leaf.scan for leaf in leaves if leaf.scan]
    images = [Image.fromarray(scan.pixels).convert("1") if bilevel else Image.fromarray(scan.pixels) for scan in scans]
    for image, scan in zip(images, scans, strict=True):
        image.info["dpi"] = (scan.dpi, scan.dpi)
        image.encoderinfo = {"dpi": (scan.dpi, scan.dpi)}
    written = io.BytesIO()
    compression = "group4" if bilevel else "jpeg"
    images[0].save(
        written,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        compression=compression,
        dpi=(scans[0].dpi, scans[0].dpi),
    )
    return written.getvalue()
