"""Re-use (tái sử dụng): whose papers are digitized already, the questions that were asked, and the papers taken over.

Before a paper is asked for or scanned, the officer looks whether it is there (TT 01/2023/TT-VPCP); a dossier in which one
was taken over counts for the re-use rate (QĐ 766/QĐ-TTg, indicator 4.3).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import select

from models.document import Document
from models.outcome import PageOutcome, Verdict
from models.record import DossierRecord, MatchedPerson
from storage import door_keys, keys
from storage.archive import load_record
from storage.database import Database
from storage.door_tables import REUSE_QUESTIONS
from storage.objects import ObjectStore
from storage.rate_facts import refresh_facts
from storage.readable import readable
from storage.tables import DOSSIERS, PERSONS

_MOST_DOSSIERS = 100  # of one person; more is no person


@dataclass(frozen=True, slots=True)
class PersonsPaper:
    """A digitized paper (document `ordinal` of a dossier) on which a person stands, in a role.

    why_not: what speaks against taking it over in place of a new scan; empty: it is valid for re-use
        `page_rejected`: a page of it could not be digitized; `certified_copy`: excluded by TT 01/2023/TT-VPCP, Article 4
        `not_confirmed`: the registry has not confirmed that the person with this number is the one on the paper
    """

    dossier_code: str
    unit: str
    status: str
    document: Document
    role: str
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was asked, and what was taken over; no id number, no name. Times: ISO 8601, UTC."""

    question: str
    at: str
    key_id: str
    unit: str
    purpose: str
    for_dossier: str | None
    found: int
    taken_dossier: str | None = None
    taken_document: int | None = None
    taken_type: str | None = None
    taken_at: str | None = None


def papers_of(database: Database, store: ObjectStore, id_number: str) -> tuple[PersonsPaper, ...]:
    """The papers on which the person stands, by the number that the registry gave or, without its word, that was read.

    The latest received first. A person whom the registry gives another number is not this one, whatever was read.
    """
    person, dossier = PERSONS.c, DOSSIERS.c
    query = (
        select(person.dossier_code)
        .join(DOSSIERS, dossier.dossier_code == person.dossier_code)
        .where((person.citizen == id_number) | ((person.id_number == id_number) & person.citizen.is_(None)))
        .group_by(person.dossier_code, dossier.received_on)
        .order_by(dossier.received_on.desc(), person.dossier_code)
        .limit(_MOST_DOSSIERS)
    )
    with database.reading() as connection:
        codes = connection.execute(query).scalars().all()
    records = (load_record(store, code) for code in codes)
    return tuple(paper for record in records if record for paper in _papers(record, id_number))


def _papers(record: DossierRecord, id_number: str) -> Iterator[PersonsPaper]:
    for document in record.documents:
        found = [p for p in record.persons if p.person.document == document.ordinal and _number(p) == id_number]
        if not found:
            continue
        confirmed = any(p.match.verdict is Verdict.MATCHED for p in found)
        why_not = flaws(record, document) + (() if confirmed else ("not_confirmed",))
        role = found[0].person.role.value
        yield PersonsPaper(record.dossier_code, record.unit, record.status.value, document, role, why_not)


def flaws(record: DossierRecord, document: Document) -> tuple[str, ...]:
    """What speaks against taking the paper over, whosever it is."""
    good = {page.number for page in record.pages if page.outcome is PageOutcome.DIGITIZED}
    troubles = {
        "page_rejected": not document.pages or not good.issuperset(document.pages),
        "certified_copy": document.certified_copy,
    }
    return tuple(name for name, met in troubles.items() if met)


def _number(matched: MatchedPerson) -> str | None:
    read = matched.person.id_number
    return matched.match.citizen or (read.value if read else None)


class Reuse:
    """The questions of one archive; the object store holds each of them (`reuses/`)."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database, self._store = database, store

    def note(
        self, *, at: datetime, key_id: str, unit: str, purpose: str, for_dossier: str | None, found: int
    ) -> Question:
        """Keeps that a question was asked; its name is what an answer refers to."""
        name = f"{at:%Y%m%d}-{secrets.token_hex(8)}"
        question = Question(name, at.isoformat(timespec="seconds"), key_id, unit, purpose, for_dossier, found)
        self._keep(question)
        return question

    def take(self, question: Question, paper: tuple[str, int, str], *, at: datetime) -> Question:
        """Keeps that a paper (dossier, ordinal, type) was taken over in answer to a question; the same again changes nothing."""
        taken = replace(
            question, taken_dossier=paper[0], taken_document=paper[1], taken_type=paper[2],
            taken_at=question.taken_at or at.isoformat(timespec="seconds"),
        )  # fmt: skip
        if taken != question:
            self._keep(taken)
        return taken

    def question(self, name: str) -> Question | None:
        """The question of that name."""
        with self._database.reading() as connection:
            row = connection.execute(select(REUSE_QUESTIONS).where(REUSE_QUESTIONS.c.question == name)).one_or_none()
        return Question(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name

    def restore(self, *, damaged: Callable[[str], None]) -> int:
        """Takes in the questions of the object store; returns how many it holds."""
        kept = tuple(readable(self._store, keys.REUSES, lambda body: Question(**json.loads(body)), damaged=damaged))
        with self._database.writing() as connection:
            self._database.upsert(connection, REUSE_QUESTIONS, [asdict(question) for question in kept])
        return len(kept)

    def _keep(self, question: Question) -> None:
        body = json.dumps(asdict(question), ensure_ascii=False).encode()
        self._store.put(door_keys.reuse_key(question.question), body)
        with self._database.writing() as connection:
            self._database.upsert(connection, REUSE_QUESTIONS, [asdict(question)])
            if question.taken_at and question.for_dossier:
                refresh_facts(self._database, connection, [question.for_dossier])
