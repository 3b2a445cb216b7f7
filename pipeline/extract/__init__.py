"""Persons and their fields out of the pages of a document, a module a form family."""

from __future__ import annotations

from collections.abc import Sequence

from models.document import DocumentType
from models.identity import Person, Role
from models.page import PageText
from pipeline.extract.cards import read_card
from pipeline.extract.columns import untangle
from pipeline.extract.entries import Item, Row, read_entries, rows_of
from pipeline.extract.headings import Heading
from pipeline.extract.members import find_members, read_members
from pipeline.extract.person_table import read_person_table
from pipeline.extract.persons import build_persons
from pipeline.extract.plans import PLANS
from pipeline.extract.prose import read_subject
from pipeline.extract.roles import sort_entries

_MARRIAGE = (DocumentType.MARRIAGE_DECLARATION, DocumentType.MARRIAGE_CERTIFICATE)


def read_persons(kind: DocumentType, pages: Sequence[PageText], document: int) -> tuple[Person, ...]:
    """The persons whom a document names, by role; `pages` in the order in which they are read, not scanned.

    `document` is its ordinal. Officers who sign or receive are nobody. Papers that name no person give none.
    """
    if kind is DocumentType.ID_CARD:
        return read_card(pages, document)
    if kind is DocumentType.COVER_SHEET:
        return ()
    rows = tuple(rows_of(page.lines, page.number) for page in pages)
    if kind is DocumentType.DECISION:
        return read_subject([row for page in rows for row in page], document, Role.SUBJECT)
    listed = rows
    if kind is DocumentType.RESIDENCE_DECLARATION:
        rows = tuple(_without_members(page) for page in rows)
    items = [item for page in rows for item in _page_items(kind, page)]
    persons = build_persons(sort_entries(items, PLANS[kind]), document)
    if kind is DocumentType.OTHER:  # of unknown papers only those who are clearly described: parties of a contract
        persons = tuple(p for p in persons if p.full_name and (p.id_number or p.birth_date))
    if kind is DocumentType.RESIDENCE_DECLARATION:
        persons += tuple(member for page in listed for member in read_members(page, document))
    return persons


def _without_members(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows that stand outside the table of members, whose heads read like labels."""
    table = find_members(rows)
    if table is None:
        return rows
    return tuple(
        row for row in rows if not table.top <= row.words[0].box.y + row.words[0].box.height / 2 <= table.bottom
    )


def _page_items(kind: DocumentType, rows: Sequence[Row]) -> tuple[Item, ...]:
    if kind in _MARRIAGE:
        parted = untangle(rows)
        table = read_person_table(rows) if parted == tuple(rows) else None
        if table is not None:
            items: list[Item] = []
            for section, entries in table.columns:
                items += [Heading(section), *entries]
            return tuple(items)
        return read_entries(parted)
    return read_entries(rows)
