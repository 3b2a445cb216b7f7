"""A clerk sees at which field to look: doubtful, contradicted by another paper, missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.document import Document, DocumentType, Part
from models.identity import FieldSource, Handwriting
from models.page import Box
from models.record import MatchedPerson
from scripts.marks import example, marked, unnamed
from scripts.page_numbers import page_numbers
from tests.records import CODE, read, record


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("SOHOA_LANG", "en")


def with_person(number: int, **fields):
    """The believable dossier, with fields of one person replaced."""
    whole = record()
    matched = whole.persons[number - 1]
    changed = MatchedPerson(replace(matched.person, **fields), matched.match)
    return replace(whole, persons=tuple(changed if each is matched else each for each in whole.persons))


def test_a_doubtful_field_is_marked_until_a_clerk_confirms_it():
    doubtful = replace(read("2025-01-24", page=4), confidence=0.2)
    assert marked(with_person(2, birth_date=doubtful)) == {(2, "birth_date"): "compare with the paper"}
    assert marked(with_person(2, birth_date=replace(doubtful, source=FieldSource.CLERK))) == {}


def test_what_papers_contradict_is_marked_on_both_with_the_other_s_value():
    whole = with_person(2, birth_date=read("2025-09-24", page=4), sex=read("male", page=4))
    child = whole.persons[1]
    other = replace(child.person, document=2, birth_date=read("2025-01-24", page=2), sex=read("female", page=2))
    both = replace(whole, persons=(*whole.persons, MatchedPerson(other, child.match)))
    assert marked(both) == {
        (2, "birth_date"): "person 3 has 2025-01-24", (3, "birth_date"): "person 2 has 2025-09-24",
        (2, "sex"): "person 3 has female", (3, "sex"): "person 2 has male",
    }  # fmt: skip


def test_what_is_missing_is_named_with_its_paper_and_what_to_type_is_shown():
    assert marked(with_person(1, full_name=None))[1, "full_name"] == "missing"
    card = Document(4, DocumentType.ID_CARD, 0.99, (4,), Part.COMPONENT)
    assert "Document 4 (identity card): no card holder" in unnamed(record(documents=(card,)))
    assert example(with_person(1, full_name=None)) == f'sohoa correct {CODE} --set persons.1.full_name="…" --reason "…"'
    pen = Handwriting("full_name", 1, Box(1, 2, 3, 4))
    assert (example(with_person(2, full_name=None, handwritten=(pen,))) or "").count("persons.2.full_name")
    assert example(record()) is None


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([], ""), ([4], "4"), ([1, 2], "1, 2"), ([1, 2, 3, 5, 7, 8, 9, 10], "1–3, 5, 7–10"), ([2, 1], "2, 1")],
)
def test_page_numbers_are_told_in_runs(numbers, said):
    assert page_numbers(numbers) == said
