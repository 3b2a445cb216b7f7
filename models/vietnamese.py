"""Vietnamese text: one Unicode form (NFC), one place for tone marks, and folding to bare letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONE_PAIRS = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_TONE_PLACES = {
    variant(old): variant(new) for old, new in _TONE_PAIRS.items() for variant in (str, str.upper, str.capitalize)
}
_LONG_TEXT, _MOST_MARKS = 1000, 30
_LOOK_ALIKES = {0x00D0: "Đ", 0x0189: "Đ", **dict.fromkeys(map(ord, "’‘ʼ`´"), "'")}
_OLD_TONE = re.compile(r"(?<![qQ])(" + "|".join(_TONE_PLACES) + r")(?!\w)")


def nfc(text: str) -> str:
    """The text in Unicode normal form C, the only form that leaves this program."""
    return unicodedata.normalize("NFC", _streamable(text))


def _streamable(text: str) -> str:
    """The text with at most 30 marks on a letter: putting marks in order takes quadratic time, 6 s for 65,000.

    30 is the bound of Unicode's Stream-Safe Text Format (UAX #15, 13); no language comes near it.
    """
    if len(text) < _LONG_TEXT or text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def squeeze(text: str) -> str:
    """NFC with every run of white space as one space, none at the ends."""
    return " ".join(nfc(text).split())


def modern_tones(text: str) -> str:
    """Tone marks where current spelling puts them (HOÀ becomes HÒA); for comparing, not for `as_read`."""
    return _OLD_TONE.sub(lambda found: _TONE_PLACES[found.group(1)], nfc(text))


@lru_cache(maxsize=20_000)  # a paper's words are compared with many labels, each of them again and again
def fold(text: str) -> str:
    """Bare lower-case letters: no tone, no mark, đ as d; what search and label matching compare."""
    bare = "".join(c for c in unicodedata.normalize("NFD", _streamable(text)) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D").lower()


def person_name(text: str) -> str:
    """A name as records hold it: upper case, NFC, single spaces (NGUYỄN THỊ MẪU).

    The Icelandic and African letters that look like Đ, and that old Vietnamese fonts and keyboards left in its place, are Đ;
    every apostrophe is the straight one (H'YAR ÊBAN).
    """
    return squeeze(text).upper().translate(_LOOK_ALIKES)
