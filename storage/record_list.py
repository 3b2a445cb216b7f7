"""Lists of dossiers by unit, procedure, status and day, a page at a time: what the API shows of many."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import select

from models.dossier import UNKNOWN_UNIT
from models.outcome import PageOutcome
from storage import keys
from storage.database import Database
from storage.objects import ObjectStore
from storage.tables import DOSSIERS, PAGES

_LOOKED_AT = 1000  # objects; a dossier that is being kept for the first time has no record yet


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dossiers. `after` is the last code of the page before."""

    procedure: str | None = None
    status: str | None = None
    received_from: date | None = None
    received_to: date | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A dossier in a list. `reasons` are codes of models.outcome.Reason, `missing` document types."""

    dossier_code: str
    unit: str
    procedure: str | None
    received_on: date
    status: str
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    pages: int
    documents: int
    persons: int
    revision: int
    record_sha256: str


def listed(
    database: Database,
    wanted: Wanted,
    *,
    limit: int,
    lies_in: Callable[[str], bool] | None = None,
    without: Collection[str] = (),
) -> tuple[Summary, ...]:
    """The dossiers that are wanted, in units for which `lies_in` holds (None: in any), by code, at most `limit`.

    without: codes of those that are not to be shown
    """
    table = DOSSIERS.c
    columns = (
        table.dossier_code, table.unit, table.procedure, table.received_on, table.status, table.reasons, table.missing,
        table.page_count.label("pages"), table.document_count.label("documents"), table.person_count.label("persons"), table.revision, table.record_sha256,
    )  # fmt: skip
    query = select(*columns).where(table.dossier_code > wanted.after).order_by(table.dossier_code).limit(limit)
    if without:
        query = query.where(table.dossier_code.not_in(sorted(without)))
    if wanted.procedure is not None:
        query = query.where(table.procedure == wanted.procedure)
    if wanted.status is not None:
        query = query.where(table.status == wanted.status)
    if wanted.received_from is not None:
        query = query.where(table.received_on >= wanted.received_from)
    if wanted.received_to is not None:
        query = query.where(table.received_on <= wanted.received_to)
    with database.reading() as connection:
        if lies_in is not None:
            # which units lie below another is no matter of a query: a few thousand names, looked at here
            every = connection.execute(select(table.unit).distinct()).scalars()
            query = query.where(table.unit.in_([unit for unit in every if lies_in(unit)]))
        return tuple(_summary(row) for row in connection.execute(query))


def _summary(row: Any) -> Summary:
    values = {**row._mapping, "reasons": tuple(row.reasons.split()), "missing": tuple(row.missing.split())}  # noqa: SLF001
    return Summary(**values)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dossier's latest revision stands."""

    unit: str
    revision: int
    record_sha256: str


def standing(database: Database, code: str) -> Standing | None:
    """The dossier's unit and latest revision; None where there is none."""
    query = select(DOSSIERS.c.unit, DOSSIERS.c.revision, DOSSIERS.c.record_sha256).where(
        DOSSIERS.c.dossier_code == code
    )
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return Standing(*row) if row else None


def is_lost(database: Database, store: ObjectStore) -> bool:
    """Whether the index knows no dossier though the store keeps records: its database was lost, not its dossiers."""
    with database.reading() as connection:
        if connection.execute(select(DOSSIERS.c.dossier_code).limit(1)).first():
            return False
    return any(found.key.endswith(keys.RECORD_NAME) for found in islice(store.under(keys.DOSSIERS), _LOOKED_AT))


def units_of(database: Database, codes: set[str]) -> dict[str, str]:
    """The unit of each of the dossiers that there is."""
    query = select(DOSSIERS.c.dossier_code, DOSSIERS.c.unit).where(DOSSIERS.c.dossier_code.in_(codes))
    with database.reading() as connection:
        return {row.dossier_code: row.unit for row in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class LostPage:
    """A page that cannot be used: its number in the dossier, the clerk's file and the page in it, the reason's code."""

    number: int
    file: str
    source_page: int
    reason: str | None


def lost_pages(database: Database, codes: Collection[str]) -> dict[str, list[LostPage]]:
    """The rejected pages of these dossiers, by dossier and number; dossiers without any are left out."""
    page = PAGES.c
    query = (
        select(page.dossier_code, page.number, page.file, page.source_page, page.reason)
        .where(page.dossier_code.in_(sorted(codes)), page.outcome == PageOutcome.REJECTED.value)
        .order_by(page.dossier_code, page.number)
    )
    lost: dict[str, list[LostPage]] = {}
    with database.reading() as connection:
        for code, *rest in connection.execute(query):
            lost.setdefault(code, []).append(LostPage(*rest))
    return lost


def files_of(database: Database, codes: Collection[str]) -> dict[str, list[str]]:
    """The clerk's files that these dossiers came from, in the order of their pages."""
    page = PAGES.c
    query = select(page.dossier_code, page.file).where(page.dossier_code.in_(sorted(codes))).order_by(page.number)
    files: dict[str, list[str]] = {}
    with database.reading() as connection:
        for code, file in connection.execute(query):
            if file not in files.setdefault(code, []):
                files[code].append(file)
    return files


def claimed_since(database: Database, strays: Collection[str]) -> set[str]:
    """Those of the dossiers without a code of whose pages every one is in a dossier with a code by now."""
    mine, other = PAGES.alias("mine"), PAGES.alias("other")
    elsewhere = (
        select(other.c.number)
        .join(DOSSIERS, DOSSIERS.c.dossier_code == other.c.dossier_code)
        .where(
            other.c.sha256 == mine.c.sha256, other.c.source_page == mine.c.source_page, DOSSIERS.c.unit != UNKNOWN_UNIT
        )
    )  # fmt: skip
    query = select(mine.c.dossier_code).where(mine.c.dossier_code.in_(sorted(strays)), ~elsewhere.exists()).distinct()
    with database.reading() as connection:
        return set(strays) - set(connection.execute(query).scalars())
