"""What a program's developer gets wrong first: each is answered with a problem that says what to do."""

from __future__ import annotations

import pytest

from api.sohoa_client import SohoaClient, SohoaProblem
from models.access import Role
from tests import records
from tests.doors import open_doors

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    with open_doors(tmp_path_factory.mktemp("wrong"), dossiers=(records.CODE,)) as opened:
        yield opened


@pytest.fixture(scope="module")
def downstream(doors):
    return doors.as_(Role.DOWNSTREAM)


@pytest.mark.parametrize(
    ("path", "where", "wanted"),
    [
        ("/v1/records?limit=100000", "query.limit", "Input should be less than or equal to 1000"),
        ("/v1/records?limit=x", "query.limit", "valid integer"),
        ("/v1/records?status=done", "query.status", "'digitized', 'review' or 'rejected'"),
        ("/v1/records?received_from=2026-13-01", "query.received_from", "month value is outside expected range"),
        ("/v1/changes?after=-1", "query.after", "greater than or equal to 0"),
        (f"/v1/records/{records.CODE}/pages/0/text", "path.number", "greater than or equal to 1"),
        ("/v1/webhooks/x", "path.webhook", "should match pattern '^[0-9a-f]{24}$'"),
    ],
)
def test_what_is_wanted_instead_is_told(downstream, path, where, wanted):
    answer = downstream.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["where"] == where
    assert wanted in error["wanted"]


def test_what_is_wrong_deep_in_a_body_is_named(doors):
    files = [{"name": "a.pdf", "size": 0, "sha256": "036185012345"}]
    answer = doors.as_(Role.CLERK).post("/v1/batches", json={"files": files})
    assert {error["where"] for error in answer.json()["errors"]} == {"body.files.0.size", "body.files.0.sha256"}
    assert "036185012345" not in answer.text


@pytest.mark.parametrize(
    "path", ["/v1/records?recieved_from=2026-01-01", "/v1/records?received_from=2026-01-01&x=036185012345"]
)
def test_a_filter_that_nobody_knows_is_refused_where_it_would_show_everything(downstream, path):
    answer = downstream.get(path)
    assert answer.status_code == 400
    assert "received_from, received_to" in answer.json()["detail"]
    assert "036185012345" not in answer.text


def test_parameters_under_their_own_names_are_known(doors):
    wanted = {"from": "2026-01-01", "to": "2026-12-31", "by": "month", "unit": "H40.12"}
    assert doors.as_(Role.AUDITOR).get("/v1/rates", params=wanted).status_code == 200


@pytest.mark.parametrize("path", ["/v1/records/", f"/v1/records/{records.CODE}/", "/v1/nothing", "/v1"])
def test_an_address_that_is_none_leads_nowhere_and_says_where_to_look(downstream, path):
    answer = downstream.get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:sohoa:problem:not_found")
    assert "/openapi.json" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers", [{}, {"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"}]
)
def test_a_body_that_is_not_said_to_be_json_is_told_so(downstream, headers):
    answer = downstream.post("/v1/search", content=b'{"words": "huong"}', headers=headers)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "send the body as JSON, with Content-Type: application/json"
    broken = downstream.post("/v1/search", content=b'{"words": ', headers=JSON).json()
    assert "JSON" in broken["errors"][0]["wanted"]


@pytest.mark.parametrize(
    ("method", "path"), [("HEAD", "/v1/records"), ("OPTIONS", "/v1/records"), ("PUT", "/v1/search")]
)
def test_a_method_that_is_none_says_which_there_is(downstream, method, path):
    answer = downstream.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] in {"GET", "POST"}


@pytest.mark.parametrize("code", ["Nguyễn Thị Hường", "%FF%FE", "a%2Fb", "x" * 200, "😀"])
def test_a_code_that_is_none_is_not_found_whatever_it_holds(downstream, code):
    assert downstream.get(f"/v1/records/{code}").status_code == 404


def test_the_client_takes_a_key_from_a_file_and_an_address_that_ends_with_a_slash(doors):
    with SohoaClient(doors.url + "/", doors.key(Role.DOWNSTREAM) + "\n") as client:
        assert client.record(records.CODE)["dossier_code"] == records.CODE


def test_the_client_says_at_once_what_is_wrong_with_its_address():
    with pytest.raises(ValueError, match="http"):
        SohoaClient("localhost:8700", "key")


def test_the_client_tells_what_is_wanted_and_sends_a_code_as_it_is(doors):
    with SohoaClient(doors.url, doors.key(Role.DOWNSTREAM)) as client:
        with pytest.raises(SohoaProblem, match=r"query\.status: Input should be 'digitized', 'review' or 'rejected'"):
            list(client.records(status="done"))
        for code in (f"../records/{records.CODE}", f"{records.CODE}?x=1", "a b/ế"):
            with pytest.raises(SohoaProblem, match="not_found"):
                client.record(code)
    with (
        SohoaClient(doors.url, doors.key(Role.DOWNSTREAM), purpose="khai sinh") as client,
        pytest.raises(SohoaProblem, match="purpose_needed"),
    ):
        client.record(records.CODE)
