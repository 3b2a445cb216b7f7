"""The population registry as one SQLite file, searched by blocking keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Self

from models.citizen import Citizen
from models.errors import RegistryUnreachable
from models.match import MatchQuery
from pipeline.frequencies import NameFrequencies
from pipeline.similarity import spelled
from registry.claims import agrees
from registry.keys import day_key, family_key, given_key, misread_days, misread_numbers, misread_old_numbers, name_key
from registry.load import FORMAT

_SELECT = (
    "SELECT id_number, full_name, birth_date, sex, old_id_number, ethnicity, nationality, origin, residence, "
    "residence_code, status FROM citizen "
)
_MAPPED_BYTES = 8 << 30


class EmbeddedPopulation:
    """A registry file that `registry.load` made; safe to share between threads. Close it, or use it with `with`."""

    def __init__(self, path: Path) -> None:
        """Raises RegistryUnreachable where no registry was loaded or the file is something else."""
        if not path.is_file():
            raise RegistryUnreachable("no registry is loaded yet")
        self._lock = Lock()
        self._database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            about = dict(self._database.execute("SELECT name, value FROM about"))
            current = about.get("format") == FORMAT
            self._database.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")
            self._frequencies = self._read_frequencies(int(about.get("citizens", 0)))
        except sqlite3.Error:
            current = False
        if not current:
            self._database.close()
            raise RegistryUnreachable("the registry file is damaged or of another version: load it again")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def for_dossier(self, *, procedure: str | None, unit: str | None) -> Self:  # noqa: ARG002 # a file keeps no account
        """Itself: who asks a file of the office's own is in the office's own log."""
        return self

    def name_frequencies(self) -> NameFrequencies:
        return self._frequencies

    def count(self) -> dict[str, int]:
        """How many citizens, of whom deceased, with an old number, with a year of birth only."""
        with self._lock:
            row = self._database.execute(
                "SELECT count(*), sum(status = 'deceased'), count(old), sum(length(birth_date) = 4) FROM citizen"
            ).fetchone()
        return dict(
            zip(("citizens", "deceased", "with_old_number", "year_only"), (int(n or 0) for n in row), strict=True)
        )

    @property
    def searchable(self) -> bool:
        return True

    def lookup(self, number: str, full_name: str, birth_date: str) -> Citizen | None:
        return next((found for found in self.by_id_number(number) if agrees(found, full_name, birth_date)), None)

    def by_id_number(self, number: str) -> Sequence[Citizen]:
        if not (number.isascii() and number.isdigit() and len(number) in (9, 12)):
            return ()
        found = self._select("WHERE id = ?", (int(number),)) if len(number) == 12 else []
        old = [citizen for citizen in self._select("WHERE old = ?", (int(number),)) if citizen.old_id_number == number]
        return tuple({citizen.id_number: citizen for citizen in (*found, *old)}.values())

    def candidates(self, query: MatchQuery, *, limit: int = 64) -> Sequence[Citizen]:
        """By number, by name and day; then, unless someone agrees in two of them, by a misread number, by the day and a part
        of the name, by the name and a misread day, by name and year: the strongest first, for `limit` cuts off the last.
        """
        name, birth = query.full_name or "", query.birth_date or ""
        found: dict[str, Citizen] = {}

        def gather(citizens: Iterable[Citizen]) -> None:
            found.update((citizen.id_number, citizen) for citizen in citizens)

        if query.id_number:
            gather(self.by_id_number(query.id_number))
        if name and len(birth) == 10:
            gather(self._by_name_and_day(name, birth))
        clear = _is_clear(query, found.values())
        if query.id_number and clear:
            return tuple(found.values())[:limit]
        if query.id_number:
            gather(self._by_misread_number(query.id_number))
        if name and len(birth) == 10:
            gather(self._by_day_and_part(name, birth, limit))  # without a number, a twin's name may be a letter away
        if clear:
            return tuple(found.values())[:limit]
        if name:
            gather(self._by_misread_date(name, birth, limit))
        if name and birth:
            gather(self._by_name_and_year(name, birth, limit))
        if len(birth) == 10 and not found:
            gather(self._select("WHERE day = ? LIMIT ?", (day_key(birth), limit)))
        return tuple(found.values())[:limit]

    def _by_name_and_day(self, name: str, birth: str) -> list[Citizen]:
        """The name, born that day or, where no more is known of the citizen, in that year."""
        days = (day_key(birth), day_key(birth[:4]))
        return self._select("WHERE name = ? AND day IN (?, ?)", (name_key(name), *days))

    def _by_name_and_year(self, name: str, birth: str, limit: int) -> list[Citizen]:
        year = day_key(birth[:4])
        return self._select(
            "WHERE name = ? AND day BETWEEN ? AND ? LIMIT ?", (name_key(name), year, year + 9_999, limit)
        )

    def _by_day_and_part(self, name: str, birth: str, limit: int) -> list[Citizen]:
        """A part of the name, born that day or, where no more is known of the citizen, in that year."""
        days = (day_key(birth), day_key(birth[:4]))
        given = self._select("WHERE day IN (?, ?) AND given = ? LIMIT ?", (*days, given_key(name), limit))
        family = self._select("WHERE day IN (?, ?) AND family = ? LIMIT ?", (*days, family_key(name), limit))
        return given + family

    def _by_misread_number(self, number: str) -> list[Citizen]:
        return self._any_of("id", misread_numbers(number)) + self._any_of("old", misread_old_numbers(number))

    def _by_misread_date(self, name: str, birth: str, limit: int) -> list[Citizen]:
        if len(birth) != 10:
            return self._select("WHERE name = ? LIMIT ?", (name_key(name), limit)) if not birth else []
        days = misread_days(birth)
        marks = ",".join("?" * len(days))
        return self._select(f"WHERE name = ? AND day IN ({marks}) LIMIT ?", (name_key(name), *days, limit))

    def _any_of(self, column: str, keys: Sequence[int]) -> list[Citizen]:
        return self._select(f"WHERE {column} IN ({','.join('?' * len(keys))})", keys) if keys else []

    def _select(self, where: str, values: Sequence[int]) -> list[Citizen]:
        try:
            with self._lock:
                rows = self._database.execute(_SELECT + where, values).fetchall()
        except sqlite3.Error as error:
            raise RegistryUnreachable(f"the registry file cannot be read ({type(error).__name__})") from None
        return [Citizen(*row) for row in rows]

    def _read_frequencies(self, citizens: int) -> NameFrequencies:
        parts: dict[str, dict[str, int]] = {"surname": {}, "middle": {}, "given": {}}
        for part, text, count in self._database.execute("SELECT part, text, citizens FROM frequency"):
            parts[part][text] = count
        return NameFrequencies(citizens, parts["surname"], parts["middle"], parts["given"])


def _is_clear(query: MatchQuery, found: Iterable[Citizen]) -> bool:
    """Whether someone found already agrees in two of number, name and whole birth date: then misreadings need no search."""
    name = spelled(query.full_name) if query.full_name else None
    for citizen in found:
        agree = int(bool(query.id_number) and query.id_number in (citizen.id_number, citizen.old_id_number))
        agree += name is not None and spelled(citizen.full_name) == name  # marks too: they may tell a twin
        agree += len(citizen.birth_date) == 10 and citizen.birth_date == query.birth_date
        if agree >= 2:
            return True
    return False
