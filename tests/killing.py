"""What tests of kills and troubles share: the program that forks batches, new archives, and all that must be the same after."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from models.settings import Settings
from storage import keys
from storage.archive import all_kept
from storage.database import open_database
from storage.keeping_tables import AUDIT, CHANGES
from storage.ledger import Ledger
from storage.ledger_tables import LEDGER_PAGES, RUNS
from storage.objects import digest_and_size
from storage.opening import open_store
from storage.reconciliation import reconcile
from storage.tables import DOCUMENTS, DOSSIERS, PAGES, PERSONS
from tests.drawn_dossiers import CITIZENS, draw_declaration

ROOT = Path(__file__).resolve().parent.parent
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # what a kill leaves needs no disk


class Program:
    """The program that forks a batch for each question."""

    def __init__(self, folder: Path) -> None:
        inbox = folder / "inbox"
        inbox.mkdir()
        for ordinal, (name, birth, sex, number) in enumerate(
            (
                ("NGUYỄN THỊ HƯỜNG", "12/03/1985", "Nữ", "036185012345"),
                ("TRẦN VĂN MẪU", "02/11/1990", "Nam", "001090004321"),
            )
        ):
            page = inbox / f"H40.12-260105-000{ordinal}.png"
            draw_declaration(page, name=name, birth=birth, sex=sex, number=number)
            with Image.open(page) as drawn:
                drawn.save(page.with_suffix(".jpg"), dpi=(200, 200))
            page.unlink()
            os.utime(page.with_suffix(".jpg"), (1_767_600_000, 1_767_600_000))
        damaged = inbox / "H40.12-260106-0001.pdf"
        damaged.write_bytes(b"%PDF-1.7\nthe scanner lost power here")
        os.utime(damaged, (1_767_600_000, 1_767_600_000))
        self.registry = folder / "registry.db"
        (folder / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
        self._run("registry", "load", str(folder / "citizens.csv"))
        self.readings = folder / "first" / "readings"
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.killed_runner", inbox, folder / "workspace", folder / "first"],
            cwd=ROOT,
            env=os.environ | {"SOHOA_REGISTRY": str(self.registry)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == {"ready": 3}

    def _run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "scripts.cli", *arguments]
        environment = os.environ | {
            "SOHOA_REGISTRY": str(self.registry),
            "SOHOA_HOME": str(self.registry.parent / "home"),
        }
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)

    def _answer(self) -> dict:
        return json.loads(self._child.stdout.readline())

    def ask(self, settings: dict[str, str], **how) -> dict:
        self._child.stdin.write(
            json.dumps({"settings": settings | {"SOHOA_REGISTRY": str(self.registry)}, **how}) + "\n"
        )
        self._child.stdin.flush()
        return self._answer()

    def close(self) -> None:
        self._child.stdin.close()
        self._child.wait(60)
        self._child.stdout.close()


@pytest.fixture(scope="module")
def program():
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        started = Program(Path(folder))
        yield started
        started.close()


@pytest.fixture
def homes(program):
    """Makes settings of new, empty archives on a folder with SQLite, the pages read already."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:

        def make(extra: dict[str, str] | None = None) -> dict[str, str]:
            home = Path(tempfile.mkdtemp(dir=folder))
            shutil.copytree(program.readings, home / "readings")
            return {"SOHOA_HOME": str(home), **(extra or {})}

        yield make


def state(environment: dict[str, str]) -> dict:
    """All that must be the same whatever happened: objects but for the history with its times, rows, the balance."""
    settings = Settings.from_environment(environment)
    store, database = open_store(settings), open_database(settings.index)
    proof = reconcile(store, database)
    assert proof.unbalanced == ()
    assert proof.waiting == ()
    found: dict = {
        "objects": {
            stat.key: digest_and_size(store.get(stat.key))
            for stat in store.under()
            if not keys.is_history(stat.key) and not stat.key.startswith(keys.AUDIT)
        },
        "revisions": {kept.record.dossier_code: kept.revision for kept in all_kept(store)},
        "balance": Ledger(database).balance(),
    }
    with database.reading() as connection:
        for table in (DOSSIERS, PAGES, DOCUMENTS, PERSONS):
            found[table.name] = sorted(map(repr, connection.execute(select(table))))
        ends = select(RUNS.c.dossier_code, RUNS.c.state, RUNS.c.fingerprint)
        found["runs"] = sorted(map(repr, connection.execute(ends)))
        columns = [column for column in LEDGER_PAGES.columns if column.name != "batch"]
        found["ledger"] = sorted(map(repr, connection.execute(select(*columns))))
        changes = connection.execute(select(CHANGES.c.seq, CHANGES.c.dossier_code, CHANGES.c.revision)).all()
        kept = connection.execute(select(AUDIT.c.subject).where(AUDIT.c.action == "dossier_kept")).scalars()
        found["audited"] = dict(Counter(kept))
    database.close()
    assert sorted(seq for seq, _, _ in changes) == list(range(1, len(changes) + 1))
    found["changes"] = sorted((code, revision) for _, code, revision in changes)
    return found
