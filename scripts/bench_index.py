"""How fast the index answers when it is as large as a province: rates, search, the change feed, the state of things.

    python -m scripts.bench_index [--dossiers 1000000] [--database sqlite] [--database postgresql] [--folder /tmp]

fills an empty index with generated rows (a dossier has five pages, a person, a document; 168 communes; texts of fictitious
people drawn from 20,000) and prints milliseconds: median and 95th percentile of so many tries, each on a warm database. The
rows are written past the program's own writers, which would take a day; what is asked are its own readers.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from scripts.store_servers import postgresql
from storage.changes import changes_after
from storage.database import Database, open_database
from storage.rates import Cohort, RateBy, rates
from storage.search import search, tsvector, words
from storage.standing import standing

_UNITS = 168
_PAGES = 5
_TEXTS = 20_000
_AT_ONCE = 20_000
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Đàm")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Đức", "Minh", "Quốc", "Thanh")
_GIVEN = ("An", "Bình", "Cường", "Dung", "Hạnh", "Hương", "Lan", "Mẫu", "Phúc", "Tâm", "Yến", "Hường", "Khoa")
_PROCEDURES = ("1.001193", "1.000656", "1.000894", "1.004873", "1.004222", "1.001612", "2.000635")
_FIRST = date(2025, 1, 1)
_HEAD = "cộng hòa xã hội chủ nghĩa việt nam độc lập tự do hạnh phúc tờ khai"


@dataclass(frozen=True, slots=True)
class Text:
    """A page's text as each database wants it: for SQLite two texts, for PostgreSQL two tsvectors."""

    text: str
    exact: str
    folded: str


def _form(*, sqlite: bool) -> Callable[[Sequence[str]], str]:
    return " ".join if sqlite else tsvector


def _texts(chance: random.Random, *, sqlite: bool) -> list[Text]:
    form = _form(sqlite=sqlite)
    made = []
    for _ in range(_TEXTS):
        name = f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"
        rest = f"thôn {chance.randint(1, 900)} xã mẫu {chance.randint(1, 99)} số {chance.randint(1, 99999)}"
        text = f"{_HEAD} {name} {rest}"
        exact, folded = words(text)
        made.append(Text(text, form(exact), form(folded)))
    return made


def _rows(dossiers: int, chance: random.Random, *, sqlite: bool) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    """The rows by table, some dossiers at a time."""
    form, texts = _form(sqlite=sqlite), _texts(chance, sqlite=sqlite)
    at, entry = datetime(2026, 1, 1, tzinfo=UTC).isoformat(timespec="microseconds"), 0
    for start in range(0, dossiers, _AT_ONCE):
        tables: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COLUMNS}
        for number in range(start, min(start + _AT_ONCE, dossiers)):
            unit = f"H40.{1 + number % _UNITS}"
            day = _FIRST + timedelta(days=number * 365 // dossiers)
            code = f"{unit}-{day:%y%m%d}-{number % 100_000:05d}"
            procedure, counts = chance.choice(_PROCEDURES), chance.choice((0, 1, 3, 7, 15, 31))
            digest = f"{number:064x}"
            person = f"{chance.randint(1, 96):03d}{number:09d}"
            tables["dossiers"].append(
                (code, unit, procedure, day, "digitized" if counts else "review", "" if counts else "low_confidence",
                 "", _PAGES, 1, 1, 1, 1, digest, digest, counts, "[]")
            )  # fmt: skip
            tables["rate_facts"].append((code, unit, procedure, day, "unknown", counts, None))
            tables["documents"].append(
                (code, 1, "birth_declaration", "component", 0.9, 1, _PAGES, None, None, None, None, False)
            )
            tables["persons"].append((code, 1, "applicant", 1, None, None, None, person, "matched", person, 0.99))
            tables["changes"].append((number + 1, code, 1, digest, at))
            tables["runs"].append((code, "generated", digest, "digitized", None, 1, at, None))
            exact, folded = words(code)
            own = [(0, Text(code, form(exact), form(folded)))]
            own += [(page, chance.choice(texts)) for page in range(1, _PAGES + 1)]
            for page, text in own:
                entry += 1
                if page:
                    tables["pages"].append((code, page, "scan.pdf", digest, page, "digitized", None, False, 0.9))
                tables["search_text"].append((entry, code, page, 3 if page else 0, text.text))
                tables["search_words"].append((entry, text.exact, text.folded))
        yield tables


_COLUMNS = {
    "dossiers": "dossier_code,unit,procedure,received_on,status,reasons,missing,page_count,document_count,person_count,"
    "matched_count,revision,record_sha256,fingerprint,counts,lacks",
    "rate_facts": "dossier_code,unit,procedure,received_on,clerk,counts,due_on",
    "documents": "dossier_code,ordinal,type,part,confidence,first_page,page_count,number,issued_on,issued_by,title,certified_copy",
    "persons": "dossier_code,ordinal,role,document,full_name,birth_date,sex,id_number,verdict,citizen,score",
    "changes": "seq,dossier_code,revision,record_sha256,at",
    "runs": "dossier_code,batch,fingerprint,state,reason,attempts,changed_at,announced_pages",
    "pages": "dossier_code,number,file,sha256,source_page,outcome,reason,blank,mean_confidence",
    "search_text": "id,dossier_code,page,kind,text",
    "search_words": "id,exact,folded",
}


def fill_sqlite(path: Path, dossiers: int) -> None:
    """Writes the rows without durability, in one transaction a chunk."""
    chance = random.Random(1)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    for tables in _rows(dossiers, chance, sqlite=True):
        connection.execute("BEGIN")
        for name, rows in tables.items():
            columns = _COLUMNS[name].replace("id,exact", "rowid,exact") if name == "search_words" else _COLUMNS[name]
            holes = ",".join("?" * (columns.count(",") + 1))
            values = ([str(v) if isinstance(v, date) else v for v in row] for row in rows)
            connection.executemany(f"INSERT INTO {name} ({columns}) VALUES ({holes})", values)  # noqa: S608 # names of our own
        connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def fill_postgresql(database: Database, dossiers: int) -> None:
    """Copies the rows and makes the indexes of words afterwards, as a restore does."""
    chance = random.Random(1)
    raw = database.engine.raw_connection()
    cursor = raw.cursor()
    for index in ("search_words_exact", "search_words_folded"):
        cursor.execute(f"DROP INDEX {index}")
    for tables in _rows(dossiers, chance, sqlite=False):
        for name, rows in tables.items():
            with cursor.copy(f"COPY {name} ({_COLUMNS[name]}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        raw.commit()
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for column in ("exact", "folded"):
        cursor.execute(f"CREATE INDEX search_words_{column} ON search_words USING gin ({column})")
    raw.commit()
    raw.driver_connection.autocommit = True
    cursor.execute("VACUUM ANALYZE")
    raw.driver_connection.autocommit = False
    raw.close()


def questions(database: Database, dossiers: int) -> Iterator[tuple[str, int, Callable[[int], object]]]:
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
        lambda n: rates(database, by=RateBy.UNIT, cohort=Cohort(*year, unit=f"H40.{1 + n % _UNITS}", day=year[1])),
    )
    yield "search: words", 70, lambda n: search(database, asked[n % len(asked)])
    yield "search: a code", 30, lambda n: search(database, f"H40.{1 + n % _UNITS}-250{1 + n % 9}")
    yield "change feed, a page of 100", 50, lambda _n: changes_after(database, chance.randrange(dossiers), limit=100)
    yield "how things stand", 7, lambda _n: standing(database, now=datetime.now(UTC))


def measure(database: Database, dossiers: int) -> None:
    """Prints a line a question."""
    for name, tries, ask in questions(database, dossiers):
        ask(0)
        seconds = []
        for number in range(tries):
            began = time.perf_counter()
            ask(number)
            seconds.append((time.perf_counter() - began) * 1000)
        p95 = sorted(seconds)[max(0, -(-95 * tries // 100) - 1)]
        print(
            f"  {name:32} median {statistics.median(seconds):8.1f} ms   p95 {p95:8.1f} ms   ({tries} tries)", flush=True
        )


@contextmanager
def _filled(kind: str, dossiers: int, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=folder, prefix="sohoa-bench-") as own:
            path = Path(own) / "index.db"
            database = open_database(f"sqlite:///{path}")
            fill_sqlite(path, dossiers)
            print(f"{kind}: {path.stat().st_size / 1e9:.2f} GB", flush=True)
            yield database
            database.close()
        return
    with postgresql() as environment:
        database = open_database(environment["SOHOA_INDEX"])
        fill_postgresql(database, dossiers)
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
    options = parser.parse_args(list(arguments) if arguments is not None else None)
    for kind in options.database or ("sqlite", "postgresql"):
        began = time.monotonic()
        with _filled(kind, options.dossiers, options.folder) as database:
            print(f"{kind}: {options.dossiers} dossiers, filled in {time.monotonic() - began:.0f} s", flush=True)
            measure(database, options.dossiers)


if __name__ == "__main__":
    main()
