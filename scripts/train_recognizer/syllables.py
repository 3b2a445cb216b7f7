"""Every syllable that Vietnamese spelling allows: initials, rimes and tones put together by rule, about seven thousand.

Rules as school grammar has them: c, g, ng are written k, gh, ngh before e, ê, i; q stands with u only; rimes that end in
c, ch, p, t take sắc or nặng alone; the tone stands on ê or ơ where there is one, else before the last vowel of an open
rime and on the last vowel of a closed one (hòa, hoàn).
"""

from __future__ import annotations

import unicodedata
from functools import cache

_INITIALS = (
    "", "b", "c", "ch", "d", "đ", "g", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t", "th",
    "tr", "v", "x",
)  # fmt: skip
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch "
    "êm ên ênh êp êt êu i ich im in inh ip it iu ia iêc iêm iên iêng iêp iêt iêu o oc oi om on ong op ot oa oac oach oai "
    "oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u uc "
    "ui um un ung up ut ua uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ uy uych uynh uyt uyu uya uyên uyêt "
    "ư ưc ưi ưng ưt ưu ưa ươc ươi ươm ươn ương ươp ươt ươu y yên yêt ych ynh yt yp"
).split()
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_STOPS = ("c", "ch", "p", "t")
_FRONT = "eêi"
_VOWELS = "aăâeêioôơuưy"


@cache
def syllables() -> tuple[str, ...]:
    """All of them, lower case, NFC, each once."""
    found: dict[str, None] = {}
    for initial in _INITIALS:
        for rime in _RIMES:
            written = _joined(initial, rime)
            if written is None:
                continue
            onset, rest = written
            for tone in _TONES:
                if rest.endswith(_STOPS) and tone not in ("\u0301", "\u0323"):
                    continue
                found[onset + with_tone(rest, tone)] = None
    return tuple(found)


def _joined(initial: str, rime: str) -> tuple[str, str] | None:
    """How an initial is written before a rime; None where the two do not meet."""
    front = rime[0] in _FRONT or rime.startswith("y")
    rounded = rime.startswith(("oa", "oă", "oe", "uâ", "uê", "uơ", "uy"))
    if initial == "qu":  # its u is the glide: quy + êt is quyết
        plain = (
            rime == "ôc" or rime.startswith("y") or (rime[0] in "aăâeêơ" and rime not in ("êu", "âu", "âp", "ăp", "ưu"))
        )
        return ("qu", rime) if plain else None
    if initial == "gi":  # its i melts into another: giếng, gì
        if rime[0] == "i":
            return ("g", rime)
        return None if rounded or front else ("gi", rime)
    if rounded and initial in ("b", "m", "ph", "v", "n", "g"):
        return None
    if front and initial in ("c", "g", "ng"):
        return ({"c": "k", "g": "gh", "ng": "ngh"}[initial], rime)
    if rime.startswith("y"):
        return (initial, rime) if rime == "y" and initial in ("", "h", "k", "l", "m", "s", "t", "v") else None
    if not initial and rime.startswith("iê"):
        return ("", "y" + rime[1:])
    return (initial, rime)


def with_tone(rime: str, tone: str, *, old_place: bool = False) -> str:
    """The rime with a tone on its vowel, NFC. `old_place`: oà, uý instead of òa, úy, as printed before the reform."""
    if not tone:
        return rime
    place = _tone_place(rime, old_place=old_place)
    return unicodedata.normalize("NFC", rime[: place + 1] + tone + rime[place + 1 :])


def _tone_place(rime: str, *, old_place: bool) -> int:
    for place in range(len(rime) - 1, -1, -1):
        if rime[place] in "êơăâô" or (rime[place] == "ư" and "ơ" not in rime):
            return place
    vowels = [place for place, letter in enumerate(rime) if letter in _VOWELS]
    closed = rime[-1] not in _VOWELS
    if len(vowels) == 1 or closed or (old_place and rime in ("oa", "oe", "uy")):
        return vowels[-1]
    return vowels[-2]
