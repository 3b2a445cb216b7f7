"""What the recognizer can write: every Vietnamese letter, digits, and the signs of offices."""

from __future__ import annotations

import unicodedata
from functools import cache

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_SIGNS = " .,:;/-()[]\"'%+*&@#!?<>=_|$~°²³–“”‘’…•§☐☒×½"
# on worn print nobody tells the kinds of apostrophes apart, and names are compared with the straight one
_ALIKE = {"’": "'", "‘": "'", "—": "–", "−": "-", "‐": "-", "\u00a0": " ", "·": "•"}


@cache
def alphabet() -> str:
    """Its letters in the order of the network's outputs (the first output, no letter, left out)."""
    marked = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES)
    small = marked + "bcdđfghjklmnpqrstvwxz"
    return _SIGNS + "0123456789" + small + small.upper()


def written(text: str) -> str:
    """The text in letters of the alphabet alone; what is missing is left out."""
    known = set(alphabet())
    return "".join(
        sign for sign in (_ALIKE.get(sign, sign) for sign in unicodedata.normalize("NFC", text)) if sign in known
    )
