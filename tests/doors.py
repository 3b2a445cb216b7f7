"""An office with kept dossiers and its API behind a real server, for tests of the doors."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import uvicorn

from api.app import create_api
from api.office import Office
from models.access import Role
from models.settings import Settings
from storage.archive import keep_dossier
from tests import records

ALTO = b'<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"/>'
OTHER = "H41.03-260106-0001"  # of another province
BELOW = "H40.12.05-260106-0002"  # of a unit below H40.12


@dataclass
class Doors:
    """An open office, its app and where it listens; `as_` is a client with a key of its own."""

    office: Office
    app: object
    url: str
    clients: list[httpx.Client] = field(default_factory=list)

    def key(self, role: Role, unit: str = "", *, ids: bool = True, purposes=("birth-registration",), rate=10_000.0):
        """A new key, as a program is given it."""
        return self.office.keys.add(
            f"test {role}", role, unit=unit, purposes=purposes, sees_ids=ids, calls_a_second=rate, days=1,
            now=datetime.now(UTC),
        )[1]  # fmt: skip

    def as_(self, role: Role, unit: str = "", **key) -> httpx.Client:
        return self.client(self.key(role, unit, **key))

    def client(self, secret: str | None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {secret}".encode()} if secret else {}
        # no certificates: loading them takes a client longer than a test's calls
        self.clients.append(httpx.Client(base_url=self.url, headers=headers, timeout=30, verify=False))
        return self.clients[-1]

    def keep(self, record):
        """Keeps and indexes a record with its files."""
        kept = keep_dossier(
            self.office.store, record, **records.content(record), layouts={page.number: ALTO for page in record.pages}
        )
        self.office.index.put(kept)
        return kept


@contextmanager
def open_doors(folder: Path, *, dossiers=(records.CODE, BELOW, OTHER), **settings) -> Iterator[Doors]:
    """An office in the folder with dossiers of H40.12, of a unit below it, and of another province; served on loopback."""
    office = Office.open(replace(Settings.from_environment({"SOHOA_HOME": str(folder)}), **settings))
    app = create_api(office)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    doors = Doors(office, app, f"http://127.0.0.1:{listening.getsockname()[1]}")
    try:
        for code in dossiers:
            doors.keep(records.record(code))
        while not server.started:
            time.sleep(0.01)
        yield doors
    finally:
        for client in doors.clients:
            client.close()
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
        office.close()
