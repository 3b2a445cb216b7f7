"""Loads a registry file (CSV of the contract) into the embedded registry: all or nothing, every fault named at once."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from models.errors import UsageError
from models.vietnamese import person_name
from pipeline.frequencies import name_parts
from registry.keys import day_key, family_key, given_key, name_key
from registry.load_faults import Faults

COLUMNS = (
    "id_number", "old_id_number", "full_name", "birth_date", "sex", "ethnicity", "nationality", "origin", "residence",
    "residence_code", "status",
)  # fmt: skip
REQUIRED = ("id_number", "full_name", "birth_date")
FORMAT = "1"
_BATCH = 20_000
_LONGEST_LINE = 100_000  # characters; a citizen takes some three hundred
_LONGEST_VALUE = 1000
# Control letters (a database may not keep them), and those that turn the direction of writing on a clerk's screen
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"\d{12}", re.ASCII)
_OLD_NUMBER = re.compile(r"(?:\d{9}|\d{12})?", re.ASCII)

_TABLES = """
CREATE TABLE citizen (
    line INTEGER PRIMARY KEY, id INTEGER NOT NULL, old INTEGER, day INTEGER NOT NULL, name INTEGER NOT NULL,
    given INTEGER NOT NULL, family INTEGER NOT NULL,
    id_number TEXT NOT NULL, old_id_number TEXT NOT NULL, full_name TEXT NOT NULL, birth_date TEXT NOT NULL,
    sex TEXT NOT NULL, ethnicity TEXT NOT NULL, nationality TEXT NOT NULL, origin TEXT NOT NULL,
    residence TEXT NOT NULL, residence_code TEXT NOT NULL, status TEXT NOT NULL);
CREATE TABLE frequency (part TEXT NOT NULL, text TEXT NOT NULL, citizens INTEGER NOT NULL);
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
# Made after the rows: sorting once is many times faster than keeping five trees in order.
_INDEXES = """
CREATE INDEX by_id ON citizen (id);
CREATE INDEX by_old ON citizen (old) WHERE old IS NOT NULL;
CREATE INDEX by_name_day ON citizen (name, day);
CREATE INDEX by_day_name ON citizen (day, given, family);
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: citizens now in the registry; `changed` is False where the same file was there already."""

    citizens: int
    changed: bool


def load(source: Path, registry: Path) -> Loaded:
    """Replaces the registry file by the citizens of a CSV file; the old one stays until the new one is whole.

    UTF-8 (with or without a byte order mark) with a header; columns `id_number`, `full_name`, `birth_date` must be
    there, those of COLUMNS may be, others are ignored. Raises UsageError with line and column of each fault; values
    are not repeated, they are personal data.
    """
    digest = _digest(source)
    known = _about(registry)
    if known.get("sha256") == digest and known.get("format") == FORMAT:
        return Loaded(int(known["citizens"]), changed=False)
    registry.parent.mkdir(parents=True, exist_ok=True)
    fresh = registry.with_name(f".{registry.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(fresh, isolation_level=None)) as database:
            citizens = _fill(database, source, digest)
        fresh.replace(registry)
    finally:
        fresh.unlink(missing_ok=True)
    return Loaded(citizens, changed=True)


def _fill(database: sqlite3.Connection, source: Path, digest: str) -> int:
    # no journal: a load that fails half-way throws the whole file away
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;" + _TABLES)
    faults = Faults()
    parts: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    marks = ",".join("?" * 18)
    citizens = 0
    database.execute("BEGIN")
    for batch in _batches(_rows(source, faults, parts)):
        database.executemany(f"INSERT INTO citizen VALUES ({marks})", batch)  # noqa: S608 # marks only, no values
        citizens += len(batch)
    database.execute("COMMIT")
    faults.raise_any(source.name)
    database.executescript(_INDEXES)
    _refuse_duplicates(database, faults)
    faults.raise_any(source.name)
    for part, counts in zip(("surname", "middle", "given"), parts, strict=True):
        rows = ((part, text, count) for text, count in counts.items())
        database.executemany("INSERT INTO frequency VALUES (?, ?, ?)", rows)
    about = {"sha256": digest, "format": FORMAT, "citizens": str(citizens)}
    database.executemany("INSERT INTO about VALUES (?, ?)", about.items())
    return citizens


def _refuse_duplicates(database: sqlite3.Connection, faults: Faults) -> None:
    """Two citizens never share a personal number; old CMND numbers were now and then given out twice."""
    for line, first in database.execute("SELECT max(line), min(line) FROM citizen GROUP BY id HAVING count(*) > 1"):
        faults.add_repeat(line, "id_number", first)


Row = tuple[int | str | None, ...]


def _rows(source: Path, faults: Faults, parts: tuple[Counter[str], ...]) -> Iterator[Row]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(_bounded(file), strict=True)
        try:
            order = _header(next(lines, []))
            for values in lines:
                if len(values) < len(order.header):
                    if values:
                        faults.add(lines.line_num, order.header[len(values)], "the line ends before this column")
                    continue
                row = _row(lines.line_num, order.picked(values), faults)
                if row:
                    for count, part in zip(parts, _parts(row[9]), strict=True):
                        count[part] += 1
                    yield row
        except (csv.Error, UnicodeDecodeError, _EndlessLine) as error:
            faults.add_line(lines.line_num + 1, _KINDS[type(error)])


class _EndlessLine(Exception):
    """A line that no registry has; reading on could fill the memory."""


_KINDS = {
    UnicodeDecodeError: "not UTF-8",
    csv.Error: "quotes do not pair up",
    _EndlessLine: "more than 100000 characters",
}


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise _EndlessLine
        yield line


_parts = lru_cache(maxsize=65_536)(name_parts)


@dataclass(frozen=True, slots=True)
class _Order:
    header: tuple[str, ...]
    places: tuple[int, ...]

    def picked(self, values: Sequence[str]) -> list[str]:
        return [values[place].strip() if place >= 0 else "" for place in self.places]


def _header(names: Sequence[str]) -> _Order:
    header = tuple(name.strip() for name in names)
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        wanted, lacking = ", ".join(COLUMNS), ", ".join(missing)
        raise UsageError(
            f"the first line must name the columns {wanted}; missing: {lacking}",
            f"dòng đầu phải có tên các cột {wanted}; còn thiếu: {lacking}",
        )
    return _Order(header, tuple(header.index(name) if name in header else -1 for name in COLUMNS))


def _row(line: int, values: list[str], faults: Faults) -> Row | None:
    number, old, name, birth, sex, ethnicity, nationality, origin, residence, code, status = values
    wrong = {
        "id_number": "" if _NUMBER.fullmatch(number) else "must be 12 digits",
        "old_id_number": "" if _OLD_NUMBER.fullmatch(old) else "must be 9 or 12 digits, or empty",
        "full_name": "" if name else "must not be empty",
        "birth_date": "" if _is_date(birth) else "must be a day that exists as YYYY-MM-DD, or YYYY, or empty",
        "sex": "" if sex in ("male", "female", "") else "must be male or female, or empty",
        "status": "" if status in ("alive", "deceased", "") else "must be alive or deceased, or empty",
    }
    together = "".join(values)
    if len(together) > _LONGEST_VALUE or _CONTROL.search(together):
        for column, value in zip(COLUMNS, values, strict=True):
            if len(value) > _LONGEST_VALUE:
                wrong[column] = "must not be longer than 1000 characters"
            elif _CONTROL.search(value):
                wrong[column] = "holds a control character"
    if any(wrong.values()):
        for column, what in wrong.items():
            if what:
                faults.add(line, column, what)
        return None
    name = _spelled(name)
    return (
        line, int(number), int(old) if old else None, day_key(birth), name_key(name), given_key(name),
        family_key(name), number, old, name, birth, sex, ethnicity, nationality, origin, residence, code,
        status or "alive",
    )  # fmt: skip


_spelled = lru_cache(maxsize=65_536)(person_name)


@lru_cache(maxsize=65_536)
def _is_date(text: str) -> bool:
    if not text or re.fullmatch(r"\d{4}", text, re.ASCII):
        return True
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(
            f"{path.name} cannot be read ({error.strerror})", f"không đọc được {path.name} ({error.strerror})"
        ) from None


def _about(registry: Path) -> Mapping[str, str]:
    """What an existing registry file says of itself; empty where there is none or it is something else."""
    if not registry.is_file():
        return {}
    try:
        with closing(sqlite3.connect(f"file:{registry}?mode=ro", uri=True)) as database:
            return dict(database.execute("SELECT name, value FROM about"))
    except sqlite3.Error:
        return {}
