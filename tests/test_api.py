"""Records, files, links, feed and the re-use question over HTTP, as a program meets them."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.files import byte_range
from api.masking import masked, masked_record
from api.problems import Problem
from api.shapes import RecordShape
from models.access import Role
from models.document import DocumentType
from models.errors import StorageUnreachable
from models.outcome import PageOutcome, Status
from storage import keys
from storage.archive import KeptDossier
from storage.database import open_database
from storage.rates import RateBy, rates
from storage.rebuild import rebuild_index
from tests import records
from tests.doors import ALTO, BELOW, OTHER, open_doors

CODE = records.CODE
IMAGE = b"\xff\xd8 page 1"


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    with open_doors(tmp_path_factory.mktemp("api")) as opened:
        yield opened


@pytest.fixture(scope="module")
def downstream(doors):
    return doors.as_(Role.DOWNSTREAM)


def test_a_record_is_given_as_it_is_stored_and_not_again_to_whom_has_it(doors, downstream):
    answer = downstream.get(f"/v1/records/{CODE}")
    assert answer.content == doors.office.store.get(keys.record_key(CODE))
    again = downstream.get(f"/v1/records/{CODE}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert downstream.get(f"/v1/records/{CODE}/revisions/1").content == answer.content
    assert downstream.get(f"/v1/records/{CODE}/revisions/2").status_code == 404
    assert downstream.get("/v1/records/H40.12-260105-9999").status_code == 404


def test_lists_are_told_a_page_at_a_time(downstream):
    first = downstream.get("/v1/records", params={"limit": 2}).json()
    second = downstream.get("/v1/records", params={"limit": 2, "after": first["next"]}).json()
    assert [row["dossier_code"] for row in first["records"] + second["records"]] == [CODE, BELOW, OTHER]
    assert second["next"] is None
    wanted = {"unit": "H40.12.05", "status": "digitized", "received_from": "2026-01-06", "received_to": "2026-01-06"}
    assert [row["dossier_code"] for row in downstream.get("/v1/records", params=wanted).json()["records"]] == [BELOW]


@pytest.mark.parametrize(
    ("wanted", "status", "content"),
    [
        (None, 200, IMAGE),
        ("bytes=0-0", 206, IMAGE[:1]),
        ("bytes=2-", 206, IMAGE[2:]),
        ("bytes=-3", 206, IMAGE[-3:]),
        ("bytes=2-9999", 206, IMAGE[2:]),
        ("bytes=0-1,3-4", 200, IMAGE),  # several ranges are left aside
        ("pages=1-2", 200, IMAGE),
        ("bytes=4-2", 200, IMAGE),
        ("bytes=9999-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_a_range_of_a_file_is_sent_alone(downstream, wanted, status, content):
    answer = downstream.get(f"/v1/records/{CODE}/files/pages/0001.jpg", headers={"Range": wanted} if wanted else {})
    assert answer.status_code == status
    if content is None:
        assert answer.headers["content-range"] == f"bytes */{len(IMAGE)}"
    else:
        assert answer.content == content
        assert answer.headers["content-type"] == "image/jpeg"


def test_a_range_of_an_older_file_is_not_joined_to_a_newer(downstream):
    path = f"/v1/records/{CODE}/files/pages/0001.jpg"
    headers = {"Range": "bytes=0-1", "If-Range": '"of another revision"'}
    assert downstream.get(path, headers=headers).content == IMAGE
    tag = downstream.head(path).headers["etag"]
    assert downstream.get(path, headers={"Range": "bytes=0-1", "If-Range": tag}).content == IMAGE[:2]
    assert downstream.get(path, headers={"If-None-Match": tag}).status_code == 304


@given(st.text(max_size=30), st.integers(0, 100))
def test_any_range_lies_in_the_file_or_is_none(wanted, size):
    try:
        found = byte_range("bytes=" + wanted, size)
    except Problem:
        return
    assert found is None or 0 <= found[0] <= found[1] < size


def test_a_link_needs_no_key_until_it_ends_and_leads_nowhere_else(doors, downstream, monkeypatch):
    link = downstream.post(f"/v1/records/{CODE}/links", json={"file": "documents/01.pdf", "seconds": 60}).json()["url"]
    stranger = doors.client(None)
    assert stranger.get(link).content == b"%PDF-1.7 document 1"
    assert stranger.get(link, headers={"Range": "bytes=0-3"}).content == b"%PDF"
    for forged in (
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        link.replace("/links/", "/links/x"),
        link.split(".")[0],
    ):
        assert stranger.get(forged).status_code == 404
    now = doors.office.clock
    monkeypatch.setattr(doors.office, "clock", lambda: now() + timedelta(seconds=60))
    assert stranger.get(link).status_code == 410
    assert (
        downstream.post(f"/v1/records/{CODE}/links", json={"file": "documents/01.pdf", "seconds": 901}).status_code
        == 400
    )


def test_page_texts_and_places_of_words(downstream):
    assert downstream.get(f"/v1/records/{CODE}/pages/2/text").text == records.PAGE_TEXTS[1]
    assert downstream.get(f"/v1/records/{CODE}/pages/1/alto").content == ALTO
    assert downstream.get(f"/v1/records/{CODE}/pages/5/text").status_code == 404


@given(records.records)
def test_any_record_is_as_the_description_says_masked_or_not(record):
    data = json.loads(json.dumps(KeptDossier(record, 1, (), "", "").to_json()))
    RecordShape.model_validate(data)
    RecordShape.model_validate(masked_record(data))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Số định danh: 036 185 012 345.", "Số định danh: 036*****2345."),
        ("123456789", "123*****6789"),
        ("036185012345|123456789|NGUYỄN", "036*****2345|123*****6789|NGUYỄN"),
        ("IDVNM1850123452036185012345<<6", "IDVNM185*****2345<<6"),
        (
            "H40.12-260105-0007, 05/01/2026, 47/QĐ-UBND, 1.001193",
            "H40.12-260105-0007, 05/01/2026, 47/QĐ-UBND, 1.001193",
        ),
    ],
)
def test_long_numbers_are_masked_wherever_they_stand(text, shown):
    assert masked(text) == shown


def test_the_feed_waits_for_a_change_and_tells_it(doors, downstream):
    start = downstream.get("/v1/changes").json()["cursor"]
    began = time.monotonic()
    quiet = downstream.get("/v1/changes", params={"after": start, "wait": 0.5}).json()
    assert (quiet["changes"], quiet["cursor"]) == ([], start)
    assert time.monotonic() - began >= 0.5
    later = threading.Timer(0.3, lambda: doors.keep(records.record(OTHER, reasons=("blurred",))))
    later.start()
    told = downstream.get("/v1/changes", params={"after": start, "wait": 20}).json()
    later.join()
    assert [(c["dossier_code"], c["revision"], c["removed"]) for c in told["changes"]] == [(OTHER, 2, False)]
    assert (
        downstream.get(f"/v1/records/{OTHER}/revisions/2").headers["etag"] == f'"{told["changes"][0]["record_sha256"]}"'
    )
    # the province beside is told nothing, and its cursor moves on
    quiet = doors.as_(Role.DOWNSTREAM, "H40").get("/v1/changes", params={"after": start}).json()
    assert (quiet["changes"], quiet["cursor"]) == ([], told["cursor"])


def test_a_cursor_from_the_future_is_told_as_such(downstream):
    assert downstream.get("/v1/changes", params={"after": 10**6}).json()["type"] == "urn:sohoa:problem:unknown_cursor"


def test_papers_of_a_person_say_whether_they_can_be_taken_over(tmp_path):
    with open_doors(tmp_path / "home", dossiers=()) as doors:
        whole = records.record(CODE)
        page = replace(whole.pages[0], outcome=PageOutcome.REJECTED, reason="page_black")
        doors.keep(whole)
        doors.keep(replace(records.record(BELOW), pages=(page, *whole.pages[1:])))
        copy = replace(whole.documents[0], certified_copy=True)
        doors.keep(replace(records.record(OTHER), documents=(copy, *whole.documents[1:])))
        clerk = doors.as_(Role.CLERK)
        needing = "H40.12-260110-0001"
        answer = clerk.post("/v1/papers", json={"id_number": "036185012345", "for_dossier": needing}).json()
        told = {(p["dossier_code"], p["document"]): (p["valid"], p["why_not"]) for p in answer["papers"]}
        assert told == {
            (CODE, 1): (True, []),
            (BELOW, 1): (False, ["page_rejected"]),
            (OTHER, 1): (False, ["certified_copy"]),
        }
        births = {"id_number": "036185012345", "types": [DocumentType.BIRTH_CERTIFICATE]}
        assert clerk.post("/v1/papers", json=births).json()["papers"] == []
        assert clerk.post("/v1/papers", json={"id_number": "036185012346"}).json()["papers"] == []
        assert "036185012345" not in repr(list(doors.office.audit.entries()))

        taken = {"question": answer["question"], "dossier_code": CODE, "document": 1}
        for other in (BELOW, OTHER):  # a paper that may not stand in for a scan would raise the rate all the same
            assert clerk.post("/v1/reuses", json=taken | {"dossier_code": other}).status_code == 409
        for nothing in ({"types": ["land_certificate"]}, {"for_dossier": CODE}):
            asked = {"id_number": "036185012345", "for_dossier": needing} | nothing
            question = clerk.post("/v1/papers", json=asked).json()["question"]
            assert clerk.post("/v1/reuses", json=taken | {"question": question}).status_code == 409
        assert clerk.post("/v1/reuses", json=taken).json()["for_dossier"] == needing
        doors.keep(records.record(needing))
        assert clerk.get("/v1/rates", params={"by": "month"}).json()[0]["reused"] == 1
        again = open_database(f"sqlite:///{tmp_path / 'again.db'}")
        rebuild_index(doors.office.store, again)
        assert rates(again, by=RateBy.MONTH)[0].to_json()["reused"] == 1
        again.close()
        assert clerk.post("/v1/reuses", json=taken).status_code == 201  # the same again
        assert clerk.post("/v1/reuses", json=taken | {"dossier_code": BELOW}).status_code == 409
        assert doors.as_(Role.CLERK).post("/v1/reuses", json=taken).status_code == 404  # another key's question


def test_a_store_that_is_away_is_told_as_such_and_an_error_without_its_text(doors, downstream, monkeypatch, caplog):
    def away(_key):
        raise StorageUnreachable("folder store: gone")

    def surprise(_key):
        raise ValueError("NGUYỄN THỊ HƯỜNG 036185012345")

    monkeypatch.setattr(doors.office.store, "get", away)
    answer = downstream.get(f"/v1/records/{CODE}")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:sohoa:problem:unavailable")
    monkeypatch.setattr(doors.office.store, "get", surprise)
    answer = downstream.get(f"/v1/records/{CODE}", headers={"Accept-Language": "vi-VN"})
    assert answer.status_code == 500
    assert answer.json()["title"].startswith("Lỗi ngoài dự kiến")
    assert "036185012345" not in answer.text + caplog.text
    assert "Traceback" not in answer.text + caplog.text


def test_what_was_sent_wrongly_is_named_but_not_repeated(downstream):
    answer = downstream.post("/v1/papers", json={"id_number": "0361850123456", "types": ["x"]})
    assert answer.status_code == 400
    assert {error["where"] for error in answer.json()["errors"]} == {"body.id_number", "body.types.0"}
    assert "0361850123456" not in answer.text


def test_lifecycle_data_is_taken_in_row_by_row_for_the_units_that_the_key_reaches(doors):
    clerk = doors.as_(Role.CLERK, "H40")
    table = (
        "dossier_code,status,updated_at,received_at\n"
        f"{CODE},4,2026-01-05T08:00:00,2026-01-05T08:00:00\n"
        f"{OTHER},4,2026-01-06T08:00:00,2026-01-06T08:00:00\n"
        "H40.12-260105-0001,99,2026-01-05T08:00:00,2026-01-05T08:00:00\n"
    )
    told = clerk.post("/v1/lifecycle", content=table, headers={"Content-Type": "text/csv"}).json()
    assert (told["rows"], told["taken_in"], told["unchanged"]) == (3, 1, 0)
    assert [(error["row"], error["column"]) for error in told["errors"]] == [(3, "unit"), (4, "status")]
    again = clerk.post("/v1/lifecycle", content=table, headers={"Content-Type": "text/csv"}).json()
    assert (again["taken_in"], again["unchanged"]) == (0, 1)
    assert clerk.post("/v1/lifecycle", content=b"\xff\xfe\x00").status_code == 400


def test_a_body_larger_than_any_request_is_not_held(downstream):
    answer = downstream.post("/v1/search", content=b"[" * (5 << 20), headers={"Content-Type": "application/json"})
    assert answer.json()["type"] == "urn:sohoa:problem:too_large"


def test_a_small_unit_in_a_large_archive_is_told_page_by_page(doors, monkeypatch):
    monkeypatch.setattr("api.feed._SCANNED_AT_ONCE", 1)
    monkeypatch.setattr("api.feed._MOST_SCANNED", 1)
    follower, cursor, pages = doors.as_(Role.DOWNSTREAM, "H41"), 0, []
    while True:
        page = follower.get("/v1/changes", params={"after": cursor}).json()
        pages.append([change["dossier_code"] for change in page["changes"]])
        cursor = page["cursor"]
        if not page["more"]:
            break
    assert pages[:3] == [[], [], [OTHER]]


def test_a_correction_is_a_new_revision_that_the_feed_tells(tmp_path):
    with open_doors(tmp_path / "home", dossiers=(CODE,)) as doors:
        clerk, follower = doors.as_(Role.CLERK, "H40"), doors.as_(Role.DOWNSTREAM)
        wish = {
            "changes": [{"target": "persons.2.full_name", "value": "NGUYỄN VĂN MẬU"}],
            "reason": "đọc sai dấu", "author": "ntlan", "follows": 1,
        }  # fmt: skip
        path = f"/v1/records/{CODE}/corrections"
        made = clerk.post(path, json=wish).json()
        assert made["revision"] == 2
        record = follower.get(f"/v1/records/{CODE}").json()
        assert (record["persons"][1]["full_name"]["value"], record["persons"][1]["full_name"]["source"]) == (
            "NGUYỄN VĂN MẬU", "clerk",
        )  # fmt: skip
        assert [c["revision"] for c in follower.get("/v1/changes").json()["changes"]] == [1, 2]
        assert clerk.post(path, json=wish).json()["revision"] == 2  # the answer was lost, the call came again
        late = wish | {"reason": "khác"}
        assert clerk.post(path, json=late).status_code == 409  # the revision that was looked at is not the latest
        wrong = wish | {"follows": 2, "changes": [{"target": "persons.9.full_name", "value": "X"}]}
        assert clerk.post(path, json=wrong).status_code == 400
        actions = [(entry.action, entry.actor) for entry in doors.office.audit.entries() if entry.role == "clerk"]
        assert any(action == "dossier_corrected" and actor.startswith("test clerk") for action, actor in actions)


def test_an_acceptance_is_a_new_revision_and_the_same_again_is_answered_as_it_stands(tmp_path):
    with open_doors(tmp_path / "home", dossiers=()) as doors:
        pages = tuple(replace(page, warnings=("faint",)) for page in records.record().pages)
        doors.keep(records.record(CODE, pages=pages, status=Status.REVIEW, reasons=("faint", "page_rejected")))
        clerk, follower = doors.as_(Role.CLERK, "H40"), doors.as_(Role.DOWNSTREAM)
        wish = {"reasons": ["faint"], "why": "vẫn đọc được", "author": "ntlan", "follows": 1, "page": 2}
        path = f"/v1/records/{CODE}/acceptances"
        assert clerk.post(path, json=wish).json()["revision"] == 2
        assert clerk.post(path, json=wish).json()["revision"] == 2  # the answer was lost, the call came again
        assert clerk.post(path, json=wish | {"page": None}).status_code == 409
        made = clerk.post(path, json=wish | {"page": None, "follows": 2}).json()
        assert (made["revision"], made["status"]) == (3, "review")
        wrong = clerk.post(path, json=wish | {"reasons": ["page_rejected"], "follows": 3})
        assert (wrong.status_code, "cannot be accepted" in wrong.text) == (400, True)
        record = follower.get(f"/v1/records/{CODE}").json()
        assert (record["reasons"], [each["page"] for each in record["accepted"]]) == (["page_rejected"], [2, 1, 3, 4])
        assert record["accepted"][0]["author"].startswith("ntlan (")
        assert [c["revision"] for c in follower.get("/v1/changes").json()["changes"]] == [1, 2, 3]
        assert any(entry.action == "reasons_accepted" for entry in doors.office.audit.entries())
