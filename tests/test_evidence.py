"""What a dossier counts for and why not: literal cases by the record, by the one-stop system's word, and by both."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import DocumentType, Part
from models.evidence import Gap, Lack, judge, judge_record
from models.lifecycle import Channel, Lifecycle, LifecycleStatus, SubmittedPaper
from models.outcome import PageOutcome
from models.rates import Count
from models.record import Components
from tests import records

NOON = datetime(2026, 1, 6, 12)  # noqa: DTZ001 - Vietnam's time
WHOLE = records.record()
LACKING = Components(required=WHOLE.components.required, missing=(DocumentType.BIRTH_NOTIFICATION,))
NO_RESULT = tuple(d for d in WHOLE.documents if d.part is not Part.RESULT)
ONLY_RESULT = tuple(d for d in WHOLE.documents if d.part is Part.RESULT)
UNKNOWN = (replace(WHOLE.documents[0], type=DocumentType.OTHER),)
COPIED = tuple(replace(d, certified_copy=d.ordinal == 2) for d in WHOLE.documents)


def rejected(*numbers):
    return tuple(
        replace(p, outcome=PageOutcome.REJECTED, reason="page_black") if p.number in numbers else p for p in WHOLE.pages
    )


def lack(rate, reason, component=None, pages=(), detail=None):
    return Lack(rate, reason, component, pages, detail)


MISSING = lack("full", Gap.COMPONENT_MISSING, "birth_notification")
NONE = lack("full", Gap.NO_COMPONENT)


@pytest.mark.parametrize(
    ("changes", "counts", "full"),
    [
        ({}, "CFRK", []),
        ({"documents": NO_RESULT}, "CF", []),
        ({"documents": ONLY_RESULT, "components": LACKING}, "RK", [MISSING, NONE]),
        ({"components": LACKING}, "CRK", [MISSING]),
        ({"pages": rejected(2)}, "CRK", [lack("full", Gap.PAGE_REJECTED, "birth_notification", (2,), "page_black")]),
        ({"pages": rejected(4)}, "CFR", []),
        ({"pages": rejected(2), "documents": COPIED}, "CFRK", []),  # a certified copy need not be digitized
        ({"procedure": None, "components": Components()}, "CRK", [lack("full", Gap.PROCEDURE_UNKNOWN)]),
        ({"documents": UNKNOWN, "components": LACKING}, "", [MISSING, NONE]),  # an unrecognized paper proves nothing
        ({"documents": (*WHOLE.documents, *UNKNOWN)}, "CFRK", []),  # and holds nothing against the dossier
        ({"documents": (), "components": LACKING}, "", [MISSING, NONE]),
        ({"documents": (COPIED[1],), "pages": rejected(2)}, "", [NONE]),
        ({"documents": WHOLE.documents[:1] + ONLY_RESULT, "pages": rejected(3)}, "CRK",
         [lack("full", Gap.PAGE_REJECTED, None, (3,), "page_black")]),  # a page that may belong to any paper
    ],
)  # fmt: skip
def test_what_a_record_counts_for(changes, counts, full):
    judged = judge(judge_record(replace(WHOLE, **changes)), None)
    bits = {"C": Count.COMPONENT, "F": Count.FULL, "R": Count.RESOLVED, "K": Count.RESULT}
    assert "".join(letter for letter, bit in bits.items() if judged.counts & bit) == counts
    assert [lack for lack in judged.lacks if lack.rate == "full"] == full


def told(status=LifecycleStatus.RESOLVED, *papers, **more):
    return Lifecycle(records.CODE, status, NOON, papers=papers, **more)


RECORD = judge_record(WHOLE)
LACKS_ONE = judge_record(replace(WHOLE, components=LACKING))
REUSED = SubmittedPaper("birth_notification", reused=True)
SCANNED = SubmittedPaper("KQ.G15.000031", digitized=True)
ON_PAPER = SubmittedPaper("TP1")


@pytest.mark.parametrize(
    ("record", "lifecycle", "has", "has_not"),
    [
        (RECORD, told(LifecycleStatus.IN_PROGRESS), Count.FULL, Count.RESOLVED | Count.RESULT),
        (RECORD, told(), Count.RESOLVED | Count.RESULT | Count.WHOLE, Count.ELECTRONIC),
        (RECORD, told(LifecycleStatus.WITHDRAWN), Count.COMPONENT, Count.RESOLVED),
        (judge_record(replace(WHOLE, documents=NO_RESULT)), told(), Count.RESOLVED, Count.RESULT | Count.WHOLE),
        (None, told(electronic_result=True), Count.RESULT | Count.ELECTRONIC, Count.COMPONENT | Count.FULL | Count.RECORD),
        (None, told(LifecycleStatus.ACCEPTED, electronic_result=True), Count.LIFECYCLE, Count.RESULT | Count.ELECTRONIC),
        (None, told(LifecycleStatus.ACCEPTED, SCANNED), Count.COMPONENT | Count.FULL, Count.REUSED),
        (None, told(LifecycleStatus.ACCEPTED, SCANNED, ON_PAPER), Count.COMPONENT, Count.FULL),
        (None, told(LifecycleStatus.ACCEPTED, ON_PAPER), Count.LIFECYCLE, Count.COMPONENT | Count.FULL),
        (LACKS_ONE, told(LifecycleStatus.RESOLVED, REUSED), Count.FULL | Count.REUSED, Count.SHARED),
        (LACKS_ONE, told(LifecycleStatus.RESOLVED, replace(REUSED, code="TP2", from_store=True)),
         Count.FULL | Count.SHARED, Count.ONLINE),
        (LACKS_ONE, told(LifecycleStatus.RESOLVED, replace(REUSED, code="birth_declaration")), Count.REUSED, Count.FULL),
        (RECORD, told(channel=Channel.ONLINE, population_data=True), Count.ONLINE | Count.POPULATION, Count.REUSED),
    ],
)  # fmt: skip
def test_what_the_one_stop_system_adds(record, lifecycle, has, has_not):
    counts = judge(record, lifecycle).counts
    assert counts & has == has
    assert not counts & has_not


@pytest.mark.parametrize(
    ("record", "taken", "has", "has_not"),
    [
        (LACKS_ONE, {"birth_notification"}, Count.FULL | Count.REUSED, Count.SHARED),
        (LACKS_ONE, {"id_card"}, Count.COMPONENT | Count.REUSED, Count.FULL),
        (judge_record(replace(WHOLE, documents=ONLY_RESULT)), {"birth_declaration"}, Count.COMPONENT | Count.FULL, Count.SHARED),
    ],
)  # fmt: skip
def test_a_paper_taken_over_from_this_archive_stands_in_for_a_scan(record, taken, has, has_not):
    judged = judge(record, None, taken)
    assert judged.counts & has == has
    assert not judged.counts & has_not
    assert not [lack for lack in judged.lacks if lack.rate == "component"]


papers = st.builds(SubmittedPaper, st.sampled_from(["birth_notification", "TP1", "TP2"]), *[st.booleans()] * 3)
lives = st.builds(
    Lifecycle, st.just(records.CODE), st.sampled_from(LifecycleStatus), st.just(NOON),
    papers=st.lists(papers, max_size=3).map(tuple), electronic_result=st.booleans(), population_data=st.booleans(),
    channel=st.sampled_from(Channel) | st.none(),
)  # fmt: skip


@settings(deadline=None)
@given(records.records, st.none() | lives, st.booleans())
def test_what_is_not_counted_has_its_reason_and_nothing_counts_without_its_ground(record, lifecycle, scanned):
    if not scanned and lifecycle is None:
        return
    judged = judge(judge_record(record) if scanned else None, lifecycle)
    assert bool(judged.counts & Count.FULL) != any(lack.rate == "full" for lack in judged.lacks)
    assert bool(judged.counts & Count.COMPONENT) != any(lack.rate == "component" for lack in judged.lacks)
    resolved_only = bool(judged.counts & Count.RESOLVED) and not judged.counts & Count.RESULT
    assert resolved_only == any(lack.rate == "result" for lack in judged.lacks)
    if judged.counts & Count.FULL:
        assert judged.counts & Count.COMPONENT  # what is whole has a part
    if judged.counts & Count.RESULT:
        assert judged.counts & Count.RESOLVED
