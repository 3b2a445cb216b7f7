"""The record's JSON: the contract's keys, and no loss on the way there and back."""

from __future__ import annotations

import json

from hypothesis import given, settings

from storage.record_json import canonical_bytes, from_json, to_json
from tests import records

RECORD_KEYS = "schema_version dossier_code unit procedure received_on status reasons pages documents persons components"
PAGE_KEYS = "number source rotation_degrees skew_degrees blank mean_confidence outcome reason text warnings"
DOCUMENT_KEYS = "ordinal type confidence pages part number issued_on issued_by title certified_copy"
PERSON_KEYS = (
    "role document full_name birth_date sex id_number residence origin nationality ethnicity handwritten match"
)


@settings(max_examples=150, deadline=None)
@given(records.records)
def test_a_record_survives_json(record):
    body = canonical_bytes(to_json(record))
    assert from_json(json.loads(body)) == record
    assert canonical_bytes(to_json(from_json(json.loads(body)))) == body


def test_keys_are_the_contracts():
    data = to_json(records.record())
    assert " ".join(data) == RECORD_KEYS
    assert " ".join(data["pages"][0]) == PAGE_KEYS
    assert data["pages"][0]["source"] == {
        "file": f"{records.CODE}.pdf",
        "sha256": data["pages"][0]["source"]["sha256"],
        "page": 1,
    }
    assert " ".join(data["documents"][0]) == DOCUMENT_KEYS
    assert data["documents"][2]["issued_on"] == "2026-01-06"
    mother = data["persons"][0]
    assert " ".join(mother) == PERSON_KEYS
    assert mother["id_number"] == {
        "value": "036185012345", "as_read": "036185012345", "confidence": 0.93, "source": "qr", "page": 1,
        "box": [120, 340, 400, 38],
    }  # fmt: skip
    assert mother["residence"] is None
    assert mother["match"]["verdict"] == "matched"
    assert mother["match"]["citizen"] == "036185012345"
    assert mother["match"]["evidence"] == [{"field": "id_number", "agreement": "equal", "weight": 19.2}]
    assert data["components"] == {"required": ["birth_declaration", "birth_notification"], "missing": []}
