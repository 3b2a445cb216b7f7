"""Documents (giấy tờ): their types, which part of a dossier they are, and what their heads say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DocumentType(StrEnum):
    """Kinds of paper, as the contract names them."""

    BIRTH_DECLARATION = "birth_declaration"
    DEATH_DECLARATION = "death_declaration"
    MARRIAGE_DECLARATION = "marriage_declaration"
    MARITAL_STATUS_DECLARATION = "marital_status_declaration"
    RESIDENCE_DECLARATION = "residence_declaration"
    HOUSEHOLD_BUSINESS_APPLICATION = "household_business_application"
    LAND_APPLICATION = "land_application"
    EXTRACT_COPY_REQUEST = "extract_copy_request"
    BIRTH_NOTIFICATION = "birth_notification"
    DEATH_NOTIFICATION = "death_notification"
    BIRTH_CERTIFICATE = "birth_certificate"
    MARRIAGE_CERTIFICATE = "marriage_certificate"
    DEATH_EXTRACT = "death_extract"
    MARITAL_STATUS_CERTIFICATE = "marital_status_certificate"
    HOUSEHOLD_BUSINESS_CERTIFICATE = "household_business_certificate"
    LAND_CERTIFICATE = "land_certificate"
    ID_CARD = "id_card"
    RECEIPT = "receipt"
    POWER_OF_ATTORNEY = "power_of_attorney"
    DECISION = "decision"
    NOTICE = "notice"
    COVER_SHEET = "cover_sheet"
    OTHER = "other"


class Part(StrEnum):
    """What a document is in its dossier: submitted paper (thành phần), issued result (kết quả), or neither."""

    COMPONENT = "component"
    RESULT = "result"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Document:
    """One paper: its pages (numbers in the dossier, in the scan's order) and its head.

    `number` is số, ký hiệu (47/QĐ-UBND; …/QĐ-UBND where the number, filled in by hand, cannot be read). `certified_copy`: it bears a certified-copy stamp, so its digitization
    is excluded by TT 01/2023/TT-VPCP, Article 4.
    """

    ordinal: int
    type: DocumentType
    confidence: float
    pages: tuple[int, ...]
    part: Part
    number: str | None = None
    issued_on: date | None = None
    issued_by: str | None = None
    title: str | None = None
    certified_copy: bool = False
