"""A process that digitizes says that it lives, and which dossiers wait for it; whoever asks reads it in the database.

What is said here serves those who look (`sohoa status`, `/metrics`); a run goes on where it cannot be said.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterable

from models.errors import StorageUnreachable
from storage.database import Database
from storage.waiting_line import BEAT_SECONDS, Waiting, WaitingLine, Worker

_LOG = logging.getLogger("sohoa")


def process_name() -> str:
    """The name of this process in the table of workers: host:pid."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Presence:
    """The heartbeat of one run or server, in a thread of its own, and its dossiers in the waiting line."""

    def __init__(self, database: Database, *, kind: str, slots: int) -> None:
        self._line = WaitingLine(database)
        self._name, self._kind, self._slots = process_name(), kind, slots
        self._lock = threading.Lock()
        self._dossiers = self._pages = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def enter(self, dossiers: Iterable[Waiting]) -> None:
        """Dossiers begin to wait for this process."""
        try:
            self._line.enter(dossiers, holder=self._name)
        except StorageUnreachable:
            _LOG.warning("the waiting line could not be told")

    def leave(self, code: str, *, pages: int) -> None:
        """A dossier has come to its end; `pages` of it were read, 0 where it waits for another run."""
        with self._lock:
            self._dossiers += bool(pages)
            self._pages += pages
        try:
            self._line.leave(code)
        except StorageUnreachable:
            _LOG.warning("the waiting line could not be told", extra={"facts": {"dossier": code}})

    def close(self) -> None:
        """The process has nothing left to do."""
        self._over.set()
        self._thread.join()
        try:
            self._line.leave_all(self._name)
            self._line.end(self._name)
        except StorageUnreachable:
            _LOG.warning("the waiting line could not be told")

    def _beat(self) -> None:
        try:
            self._line.forget_lost()
        except StorageUnreachable:
            _LOG.warning("the waiting line could not be told")
        while True:
            with self._lock:
                worker = Worker(self._name, self._kind, self._slots, self._dossiers, self._pages)
            try:
                self._line.beat(worker)
            except StorageUnreachable:
                _LOG.warning("no heartbeat: the index does not answer")
            if self._over.wait(BEAT_SECONDS):
                return
