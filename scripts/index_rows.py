"""Rows of an index as large as a province, generated in the database: five pages, a person, a document a dossier.

They are written past the program's own writers, which would take a day: as SQL on both databases, most indexes afterwards.
Texts are of fictitious people, drawn from 20,000.
"""

# ruff: noqa: S608 # SQL of names and numbers that stand here

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from storage.database import Database
from storage.search import words
from storage.search_words import BLOCKS, tsvector

UNITS = 168
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
    """A text's words, and whatever is kept with them for its number `entry`."""
    code_words: str
    words_columns: str
    false: str
    hole: str


_BLOCKS = ", ".join(
    f"'_{power}.' || (({{entry}}) >> {power})" for power in BLOCKS
)  # as storage.search_words keeps them
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
    words=f"CAST({{words}} AS tsvector) || array_to_tsvector(ARRAY[{_BLOCKS}])",
    code_words="replace(replace(lower(code), '.', ' '), '-', ' ')",  # words without places
    words_columns="id, exact, folded",
    false="false",
    hole="%s",
)


def _statements(dialect: _Dialect, first: int, end: int, dossiers: int, *, counted: bool) -> list[str]:
    """SQL that makes the rows of the dossiers from `first` to before `end`; `counted`: see `fill`."""

    def padded(value: str, width: int) -> str:
        return dialect.padded.format(value=value, width=width)

    numbers = dialect.numbers.format(first=first, end=end)
    day = dialect.day.format(days=f"(CAST(n AS bigint) * 365 / {dossiers})")
    base = f"""SELECT n, 'H40.' || (1 + n % {UNITS}) AS unit, {day} AS day,
        CASE n % 3 WHEN 0 THEN '1.001193' WHEN 1 THEN '1.000894' ELSE '1.004873' END AS procedure,
        CASE n % 7 WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 3 ELSE 15 END AS counts FROM {numbers}"""
    code = f"unit || '-' || {dialect.short_day} || '-' || {padded('n % 100000', 5)}"
    text_of = f"JOIN texts ON texts.id = (CAST(n AS bigint) * 7919 + page * 104729) % {_TEXTS} WHERE page > 0"
    entry, of_code = f"n * {_PAGES + 1} + page + 1", f"n * {_PAGES + 1} + 1"
    word = dialect.words.format
    facts = [
        "DELETE FROM made",
        f"INSERT INTO made SELECT n, {code}, unit, day, procedure, counts FROM ({base}) AS b",
        f"""INSERT INTO dossiers SELECT code, unit, procedure, day, CASE counts WHEN 0 THEN 'review' ELSE 'digitized' END,
            CASE counts WHEN 0 THEN 'low_confidence' ELSE '' END, '', {_PAGES}, 1, 1, 1, 1, {padded("n", 64)}, 'f',
            counts, '[]' FROM made""",
        """INSERT INTO rate_facts (dossier_code, unit, procedure, received_on, clerk, scanner, counts)
            SELECT code, unit, procedure, day, 'unknown', 'unknown', counts FROM made""",
        f"INSERT INTO changes SELECT n + 1, code, 1, {padded('n', 64)}, '2026-01-01T00:00:00.000000+00:00' FROM made",
        """INSERT INTO runs SELECT code, 'generated', 'f', 'digitized', NULL, 1, '2026-01-01T00:00:00.000000+00:00', NULL
            FROM made""",
    ]
    if counted:
        return facts
    return [
        *facts,
        f"""INSERT INTO persons SELECT code, 1, 'applicant', 1, NULL, NULL, NULL, {padded("n", 12)}, 'matched',
            {padded("n", 12)}, 0.99 FROM made""",
        f"""INSERT INTO documents SELECT code, 1, 'birth_declaration', 'component', 0.9, 1, {_PAGES}, NULL, NULL, NULL, NULL,
            {dialect.false} FROM made""",
        f"""INSERT INTO pages SELECT code, page, 'scan.pdf', {padded("n", 64)}, page, 'digitized', NULL, {dialect.false}, 0.9
            FROM made CROSS JOIN places WHERE page > 0""",
        f"INSERT INTO search_text SELECT {entry}, code, page, 3, body FROM made CROSS JOIN places {text_of}",
        f"INSERT INTO search_text SELECT {of_code}, code, 0, 0, code FROM made",
        f"""INSERT INTO search_words ({dialect.words_columns}) SELECT {entry},
            {word(words="texts.exact", entry=entry)}, {word(words="texts.folded", entry=entry)} FROM made CROSS JOIN places {text_of}""",
        f"""INSERT INTO search_words ({dialect.words_columns}) SELECT {of_code},
            {word(words=dialect.code_words, entry=of_code)}, {word(words=dialect.code_words, entry=of_code)} FROM made""",
    ]


_QUICK = ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-1000000", "temp_store=MEMORY")
_HASH_BYTES = 1 << 28
"""FTS5 gathers so many words before it writes a segment: it merges segments less often."""


def fill(database: Database, dossiers: int, *, counted: bool = False) -> None:
    """Makes the rows, and most indexes afterwards, as a restore does. `counted`: no pages, persons, documents, texts."""
    dialect = _SQLITE if database.is_sqlite else _POSTGRESQL
    raw = database.engine.raw_connection()
    cursor = raw.cursor()
    if database.is_sqlite:
        for pragma in _QUICK:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("INSERT INTO search_words (search_words, rank) VALUES ('hashsize', ?)", (_HASH_BYTES,))
        kept = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    else:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE '%UNIQUE%'"
        )
        kept = cursor.fetchall()
    for name, _ in kept:
        cursor.execute(f"DROP INDEX {name}")
    _make_sources(cursor, dialect, is_sqlite=database.is_sqlite)
    raw.commit()
    for first in range(0, dossiers, _AT_ONCE):
        if database.is_sqlite:
            cursor.execute("BEGIN")
        for statement in _statements(dialect, first, min(first + _AT_ONCE, dossiers), dossiers, counted=counted):
            cursor.execute(statement)
        cursor.execute("COMMIT")
    if not database.is_sqlite:
        cursor.execute("SET maintenance_work_mem = '1GB'")
    for _, statement in kept:
        cursor.execute(statement)
    raw.commit()
    if database.is_sqlite:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA journal_mode=WAL")
        raw.commit()
        raw.close()
        database.close()  # its connections had the filling's settings
    else:
        raw.close()
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum would in its time


def _make_sources(cursor: Any, dialect: _Dialect, *, is_sqlite: bool) -> None:
    """What rows are made from: texts, numbers of pages, the dossiers at hand."""
    cursor.execute("CREATE TEMPORARY TABLE texts (id integer PRIMARY KEY, body text, exact text, folded text)")
    cursor.execute("CREATE TEMPORARY TABLE places (page integer)")
    cursor.execute(
        "CREATE TEMPORARY TABLE made (n integer, code text, unit text, day date, procedure text, counts integer)"
    )
    for page in range(_PAGES + 1):
        cursor.execute(f"INSERT INTO places VALUES ({page})")
    rows = [(n, t.text, t.exact, t.folded) for n, t in enumerate(_texts(random.Random(1), sqlite=is_sqlite))]
    cursor.executemany(f"INSERT INTO texts VALUES ({', '.join([dialect.hole] * 4)})", rows)
