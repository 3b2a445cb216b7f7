"""The register entries of a dossier's papers, which of them share number, sign and issuer, and the codes of results."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from models.document import Document, DocumentType, Part
from models.identity import Role
from models.outcome import Verdict
from models.record import DossierRecord, MatchedPerson
from models.register import RegisterEntry
from models.vietnamese import fold
from pipeline.heads import MADE_BY_CITIZENS

# Whose paper it is: the first of these roles that stands on it.
_OWNERS = (
    Role.CARD_HOLDER, Role.CHILD, Role.DECEASED, Role.SUBJECT, Role.BUSINESS_OWNER, Role.LAND_USER, Role.HOUSEHOLD_HEAD,
    Role.WIFE, Role.HUSBAND, Role.APPLICANT, Role.MOTHER, Role.FATHER,
)  # fmt: skip
# Result types of the national catalogue that are known for certain; others are told by procedure and kind of paper.
_RESULT_TYPES = {
    DocumentType.BIRTH_CERTIFICATE: "KQ.G15.000031",
    DocumentType.MARRIAGE_CERTIFICATE: "KQ.G15.000032",
}
_OFFICE = re.compile(
    r"(?:(?:tm|kt|tl|tuq|q)\. ?)*(?:pho |quyen )?(?:chu tich|truong phong|truong ban|truong cong an|giam doc|vien truong|"
    r"chanh van phong|cuc truong|nguoi ky [a-z ]+|truong tram|hieu truong)(?: [a-z ]+)?"
)
_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,5}")


def register_entries(record: DossierRecord) -> tuple[RegisterEntry, ...]:
    """An entry for each paper of the dossier but cover sheets, in their order."""
    return tuple(
        _entry(record, document) for document in record.documents if document.type is not DocumentType.COVER_SHEET
    )


def repeats_among(papers: Iterable[tuple[str, str | None, str | None]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """From dossier code, number with sign and issuer of every paper: what stands in more than one dossier, and in which."""
    first: dict[tuple[str, str], str] = {}
    several: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, number, issuer in papers:
        key = repeat_key(number, issuer)
        if key and first.setdefault(key, code) != code:
            several[key] |= {first[key], code}
    return {key: tuple(sorted(codes)) for key, codes in several.items()}


def with_repeats(entry: RegisterEntry, repeats: Mapping[tuple[str, str], tuple[str, ...]]) -> RegisterEntry:
    """The entry with the other dossiers in which its number, sign and issuer stand (to be warned of: NĐ 30/2020, annex VI)."""
    key = repeat_key(f"{entry.count}/{entry.sign}" if entry.sign else entry.count, entry.issuer)
    others = repeats.get(key, ()) if key else ()
    return replace(entry, repeats=tuple(code for code in others if code != entry.dossier_code))


def repeat_key(number: str | None, issuer: str | None) -> tuple[str, str] | None:
    """What repeats: number with sign, and issuer, whatever their case, marks and spaces; None where one is not certain."""
    if not number or not issuer or "…" in number:
        return None
    return "".join(fold(number).split()), " ".join(fold(issuer).split())


def result_code(record: DossierRecord, document: Document) -> str:
    """Mã kết quả số hóa: owner's id number, type of the paper, and a running number from the second of its kind on.

    Article 10 of TT 01/2023/TT-VPCP; the owner's part is empty where nobody's number is certain.
    """
    kind = _RESULT_TYPES.get(document.type) if document.part is Part.RESULT else None
    kind = kind or f"{record.procedure or ''}.{document.type.value}".strip(".")
    alike = [other.ordinal for other in record.documents if (other.type, other.part) == (document.type, document.part)]
    place = alike.index(document.ordinal)
    suffix = f".{place:02d}" if place else ""
    return f"{owner_id(record, document) or ''}.{kind}{suffix}"


def owner_id(record: DossierRecord, document: Document) -> str | None:
    """The id number of whose paper it is, as the registry knows the person; None where that is not certain."""
    standing = {
        person.person.role: person for person in reversed(record.persons) if person.person.document == document.ordinal
    }
    owners = [standing[role] for role in _OWNERS if role in standing]
    return _certain_id(owners[0]) if owners else None


def signer_of(texts: Sequence[str]) -> str:
    """Who signed for the office, from a paper's page texts: the name under the last office; empty where it is not whole."""
    lines = [" ".join(line.split()) for text in texts for line in text.splitlines() if line.strip()]
    under = [at for at, line in enumerate(lines) if _OFFICE.fullmatch(fold(line).casefold())]
    if not under:
        return ""
    return next((line for line in lines[under[-1] + 1 :] if _is_name(line)), "")


def _entry(record: DossierRecord, document: Document) -> RegisterEntry:
    count, _, sign = (document.number or "").partition("/")
    texts = {page.number: page.text for page in record.pages}
    issued = document.type not in MADE_BY_CITIZENS
    return RegisterEntry(
        dossier_code=record.dossier_code,
        ordinal=document.ordinal,
        unit=record.unit,
        procedure=record.procedure,
        received_on=record.received_on,
        type=document.type,
        part=document.part,
        count=count.strip(),
        sign=sign.strip(),
        issued_on=document.issued_on,
        issuer=document.issued_by or "",
        abstract=document.title or "",
        pages=len(document.pages),
        signer=signer_of([texts.get(number, "") for number in document.pages]) if issued else "",
        certified_copy=document.certified_copy,
        result_code=result_code(record, document),
    )


def _certain_id(person: MatchedPerson) -> str | None:
    return person.match.citizen if person.match.verdict is Verdict.MATCHED else None


def _is_name(line: str) -> bool:
    """Two to six words, each with a capital in front, and none of an office's."""
    words = line.split()
    if not _NAME.fullmatch(line) or any(len(word) < 2 or not word[0].isupper() for word in words):
        return False
    return not _OFFICE.fullmatch(fold(line).casefold())
