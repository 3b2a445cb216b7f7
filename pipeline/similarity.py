"""How alike two values are: a ladder of rungs a field, names by tone-weighted edit distance. Home of rapidfuzz here.

A rung is the most favourable thing that can be said of two values; "absent" is a rung of its own, so that a missing
value neither helps nor hurts. What a rung is worth stands in `pipeline.match_weights`.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from models.vietnamese import fold, modern_tones, person_name


class NameAgreement(StrEnum):
    """Rungs of the name's ladder, best first."""

    EXACT = "exact"
    TONE_PLACE = "tone_place"  # HOÀ and HÒA: one name, two spellings
    TONELESS = "toneless"  # the same letters, marks differ or are missing
    SURNAME_PAIR = "surname_pair"  # Huỳnh/Hoàng, Vũ/Võ: one family name, South and North
    CLOSE = "close"  # one letter with its marks
    SHORT = "short"  # words left out, the given name kept
    REORDERED = "reordered"
    GIVEN_OTHER = "given_other"  # family and middle name the same, the given name another: as brothers and sisters bear
    GARBLED = "garbled"  # up to a fifth of the letters
    DIFFERENT = "different"
    ABSENT = "absent"


class DateAgreement(StrEnum):
    """Rungs of the birth date's ladder, best first."""

    EXACT = "exact"
    YEAR = "year"  # one side knows only the year (or writes 1 January for it), and it agrees
    SWAPPED = "swapped"  # day and month changed places
    DIGIT = "digit"  # one digit differs
    TWO_DIGITS = "two_digits"
    DIFFERENT = "different"
    ABSENT = "absent"


class NumberAgreement(StrEnum):
    """Rungs of the id number's ladder, best first."""

    EXACT = "exact"
    CMND = "cmnd"  # the old card number of the same citizen
    DIGIT_IMPOSSIBLE = "digit_impossible"  # one digit misread, and as read it denies the paper's own year or sex
    DIGIT = "digit"  # one digit misread, or two neighbours swapped
    LENGTH = "length"  # one or two digits dropped or doubled
    CMND_DIGIT = "cmnd_digit"  # the old number with one digit misread, dropped or doubled
    TWO_DIGITS = "two_digits"
    DIFFERENT = "different"
    ABSENT = "absent"


class SexAgreement(StrEnum):
    """Rungs for sex."""

    EXACT = "exact"
    DIFFERENT = "different"
    ABSENT = "absent"


# One letter costs 3, a mark 1, so that a lost tone is cheap and another letter dear. Letters that people and
# recognizers confuse share two of their three symbols and cost 1.
LETTER_COST = 3
_CONFUSED = ("IYLJ1", "OQCG0", "UV", "MN", "EF", "BRP8", "SX5")
_CLASS = {letter: group[0].lower() for group in _CONFUSED for letter in group}
_NEW_YEAR = "-01-01"  # what registers hold of many old people whose day of birth nobody knew


_SURNAME_FORMS = {"HUỲNH": "HOÀNG", "HOÀNG": "HUỲNH", "VŨ": "VÕ", "VÕ": "VŨ"}
_SURNAME_PAIRS = frozenset(frozenset(fold(form) for form in pair) for pair in _SURNAME_FORMS.items())


@lru_cache(maxsize=65_536)
def _symbols(name: str) -> str:
    """The name as symbols whose plain edit distance is the weighted distance of the names."""
    symbols = []
    for character in unicodedata.normalize("NFD", name.replace("Đ", "D\u0335")):
        if unicodedata.combining(character) or character == " ":
            symbols.append(character)
        else:
            symbols.append(_CLASS.get(character, character) * (LETTER_COST - 1) + character)
    return "".join(symbols)


def name_distance(first: str, second: str) -> int:
    """Edit distance of two upper-case names: 3 a letter, 1 a mark, a space or a letter often confused."""
    return int(Levenshtein.distance(_symbols(first), _symbols(second)))


@lru_cache(maxsize=65_536)
def spelled(name: str) -> str:
    """Upper case, NFC, tones in their modern place: what names are compared by."""
    return modern_tones(person_name(name))


@lru_cache(maxsize=65_536)
def folded_words(name: str) -> tuple[str, ...]:
    """The name's words without marks, hyphens and apostrophes taken for spaces and nothing."""
    return tuple(fold(name).replace("-", " ").replace("'", "").replace("’", "").split())


def other_surname_forms(name: str) -> tuple[str, ...]:
    """The name with its family name as the other region writes it (Huỳnh for Hoàng, Võ for Vũ), if it has such a form."""
    first, _, rest = spelled(name).partition(" ")
    return (f"{_SURNAME_FORMS[first]} {rest}",) if rest and first in _SURNAME_FORMS else ()


def compare_names(first: str | None, second: str | None) -> NameAgreement:
    """The rung of two names; either may be None or empty."""
    if not first or not second:
        return NameAgreement.ABSENT
    if person_name(first) == person_name(second):
        return NameAgreement.EXACT
    one, other = spelled(first), spelled(second)
    if one == other:
        return NameAgreement.TONE_PLACE
    words, others = folded_words(one), folded_words(other)
    if not words or not others:
        return NameAgreement.ABSENT
    if "".join(words) == "".join(others):
        return NameAgreement.TONELESS
    if words[1:] == others[1:] and frozenset({words[0], others[0]}) in _SURNAME_PAIRS:
        return NameAgreement.SURNAME_PAIR
    distance = name_distance(one, other)
    if distance <= LETTER_COST + 2:  # a letter may bear two marks
        return NameAgreement.CLOSE
    if _is_shortened(words, others) or _is_shortened(others, words):
        return NameAgreement.SHORT
    if sorted(words) == sorted(others):
        return NameAgreement.REORDERED
    if (
        len(words) > 1
        and words[:-1] == others[:-1]
        and name_distance(words[-1].upper(), others[-1].upper()) > LETTER_COST
    ):
        return NameAgreement.GIVEN_OTHER
    # where a recognizer lost all marks, they say nothing: then the bare letters are compared
    bare = name_distance(" ".join(words).upper(), " ".join(others).upper()) + 1
    letters = max(sum(map(len, words)), sum(map(len, others)))
    return NameAgreement.GARBLED if min(distance, bare) * 5 <= letters * LETTER_COST else NameAgreement.DIFFERENT


def _is_shortened(short: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Some words of `whole` in their order, two at least, the given name among them."""
    if not 2 <= len(short) < len(whole) or short[-1] != whole[-1]:
        return False
    rest = iter(whole)
    return all(word in rest for word in short)


def compare_dates(first: str | None, second: str | None) -> DateAgreement:
    """The rung of two dates, each YYYY-MM-DD or YYYY; either may be None or empty."""
    if not first or not second:
        return DateAgreement.ABSENT
    if len(first) == 4 or len(second) == 4:
        return DateAgreement.YEAR if first[:4] == second[:4] else DateAgreement.DIFFERENT
    if first == second:
        return DateAgreement.EXACT
    if first == second[:5] + second[8:] + second[4:7]:
        return DateAgreement.SWAPPED
    if first[:4] == second[:4] and _NEW_YEAR in (first[4:], second[4:]):
        return DateAgreement.YEAR
    digits = sum(a != b for a, b in zip(first, second, strict=False)) + abs(len(first) - len(second))
    return {1: DateAgreement.DIGIT, 2: DateAgreement.TWO_DIGITS}.get(digits, DateAgreement.DIFFERENT)


def compare_sexes(first: str | None, second: str | None) -> SexAgreement:
    """The rung of two sexes; either may be None or empty."""
    if not first or not second:
        return SexAgreement.ABSENT
    return SexAgreement.EXACT if first == second else SexAgreement.DIFFERENT


def compare_numbers(read: str | None, number: str, old_number: str, *, impossible: bool = False) -> NumberAgreement:
    """The rung of a number as read against a citizen's present and old number (both digits only, old may be empty).

    `impossible`: as read, the number denies the birth year or sex that the same paper gives.
    Written numbers drop or double up to two digits; then they are the card's number only where nothing else changed.
    An old number (9 digits) says nothing of a citizen whose old number the registry does not know.
    """
    if not read or (len(read) == 9 and not old_number):
        return NumberAgreement.ABSENT
    if read == number:
        return NumberAgreement.EXACT
    if read == old_number:
        return NumberAgreement.CMND
    distance = OSA.distance(read, number, score_cutoff=2)
    if distance == 1 and len(read) == len(number):
        return NumberAgreement.DIGIT_IMPOSSIBLE if impossible else NumberAgreement.DIGIT
    if distance <= 2 and abs(len(read) - len(number)) == distance:
        return NumberAgreement.LENGTH
    if old_number and OSA.distance(read, old_number, score_cutoff=1) <= 1:
        return NumberAgreement.CMND_DIGIT
    return NumberAgreement.TWO_DIGITS if distance <= 2 else NumberAgreement.DIFFERENT


def differs_little(first: str, second: str, *, share: float) -> bool:
    """Whether at most `share` of the letters of the longer text would have to change; for folded text."""
    longest = max(len(first), len(second))
    allowed = int(longest * share)
    return Levenshtein.distance(first, second, score_cutoff=allowed) <= allowed


def edit_distance(first: str, second: str) -> int:
    """How many letters must be put in, taken out or changed to make one text the other."""
    return int(Levenshtein.distance(first, second))
