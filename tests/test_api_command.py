"""`sohoa keys` and `sohoa api` as an operator types them: a key is made, a server answers it, both end in good order."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.sohoa_client import SohoaClient, SohoaProblem, SohoaUnreachable
from models.settings import Settings
from scripts import cli
from scripts.store_servers import free_port
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.opening import open_store
from tests import records

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOHOA_LANG", "en")
    settings = Settings.from_environment()
    database = open_database(settings.index)
    Index(database).put(keep_dossier(open_store(settings), records.record(), **records.content(records.record())))
    database.close()
    return tmp_path / "home"


def keys(*arguments: str) -> str:
    said = CliRunner().invoke(cli.app, ["keys", *arguments])
    assert said.exit_code == 0, said.output
    return said.output.strip()


def test_a_key_is_made_shown_once_rotated_and_revoked(home):
    secret = keys("add", "register", "--role", "downstream", "--unit", "H40", "--purpose", "births", "--rate", "5")
    (listed,) = json.loads(keys("list", "--json"))
    assert (listed["name"], listed["role"], listed["unit"], listed["state"]) == (
        "register",
        "downstream",
        "H40",
        "good",
    )
    assert secret.startswith(f"sohoa_{listed['key_id']}_")
    assert secret not in keys("list")
    renewed = keys("rotate", listed["key_id"], "--overlap-hours", "0")
    assert renewed.startswith(f"sohoa_{listed['key_id']}_")
    assert renewed != secret
    keys("revoke", listed["key_id"])
    assert json.loads(keys("list", "--json"))[0]["state"] == "revoked"
    assert CliRunner().invoke(cli.app, ["keys", "revoke", "nobody"]).exit_code == 2


@pytest.mark.parametrize("command", [("api",), ("serve",), ("registry", "serve", "--officer", "an")])
def test_a_port_that_is_taken_is_told_at_once_and_is_no_dossier_s_fault(command, home):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = CliRunner().invoke(cli.app, [*command, "--port", port])
    assert (said.exit_code, f"127.0.0.1:{port}" in said.stderr, "Ready" in said.stderr) == (2, True, False)


def test_a_server_answers_keys_and_ends_when_it_is_asked_to(home):
    secret, port = keys("add", "desk", "--role", "clerk", "--ids"), free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "scripts.cli", "api", "--port", str(port)],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        with SohoaClient(f"http://127.0.0.1:{port}", secret, pause=lambda _: time.sleep(1)) as desk:
            ends = time.monotonic() + 60
            while True:
                try:
                    record = desk.record(records.CODE)
                    break
                except SohoaUnreachable:
                    assert time.monotonic() < ends
            assert record["dossier_code"] == records.CODE
        with (
            SohoaClient(f"http://127.0.0.1:{port}", "sohoa_none") as stranger,
            pytest.raises(SohoaProblem, match="no_key"),
        ):
            stranger.record(records.CODE)
    finally:
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=30)
    assert f"127.0.0.1:{port}/v1" in said
    assert records.CODE not in said
    assert "Traceback" not in said
