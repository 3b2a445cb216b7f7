"""Receivers of webhooks side by side: a slow one delays no other, each is told in order, and the sender ends when it is to."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

from api.sender import Sender
from models.access import Role
from storage.webhooks import Webhooks
from tests import records
from tests.doors import open_doors
from tests.receivers import receiver


def hook(doors, unit, server):
    made = doors.as_(Role.DOWNSTREAM, unit).post("/v1/webhooks", json={"url": server.url, "after": 0}).json()
    return made["webhook"]


@pytest.fixture
def slow_and_quick(tmp_path):
    """An office with two webhooks of one unit, the first of which is told nothing more until `gate` is set."""
    gate = threading.Event()
    with (
        open_doors(tmp_path / "home", webhook_hosts=("127.0.0.1",)) as doors,
        receiver() as slow,
        receiver() as quick,
        httpx.Client(verify=False) as line,
    ):
        slow.slow = lambda: gate.wait(20)
        hook(doors, "H40", slow)
        hook(doors, "H40", quick)
        sender = Sender(doors.office)
        yield doors, slow, quick, gate, lambda: sender.deliver_all(line)
        gate.set()
        for thread in list(sender._under_way.values()):
            thread.join()


def test_a_slow_receiver_delays_no_other_and_is_told_in_order_when_it_is_back(slow_and_quick):
    doors, slow, quick, gate, a_round = slow_and_quick
    (hung, told) = a_round()
    told.join()
    ends = time.monotonic() + 20
    while not slow.taken and time.monotonic() < ends:
        time.sleep(0.01)
    assert (slow.taken, quick.taken) == ([1], [1, 2])
    doors.keep(records.record(records.CODE, reasons=("blurred",)))
    (told,) = a_round()  # the slow one is being told still
    told.join()
    assert (slow.taken, quick.taken) == ([1], [1, 2, 4])
    gate.set()
    hung.join()
    (told,) = a_round()
    told.join()
    assert (slow.taken, quick.taken) == ([1, 2, 4], [1, 2, 4])
    assert a_round() == []  # nothing to do, so nobody takes a turn


def test_where_more_wait_than_are_told_at_once_who_waits_longest_is_next(slow_and_quick, monkeypatch):
    monkeypatch.setattr("api.sender._RECEIVERS_AT_ONCE", 1)
    doors, slow, quick, gate, a_round = slow_and_quick
    (hung,) = a_round()
    assert a_round() == []
    doors.keep(records.record(records.CODE, reasons=("blurred",)))
    gate.set()
    hung.join()
    assert (slow.taken, quick.taken) == ([1, 2], [])  # there is more for the slow one too, but it was its share
    (told,) = a_round()
    told.join()
    assert (slow.taken, quick.taken) == ([1, 2], [1, 2, 4])


def test_one_receivers_trouble_is_no_others(slow_and_quick, monkeypatch):
    doors, slow, quick, gate, a_round = slow_and_quick
    gate.set()
    broken, enter = Webhooks(doors.office.database, doors.office.store).all()[0].webhook, Webhooks.enter

    def failing(self, name, *args, **kw):
        if name == broken:
            raise RuntimeError("nobody foresaw this")
        enter(self, name, *args, **kw)

    monkeypatch.setattr(Webhooks, "enter", failing)
    for told in a_round():
        told.join()
    assert (slow.taken, quick.taken) == ([], [1, 2])
    monkeypatch.setattr(Webhooks, "enter", enter)
    for told in a_round():
        told.join()
    assert slow.taken == [1, 2]


def test_the_sender_ends_though_a_receiver_never_answers(slow_and_quick, monkeypatch):
    monkeypatch.setattr("api.sender._END_SECONDS", 0.3)
    doors, slow, quick, gate, _ = slow_and_quick
    sender, ends = Sender(doors.office), time.monotonic() + 20
    sender.start()
    while not (slow.taken and quick.taken == [1, 2]) and time.monotonic() < ends:
        time.sleep(0.02)
    began = time.monotonic()
    sender.stop()
    assert time.monotonic() - began < 5
    assert (slow.taken, quick.taken) == ([1], [1, 2])
    gate.set()
    for thread in list(sender._under_way.values()):  # while the office is open still
        thread.join()
