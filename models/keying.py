"""Blind keying: what people read on a paper without seeing the machine's value, and what follows from two or three of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.vietnamese import fold, modern_tones, nfc, person_name, squeeze

NOTHING = "-"
"""What a keyer writes where the paper does not say it."""

FIELDS = ("full_name", "birth_date", "sex", "id_number", "residence")
"""The fields of a person that are keyed; a document's number and date beside them."""
HEAD_FIELDS = ("number", "issued_on")

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SEXES = {"nam": "male", "male": "male", "nu": "female", "female": "female"}


class Outcome(StrEnum):
    """What the machine's value is beside the keyed truth."""

    RIGHT = "right"
    WRONG = "wrong"  # another value
    MISSED = "missed"  # the paper says it, the machine does not
    INVENTED = "invented"  # the machine says it, the paper does not
    OPEN = "open"  # not keyed twice yet
    TIED = "tied"  # two keyers disagree and no third has decided


@dataclass(frozen=True, slots=True)
class Settled:
    """What the keyings of one field say: the truth ("" where the paper says nothing), or None and why not yet."""

    truth: str | None
    open_as: Outcome | None = None


def normal(field: str, text: str) -> str:
    """A keyed or read value in the one form in which both are compared; "" for nothing.

    Names in capitals with modern tone places, dates as YYYY-MM-DD or YYYY, numbers without blanks, addresses and heads
    without regard to case, punctuation and spaces.
    """
    text = squeeze(nfc(text))
    if text in {"", NOTHING}:
        return ""
    if field == "full_name":
        return modern_tones(person_name(text))
    if field in {"birth_date", "issued_on"}:
        return _day(text)
    if field == "sex":
        return _SEXES.get(fold(text), text.lower())
    if field == "id_number":
        return re.sub(r"[\s.]", "", text)
    return " ".join(re.findall(r"[\w/]+", modern_tones(text).lower()))


def settle(field: str, keyed: Sequence[str]) -> Settled:
    """The truth of a field from its keyings by unlike keyers, in the order of arrival: two that agree, else a third."""
    values = [normal(field, text) for text in keyed]
    if len(values) < 2:
        return Settled(None, Outcome.OPEN)
    agreed = next((value for value in values if values.count(value) > 1), None)
    return Settled(agreed) if agreed is not None else Settled(None, Outcome.TIED)


def outcome(field: str, machine: str | None, settled: Settled) -> Outcome:
    """The machine's value beside what the keyers settled."""
    if settled.truth is None:
        return settled.open_as or Outcome.OPEN
    read = normal(field, machine or "")
    if read == settled.truth:
        return Outcome.RIGHT
    if not read:
        return Outcome.MISSED
    return Outcome.WRONG if settled.truth else Outcome.INVENTED


def _day(text: str) -> str:
    found = _DAY.fullmatch(text)
    if not found:
        return text
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text
