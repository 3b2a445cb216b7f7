"""The data subject (chủ thể dữ liệu): all that is held on one person, gathered; and what freezes it (Law 91/2025/QH15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.audit import Action, Entry
from models.citizen import Citizen
from models.identity import FIELD_NAMES
from models.record import MatchedPerson
from registry.population import Population
from storage.archive import KeptDossier, StoredFile, load_kept
from storage.audit import Audit
from storage.index import Index
from storage.record_json import Json, person_json

# What shows many records at once: whose they were is not in the entry but in what was kept then.
_BROAD = frozenset({Action.EXPORTED, Action.REGISTER_EXPORTED})


@dataclass(frozen=True, slots=True)
class Held:
    """What one dossier holds on the person: their entries on its papers, and those papers."""

    kept: KeptDossier
    persons: tuple[MatchedPerson, ...]
    papers: tuple[StoredFile, ...]

    def to_json(self) -> Json:
        """As told to the person: nothing of others who stand in the same dossier."""
        record = self.kept.record
        ordinals = {person.person.document for person in self.persons}
        return {
            "dossier_code": record.dossier_code,
            "unit": record.unit,
            "procedure": record.procedure,
            "received_on": record.received_on.isoformat(),
            "status": record.status.value,
            "papers": [
                {
                    "ordinal": paper.ordinal,
                    "type": paper.type.value,
                    "number": paper.number,
                    "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
                    "issued_by": paper.issued_by,
                    "pages": list(paper.pages),
                }
                for paper in record.documents
                if paper.ordinal in ordinals
            ],
            "read_of_you": [person_json(person) for person in self.persons],
        }


def numbers_of(number: str, population: Population | None) -> tuple[str, ...]:
    """The number and the others that the registry knows the same citizen by (the former CMND, the present number)."""
    citizens: Sequence[Citizen] = population.by_id_number(number) if population else ()
    known = [text for citizen in citizens for text in (citizen.id_number, citizen.old_id_number) if text]
    return tuple(dict.fromkeys([number, *known]))


def held_on(numbers: Sequence[str], audit: Audit) -> Iterator[Held]:
    """Every kept dossier in which one of the numbers stands on a paper or was found in the registry."""
    for code in Index(audit.database).dossiers_of(numbers):
        kept = load_kept(audit.store, code)
        if kept is None:
            continue
        theirs = tuple(person for person in kept.record.persons if _is_theirs(person, numbers))
        names = {f"documents/{person.person.document:02d}.pdf" for person in theirs}
        yield Held(kept, theirs, tuple(file for file in kept.files if file.name in names))


def accesses_to(codes: Sequence[str], persons: Sequence[str], audit: Audit) -> Iterator[Entry]:
    """Who did what with these dossiers or asked for these persons (keyed digests), from the whole audit log."""
    subjects = {*(f"dossier:{code}" for code in codes), *persons}
    sought = set(codes)
    for entry in audit.entries():
        found = str(entry.facts.get("dossiers", "")).split() if entry.action == Action.SEARCHED else ()
        if entry.subject in subjects or entry.action in _BROAD or sought.intersection(found):
            yield entry


def fields_read(held: Sequence[Held]) -> int:
    """How many fields were read of the person in all."""
    persons = [person.person for one in held for person in one.persons]
    return sum(getattr(person, name) is not None for person in persons for name in FIELD_NAMES)


def _is_theirs(matched: MatchedPerson, numbers: Sequence[str]) -> bool:
    read = matched.person.id_number
    return matched.match.citizen in numbers or (read is not None and read.value in numbers)
