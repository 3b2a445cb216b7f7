"""The end state of a dossier: digitized only where no clerk would have to correct it; else why somebody must look."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from models.document import Document, DocumentType
from models.dossier import Announcement
from models.identity import FIELD_NAMES, Field, FieldSource, Person, Role
from models.match import Decision
from models.outcome import PAGE_WARNINGS, Reason, Status, Verdict
from models.page import PageText
from models.record import Components, DossierRecord
from pipeline.agreement import IDENTITY, disagreements
from pipeline.cover_sheet import page_count_problem

# Of fields given at these confidences at least 99 in 100 (identity) and 95 in 100 (others) were right on samples.
SURE_IDENTITY, SURE_OTHER = 0.9, 0.6
_SURE_DOCUMENT = 0.5

# Rungs of the registry's ladders that say the paper and the registry hold the same value.
_CONFIRMED = {
    "full_name": frozenset({"exact", "tone_place"}),
    "birth_date": frozenset({"exact", "year"}),
    "sex": frozenset({"exact"}),
    "id_number": frozenset({"exact", "cmnd"}),
    "residence": frozenset({"exact", "home"}),
}

_ABSENT = "absent"

# Every reason that `_of_persons` may give.
_OF_PERSONS = frozenset(
    {
        Reason.NO_PERSON, Reason.FIELDS_DISAGREE, Reason.FIELD_MISSING, Reason.LOW_CONFIDENCE, Reason.PERSON_UNMATCHED,
        Reason.PERSON_AMBIGUOUS, Reason.PERSON_CONTRADICTED, Reason.PERSON_DECEASED, Reason.ROLES_CONFLICT,
        Reason.AGES_IMPOSSIBLE, Reason.REGISTRY_WAITING,
    }
)  # fmt: skip

# Every reason that `_of_documents` may give.
_OF_DOCUMENTS = frozenset({Reason.DOCUMENT_UNKNOWN, Reason.COMPONENT_MISSING, Reason.PROCEDURE_UNKNOWN})

# What each role's person must have on each paper, or a clerk has to look for it.
_NEEDED: dict[Role, tuple[str, ...]] = {
    Role.CARD_HOLDER: ("full_name", "id_number", "birth_date"),
    Role.HOUSEHOLD_MEMBER: ("full_name",),
    Role.WIFE: ("full_name", "birth_date"),
    Role.HUSBAND: ("full_name", "birth_date"),
    Role.DECEASED: ("full_name", "birth_date"),
    Role.BUSINESS_OWNER: ("full_name", "id_number"),
}
_NAMED: dict[DocumentType, tuple[Role, ...]] = {
    DocumentType.BIRTH_DECLARATION: (Role.APPLICANT, Role.CHILD, Role.MOTHER),
    DocumentType.BIRTH_NOTIFICATION: (Role.MOTHER, Role.CHILD),
    DocumentType.BIRTH_CERTIFICATE: (Role.CHILD, Role.MOTHER),
    DocumentType.DEATH_DECLARATION: (Role.APPLICANT, Role.DECEASED),
    DocumentType.DEATH_NOTIFICATION: (Role.DECEASED,),
    DocumentType.DEATH_EXTRACT: (Role.DECEASED,),
    DocumentType.MARRIAGE_DECLARATION: (Role.WIFE, Role.HUSBAND),
    DocumentType.MARRIAGE_CERTIFICATE: (Role.WIFE, Role.HUSBAND),
    DocumentType.MARITAL_STATUS_DECLARATION: (Role.APPLICANT, Role.SUBJECT),
    DocumentType.MARITAL_STATUS_CERTIFICATE: (Role.SUBJECT,),
    DocumentType.RESIDENCE_DECLARATION: (Role.APPLICANT,),
    DocumentType.HOUSEHOLD_BUSINESS_APPLICATION: (Role.BUSINESS_OWNER,),
    DocumentType.HOUSEHOLD_BUSINESS_CERTIFICATE: (Role.BUSINESS_OWNER,),
    DocumentType.EXTRACT_COPY_REQUEST: (Role.APPLICANT,),
    DocumentType.ID_CARD: (Role.CARD_HOLDER,),
    DocumentType.RECEIPT: (Role.APPLICANT,),
    DocumentType.LAND_APPLICATION: (Role.LAND_USER,),
}


def grade(
    pages: Sequence[PageText],
    documents: Sequence[Document],
    persons: Sequence[Person],
    decisions: Sequence[Decision],
    components: Components,
    announcement: Announcement | None,
) -> tuple[Status, tuple[Reason, ...]]:
    """The status and every reason for it, in the order of models.outcome.Reason.

    `decisions` are the registry's, one a person in the same order, or none where it was not asked. `rejected`: no page
    could be used. `digitized`: no reason was found. Everything else is `review`.
    """
    usable = [page for page in pages if page.rejection is None and not page.blank]
    reasons = {*_of_pages(pages, documents, announcement), *_of_documents(documents, components)}
    if not usable:
        rejections = {Reason(page.rejection) for page in pages if page.rejection in set(Reason)}
        return Status.REJECTED, _ordered(reasons | rejections)
    reasons.update(_of_persons(documents, persons, decisions))
    return (Status.REVIEW if reasons else Status.DIGITIZED), _ordered(reasons)


def regrade(
    reasons: Sequence[str], documents: Sequence[Document], persons: Sequence[Person], decisions: Sequence[Decision]
) -> tuple[Status, tuple[Reason, ...]]:
    """As `grade`, for a dossier that was read and graded before and of which only the registry's word is new.

    `reasons` are those it had: what pages and papers gave stays, what persons gave is found again.
    """
    kept = {reason for reason in Reason if reason in reasons and reason not in _OF_PERSONS}
    found = kept | set(_of_persons(documents, persons, decisions))
    return (Status.REVIEW if found else Status.DIGITIZED), _ordered(found)


def regrade_corrected(record: DossierRecord) -> tuple[Status, tuple[Reason, ...]]:
    """As `grade`, for a record that a clerk has set right: what its pages gave stays, the rest is found again.

    A dossier of which no page could be used stays rejected.
    """
    found_again = {*_OF_PERSONS, *_OF_DOCUMENTS, Reason.CORRECTION_OPEN}
    if not any(Reason.HANDWRITING in page.warnings for page in record.pages):
        found_again.add(Reason.HANDWRITING)  # of a field that a pen filled in: gone once a clerk has typed it
    kept = {reason for reason in Reason if reason in record.reasons and reason not in found_again}
    if record.status is Status.REJECTED:
        return Status.REJECTED, _ordered(kept)
    persons = [matched.person for matched in record.persons]
    found = {
        *kept, *_of_documents(record.documents, record.components),
        *_of_persons(record.documents, persons, [matched.match for matched in record.persons]),
    }  # fmt: skip
    return (Status.REVIEW if found else Status.DIGITIZED), _ordered(found)


def _ordered(reasons: set[Reason]) -> tuple[Reason, ...]:
    return tuple(reason for reason in Reason if reason in reasons)


def _of_pages(
    pages: Sequence[PageText], documents: Sequence[Document], announcement: Announcement | None
) -> Iterator[Reason]:
    if any(page.rejection is not None for page in pages):
        yield Reason.PAGE_REJECTED
    sheets = {n for paper in documents if paper.type is DocumentType.COVER_SHEET for n in paper.pages}
    counted = [page for page in pages if page.number not in sheets]
    if problem := page_count_problem(announcement, pages=len(counted), blank_pages=sum(page.blank for page in counted)):
        yield problem
    for page in pages:
        yield from (Reason(warning) for warning in page.warnings if warning in PAGE_WARNINGS)


def _of_documents(documents: Sequence[Document], components: Components) -> Iterator[Reason]:
    if any(document.confidence < _SURE_DOCUMENT for document in documents):
        yield Reason.DOCUMENT_UNKNOWN
    if components.missing:
        yield Reason.COMPONENT_MISSING
    if not components.required:
        yield Reason.PROCEDURE_UNKNOWN


def _of_persons(
    documents: Sequence[Document], persons: Sequence[Person], decisions: Sequence[Decision]
) -> Iterator[Reason]:
    if not persons:
        yield Reason.NO_PERSON
    if disagreements(persons):
        yield Reason.FIELDS_DISAGREE
    if lacking_persons(documents, persons):
        yield Reason.FIELD_MISSING
    asked = decisions if len(decisions) == len(persons) else [None] * len(persons)
    known = {
        person.full_name.value
        for person, decision in zip(persons, asked, strict=True)
        if person.full_name and decision and decision.verdict is Verdict.MATCHED
    }
    for person, decision in zip(persons, asked, strict=True):
        if person.handwritten:
            yield Reason.HANDWRITING
        if lacking_fields(person):
            yield Reason.FIELD_MISSING
        if any(is_doubtful(name, getattr(person, name), decision) for name in FIELD_NAMES):
            yield Reason.LOW_CONFIDENCE
        if decision is not None and not _is_named_in_full_elsewhere(person, known):
            yield from _of_decision(person, decision)


def lacking_persons(documents: Sequence[Document], persons: Sequence[Person]) -> tuple[tuple[int, Role], ...]:
    """The papers' ordinals and the roles that each of them must name, where nobody was found."""
    present = {(person.document, person.role) for person in persons}
    named = ((document.ordinal, role) for document in documents for role in _NAMED.get(document.type, ()))
    return tuple(each for each in named if each not in present)


def lacking_fields(person: Person) -> tuple[str, ...]:
    """What a person in this role must have on a paper and has not, but what a pen filled in."""
    written = {pen.field for pen in person.handwritten}
    needed = _NEEDED.get(person.role, ("full_name",))
    return tuple(name for name in needed if getattr(person, name) is None and name not in written)


def _is_named_in_full_elsewhere(person: Person, known: Collection[str]) -> bool:
    """Whether a paper gives a bare name, and another paper of the dossier has said who that is.

    A name alone links nobody, and nothing on this paper is there for a clerk to correct.
    """
    bare = not (person.id_number or person.birth_date or person.residence)
    return bare and person.full_name is not None and person.full_name.value in known


def is_doubtful(name: str, field: Field | None, decision: Decision | None) -> bool:
    """Whether a clerk should look at a field; of a citizen who was found, the registry is the second reader.

    Where it says another name, date or number than the paper, one of them is wrong or was misread, however sure the
    reading. An address may differ; people move.
    """
    if field is None or field.source is FieldSource.CLERK:
        return False
    if decision is not None and decision.verdict is Verdict.MATCHED:
        rung = next((e.agreement for e in decision.evidence if e.field == name), _ABSENT)
        if rung in _CONFIRMED.get(name, frozenset()):
            return False
        if name in IDENTITY and rung != _ABSENT and field.source is not FieldSource.QR:
            return True
    return field.confidence < (SURE_IDENTITY if name in IDENTITY else SURE_OTHER)


def _of_decision(person: Person, decision: Decision) -> Iterator[Reason]:
    """A newborn is in no registry yet; anybody else whom it does not hold, or holds twice, is somebody's to look at."""
    if decision.verdict is Verdict.REVIEW:
        yield Reason(decision.reason) if decision.reason in set(Reason) else Reason.PERSON_AMBIGUOUS
    elif decision.verdict is Verdict.UNMATCHED and person.role is not Role.CHILD:
        yield Reason.PERSON_UNMATCHED
