"""The database of index and ledger: SQLite by default, PostgreSQL by URL; transactions, and trouble translated."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models.errors import StorageUnreachable, UsageError
from storage.schema import create_tables

_BUSY_SECONDS = 30  # a writer waits for another process's transaction, which lasts milliseconds
_CONNECT_SECONDS = 5
_CREATE_LOCK = 0x736F686F61  # "sohoa": one process at a time creates the tables on PostgreSQL


class Database:
    """A connection pool to one database; one object a process (it does not survive a fork), any number of threads.

    Both transactions raise StorageUnreachable where the database does not answer, is full or stays locked.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite has one writer at a time, and those who wait sleep and try again, which starves one of several threads
        # for longer than it has patience; threads take turns here, so that only processes wait in SQLite.
        self._turn = threading.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite (else PostgreSQL)."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with _translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back when an exception leaves the block."""
        with (
            self._turn or nullcontext(),
            _translated(),
            self.engine.connect().execution_options(sohoa_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def upsert(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: Iterable[str] = ()
    ) -> None:
        """Inserts rows of the same columns, or updates those with the same primary key but for the columns in `keep`.

        On PostgreSQL the rows stay locked until the transaction ends.
        """
        if not rows:
            return
        insert = (sqlite.insert if self.is_sqlite else postgresql.insert)(table)
        primary = [column.name for column in table.primary_key]
        changes = {name: insert.excluded[name] for name in rows[0] if name not in {*primary, *keep}}
        if changes:
            connection.execute(insert.on_conflict_do_update(index_elements=primary, set_=changes), list(rows))
        else:
            connection.execute(insert.on_conflict_do_nothing(index_elements=primary), list(rows))

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Opens the database at a SQLAlchemy URL (`sqlite:///path`, `postgresql://…`) and creates what is missing in it.

    Raises UsageError on a URL that is none, StorageUnreachable where nothing answers.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in {"sqlite", "postgresql", "postgres"}:
            raise UsageError("SOHOA_INDEX: only SQLite and PostgreSQL are spoken")
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        is_sqlite = parsed.get_backend_name() == "sqlite"
        timeout = {"timeout": _BUSY_SECONDS} if is_sqlite else {"connect_timeout": _CONNECT_SECONDS}
        engine = create_engine(parsed, connect_args=timeout, hide_parameters=True, pool_pre_ping=not is_sqlite)
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError("SOHOA_INDEX must be a database URL: sqlite:///path or postgresql://user@host/name") from error
    if is_sqlite:
        _make_folder(parsed.database)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine)
    try:
        with database.writing() as connection:
            if not is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CREATE_LOCK})
            create_tables(connection)
    except Exception:
        database.close()
        raise
    return database


def _make_folder(file: str | None) -> None:
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageUnreachable("the index's folder cannot be made") from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Transactions begin where we say so (sqlite3 would begin them late, and never around DDL).
    connection.isolation_level = None
    cursor = connection.cursor()
    # WAL: readers do not wait for the writer. NORMAL: a power cut may take the last transactions, never the file;
    # the ledger then asks again for work whose record.json rests already, which is a no-op.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: a reader that becomes a writer later fails at once with "database is locked".
    immediate = connection.get_execution_options().get("sohoa_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        kind = type(error.orig).__name__ if isinstance(error, DBAPIError) else type(error).__name__
        raise StorageUnreachable(f"the index database does not answer ({kind})") from error
