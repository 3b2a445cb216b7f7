"""Traces of persons where none may be: `python -m scripts.traces HOME TRUTH…` looks through all that a run leaves beside records.

HOME is a SOHOA_HOME after a run; TRUTH are CSV files of citizens or folders of dossiers' truth (JSON). Looked through: log
files, object keys, what the store holds of the archive's own doings (audit log, feed, journals, batches), the metrics, Prefect's
database. A name counts in any case, with or without marks; an id number as it stands.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from api.metrics import metrics_text
from models.settings import Settings
from models.vietnamese import fold
from storage import keys
from storage.database import open_database
from storage.opening import open_store

_NUMBER = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_LONGEST_NAME = 7


class Persons:
    """Names and id numbers to look for."""

    def __init__(self, names: Iterable[str], numbers: Iterable[str]) -> None:
        folded = (_words(name) for name in names)
        self._names = {tuple(words) for words in folded if len(words) > 1}
        self._numbers = set(numbers)

    def __len__(self) -> int:
        return len(self._names) + len(self._numbers)

    def traces_in(self, text: str) -> bool:
        """Whether a name or a number stands in the text."""
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
        if self._numbers.intersection(_NUMBER.findall(text)):
            return True
        words = _words(text)
        return any(
            tuple(words[at : at + length]) in self._names
            for at in range(len(words))
            for length in range(2, _LONGEST_NAME + 1)
        )


def persons_of(truths: Iterable[Path]) -> Persons:
    """The persons of CSV files of citizens and of folders of truth."""
    names: set[str] = set()
    numbers: set[str] = set()
    for path in truths:
        if path.is_dir():
            for file in sorted(path.glob("*.json")):
                for person in json.loads(file.read_text(encoding="utf-8"))["persons"]:
                    fields = person["fields"]
                    names |= {fields[name]["value"] for name in ("full_name",) if fields.get(name)}
                    numbers |= {fields[name]["value"] for name in ("id_number",) if fields.get(name)}
        else:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                for row in csv.DictReader(stream):
                    names.add(row["full_name"])
                    numbers |= {row["id_number"], row.get("old_id_number") or ""} - {""}
    return Persons(names, numbers)


def leftovers(settings: Settings) -> Iterator[tuple[str, str]]:
    """All that a run leaves beside records and files of dossiers: where, and its text."""
    for file in sorted((settings.home / "logs").glob("*")):
        yield f"log {file.name}", file.read_text(encoding="utf-8", errors="replace")
    store = open_store(settings)
    for stat in store.under():
        yield "object key", stat.key
        own = stat.key.startswith((keys.DOSSIERS, keys.ORIGINALS, keys.IDENTITY)) and not keys.is_journal(stat.key)
        if not own and not stat.key.endswith(".key"):
            yield f"object {stat.key}", store.get(stat.key).decode("utf-8", "replace")
    database = open_database(settings.index)
    try:
        yield "metrics", metrics_text(database)
    finally:
        database.close()
    for file in sorted((settings.home / "prefect").glob("*.db")):
        yield from _rows(file)


def _rows(file: Path) -> Iterator[tuple[str, str]]:
    """Every row of every table of a SQLite file as text."""
    connection = sqlite3.connect(file)
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 # its own table's name
                cells = (cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for cell in row)
                yield f"{file.name} {table}", " | ".join(cells)
    finally:
        connection.close()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", fold(text).casefold())


def main() -> None:
    """Says what was looked through and where a person was found; exit 1 where one was."""
    home, *truths = map(Path, sys.argv[1:])
    persons = persons_of(truths)
    settings = Settings.from_environment(os.environ | {"SOHOA_HOME": str(home)})
    looked, letters, found = 0, 0, []
    for where, text in leftovers(settings):
        looked, letters = looked + 1, letters + len(text)
        if persons.traces_in(text):
            found.append(where)
    print(f"{len(persons)} names and numbers, {looked} texts of {letters} letters: {len(found)} traces")
    for where in found:
        print(where)
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
