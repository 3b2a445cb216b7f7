"""File names as people see them: one Unicode form, nothing unprintable, natural order, which ones are no scans."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.vietnamese import nfc

_SYSTEM_NAMES = frozenset(
    {"thumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information", "@eadir"}
)
_UNFINISHED_ENDINGS = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown_name(name: str) -> str:
    """A name from the disk or an archive as it may stand in records, tables and on screens: NFC, printable.

    Bytes that are no UTF-8 (surrogates, as Python gives them) are read as Windows' Vietnamese code page 1258;
    control letters and those that turn the direction of writing become a replacement sign.
    """
    if any("\udc80" <= letter <= "\udcff" for letter in name):
        name = name.encode("utf-8", "surrogateescape").decode("cp1258", "replace")
    return _UNPRINTABLE.sub("\ufffd", nfc(name))


def natural_key(parts: Sequence[str]) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Natural name order: `scan 2` before `scan 10`, letters without regard to case, folder by folder."""
    return tuple(
        tuple(
            (0, int(piece), piece) if piece.isascii() and piece.isdigit() else (1, 0, piece)
            for piece in re.split(r"([0-9]{1,18})", nfc(part).casefold())
            if piece
        )
        for part in parts
    )


def is_system_name(name: str) -> bool:
    """Whether programs left it, not people: hidden files, thumbnails, lock files."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_NAMES


def is_unfinished_name(name: str) -> bool:
    """Whether the ending says that a program is still writing it under another name."""
    return name.lower().endswith(_UNFINISHED_ENDINGS)
