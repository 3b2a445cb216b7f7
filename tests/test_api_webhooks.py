"""Webhooks: signed, in order, later and later where the receiver fails, dead letters replayed."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import update

from api.sender import Sender, signature
from models.access import Role
from storage.database import open_database
from storage.door_tables import DELIVERIES
from storage.webhooks import ATTEMPTS, Webhooks
from tests import records
from tests.doors import open_doors
from tests.receivers import receiver


class Clock:
    """A clock that is set forward by hand."""

    def __init__(self, office):
        self.now = office.clock()

    def __call__(self):
        return self.now


@pytest.fixture
def hooked(tmp_path):
    """An office with one webhook from the feed's beginning, its receiver, and a sender that is asked round by round."""
    with open_doors(tmp_path / "home", webhook_hosts=("127.0.0.1",)) as doors, receiver() as server:
        doors.office.clock = Clock(doors.office)
        client = doors.as_(Role.DOWNSTREAM, "H40")
        made = client.post("/v1/webhooks", json={"url": server.url, "after": 0}).json()
        sender = Sender(doors.office, chance=lambda: 0.5)
        with httpx.Client(verify=False) as line:
            yield doors, client, made, server, lambda: [told.join() for told in sender.deliver_all(line)]


def test_changes_of_the_keys_unit_are_delivered_once_in_order_and_signed(hooked):
    doors, client, made, server, a_round = hooked
    doors.keep(records.record(records.CODE, reasons=("blurred",)))
    a_round()
    a_round()
    assert server.taken == [1, 2, 4]  # 3 is of another province
    headers, body = server.sent[0]
    assert headers["webhook-signature"] == signature(
        made["secret"], headers["webhook-id"], int(headers["webhook-timestamp"]), body
    )
    told = json.loads(body)["data"]
    assert (told["dossier_code"], told["revision"], told["unit"]) == (records.CODE, 1, "H40.12")
    assert client.get(f"/v1/webhooks/{made['webhook']}").json().get("secret") is None


def test_the_signature_is_the_specifications():
    # the example of the Standard Webhooks specification
    secret, message, at = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    assert signature(secret, message, at, b'{"test": 2432232314}') == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_fails_is_tried_later_and_holds_its_place_until_it_is_a_dead_letter(hooked, status):
    doors, client, made, server, a_round = hooked
    webhooks = Webhooks(doors.office.database, doors.office.store)
    server.status, waits = status, []
    for tries in range(1, ATTEMPTS):
        a_round()
        a_round()  # not due yet
        assert len(server.sent) == tries
        first, second = webhooks.waiting(made["webhook"], limit=9)
        assert (first.seq, first.attempts, second.attempts) == (1, tries, 0)
        waits.append(datetime.fromisoformat(first.next_at) - doors.office.clock.now)
        doors.office.clock.now += waits[-1]
    assert waits == sorted(waits)
    assert waits[0] < timedelta(seconds=5)
    assert timedelta(minutes=30) < waits[-1] <= timedelta(hours=1.25)
    a_round()  # the last try of the first, then one of the second
    dead = client.get(f"/v1/webhooks/{made['webhook']}/dead-letters").json()["dead_letters"]
    assert [(each["seq"], each["attempts"], each["trouble"]) for each in dead] == [(1, ATTEMPTS, f"status {status}")]
    server.status = 204
    doors.office.clock.now += timedelta(hours=2)
    a_round()
    assert server.taken == [2]
    assert client.post(f"/v1/webhooks/{made['webhook']}/replay").json() == {"replayed": 1}
    a_round()
    assert server.taken == [2, 1]
    told = client.get(f"/v1/webhooks/{made['webhook']}").json()
    assert (told["waiting"], told["dead"]) == (0, 0)


def test_every_dead_letter_is_replayed_however_many_there_are(hooked):
    doors, client, made, _, _ = hooked
    webhooks, now = Webhooks(doors.office.database, doors.office.store), doors.office.clock()
    webhooks.enter(made["webhook"], range(1, 1203), after=0, read_seq=1202, now=now)
    with doors.office.database.writing() as connection:
        dead = {"attempts": ATTEMPTS, "dead_at": now.isoformat(), "trouble": "status 500"}
        connection.execute(update(DELIVERIES).where(DELIVERIES.c.seq > 1).values(dead))
    assert client.post(f"/v1/webhooks/{made['webhook']}/replay").json() == {"replayed": 1201}
    told = client.get(f"/v1/webhooks/{made['webhook']}").json()
    assert (told["waiting"], told["dead"]) == (1202, 0)
    assert {(each.attempts, each.dead_at) for each in webhooks.waiting(made["webhook"], limit=2000)} == {(0, None)}


def test_a_receiver_that_is_not_there_is_tried_later(hooked):
    doors, _, made, server, a_round = hooked
    server.shutdown()
    server.server_close()
    a_round()
    (first, _) = Webhooks(doors.office.database, doors.office.store).waiting(made["webhook"], limit=9)
    assert (first.attempts, first.trouble) == (1, "ConnectError")


def test_one_process_at_a_time_delivers(hooked):
    doors, _, made, server, a_round = hooked
    webhooks = Webhooks(doors.office.database, doors.office.store)
    assert webhooks.take_turn(made["webhook"], now=doors.office.clock(), seconds=60)
    a_round()
    assert server.sent == []
    doors.office.clock.now += timedelta(seconds=61)  # the other was killed
    a_round()
    assert server.taken == [1, 2]


def test_where_a_webhook_may_lead_is_the_operators_to_say(hooked):
    doors, client, _, _, _ = hooked
    for url in ("http://169.254.169.254/latest", "http://127.0.0.1@evil.example/", "https://[::1/", "ftp://127.0.0.1/"):
        assert client.post("/v1/webhooks", json={"url": url}).status_code == 400
    assert doors.as_(Role.OPERATOR).post("/v1/webhooks", json={"url": "http://127.0.0.1/"}).status_code == 403


def test_others_see_no_webhook_but_the_operator(hooked):
    doors, client, made, _, _ = hooked
    path = f"/v1/webhooks/{made['webhook']}"
    assert doors.as_(Role.DOWNSTREAM, "H40").get(path).status_code == 404
    assert doors.as_(Role.OPERATOR, "H41").get(path).status_code == 404
    assert doors.as_(Role.OPERATOR, "H40").get(path).json()["url"] == made["url"]
    assert client.delete(path).status_code == 204
    assert client.get("/v1/webhooks").json() == {"webhooks": []}


def test_a_webhook_outlives_the_index(hooked, tmp_path):
    doors, _, made, _, _ = hooked
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    webhooks = Webhooks(fresh, doors.office.store)
    assert webhooks.restore(damaged=pytest.fail) == 1
    assert [webhook.url for webhook in webhooks.all()] == [made["url"]]
    fresh.close()


def test_a_revoked_keys_webhook_is_told_nothing_and_holds_up_no_other(hooked):
    doors, _, made, server, a_round = hooked
    other = doors.as_(Role.DOWNSTREAM, "H41").post("/v1/webhooks", json={"url": server.url, "after": 0}).json()
    doors.office.keys.revoke(made["key_id"], now=doors.office.clock())
    a_round()
    assert server.taken == [3]
    assert other["key_id"] != made["key_id"]


def test_a_receiver_whose_answer_never_ends_holds_nothing_up(hooked):
    """Its status counts; what it says besides is not waited for, nor held in memory."""
    _, _, _, server, a_round = hooked
    server.endless, server.status, began = True, 200, time.monotonic()
    a_round()
    assert server.taken == [1, 2]
    assert time.monotonic() - began < 4


def test_nothing_is_begun_when_the_turn_is_nearly_over(hooked):
    """Else another process would take the turn and send the same beside us, out of order."""
    doors, _, _, server, a_round = hooked
    server.slow = lambda: setattr(doors.office.clock, "now", doors.office.clock.now + timedelta(seconds=100))
    a_round()
    assert server.taken == [1]
    a_round()
    assert server.taken == [1, 2]
