"""The index: what can be listed, counted and found, taken from the records; rebuilt from the object store at will."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from models.identity import Person
from models.outcome import Verdict
from models.record import DossierRecord
from storage.archive import KeptDossier
from storage.changes import note_removal, note_revision
from storage.database import Database
from storage.former_originals import note_former
from storage.rate_facts import record_columns, refresh_facts
from storage.reading_checks import reading_checks
from storage.search import SearchText, add_texts, remove_texts
from storage.tables import DOCUMENTS, DOSSIERS, PAGES, PERSONS, READING_CHECKS


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier as lists show it; `reasons` are codes of models.outcome.Reason, `missing` document types."""

    dossier_code: str
    unit: str
    procedure: str | None
    received_on: date
    status: str
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    page_count: int
    document_count: int
    person_count: int
    matched_count: int
    revision: int
    record_sha256: str


class Index:
    """The index in a database; every method is one transaction and may raise StorageUnreachable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kept: KeptDossier) -> bool:
        """Takes in a kept dossier in place of an earlier revision; False where this or a later one is in already."""
        record = kept.record
        with self._database.writing() as connection:
            before = connection.execute(
                select(DOSSIERS.c.revision, DOSSIERS.c.record_sha256)
                .where(DOSSIERS.c.dossier_code == record.dossier_code)
                .with_for_update()
            ).one_or_none()
            if before and (before.revision > kept.revision or before.record_sha256 == kept.record_sha256):
                return False
            self._database.upsert(connection, DOSSIERS, [_dossier_row(kept)])
            if before:
                note_former(self._database, connection, kept)
            _remove_parts(connection, record.dossier_code)
            for table, rows in (
                (PAGES, _page_rows(record)),
                (DOCUMENTS, _document_rows(record)),
                (PERSONS, _person_rows(record)),
                (READING_CHECKS, reading_checks(record)),
            ):
                if rows:
                    connection.execute(table.insert(), rows)
            add_texts(connection, record.dossier_code, list(_texts(record)))
            refresh_facts(self._database, connection, [record.dossier_code])
            # last: the counter that numbers changes stays locked until the transaction ends
            note_revision(connection, record.dossier_code, kept.revision, kept.record_sha256)
        return True

    def remove(self, code: str) -> None:
        """Forgets a dossier."""
        with self._database.writing() as connection:
            _remove_parts(connection, code)
            if connection.execute(delete(DOSSIERS).where(DOSSIERS.c.dossier_code == code)).rowcount:
                note_removal(connection, code)
            refresh_facts(self._database, connection, [code])

    def dossiers(
        self, *, codes: Iterable[str] | None = None, status: str | None = None, limit: int | None = None
    ) -> tuple[DossierRow, ...]:
        """The dossiers by code: all, or these codes, or those of one status."""
        names = tuple(DossierRow.__dataclass_fields__)
        query = select(*(DOSSIERS.c[name] for name in names)).order_by(DOSSIERS.c.dossier_code)
        if status is not None:
            query = query.where(DOSSIERS.c.status == status)
        if codes is not None:
            query = query.where(DOSSIERS.c.dossier_code.in_(list(codes)))
        if limit is not None:
            query = query.limit(limit)
        with self._database.reading() as connection:
            return tuple(_listed(row._mapping) for row in connection.execute(query))  # noqa: SLF001 - SQLAlchemy's public name

    def numbered_papers(self, *, number: str | None = None) -> Iterator[tuple[str, str, str | None]]:
        """Dossier code, number with sign and issuer of every paper that has a number, or of those with this very one."""
        columns = (DOCUMENTS.c.dossier_code, DOCUMENTS.c.number, DOCUMENTS.c.issued_by)
        query = select(*columns).where(DOCUMENTS.c.number.is_not(None))
        if number is not None:
            query = query.where(DOCUMENTS.c.number == number)
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield row[0], row[1], row[2]

    def dossiers_of(self, numbers: Sequence[str]) -> tuple[str, ...]:
        """The codes of dossiers in which one of these id numbers stands on a paper or was found in the registry."""
        theirs = or_(PERSONS.c.id_number.in_(list(numbers)), PERSONS.c.citizen.in_(list(numbers)))
        query = select(PERSONS.c.dossier_code).where(theirs).distinct().order_by(PERSONS.c.dossier_code)
        with self._database.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def persons(self, code: str) -> tuple[tuple[str, str | None, str], ...]:
        """Role, name and verdict of each person of a dossier, as the demo's table shows them."""
        columns = (PERSONS.c.role, PERSONS.c.full_name, PERSONS.c.verdict)
        query = select(*columns).where(PERSONS.c.dossier_code == code).order_by(PERSONS.c.ordinal)
        with self._database.reading() as connection:
            return tuple((row[0], row[1], row[2]) for row in connection.execute(query))


def storable(text: str) -> str:
    """The text without what a database refuses: NUL, and lone surrogates from file names that are no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _optional(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _listed(row: Any) -> DossierRow:
    values = {**row, "reasons": tuple(row["reasons"].split()), "missing": tuple(row["missing"].split())}
    return DossierRow(**values)


def _remove_parts(connection: Connection, code: str) -> None:
    remove_texts(connection, code)
    for table in (PAGES, DOCUMENTS, PERSONS, READING_CHECKS):
        connection.execute(delete(table).where(table.c.dossier_code == code))


def _dossier_row(kept: KeptDossier) -> dict[str, Any]:
    record = kept.record
    return {
        "dossier_code": record.dossier_code,
        "unit": storable(record.unit),
        "procedure": _optional(record.procedure),
        "received_on": record.received_on,
        "status": record.status.value,
        "reasons": " ".join(record.reasons),
        "missing": " ".join(kind.value for kind in record.components.missing),
        "page_count": len(record.pages),
        "document_count": len(record.documents),
        "person_count": len(record.persons),
        "matched_count": sum(p.match.verdict is Verdict.MATCHED for p in record.persons),
        "revision": kept.revision,
        "record_sha256": kept.record_sha256,
        "fingerprint": kept.fingerprint,
        **record_columns(record),
    }


def _page_rows(record: DossierRecord) -> list[dict[str, Any]]:
    return [
        {
            "dossier_code": record.dossier_code,
            "number": page.number,
            "file": storable(page.source.file),
            "sha256": page.source.sha256,
            "source_page": page.source.page,
            "outcome": page.outcome.value,
            "reason": page.reason,
            "blank": page.blank,
            "mean_confidence": page.mean_confidence,
        }
        for page in record.pages
    ]


def _document_rows(record: DossierRecord) -> list[dict[str, Any]]:
    return [
        {
            "dossier_code": record.dossier_code,
            "ordinal": document.ordinal,
            "type": document.type.value,
            "part": document.part.value,
            "confidence": document.confidence,
            "first_page": document.pages[0] if document.pages else 0,
            "page_count": len(document.pages),
            "number": _optional(document.number),
            "issued_on": document.issued_on,
            "issued_by": _optional(document.issued_by),
            "title": _optional(document.title),
            "certified_copy": document.certified_copy,
        }
        for document in record.documents
    ]


def _person_rows(record: DossierRecord) -> list[dict[str, Any]]:
    return [
        {
            "dossier_code": record.dossier_code,
            "ordinal": ordinal,
            "role": matched.person.role.value,
            "document": matched.person.document,
            "full_name": _value(matched.person, "full_name"),
            "birth_date": _value(matched.person, "birth_date"),
            "sex": _value(matched.person, "sex"),
            "id_number": _value(matched.person, "id_number"),
            "verdict": matched.match.verdict.value,
            "citizen": matched.match.citizen,
            "score": matched.match.score,
        }
        for ordinal, matched in enumerate(record.persons, start=1)
    ]


def _value(person: Person, name: str) -> str | None:
    field = getattr(person, name)
    return storable(field.value) if field else None


def _texts(record: DossierRecord) -> Iterator[SearchText]:
    """What is found: the code, each person's name and id number, each document's head, each page's text."""
    yield SearchText(1, 0, record.dossier_code)
    for matched in record.persons:
        person = matched.person
        read = person.full_name or person.id_number
        if read:
            words = filter(
                None, (_value(person, "full_name"), _value(person, "id_number"), _value(person, "birth_date"))
            )
            yield SearchText(read.page, 1, " · ".join(words))
    for document in record.documents:
        words = filter(None, (document.number, document.title, document.issued_by))
        if text := storable(" · ".join(words)):
            yield SearchText(document.pages[0] if document.pages else 1, 2, text)
    for page in record.pages:
        if page.text.strip():
            yield SearchText(page.number, 3, storable(page.text))
