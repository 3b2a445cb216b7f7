"""Two sheets on one page: an open booklet or an A3 glass scanned at once, whose papers would be taken for one."""

from __future__ import annotations

from dataclasses import replace

from models.document import DocumentType
from models.page import PageText
from pipeline.classify import PageKind, classify_page

_WIDE = 1.2  # times as wide as high: a sheet lying across is 1.41, two sheets beside each other too
_CROSSING = 0.05  # of the lines: a paper printed across the sheet has its title and most lines over the middle
_OVER = 0.02  # of the width, on either side of the middle


def holds_two_sheets(page: PageText) -> bool:
    """Whether a paper begins on the left half of the page, another on the right, and hardly a line runs over the middle.

    Two identity cards beside each other are one page of copies.
    """
    if page.width < _WIDE * page.height or not page.lines:
        return False
    left, right = page.width * (0.5 - _OVER), page.width * (0.5 + _OVER)
    crossing = sum(line.box.x < left and line.box.right > right for line in page.lines)
    if crossing > _CROSSING * len(page.lines):
        return False
    halves = _half(page, 0, left), _half(page, right, page.width)
    return all(kind.opens for kind in halves) and any(kind.type is not DocumentType.ID_CARD for kind in halves)


def _half(page: PageText, start: float, end: float) -> PageKind:
    lines = tuple(line for line in page.lines if start <= line.box.x + line.box.width / 2 <= end)
    return classify_page(replace(page, lines=lines, codes=()))
