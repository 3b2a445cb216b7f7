"""How many entries a second the audit log takes: `python -m scripts.bench_audit [--index URL]`, from threads of one process."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from models.audit import Action, Actor
from storage.audit import Audit
from storage.audit_verification import verify_audit
from storage.database import open_database
from storage.folder import FolderStore

_THREADS = (1, 8)


def main(
    index: Annotated[str | None, typer.Option(help="SQLAlchemy URL, default a SQLite file of its own.")] = None,
    entries: Annotated[int, typer.Option(min=100, help="Entries a measurement.")] = 2000,
) -> None:
    """Appends, carries to a folder, verifies; prints entries a second of each."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        database = open_database(index or f"sqlite:///{folder}/index.db")
        store = FolderStore(Path(folder) / "store")
        with Audit(database, store, actor=Actor("bench")) as audit:
            for threads in _THREADS:
                before = time.process_time()
                seconds = _timed(audit, threads, entries // threads)
                spent = (time.process_time() - before) / entries * 1e3
                print(f"append, {threads} threads: {entries / seconds:8.0f} a second, {spent:.2f} ms of CPU each")
            started = time.perf_counter()
            audit.carry()
            result = verify_audit(audit, store)
            print(
                f"verify:            {result.entries / (time.perf_counter() - started):8.0f} a second, {result.faults}"
            )
        database.close()


def _timed(audit: Audit, threads: int, each: int) -> float:
    def note() -> None:
        for number in range(each):
            audit.note(Action.VIEWED, f"dossier:H40.12-260105-{number:04d}", purpose="bench")

    workers = [threading.Thread(target=note) for _ in range(threads)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - started


if __name__ == "__main__":
    typer.run(main)
