"""What the API answers, as its description says it: the contract's record, lists, files, changes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.document import DocumentType, Part
from models.identity import FieldSource, Role
from models.outcome import PageOutcome, Status, Verdict

Share = Annotated[float, Field(ge=0, le=1)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256, hex")]
Box = Annotated[
    list[int], Field(min_length=4, max_length=4, description="x, y, width, height: pixels of the page image")
]


class Shape(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(extra="allow")


class ProblemShape(Shape):
    """An error (RFC 9457). `errors`: which part of a request is wrong (`where`), what it breaks (`why`: a code) and, in English,
    what is `wanted` instead; nothing that was sent is repeated.
    """

    type: str = Field(examples=["urn:sohoa:problem:not_found"])
    title: str
    status: int
    detail: str | None = None
    errors: list[dict[str, str]] | None = None


class FieldShape(Shape):
    """A field of a person: as records hold it, as it was read, how surely, how and where."""

    value: str
    as_read: str
    confidence: Share
    source: FieldSource
    page: int
    box: Box


class EvidenceShape(Shape):
    """What spoke for or against a match."""

    field: str
    agreement: str
    weight: float


class MatchShape(Shape):
    """What the population registry says of a person."""

    verdict: Verdict
    citizen: str | None
    score: float
    evidence: list[EvidenceShape]


class PersonShape(Shape):
    """A person on a paper, in a role."""

    role: Role
    document: int
    full_name: FieldShape | None
    birth_date: FieldShape | None
    sex: FieldShape | None
    id_number: FieldShape | None
    residence: FieldShape | None
    origin: FieldShape | None
    nationality: FieldShape | None
    ethnicity: FieldShape | None
    match: MatchShape


class SourceShape(Shape):
    """Where a page came from: the clerk's file, its digest, the page in it."""

    file: str
    sha256: str
    page: int


class PageShape(Shape):
    """A page in the scan's order."""

    number: int
    source: SourceShape
    rotation_degrees: Literal[0, 90, 180, 270]
    skew_degrees: float
    blank: bool
    mean_confidence: Share
    outcome: PageOutcome
    reason: str | None
    text: str


class DocumentShape(Shape):
    """A paper of the dossier."""

    ordinal: int
    type: DocumentType
    confidence: Share
    pages: list[int]
    part: Part
    number: str | None
    issued_on: date | None
    issued_by: str | None
    title: str | None


class ComponentsShape(Shape):
    """Which papers the procedure asks for, and which of them are missing."""

    required: list[DocumentType]
    missing: list[DocumentType]


class FileShape(Shape):
    """A file of a dossier, by its name there."""

    name: str = Field(examples=["documents/01.pdf"])
    sha256: Digest
    size: int
    media_type: str | None = None


class RecordShape(Shape):
    """A dossier's record. Id numbers are masked (`001*****0123`) unless the key shows them."""

    schema_version: int
    dossier_code: str
    unit: str
    procedure: str | None
    received_on: date
    status: Status
    reasons: list[str]
    pages: list[PageShape]
    documents: list[DocumentShape]
    persons: list[PersonShape]
    components: ComponentsShape
    revision: int
    files: list[FileShape]


class SummaryShape(Shape):
    """A dossier in a list."""

    dossier_code: str
    unit: str
    procedure: str | None
    received_on: date
    status: Status
    reasons: list[str]
    missing: list[str]
    pages: int
    documents: int
    persons: int
    revision: int
    record_sha256: str


class RecordList(Shape):
    """A page of a list; `next` is what `after` takes for the following one, null at the end."""

    records: list[SummaryShape]
    next: str | None


class ChangeShape(Shape):
    """A revision, or with `removed` the end of a dossier. `record_sha256`: the digest of the revision as stored."""

    seq: int
    dossier_code: str
    unit: str
    revision: int | None
    removed: bool
    record_sha256: str | None
    at: str


class ChangePage(Shape):
    """Changes in order. Ask again with `after=cursor`; `more` says that there are some already."""

    changes: list[ChangeShape]
    cursor: int
    more: bool


class RevisionShape(Shape):
    """A revision of a record, when it was taken in."""

    revision: int
    record_sha256: str | None
    at: str


class RevisionList(Shape):
    """The revisions of a dossier, the first first."""

    revisions: list[RevisionShape]


class FileList(Shape):
    """The files of a dossier."""

    files: list[FileShape]


class LinkShape(Shape):
    """A link to one file that whoever has it may read until it ends."""

    url: str
    expires_at: str


class HitShape(Shape):
    """A page found; rank 0 to 3, the most exact first."""

    dossier_code: str
    page: int
    snippet: str
    rank: int


class HitList(Shape):
    """What a search found."""

    hits: list[HitShape]


def answers(
    model: type[BaseModel], *codes: str, status: int = 200, description: str = ""
) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: its own answer and the problems that it names by code."""
    return {status: {"model": model, **({"description": description} if description else {})}} | problems(*codes)


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The problems of a route by status, with those that every route knows."""
    from api.problems import KINDS, MEDIA_TYPE  # noqa: PLC0415

    by_status: dict[int | str, list[str]] = {}
    for code in (
        *codes,
        "invalid",
        "too_large",
        "no_key",
        "not_entitled",
        "purpose_needed",
        "too_many",
        "unexpected",
        "unavailable",
    ):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {
        status: {
            "description": "; ".join(f"`{code}`: {KINDS[code].en}" for code in dict.fromkeys(found)),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}},
        }
        for status, found in by_status.items()
    }
