"""The registry service against its own OpenAPI: whatever is sent, it answers, and as it says it would."""

from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from registry.embedded import EmbeddedPopulation
from registry.journal import Journal
from registry.load import load
from registry.service import Rules, create_service

OFFICER = "001090000001"


@pytest.fixture(scope="module")
def documented(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openapi")
    (folder / "citizens.csv").write_text(
        "id_number,full_name,birth_date\n001190000123,NGUYỄN THỊ MẪU,1990-05-07\n", encoding="utf-8"
    )
    load(folder / "citizens.csv", folder / "registry.db")
    with EmbeddedPopulation(folder / "registry.db") as population:
        journal = Journal(folder / "calls.db", [OFFICER])
        yield schemathesis.openapi.from_asgi("/openapi.json", create_service(population, journal, Rules()))
        journal.close()


@pytest.mark.parametrize("path", ["/v1/lookup", "/v1/verify", "/v1/candidates"])
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_is_answered_as_documented(documented, path, mode):
    answered = set()

    @given(case=documented[path]["POST"].as_strategy(generation_mode=mode), known=st.booleans())
    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case, known):
        envelope = case.body.get("envelope") if isinstance(case.body, dict) else None
        if known and isinstance(envelope, dict):
            envelope |= {
                "officer": OFFICER,
                "request_id": uuid4().hex,
            }  # others are refused before anything is looked up
        answer = case.call_and_validate(
            checks=(not_a_server_error, status_code_conformance, response_schema_conformance)
        )
        answered.add(answer.status_code)

    ask()
    assert (200 if mode is GenerationMode.POSITIVE else 400) in answered
