"""Puts a dossier through the office's machines: levels, page order, blank backs, turned and spoilt pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np

from models.document import DocumentType
from scripts.samples.degrade import Level, Scan, capture, spoil
from scripts.samples.dossiers import Dossier
from scripts.samples.paint import PIXELS, paint
from scripts.samples.paper import Paper
from scripts.samples.sheet import Sheet
from scripts.samples.truth import ScannedPage
from scripts.samples.wear import Pixels

_FAX_DOSSIERS = 0.07
_LEVELS = {Level.CLEAN: 17, Level.OFFICE: 40, Level.POOR: 18, Level.PHONE: 12, Level.DIGITAL: 20}
_ALWAYS_PAPER = frozenset({DocumentType.ID_CARD, DocumentType.BIRTH_NOTIFICATION, DocumentType.OTHER})
_PHOTOCOPIED_CARDS = 0.62
_BLANK_BACKS = 0.08
_TURNED = 0.1
_REVERSED = 0.2
_UNREADABLE = 0.006


@dataclass(slots=True)
class Leaf:
    """A page of the dossier: its truth, and its pixels unless it was born digital."""

    page: ScannedPage
    scan: Scan | None


def scan_dossier(dossier: Dossier, rng: Random) -> list[Leaf]:
    """All pages in the order of the scan."""
    leaves: list[Leaf] = []
    fax = rng.random() < _FAX_DOSSIERS
    behind: Pixels | None = None
    for paper in dossier.papers:
        level = Level.FAX if fax else _level(paper, rng)
        photocopy = paper.type is DocumentType.ID_CARD and rng.random() < _PHOTOCOPIED_CARDS
        for sheet in in_scan_order(paper, rng):
            if level is Level.DIGITAL:
                leaves.append(Leaf(ScannedPage(paper, sheet, level), None))
                continue
            drawn: Pixels = np.asarray(paint(sheet.marks))
            leaves.append(_leaf(paper, sheet, drawn, level, rng, behind, photocopy=photocopy))
            if rng.random() < _BLANK_BACKS:
                empty: Pixels = np.full((PIXELS[1], PIXELS[0], 3), 255, np.uint8)
                leaves.append(_leaf(None, None, empty, level, rng, drawn, photocopy=False))
            behind = drawn
    return leaves


def _level(paper: Paper, rng: Random) -> Level:
    paper_only = paper.type in _ALWAYS_PAPER or any(sheet.by_hand for sheet in paper.sheets)
    levels = [level for level in _LEVELS if level is not Level.DIGITAL or not paper_only]
    return rng.choices(levels, weights=[_LEVELS[level] for level in levels])[0]


def in_scan_order(paper: Paper, rng: Random) -> Iterator[Sheet]:
    """The sheets of a paper as they are laid on the scanner: one in five last page first."""
    reverse = len(paper.sheets) > 1 and rng.random() < _REVERSED
    return reversed(paper.sheets) if reverse else iter(paper.sheets)


def _leaf(
    paper: Paper | None, sheet: Sheet | None, drawn: Pixels, level: Level, rng: Random, behind: Pixels | None,
    *, photocopy: bool,
) -> Leaf:  # fmt: skip
    scan = capture(drawn, level, rng, other_side=behind, photocopy=photocopy, blank=sheet is None)
    spoilt = spoil(scan, rng) if level is not Level.FAX and sheet and rng.random() < _UNREADABLE else None
    turned = rng.choice((90, 180, 270)) if rng.random() < _TURNED else 0
    if turned:
        scan.pixels = np.ascontiguousarray(np.rot90(scan.pixels, -turned // 90))
    page = ScannedPage(
        paper, sheet, level, dpi=scan.dpi, skew_degrees=scan.skew_degrees, turned_clockwise=turned, damage=scan.damage,
        unreadable=spoilt,
    )  # fmt: skip
    return Leaf(page, scan)
