"""Born-digital slips of one small page each, made fast, every one with its own text; everyone on them is fictitious."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from pikepdf import Array, Pdf

from scripts.samples.digital import DigitalPages
from scripts.samples.fonts import Face
from scripts.samples.ink import A4, BLACK, Text
from scripts.small_dossiers import declaration, dossier_code

_WIDE, _HIGH = 200, 110  # points: the less paper, the less there is to draw and to clean
_A_FILE = 500
"""Slips that share a font: subsetting it is most of what a slip costs to make."""


def make_slips(folder: Path, count: int, *, seed: int = 1, units: int = 4) -> Path:
    """So many PDFs of one page of a receipt's size, named by their dossier code, of so many units; the same seed makes the same."""
    folder.mkdir(parents=True)
    for first in range(0, count, _A_FILE):
        sheets = list(_sheets(range(first, min(first + _A_FILE, count)), random.Random(f"{seed} {first}")))
        with Pdf.new() as together:
            pages = DigitalPages(together, sheets)
            for marks in sheets:
                pages.add(marks)
            for number, page in enumerate(together.pages, start=first):
                page.mediabox = Array([0, round(A4[1] - _HIGH, 2), _WIDE, round(A4[1], 2)])
                with Pdf.new() as alone:
                    alone.pages.append(page)
                    alone.save(folder / f"{dossier_code(number, units)}.pdf", deterministic_id=True)
    return folder


def _sheets(numbers: range, chance: random.Random) -> Iterator[list[Text]]:
    face = Face("Tinos")
    for number in numbers:
        lines = [*declaration(chance), f"Số tiếp nhận: {number + 1}"]
        yield [Text(8, 14 + 12 * row, line, face, 6, BLACK) for row, line in enumerate(lines) if line]
