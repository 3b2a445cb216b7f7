"""The rates: what a record counts for, half-up percentages, and the tree of units; on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.document import DocumentType, Part
from models.dossier import UNKNOWN_UNIT
from models.outcome import PageOutcome
from models.record import Components
from storage.archive import KeptDossier
from storage.index import Index
from storage.rates import DossierCounts, RateBy, counts_of, percentage, rates, unit_path
from tests import records

WHOLE = records.record()
REJECTED_PAGE_2 = tuple(
    replace(p, outcome=PageOutcome.REJECTED, reason="page_black") if p.number == 2 else p for p in WHOLE.pages
)
REJECTED_PAGE_4 = tuple(replace(p, outcome=PageOutcome.REJECTED) if p.number == 4 else p for p in WHOLE.pages)
ALL_REJECTED = tuple(replace(p, outcome=PageOutcome.REJECTED) for p in WHOLE.pages)
LACKING = Components(required=WHOLE.components.required, missing=(DocumentType.BIRTH_NOTIFICATION,))
NO_RESULT = tuple(d for d in WHOLE.documents if d.part is not Part.RESULT)
ONLY_RESULT = tuple(d for d in WHOLE.documents if d.part is Part.RESULT)


@pytest.mark.parametrize(
    ("changes", "component", "full", "resolved", "result"),
    [
        ({}, True, True, True, True),
        ({"documents": NO_RESULT}, True, True, False, False),
        ({"documents": ONLY_RESULT, "components": LACKING}, False, False, True, True),
        ({"components": LACKING}, True, False, True, True),
        ({"pages": REJECTED_PAGE_2}, True, False, True, True),
        ({"pages": REJECTED_PAGE_4}, True, True, True, False),
        ({"pages": ALL_REJECTED}, False, False, True, False),
        ({"procedure": None, "components": Components()}, True, False, True, True),
        ({"documents": (), "components": LACKING}, False, False, False, False),
    ],
)
def test_what_a_record_counts_for(changes, component, full, resolved, result):
    assert counts_of(replace(WHOLE, **changes)) == DossierCounts(component, full, resolved, result, reused=False)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (3350, 3351, 99.97), (3343, 3351, 99.76), (3294, 3294, 100.0), (9200, 11956, 76.95),
        (1, 800, 0.13), (1, 8, 12.5), (2, 3, 66.67), (1, 3, 33.33), (0, 5, 0.0), (0, 0, None), (201, 20000, 1.01),
    ],
)  # fmt: skip
def test_percentages_round_half_up(part, whole, expected):
    assert percentage(part, whole) == expected


@pytest.mark.parametrize(
    ("unit", "path"),
    [
        ("H40", ("H40",)),
        ("H40.12", ("H40", "H40.12")),
        ("H40.12.03", ("H40", "H40.12", "H40.12.03")),
        ("000.00.00.H40", ("H40",)),
        ("000.00.12.H40", ("H40", "000.00.12.H40")),
        ("000.03.12.H40", ("H40", "000.00.12.H40", "000.03.12.H40")),
        ("005.03.12.H40", ("H40", "000.00.12.H40", "000.03.12.H40", "005.03.12.H40")),
        ("005.00.12.H40", ("H40", "000.00.12.H40", "005.00.12.H40")),
    ],
)
def test_a_unit_lies_in_those_above_it(unit, path):
    assert unit_path(unit) == path


def put(database, code, number=0, **changes):
    record = records.record(code, **changes)
    Index(database).put(KeptDossier(record, 1, (), "", f"{number}{code}"))


@pytest.fixture
def counted(database):
    put(database, "H40.12-260105-0001")
    put(database, "H40.12-260105-0002", components=LACKING)
    put(database, "H40.12.03-260205-0001", documents=(), components=LACKING)
    put(database, "H40.121-260131-0001", procedure="1.000894")
    put(database, "000.00.12.H40-260105-0001", procedure="1.001193.000.00.00.H40")
    put(database, "H41.01-260105-0001", procedure=None)
    put(database, "H40.12-260105-0009", unit=UNKNOWN_UNIT)  # pages that wait to be claimed
    return database


def table(rows):
    return [(r.key, r.received, r.component_digitized, r.fully_digitized, r.resolved, r.result_digitized) for r in rows]


def test_parents_add_up_their_children(counted):
    assert table(rates(counted, by=RateBy.UNIT)) == [
        ("H40", 5, 4, 3, 4, 4),
        ("000.00.12.H40", 1, 1, 1, 1, 1),
        ("H40.12", 3, 2, 1, 2, 2),
        ("H40.12.03", 1, 0, 0, 0, 0),
        ("H40.121", 1, 1, 1, 1, 1),
        ("H41", 1, 1, 0, 1, 1),
        ("H41.01", 1, 1, 0, 1, 1),
    ]


def test_a_unit_covers_those_below_it_only(counted):
    assert [row.key for row in rates(counted, by=RateBy.UNIT, unit="H40.12")] == ["H40.12", "H40.12.03"]
    assert table(rates(counted, by=RateBy.MONTH, unit="H40")) == [
        ("2026-01", 4, 4, 3, 4, 4),
        ("2026-02", 1, 0, 0, 0, 0),
    ]
    assert table(rates(counted, by=RateBy.UNIT, unit="000.00.00.H40"))[0] == ("H40", 5, 4, 3, 4, 4)
    assert table(rates(counted, by=RateBy.UNIT, unit="H99")) == [("H99", 0, 0, 0, 0, 0)]


def test_variants_count_as_the_national_procedure(counted):
    assert table(rates(counted, by=RateBy.PROCEDURE)) == [
        ("1.000894", 1, 1, 1, 1, 1),
        ("1.001193", 4, 3, 2, 3, 3),
        ("unknown", 1, 1, 0, 1, 1),
    ]


def test_the_period_holds_both_its_days(counted):
    january = rates(counted, by=RateBy.MONTH, first=date(2026, 1, 5), last=date(2026, 1, 31))
    assert table(january) == [("2026-01", 5, 5, 3, 5, 5)]
    assert rates(counted, by=RateBy.MONTH, first=date(2026, 2, 6)) == ()
    assert rates(counted, by=RateBy.MONTH, last=date(2026, 1, 4)) == ()


def test_a_row_is_the_contracts(counted):
    (row,) = rates(counted, by=RateBy.UNIT, unit="H40.12.03")
    assert row.to_json() == {
        "unit": "H40.12.03", "received": 1, "component_digitized": 0, "fully_digitized": 0, "resolved": 0,
        "result_digitized": 0, "reused": 0, "component_rate": 0.0, "full_rate": 0.0, "result_rate": None,
        "reuse_rate": 0.0,
    }  # fmt: skip
    assert next(iter(rates(counted, by=RateBy.MONTH)[0].to_json())) == "month"
    assert next(iter(rates(counted, by=RateBy.PROCEDURE)[0].to_json())) == "procedure"
