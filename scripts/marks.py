"""Which fields of a record a clerk is to compare with the paper, and why: the reasons of its status, each at its place."""

from __future__ import annotations

from models.identity import FIELD_NAMES
from models.outcome import Reason
from models.record import DossierRecord
from pipeline.accept import is_accepted
from pipeline.agreement import disagreements
from pipeline.grade import is_doubtful, lacking_fields, lacking_persons
from scripts.language import text
from scripts.terms import sex_term, term

_TOLD = (Reason.LOW_CONFIDENCE, Reason.FIELD_MISSING, Reason.FIELDS_DISAGREE)

Marks = dict[tuple[int, str], str]
"""By a person's number, from 1, and a field's name."""


def marked(record: DossierRecord) -> Marks:
    """What is to be looked at of each person: a doubtful reading, another value elsewhere, a value that is not there.

    Not what a clerk has looked at and accepted.
    """
    marks: Marks = {}
    seen = {reason: is_accepted(record, reason) for reason in _TOLD}
    for number, matched in enumerate(record.persons, start=1):
        for name in FIELD_NAMES:
            if not seen[Reason.LOW_CONFIDENCE] and is_doubtful(name, getattr(matched.person, name), matched.match):
                marks[number, name] = text("so với bản giấy", "compare with the paper")
        for name in () if seen[Reason.FIELD_MISSING] else lacking_fields(matched.person):
            marks[number, name] = text("thiếu", "missing")
    persons = [matched.person for matched in record.persons]
    for found in () if seen[Reason.FIELDS_DISAGREE] else disagreements(persons):
        for here, there in ((found.first, found.second), (found.second, found.first)):
            other = getattr(persons[there], found.field)
            value = sex_term(other.value) if found.field == "sex" else other.value
            words = text(f"người số {there + 1} ghi {value}", f"person {there + 1} has {value}")
            before = marks.get((here + 1, found.field))
            marks[here + 1, found.field] = f"{before}; {words}" if before else words
    return marks


def unnamed(record: DossierRecord) -> list[str]:
    """A line for each paper on which somebody whom it must name was not found."""
    lines: list[str] = []
    if is_accepted(record, Reason.FIELD_MISSING):
        return lines
    for ordinal, role in lacking_persons(record.documents, [matched.person for matched in record.persons]):
        kind = next(term(document.type) for document in record.documents if document.ordinal == ordinal)
        lines.append(
            text(f"Giấy {ordinal} ({kind}): không thấy {term(role)}", f"Document {ordinal} ({kind}): no {term(role)}")
        )
    return lines


def example(record: DossierRecord) -> str | None:
    """The command that sets the first marked field right; None where nothing is marked."""
    persons = () if is_accepted(record, Reason.HANDWRITING) else record.persons
    places = [
        *marked(record),
        *((n, pen.field) for n, m in enumerate(persons, 1) for pen in m.person.handwritten),
    ]
    if not places:
        return None
    number, name = places[0]
    return f'sohoa correct {record.dossier_code} --set persons.{number}.{name}="…" --reason "…"'
