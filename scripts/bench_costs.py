"""What a dossier costs: processor seconds, bytes and requests of the store, bytes and transactions of the index; and does it grow?

    python -m scripts.bench_costs [--dossiers 100] [--inbox FOLDER] [--cli]

digitizes one after the other in this process, on a folder and SQLite, and prints the cost of a dossier by quarter of the run:
a cost that grows with what is kept already would show. Processor seconds are this process's and its children's, so other
programs of the machine do not lengthen them. Without an inbox it draws dossiers of one page. `--cli` then runs
`sohoa digitize` on as many others: what is more there is Prefect's, the worker processes' and their start's.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.desk import Desk, limits_of
from flows.digitize_dossier import digitize_dossier
from flows.jobs import arrival_of
from models.settings import Settings
from pipeline.confine import Confinement
from pipeline.intake import IntakeDossier, survey
from scripts.small_dossiers import draw_small_dossiers
from storage.database import Database, open_database
from storage.opening import open_store

_QUARTERS = 4


class Counting:
    """An object store that counts what is asked of it."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def asked(*arguments: Any, **named: Any) -> Any:
            self.calls[name] += 1
            return found(*arguments, **named)

        return asked


class CountingDatabase(Database):
    """A database that counts its transactions."""

    transactions = 0

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """See storage.database."""
        self.transactions += 1
        with super().reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """See storage.database."""
        self.transactions += 1
        with super().writing() as connection:
            yield connection


def processor_seconds() -> float:
    """Of this process and of its children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def folder_bytes(folder: Path) -> int:
    """Of all files in it."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def in_process(settings: Settings, dossiers: tuple[IntakeDossier, ...]) -> float:
    """Prints the costs by quarter; gives processor seconds a dossier."""
    store: Any = Counting(open_store(settings))
    opened = CountingDatabase(open_database(settings.index).engine)
    limits = limits_of(settings)
    desk = Desk(settings, limits, store, opened, Confinement(limits))
    batch = desk.ledger.start_batch()
    whole = processor_seconds()
    size = max(1, len(dossiers) // _QUARTERS)
    index = Path(settings.index.removeprefix("sqlite:///"))
    for start in range(0, len(dossiers), size):
        part = dossiers[start : start + size]
        pages = sum(len(dossier.scans) for dossier in part)
        before = (processor_seconds(), folder_bytes(Path(settings.store)), _index_bytes(index))
        store.calls.clear()
        opened.transactions = 0
        for dossier in part:
            desk.ledger.announce([arrival_of(dossier)], batch=batch)
            digitize_dossier(dossier, desk, batch=batch)
        after = (processor_seconds(), folder_bytes(Path(settings.store)), _index_bytes(index))
        seconds, stored, indexed = (b - a for a, b in zip(before, after, strict=True))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        calls = ", ".join(f"{name} {count / len(part):.1f}" for name, count in store.calls.most_common())
        print(
            f"  {start + len(part):5} dossiers: {seconds / len(part):.3f} s a dossier, {seconds / pages:.3f} s a page; "
            f"store {stored / len(part) / 1e3:.0f} kB, index {indexed / len(part) / 1e3:.1f} kB, "
            f"{opened.transactions / len(part):.1f} transactions; peak {peak:.0f} MiB\n         store calls: {calls}",
            flush=True,
        )
    desk.close()
    return (processor_seconds() - whole) / len(dossiers)


def _index_bytes(index: Path) -> int:
    return sum(path.stat().st_size for path in index.parent.glob(f"{index.name}*"))


def by_command(home: Path, inbox: Path, dossiers: int) -> float:
    """Processor seconds a dossier of `sohoa digitize`, all its processes together."""
    before = processor_seconds()
    environment = os.environ | {"SOHOA_HOME": str(home), "SOHOA_INDEX": "", "SOHOA_STORE": ""}
    command = [sys.executable, "-m", "scripts.cli", "digitize", str(inbox)]
    subprocess.run(command, env=environment, check=False, capture_output=True)
    return (processor_seconds() - before) / dossiers


def main() -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(description="What a dossier costs")
    parser.add_argument("--dossiers", type=int, default=100)
    parser.add_argument("--inbox", type=Path)
    parser.add_argument("--cli", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-costs-") as temporary:
        folder = Path(temporary)
        inbox = options.inbox or draw_small_dossiers(folder / "inbox", options.dossiers)
        settings = Settings.from_environment({"SOHOA_HOME": str(folder / "home")})
        (folder / "unpacked").mkdir()
        with Confinement(limits_of(settings)) as opener:
            found = survey([inbox], workspace=folder / "unpacked", limits=opener.limits, opener=opener)
        alone = in_process(settings, found.dossiers)
        print(f"in one process: {alone:.3f} s a dossier")
        if options.cli:
            other = draw_small_dossiers(folder / "other", len(found.dossiers), seed=2)
            together = by_command(folder / "home2", options.inbox or other, len(found.dossiers))
            print(f"sohoa digitize: {together:.3f} s a dossier, {together - alone:.3f} s more")


if __name__ == "__main__":
    main()
