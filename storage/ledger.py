"""The ledger of pages (sổ theo dõi trang): every page from the first byte to its outcome, every transition a row."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from models.outcome import PageOutcome, Status
from models.page import PageSource
from models.record import DossierRecord
from storage.database import Database
from storage.ledger_tables import BATCHES, JOURNAL_DUE, LEDGER, LEDGER_PAGES, RUNS
from storage.ledger_values import (
    REMOVED_RUN,
    UNCOUNTED,
    Arrival,
    Balance,
    DossierRun,
    Entry,
    PageState,
    RunState,
)

__all__ = ["Arrival", "Balance", "DossierRun", "Entry", "Ledger", "PageState", "RunState"]

_ANNOUNCED_AT_ONCE = 200  # dossiers a transaction, so that no other process waits long


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """The ledger in a database; safe for many processes, each with its own Database.

    Every method is one transaction and may raise StorageUnreachable. A call made twice counts once.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    def start_batch(self) -> str:
        """Opens a batch (lô) and returns its name."""
        batch = f"{self._clock():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        with self._database.writing() as connection:
            row = {"batch": batch, "started_at": self._time(), "finished_at": None, "state": "started"}
            connection.execute(BATCHES.insert().values(row))
            self._due(connection, batch, is_batch=True)
        return batch

    def finish_batch(self, batch: str, state: str = "finished") -> None:
        """Closes a batch; `state` says how it ended (`finished`, `stopped`, `interrupted`)."""
        with self._database.writing() as connection:
            values = {"finished_at": self._time(), "state": state}
            connection.execute(update(BATCHES).where(BATCHES.c.batch == batch).values(values))
            self._due(connection, batch, is_batch=True)

    def announce(self, arrivals: Iterable[Arrival], *, batch: str) -> None:
        """Enters the pages of all dossiers of a batch as received, before any worker has begun them: QUEUED."""
        waiting = list(arrivals)
        for first in range(0, len(waiting), _ANNOUNCED_AT_ONCE):
            with self._database.writing() as connection:
                for arrival in waiting[first : first + _ANNOUNCED_AT_ONCE]:
                    self._begin_run(connection, arrival, RunState.QUEUED, "", batch)

    def enter(self, arrival: Arrival, *, fingerprint: str, batch: str) -> None:
        """Enters a dossier's pages as received and its run as in flight: a worker has begun it.

        fingerprint: digest of originals and settings, see `already_done`
        Pages of an earlier scan that are not among these become REPLACED.
        """
        with self._database.writing() as connection:
            self._begin_run(connection, arrival, RunState.IN_FLIGHT, fingerprint, batch)

    def move(
        self, code: str, state: PageState, *, pages: Sequence[int] | None = None, reason: str | None = None
    ) -> None:
        """Notes that pages (all of the dossier's where None) came to a state; `reason` where rejected."""
        with self._database.writing() as connection:
            batch = _lock_run(connection, code) or ""
            known = _pages(connection, code)
            wanted = [n for n in (sorted(known) if pages is None else pages) if n in known]
            changed = [n for n in wanted if known[n] not in {(state, reason), (PageState.REPLACED, None)}]
            self._transition(connection, code, batch, changed, state, reason)
            self._due(connection, code)

    def close(self, record: DossierRecord, *, fingerprint: str, batch: str) -> None:
        """Closes a dossier whose record is kept: each page with its outcome, the run with the record's status."""
        code = record.dossier_code
        with self._database.writing() as connection:
            self._set_run(connection, code, batch, record.status, None, fingerprint=fingerprint)
            known = _pages(connection, code)
            closed = [
                (page.number, page.source, PageState(page.outcome.value),
                 page.reason if page.outcome is PageOutcome.REJECTED else None)
                for page in record.pages
            ]  # fmt: skip
            self._set_pages(connection, code, batch, known, closed)
            self._due(connection, code)

    def pend(self, code: str, reason: str, *, batch: str) -> None:
        """Notes that a dossier waits (`storage_unreachable`, `registry_waiting`…); its pages stay in flight."""
        with self._database.writing() as connection:
            self._set_run(connection, code, batch, RunState.PENDING, reason)

    def remove(self, code: str) -> None:
        """Notes that retention deleted the dossier: its pages are counted no more, its history stays."""
        with self._database.writing() as connection:
            batch = _lock_run(connection, code)
            if batch is None:
                return
            known = _pages(connection, code)
            gone = [number for number in sorted(known) if known[number][0] not in UNCOUNTED]
            self._transition(connection, code, batch, gone, PageState.REMOVED, None)
            self._set_run(connection, code, batch, REMOVED_RUN, None, fingerprint="")
            self._due(connection, code)

    def already_done(self, code: str, fingerprint: str) -> Status | None:
        """The end status of a run with the same originals and settings: nothing is left to do. Else None."""
        with self._database.reading() as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.dossier_code == code)).one_or_none()
        if row is None or row.fingerprint != fingerprint or row.state in {*RunState, REMOVED_RUN}:
            return None
        return Status(row.state)

    def agrees_with(self, record: DossierRecord) -> bool:
        """Whether the pages stand in the ledger as the record has them, none more and none less."""
        columns = (LEDGER_PAGES.c[name] for name in ("page", "sha256", "source_page", "state"))
        mine = (LEDGER_PAGES.c.dossier_code == record.dossier_code, LEDGER_PAGES.c.state.not_in(UNCOUNTED))
        with self._database.reading() as connection:
            known = {tuple(row) for row in connection.execute(select(*columns).where(*mine))}
        return known == {(p.number, p.source.sha256, p.source.page, p.outcome.value) for p in record.pages}

    def announced_pages(self, code: str) -> int | None:
        """How many pages a cover sheet or manifest announced for the dossier, where one did."""
        query = select(RUNS.c.announced_pages).where(RUNS.c.dossier_code == code)
        with self._database.reading() as connection:
            return connection.execute(query).scalar()

    def balance(self, batch: str | None = None) -> Balance:
        """The pages of one batch, or of all."""
        query = select(LEDGER_PAGES.c.state, func.count()).group_by(LEDGER_PAGES.c.state)
        query = query.where(LEDGER_PAGES.c.state.not_in(UNCOUNTED))
        if batch is not None:
            query = query.where(LEDGER_PAGES.c.batch == batch)
        with self._database.reading() as connection:
            counts = {str(state): int(count) for state, count in connection.execute(query)}
        digitized, rejected = counts.get(PageState.DIGITIZED, 0), counts.get(PageState.REJECTED, 0)
        scanned = sum(counts.values())
        return Balance(scanned, digitized, rejected, scanned - digitized - rejected)

    def runs(self, *, batch: str | None = None, state: str | None = None) -> tuple[DossierRun, ...]:
        """The dossiers' runs that count now, by code; of one batch, in one state."""
        names = tuple(DossierRun.__dataclass_fields__)
        query = select(*(RUNS.c[name] for name in names)).order_by(RUNS.c.dossier_code)
        if batch is not None:
            query = query.where(RUNS.c.batch == batch)
        if state is not None:
            query = query.where(RUNS.c.state == state)
        with self._database.reading() as connection:
            return tuple(DossierRun(*row) for row in connection.execute(query))

    def history(self, code: str) -> tuple[Entry, ...]:
        """All transitions of a dossier and its pages, oldest first."""
        columns = (LEDGER.c.at, LEDGER.c.batch, LEDGER.c.dossier_code, LEDGER.c.page, LEDGER.c.state, LEDGER.c.reason)
        query = select(*columns).where(LEDGER.c.dossier_code == code).order_by(LEDGER.c.entry)
        with self._database.reading() as connection:
            return tuple(Entry(*row) for row in connection.execute(query))

    def _time(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds")

    def _begin_run(
        self, connection: Connection, arrival: Arrival, state: RunState, fingerprint: str, batch: str
    ) -> None:
        code, entered = arrival.code, dict(arrival.pages)
        row = {
            "dossier_code": code, "batch": batch, "fingerprint": fingerprint, "state": state.value,
            "reason": None, "attempts": 0, "changed_at": self._time(), "announced_pages": arrival.announced_pages,
        }  # fmt: skip
        self._database.upsert(connection, RUNS, [row], keep=("attempts",))
        if state is RunState.IN_FLIGHT:
            mine = RUNS.c.dossier_code == code
            connection.execute(update(RUNS).where(mine).values(attempts=RUNS.c.attempts + 1))
        self._note(connection, code, batch, [0], state, None)
        known = _pages(connection, code)
        received = [(number, source, PageState.RECEIVED, None) for number, source in sorted(entered.items())]
        self._set_pages(connection, code, batch, known, received)
        gone = [n for n in sorted(known.keys() - entered.keys()) if known[n][0] not in UNCOUNTED]
        self._transition(connection, code, batch, gone, PageState.REPLACED, None)
        if state is not RunState.QUEUED:  # until a worker has begun it, the store holds nothing of it
            self._due(connection, code)

    def _due(self, connection: Connection, subject: str, *, is_batch: bool = False) -> None:
        """Notes that storage.journal has something to carry."""
        mine = and_(JOURNAL_DUE.c.subject == subject, JOURNAL_DUE.c.is_batch == is_batch)
        known = connection.execute(update(JOURNAL_DUE).where(mine).values(version=JOURNAL_DUE.c.version + 1))
        if not known.rowcount:  # no race: whoever notes a transition holds the lock on the run's row
            connection.execute(JOURNAL_DUE.insert().values(subject=subject, is_batch=is_batch, version=1))

    def _set_run(
        self,
        connection: Connection,
        code: str,
        batch: str,
        state: str,
        reason: str | None,
        fingerprint: str | None = None,
    ) -> None:
        locked = select(RUNS).where(RUNS.c.dossier_code == code).with_for_update()
        before = connection.execute(locked).one_or_none()
        row: dict[str, Any] = {
            "dossier_code": code, "batch": batch, "fingerprint": fingerprint or "", "state": str(state),
            "reason": reason, "attempts": 1, "changed_at": self._time(), "announced_pages": None,
        }  # fmt: skip
        same = before and (before.batch, before.state, before.reason) == (batch, str(state), reason)
        if same and fingerprint in {None, before.fingerprint if before else None}:
            return
        keep = (
            ("attempts", "announced_pages")
            if fingerprint is not None
            else ("attempts", "announced_pages", "fingerprint")
        )
        self._database.upsert(connection, RUNS, [row], keep=keep)
        self._note(connection, code, batch, [0], state, reason)
        self._due(connection, code)

    def _set_pages(
        self,
        connection: Connection,
        code: str,
        batch: str,
        known: Mapping[int, tuple[str, str | None]],
        pages: Sequence[tuple[int, PageSource, PageState, str | None]],
    ) -> None:
        """Sets where pages stand, known or not; only what changes is written down as a transition."""
        rows: list[dict[str, Any]] = [
            {
                "dossier_code": code, "page": number, "batch": batch, "sha256": source.sha256,
                "source_page": source.page, "state": state.value, "reason": reason,
            }
            for number, source, state, reason in pages
        ]  # fmt: skip
        self._database.upsert(connection, LEDGER_PAGES, rows)
        changed = [row for row in rows if known.get(row["page"]) != (row["state"], row["reason"])]
        at = self._time()
        entries = [
            {name: row[name] for name in ("batch", "dossier_code", "page", "state", "reason")} for row in changed
        ]
        if entries:
            connection.execute(LEDGER.insert(), [{"at": at, **entry} for entry in entries])

    def _transition(
        self, connection: Connection, code: str, batch: str, pages: Sequence[int], state: PageState, reason: str | None
    ) -> None:
        if not pages:
            return
        mine = and_(LEDGER_PAGES.c.dossier_code == code, LEDGER_PAGES.c.page.in_(pages))
        connection.execute(update(LEDGER_PAGES).where(mine).values(state=state.value, reason=reason))
        self._note(connection, code, batch, pages, state, reason)

    def _note(
        self, connection: Connection, code: str, batch: str, pages: Sequence[int], state: str, reason: str | None
    ) -> None:
        entry = {"at": self._time(), "batch": batch, "dossier_code": code, "state": str(state), "reason": reason}
        connection.execute(LEDGER.insert(), [{**entry, "page": page} for page in pages])


def _pages(connection: Connection, code: str) -> dict[int, tuple[str, str | None]]:
    """State and reason by page number."""
    columns = (LEDGER_PAGES.c.page, LEDGER_PAGES.c.state, LEDGER_PAGES.c.reason)
    rows = connection.execute(select(*columns).where(LEDGER_PAGES.c.dossier_code == code))
    return {page: (state, reason) for page, state, reason in rows}


def _lock_run(connection: Connection, code: str) -> str | None:
    """The run's batch; on PostgreSQL its row is locked until the transaction ends."""
    query = select(RUNS.c.batch).where(RUNS.c.dossier_code == code).with_for_update()
    return connection.execute(query).scalar()
