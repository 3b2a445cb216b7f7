"""A read page as plain values for JSON, and back: everything but its scan and its picture."""

from __future__ import annotations

from typing import Any

from models.page import Box, Code, Line, PageText, Scan, Word
from pipeline.digitize import ReadPage


def to_values(page: ReadPage) -> dict[str, Any]:
    """What was read on a page, as lists, numbers and strings."""
    text = page.text
    return {
        "size": [text.width, text.height],
        "lines": [
            [[word.text, word.confidence, *_corners(word.box), word.handwritten, *word.cuts] for word in line.words]
            for line in text.lines
        ],
        "codes": [[code.symbology, code.text, *_corners(code.box)] for code in text.codes],
        "rotation_degrees": text.rotation_degrees,
        "skew_degrees": text.skew_degrees,
        "blank": text.blank,
        "mean_confidence": text.mean_confidence,
        "born_digital": text.born_digital,
        "rejection": None if text.rejection is None else str(text.rejection),
        "warnings": [str(warning) for warning in text.warnings],
        "dpi": page.dpi,
        "from_scan": None if page.from_scan is None else list(page.from_scan),
    }


def from_values(values: dict[str, Any], scan: Scan) -> ReadPage:
    """The page as it was read, as a page of `scan`'s dossier, without its picture.

    Raises KeyError, TypeError or ValueError where the values are not `to_values`'.
    """
    width, height = values["size"]
    mapping = values["from_scan"]
    if mapping is not None:
        a, b, c, d, e, f, g, h, i = map(float, mapping)
    text = PageText(
        scan=scan,
        width=int(width),
        height=int(height),
        lines=tuple(
            Line(
                tuple(
                    Word(str(word), float(sure), Box(x, y, w, h), float(pen), tuple(map(int, cuts)))
                    for word, sure, x, y, w, h, pen, *cuts in line
                )
            )
            for line in values["lines"]
        ),
        codes=tuple(Code(str(kind), str(said), Box(x, y, w, h)) for kind, said, x, y, w, h in values["codes"]),
        rotation_degrees=int(values["rotation_degrees"]),
        skew_degrees=float(values["skew_degrees"]),
        blank=bool(values["blank"]),
        mean_confidence=float(values["mean_confidence"]),
        born_digital=bool(values["born_digital"]),
        rejection=values["rejection"],
        warnings=tuple(values["warnings"]),
    )
    return ReadPage(text, None, float(values["dpi"]), None if mapping is None else (a, b, c, d, e, f, g, h, i))


def _corners(box: Box) -> tuple[int, int, int, int]:
    return int(box.x), int(box.y), int(box.width), int(box.height)
