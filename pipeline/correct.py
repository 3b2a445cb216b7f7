"""A clerk's corrections applied to a record: as values, checked, and again to what a later reading finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from models.correction import Change, Correction
from models.document import Document, DocumentType
from models.errors import UsageError
from models.identity import FIELD_NAMES, Field, FieldSource, Person
from models.page import Box
from models.procedure import base_code, built_in
from models.record import DossierRecord, MatchedPerson
from models.vietnamese import nfc
from pipeline.components import check_components, part_of

_DOCUMENT_NAMES = ("type", "number", "issued_on", "issued_by", "title")
_FORMS = {
    "birth_date": (re.compile(r"\d{4}(-\d{2}-\d{2})?"), "YYYY-MM-DD, YYYY", "ngày DD/MM/YYYY, hoặc năm YYYY"),
    "sex": (re.compile(r"male|female"), "male, female", "nam, nữ"),
    "id_number": (re.compile(r"\d{9}|\d{12}"), "9 or 12 digits", "9 hoặc 12 chữ số"),
}
_TARGET = re.compile(r"(persons|documents)\.(\d{1,4})\.([a-z_]+)")


def correct(
    record: DossierRecord, wanted: Iterable[tuple[str, str | None]]
) -> tuple[DossierRecord, tuple[Change, ...]]:
    """The record with each target set to its value, and the changes made; persons' matches and the status are not yet new.

    wanted: target and value (see models.correction.Change); a value equal to what stands there confirms it
    Raises UsageError that names every target or value that cannot be.
    """
    changes: list[Change] = []
    wrong: list[tuple[str, str]] = []
    for target, given in wanted:
        try:
            value = _checked(target, given)
            change = Change(target, value, as_read=_as_read(record, target))
            record = _applied(record, change)
        except ValueError as error:
            wrong.append((f"{target}: {error.args[0]}", f"{target}: {error.args[-1]}"))
        else:
            changes.append(change)
    if wrong:
        raise UsageError(*("; ".join(language) for language in zip(*wrong, strict=True)))
    return record, tuple(changes)


def carry_over(corrections: Sequence[Correction], record: DossierRecord) -> tuple[DossierRecord, bool]:
    """A new reading of a dossier with its earlier corrections, and whether all of them still fit.

    A change is made again where the machine reads there what it read before, or already reads what the clerk wrote. Where
    it reads something else, the papers may have changed: it is left, and a person has to look.
    """
    fits = True
    for correction in corrections:
        for change in correction.changes:
            try:
                again = _as_read(record, change.target) in {change.as_read, change.value}
                record = _applied(record, change) if again else record
            except ValueError:
                again = False
            fits &= again
    return replace(record, corrections=tuple(corrections)), fits


def _checked(target: str, value: str | None) -> str | None:
    """The value as records hold it; raises ValueError."""
    if value is None or not value.strip():
        return None
    text, name = nfc(" ".join(value.split())), target.rpartition(".")[2]
    if name == "full_name":
        return text.upper()
    if name in _FORMS:
        form, *told = _FORMS[name]
        if not form.fullmatch(text):
            raise ValueError(*told)
    if name in {"birth_date", "issued_on"} and len(text) > 4:
        date.fromisoformat(text)
    if name == "type" and text not in set(DocumentType):
        raise ValueError(", ".join(DocumentType))
    return text


def _as_read(record: DossierRecord, target: str) -> str | None:
    """What stands at the target as it was read; raises ValueError where there is no such thing."""
    if target == "procedure":
        return record.procedure
    kind, position, name = _split(record, target)
    if kind == "documents":
        held = getattr(record.documents[position], name)
        return None if held is None else str(held)
    field: Field | None = getattr(record.persons[position].person, name)
    return field.as_read if field else None


def _split(record: DossierRecord, target: str) -> tuple[str, int, str]:
    """Which list, the position in it from 0, and the name; raises ValueError."""
    parts = _TARGET.fullmatch(target)
    if not parts:
        raise ValueError("procedure, persons.1.full_name, documents.1.type")
    kind, number, name = parts[1], int(parts[2]), parts[3]
    if name not in (FIELD_NAMES if kind == "persons" else _DOCUMENT_NAMES):
        raise ValueError(", ".join(FIELD_NAMES if kind == "persons" else _DOCUMENT_NAMES))
    if kind == "persons" and 1 <= number <= len(record.persons):
        return kind, number - 1, name
    for position, document in enumerate(record.documents):
        if kind == "documents" and document.ordinal == number:
            return kind, position, name
    raise ValueError(f"1–{len(record.persons if kind == 'persons' else record.documents)}")


def _applied(record: DossierRecord, change: Change) -> DossierRecord:
    if change.target == "procedure":
        record = replace(record, procedure=change.value)
        return _with_components(record)
    kind, position, name = _split(record, change.target)
    if kind == "persons":
        matched = record.persons[position]
        corrected = MatchedPerson(_with_field(matched.person, name, change.value, record.documents), matched.match)
        persons = (*record.persons[:position], corrected, *record.persons[position + 1 :])
        return replace(record, persons=persons)
    document = _with_value(record.documents[position], name, change.value)
    documents = (*record.documents[:position], document, *record.documents[position + 1 :])
    return _with_components(replace(record, documents=documents))


def _with_field(person: Person, name: str, value: str | None, documents: Sequence[Document]) -> Person:
    """The person with the clerk's value; the machine's reading stays beside it."""
    before: Field | None = getattr(person, name)
    pen = next((pen for pen in person.handwritten if pen.field == name), None)
    pens = tuple(pen for pen in person.handwritten if pen.field != name)
    field = None
    if value is not None:
        page, box = (before.page, before.box) if before else (pen.page, pen.box) if pen else (0, Box(0, 0, 0, 0))
        first = next((d.pages[0] for d in documents if d.ordinal == person.document and d.pages), 1)
        field = Field(value, before.as_read if before else "", 1.0, FieldSource.CLERK, page or first, box)
    parts: dict[str, Any] = {name: field, "handwritten": pens}
    return replace(person, **parts)


def _with_value(document: Document, name: str, value: str | None) -> Document:
    if name == "type":
        if value is None:
            raise ValueError(", ".join(DocumentType))
        return replace(document, type=DocumentType(value), confidence=1.0)
    if name == "issued_on":
        return replace(document, issued_on=date.fromisoformat(value) if value else None)
    words: dict[str, Any] = {name: value}
    return replace(document, **words)


def _with_components(record: DossierRecord) -> DossierRecord:
    """The parts that the papers play, and which are missing, by the procedure and the kinds that stand there now."""
    procedure = built_in().get(base_code(record.procedure)) if record.procedure else None
    documents = tuple(replace(d, part=part_of(d.type, procedure)) for d in record.documents)
    return replace(record, documents=documents, components=check_components(documents, procedure))
