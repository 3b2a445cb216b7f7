"""A sheet filled in by an office's own habits: the same fields, worded, numbered and placed another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scripts.samples.habits import Place
from scripts.samples.ink import A4, Mark, Rule, Text
from scripts.samples.sheet import Inline, Run, Sheet, listed
from scripts.samples.tables import table

_LABEL_SHARE = 0.36


@dataclass(slots=True)
class OwnSheet(Sheet):
    """Fields as `style.habits` print them; everything else as on any sheet."""

    items: int = 0

    def field(self, label: str, value: Inline, *, hang: float = 22.0, x: float | None = None) -> None:
        habits = self.style.habits
        wording = self._label(label)
        place = habits.place
        if place in (Place.STOP, Place.TABLE) and self._is_wide(wording):
            place = Place.BELOW if place is Place.TABLE else Place.BESIDE
        if place is Place.TABLE:
            table(self, [[wording, value]], (_LABEL_SHARE, 1 - _LABEL_SHARE))
        elif place is Place.BELOW:
            self.text(wording, x=x)
            self.lead(self.text(value, x=self.left + 18), self.right)
        elif place is Place.STOP:
            top = self.y
            self.text(wording, x=x, width=self.width * _LABEL_SHARE)
            below, self.y = self.y, top
            self.lead(self.text(value, x=self.left + self.width * _LABEL_SHARE), self.right)
            self.y = max(self.y, below)
        else:
            self.lead(self.text([wording, *listed(value)], hang=hang, x=x), self.right)

    def fields(self, *pairs: tuple[str, Inline], stops: Sequence[float] = ()) -> None:
        """Short fields, as many beside each other as the habit is; in a table each has a row."""
        habits = self.style.habits
        together = habits.pairs or len(pairs)
        if together == 1 or habits.place is not Place.BESIDE:
            for label, value in pairs:
                self.field(label, value)
            return
        for start in range(0, len(pairs), together):
            row = pairs[start : start + together]
            if len(row) == 1:
                self.field(*row[0])
            else:
                self._side_by_side(row, stops if len(row) == len(stops) else ())

    def _side_by_side(self, row: Sequence[tuple[str, Inline]], stops: Sequence[float]) -> None:
        """On one line where there is room, each beginning at its stop or after the one before."""
        size = self.style.size
        filled = [self.wrap([self._label(label), *listed(value)], 9999, size)[0] for label, value in row]
        widths = [self.line_width(words, size) for words in filled]
        if sum(widths) + 14 * (len(row) - 1) > self.width:
            for words in filled:
                self.y += size * self.style.leading
                self.lead(self.line(words, self.left, self.y, size), self.right)
            return
        self.y += size * self.style.leading
        shares = stops or [i / len(row) for i in range(len(row))]
        spare = (self.width - sum(widths)) / len(row)
        evenly = any(
            self.width * (after - share) < width + 10
            for share, after, width in zip(shares, [*shares[1:], 1.0], widths, strict=False)
        )
        x = self.left
        for i, (words, width) in enumerate(zip(filled, widths, strict=True)):
            x = x if evenly else self.left + shares[i] * self.width
            limit = x + width + spare if evenly else self.left + ([*shares[1:], 1.0])[i] * self.width
            self.lead(self.line(words, x, self.y, size), limit - 8)
            x = limit

    def boxes(self, label: str, value: Run, *, cell: float = 17.0) -> None:
        Sheet.boxes(self, self._label(label).text.rstrip(" :"), value, cell=cell)

    def fit(self) -> None:
        """Shrinks what is on the sheet until it fits, as printers do."""
        lowest = max((mark.y for mark in self.marks if isinstance(mark, Text)), default=0.0)
        shrunk = (A4[1] - 34) / lowest if lowest else 1.0
        if shrunk < 1:
            self.marks = [_scaled(mark, shrunk) for mark in self.marks]
            self.segments = [
                replace(one, x=one.x * shrunk, y=one.y * shrunk, size=one.size * shrunk) for one in self.segments
            ]

    def _label(self, label: str) -> Run:
        """The label as this maker words and numbers it; a label that brings its own number keeps it."""
        habits = self.style.habits
        if label[:1].isdigit():
            number, _, rest = label.partition(". ")
            return Run(f"{number}. {habits.wording(rest)}{habits.colon}", bold=habits.bold_labels)
        self.items += 1
        item = habits.item.format(self.items)
        return Run(f"{item}{habits.wording(label)}{habits.colon}", bold=habits.bold_labels)

    def _is_wide(self, label: Run) -> bool:
        words = self.wrap(label, 9999, self.style.size)[0]
        return self.line_width(words, self.style.size) > self.width * _LABEL_SHARE - 10


_SCALED = ("x", "y", "x0", "y0", "x1", "y1", "size", "width", "height")


def _scaled(mark: Mark, by: float) -> Mark:
    """The mark smaller and nearer to the upper left corner; lines keep their strength."""
    names = [name for name in _SCALED if hasattr(mark, name) and not (isinstance(mark, Rule) and name == "width")]
    return replace(mark, **{name: getattr(mark, name) * by for name in names})
