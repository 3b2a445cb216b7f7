"""Digitized only where nobody would have to correct anything; every reason is named."""

from __future__ import annotations

from datetime import date

import pytest

from models.document import Document, Part
from models.document import DocumentType as D
from models.dossier import Announcement, DossierCode
from models.identity import Field, FieldSource, Handwriting, Person, Role
from models.match import Decision, Evidence
from models.outcome import Reason, Status, Verdict
from models.page import Box
from models.record import Components
from pipeline.agreement import agree, disagreements, same_people
from pipeline.grade import grade
from tests.printed_pages import blank_page, printed_page, rejected_page


def field(value, confidence=0.98, source=FieldSource.OCR):
    return Field(value, value, confidence, source, 1, Box(0, 0, 10, 10))


def person(document=1, role=Role.APPLICANT, name="LÒ VĂN MẪU", number="014090000011", born="1990-03-02", **more):
    made = {"full_name": name, "id_number": number, "birth_date": born}
    return Person(role, document, **{key: field(value) for key, value in made.items() if value} | more)


CODE = DossierCode("H40.12-260105-0007", "H40.12", date(2026, 1, 5))
PAGES = (printed_page("a", number=1),)
DOCUMENTS = (Document(1, D.EXTRACT_COPY_REQUEST, 0.95, (1,), Part.COMPONENT),)
COMPLETE = Components((D.EXTRACT_COPY_REQUEST,), ())
MATCHED = Decision(
    Verdict.MATCHED, "014090000011", 1.0,
    (Evidence("full_name", "exact", 9), Evidence("birth_date", "exact", 9), Evidence("id_number", "exact", 9)),
)  # fmt: skip


def graded(
    pages=PAGES, documents=DOCUMENTS, persons=None, decisions=(MATCHED,), components=COMPLETE, announcement=None
):
    return grade(pages, documents, (person(),) if persons is None else persons, decisions, components, announcement)


@pytest.mark.parametrize(("announced", "is_told"), [(1, False), (2, True), (3, True)])
def test_a_cover_sheet_does_not_stand_in_for_a_page_that_is_missing(announced, is_told):
    cover = Document(2, D.COVER_SHEET, 0.95, (2,), Part.OTHER)
    _, reasons = graded(
        pages=(*PAGES, printed_page("b", number=2)),
        documents=(*DOCUMENTS, cover),
        announcement=Announcement(CODE, expected_pages=announced),
    )
    assert (Reason.PAGE_COUNT_DIFFERS in reasons) is is_told


def test_nothing_to_correct():
    assert graded() == (Status.DIGITIZED, ())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"components": Components((D.EXTRACT_COPY_REQUEST,), (D.EXTRACT_COPY_REQUEST,))}, Reason.COMPONENT_MISSING),
        ({"components": Components()}, Reason.PROCEDURE_UNKNOWN),
        ({"pages": (*PAGES, rejected_page(2))}, Reason.PAGE_REJECTED),
        ({"documents": (Document(1, D.OTHER, 0.3, (1,), Part.COMPONENT),)}, Reason.DOCUMENT_UNKNOWN),
        ({"persons": (person(full_name=field("LÒ VĂN MẪU", 0.4)),), "decisions": ()}, Reason.LOW_CONFIDENCE),
        ({"persons": (person(name=None),)}, Reason.FIELD_MISSING),
        ({"persons": (), "decisions": ()}, Reason.NO_PERSON),
        ({"decisions": (Decision(Verdict.UNMATCHED, None, 0.0),)}, Reason.PERSON_UNMATCHED),
        (
            {"decisions": (Decision(Verdict.REVIEW, None, 0.5, reason=Reason.PERSON_AMBIGUOUS),)},
            Reason.PERSON_AMBIGUOUS,
        ),
        (
            {"announcement": Announcement(CODE, expected_pages=3)},
            Reason.PAGE_COUNT_DIFFERS,
        ),
    ],
)
def test_what_sends_a_dossier_to_review(change, reason):
    status, reasons = graded(**change)
    assert status is Status.REVIEW
    assert reason in reasons


def test_a_bare_name_of_someone_identified_elsewhere_needs_nobodys_look():
    bare = person(document=2, number=None, born=None)
    stranger = person(document=2, name="LÒ THỊ MẪU", number=None, born=None)
    undecided = Decision(Verdict.REVIEW, None, 0.9, reason=Reason.PERSON_AMBIGUOUS)
    assert graded(persons=(person(), bare), decisions=(MATCHED, undecided)) == (Status.DIGITIZED, ())
    assert graded(persons=(person(), stranger), decisions=(MATCHED, undecided))[1] == (Reason.PERSON_AMBIGUOUS,)


def test_rejected_only_when_no_page_can_be_used():
    status, reasons = graded(
        pages=(rejected_page(1, "page_black"), blank_page(2)), documents=(), persons=(), decisions=()
    )
    assert status is Status.REJECTED
    assert Reason.PAGE_BLACK in reasons


def test_a_doubtful_field_that_the_registry_confirms_is_no_doubt():
    doubtful = (person(full_name=field("LÒ VĂN MẪU", 0.5)),)
    assert graded(persons=doubtful)[0] is Status.DIGITIZED
    assert graded(persons=doubtful, decisions=())[0] is Status.REVIEW


def test_a_newborn_need_not_be_in_the_registry():
    birth = Document(1, D.BIRTH_NOTIFICATION, 0.95, (1,), Part.COMPONENT)
    people = (person(role=Role.MOTHER), person(role=Role.CHILD, name="LÒ THỊ BÉ", number=None, born="2025-02-18"))
    decisions = (MATCHED, Decision(Verdict.UNMATCHED, None, 0.0))
    components = Components((D.BIRTH_NOTIFICATION,), ())
    assert graded(documents=(birth,), persons=people, decisions=decisions, components=components)[0] is Status.DIGITIZED


def test_papers_that_agree_make_each_other_sure():
    both = agree((person(1, full_name=field("LÒ VĂN MẪU", 0.8)), person(2, full_name=field("LÒ VĂN MẪU", 0.8))))
    assert all(p.birth_date.confidence > 0.99 for p in both)
    assert all(0.8 < p.full_name.confidence < 0.95 for p in both)  # marks are misread alike


def test_a_code_mends_a_lost_mark_and_what_was_read_stays():
    card = person(2, Role.CARD_HOLDER, full_name=field("LÒ VĂN MẪU", 0.999, FieldSource.QR))
    mended = agree((person(1, full_name=field("LO VĂN MẪU", 0.9)), card))[0].full_name
    assert (mended.value, mended.as_read) == ("LÒ VĂN MẪU", "LO VĂN MẪU")


def test_words_that_were_joined_in_reading_replace_no_parted_ones():
    joined, parted = "LÒVĂN MẪU", "LÒ VĂN MẪU"
    people = [person(document=n, name=name) for n, name in enumerate((joined, joined, parted), start=1)]
    assert agree(people)[2].full_name.value == parted
    assert agree(people[1:])[0].full_name.value == parted


def test_an_address_that_lost_letters_replaces_none_that_two_papers_give():
    whole, worn = "Tổ 12, Phường Mẫu, Quận Thử, Tỉnh Sơn La", "Tổ 12, Phường Mẫu, uận Thử, Tỉnh Sơn La"
    read = ((worn, 0.999), (whole, 0.97), (whole, 0.97))
    people = [person(n, residence=field(value, sure)) for n, (value, sure) in enumerate(read, start=1)]
    assert [p.residence.value for p in agree(people)] == [whole] * 3
    assert [p.residence.value for p in agree(people[:2])] == [worn, whole]


@pytest.mark.parametrize(
    ("read", "sure", "given"),
    [
        ("Số 394/68 đường Mẫu, Phường Thử, Tỉnh Sơn La", 0.75, ("Số 394/5B đường Mẫu, Phường Thử, Tỉnh Sơn La", 0.55)),
        ("Số 394/68 đường Mẫu, Phường Thử, Tỉnh Sơn La", 0.97, ("Số 394/68 đường Mẫu, Phường Thử, Tỉnh Sơn La", 0.97)),
        (
            "Số 394/681 đường Mẫu, Phường Thử, Tỉnh Sơn La",
            0.75,
            ("Số 394/681 đường Mẫu, Phường Thử, Tỉnh Sơn La", 0.75),
        ),
        ("Tổ 6, đường Mẫu, Phường Thử, Tỉnh Sơn La", 0.75, ("Tổ 6, đường Mẫu, Phường Thử, Tỉnh Sơn La", 0.75)),
    ],
)
def test_a_worn_house_number_is_another_papers_and_goes_to_a_clerk(read, sure, given):
    form = person(2, residence=field("Số 394/5B đường Mẫu, Phường Thử, Tỉnh Sơn La", 0.999))
    mended = agree((person(1, residence=field(read, sure)), form))[0].residence
    assert (mended.value, mended.confidence) == given
    assert mended.as_read == read


def test_another_name_or_number_is_never_replaced():
    card = person(2, Role.CARD_HOLDER, full_name=field("LÒ VĂN MẪU", 0.999, FieldSource.QR))
    other = person(1, full_name=field("LÒ VĂN THỬ", 0.9))
    assert agree((other, card))[0].full_name.value == "LÒ VĂN THỬ"
    old = person(1, number="040277672")
    assert agree((old, card))[0].id_number.value == "040277672"


def test_contradictions_between_papers_are_found():
    people = (person(1, born="1990-03-02"), person(2, born="1990-03-07"))
    assert same_people(people) == ((0, 1),)
    assert [d.field for d in disagreements(people)] == ["birth_date"]
    assert graded(persons=people, decisions=(MATCHED, MATCHED))[1] == (Reason.FIELDS_DISAGREE,)
    assert disagreements((person(1, born="1990"), person(2))) == ()


def test_namesakes_with_two_numbers_are_two_people():
    assert same_people((person(1), person(2, number="001177123456", born="1977-01-01"))) == ((0,), (1,))


@pytest.mark.parametrize(
    ("left", "others", "number"),
    [
        ("0140000011", ("014090000011",), "014090000011"),
        ("0140900000111", ("014090000011",), "014090000011"),
        ("014096000017", ("014090000011",), "014090000011"),
        ("014196700017", ("014090000011",), None),
        ("0140000012", ("014090000011",), None),
        ("0140000011", ("040277672",), None),
        ("0140000011", ("014090000011", "014290000011"), None),
    ],
)
def test_a_number_that_lost_digits_is_completed_by_the_same_persons_other_papers(left, others, number):
    pen = Handwriting("id_number", 1, Box(0, 0, 10, 10))
    read = person(1, number=None, partial_number=field(left), handwritten=(pen,))
    papers = [person(place, number=other) for place, other in enumerate(others, start=2)]
    mended = agree((read, *papers))[0]
    assert (mended.id_number.value if mended.id_number else None) == number
    assert mended.id_number is None or (mended.id_number.as_read == left and mended.id_number.confidence < 0.9)
    assert mended.partial_number is None
    assert mended.handwritten == (() if number else (pen,))


def test_digits_that_are_left_of_a_number_stand_alone_in_no_record():
    assert agree((person(number=None, partial_number=field("0140000011")),)) == (person(number=None),)
