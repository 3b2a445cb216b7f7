"""Records without id numbers: what a caller sees whose key does not show them."""

from __future__ import annotations

import re
from typing import Any

# Nine digits and more, also in groups: id numbers of old and new cards, in print, in QR texts and in machine-readable zones.
# Dossier codes are parted by hyphens and letters and stay.
_NUMBER = re.compile(r"\d(?:[ .\u00a0]?\d){8,}")


def masked(text: str) -> str:
    """The text with the middle of every long number hidden: `001*****0123`."""
    return _NUMBER.sub(_hidden, text)


def masked_record(record: dict[str, Any]) -> dict[str, Any]:
    """A record's JSON as `masked` leaves it: persons' numbers, the citizen matched, texts, file names, clerks' acts."""
    corrections = [
        {**_texts(made), "changes": [_texts(change) for change in made["changes"]]}
        for made in record.get("corrections", ())
    ]
    accepted = [{**_texts(made), "of": [masked(of) for of in made["of"]]} for made in record.get("accepted", ())]
    return {
        **record,
        **({"accepted": accepted} if accepted else {}),
        **({"corrections": corrections} if corrections else {}),
        "pages": [
            {**page, "text": masked(page["text"]), "source": {**page["source"], "file": masked(page["source"]["file"])}}
            for page in record["pages"]
        ],
        "documents": [_texts(document) for document in record["documents"]],
        "persons": [_person(person) for person in record["persons"]],
        "files": [{**file, "name": masked(file["name"])} for file in record["files"]],
    }


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: masked(value) if isinstance(value, str) else value for name, value in values.items()}


def _person(person: dict[str, Any]) -> dict[str, Any]:
    fields = {name: _texts(value) if isinstance(value, dict) else value for name, value in person.items()}
    citizen = person["match"]["citizen"]
    fields["match"] = {**person["match"], "citizen": masked(citizen) if citizen else citizen}
    return fields


def _hidden(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f"{digits[:3]}*****{digits[-4:]}"
