"""What a dossier says, from what was read on its pages: papers, persons, procedure, components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.document import Document, DocumentType
from models.identity import Person
from models.page import PageText
from models.procedure import Procedure, base_code, built_in
from models.record import Components
from pipeline.agreement import agree
from pipeline.classify import PageKind, classify_page
from pipeline.components import check_components, part_of
from pipeline.extract import read_persons
from pipeline.grouping import PageGroup, group_pages
from pipeline.heads import read_head
from pipeline.place_names import with_agreeing_names
from pipeline.procedures import infer_procedure, procedure_of_codes

_TELLS_WHAT_IS_ASKED = (DocumentType.RECEIPT, DocumentType.POWER_OF_ATTORNEY)


@dataclass(frozen=True, slots=True)
class Understanding:
    """A dossier understood. `procedure` is the code given, else the one inferred, else None."""

    procedure: str | None
    documents: tuple[Document, ...]
    persons: tuple[Person, ...]
    components: Components


def understand(
    pages: Sequence[PageText], *, procedure: str | None = None, catalogue: Mapping[str, Procedure] | None = None
) -> Understanding:
    """Papers, persons and missing components of one dossier; `catalogue` is the office's, or the one that ships.

    Blank and rejected pages belong to no paper. A procedure that was given is believed; one that the catalogue does
    not hold requires nothing.
    """
    catalogue = built_in() if catalogue is None else catalogue
    by_number = {page.number: page for page in pages}
    kinds = {page.number: classify_page(page) for page in pages if _is_readable(page)}
    groups = group_pages(kinds, order=[page.number for page in pages])
    code = base_code(procedure) if procedure else _infer(groups, by_number, catalogue)
    known = catalogue.get(code) if code else None
    documents: list[Document] = []
    persons: list[Person] = []
    for ordinal, group in enumerate(groups, start=1):
        in_order = [by_number[number] for number in group.reading_order]
        documents.append(_document(ordinal, group, in_order, kinds, known))
        persons.extend(read_persons(group.type, in_order, ordinal))
    return Understanding(
        procedure=procedure or code,
        documents=tuple(documents),
        persons=with_agreeing_names(agree(persons)),
        components=check_components(documents, known),
    )


def _is_readable(page: PageText) -> bool:
    return not page.blank and page.rejection is None and bool(page.lines or page.codes)


def _infer(
    groups: Sequence[PageGroup], pages: Mapping[int, PageText], catalogue: Mapping[str, Procedure]
) -> str | None:
    printed = next((c for page in pages.values() if (c := procedure_of_codes(page.codes, catalogue))), None)
    if printed:
        return printed
    asked = [pages[n].text for group in groups if group.type in _TELLS_WHAT_IS_ASKED for n in group.pages]
    found = infer_procedure([group.type for group in groups], asked, catalogue)
    return found[0] if found else None


def _document(
    ordinal: int,
    group: PageGroup,
    pages: Sequence[PageText],
    kinds: Mapping[int, PageKind],
    procedure: Procedure | None,
) -> Document:
    head = read_head(group.type, pages, title=kinds[group.reading_order[0]].title)
    document = Document(
        ordinal=ordinal,
        type=group.type,
        confidence=group.confidence,
        pages=group.pages,
        part=part_of(group.type, procedure),
        number=head.number,
        issued_on=head.issued_on,
        issued_by=head.issued_by,
        title=head.title,
    )
    return replace(document, certified_copy=any(kinds[number].certified_copy for number in group.pages))
