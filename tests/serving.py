"""An office with a counter, and a client of what serves it, for tests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.office import Office as Archive
from api.serving import serving_app
from flows.office import Office
from models.access import Role
from models.settings import Settings
from registry.load import load
from tests.drawn_dossiers import CITIZENS, draw_inbox

CODE = "H40.12-260105-0007"
WAITING_SECONDS = 90


@pytest.fixture(scope="module")
def inbox(tmp_path_factory) -> Path:
    return draw_inbox(tmp_path_factory.mktemp("drawn") / "inbox")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a counter, two workers each, and a registry."""
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path / "home"), "SOHOA_WORKERS": "2"})
    (tmp_path / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
    load(tmp_path / "citizens.csv", Path(settings.registry))
    opened = Office(settings, kind="serve", counter=True)
    yield opened
    opened.finish(at_once=True)
    opened.close()


@contextmanager
def served(office: Office) -> Iterator[httpx.Client]:
    """A client of the app, which a real server runs, with the key of a clerk of H40."""
    archive = Archive.open(office.settings)
    _, secret = archive.keys.add(
        name="desk 1", role=Role.CLERK, unit="H40", purposes=("counter",), sees_ids=False, calls_a_second=50.0, days=1,
        now=archive.clock(),
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(serving_app(office, archive), log_level="error", lifespan="on"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    address, key = f"http://127.0.0.1:{listener.getsockname()[1]}", {"authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=address, headers=key, timeout=WAITING_SECONDS) as client:
        yield client
    server.should_exit = True
    thread.join()
    archive.close()
