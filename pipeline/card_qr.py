"""What the QR code of an identity card says (chip CCCD since 2021, căn cước since July 2024)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from models.vietnamese import nfc, person_name, squeeze
from pipeline.idnumber import IdKind
from pipeline.idnumber import parse as parse_id_number

_LONGEST = 2000  # characters; a QR code of the largest kind holds fewer bytes than 3,000
_SEXES = {"nam": "male", "nữ": "female"}
_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
# What no card bears: a NUL, which PostgreSQL does not keep, control letters, those that turn the direction of writing
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.-]){0,98}")


@dataclass(frozen=True, slots=True)
class CardQr:
    """A card's QR code, as records hold values: the name upper case NFC, dates YYYY-MM-DD, sex `male` or `female`.

    `old_id_number` is the CMND of nine digits (or a cancelled number of twelve), None where the field is empty.
    `more` keeps the fields after the seventh as they stand (căn cước 2024: a cancelled number, a child's parents);
    their order is not published.
    """

    id_number: str
    old_id_number: str | None
    full_name: str
    birth_date: str
    sex: str
    residence: str
    issued_on: str
    more: tuple[str, ...] = ()


def parse(text: str) -> CardQr | None:
    """The card that a code's text describes, or None: it is not a card's code, or it contradicts itself. Never raises.

    `number|old number|name|ddMMyyyy|Nam or Nữ|residence|ddMMyyyy of issue`, UTF-8, no check sum; more fields may follow
    (TT 16/2024/TT-BCA names what a căn cước's code holds, not their order). Every field has to be of its form, and
    the card cannot be older than its holder. Whether the number fits the birth year and sex is soft evidence and is
    asked of pipeline.idnumber.check.
    """
    if len(text) > _LONGEST:
        return None
    plain = nfc(text).strip("\x00 \r\n\ufeff")
    fields = [squeeze(field) for field in plain.split("|")]
    if len(fields) < 7 or _UNPRINTABLE.search(plain):
        return None
    number, old, name, born, sex, residence, issued = fields[:7]
    parsed = parse_id_number(number)
    birth_date, issued_on = _day(born), _day(issued)
    if (
        parsed is None
        or parsed.kind is not IdKind.CITIZEN
        or (old and parse_id_number(old) is None)
        or not _NAME.fullmatch(name)
        or sex.casefold() not in _SEXES
        or birth_date is None
        or issued_on is None
        or issued_on < birth_date
    ):
        return None
    return CardQr(
        id_number=number,
        old_id_number=old or None,
        full_name=person_name(name),
        birth_date=birth_date,
        sex=_SEXES[sex.casefold()],
        residence=residence,
        issued_on=issued_on,
        more=tuple(fields[7:]),
    )


def _day(text: str) -> str | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat() if year >= 1850 else None
    except ValueError:
        return None
