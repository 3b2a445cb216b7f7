"""Who reads pages; apart from the page's values, so that settings need no arrays."""

from __future__ import annotations

from enum import StrEnum


class Reader(StrEnum):
    """Who reads a page first: the project's own line recognizer, with Tesseract for a second opinion; or Tesseract alone."""

    LINES = "lines"
    TESSERACT = "tesseract"
