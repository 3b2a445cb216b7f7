"""Delivers changes to webhooks: signed, in order for each, side by side for all; again and later where a receiver fails."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from api.feed import read_page, told
from api.house_secret import derived
from api.office import Office
from models.access import Caller
from storage.changes import changes_after
from storage.feed import carry_changes
from storage.record_list import units_of
from storage.webhooks import Delivery, Webhook, Webhooks

_LOOK_SECONDS = 1.0
_RECEIVERS_AT_ONCE = 8
_TURN_SECONDS = 120.0
_SHARE_SECONDS = 30.0
"""Of a turn, then it is another receiver's; a delivery begun last takes 30 seconds at most, by _TIMEOUT."""
_END_SECONDS = 12.0
_AT_ONCE = 100
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_LOG = logging.getLogger("sohoa")


def webhook_secret(office: Office, webhook: str) -> str:
    """What the receiver checks signatures with; derived, so that it rests nowhere."""
    return "whsec_" + base64.b64encode(derived(office.secret, f"webhook {webhook}")).decode()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """The signature of a delivery, as the Standard Webhooks specification has it: `v1,<base64 of HMAC-SHA256>`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class Sender:
    """A thread that sees to the outboxes, and one for each receiver that is being told, so that a slow one delays no other.

    Several processes may run one sender each, and take turns at a webhook.
    """

    def __init__(self, office: Office, *, chance: Callable[[], float] = random.random) -> None:
        self._office, self._chance = office, chance
        self._webhooks = Webhooks(office.database, office.store)
        self._stop = threading.Event()
        self._under_way: dict[str, threading.Thread] = {}  # by webhook
        self._served: dict[str, float] = {}  # when each receiver's share ended: who waits longest is next
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        """Begins to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the deliveries under way."""
        self._stop.set()
        self._thread.join(timeout=15)

    def _work(self) -> None:
        # no redirects: an address that was allowed must not lead on to one that was not
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client:
            while not self._stop.wait(_LOOK_SECONDS):
                try:
                    self.deliver_all(client)
                except Exception as error:  # noqa: BLE001 - whatever it is, the thread goes on: nobody would start it again
                    _LOG.warning("webhooks wait", extra={"facts": {"error": type(error).__name__}})
            ends = time.monotonic() + _END_SECONDS
            for thread in list(self._under_way.values()):
                thread.join(timeout=max(0.0, ends - time.monotonic()))

    def deliver_all(self, client: httpx.Client) -> list[threading.Thread]:
        """One round: begins to tell each receiver what it is to be told; the threads that do so.

        Receivers that are being told still are left alone; beyond eight at once the rest wait, and are first in the next round.
        """
        last = carry_changes(self._office.store, self._office.database)
        began = []
        for webhook in sorted(self._webhooks.all(), key=lambda each: self._served.get(each.webhook, 0.0)):
            name = webhook.webhook
            if self._stop.is_set() or len(self._under_way) >= _RECEIVERS_AT_ONCE:
                break
            if name in self._under_way or not self._has_work(name, last):
                continue
            thread = threading.Thread(target=self._tell, args=(webhook, client, last), daemon=True)
            self._under_way[name] = thread
            began.append(thread)
            thread.start()
        return began

    def _has_work(self, name: str, last: int) -> bool:
        """Whether there is something new or due: taking a turn for nothing would write to the database every second."""
        if self._webhooks.read_seq(name) < last:
            return True
        return any(first.next_at <= self._moment() for first in self._webhooks.waiting(name, limit=1))

    def _tell(self, webhook: Webhook, client: httpx.Client, last: int) -> None:
        """One receiver's share: what is new enters its outbox, what is due is delivered."""
        try:
            key = self._office.keys.get(webhook.key_id)
            now = self._now()
            if not key.is_good(now=now):
                return  # what is to be told waits until the key is rotated; without one nobody may know
            if not self._webhooks.take_turn(webhook.webhook, now=now, seconds=_TURN_SECONDS):
                return
            try:
                self._take_in(webhook, key.caller(), last)
                self._deliver(webhook, client, until=now + timedelta(seconds=_SHARE_SECONDS))
            finally:
                self._webhooks.end_turn(webhook.webhook)
        except Exception as error:  # noqa: BLE001 - one receiver's trouble is no other's, and it is tried in the next round
            facts = {"webhook": webhook.webhook, "error": type(error).__name__}
            _LOG.warning("a webhook waits", extra={"facts": facts})
        finally:
            self._served[webhook.webhook] = time.monotonic()
            self._under_way.pop(webhook.webhook, None)

    def _take_in(self, webhook: Webhook, caller: Caller, last: int) -> None:
        """The changes of the key's units enter the outbox."""
        read = self._webhooks.read_seq(webhook.webhook)
        if read >= last:
            return
        page = read_page(self._office, caller, read, last, _AT_ONCE)
        seqs = [int(change["seq"]) for change in page.changes]
        self._webhooks.enter(webhook.webhook, seqs, after=read, read_seq=page.cursor, now=self._now())

    def _deliver(self, webhook: Webhook, client: httpx.Client, *, until: datetime) -> None:
        """What is due, in order, until one fails: what follows waits for it, or for its becoming a dead letter.

        Nothing is begun after `until`: others wait, and were the turn to end under it, another process would send the same.
        """
        for delivery in self._webhooks.waiting(webhook.webhook, limit=_AT_ONCE):
            if self._stop.is_set() or self._now() > until or delivery.next_at > self._moment():
                return
            trouble = self._trouble(webhook, delivery, client)
            if trouble is None:
                self._webhooks.delivered(webhook.webhook, delivery.seq)
                continue
            after = self._webhooks.failed(
                webhook.webhook, delivery, trouble=trouble, now=self._now(), chance=self._chance()
            )
            if after.dead_at is None:
                return

    def _trouble(self, webhook: Webhook, delivery: Delivery, client: httpx.Client) -> str | None:
        """Sends one change; None where the receiver took it, else a code of what went wrong."""
        body = json.dumps({"type": "dossier.changed", "data": self._change(delivery.seq)}).encode()
        message, at = f"{webhook.webhook}-{delivery.seq}", int(self._now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(webhook_secret(self._office, webhook.webhook), message, at, body),
        }
        try:
            # the body is not read: a receiver that never ends it would hold everything up
            with client.stream("POST", webhook.url, content=body, headers=headers) as answer:
                return None if answer.is_success else f"status {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__

    def _change(self, seq: int) -> dict[str, Any]:
        (change,) = changes_after(self._office.database, seq - 1, limit=1)
        units = units_of(self._office.database, {change.dossier_code})
        return told(self._office, change, units.get(change.dossier_code))

    def _now(self) -> datetime:
        return self._office.clock()

    def _moment(self) -> str:
        return self._now().isoformat(timespec="microseconds")
