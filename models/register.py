"""The register of digitized papers (sổ đăng ký): one entry a paper, as offices keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.document import DocumentType, Part


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One digitized paper.

    count, sign: số (`47`) and ký hiệu (`TLKS-BS`), both empty where the paper has none
    abstract: trích yếu, from the paper's title; signer: who signed for the office, where that is certain
    result_code: mã kết quả số hóa (TT 01/2023/TT-VPCP, Article 10); holds the owner's id number
    repeats: other dossiers in which number, sign and issuer are the same; the paper itself or a number given twice
    """

    dossier_code: str
    ordinal: int
    unit: str
    procedure: str | None
    received_on: date
    type: DocumentType
    part: Part
    count: str
    sign: str
    issued_on: date | None
    issuer: str
    abstract: str
    pages: int
    signer: str
    certified_copy: bool
    result_code: str
    repeats: tuple[str, ...] = ()
