"""Measures the quality gate: pages with known text, blurred, bleached and cut step by step; who is warned, who is not.

    python -m scripts.bench_quality_gate FOLDER [--pages-most N] [--as-scanned]

FOLDER is what `sohoa samples make` wrote. A page reads well where at most 3 % of its letters are wrong, badly where more
than 10 % are. A warning on a page that reads well is a false alarm; blank pages must stay blank.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Annotated

import cv2
import numpy as np
import typer

from models.errors import UnreadableInput
from models.outcome import Reason
from models.page import PageImage, Pixels
from pipeline.clean import clean_page
from pipeline.colour import grey_of
from pipeline.confine import Confinement
from pipeline.legibility import judge
from pipeline.limits import Limits
from pipeline.recognize import read_pages
from scripts.reading_scores import TextScore
from scripts.reading_truth import TruePage, jobs_of
from scripts.samples.wear import grain

_WELL, _BADLY = 0.03, 0.10
_MM_AN_INCH = 25.4
_TOLD = (Reason.BLURRED, Reason.FAINT, Reason.CUT_OFF, Reason.LOW_RESOLUTION)
Spoil = Callable[[PageImage], Pixels]


@dataclass(slots=True)
class Row:
    """Counts of one step: pages; how they read; whom the gate warned; each reason's times."""

    pages: int = 0
    errors: float = 0.0
    well: int = 0
    well_warned: int = 0
    badly: int = 0
    badly_told: int = 0
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def note(self, rate: float, warnings: tuple[str, ...], *, rejected: bool) -> None:
        self.pages += 1
        self.errors += rate
        told = bool(warnings) or rejected
        self.well += rate <= _WELL
        self.well_warned += rate <= _WELL and told
        self.badly += rate > _BADLY
        self.badly_told += rate > _BADLY and told
        for reason in (*warnings, *(["rejected"] if rejected else [])):
            self.reasons[reason] += 1


def measure(folder: Path, *, pages_most: int | None, spoiled: bool) -> dict[str, Row]:
    """A row for each level as scanned, and with `spoiled` for each step of blur, bleach and cut."""
    rows: dict[str, Row] = defaultdict(Row)
    limits = Limits()
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as made, Confinement(limits) as confinement:
        workspace = Path(made, "unpacked")
        workspace.mkdir()
        jobs = jobs_of(folder, workspace=workspace, limits=limits, opener=confinement, pages_most=pages_most)
        with typer.progressbar(jobs, label=str(folder), file=typer.get_text_stream("stderr")) as bar:
            for job in bar:
                truths = {page.number: page for page in job.pages}
                for scan in job.scans:
                    truth = truths[scan.number]
                    if truth.born_digital or truth.unreadable:
                        continue
                    try:
                        image = confinement.open_page(scan)
                    except UnreadableInput:
                        continue
                    _note(rows, image, truth, Path(made), spoiled=spoiled)
    return rows


def _note(rows: dict[str, Row], image: PageImage, truth: TruePage, folder: Path, *, spoiled: bool) -> None:
    if truth.blank:
        row = rows["blank backs"]
        row.pages += 1
        row.reasons["blank"] += clean_page(image).blank
        return
    steps: dict[str, Spoil] = {f"as scanned: {truth.level}": lambda page: page.pixels}
    for name, spoil in (steps | (dict(_spoils()) if spoiled else {})).items():
        page = clean_page(replace(image, pixels=spoil(image)))
        ((page, text),) = read_pages([page], folder=folder)
        judged = judge(page, text)
        score = TextScore.of(truth.orders, judged.text)
        told = tuple(reason for reason in judged.warnings if reason in _TOLD)
        rows[name].note(
            score.errors / max(1, score.letters), told, rejected=judged.rejection is not None or judged.blank
        )


def _spoils() -> Iterator[tuple[str, Spoil]]:
    for sigma in (0.1, 0.2, 0.3, 0.4):
        yield f"out of focus by {sigma} mm", lambda page, s=sigma: _blurred(page, s)  # type: ignore[misc]
    for length in (0.5, 1.0, 2.0):
        yield f"moved by {length} mm", lambda page, n=length: _moved(page, n)  # type: ignore[misc]
    for share in (0.5, 0.35, 0.25, 0.15, 0.1):
        yield f"ink at {share:.0%}", lambda page, s=share: _bleached(page, s)  # type: ignore[misc]
    for side in ("left", "right", "top", "bottom"):
        yield f"cut: {side}", lambda page, s=side: _cut(page, s)  # type: ignore[misc]


def _pixels_of(page: PageImage, millimetres: float) -> float:
    return millimetres / _MM_AN_INCH * page.dpi


def _blurred(page: PageImage, sigma: float) -> Pixels:
    soft = cv2.GaussianBlur(page.pixels, (0, 0), _pixels_of(page, sigma))
    return grain(np.asarray(soft, np.uint8), Random(1), 2.2)


def _moved(page: PageImage, length: float) -> Pixels:
    soft = cv2.blur(page.pixels, (max(2, round(_pixels_of(page, length))), 1))
    return grain(np.asarray(soft, np.uint8), Random(1), 2.2)


def _bleached(page: PageImage, share: float) -> Pixels:
    table = (255 - (255 - np.arange(256)) * share).astype(np.uint8)
    return grain(np.asarray(cv2.LUT(page.pixels, table), np.uint8), Random(2), 4)


def _cut(page: PageImage, side: str) -> Pixels:
    """The scan without the strip beyond the outermost tenth of its print on one side."""
    grey = grey_of(page.pixels)
    edge = round(_pixels_of(page, 8))
    across = side in ("left", "right")
    inked = (grey < 110)[edge:-edge, edge:-edge].sum(axis=0 if across else 1).cumsum()
    share = 0.1 if side in ("left", "top") else 0.9
    at = edge + int(np.searchsorted(inked, share * inked[-1]))
    kept = {
        "left": page.pixels[:, at:], "right": page.pixels[:, :at], "top": page.pixels[at:], "bottom": page.pixels[:at],
    }[side]  # fmt: skip
    return np.ascontiguousarray(kept)


def _table(rows: dict[str, Row]) -> str:
    head = ("step", "pages", "CER %", "read well", "of these warned %", "read badly", "of these told %", "reasons")
    lines = [head, ("---",) * len(head)]
    for name, row in sorted(rows.items(), key=lambda item: not item[0].startswith("as scanned")):
        reasons = ", ".join(f"{times} × {reason}" for reason, times in row.reasons.items())
        warned = f"{100 * row.well_warned / row.well:.1f}" if row.well else "–"
        told = f"{100 * row.badly_told / row.badly:.1f}" if row.badly else "–"
        mean = f"{100 * row.errors / row.pages:.1f}"
        lines.append((name, str(row.pages), mean, str(row.well), warned, str(row.badly), told, reasons))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    pages_most: Annotated[int | None, typer.Option(min=1, help="Whole dossiers up to so many pages.")] = None,
    as_scanned: Annotated[bool, typer.Option("--as-scanned", help="Only the pages as they are: false alarms.")] = False,
) -> None:
    """Prints a table in Markdown."""
    print(_table(measure(folder, pages_most=pages_most, spoiled=not as_scanned)))


if __name__ == "__main__":
    typer.run(main)
