"""Persons as papers name them: roles, and fields that say how they were read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.page import Box


class Role(StrEnum):
    """In which role a paper names a person. An officer who signs or receives is nobody's identity."""

    APPLICANT = "applicant"
    CHILD = "child"
    MOTHER = "mother"
    FATHER = "father"
    DECEASED = "deceased"
    WIFE = "wife"
    HUSBAND = "husband"
    SUBJECT = "subject"
    HOUSEHOLD_HEAD = "household_head"
    HOUSEHOLD_MEMBER = "household_member"
    BUSINESS_OWNER = "business_owner"
    LAND_USER = "land_user"
    CARD_HOLDER = "card_holder"


class FieldSource(StrEnum):
    """How a field was read; codes come before print."""

    QR = "qr"
    MRZ = "mrz"
    OCR = "ocr"
    CLERK = "clerk"


FIELD_NAMES = (
    "full_name", "birth_date", "sex", "id_number", "residence", "origin", "nationality", "ethnicity",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A value as records hold it, as it was read, how sure (0 to 1), how and where.

    Values: names upper case NFC, dates YYYY-MM-DD or YYYY, sex male or female, id numbers digits only.
    `present`: of an address in units of before 1 July 2025, the commune and province of today, as far as they are certain.
    `printed`: of a value from a card's code, what was read of the card's print beside it: a free sample of how well is read.
    """

    value: str
    as_read: str
    confidence: float
    source: FieldSource
    page: int
    box: Box
    present: str | None = None
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class Handwriting:
    """A field that a pen filled in: which, and where a clerk has to look. What it says is not guessed."""

    field: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Person:
    """A person on one document (its ordinal), in one role; `handwritten` fields have no value here.

    `partial_number`: what is left of an id number that has lost digits, until the dossier's other papers are known.
    """

    role: Role
    document: int
    full_name: Field | None = None
    birth_date: Field | None = None
    sex: Field | None = None
    id_number: Field | None = None
    residence: Field | None = None
    origin: Field | None = None
    nationality: Field | None = None
    ethnicity: Field | None = None
    handwritten: tuple[Handwriting, ...] = ()
    partial_number: Field | None = None
