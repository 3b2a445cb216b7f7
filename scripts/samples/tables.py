"""Tables with ruled cells on a sheet."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from scripts.samples.ink import Frame
from scripts.samples.sheet import Inline, Sheet

_PAD = 4.0


def table(
    sheet: Sheet, rows: Sequence[Sequence[Inline]], shares: Sequence[float], *, size: float | None = None
) -> None:
    """Rows of cells; column widths as shares of the sheet's width, row heights as the text needs."""
    points = size or sheet.style.size
    edges = [sheet.left]
    for share in shares:
        edges.append(edges[-1] + share * sheet.width)
    for row in rows:
        top, bottom = sheet.y + 2, sheet.y
        for cell, x, end in zip(row, edges, edges[1:], strict=False):
            sheet.y = top
            if cell:
                sheet.text(cell, x=x + _PAD, width=end - x - 2 * _PAD, size=points)
            bottom = max(bottom, sheet.y)
        bottom = max(bottom + points * 0.45, top + points * 1.9)
        for x, end in itertools.pairwise(edges):
            sheet.marks.append(Frame(x, top, end - x, bottom - top, 0.7))
        sheet.y = bottom - 2
    sheet.y += 4
