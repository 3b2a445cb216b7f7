"""Lifecycle data taken in: kept as objects in the store first, then in the index; what is repeated or older changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, select

from models.errors import StoredObjectDamaged
from models.lifecycle import Lifecycle
from storage import keys
from storage.database import Database
from storage.lifecycle_forms import Row, Source, read_source
from storage.lifecycle_json import lifecycle_from_json, lifecycle_json
from storage.objects import ObjectStore, digest_and_size
from storage.rate_facts import MOST_AT_ONCE, lock_dossiers, refresh_facts
from storage.tables import LIFECYCLE

_MOST_IN_AN_OBJECT = 10_000


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row or packet: its number (from 1), the column, what it needs, the same in Vietnamese."""

    row: int
    column: str
    en: str
    vi: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows: taken in, unchanged (repeated or older), wrong."""

    rows: int
    taken_in: int
    unchanged: int
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One account with its place in the order of accounts of its dossier."""

    lifecycle: Lifecycle
    source: Source
    arrived_at: str

    @property
    def packet(self) -> str:
        return lifecycle_json(self.lifecycle)

    @property
    def order(self) -> tuple[str, int, str]:
        """By its own time, then by how far the dossier had come, then by arrival."""
        return self.lifecycle.updated_at.isoformat(), int(self.lifecycle.status), self.arrived_at


def take_in(store: ObjectStore, database: Database, rows: Iterable[Row], *, arrived_at: datetime) -> Taken:
    """Keeps what tells something new and takes it into the index; good rows come in though others are wrong.

    The order of accounts of a dossier is that of their own times (`updated_at`), then status, then arrival (UTC):
    two loaders at once end the same, and so does a rebuild. Raises StorageUnreachable; the same call again then
    ends as if nothing had happened.
    """
    counted, taken, errors = 0, 0, []
    numbered = iter(rows)
    while chunk := list(islice(numbered, _MOST_IN_AN_OBJECT)):
        arrivals = []
        for row in chunk:
            counted += 1
            errors += [RowError(row.number, column, en, vi) for column, en, vi in row.complaints]
            if row.lifecycle:
                arrivals.append(_Arrival(row.lifecycle, row.source, f"{arrived_at:%Y%m%dT%H%M%S%f}-{counted:07d}"))
        news = list(_news(database, arrivals))
        if news:
            lines = [json.dumps({"arrived_at": a.arrived_at, "packet": a.source}, ensure_ascii=False) for a in news]
            body = ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")
            sha256, _ = digest_and_size(body)
            store.put_if_absent(keys.lifecycle_key(arrived_at, sha256), body, sha256=sha256)
            _put(database, news)
        taken += len(news)
    wrong = len({error.row for error in errors})
    return Taken(counted, taken, counted - taken - wrong, tuple(errors))


def lifecycle_of(database: Database, code: str) -> Lifecycle | None:
    """What was told last of a dossier."""
    with database.reading() as connection:
        packet = connection.execute(select(LIFECYCLE.c.packet).where(LIFECYCLE.c.dossier_code == code)).scalar()
    return lifecycle_from_json(json.loads(packet)) if packet else None


def rebuild_lifecycle(store: ObjectStore, database: Database) -> tuple[str, ...]:
    """Makes the index equal to the lifecycle data in the store; returns the keys of objects that cannot be read."""
    seen: set[str] = set()
    damaged: list[str] = []
    for stat in store.under(keys.LIFECYCLE):
        try:
            arrivals = list(_stored(store, stat.key))
        except StoredObjectDamaged:
            damaged.append(stat.key)
            continue
        _put(database, arrivals)
        seen.update(arrival.lifecycle.dossier_code for arrival in arrivals)
    if not damaged:
        _forget_all_but(database, seen)
    return tuple(damaged)


def _news(database: Database, arrivals: Sequence[_Arrival]) -> Iterator[_Arrival]:
    """The accounts that tell something new, in the order of their rows."""
    for batch in _batches(arrivals):
        with database.reading() as connection:
            known = _known(connection, {arrival.lifecycle.dossier_code for arrival in batch})
        for arrival in batch:
            code = arrival.lifecycle.dossier_code
            before = known.get(code)
            if before is None or (arrival.order > before[0] and arrival.packet != before[1]):
                known[code] = (arrival.order, arrival.packet)
                yield arrival


def _put(database: Database, arrivals: Sequence[_Arrival]) -> None:
    for batch in _batches(arrivals):
        with database.writing() as connection:
            latest: dict[str, _Arrival] = {}
            for arrival in batch:
                before = latest.get(arrival.lifecycle.dossier_code)
                if before is None or arrival.order > before.order:
                    latest[arrival.lifecycle.dossier_code] = arrival
            lock_dossiers(database, connection, set(latest))
            known = _known(connection, set(latest))
            rows = [
                _row(latest[code])
                for code in sorted(latest)
                if code not in known or latest[code].order > known[code][0]
            ]
            database.upsert(connection, LIFECYCLE, rows)
            refresh_facts(database, connection, [row["dossier_code"] for row in rows])


def _known(connection: Connection, codes: set[str]) -> dict[str, tuple[tuple[str, int, str], str]]:
    found = connection.execute(select(LIFECYCLE).where(LIFECYCLE.c.dossier_code.in_(sorted(codes))))
    return {row.dossier_code: ((row.updated_at, row.status, row.arrived_at), row.packet) for row in found}


def _row(arrival: _Arrival) -> Mapping[str, Any]:
    updated_at, status, arrived_at = arrival.order
    return {
        "dossier_code": arrival.lifecycle.dossier_code,
        "updated_at": updated_at,
        "status": status,
        "arrived_at": arrived_at,
        "packet": arrival.packet,
    }


def _stored(store: ObjectStore, key: str) -> Iterator[_Arrival]:
    body = store.get(key)
    if digest_and_size(body)[0] != keys.digest_in(key):
        raise StoredObjectDamaged(f"not what was stored: {key}")
    for line in filter(None, body.decode("utf-8").split("\n")):
        kept = json.loads(line)
        row = read_source(0, kept["packet"])
        if row.lifecycle is None:
            raise StoredObjectDamaged(f"no lifecycle data: {key}")
        yield _Arrival(row.lifecycle, kept["packet"], kept["arrived_at"])


def _forget_all_but(database: Database, seen: set[str]) -> None:
    with database.reading() as connection:
        listed = {code for (code,) in connection.execute(select(LIFECYCLE.c.dossier_code))}
    for batch in _batches(sorted(listed - seen)):
        with database.writing() as connection:
            connection.execute(delete(LIFECYCLE).where(LIFECYCLE.c.dossier_code.in_(batch)))
            refresh_facts(database, connection, batch)


def _batches(items: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), MOST_AT_ONCE):
        yield list(items[start : start + MOST_AT_ONCE])
