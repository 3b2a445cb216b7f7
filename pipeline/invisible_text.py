"""The operators of a page's text layer: invisible text, each word over its print, each letter about over its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from models.page import Line, Word
from models.vietnamese import nfc
from pipeline import glyphless_font

_NEAR = 0.3  # points: closer to its print a word need not be
_LOOSE = 0.15  # of the font size: so much wider or narrower than its print a word may be
_OFF = 0.25  # of the font size, half a letter: so far from its print a letter inside a word may be
_GAP = 0.2  # of the font size: readers that look at positions, not at spaces, join words that stand closer


def text_operators(lines: Sequence[Line], height: float, scale: float) -> Iterator[bytes]:
    """The operators of the text layer: every word stretched over its print, a space behind it.

    Points to one decimal, relative to the word before: on a fax, numbers would outweigh the letters.
    """
    written = [line for line in lines if line.text.strip()]
    if not written:
        return
    yield b"BT 3 Tr"
    for line in written:
        # One base line for the words of a line, or readers would take them for several lines.
        top, bottom = median(word.box.y for word in line.words), median(word.box.bottom for word in line.words)
        size = max(1.0, round((bottom - top) * scale, 1))
        base = height - bottom * scale - glyphless_font.DESCENT / 1000 * size
        yield f"/F0 {number_text(size, digits=1)} Tf".encode()
        pen = _Pen(size)
        for word, after in zip(line.words, (*line.words[1:], None), strict=True):
            codes = glyphless_font.encoded(nfc(word.text))
            if not codes:
                continue
            left, right = word.box.x * scale, word.box.right * scale
            following = None if after is None else after.box.x * scale
            if following is not None:
                right = max(min(right, following - _GAP * size), left + size / 10)
            yield pen.move(left, base) + pen.show(codes, _edges(word, codes, left, right, scale), following)
    yield b"ET"


@dataclass(slots=True)
class _Pen:
    """Where the text of a line has got to, in points; `begun` is where its last move led, None before the first."""

    size: float
    begun: float | None = None
    at: float = 0.0
    stretch: int = 0

    def move(self, left: float, base: float) -> bytes:
        """The operators that bring the pen to a word; none where it stands there already."""
        if self.begun is None:
            self.begun = self.at = round(left, 1)
            return f"1 0 0 1 {number_text(self.begun, digits=1)} {number_text(base, digits=1)} Tm ".encode()
        if abs(left - self.at) <= _NEAR:
            return b""
        step = round(left - self.begun, 1)
        self.begun = self.at = self.begun + step
        return f"{number_text(step, digits=1)} 0 Td ".encode()

    def show(self, codes: bytes, edges: Sequence[float], following: float | None) -> bytes:
        """The operators that show a word whose letters begin and end at `edges`, and a space behind it, to the word
        following if that fits.

        Letters are stretched in runs, not moved apart: white inside a word would make readers split it. The space also
        stands behind a line: a reader that joins a page's lines would join their last and first words.
        """
        *runs, last = _runs(edges, _OFF * self.size)
        shown = [self._run(codes[2 * first : 2 * end], edges[end]) for first, end in runs]
        final = codes[2 * last[0] :]
        letters, space = self._wide(len(final) // 2), glyphless_font.SPACE_WIDTH / 1000 * self.size
        width = max(edges[-1] - self.at, self.size / 10)
        stretch = width / letters
        if following is not None:
            through = (following - self.at) / (letters + space)
            if abs(through * letters - width) <= _LOOSE * self.size and through * space >= _GAP * self.size:
                stretch = through
        shown.append(self._stretched(final + glyphless_font.encoded(" "), stretch, letters + space))
        return b" ".join(shown)

    def _run(self, codes: bytes, end: float) -> bytes:
        letters = self._wide(len(codes) // 2)
        return self._stretched(codes, (end - self.at) / letters, letters)

    def _wide(self, letters: int) -> float:
        return letters * glyphless_font.WIDTH / 1000 * self.size

    def _stretched(self, codes: bytes, stretch: float, wide: float) -> bytes:
        percent = max(1, round(100 * stretch))
        self.at += percent / 100 * wide
        changed = f"{percent} Tz ".encode() if percent != self.stretch else b""
        self.stretch = percent
        return changed + _literal(codes) + b"Tj"


def _edges(word: Word, codes: bytes, left: float, right: float, scale: float) -> Sequence[float]:
    """Where the letters of a word shown from `left` to `right` begin and end, in points: one more than letters."""
    count = len(codes) // 2
    edges = word.edges
    if len(edges) != count + 1:
        return [left + (right - left) * place / count for place in range(count + 1)]
    stretch = (right - left) / max(edges[-1] * scale - left, 1e-6)
    return [left + (edge * scale - left) * stretch for edge in edges]


def _runs(edges: Sequence[float], off: float) -> Iterator[tuple[int, int]]:
    """The longest runs of letters (first, behind the last) in which letters spread evenly lie at most `off` aside."""
    first, last = 0, len(edges) - 1
    while first < last:
        end = first + 1
        while end < last and _is_even(edges[first : end + 2], off):
            end += 1
        yield first, end
        first = end


def _is_even(edges: Sequence[float], off: float) -> bool:
    step = (edges[-1] - edges[0]) / (len(edges) - 1)
    return all(abs(edges[0] + step * place - edge) <= off for place, edge in enumerate(edges))


def _literal(data: bytes) -> bytes:
    """A string as PDF writes it byte by byte, shorter than in hexadecimal digits also when deflated."""
    return b"(" + re.sub(rb"[()\\]", rb"\\\g<0>", data).replace(b"\r", b"\\r") + b")"


def number_text(number: float, *, digits: int = 3) -> str:
    """A number as PDF writes it: no exponent, no needless digits, no minus before zero."""
    return f"{round(number, digits) + 0.0:.{digits}f}".rstrip("0").rstrip(".")
