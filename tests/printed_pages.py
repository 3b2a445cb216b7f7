"""Pages as a recognizer would give them, made from lines of text: for tests of what is understood, not of reading."""

from __future__ import annotations

from pathlib import Path

from models.page import Box, Code, Line, PageSource, PageText, Scan, Word

LETTER, HEIGHT, LEADING = 14, 28, 48


def words_at(text: str, x: int, y: int, *, confidence: float = 0.96) -> tuple[Word, ...]:
    """The words of `text` on one line that begins at (x, y), each letter LETTER wide."""
    words = []
    for part in text.split():
        words.append(Word(part, confidence, Box(x, y, LETTER * len(part), HEIGHT)))
        x += LETTER * (len(part) + 1)
    return tuple(words)


def printed_page(*lines: str, number: int = 1, codes: tuple[str, ...] = (), confidence: float = 0.96) -> PageText:
    """A page of lines from top to bottom; a bar in a line sets what follows in the right half (two columns)."""
    made = []
    for i, text in enumerate(lines):
        for part, x in zip(text.split("|"), (100, 900, 1300), strict=False):
            if part.strip():
                made.append(Line(words_at(part, x, 100 + LEADING * i, confidence=confidence)))
    return PageText(
        scan=Scan(number, PageSource("a.pdf", "0" * 64, number), Path("a.pdf")),
        width=1654,
        height=2339,
        lines=tuple(made),
        codes=tuple(Code("QRCode", text, Box(1200, 100, 200, 200)) for text in codes),
        mean_confidence=confidence,
    )


def blank_page(number: int) -> PageText:
    return PageText(Scan(number, PageSource("a.pdf", "0" * 64, number), Path("a.pdf")), 1654, 2339, blank=True)


def rejected_page(number: int, reason: str = "no_readable_text") -> PageText:
    return PageText(Scan(number, PageSource("a.pdf", "0" * 64, number), Path("a.pdf")), 1654, 2339, rejection=reason)
