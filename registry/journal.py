"""The service's own book: registered officers, and every call, served or refused, with officer, time, unit and purpose.

Never what was asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from registry.envelope import Envelope, Refusal

_TABLES = """
CREATE TABLE IF NOT EXISTS officer (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS call (
    request_id TEXT PRIMARY KEY, asked_at TEXT NOT NULL, officer TEXT NOT NULL, unit TEXT NOT NULL,
    procedure TEXT NOT NULL, purpose TEXT NOT NULL, service TEXT NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused_call (
    request_id TEXT NOT NULL, asked_at TEXT NOT NULL, officer TEXT NOT NULL, unit TEXT NOT NULL,
    procedure TEXT NOT NULL, purpose TEXT NOT NULL, service TEXT NOT NULL, outcome TEXT NOT NULL);
"""
_CALLS = "SELECT * FROM call UNION ALL SELECT * FROM refused_call ORDER BY asked_at, request_id"


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the book."""

    request_id: str
    asked_at: str
    officer: str
    unit: str
    procedure: str
    purpose: str
    service: str
    outcome: str


class Journal:
    """A SQLite file; safe to share between threads. Close it after use."""

    def __init__(self, path: Path, officers: Iterable[str] = ()) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _TABLES)
        self._database.executemany("INSERT OR IGNORE INTO officer VALUES (?)", ((officer,) for officer in officers))
        self._officers = {row[0] for row in self._database.execute("SELECT id FROM officer")}

    def knows(self, officer: str) -> bool:
        return officer in self._officers

    def enter(self, envelope: Envelope, *, asked_at: datetime, service: str, outcome: str) -> bool:
        """Enters a call before it is answered; False where this request id was served before."""
        row = _row(envelope, asked_at, service, outcome)
        with self._lock:
            entered = self._database.execute("INSERT OR IGNORE INTO call VALUES (?,?,?,?,?,?,?,?)", row)
            return entered.rowcount == 1

    def refuse(self, envelope: Envelope, *, asked_at: datetime, service: str, refusal: Refusal) -> None:
        """Enters a call that is refused, under the officer whom it names."""
        row = _row(envelope, asked_at, service, str(refusal))
        with self._lock:
            self._database.execute("INSERT INTO refused_call VALUES (?,?,?,?,?,?,?,?)", row)

    def calls(self) -> tuple[Call, ...]:
        """Every call, served or refused, oldest first."""
        with self._lock:
            rows = self._database.execute(_CALLS).fetchall()
        return tuple(Call(*row) for row in rows)

    def close(self) -> None:
        self._database.close()


def _row(envelope: Envelope, asked_at: datetime, service: str, outcome: str) -> tuple[str, ...]:
    when = asked_at.isoformat(timespec="milliseconds")
    return (
        envelope.request_id, when, envelope.officer, envelope.unit, envelope.procedure, envelope.purpose, service, outcome,
    )  # fmt: skip
