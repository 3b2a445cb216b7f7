"""Sex as forms print it: a word, or both words and a box behind or before each, one of them ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.identity import Field
from models.page import Word
from models.vietnamese import fold, nfc
from pipeline.extract.legible import TICK_BOXES
from pipeline.extract.values import EDGE, make_field
from pipeline.labels import closest

_BOTH = re.compile(r"\bnam.{0,8}\W*nu(?!ng)|\bnu(?!ng).{0,8}\W*nam(?! \d)")
_SEXES = {"nam": "male", "nu": "female"}


def sex_field(words: Sequence[Word], page: int) -> Field | None:
    """Nam or Nữ, the first word that is one of them or nearly so; of both, the one that is ticked, else neither."""
    named = [(i, sex) for i, word in enumerate(words) if (sex := _sex_of(word)) is not None]
    if len({sex for _, sex in named}) == 2:
        return _ticked_sex(words, named[:2], page)
    if _BOTH.search(fold(" ".join(word.text for word in words[:5]))):
        return None  # both are printed, with boxes that were read as letters
    if named:
        i, sex = named[0]
        return make_field(sex, [words[i]], page, words[i].confidence)
    for word in words[:2]:
        near = closest(word.text, tuple(_SEXES), cutoff=60)
        if near and not _says_year(word):
            return make_field(_SEXES[near[0]], [word], page, min(0.5, word.confidence))
    return None


def _sex_of(word: Word) -> str | None:
    if _says_year(word):
        return None
    return _SEXES.get(re.sub(r"[^a-z].*$", "", fold(word.text).strip(EDGE + "…0123456789☐☒□")))


def _says_year(word: Word) -> bool:
    """Năm, a year, is no sex."""
    return "ă" in nfc(word.text).lower()


def _ticked_sex(words: Sequence[Word], named: Sequence[tuple[int, str]], page: int) -> Field | None:
    """Of Nam ☐ Nữ ☒ the ticked one: boxes stand behind both words or before both. None where no tick says which."""
    (first, one), (second, other) = named
    behind = [_tick(words, first + 1, second), _tick(words, second + 1, second + 2)]
    before = [_tick(words, first - 1, first), _tick(words, first + 1, second)]
    ticks = behind if behind[1] is not None or before[0] is None else before
    if ticks.count(True) != 1:
        return None
    place, sex = (first, one) if ticks[0] else (second, other)
    return make_field(sex, [words[place]], page, min(word.confidence for word in words[max(0, first - 1) : second + 2]))


def _tick(words: Sequence[Word], start: int, stop: int) -> bool | None:
    """Whether a box or a cross among words[start:stop] is ticked; None where there is neither."""
    for word in words[max(0, start) : stop]:
        text = word.text.strip("[](){}|.,;:/")
        if text in TICK_BOXES:
            return TICK_BOXES[text]
        if text in ("x", "X", "✓", "✔", "v", "V"):
            return True
        if word.text in ("[]", "()", "[ ]", "( )"):
            return False
    return None
