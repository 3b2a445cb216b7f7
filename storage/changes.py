"""The change feed (nhật ký thay đổi): every kept revision once and in order, for programs that follow the archive.

A number is given in the transaction that takes a revision into the index, from one counter whose row stays locked until
that transaction ends. So numbers have no gaps, and whoever sees a number sees every lower one: on PostgreSQL too, where a
sequence would let a reader pass a number whose transaction has not ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage.database import Database
from storage.keeping_tables import CHANGE_COUNTER, CHANGES

REMOVED = 0
"""The revision of a change that took a dossier away."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the feed: `seq` from 1 without gaps, the dossier, its revision (from 1, REMOVED when it is gone).

    record_sha256: digest of the revision as it rests in the store; None of a removal, and of a revision that was kept but
        taken in only with a later one (its writer was killed in between): the store knows it
    at: when it was taken in, ISO 8601, UTC, six decimals
    """

    seq: int
    dossier_code: str
    revision: int
    record_sha256: str | None
    at: str


def note_revision(connection: Connection, code: str, revision: int, record_sha256: str | None) -> None:
    """Enters a revision that is taken in, after those before it that never were; within the index's transaction."""
    last = connection.execute(
        select(CHANGES.c.revision, CHANGES.c.record_sha256)
        .where(CHANGES.c.dossier_code == code)
        .order_by(CHANGES.c.seq.desc())
        .limit(1)
    ).one_or_none()
    first = 1 if last is None else revision if last.revision == REMOVED else min(last.revision + 1, revision)
    if last is not None and (last.revision, last.record_sha256) == (revision, record_sha256):
        return
    passed: list[tuple[int, str | None]] = [(n, None) for n in range(first, revision)]
    _append(connection, code, [*passed, (revision, record_sha256)])


def note_removal(connection: Connection, code: str) -> None:
    """Enters that a dossier is gone; within the index's transaction."""
    _append(connection, code, [(REMOVED, None)])


def changes_after(database: Database, seq: int, *, limit: int) -> tuple[Change, ...]:
    """The changes after a number, in order, at most `limit`; 0 begins at the first."""
    query = select(CHANGES).where(CHANGES.c.seq > seq).order_by(CHANGES.c.seq).limit(limit)
    with database.reading() as connection:
        return tuple(Change(*row) for row in connection.execute(query))


def revisions_of(database: Database, code: str) -> tuple[Change, ...]:
    """A dossier's revisions, the first first, each once, without removals."""
    query = select(CHANGES).where(CHANGES.c.dossier_code == code, CHANGES.c.revision != REMOVED).order_by(CHANGES.c.seq)
    with database.reading() as connection:
        every = {row.revision: Change(*row) for row in connection.execute(query)}
    return tuple(every[revision] for revision in sorted(every))


def last_seq(database: Database) -> int:
    """The newest change's number, 0 where there is none."""
    with database.reading() as connection:
        return int(connection.execute(select(CHANGE_COUNTER.c.last)).scalar() or 0)


def restore_changes(database: Database, known: Iterable[Change]) -> None:
    """Puts changes back under their numbers, after a loss of the database or of its last days.

    What holds one of these numbers and is another change was never given out: it gets a new number.
    """
    wanted = {change.seq: change for change in known}
    with database.writing() as connection:
        last = _take(connection, 0)
        rows = (
            connection.execute(select(CHANGES).where(CHANGES.c.seq.between(min(wanted), max(wanted)))) if wanted else ()
        )
        present = {row.seq: Change(*row) for row in rows}
        displaced = [c for c in present.values() if c.seq in wanted and _what(c) != _what(wanted[c.seq])]
        connection.execute(delete(CHANGES).where(CHANGES.c.seq.in_([change.seq for change in displaced])))
        missing = wanted.keys() - (present.keys() - {change.seq for change in displaced})
        if missing:
            connection.execute(insert(CHANGES), [asdict(wanted[seq]) for seq in sorted(missing)])
            _take(connection, max(0, max(missing) - last))
        for change in displaced:
            if change.revision == REMOVED:
                note_removal(connection, change.dossier_code)
            else:
                note_revision(connection, change.dossier_code, change.revision, change.record_sha256)


def _what(change: Change) -> tuple[str, int]:
    return change.dossier_code, change.revision


def _append(connection: Connection, code: str, revisions: list[tuple[int, str | None]]) -> None:
    last = _take(connection, len(revisions))
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    rows = [
        {"seq": seq, "dossier_code": code, "revision": revision, "record_sha256": sha256, "at": at}
        for seq, (revision, sha256) in enumerate(revisions, start=last - len(revisions) + 1)
    ]
    connection.execute(insert(CHANGES), rows)


def _take(connection: Connection, count: int) -> int:
    """Moves the counter on and returns it; the row stays locked until the transaction ends."""
    moved = update(CHANGE_COUNTER).values(last=CHANGE_COUNTER.c.last + count).returning(CHANGE_COUNTER.c.last)
    return int(connection.execute(moved).scalar_one())
