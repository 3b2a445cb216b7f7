"""How fast the index answers when it is as large as a province: rates, search, the change feed, the state of things.

    python -m scripts.bench_index [--dossiers 1000000] [--database sqlite] [--database postgresql] [--folder /tmp]

fills an empty index with generated rows (a dossier has five pages, a person, a document; 168 communes; texts of fictitious
people drawn from 20,000) and prints milliseconds: median and 95th percentile of so many tries, each on a warm database, and
the mean of the processor's time, which other programs of the machine do not lengthen. The rows are written past the
program's own writers, which would take a day; what is asked are its own readers.
"""

# ruff: noqa: S608 # SQL of names and numbers that stand here

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from scripts.store_servers import postgresql
from storage.changes import changes_after
from storage.database import Database, open_database
from storage.rates import Cohort, RateBy, rates
from storage.search import search, tsvector, words
from storage.standing import standing

_UNITS = 168
_PAGES = 5
_TEXTS = 20_000
_AT_ONCE = 50_000
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Đàm")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Đức", "Minh", "Quốc", "Thanh")
_GIVEN = ("An", "Bình", "Cường", "Dung", "Hạnh", "Hương", "Lan", "Mẫu", "Phúc", "Tâm", "Yến", "Hường", "Khoa")
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


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What the two databases write differently; n counts dossiers from 0."""

    numbers: str
    day: str
    short_day: str
    padded: str
    words: str
    code_words: str
    words_columns: str
    false: str
    hole: str


_SQLITE = _Dialect(
    numbers="(WITH RECURSIVE c (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM c WHERE n + 1 < {end}) SELECT n FROM c)",
    day="date('2025-01-01', '+' || {days} || ' days')",
    short_day="(substr(day, 3, 2) || substr(day, 6, 2) || substr(day, 9, 2))",
    padded="printf('%0{width}d', {value})",
    words="{words}",
    code_words="lower(replace(replace(code, '.', ' '), '-', ' '))",
    words_columns="rowid, exact, folded",
    false="0",
    hole="?",
)
_POSTGRESQL = _Dialect(
    numbers="generate_series({first}, {end} - 1) AS c (n)",
    day="(DATE '2025-01-01' + CAST({days} AS integer))",
    short_day="to_char(day, 'YYMMDD')",
    padded="lpad(CAST({value} AS text), {width}, '0')",
    words="CAST({words} AS tsvector)",
    code_words="replace(replace(lower(code), '.', ' '), '-', ' ')",  # words without places
    words_columns="id, exact, folded",
    false="false",
    hole="%s",
)


def _statements(dialect: _Dialect, first: int, end: int, dossiers: int) -> list[str]:
    """SQL that makes the rows of the dossiers from `first` to before `end`."""

    def padded(value: str, width: int) -> str:
        return dialect.padded.format(value=value, width=width)

    numbers = dialect.numbers.format(first=first, end=end)
    day = dialect.day.format(days=f"(CAST(n AS bigint) * 365 / {dossiers})")
    base = f"""SELECT n, 'H40.' || (1 + n % {_UNITS}) AS unit, {day} AS day,
        CASE n % 3 WHEN 0 THEN '1.001193' WHEN 1 THEN '1.000894' ELSE '1.004873' END AS procedure,
        CASE n % 7 WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 3 ELSE 15 END AS counts FROM {numbers}"""
    code = f"unit || '-' || {dialect.short_day} || '-' || {padded('n % 100000', 5)}"
    text_of = f"JOIN texts ON texts.id = (CAST(n AS bigint) * 7919 + page * 104729) % {_TEXTS} WHERE page > 0"
    entry = f"n * {_PAGES + 1} + page + 1"
    word = dialect.words.format
    return [
        "DELETE FROM made",
        f"INSERT INTO made SELECT n, {code}, unit, day, procedure, counts FROM ({base}) AS b",
        f"""INSERT INTO dossiers SELECT code, unit, procedure, day, CASE counts WHEN 0 THEN 'review' ELSE 'digitized' END,
            CASE counts WHEN 0 THEN 'low_confidence' ELSE '' END, '', {_PAGES}, 1, 1, 1, 1, {padded("n", 64)}, 'f',
            counts, '[]' FROM made""",
        """INSERT INTO rate_facts (dossier_code, unit, procedure, received_on, clerk, scanner, counts)
            SELECT code, unit, procedure, day, 'unknown', 'unknown', counts FROM made""",
        f"""INSERT INTO persons SELECT code, 1, 'applicant', 1, NULL, NULL, NULL, {padded("n", 12)}, 'matched',
            {padded("n", 12)}, 0.99 FROM made""",
        f"""INSERT INTO documents SELECT code, 1, 'birth_declaration', 'component', 0.9, 1, {_PAGES}, NULL, NULL, NULL, NULL,
            {dialect.false} FROM made""",
        f"INSERT INTO changes SELECT n + 1, code, 1, {padded('n', 64)}, '2026-01-01T00:00:00.000000+00:00' FROM made",
        """INSERT INTO runs SELECT code, 'generated', 'f', 'digitized', NULL, 1, '2026-01-01T00:00:00.000000+00:00', NULL
            FROM made""",
        f"""INSERT INTO pages SELECT code, page, 'scan.pdf', {padded("n", 64)}, page, 'digitized', NULL, {dialect.false}, 0.9
            FROM made CROSS JOIN places WHERE page > 0""",
        f"INSERT INTO search_text SELECT {entry}, code, page, 3, body FROM made CROSS JOIN places {text_of}",
        f"INSERT INTO search_text SELECT n * {_PAGES + 1} + 1, code, 0, 0, code FROM made",
        f"""INSERT INTO search_words ({dialect.words_columns}) SELECT {entry}, {word(words="texts.exact")},
            {word(words="texts.folded")} FROM made CROSS JOIN places {text_of}""",
        f"""INSERT INTO search_words ({dialect.words_columns}) SELECT n * {_PAGES + 1} + 1, {word(words=dialect.code_words)},
            {word(words=dialect.code_words)} FROM made""",
    ]


def fill(database: Database, dossiers: int) -> None:
    """Makes the rows, and on PostgreSQL the indexes of words afterwards, as a restore does."""
    dialect = _SQLITE if database.is_sqlite else _POSTGRESQL
    raw = database.engine.raw_connection()
    cursor = raw.cursor()
    if database.is_sqlite:
        cursor.execute("PRAGMA synchronous=OFF")
    else:
        for column in ("exact", "folded"):
            cursor.execute(f"DROP INDEX search_words_{column}")
    cursor.execute("CREATE TEMPORARY TABLE texts (id integer PRIMARY KEY, body text, exact text, folded text)")
    cursor.execute("CREATE TEMPORARY TABLE places (page integer)")
    cursor.execute(
        "CREATE TEMPORARY TABLE made (n integer, code text, unit text, day date, procedure text, counts integer)"
    )
    for page in range(_PAGES + 1):
        cursor.execute(f"INSERT INTO places VALUES ({page})")
    rows = [(n, t.text, t.exact, t.folded) for n, t in enumerate(_texts(random.Random(1), sqlite=database.is_sqlite))]
    cursor.executemany(f"INSERT INTO texts VALUES ({', '.join([dialect.hole] * 4)})", rows)
    raw.commit()
    for first in range(0, dossiers, _AT_ONCE):
        if database.is_sqlite:
            cursor.execute("BEGIN")
        for statement in _statements(dialect, first, min(first + _AT_ONCE, dossiers), dossiers):
            cursor.execute(statement)
        cursor.execute("COMMIT")
    if not database.is_sqlite:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for column in ("exact", "folded"):
            cursor.execute(f"CREATE INDEX search_words_{column} ON search_words USING gin ({column})")
        raw.commit()
    cursor.execute("ANALYZE")
    raw.commit()
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


def _processor(database: Database) -> Callable[[], float]:
    """Seconds of processor time so far: ours and, on PostgreSQL, those of the process that serves our connection."""
    if database.is_sqlite:
        return time.process_time
    with database.reading() as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    served = Path(f"/proc/{backend}/schedstat")
    return lambda: time.process_time() + int(served.read_text(encoding="ascii").split()[0]) / 1e9


def measure(database: Database, dossiers: int) -> None:
    """Prints a line a question."""
    processor = _processor(database)
    for name, tries, ask in questions(database, dossiers):
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
def _filled(kind: str, dossiers: int, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=folder, prefix="sohoa-bench-") as own:
            path = Path(own) / "index.db"
            database = open_database(f"sqlite:///{path}")
            fill(database, dossiers)
            print(f"{kind}: {path.stat().st_size / 1e9:.2f} GB", flush=True)
            yield database
            database.close()
        return
    with postgresql() as environment:
        database = open_database(environment["SOHOA_INDEX"])
        fill(database, dossiers)
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
