"""Who may do what: every route, role and unit in one table; keys that end, wait their turn, and leave a trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.acceptance import Acceptance
from models.access import RIGHTS, Role
from models.correction import Change, Correction
from models.errors import UsageError
from models.restriction import Restriction, RestrictionKind
from storage.api_keys import ApiKeys
from storage.database import open_database
from storage.folder import FolderStore
from storage.restrictions import Restrictions
from tests import records
from tests.doors import BELOW, OTHER, open_doors

C, A, D, O = Role.CLERK, Role.AUDITOR, Role.DOWNSTREAM, Role.OPERATOR  # noqa: E741
NOW = datetime(2026, 1, 5, tzinfo=UTC)
ASK = {"id_number": "036185012345"}
TUS = {"Tus-Resumable": "1.0.0"}
PART = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
CORRECTION = {
    "changes": [{"target": "procedure", "value": "1.000894"}], "reason": "typo", "author": "lan", "follows": 99,
}  # fmt: skip
ACCEPTANCE = {"reasons": ["faint"], "why": "legible", "author": "lan", "follows": 1}

# route: the roles that are entitled to it, a call of it, what the entitled are answered
TABLE = {
    "GET /v1/records": ({C, A, D}, {}, 200),
    "GET /v1/records/{code}": ({C, A, D}, {}, 200),
    "GET /v1/records/{code}/revisions": ({C, A, D}, {}, 200),
    "GET /v1/records/{code}/revisions/{revision}": ({C, A, D}, {}, 200),
    "GET /v1/records/{code}/files": ({C, D}, {}, 200),
    "GET /v1/records/{code}/files/{name}": ({C, D}, {}, 200),
    "HEAD /v1/records/{code}/files/{name}": ({C, D}, {}, 200),
    "POST /v1/records/{code}/links": ({C, D}, {"json": {"file": "pages/0001.jpg"}}, 201),
    "GET /v1/records/{code}/pages/{number}/text": ({C, D}, {}, 200),
    "GET /v1/records/{code}/pages/{number}/alto": ({C, D}, {}, 200),
    "POST /v1/records/{code}/corrections": ({C}, {"json": CORRECTION}, 409),
    "POST /v1/records/{code}/acceptances": ({C}, {"json": ACCEPTANCE}, 400),
    "POST /v1/search": ({C, D}, {"json": {"words": "huong"}}, 200),
    "GET /v1/rates": ({C, A, O}, {}, 200),
    "POST /v1/papers": ({C, D}, {"json": ASK}, 200),
    "POST /v1/reuses": ({C, D}, {"json": {"question": "20260105-0123456789abcdef", "dossier_code": records.CODE, "document": 1}}, 404),
    "POST /v1/lifecycle": ({C, O}, {"content": b"[]"}, 200),
    "POST /v1/batches": ({C}, {"json": {"files": [{"name": "a.pdf", "size": 1, "sha256": "0" * 64}]}}, 201),
    "GET /v1/batches": ({C, O}, {}, 200),
    "GET /v1/batches/{batch}": ({C, O}, {}, 404),
    "DELETE /v1/batches/{batch}": ({C}, {}, 404),
    "OPTIONS /v1/uploads": ({C}, {}, 204),
    "POST /v1/uploads": ({C}, {"headers": TUS | {"Upload-Length": "1", "Upload-Metadata": "filename YS5wZGY="}}, 201),
    "HEAD /v1/uploads/{upload}": ({C}, {"headers": TUS}, 404),
    "PATCH /v1/uploads/{upload}": ({C}, {"headers": TUS | PART, "content": b"x"}, 404),
    "DELETE /v1/uploads/{upload}": ({C}, {"headers": TUS}, 404),
    "POST /v1/webhooks": ({D}, {"json": {"url": "http://127.0.0.1:9/hook"}}, 201),
    "GET /v1/webhooks": ({D, O}, {}, 200),
    "GET /v1/webhooks/{webhook}": ({D, O}, {}, 404),
    "DELETE /v1/webhooks/{webhook}": ({D, O}, {}, 404),
    "GET /v1/webhooks/{webhook}/dead-letters": ({D, O}, {}, 404),
    "POST /v1/webhooks/{webhook}/replay": ({D, O}, {}, 404),
    "GET /v1/changes": ({D}, {}, 200),
}  # fmt: skip
WITHOUT_A_KEY = {"GET /v1/health", "GET /v1/links/{token}"}
OF_A_DOSSIER = [route for route in TABLE if "{code}" in route]
# a key's unit, and which of the three dossiers it reaches
REACH = {
    "": {records.CODE, BELOW, OTHER},
    "H40": {records.CODE, BELOW},
    "H40.12": {records.CODE, BELOW},
    "H40.12.05": {BELOW},
    "H40.1": set(),
    "000.00.12.H40": set(),
    "H41": {OTHER},
}


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    with open_doors(tmp_path_factory.mktemp("rights"), webhook_hosts=("127.0.0.1",)) as opened:
        yield opened


def call(client, route, code=records.CODE):
    method, path = route.split(" ")
    names = {
        "code": code,
        "revision": 1,
        "name": "pages/0001.jpg",
        "number": 1,
        "token": "x.y",
        "batch": "0" * 32,
        "webhook": "0" * 24,
        "upload": "0" * 32 + "-0",
    }
    return client.request(method, path.format(**names), **(TABLE[route][1] if route in TABLE else {}))


def test_the_table_has_every_route(doors):
    described = {
        f"{method.upper()} {path}"
        for path, operations in doors.app.openapi()["paths"].items()
        for method in operations
    }  # fmt: skip
    assert described == TABLE.keys() | WITHOUT_A_KEY


@pytest.mark.parametrize("role", Role)
def test_every_role_is_answered_as_the_table_says(doors, role):
    client = doors.as_(role)
    told = {route: call(client, route).status_code for route in TABLE}
    assert told == {route: status if role in roles else 403 for route, (roles, _, status) in TABLE.items()}


@pytest.mark.parametrize("unit", REACH)
def test_a_unit_sees_its_own_dossiers_and_those_of_the_units_below(doors, unit):
    for role in (C, A, D):
        client = doors.as_(role, unit)
        for route in OF_A_DOSSIER:
            if role in TABLE[route][0]:
                answered = {
                    code for code in (records.CODE, BELOW, OTHER) if call(client, route, code).status_code != 404
                }
                assert answered == REACH[unit], route
        assert {row["dossier_code"] for row in client.get("/v1/records").json()["records"]} == REACH[unit]
    clerk, follower = doors.as_(C, unit), doors.as_(D, unit)
    assert {hit["dossier_code"] for hit in clerk.post("/v1/search", json={"words": "huong"}).json()["hits"]} == REACH[
        unit
    ]
    assert {paper["dossier_code"] for paper in clerk.post("/v1/papers", json=ASK).json()["papers"]} == REACH[unit]
    feed = follower.get("/v1/changes").json()
    assert {change["dossier_code"] for change in feed["changes"]} == REACH[unit]
    assert feed["cursor"] == 3
    assert sum(row["received"] for row in clerk.get("/v1/rates", params={"by": "month"}).json()) == len(REACH[unit])


def test_a_unit_asks_for_no_figures_of_another(doors):
    assert doors.as_(A, "H40.12").get("/v1/rates", params={"unit": "H40"}).status_code == 403
    assert doors.as_(A, "H40.12").get("/v1/rates", params={"unit": "H40.12.05"}).json()[0]["received"] == 1


@pytest.mark.parametrize("secret", [None, "sohoa_aaaaaaaaaaaa_" + "A" * 43, "Ầ"])
def test_without_a_good_key_nothing_is_told_not_even_what_there_is(doors, secret):
    client = doors.client(secret)
    for route in [*TABLE, "GET /v1/nothing", "PUT /v1/records"]:
        answer = call(client, route)
        assert answer.status_code in {401, 429}, route  # strangers share one bucket
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_a_key_must_not_see_in_full_is_masked_everywhere(doors):
    for role in (C, A, D):
        client = doors.as_(role, ids=False)
        shown = [call(client, route) for route in TABLE if role in TABLE[route][0]]
        assert not any(b"036185012345" in answer.content or b"036 185 012 345" in answer.content for answer in shown)
    refused = {route for route in OF_A_DOSSIER if call(doors.as_(C, ids=False), route).status_code == 403}
    assert refused == {
        route
        for route in OF_A_DOSSIER
        if any(word in route for word in ("files", "links", "alto", "corrections", "acceptances"))
    }
    assert "036*****2345" in call(doors.as_(C, ids=False), "GET /v1/records/{code}").text
    assert "036185012345" in call(doors.as_(C), "GET /v1/records/{code}").text


def test_a_purpose_is_one_of_the_keys_and_goes_into_the_log(doors):
    two = doors.as_(C, purposes=("birth-registration", "marriage-registration"))
    assert two.post("/v1/papers", json=ASK).json()["type"] == "urn:sohoa:problem:purpose_needed"
    assert two.post("/v1/papers", json=ASK, headers={"Sohoa-Purpose": "land"}).status_code == 403
    assert two.post("/v1/papers", json=ASK, headers={"Sohoa-Purpose": "marriage-registration"}).status_code == 200
    assert [entry.purpose for entry in doors.office.audit.entries()][-1] == "marriage-registration"


def test_every_call_is_in_the_log_before_it_is_answered_and_no_persons_data_is(doors):
    client = doors.as_(C, "H40.12")
    before = doors.office.audit.head().entry
    calls = [call(client, route) for route in TABLE] + [client.get("/v1/records/036185012345?after=036185012345")]
    entries = list(doors.office.audit.entries(first=before + 1))
    assert len(entries) == len(calls)
    assert [entry.facts["status"] for entry in entries] == [answer.status_code for answer in calls]
    assert {(entry.unit, entry.role) for entry in entries} == {("H40.12", "clerk")}
    told = repr([(entry.subject, entry.facts) for entry in entries])
    assert "036185012345" not in told
    assert "HƯỜNG" not in told.upper()


def test_a_key_waits_its_turn_and_others_do_not_wait_for_it(doors):
    busy, other = doors.as_(C, rate=1), doors.as_(C)
    told = [busy.get("/v1/records").status_code for _ in range(4)]
    assert told == [200, 200, 429, 429]
    assert 1 <= int(busy.get("/v1/records").headers["retry-after"]) <= 3
    assert other.get("/v1/records").status_code == 200


@pytest.fixture
def keys(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'index.db'}")
    yield ApiKeys(database, FolderStore(tmp_path / "store"))
    database.close()


def added(keys, **changes):
    about = {"unit": "H40", "purposes": ("a-b",), "sees_ids": False, "calls_a_second": 5.0, "days": 10, "now": NOW}
    return keys.add("desk", Role.CLERK, **(about | changes))


def test_a_key_opens_until_it_expires_is_rotated_or_revoked(keys):
    key, secret = added(keys)
    assert keys.caller_of(secret, now=NOW) == key.caller()
    assert keys.caller_of(secret, now=NOW + timedelta(days=10)) is None
    assert keys.caller_of(secret[:-1] + ("A" if secret[-1] != "A" else "B"), now=NOW) is None
    _, renewed = keys.rotate(key.key_id, overlap_hours=2, days=10, now=NOW)
    for given, hours, opens in ((secret, 1, True), (secret, 2, False), (renewed, 1, True), (renewed, 3, True)):
        assert (keys.caller_of(given, now=NOW + timedelta(hours=hours)) is not None) == opens
    keys.revoke(key.key_id, now=NOW)
    assert keys.caller_of(renewed, now=NOW) is None
    assert keys.caller_of(secret, now=NOW) is None
    with pytest.raises(UsageError, match="revoked"):
        keys.rotate(key.key_id, overlap_hours=2, days=10, now=NOW)


def test_no_secret_rests_anywhere_and_keys_outlive_the_index(keys, tmp_path):
    key, secret = added(keys)
    gone, _ = added(keys)
    keys.revoke(gone.key_id, now=NOW)
    part = secret.rpartition("_")[2].encode()
    assert not any(part in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    database = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    fresh = ApiKeys(database, FolderStore(tmp_path / "store"))
    assert fresh.restore(damaged=pytest.fail) == 2
    assert fresh.caller_of(secret, now=NOW) == key.caller()
    assert fresh.get(gone.key_id).revoked_at
    database.close()


def test_a_purpose_that_is_a_sentence_is_refused(keys):
    with pytest.raises(UsageError, match="purpose"):
        added(keys, purposes=("Nguyễn Văn A's birth",))


def test_no_role_but_the_clerk_uploads_and_no_auditor_reads_papers():
    assert {role for role, rights in RIGHTS.items() if "upload" in rights} == {C}
    assert not RIGHTS[A] & {"read_files", "search", "ask_papers", "follow"}


def test_a_dossier_whose_processing_is_restricted_is_shown_to_nobody(tmp_path):
    with open_doors(tmp_path / "home", dossiers=(records.CODE,)) as doors:
        clerk = doors.as_(C)
        link = clerk.post(f"/v1/records/{records.CODE}/links", json={"file": "pages/0001.jpg"}).json()["url"]
        subject = f"dossier:{records.CODE}"
        restrictions = Restrictions(doors.office.database, doors.office.store)
        restrictions.place(Restriction(subject, RestrictionKind.RESTRICTED, "asked", "desk", ""))
        for role in (C, A, D):
            client = doors.as_(role)
            told = {call(client, route).status_code for route in OF_A_DOSSIER if role in TABLE[route][0]}
            assert told == {404}
        assert clerk.get("/v1/records").json()["records"] == []
        assert clerk.post("/v1/search", json={"words": "huong"}).json()["hits"] == []
        assert clerk.post("/v1/papers", json=ASK).json()["papers"] == []
        assert doors.client(None).get(link).status_code == 410
        restrictions.lift(subject, RestrictionKind.RESTRICTED)
        assert call(clerk, "GET /v1/records/{code}").status_code == 200


def test_numbers_that_a_clerk_set_right_or_accepted_are_masked_too(tmp_path):
    made = Correction(
        "2026-02-01T08:30:00+00:00", "ntlan", "036185012345 misread",
        (Change("persons.1.id_number", "036185012345", "036185012346"),),
    )  # fmt: skip
    seen = Acceptance(
        "low_confidence", None, ("persons.1.id_number=036185012345",), "ntlan", made.at, "036185012345 is right"
    )
    with open_doors(tmp_path / "home", dossiers=()) as doors:
        doors.keep(replace(records.record(records.CODE), corrections=(made,), accepted=(seen,)))
        told = doors.as_(C, ids=False).get(f"/v1/records/{records.CODE}")
        assert b"03618501234" not in told.content
        assert told.json()["corrections"][0]["changes"][0]["value"] == "036*****2345"
        assert told.json()["accepted"][0]["of"] == ["persons.1.id_number=036*****2345"]
