"""What a confined child answers, taken for no more than it is: a child may have been taken over by the file it opened.

Every function raises ValueError, TypeError or KeyError where the answer is out of form.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from models.dossier import Announcement, DossierCode
from models.outcome import Reason
from models.page import Box, Line, Word
from pipeline.limits import Limits
from pipeline.manifest import Manifest
from pipeline.names import shown_name
from pipeline.original_page import Kept
from pipeline.resolution import is_sheet
from pipeline.unpack import Member

_LONGEST_DETAIL = 200  # characters
_HIGHEST_DPI, _WIDEST = 10_000.0, 10_000_000.0  # dots an inch; points, 3.5 km
_LONGEST_WORD = 10_000  # characters

Answer = Mapping[str, Any]


def pages_in(answer: Answer, limits: Limits) -> int:
    """How many pages a file has."""
    return _whole(answer["pages"], 1, limits.pages)


def size_in(answer: Answer, limits: Limits) -> tuple[int, int, float]:
    """Height and width of a page in pixels, and its dpi."""
    height, width = (_whole(answer[side], 1, limits.pixels) for side in ("height", "width"))
    if height * width > limits.pixels * 1.01 or not is_sheet(width, height):
        raise ValueError("size")
    return height, width, _number(answer["dpi"], 0.001, _HIGHEST_DPI)


def is_grey(answer: Answer) -> bool:
    """Whether a page's pixels are greys, one byte each."""
    if not isinstance(answer["grey"], bool):
        raise TypeError("grey")
    return answer["grey"]


def lines_in(answer: Answer, *, height: int, width: int) -> tuple[Line, ...] | None:
    """The words of a page's text layer, each within the page; None where it has none."""
    lines = answer["lines"]
    if lines is None:
        return None
    return tuple(Line(tuple(_word(*word, height=height, width=width) for word in line)) for line in lines)


def _word(text: Any, x: Any, y: Any, across: Any, down: Any, *, height: int, width: int) -> Word:
    box = Box(_whole(x, 0, width), _whole(y, 0, height), _whole(across, 1, width), _whole(down, 1, height))
    return Word(_text(text, _LONGEST_WORD), 1.0, box)


def kept_in(answer: Answer, pages: Sequence[int]) -> tuple[Kept | None, ...]:
    """Which of the pages asked for were kept, and where."""
    found = answer["kept"]
    if len(found) != len(pages):
        raise ValueError("number of pages")
    return tuple(None if one is None else _kept(*one, most=len(pages)) for one in found)


def _kept(place: Any, shows_text: Any, width_points: Any, *, most: int) -> Kept:
    return Kept(_whole(place, 0, most - 1), bool(shows_text), _number(width_points, 0, _WIDEST))


def members_in(answer: Answer, target: Path) -> tuple[Member, ...]:
    """The files that an archive held: names, and where they lie in the folder `target`."""
    return tuple(_member(*one, target=target) for one in answer["members"])


def _member(parts: Any, name: Any, reason: Any, *, target: Path) -> Member:
    path = target / _text(name, 20)
    if path.parent != target or path.is_symlink() or not path.is_file():
        raise ValueError("place of a member")
    names = tuple(shown_name(_text(part, _LONGEST_WORD)) for part in parts)
    if not names or any(part in {"", ".", ".."} or "/" in part for part in names):
        raise ValueError("name of a member")
    return Member(names, path, None if reason is None else Reason(reason))


def manifest_in(answer: Answer) -> Manifest:
    """A manifest's rows."""
    unknown = tuple(_text(column, _LONGEST_WORD) for column in answer["unknown"])
    return Manifest(tuple(_announcement(*row) for row in answer["rows"]), unknown)


def _announcement(code: Any, procedure: Any, unit: Any, day: Any, pages: Any, files: Any) -> Announcement:
    known = DossierCode.parse(_text(code, 100))
    if known is None:
        raise ValueError("code")
    return Announcement(
        known,
        None if procedure is None else _text(procedure, _LONGEST_WORD),
        None if unit is None else _text(unit, _LONGEST_WORD),
        None if day is None else date.fromisoformat(_text(day, 10)),
        None if pages is None else _whole(pages, 1, 9999),
        tuple(_text(file, _LONGEST_WORD) for file in files),
    )


def reason_in(answer: Answer) -> tuple[Reason, str]:
    """Why a file could not be opened, and a detail for the log."""
    return Reason(answer["reason"]), "".join(filter(str.isprintable, str(answer.get("detail", ""))))[:_LONGEST_DETAIL]


def _whole(value: Any, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError("a whole number")
    return value


def _number(value: Any, least: float, most: float) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value) or not least <= value <= most:
        raise ValueError("a number")
    return float(value)


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError("text")
    value.encode()  # half a character (UnicodeEncodeError, a ValueError) could not be kept
    return value
