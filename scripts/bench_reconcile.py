"""Reconciliation over many dossiers: one object removed, one altered, one page's row deleted; are all three named?

    python -m scripts.bench_reconcile [--dossiers 1000] [--store folder|ceph|rclone]

makes so many fictitious dossiers of four pages without reading any, in a temporary store, and prints what
`sohoa reconcile` finds before and after.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

from models.document import Document, DocumentType, Part
from models.outcome import PageOutcome, Status
from models.page import PageSource
from models.record import Components, DossierRecord, PageRecord
from models.settings import Settings
from scripts.store_servers import SERVERS
from storage import keys
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.journal import Journal
from storage.ledger import Arrival, Ledger, PageState
from storage.ledger_tables import LEDGER_PAGES
from storage.opening import open_store

_PAGES = 4


def main() -> None:
    """See the module."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--dossiers", type=int, default=1000)
    arguments.add_argument("--store", choices=["folder", "ceph", "rclone"], default="folder")
    asked = arguments.parse_args()
    server = nullcontext({}) if asked.store == "folder" else SERVERS[asked.store]()
    with tempfile.TemporaryDirectory(prefix="sohoa-reconcile-") as home, server as environment:
        settings = {"SOHOA_HOME": home, "SOHOA_LANG": "en", **environment}
        codes = [f"H40.{10 + n % 50}-260105-{n:04d}" for n in range(asked.dossiers)]
        started = time.monotonic()
        _make(settings, codes)
        print(f"{len(codes)} dossiers of {_PAGES} pages made in {time.monotonic() - started:.1f} s")
        _reconcile(settings)
        _damage(settings, codes)
        print(
            "removed: an object of the 3rd dossier; altered: one of the middle one; deleted: a page's row of the last"
        )
        _reconcile(settings)


def _reconcile(settings: dict[str, str]) -> None:
    started = time.monotonic()
    command = [sys.executable, "-m", "scripts.cli", "reconcile"]
    done = subprocess.run(
        command,
        env=os.environ | settings,
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(
        f"$ sohoa reconcile   # exit {done.returncode}, {time.monotonic() - started:.1f} s\n{done.stdout}", flush=True
    )


def _make(environment: dict[str, str], codes: list[str]) -> None:
    settings = Settings.from_environment(environment)
    store, database = open_store(settings), open_database(settings.index)
    ledger, journal, index = Ledger(database), Journal(database, store), Index(database)
    batch = ledger.start_batch()
    for code in codes:
        original = b"%PDF-1.7 the scan of " + code.encode("ascii")
        record = _record(code, hashlib.sha256(original).hexdigest())
        pages = tuple((page.number, page.source) for page in record.pages)
        ledger.enter(Arrival(code, pages, _PAGES), fingerprint="", batch=batch)
        kept = keep_dossier(
            store,
            record,
            originals={record.pages[0].source.sha256: original},
            pages={page.number: b"page %d of %s" % (page.number, code.encode("ascii")) for page in record.pages},
            documents={1: b"%PDF-1.7 " + code.encode("ascii")},
        )
        index.put(kept)
        ledger.move(code, PageState.STORED)
        ledger.close(kept.record, fingerprint="", batch=batch)
        journal.carry(code)
    ledger.finish_batch(batch)
    journal.carry_all()
    database.close()


def _record(code: str, sha256: str) -> DossierRecord:
    page = PageRecord(
        1, PageSource(f"{code}.pdf", sha256, 1), 0, 0.0, False, 0.95, PageOutcome.DIGITIZED, None, "TỜ KHAI"
    )
    pages = tuple(replace(page, number=n, source=replace(page.source, page=n)) for n in range(1, _PAGES + 1))
    document = Document(1, DocumentType.BIRTH_DECLARATION, 0.98, tuple(range(1, _PAGES + 1)), Part.COMPONENT)
    unit, day = code.split("-", maxsplit=1)[0], date(2026, 1, 5)
    return DossierRecord(code, unit, "1.001193", day, Status.DIGITIZED, pages, (document,), (), Components())


def _damage(environment: dict[str, str], codes: list[str]) -> None:
    settings = Settings.from_environment(environment)
    store, database = open_store(settings), open_database(settings.index)
    store.delete(keys.dossier_prefix(codes[2]) + keys.page_name(2))
    store.put(keys.dossier_prefix(codes[len(codes) // 2]) + keys.page_name(3), b"another page")
    with database.writing() as connection:
        mine = (LEDGER_PAGES.c.dossier_code == codes[-1], LEDGER_PAGES.c.page == 4)
        connection.execute(LEDGER_PAGES.delete().where(*mine))
    database.close()


if __name__ == "__main__":
    main()
