"""Pages become papers: in order, backwards, with blanks between, cards on two pages."""

from __future__ import annotations

from models.document import DocumentType as D
from pipeline.classify import PageKind
from pipeline.grouping import group_pages


def opens(kind, **more):
    return PageKind(kind, 0.9, opens=True, **more)


def follows(kind=D.OTHER, **more):
    return PageKind(kind, 0.4, opens=False, **more)


def papers(kinds, order=None):
    groups = group_pages(kinds, order=order or sorted(kinds))
    return [(group.type, group.pages, group.reading_order) for group in groups]


def test_every_head_opens_a_paper():
    assert papers({1: opens(D.BIRTH_DECLARATION), 2: opens(D.ID_CARD), 3: opens(D.ID_CARD)}) == [
        (D.BIRTH_DECLARATION, (1,), (1,)),
        (D.ID_CARD, (2,), (2,)),
        (D.ID_CARD, (3,), (3,)),
    ]


def test_a_blank_back_stands_between_and_belongs_to_none():
    kinds = {1: opens(D.HOUSEHOLD_BUSINESS_APPLICATION), 3: follows(closes=True), 4: opens(D.ID_CARD)}
    assert papers(kinds, [1, 2, 3, 4])[0] == (D.HOUSEHOLD_BUSINESS_APPLICATION, (1, 3), (1, 3))


def test_backwards_pages_are_put_in_reading_order():
    kinds = {
        1: opens(D.ID_CARD),
        2: follows(D.DECISION, articles=(2, 3), printed_number=2, closes=True, cues=((D.DECISION, 2.0),)),
        3: opens(D.DECISION, articles=(1,)),
    }
    assert papers(kinds)[1] == (D.DECISION, (2, 3), (3, 2))


def test_articles_that_go_on_beat_the_nearer_head():
    lease = opens(D.OTHER, articles=(1, 2))
    page = follows(D.OTHER, articles=(3, 4), closes=True)
    kinds = {1: page, 2: lease, 3: opens(D.DECISION, articles=(1,), closes=True)}
    assert papers(kinds)[0] == (D.OTHER, (1, 2), (2, 1))


def test_front_and_back_of_a_card_on_two_pages():
    back = PageKind(D.ID_CARD, 0.9, opens=False, back=True)
    kinds = {1: opens(D.ID_CARD), 2: back, 3: opens(D.ID_CARD), 4: back}
    assert [pages for _, pages, _ in papers(kinds)] == [(1, 2), (3, 4)]


def test_a_back_without_a_front_is_a_paper_of_its_own():
    back = PageKind(D.ID_CARD, 0.9, opens=False, back=True)
    assert papers({1: opens(D.NOTICE), 2: back}) == [(D.NOTICE, (1,), (1,)), (D.ID_CARD, (2,), (2,))]


def test_pages_without_any_head_are_still_kept():
    assert papers({1: follows(), 2: follows()}) == [(D.OTHER, (1, 2), (1, 2))]
    assert papers({}) == []
