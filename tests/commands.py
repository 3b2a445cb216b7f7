"""The `sohoa` command in this process, and a home of its own, for tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.settings import Settings
from scripts import cli
from scripts.log_file import close_log
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.opening import open_store
from tests.records import ORIGINAL, record


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home of its own, English."""
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOHOA_LANG", "en")
    yield tmp_path / "home"
    close_log()


@pytest.fixture
def kept(home) -> Path:
    """A home in which one dossier is kept and indexed."""
    settings = Settings.from_environment()
    sha256 = record().pages[0].source.sha256
    stored = keep_dossier(
        open_store(settings), record(), originals={sha256: ORIGINAL}, pages={1: b"jpeg"}, documents={1: b"%PDF-1.7"}
    )
    database = open_database(settings.index)
    Index(database).put(stored)
    database.close()
    return home


def sohoa(*arguments: str):
    return CliRunner().invoke(cli.app, list(arguments))
