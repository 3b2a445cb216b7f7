"""The API against its own description: whatever is sent, in whatever order, it answers, and as it says it would.

`python -m tests.test_api_openapi` writes the description anew after a change that was meant.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.checks import not_a_server_error
from schemathesis.generation.stateful import run_state_machine_as_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from models.access import Role
from tests import records
from tests.doors import open_doors

GOLDEN = Path(__file__).resolve().parent / "golden" / "openapi.json"
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)

SOME = settings(
    max_examples=3, stateful_step_count=8, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)  # fmt: skip
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def described(doors) -> str:
    return json.dumps(doors.app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    with open_doors(tmp_path_factory.mktemp("openapi"), webhook_hosts=("127.0.0.1",)) as opened:
        yield opened


def test_the_description_changes_only_when_it_is_meant_to(doors):
    assert described(doors) == GOLDEN.read_text(encoding="utf-8"), "if it was meant: python -m tests.test_api_openapi"


def test_every_route_asks_for_a_key_or_says_that_it_does_not(doors):
    open_routes = {
        path
        for path, operations in doors.app.openapi()["paths"].items()
        for operation in operations.values()
        if not operation.get("security")
    }
    assert open_routes == {"/v1/health", "/v1/links/{token}"}


def test_whatever_is_sent_is_answered_as_described(doors):
    schema = schemathesis.openapi.from_url(f"{doors.url}/openapi.json")
    keys = [doors.key(role) for role in Role]
    answered = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(), known=st.booleans(), key=st.sampled_from(keys))
        @settings(
            max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        def ask(case, known, key):
            if known and "code" in (case.path_parameters or {}):
                case.path_parameters["code"] = records.CODE
            if "wait" in (case.query or {}):
                case.query["wait"] = 0
            headers = {"Authorization": f"Bearer {key}"}
            answered.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

        ask()
    assert {200, 201, 400, 403, 404} <= answered


@pytest.mark.parametrize("role", [Role.CLERK, Role.DOWNSTREAM])
def test_any_calls_in_any_order_are_answered_as_described(doors, role):
    schema = schemathesis.openapi.from_url(f"{doors.url}/openapi.json")
    key = doors.key(role)
    troubles, answered = [], set()

    class Calls(schema.as_state_machine()):
        def get_call_kwargs(self, case):
            query = case.query or {}
            if "wait" in query:
                case.query = {**query, "wait": 0}
            return {"headers": {**(case.headers or {}), "Authorization": f"Bearer {key}"}}

        def validate_response(self, response, case, additional_checks=(), **_):
            answered.add(f"{case.method} {case.path}: {response.status_code}")
            try:
                case.validate_response(response, checks=CHECKS)
            except (
                BaseExceptionGroup
            ) as found:  # told at the end: raised here, hypothesis would try to shrink a server's state
                troubles.append(f"{case.method} {case.path} {response.status_code}: {found.exceptions[0]}")

    for number in range(2):
        # what a server answers depends on its past, which hypothesis holds against us when it comes by the same way again
        with suppress(FlakyStrategyDefinition):
            run_state_machine_as_test(seed(number)(Calls), settings=SOME)
    assert troubles == []
    assert len(answered) > 8


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, open_doors(Path(folder), dossiers=()) as opened:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(described(opened), encoding="utf-8")
