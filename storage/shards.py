"""Parts of a batch and who does them: leases with a heartbeat, so that a lost machine's parts are taken over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from storage.database import Database
from storage.ledger_tables import SHARDS

LEASE_SECONDS = 45.0
BEAT_SECONDS = 10.0


class ShardState(StrEnum):
    """Where a part of a batch stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a batch. `lost`: it is leased, and its holder has not been heard of in time. `ends`: JSON, once done."""

    number: int
    state: ShardState
    holder: str | None
    attempts: int
    lost: bool
    ends: str | None


def _now() -> datetime:
    return datetime.now(UTC)


class Shards:
    """The parts in the index's database; every method is one transaction and may raise StorageUnreachable.

    A lease is a promise to be heard of, not a lock on the work: who lost it unawares (cut off from the network) may still
    write, which changes nothing, for keeping the same dossier twice is keeping it once.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = _now) -> None:
        self._database, self._clock = database, clock

    def put(self, batch: str, works: Sequence[str]) -> None:
        """Adds a batch's parts, numbered from 1."""
        rows = [
            {"batch": batch, "shard": number, "work": work, "state": ShardState.WAITING.value, "attempts": 0}
            for number, work in enumerate(works, start=1)
        ]
        with self._database.writing() as connection:
            connection.execute(SHARDS.insert(), rows)

    def claim(self, batch: str, number: int, *, holder: str) -> str | None:
        """Leases a part to a holder and gives what is to be done; None where it is done or another's."""
        table = SHARDS.c
        free = or_(
            table.state == ShardState.WAITING.value,
            and_(table.state == ShardState.LEASED.value, table.leased_until < self._text(0)),
        )
        values = {"state": ShardState.LEASED.value, "holder": holder, "leased_until": self._text(LEASE_SECONDS)}
        with self._database.writing() as connection:
            taken = connection.execute(
                update(SHARDS)
                .where(table.batch == batch, table.shard == number, free)
                .values(**values, attempts=table.attempts + 1)
                .returning(table.work)
            ).one_or_none()
        return None if taken is None else str(taken[0])

    def beat(self, batch: str, number: int, *, holder: str) -> bool:
        """Prolongs a lease; False where it is another's by now."""
        with self._database.writing() as connection:
            kept = connection.execute(self._mine(batch, number, holder).values(leased_until=self._text(LEASE_SECONDS)))
        return kept.rowcount == 1

    def finish(self, batch: str, number: int, *, holder: str, ends: str) -> bool:
        """Notes that a part is done, and how its dossiers ended; False where it is another's by now."""
        values = {"state": ShardState.DONE.value, "ends": ends, "leased_until": None}
        with self._database.writing() as connection:
            kept = connection.execute(self._mine(batch, number, holder).values(**values))
        return kept.rowcount == 1

    def give_back(self, batch: str, number: int, *, holder: str) -> None:
        """A holder that ends in good order leaves its part to others at once."""
        values = {"state": ShardState.WAITING.value, "holder": None, "leased_until": None}
        with self._database.writing() as connection:
            connection.execute(self._mine(batch, number, holder).values(**values))

    def of(self, batch: str) -> tuple[Shard, ...]:
        """The batch's parts in order."""
        now = self._text(0)
        columns = (
            SHARDS.c.shard,
            SHARDS.c.state,
            SHARDS.c.holder,
            SHARDS.c.attempts,
            SHARDS.c.leased_until,
            SHARDS.c.ends,
        )
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).where(SHARDS.c.batch == batch).order_by(SHARDS.c.shard)).all()
        return tuple(
            Shard(number, ShardState(state), holder, attempts, state == ShardState.LEASED and until < now, ends)
            for number, state, holder, attempts, until, ends in rows
        )

    def forget(self, batch: str) -> None:
        """Drops a batch's parts once whoever cut it has read how they ended."""
        with self._database.writing() as connection:
            connection.execute(delete(SHARDS).where(SHARDS.c.batch == batch))

    def _mine(self, batch: str, number: int, holder: str) -> Any:
        table = SHARDS.c
        return update(SHARDS).where(
            table.batch == batch,
            table.shard == number,
            table.holder == holder,
            table.state == ShardState.LEASED.value,
        )

    def _text(self, seconds: float) -> str:
        at = self._clock().astimezone(UTC) + timedelta(seconds=seconds)
        return at.isoformat(timespec="microseconds")
