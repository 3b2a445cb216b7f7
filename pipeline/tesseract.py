"""Tesseract through pytesseract, its only home: one process reads many pictures and gives words with boxes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytesseract

from models.errors import RecognizerFailed, RecognizerMissing

LANGUAGE = "vie"
ZONE_LANGUAGE = "eng"  # comes with tesseract-ocr; reads the OCR-B of machine-readable zones, where `vie` takes 3 for 5


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word in a picture: its text, confidence (0 to 1), box in the picture's pixels, and where it stands in layout.

    `handwritten`: how likely a pen wrote it, 0 to 1; `cuts`: where each letter but the first begins. Tesseract is not
    asked for either.
    """

    text: str
    confidence: float
    left: int
    top: int
    width: int
    height: int
    block: int
    paragraph: int
    line: int
    handwritten: float = 0.0
    cuts: tuple[int, ...] = ()


def check_installed() -> str:
    """The installed Tesseract's version; raises RecognizerMissing with what to install."""
    try:
        languages = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError) as error:
        raise RecognizerMissing(
            "Tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-vie"
        ) from error
    if not {LANGUAGE, ZONE_LANGUAGE} <= set(languages):
        raise RecognizerMissing(
            "Tesseract's models are not installed: apt-get install tesseract-ocr-eng tesseract-ocr-vie"
        )
    return str(pytesseract.get_tesseract_version())


def read_pictures(
    pictures: Sequence[Path],
    *,
    folder: Path,
    layout: int = 3,
    seconds: float = 120.0,
    dpi: int = 200,
    options: str = "",
    language: str = LANGUAGE,
) -> tuple[tuple[ReadWord, ...], ...]:
    """The words of each picture, in one Tesseract process.

    `folder` takes the list of pictures; `layout` is Tesseract's page segmentation mode; `seconds` is the limit for all.
    Raises RecognizerFailed when Tesseract crashes or runs out of time, RecognizerMissing when it is not there.
    """
    if not pictures:
        return ()
    listing = folder / "pictures.txt"
    listing.write_text("".join(f"{picture}\n" for picture in pictures), encoding="utf-8")
    # one thread a process: on two cores Tesseract's own threads cost six times (docs/design_notes.md)
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        table = pytesseract.image_to_data(
            str(listing),
            lang=language,
            config=f"--psm {layout} --dpi {dpi} -c tessedit_do_invert=0 {options}".strip(),
            output_type=pytesseract.Output.STRING,
            timeout=seconds,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise RecognizerMissing(
            "Tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-vie"
        ) from error
    except pytesseract.TesseractError as error:  # before RuntimeError, which it also is
        raise RecognizerFailed(f"Tesseract stopped with status {error.status}") from None
    except RuntimeError:
        raise RecognizerFailed(f"Tesseract ran longer than {seconds:.0f} s") from None
    finally:
        listing.unlink(missing_ok=True)
    return _parse(table, len(pictures))


def _parse(table: str, count: int) -> tuple[tuple[ReadWord, ...], ...]:
    pages: list[list[ReadWord]] = [[] for _ in range(count)]
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5":
            continue
        text = cells[11].strip()
        confidence = float(cells[10])
        if not text or confidence < 0:
            continue
        page, block, paragraph, line = (int(cell) for cell in cells[1:5])
        if page > count:
            raise RecognizerFailed("Tesseract read more pictures than it was given")
        left, top, width, height = (int(cell) for cell in cells[6:10])
        pages[page - 1].append(
            ReadWord(text, min(confidence, 100.0) / 100, left, top, width, height, block, paragraph, line)
        )
    return tuple(tuple(page) for page in pages)
