"""Blocking keys: small whole numbers by which candidates are found, and the variants of a misread key.

Keys only gather candidates; two names with one key are still compared, so a collision costs time, never a wrong link.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from pipeline.plausible import neighbours_swapped
from pipeline.similarity import folded_words


def _hashed(text: str) -> int:
    return zlib.crc32(text.encode())


@lru_cache(maxsize=65_536)
def given_key(name: str) -> int:
    """Of the given name (the last word), without marks."""
    return _hashed(folded_words(name)[-1]) if folded_words(name) else 0


@lru_cache(maxsize=65_536)
def family_key(name: str) -> int:
    """Of all but the given name, without marks and spaces."""
    return _hashed("".join(folded_words(name)[:-1]))


def name_key(name: str) -> int:
    """Of the whole name, without marks and spaces."""
    return _hashed("".join(folded_words(name)))


def day_key(birth_date: str) -> int:
    """19900507 for 1990-05-07, 19900000 for 1990, 0 for an unknown date."""
    return int(birth_date.replace("-", "").ljust(8, "0")) if birth_date else 0


def misread_days(birth_date: str) -> tuple[int, ...]:
    """Keys of the days that differ from a full date in one digit or in the places of day and month."""
    found = [] if birth_date[5:7] == birth_date[8:] else [birth_date[:5] + birth_date[8:] + birth_date[4:7]]
    found += _one_digit_other(birth_date)
    return tuple(day_key(day) for day in found if _exists(day))


def misread_numbers(number: str) -> tuple[int, ...]:
    """12-digit numbers one slip away: a digit replaced, two neighbours swapped, one dropped (11 read) or doubled (13 read)."""
    if len(number) == 12:
        return tuple(int(other) for other in (*_one_digit_other(number), *neighbours_swapped(number)))
    if len(number) == 11:
        places = range(12)
        return tuple({int(number[:at] + digit + number[at:]) for at in places for digit in "0123456789"})
    if len(number) == 13:
        return tuple({int(number[:at] + number[at + 1 :]) for at in range(13)})
    return ()


def misread_old_numbers(number: str) -> tuple[int, ...]:
    """9-digit numbers one replaced digit or two swapped neighbours away."""
    if len(number) != 9:
        return ()
    return tuple(int(other) for other in (*_one_digit_other(number), *neighbours_swapped(number)))


def _one_digit_other(text: str) -> Iterator[str]:
    for at, character in enumerate(text):
        if character.isdigit():
            for digit in "0123456789":
                if digit != character:
                    yield text[:at] + digit + text[at + 1 :]


def _exists(day: str) -> bool:
    try:
        return 1850 <= date.fromisoformat(day).year <= 2100
    except ValueError:
        return False
