"""Webhooks: whose they are, where they lead, and the outbox of what each is yet to be told or could not be.

Each webhook follows the change feed: changes enter its outbox in the order of their numbers (`read_seq` says how far) and
leave it in that order once delivered. What cannot be delivered after many tries becomes a dead letter, so that it holds
nothing up, and waits to be replayed. Every change is delivered at least once; a receiver knows a repeated one by its number.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from storage import door_keys
from storage.database import Database
from storage.door_tables import DELIVERIES, WEBHOOKS
from storage.objects import ObjectStore
from storage.readable import readable

ATTEMPTS = 8
_FIRST_SECONDS, _LONGEST_SECONDS = 2.0, 3600.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook of a key; changes after number `from_seq` are delivered. `created_at`: ISO 8601, UTC."""

    webhook: str
    key_id: str
    url: str
    created_at: str
    from_seq: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A change on its way: how often it was tried, what the last try met, and when it was given up (a dead letter)."""

    seq: int
    attempts: int
    next_at: str
    dead_at: str | None
    trouble: str | None


class Webhooks:
    """The webhooks of one archive and their outboxes; any number of processes."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database, self._store = database, store

    def add(self, *, key_id: str, url: str, from_seq: int, at: datetime) -> Webhook:
        """A new webhook."""
        webhook = Webhook(secrets.token_hex(12), key_id, url, _time(at), from_seq)
        self._store.put(door_keys.webhook_key(webhook.webhook), json.dumps(asdict(webhook)).encode())
        self._enter([webhook])
        return webhook

    def get(self, name: str) -> Webhook | None:
        """The webhook of that name."""
        return next((webhook for webhook in self.all() if webhook.webhook == name), None)

    def all(self) -> tuple[Webhook, ...]:
        """Every webhook, the oldest first."""
        names = tuple(Webhook.__dataclass_fields__)
        query = select(*(WEBHOOKS.c[name] for name in names)).order_by(WEBHOOKS.c.created_at, WEBHOOKS.c.webhook)
        with self._database.reading() as connection:
            return tuple(Webhook(*row) for row in connection.execute(query))

    def remove(self, name: str) -> None:
        """Forgets a webhook and its outbox."""
        self._store.delete(door_keys.webhook_key(name))
        with self._database.writing() as connection:
            connection.execute(delete(DELIVERIES).where(DELIVERIES.c.webhook == name))
            connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.webhook == name))

    def restore(self, *, damaged: Callable[[str], None]) -> int:
        """Takes in the webhooks of the object store; what was delivered is not known there and is delivered again."""
        kept = tuple(
            readable(self._store, door_keys.WEBHOOKS, lambda body: Webhook(**json.loads(body)), damaged=damaged)
        )
        known = {webhook.webhook for webhook in self.all()}
        self._enter([webhook for webhook in kept if webhook.webhook not in known])
        return len(kept)

    def take_turn(self, name: str, *, now: datetime, seconds: float) -> bool:
        """Whether this process may deliver to the webhook for so long; one at a time may, so that the order holds."""
        free = (WEBHOOKS.c.webhook == name) & (WEBHOOKS.c.lease_until <= _time(now))
        until = _time(now + timedelta(seconds=seconds))
        with self._database.writing() as connection:
            return connection.execute(update(WEBHOOKS).where(free).values(lease_until=until)).rowcount == 1

    def end_turn(self, name: str) -> None:
        """Lets others deliver."""
        with self._database.writing() as connection:
            connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.webhook == name).values(lease_until=""))

    def read_seq(self, name: str) -> int:
        """Up to which number changes have entered the outbox."""
        with self._database.reading() as connection:
            return int(connection.execute(select(WEBHOOKS.c.read_seq).where(WEBHOOKS.c.webhook == name)).scalar() or 0)

    def enter(self, name: str, seqs: Sequence[int], *, after: int, read_seq: int, now: datetime) -> None:
        """Puts the changes after number `after` into the outbox and notes how far the feed was read, in one transaction.

        Where another process has read on meanwhile, nothing is entered.
        """
        rows = [{"webhook": name, "seq": seq, "attempts": 0, "next_at": _time(now)} for seq in seqs]
        mine = (WEBHOOKS.c.webhook == name) & (WEBHOOKS.c.read_seq == after)
        with self._database.writing() as connection:
            moved = connection.execute(update(WEBHOOKS).where(mine).values(read_seq=read_seq))
            if moved.rowcount and rows:
                connection.execute(DELIVERIES.insert(), rows)

    def waiting(self, name: str, *, limit: int) -> tuple[Delivery, ...]:
        """What the outbox holds, dead letters aside, in the order of the feed."""
        return self._deliveries(name, dead=False, limit=limit)

    def dead(self, name: str, *, limit: int = 1000) -> tuple[Delivery, ...]:
        """The dead letters, in the order of the feed."""
        return self._deliveries(name, dead=True, limit=limit)

    def counts(self, name: str) -> tuple[int, int]:
        """How many changes wait, and how many are dead letters."""
        query = select(func.count(), func.count(DELIVERIES.c.dead_at)).where(DELIVERIES.c.webhook == name)
        with self._database.reading() as connection:
            every, dead = connection.execute(query).one()
        return int(every) - int(dead), int(dead)

    def delivered(self, name: str, seq: int) -> None:
        """Takes a change out of the outbox."""
        with self._database.writing() as connection:
            connection.execute(delete(DELIVERIES).where(DELIVERIES.c.webhook == name, DELIVERIES.c.seq == seq))

    def failed(self, name: str, delivery: Delivery, *, trouble: str, now: datetime, chance: float) -> Delivery:
        """Notes a try that failed: the next comes later and later, or, after the last, it is a dead letter.

        chance: 0 to 1; spreads the tries of many, who all failed when a receiver went away
        """
        tries = delivery.attempts + 1
        dead_at = _time(now) if tries >= ATTEMPTS else None
        wait = min(_LONGEST_SECONDS, _FIRST_SECONDS * 4 ** (tries - 1)) * (0.75 + chance / 2)
        after = Delivery(delivery.seq, tries, _time(now + timedelta(seconds=wait)), dead_at, trouble)
        self._set(name, after)
        return after

    def replay(self, name: str, *, now: datetime) -> int:
        """Puts every dead letter back, to be tried at once; returns how many."""
        dead = (DELIVERIES.c.webhook == name) & DELIVERIES.c.dead_at.is_not(None)
        with self._database.writing() as connection:
            again = update(DELIVERIES).where(dead).values(attempts=0, next_at=_time(now), dead_at=None)
            return connection.execute(again).rowcount

    def _deliveries(self, name: str, *, dead: bool, limit: int) -> tuple[Delivery, ...]:
        table = DELIVERIES.c
        columns = (table.seq, table.attempts, table.next_at, table.dead_at, table.trouble)
        state = table.dead_at.is_not(None) if dead else table.dead_at.is_(None)
        query = select(*columns).where(table.webhook == name, state).order_by(table.seq).limit(limit)
        with self._database.reading() as connection:
            return tuple(Delivery(*row) for row in connection.execute(query))

    def _set(self, name: str, delivery: Delivery) -> None:
        with self._database.writing() as connection:
            mine = (DELIVERIES.c.webhook == name) & (DELIVERIES.c.seq == delivery.seq)
            connection.execute(update(DELIVERIES).where(mine).values(asdict(delivery)))

    def _enter(self, webhooks: Sequence[Webhook]) -> None:
        rows = [{**asdict(webhook), "read_seq": webhook.from_seq, "lease_until": ""} for webhook in webhooks]
        with self._database.writing() as connection:
            self._database.upsert(connection, WEBHOOKS, rows)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
