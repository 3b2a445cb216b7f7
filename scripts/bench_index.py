"""How fast the index answers when it is as large as a province: rates, search, the change feed, the state of things.

    python -m scripts.bench_index [--dossiers 1000000] [--database sqlite] [--database postgresql] [--folder /tmp] [--counted]

fills an empty index with generated rows (scripts.index_rows; 168 communes) and prints milliseconds: median and 95th
percentile of so many tries, each on a warm database, and the mean of the processor's time, which other programs of the machine
do not lengthen. What is asked are the program's own readers. `--counted` leaves out pages, persons, documents and texts, and
the searches: what rates, feed and status read, for ten million dossiers.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from scripts.index_rows import UNITS, fill
from scripts.store_servers import postgresql
from storage.changes import changes_after
from storage.database import Database, open_database
from storage.rates import Cohort, RateBy, rates
from storage.search import search
from storage.standing import standing


def questions(
    database: Database, dossiers: int, *, counted: bool
) -> Iterator[tuple[str, int, Callable[[int], object]]]:
    """What is asked: its name, how often, and the asking of the n-th time."""
    year = (date(2025, 1, 1), date(2025, 12, 31))
    province = Cohort(*year, day=year[1])
    chance = random.Random(2)
    asked = [
        "Nguyễn Văn An",
        "nguyen thi huong",
        "Đàm Quốc Khoa",
        "thôn 7 xã mẫu",
        "cộng hòa",
        "tờ khai Đàm",
        "dam ngoc yen",
    ]
    yield "rates of the province by unit", 7, lambda _n: rates(database, by=RateBy.UNIT, cohort=province)
    yield "rates by procedure", 7, lambda _n: rates(database, by=RateBy.PROCEDURE, cohort=province)
    yield (
        "rates of one commune",
        20,
        lambda n: rates(database, by=RateBy.UNIT, cohort=Cohort(*year, unit=f"H40.{1 + n % UNITS}", day=year[1])),
    )
    if not counted:
        yield "search: words", 70, lambda n: search(database, asked[n % len(asked)])
        yield "search: a code", 30, lambda n: search(database, f"H40.{1 + n % UNITS}-250{1 + n % 9}")
    yield "change feed, a page of 100", 50, lambda _n: changes_after(database, chance.randrange(dossiers), limit=100)
    yield "how things stand", 7, lambda _n: standing(database, now=datetime.now(UTC))


def _processor(database: Database) -> Callable[[], float]:
    """Seconds of processor time so far: ours and, on PostgreSQL, those of the process that serves our connection."""
    if database.is_sqlite:
        return time.process_time
    with database.reading() as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    served = Path(f"/proc/{backend}/schedstat")
    return lambda: time.process_time() + int(served.read_text(encoding="ascii").split()[0]) / 1e9


def measure(database: Database, dossiers: int, *, counted: bool = False) -> None:
    """Prints a line a question."""
    processor = _processor(database)
    for name, tries, ask in questions(database, dossiers, counted=counted):
        ask(0)
        seconds, before = [], processor()
        for number in range(tries):
            began = time.perf_counter()
            ask(number)
            seconds.append((time.perf_counter() - began) * 1000)
        busy = (processor() - before) * 1000 / tries
        p95 = sorted(seconds)[max(0, -(-95 * tries // 100) - 1)]
        print(
            f"  {name:32} median {statistics.median(seconds):8.1f} ms   p95 {p95:8.1f} ms   processor {busy:8.1f} ms"
            f"   ({tries} tries)",
            flush=True,
        )


@contextmanager
def _filled(kind: str, dossiers: int, folder: Path, *, counted: bool) -> Iterator[Database]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=folder, prefix="sohoa-bench-") as own:
            path = Path(own) / "index.db"
            database = open_database(f"sqlite:///{path}")
            fill(database, dossiers, counted=counted)
            print(f"{kind}: {path.stat().st_size / 1e9:.2f} GB", flush=True)
            yield database
            database.close()
        return
    with postgresql() as environment:
        database = open_database(environment["SOHOA_INDEX"])
        fill(database, dossiers, counted=counted)
        with database.engine.connect() as connection:
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        print(f"{kind}: {size / 1e9:.2f} GB", flush=True)
        yield database
        database.close()


def main(arguments: Iterable[str] | None = None) -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(description="How fast a large index answers")
    parser.add_argument("--dossiers", type=int, default=1_000_000)
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--counted", action="store_true")
    options = parser.parse_args(list(arguments) if arguments is not None else None)
    for kind in options.database or ("sqlite", "postgresql"):
        began = time.monotonic()
        with _filled(kind, options.dossiers, options.folder, counted=options.counted) as database:
            print(f"{kind}: {options.dossiers} dossiers, filled in {time.monotonic() - began:.0f} s", flush=True)
            measure(database, options.dossiers, counted=options.counted)


if __name__ == "__main__":
    main()
