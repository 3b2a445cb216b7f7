"""The rates: what a record counts for, half-up percentages, and the tree of units; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import DocumentType
from models.dossier import UNKNOWN_UNIT
from models.errors import UsageError
from models.rates import Count, percentage
from models.record import Components
from models.units import UnitTree, unit_path
from storage.archive import KeptDossier
from storage.database import open_database
from storage.index import Index
from storage.rates import Cohort, RateBy, rates
from storage.tables import RATE_FACTS
from storage.unit_file import read_units
from tests import records

WHOLE = records.record()
LACKING = Components(required=WHOLE.components.required, missing=(DocumentType.BIRTH_NOTIFICATION,))


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


COUNTED = (Count.COMPONENT, Count.FULL, Count.RESOLVED, Count.RESULT)


def table(rows):
    return [(row.key, row.received, *map(row.number, COUNTED)) for row in rows]


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
    assert [row.key for row in rates(counted, by=RateBy.UNIT, cohort=Cohort(unit="H40.12"))] == ["H40.12", "H40.12.03"]
    assert table(rates(counted, by=RateBy.MONTH, cohort=Cohort(unit="H40"))) == [
        ("2026-01", 4, 4, 3, 4, 4),
        ("2026-02", 1, 0, 0, 0, 0),
    ]
    assert table(rates(counted, by=RateBy.UNIT, cohort=Cohort(unit="000.00.00.H40")))[0] == ("H40", 5, 4, 3, 4, 4)
    assert table(rates(counted, by=RateBy.UNIT, cohort=Cohort(unit="H99"))) == [("H99", 0, 0, 0, 0, 0)]


def test_variants_count_as_the_national_procedure(counted):
    assert table(rates(counted, by=RateBy.PROCEDURE)) == [
        ("1.000894", 1, 1, 1, 1, 1),
        ("1.001193", 4, 3, 2, 3, 3),
        ("unknown", 1, 1, 0, 1, 1),
    ]


def test_the_period_holds_both_its_days(counted):
    january = rates(counted, by=RateBy.MONTH, cohort=Cohort(date(2026, 1, 5), date(2026, 1, 31)))
    assert table(january) == [("2026-01", 5, 5, 3, 5, 5)]
    assert rates(counted, by=RateBy.MONTH, cohort=Cohort(date(2026, 2, 6))) == ()
    assert rates(counted, by=RateBy.MONTH, cohort=Cohort(last=date(2026, 1, 4))) == ()


def test_a_row_is_the_contracts(counted):
    (row,) = rates(counted, by=RateBy.UNIT, cohort=Cohort(unit="H40.12.03"))
    told = row.to_json()
    assert dict(list(told.items())[:11]) == {
        "unit": "H40.12.03", "received": 1, "component_digitized": 0, "fully_digitized": 0, "resolved": 0,
        "result_digitized": 0, "reused": 0, "component_rate": 0.0, "full_rate": 0.0, "result_rate": None,
        "reuse_rate": 0.0,
    }  # fmt: skip
    assert (told["with_lifecycle"], told["with_record"], told["units"], told["unit_rate"]) == (0, 1, 1, 0.0)
    assert next(iter(rates(counted, by=RateBy.MONTH)[0].to_json())) == "month"
    assert next(iter(rates(counted, by=RateBy.PROCEDURE)[0].to_json())) == "procedure"


def test_a_province_of_today_takes_in_the_former_ones_from_the_day_of_the_merger(counted):
    put(counted, "H25.01-250630-0001")
    put(counted, "H42.02-260301-0001")
    before, since = date(2025, 6, 30), date(2026, 3, 31)
    told = [
        (r.key, r.name, r.received, r.units)
        for r in rates(counted, by=RateBy.PROVINCE, cohort=Cohort(last=before, day=before))
    ]
    assert told == [("H25", "Hà Nam", 1, 1)]
    rows = rates(counted, by=RateBy.PROVINCE, cohort=Cohort(last=since, day=since))
    assert [(r.key, r.name, r.received) for r in rows] == [("37", "Ninh Bình", 7), ("40", "Nghệ An", 1)]
    rows = rates(counted, by=RateBy.UNIT, cohort=Cohort(last=since, day=since, unit="37"))
    assert [(r.key, r.received) for r in rows if len(r.key) < 4] == [("37", 7), ("H25", 1), ("H40", 5), ("H42", 1)]


def test_an_offices_table_names_moves_and_joins_units(tmp_path, counted):
    file = tmp_path / "units.csv"
    file.write_text(
        "code,name,parent,valid_from,valid_to\nH40.12,UBND xã Mẫu Đông,,,\n000.00.12.H40,,H40.12,2025-07-01,\n"
        "H40.121,,H41,2026-01-01,\nH40.77,UBND xã Mẫu Tây,,,\n",
        encoding="utf-8",
    )
    tree = UnitTree(read_units(file))
    rows = {r.key: r for r in rates(counted, by=RateBy.UNIT, cohort=Cohort(day=date(2026, 3, 31), tree=tree))}
    assert (rows["H40.12"].name, rows["H40.12"].received, rows["H40"].received, rows["H41"].received) == (
        "UBND xã Mẫu Đông", 4, 4, 2,
    )  # fmt: skip
    assert (rows["H40"].units, rows["H40"].digitizing, rows["H40.77"].received) == (4, 2, 0)
    assert tree.path("H40.121", date(2025, 12, 31)) == ("H40", "H40.121")
    file.write_text("code,name,parent,valid_from,valid_to\nxã,,,,2025\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_units(file)
    assert "units.csv line 2, column code" in str(caught.value)
    assert "units.csv dòng 2, cột valid_to" in caught.value.vi


units = st.sampled_from(["H40", "H40.1", "H40.1.2", "H40.12", "000.00.12.H40", "001.00.12.H40", "H25.1", "H41"])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(units, st.integers(0, 2**14 - 1)), max_size=12), st.sampled_from(["H40", "37", None]))
def test_a_parent_is_the_sum_of_its_children_and_its_own(dossiers, scope):
    database = open_database("sqlite://")
    with database.writing() as connection:
        for number, (unit, bits) in enumerate(dossiers):
            fact = {"dossier_code": str(number), "unit": unit, "procedure": "x", "received_on": date(2026, 1, 5)}
            connection.execute(
                RATE_FACTS.insert(), fact | {"clerk": "a", "scanner": "b", "counts": bits, "due_on": None}
            )
    cohort = Cohort(day=date(2026, 1, 31), unit=scope)
    rows = {row.key: row for row in rates(database, by=RateBy.UNIT, cohort=cohort)}
    for key, row in rows.items():
        below = [other for other in rows if len(path := cohort.tree.path(other, cohort.day)) > 1 and path[-2] == key]
        below += ["H25", "H40"] if key == "37" else []
        own = sum(unit == key for unit, _ in dossiers)
        assert row.received == own + sum(rows[other].received for other in below if other in rows)
    parts = [rates(database, by=by, cohort=cohort) for by in (RateBy.PROCEDURE, RateBy.MONTH, RateBy.CLERK)]
    sums = [[sum(row.number(bit) for row in part) for bit in Count] for part in parts]
    assert sums[0] == sums[1] == sums[2]
    database.close()
