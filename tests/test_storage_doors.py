"""What the API keeps, on SQLite and PostgreSQL: keys, re-uses, webhooks, lists of dossiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models.access import Role
from models.dossier import UNKNOWN_UNIT
from models.outcome import PageOutcome
from models.page import PageSource
from storage.api_keys import ApiKeys
from storage.archive import KeptDossier, keep_dossier
from storage.folder import FolderStore
from storage.index import Index
from storage.original_holders import holders_of
from storage.rates import RateBy, rates
from storage.record_list import (
    LostPage,
    Wanted,
    claimed_since,
    files_of,
    is_lost,
    listed,
    lost_pages,
    standing,
    units_of,
)
from storage.reuse import Reuse, papers_of
from storage.webhooks import Webhooks
from tests import records

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
SECOND, THIRD = "H40.12-260106-0001", "H41-260107-0001"


@pytest.fixture
def store(tmp_path, database):
    """A store and an index with three dossiers of one mother."""
    opened = FolderStore(tmp_path / "store")
    for code in (records.CODE, SECOND, THIRD):
        Index(database).put(keep_dossier(opened, records.record(code), **records.content(records.record(code))))
    return opened


def test_keys(store, database):
    keys = ApiKeys(database, store)
    key, secret = keys.add(
        "desk", Role.CLERK, unit="H40", purposes=("a", "b"), sees_ids=True, calls_a_second=2.5, days=1, now=NOW
    )
    assert keys.caller_of(secret, now=NOW) == key.caller()
    _, renewed = keys.rotate(key.key_id, overlap_hours=1, days=1, now=NOW)
    assert keys.caller_of(renewed, now=NOW).purposes == ("a", "b")
    keys.revoke(key.key_id, now=NOW)
    assert keys.caller_of(renewed, now=NOW) is None
    assert [each.key_id for each in keys.all()] == [key.key_id]


def test_lists(store, database):
    assert [row.dossier_code for row in listed(database, Wanted(), limit=2)] == [records.CODE, SECOND]
    assert [row.dossier_code for row in listed(database, Wanted(after=SECOND), limit=9)] == [THIRD]
    within = listed(database, Wanted(received_from=date(2026, 1, 6)), limit=9, lies_in=lambda unit: unit == "H41")
    assert [(row.dossier_code, row.pages, row.missing) for row in within] == [(THIRD, 4, ())]
    assert listed(database, Wanted(status="review"), limit=9) == ()
    assert standing(database, SECOND).unit == "H40.12"
    assert units_of(database, {SECOND, "none"}) == {SECOND: "H40.12"}


def test_what_a_list_of_open_dossiers_asks(store, database, tmp_path):
    stray = replace(records.record(), dossier_code="KHONG-MA-AA", unit=UNKNOWN_UNIT)
    lost = replace(
        stray.pages[1], outcome=PageOutcome.REJECTED, reason="page_black", source=PageSource("b.jpg", "f" * 64, 1)
    )
    other = replace(stray, dossier_code="KHONG-MA-BB", pages=(stray.pages[0], lost))
    for each in (stray, other):
        Index(database).put(KeptDossier(each, 1, (), "", each.dossier_code))
    assert claimed_since(database, {"KHONG-MA-AA", "KHONG-MA-BB"}) == {"KHONG-MA-AA"}
    assert lost_pages(database, {"KHONG-MA-AA", "KHONG-MA-BB"}) == {
        "KHONG-MA-BB": [LostPage(2, "b.jpg", 1, "page_black")]
    }
    assert files_of(database, {"KHONG-MA-BB"}) == {"KHONG-MA-BB": [f"{records.CODE}.pdf", "b.jpg"]}
    assert not is_lost(database, store)
    for code in (records.CODE, SECOND, THIRD, "KHONG-MA-AA", "KHONG-MA-BB"):
        Index(database).remove(code)
    assert is_lost(database, store)
    assert not is_lost(database, FolderStore(tmp_path / "empty"))


def test_a_paper_taken_over_counts_for_the_dossier_that_needed_it(store, database):
    papers = papers_of(database, store, "036185012345")
    assert [paper.dossier_code for paper in papers] == [THIRD, SECOND, records.CODE]  # the latest first
    reuse = Reuse(database, store)
    question = reuse.note(at=NOW, key_id="k", unit="H40.12", purpose="a", for_dossier=SECOND, found=1)
    assert rates(database, by=RateBy.MONTH)[0].to_json()["reused"] == 0
    reuse.take(question, (records.CODE, 1, "birth_declaration"), at=NOW)
    assert reuse.question(question.question).taken_dossier == records.CODE
    assert rates(database, by=RateBy.MONTH)[0].to_json()["reused"] == 1


def test_an_outbox_keeps_order_and_gives_up_in_the_end(store, database):
    webhooks = Webhooks(database, store)
    hook = webhooks.add(key_id="k", url="http://127.0.0.1/", from_seq=0, at=NOW)
    assert webhooks.take_turn(hook.webhook, now=NOW, seconds=60)
    assert not webhooks.take_turn(hook.webhook, now=NOW + timedelta(seconds=59), seconds=60)
    webhooks.end_turn(hook.webhook)
    webhooks.enter(hook.webhook, [1, 3], after=0, read_seq=3, now=NOW)
    webhooks.enter(hook.webhook, [1, 3], after=0, read_seq=3, now=NOW)  # another process, late
    first, second = webhooks.waiting(hook.webhook, limit=9)
    for _ in range(8):
        first = webhooks.failed(hook.webhook, first, trouble="status 500", now=NOW, chance=0.5)
    assert [delivery.seq for delivery in webhooks.dead(hook.webhook)] == [1]
    webhooks.delivered(hook.webhook, second.seq)
    assert webhooks.counts(hook.webhook) == (0, 1)
    assert webhooks.replay(hook.webhook, now=NOW) == 1
    assert webhooks.counts(hook.webhook) == (1, 0)
    webhooks.remove(hook.webhook)
    assert webhooks.all() == ()


def test_who_holds_an_original_today_or_held_it_once(database):
    first, again = records.record(records.CODE), "b" * 64
    pages = tuple(replace(page, source=replace(page.source, sha256=again)) for page in first.pages)
    other = records.record("H41.03-260106-0001")
    index = Index(database)
    for revision, record in ((1, first), (2, replace(first, pages=pages)), (1, other)):
        index.put(KeptDossier(record, revision, (), "f" * 64, f"{revision:064d}"))
    shared = first.pages[0].source.sha256
    wanted = {shared, again, *(f"{number:064d}" for number in range(1200))}
    ours, others = (records.CODE, "H40.12"), (other.dossier_code, "H41.03")
    assert holders_of(database, wanted) == {shared: {ours, others}, again: {ours}}
    assert holders_of(database, ()) == {}
