"""The service's own book: registered officers, and every call with officer, time, unit and purpose, never what was asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from registry.envelope import Envelope

_TABLES = """
CREATE TABLE IF NOT EXISTS officer (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS call (
    request_id TEXT PRIMARY KEY, asked_at TEXT NOT NULL, officer TEXT NOT NULL, unit TEXT NOT NULL,
    procedure TEXT NOT NULL, purpose TEXT NOT NULL, service TEXT NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID;
"""


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

    def enter(self, envelope: Envelope, *, asked_at: datetime, service: str) -> bool:
        """Enters the call before it is served; False where this request id was served before."""
        row = (
            envelope.request_id,
            asked_at.isoformat(timespec="milliseconds"),
            envelope.officer,
            envelope.unit,
            envelope.procedure,
            envelope.purpose,
            service,
            "entered",
        )
        with self._lock:
            entered = self._database.execute("INSERT OR IGNORE INTO call VALUES (?,?,?,?,?,?,?,?)", row)
            return entered.rowcount == 1

    def close_call(self, request_id: str, outcome: str) -> None:
        with self._lock:
            self._database.execute("UPDATE call SET outcome = ? WHERE request_id = ?", (outcome, request_id))

    def calls(self) -> tuple[Call, ...]:
        """Every call, oldest first."""
        with self._lock:
            rows = self._database.execute("SELECT * FROM call ORDER BY asked_at, request_id").fetchall()
        return tuple(Call(*row) for row in rows)

    def close(self) -> None:
        self._database.close()
