"""A record as the contract's JSON object and back, without loss."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from models.acceptance import Acceptance
from models.correction import Change, Correction
from models.document import Document, DocumentType, Part
from models.identity import FIELD_NAMES, Field, FieldSource, Handwriting, Person, Role
from models.match import Decision, Evidence
from models.outcome import PageOutcome, Status, Verdict
from models.page import Box, PageSource
from models.record import Components, DossierRecord, MatchedPerson, PageRecord

Json = dict[str, Any]


def to_json(record: DossierRecord) -> Json:
    """The contract's record, keys in its order.

    Extra keys: `reasons`, a page's `warnings`, a document's `certified_copy`, a person's `handwritten` fields (which, page,
    box), a match's `reason`, an address's `present`, a code's value's `printed`; `corrections` and `accepted`
    where there are any.
    """
    return {
        "schema_version": record.schema_version,
        "dossier_code": record.dossier_code,
        "unit": record.unit,
        "procedure": record.procedure,
        "received_on": record.received_on.isoformat(),
        "status": record.status.value,
        "reasons": list(record.reasons),
        "pages": [_page_json(page) for page in record.pages],
        "documents": [_document_json(document) for document in record.documents],
        "persons": [person_json(matched) for matched in record.persons],
        "components": {
            "required": [kind.value for kind in record.components.required],
            "missing": [kind.value for kind in record.components.missing],
        },
        **({"corrections": [asdict(correction) for correction in record.corrections]} if record.corrections else {}),
        **(
            {"accepted": [{**asdict(made), "of": list(made.of)} for made in record.accepted]} if record.accepted else {}
        ),
    }


def from_json(data: Json) -> DossierRecord:
    """The record that `to_json` wrote; further keys are left aside. Raises KeyError, TypeError or ValueError on others."""
    return DossierRecord(
        schema_version=data["schema_version"],
        dossier_code=data["dossier_code"],
        unit=data["unit"],
        procedure=data["procedure"],
        received_on=date.fromisoformat(data["received_on"]),
        status=Status(data["status"]),
        reasons=tuple(data.get("reasons", ())),
        pages=tuple(_page(page) for page in data["pages"]),
        documents=tuple(_document(document) for document in data["documents"]),
        persons=tuple(_person(person) for person in data["persons"]),
        components=Components(
            required=tuple(DocumentType(kind) for kind in data["components"]["required"]),
            missing=tuple(DocumentType(kind) for kind in data["components"]["missing"]),
        ),
        corrections=tuple(
            Correction(**{**made, "changes": tuple(Change(**change) for change in made["changes"])})
            for made in data.get("corrections", ())
        ),
        accepted=tuple(Acceptance(**{**made, "of": tuple(made["of"])}) for made in data.get("accepted", ())),
    )


def canonical_bytes(data: Json) -> bytes:
    """The one UTF-8 form of a JSON object whose keys stand in a fixed order, so that equal records have equal digests.

    A file name that was no UTF-8 carries lone surrogates; they become JSON's own escapes and come back.
    """
    return (json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def _page_json(page: PageRecord) -> Json:
    return {
        "number": page.number,
        "source": {"file": page.source.file, "sha256": page.source.sha256, "page": page.source.page},
        "rotation_degrees": page.rotation_degrees,
        "skew_degrees": page.skew_degrees,
        "blank": page.blank,
        "mean_confidence": page.mean_confidence,
        "outcome": page.outcome.value,
        "reason": page.reason,
        "text": page.text,
        "warnings": list(page.warnings),
    }


def _page(data: Json) -> PageRecord:
    read = {"source": PageSource(**data["source"]), "outcome": PageOutcome(data["outcome"])}
    return PageRecord(**{**data, **read, "warnings": tuple(data.get("warnings", ()))})


def _document_json(document: Document) -> Json:
    return {
        "ordinal": document.ordinal,
        "type": document.type.value,
        "confidence": document.confidence,
        "pages": list(document.pages),
        "part": document.part.value,
        "number": document.number,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "issued_by": document.issued_by,
        "title": document.title,
        "certified_copy": document.certified_copy,
    }


def _document(data: Json) -> Document:
    return Document(
        ordinal=data["ordinal"],
        type=DocumentType(data["type"]),
        confidence=data["confidence"],
        pages=tuple(data["pages"]),
        part=Part(data["part"]),
        number=data["number"],
        issued_on=date.fromisoformat(data["issued_on"]) if data["issued_on"] else None,
        issued_by=data["issued_by"],
        title=data["title"],
        certified_copy=data.get("certified_copy", False),
    )


def person_json(matched: MatchedPerson) -> Json:
    """A person with fields, handwriting and match, as in a record."""
    person, match = matched.person, matched.match
    return {
        "role": person.role.value,
        "document": person.document,
        **{name: _field_json(getattr(person, name)) for name in FIELD_NAMES},
        "handwritten": [
            {"field": pen.field, "page": pen.page, "box": _box_json(pen.box)} for pen in person.handwritten
        ],
        "match": {**decision_json(match), "reason": match.reason},
    }


def decision_json(decision: Decision) -> Json:
    """A decision as the contract's match object: verdict, citizen, score, evidence."""
    return {
        "verdict": decision.verdict.value,
        "citizen": decision.citizen,
        "score": decision.score,
        "evidence": [{"field": e.field, "agreement": e.agreement, "weight": e.weight} for e in decision.evidence],
    }


def _person(data: Json) -> MatchedPerson:
    fields = {name: _field(data[name]) for name in FIELD_NAMES}
    pens = tuple(Handwriting(pen["field"], pen["page"], Box(*pen["box"])) for pen in data.get("handwritten", ()))
    match = data["match"]
    return MatchedPerson(
        person=Person(role=Role(data["role"]), document=data["document"], handwritten=pens, **fields),
        match=Decision(
            verdict=Verdict(match["verdict"]),
            citizen=match["citizen"],
            score=match["score"],
            evidence=tuple(Evidence(**evidence) for evidence in match["evidence"]),
            reason=match.get("reason"),
        ),
    )


def _field_json(field: Field | None) -> Json | None:
    if field is None:
        return None
    return {
        "value": field.value,
        "as_read": field.as_read,
        "confidence": field.confidence,
        "source": field.source.value,
        "page": field.page,
        "box": _box_json(field.box),
        **({"present": field.present} if field.present else {}),
        **({"printed": field.printed} if field.printed else {}),
    }


def _box_json(box: Box) -> list[int]:
    return [box.x, box.y, box.width, box.height]


def _field(data: Json | None) -> Field | None:
    if data is None:
        return None
    return Field(**{**data, "source": FieldSource(data["source"]), "box": Box(*data["box"])})
