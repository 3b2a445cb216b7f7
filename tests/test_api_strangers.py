"""Calls without a key: refused, told in the audit log, and never so many entries that a flood could fill it."""

from __future__ import annotations

import pytest

from api.strangers import MOST_ADDRESSES, OTHERS, Stranger, Strangers, address_of
from models.access import Role
from tests import records
from tests.doors import open_doors

HERE = Stranger("127.0.0.1", "api")


@pytest.fixture
def doors(tmp_path):
    with open_doors(tmp_path / "home", dossiers=(records.CODE,)) as opened:
        yield opened


def told(doors):
    return [
        (entry.facts.get("call"), entry.facts.get("status"), entry.facts["address"], entry.facts.get("calls"))
        for entry in doors.office.audit.entries()
        if "address" in entry.facts
    ]


def test_a_flood_of_strangers_is_one_entry_and_later_its_number(doors, monkeypatch):
    monkeypatch.setattr("api.admission._STRANGERS_A_SECOND", 1.0)
    stranger = doors.client(None)
    answers = [stranger.get("/v1/records").status_code for _ in range(60)]
    assert set(answers) == {401, 429}
    assert answers[0] == 401
    assert told(doors) == [("GET none", 401, "127.0.0.1", None)]
    monkeypatch.setattr("api.strangers.MINUTE", 0.0)
    clerk = doors.as_(Role.CLERK)
    assert clerk.get("/v1/records").status_code == 200  # whoever calls next
    assert told(doors)[1:] == [(None, None, "127.0.0.1", 59)]
    assert doors.office.audit.head().entry == 3


def test_what_was_only_counted_is_noted_when_the_server_ends(tmp_path):
    with open_doors(tmp_path / "home", dossiers=()) as doors:
        stranger = doors.client("sohoa_aaaaaaaaaaaa_" + "A" * 43)
        for _ in range(3):
            stranger.delete("/v1/records")
    with open_doors(tmp_path / "home", dossiers=()) as doors:
        assert [entry[3] for entry in told(doors)] == [None, 2]


def test_links_that_open_nothing_are_counted_and_those_that_do_are_noted_each(doors):
    clerk, holder = doors.as_(Role.CLERK), doors.client(None)
    link = clerk.post(f"/v1/records/{records.CODE}/links", json={"file": "pages/0001.jpg"}).json()["url"]
    before = doors.office.audit.head().entry
    assert [holder.get(link).status_code for _ in range(3)] == [200] * 3
    assert doors.office.audit.head().entry == before + 3
    assert {holder.get("/v1/links/x.y").status_code for _ in range(5)} == {404}
    assert told(doors) == [("GET /links/{token}", 404, "127.0.0.1", None)]


def test_a_log_grows_by_some_entries_a_minute_whatever_comes():
    strangers, entries = Strangers(), 0
    for second in range(600):
        for number in range(50):
            stranger = Stranger(f"10.0.{second % 7}.{number}", "api")
            entries += strangers.called(stranger, now=float(second)) is not None
        entries += len(strangers.due(now=float(second)))
    assert entries <= (MOST_ADDRESSES + 1) * 11
    assert len(strangers.counts) <= MOST_ADDRESSES + 1


def test_every_call_is_told_once():
    strangers = Strangers()
    noted = [strangers.called(HERE, now=second) for second in (0.0, 1.0, 59.0)]
    assert noted == [HERE, None, None]
    assert strangers.due(now=59.9) == []
    assert strangers.due(now=60.0) == [(HERE, 2)]
    assert strangers.called(HERE, now=61.0) is None
    assert strangers.due(now=120.0) == [(HERE, 1)]
    assert strangers.due(now=180.0) == []
    assert strangers.called(HERE, now=181.0) == HERE  # it was quiet for a minute


def test_beyond_so_many_addresses_strangers_are_others():
    strangers = Strangers()
    for number in range(MOST_ADDRESSES):
        assert strangers.called(Stranger(f"10.0.0.{number}", "api"), now=0.0)
    others = Stranger(OTHERS, "api")
    assert strangers.called(HERE, now=0.0) == others
    assert strangers.called(HERE, now=0.0) is None
    assert (others, 1) in strangers.due(now=60.0)


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("203.0.113.7", 1), "203.0.113.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("::ffff:203.0.113.7", 1), "203.0.113.7"),
        (("Nguyễn Thị Hường", 0), "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_is_one_and_nothing_else(client, address):
    assert address_of(client) == address
