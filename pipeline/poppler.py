"""Poppler's listing programs: which images a page holds (pdfimages), where its words stand (pdftotext)."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from models.errors import UnreadableInput, UsageError
from models.outcome import Reason


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """An image as a page shows it: its own pixels and its resolution there."""

    width: int
    height: int
    dpi_across: float
    dpi_down: float

    @property
    def square_inches(self) -> float:
        return (self.width / self.dpi_across) * (self.height / self.dpi_down)


def placed_images(path: Path, page: int, *, seconds: float) -> tuple[PlacedImage, ...]:
    """The images of one page, masks left out (`pdfimages -list`, poppler 22.12).

    Columns: page num type width height color comp bpc enc interp object ID x-ppi y-ppi size ratio.
    """
    listing = _run(["pdfimages", "-list", "-f", str(page), "-l", str(page), str(path)], seconds=seconds)
    images = []
    for line in listing.splitlines()[2:]:
        columns = line.split()
        # an inline image has no object number: "[inline]" takes the place of two columns
        if len(columns) < 15 or columns[2] not in {"image", "stencil"}:
            continue
        try:
            width, height, across, down = int(columns[3]), int(columns[4]), float(columns[-4]), float(columns[-3])
        except ValueError:
            continue
        if across > 0 and down > 0:
            images.append(PlacedImage(width, height, across, down))
    return tuple(images)


def word_listing(path: Path, page: int, *, seconds: float) -> str:
    """The page's words with boxes as XHTML (`pdftotext -bbox-layout`), of the part of the page that is shown.

    `-nodiag` leaves out slanted letters: those that run around a seal, watermarks.
    """
    return _run(
        ["pdftotext", "-bbox-layout", "-nodiag", "-cropbox", "-f", str(page), "-l", str(page), str(path), "-"],
        seconds=seconds,
    )


def _run(command: list[str], *, seconds: float) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise UnreadableInput(Reason.TOO_SLOW, command[0]) from error
    except FileNotFoundError as error:
        raise UsageError(f"{command[0]} is not installed: apt-get install poppler-utils") from error
    return done.stdout.decode("utf-8", "replace")
