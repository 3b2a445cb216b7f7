"""Reasons that a clerk has looked at and lets stand: which may be, what exactly each was said of, and what is left open.

An acceptance holds for what was looked at and nothing else: a page by its original, a field with its value, a person with
all that the paper says. What a later reading finds beside that is a new question. No verdict changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from models.acceptance import ACCEPTABLE, Acceptance
from models.errors import UsageError
from models.identity import FIELD_NAMES
from models.outcome import PAGE_WARNINGS, Reason, Status, Verdict
from models.reason_texts import reason_text
from models.record import DossierRecord, MatchedPerson, PageRecord
from pipeline.agreement import disagreements
from pipeline.grade import is_doubtful, lacking_fields, lacking_persons

_OF_ONE_PERSON = (
    Reason.PERSON_UNMATCHED, Reason.PERSON_AMBIGUOUS, Reason.PERSON_CONTRADICTED, Reason.PERSON_DECEASED,
)  # fmt: skip
_BETWEEN_PERSONS = (Reason.ROLES_CONFLICT, Reason.AGES_IMPOSSIBLE)


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a reason is said of: the page's number where it is a page's, and a text that tells it from any other."""

    page: int | None
    of: str


def accept(
    record: DossierRecord, wanted: Iterable[str], *, author: str, at: str, why: str, page: int | None = None
) -> DossierRecord:
    """The record with these of its reasons (codes) accepted and out of its status; itself where they were accepted before.

    page: only where the reason is this page's
    Raises UsageError that names every reason that cannot be accepted, with what would be right.
    """
    made: list[Acceptance] = []
    wrong: list[UsageError] = []
    for code in dict.fromkeys(wanted):
        try:
            left = _left(record, code, page)
        except UsageError as error:
            wrong.append(error)
            continue
        for number in sorted({ground.page or 0 for ground in left}):
            of = tuple(ground.of for ground in left if (ground.page or 0) == number)
            made.append(Acceptance(code, number or None, of, author, at, why))
    if wrong:
        raise UsageError("\n".join(map(str, wrong)), "\n".join(error.vi for error in wrong))
    return without_accepted(replace(record, accepted=(*record.accepted, *made)))


def without_accepted(record: DossierRecord) -> DossierRecord:
    """The record without the reasons that are wholly accepted: digitized where none is left. One that is rejected stays so."""
    if record.status is Status.REJECTED:
        return record
    left = tuple(reason for reason in record.reasons if not is_accepted(record, reason))
    return record if left == record.reasons else replace(
        record, reasons=left, status=record.status if left else Status.DIGITIZED
    )  # fmt: skip


def is_accepted(record: DossierRecord, reason: str) -> bool:
    """Whether a clerk has accepted all that the reason is said of now."""
    return any(made.reason == reason for made in record.accepted) and not _open(record, Reason(reason))


def acceptable(record: DossierRecord) -> tuple[str, ...]:
    """The reasons of the record that a clerk may accept."""
    return () if record.status is Status.REJECTED else tuple(r for r in record.reasons if r in ACCEPTABLE)


def _open(record: DossierRecord, reason: Reason) -> list[Ground]:
    accepted = {of for made in record.accepted if made.reason == reason for of in made.of}
    return [ground for ground in grounds(record, reason) if ground.of not in accepted]


def _left(record: DossierRecord, code: str, page: int | None) -> list[Ground]:
    """What is to be accepted of a reason: nothing where it was before; raises UsageError where it cannot be."""
    has = ", ".join(acceptable(record))
    if code not in set(Reason):
        raise UsageError(f"{code}: no such reason; {_may(has)[0]}", f"{code}: không có lý do này; {_may(has)[1]}")
    if record.status is Status.REJECTED:
        raise UsageError(
            f"{code}: no page of {record.dossier_code} could be used: scan it again",
            f"{code}: không trang nào của {record.dossier_code} dùng được: hãy quét lại",
        )
    if code not in ACCEPTABLE:
        words = reason_text(code)
        raise UsageError(
            f"{code} cannot be accepted: {words.do_en}", f"{code} không chấp nhận bằng mắt được: {words.do_vi}"
        )
    before = [made for made in record.accepted if made.reason == code and page in {None, made.page}]
    if code not in record.reasons:
        if before:
            return []
        raise UsageError(
            f"{code}: {record.dossier_code} does not have this reason; {_may(has)[0]}",
            f"{code}: {record.dossier_code} không có lý do này; {_may(has)[1]}",
        )
    left = _open(record, Reason(code))
    here = [ground for ground in left if page in {None, ground.page}]
    if not here and not before:
        pages = ", ".join(str(number) for number in sorted({ground.page for ground in left if ground.page}))
        raise UsageError(
            f"{code}: not of page {page}; " + (f"of pages {pages}" if pages else "of no page: leave --page out"),
            f"{code}: không phải của trang {page}; "
            + (f"của các trang {pages}" if pages else "không thuộc trang nào: bỏ --page"),
        )
    return here


def _may(has: str) -> tuple[str, str]:
    return (
        f"may be accepted: {has}" if has else "nothing is left to accept",
        f"có thể chấp nhận: {has}" if has else "không còn gì để chấp nhận",
    )


def grounds(record: DossierRecord, reason: Reason) -> tuple[Ground, ...]:
    """All that a reason which may be accepted is said of in the record; rather more than too little."""
    found = tuple(dict.fromkeys(_grounds(record, reason)))
    return found or (Ground(None, _originals(record)),)


def _grounds(record: DossierRecord, reason: Reason) -> Iterator[Ground]:
    pages = {page.number: page for page in record.pages}
    people = list(enumerate(record.persons, start=1))
    if reason in PAGE_WARNINGS:
        for page in record.pages:
            if reason in page.warnings:
                yield Ground(page.number, _place(page))
    if reason is Reason.HANDWRITING:
        for number, matched in people:
            for pen in matched.person.handwritten:
                where = _place(pages[pen.page]) if pen.page in pages else str(pen.page)
                yield Ground(pen.page, f"persons.{number}.{pen.field} {matched.person.role} {where}")
    if reason is Reason.LOW_CONFIDENCE:
        for number, matched in people:
            for name in FIELD_NAMES:
                field = getattr(matched.person, name)
                if is_doubtful(name, field, matched.match):
                    yield Ground(None, f"persons.{number}.{name}={field.value}")
    if reason is Reason.FIELD_MISSING:
        for number, matched in people:
            for name in lacking_fields(matched.person):
                yield Ground(None, f"persons.{number}.{name} {_who(matched)}")
        kinds = {document.ordinal: document.type for document in record.documents}
        for ordinal, role in lacking_persons(record.documents, [matched.person for matched in record.persons]):
            yield Ground(None, f"documents.{ordinal} {kinds[ordinal]} {role}")
    if reason is Reason.FIELDS_DISAGREE:
        persons = [matched.person for matched in record.persons]
        for each in disagreements(persons):
            both = ((place, getattr(persons[place], each.field).value) for place in (each.first, each.second))
            yield Ground(None, " ".join(f"persons.{place + 1}.{each.field}={value}" for place, value in both))
    for number, matched in people:
        if reason in _BETWEEN_PERSONS or (reason in _OF_ONE_PERSON and _is_said_of(matched, reason)):
            yield Ground(None, f"persons.{number} {_who(matched)}")


def _is_said_of(matched: MatchedPerson, reason: Reason) -> bool:
    """Whether the match may give this reason (pipeline.grade leaves some out that another paper answers)."""
    if reason is Reason.PERSON_UNMATCHED:
        return matched.match.verdict is Verdict.UNMATCHED
    known = matched.match.reason in set(Reason)
    said = matched.match.reason if known else Reason.PERSON_AMBIGUOUS
    return matched.match.verdict is Verdict.REVIEW and said == reason


def _who(matched: MatchedPerson) -> str:
    """All that a paper says of a person, and the registry's candidate."""
    fields = (getattr(matched.person, name) for name in FIELD_NAMES)
    values = "; ".join(field.value if field else "" for field in fields)
    return f"{matched.person.role} {values} {matched.match.citizen or ''}".rstrip(" ;")


def _place(page: PageRecord) -> str:
    """A page by its original and its number there, whatever its number in the dossier."""
    return f"{page.source.sha256}/{page.source.page}"


def _originals(record: DossierRecord) -> str:
    """The dossier's pages, in their order."""
    return hashlib.sha256(" ".join(map(_place, record.pages)).encode("utf-8", "backslashreplace")).hexdigest()
