"""The published figures that the rates must reproduce, each from generated dossiers, with the reasons behind them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from models.document import DocumentType, Part
from models.evidence import Gap
from models.outcome import PageOutcome
from models.rates import BY_CODE, Count, grade, percentage, points
from models.record import Components
from storage.archive import KeptDossier
from storage.database import open_database
from storage.folder import FolderStore
from storage.index import _dossier_row
from storage.lifecycle import take_in
from storage.lifecycle_forms import read_rows
from storage.rate_evidence import evidence
from storage.rate_facts import refresh_facts
from storage.rates import Cohort, RateBy, rates
from storage.tables import DOSSIERS, RATE_FACTS
from tests import records

QUARTER = Cohort(date(2024, 1, 1), date(2024, 3, 31), day=date(2024, 3, 31))
UNITS = [f"H41.33.{number:02d}" for number in range(1, 34)]
WHOLE = replace(records.record("H41.33-240105-0001"), persons=())
WAITING = {"documents": tuple(d for d in WHOLE.documents if d.part is not Part.RESULT)}
LACKING = Components(required=WHOLE.components.required, missing=(DocumentType.BIRTH_NOTIFICATION,))
BLACK = tuple(
    replace(p, outcome=PageOutcome.REJECTED, reason="page_black") if p.number == 2 else p for p in WHOLE.pages
)
EIGHT = [
    *[({"components": LACKING}, "birth_notification", Gap.COMPONENT_MISSING)] * 4,
    *[({"pages": BLACK}, "birth_notification", Gap.PAGE_REJECTED)] * 2,
    ({"procedure": None, "components": Components()}, None, Gap.PROCEDURE_UNKNOWN),
    ({"documents": (), "components": LACKING}, "birth_notification", Gap.COMPONENT_MISSING),
]  # fmt: skip


def dossiers():
    """3,351 records: eight not in full (the last without any component), 57 of the others not yet resolved."""
    for number in range(3351):
        unit, month, day = UNITS[number % 33], 1 + number % 3, 1 + number % 28
        changes = EIGHT[number][0] if number < 8 else WAITING if number < 64 else {}
        code = f"{unit}-24{month:02d}{day:02d}-{number + 1:04d}"
        yield replace(WHOLE, dossier_code=code, unit=unit, received_on=date(2024, month, day), **changes)


@pytest.fixture(scope="module")
def do_luong(tmp_path_factory):
    folder = tmp_path_factory.mktemp("do-luong")
    database = open_database(f"sqlite:///{folder / 'index.db'}")
    kept = [KeptDossier(record, 1, (), "", record.dossier_code) for record in dossiers()]
    with database.writing() as connection:  # what Index.put does, in one transaction
        connection.execute(DOSSIERS.insert(), list(map(_dossier_row, kept)))
        refresh_facts(database, connection, [dossier.record.dossier_code for dossier in kept])
    yield database, FolderStore(folder / "store")
    database.close()


def test_do_luong(do_luong):
    database, _ = do_luong
    rows = rates(database, by=RateBy.UNIT, cohort=QUARTER)
    told = next(row.to_json() for row in rows if row.key == "H41.33")
    assert (told["component_digitized"], told["received"], told["component_rate"]) == (3350, 3351, 99.97)
    assert (told["fully_digitized"], told["full_rate"]) == (3343, 99.76)
    assert (told["result_digitized"], told["resolved"], told["result_rate"]) == (3294, 3294, 100.0)
    assert (told["units"], told["units_digitizing"]) == (33, 33)
    eight = list(evidence(database, BY_CODE["full"], QUARTER, missing_only=True))
    found = sorted((d.lacks[0].component or "", d.lacks[0].reason) for d in eight)
    assert found == sorted((component or "", reason) for _, component, reason in EIGHT)
    assert [d.lacks[0].reason for d in evidence(database, BY_CODE["component"], QUARTER, missing_only=True)] == [
        Gap.NO_COMPONENT
    ]
    everyone = list(evidence(database, BY_CODE["full"], QUARTER))
    assert (len(everyone), sum(d.counts for d in everyone)) == (3351, 3343)


def test_online_receipts_of_do_luong(do_luong):
    """645 online of 645 at the district (100 %), 3,555 of 3,999 in the communes (88.9 %)."""
    database, store = do_luong
    channels = [("H41.33", 2)] * 645 + [(UNITS[n % 33], 2 if n < 3555 else 1) for n in range(3999)]
    packets = [
        {"dossier_code": f"{unit}-240701-{n + 1:05d}", "status": 4, "received_at": "2024-07-01", "channel": channel}
        for n, (unit, channel) in enumerate(channels)
    ]
    take_in(
        store, database, read_rows(json.dumps(packets).encode(), name="p"), arrived_at=datetime(2024, 8, 1, tzinfo=UTC)
    )
    july = Cohort(date(2024, 7, 1), date(2024, 7, 31), day=date(2024, 7, 31))
    district, *communes = rates(database, by=RateBy.UNIT, cohort=july)[1:]
    online = BY_CODE["online"]
    below = (sum(row.part(online) for row in communes), sum(row.received for row in communes))
    own = (district.part(online) - below[0], district.received - below[1])
    assert (own, percentage(*own)) == ((645, 645), 100.0)
    assert (below, percentage(*below)) == ((3555, 3999), 88.9)


def test_units_that_digitize():
    """9,200 of 11,956 one-stop units: 76.95 with two decimals, the published 76.9 with one (76.9488)."""
    database = open_database("sqlite://")
    facts = [
        {"dossier_code": str(n), "unit": f"H{n % 63 + 1:02d}.{n // 63}", "procedure": "x", "received_on": date(2023, 5, 5),
         "clerk": "a", "scanner": "b", "counts": int(Count.COMPONENT) if n < 9200 else 0, "due_on": None}
        for n in range(11956)
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(RATE_FACTS.insert(), facts)
    rows = rates(database, by=RateBy.PROVINCE, cohort=Cohort(day=date(2023, 9, 30)))
    digitizing, units = sum(row.digitizing for row in rows), sum(row.units for row in rows)
    assert (len(rows), digitizing, units) == (63, 9200, 11956)
    assert percentage(digitizing, units) == 76.95
    assert round(100 * digitizing / units, 1) == 76.9  # 76.95 rounded once more would be 77.0
    database.close()


@pytest.mark.parametrize(
    ("total", "expected"),
    [(90, "Xuất sắc"), (89.99, "Tốt"), (80.1, "Tốt"), (80, "Tốt"), (79.99, "Khá"), (74.59, "Khá"), (70, "Khá"),
     (69.99, "Trung bình"), (50, "Trung bình"), (49.99, "Yếu"), (0, "Yếu")],
)  # fmt: skip
def test_classes_by_points(total, expected):
    assert grade(total)[0] == expected


@pytest.mark.parametrize(
    ("code", "part", "whole", "expected"),
    [
        ("electronic", 3894, 10000, 2.34), ("electronic", 2448, 10000, 1.47), ("electronic", 1, 1, 6.0),
        ("whole", 80, 100, 4.0), ("whole", 79, 100, 3.95), ("whole", 100, 100, 4.0), ("whole", 1, 800, 0.01),
        ("reuse", 8376, 10000, 2.0), ("reuse", 40, 100, 1.0), ("reuse", 0, 0, None), ("shared", 1, 2, 2.0),
        ("population", 3, 4, 1.5), ("component", 1, 1, None),
    ],
)  # fmt: skip
def test_points_of_indicators(code, part, whole, expected):
    assert points(BY_CODE[code], part, whole) == expected


def test_every_formula_names_its_source_in_both_languages():
    for rate in BY_CODE.values():
        assert rate.source.startswith(("TT ", "NĐ ", "QĐ "))
        assert rate.meaning_vi.count("/") == rate.meaning_en.count("/") == 1
