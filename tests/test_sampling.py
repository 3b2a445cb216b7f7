"""Samples for inspection: drawn alike by anybody, keyed blind, judged; and the free sample that cards' codes are."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import UsageError
from models.identity import FieldSource, Person, Role
from models.keying import Outcome, normal, outcome, settle
from models.record import MatchedPerson
from models.sampling import Plan, draw, plan_by_aql, plan_by_share, wilson
from storage.archive import KeptDossier, keep_dossier, keep_record
from storage.folder import FolderStore
from storage.index import Index
from storage.lifecycle import take_in
from storage.lifecycle_forms import read_rows
from storage.rates import Cohort
from storage.reading_checks import CheckedBy, checked, drops
from storage.samples import draw_sample, judge_sample, load_sample, take_keying, work_list, wrong_dossiers
from tests import records

NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lot", "aql", "size", "accept"),
    [
        (1200, 1.0, 80, 2), (3351, 1.0, 200, 5), (500, 1.0, 50, 1), (250, 1.0, 50, 1), (91, 1.0, 13, 0), (60, 1.0, 13, 0),
        (3201, 0.65, 200, 3), (280, 2.5, 32, 2), (1201, 2.5, 125, 7), (10_001, 4.0, 315, 21), (600_000, 1.0, 1250, 21),
        (5, 1.0, 5, 0), (100, 4.0, 20, 2), (0, 1.0, 0, 0),
    ],
)  # fmt: skip
def test_plans_by_aql_are_the_tables(lot, aql, size, accept):
    assert plan_by_aql(lot, aql) == Plan(size, accept)


def test_plans_by_share_and_what_is_no_plan():
    assert [plan_by_share(*given).size for given in ((100, 0.3), (101, 0.3), (3, 0.01), (0, 0.3), (10, 1.0))] == [
        30,
        31,
        1,
        0,
        10,
    ]
    with pytest.raises(UsageError):
        plan_by_aql(100, 1.1)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (1, 10, 0.0179, 0.4042)],
)  # fmt: skip
def test_wilson_intervals(part, whole, low, high):
    assert [round(end, 4) for end in wilson(part, whole)] == [low, high]


strata = st.dictionaries(st.sampled_from("abcd"), st.sets(st.integers(0, 99).map(str), max_size=12), min_size=1).map(
    lambda found: {name: {f"{name}{code}" for code in codes} for name, codes in found.items()}
)


@settings(deadline=None)
@given(strata, st.integers(0, 60), st.sampled_from(["Q1", "Q2"]))
def test_a_draw_is_of_its_size_fair_and_anybodys(found, size, seed):
    drawn = draw(found, size, seed=seed)
    lot = sum(map(len, found.values()))
    assert len(set(drawn)) == len(drawn) == min(size, lot)
    assert drawn == draw({name: sorted(codes, reverse=True) for name, codes in found.items()}, size, seed=seed)
    for codes in found.values():
        assert abs(len(codes & set(drawn)) - len(codes) * min(size, lot) / max(lot, 1)) < 1


def test_another_seed_draws_others():
    codes = {"H40": [f"H40.12-260105-{n:04d}" for n in range(1000)]}
    assert len({*draw(codes, 100, seed="a")} & {*draw(codes, 100, seed="b")}) < 30


@pytest.mark.parametrize(
    ("field", "keyed", "machine", "expected"),
    [
        ("full_name", ["Nguyễn Thị Hoà", "NGUYỄN THỊ HÒA"], "NGUYỄN THỊ HÒA", Outcome.RIGHT),
        ("full_name", ["Nguyễn Thị Hòa", "NGUYỄN THỊ HÒA"], "NGUYỄN THI HÒA", Outcome.WRONG),
        ("birth_date", ["12/3/1985", "1985-03-12"], "1985-03-12", Outcome.RIGHT),
        ("birth_date", ["1985", "1985"], "1985-03-12", Outcome.WRONG),
        ("id_number", ["036 185 012 345", "036185012345"], None, Outcome.MISSED),
        ("sex", ["Nữ", "nữ"], "female", Outcome.RIGHT),
        ("sex", ["-", "-"], "female", Outcome.INVENTED),
        ("sex", ["-", "-"], None, Outcome.RIGHT),
        ("residence", ["Thôn 3, xã Mẫu Đông", "thôn 3 Xã  Mẫu Đông."], "Thôn 3, Xã Mẫu Đông", Outcome.RIGHT),
        ("number", ["47/TLKS-BS", "47 / TLKS - BS"], "47/TLKS-BS", Outcome.TIED),
        ("sex", ["Nữ"], "female", Outcome.OPEN),
        ("sex", ["Nữ", "Nam"], "female", Outcome.TIED),
        ("sex", ["Nữ", "Nam", "nam"], "female", Outcome.WRONG),
        ("sex", ["Nữ", "Nam", "-"], "female", Outcome.TIED),
    ],
)  # fmt: skip
def test_what_keyings_say_of_the_machine(field, keyed, machine, expected):
    assert outcome(field, machine, settle(field, keyed)) is expected


def test_equal_values_are_equal_however_they_are_keyed():
    assert normal("birth_date", "30/2/2020") == "30/2/2020"  # no day: stays what was keyed


@pytest.fixture
def kept(store, database):
    for number in range(1, 7):
        code = f"H40.{12 + number % 2}-260105-{number:04d}"
        record = records.record(code)
        Index(database).put(keep_dossier(store, record, **records.content(record)))
    return store, database


def filled(listed, answers, *, other=None):
    """The list as a keyer gives it back; `answers` by field, `other` by line."""
    rows = list(csv.DictReader(io.StringIO(listed)))
    for row in rows:
        row["keyed"] = (other or {}).get(int(row["line"]), answers.get((row["role"], row["field"]), "-"))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


TRUTH = {
    ("mother", "full_name"): "Nguyễn Thị Hường", ("mother", "birth_date"): "12/03/1985", ("mother", "sex"): "nữ",
    ("mother", "id_number"): "036185012345", ("child", "full_name"): "Nguyễn Văn Mẫn", ("", "number"): "-",
}  # fmt: skip


def test_a_sample_is_drawn_keyed_blind_tied_and_judged(kept):
    store, database = kept
    sample = draw_sample(store, database, Cohort(), name="vong-1", method="share 0.5", plan=Plan(3, 1), drawn_at=NOW)
    assert (sample.lot, sample.size, len(sample.lines)) == (6, 3, 3 * 16)
    assert (
        draw_sample(store, database, Cohort(), name="vong-1", method="share 0.5", plan=Plan(3, 1), drawn_at=NOW)
        == sample
    )
    listed = work_list(store, sample, where=lambda line: line.field)
    assert "HƯỜNG" not in listed
    assert "036185012345" not in listed
    first = {line.line for line in sample.lines if line.dossier_code == sample.lines[0].dossier_code}
    take_keying(store, sample, filled(listed, TRUTH), file="a.csv", keyer="an", keyed_at=NOW)
    assert {item.outcome for item in judge_sample(store, sample)} == {Outcome.OPEN}
    take_keying(store, sample, filled(listed, TRUTH), file="a.csv", keyer="an", keyed_at=NOW)  # again, by the same
    assert {item.outcome for item in judge_sample(store, sample)} == {Outcome.OPEN}
    slip = {
        line.line: "Nguyễn Thị Hương"
        for line in sample.lines
        if line.line in first and line.role == "mother" and line.field == "full_name"
    }
    take_keying(store, sample, filled(listed, TRUTH, other=slip), file="b.csv", keyer="binh", keyed_at=NOW)
    ties = work_list(store, sample, where=lambda line: line.field, ties_only=True)
    assert len(ties.splitlines()) == 2
    # a clerk corrects the record meanwhile: what is judged is what the machine had read
    code = sample.lines[0].dossier_code
    Index(database).put(keep_record(store, replace(records.record(code), persons=()), fingerprint="g"))
    take_keying(store, sample, filled(ties, TRUTH), file="c.csv", keyer="chi", keyed_at=NOW.replace(hour=10))
    judged = judge_sample(store, load_sample(store, "vong-1"))
    by_field = {}
    for item in judged:
        by_field.setdefault((item.line.role, item.line.field), set()).add(item.outcome)
    assert by_field["mother", "full_name"] == by_field["mother", "birth_date"] == {Outcome.RIGHT}
    assert by_field["child", "full_name"] == {Outcome.WRONG}  # the machine read MẪU
    assert by_field["", "number"] == {Outcome.RIGHT, Outcome.INVENTED}
    assert wrong_dossiers(judged) == (3, 3)


def test_what_is_no_keying_is_said_by_its_line(kept):
    store, database = kept
    sample = draw_sample(store, database, Cohort(), name="m", method="aql", plan=Plan(1, 0), drawn_at=NOW)
    code = sample.lines[0].dossier_code
    with pytest.raises(UsageError) as caught:
        take_keying(store, sample, f"line,dossier_code,field,keyed\n1,{code},sex,x\n2,{code},,x\n99,{code},sex,\n".encode(),
                    file="a.csv", keyer="an", keyed_at=NOW)  # fmt: skip
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == ["a.csv line 2", "a.csv line 3"]
    for content, keyer in ((b"line\n", "an"), (b"\xff", "an"), (b"line,dossier_code,field,keyed\n", "Nguyễn An")):
        with pytest.raises(UsageError):
            take_keying(store, sample, content, file="a.csv", keyer=keyer, keyed_at=NOW)
    for name in ("m", "Mẫu 1", "../m"):
        with pytest.raises(UsageError):
            draw_sample(store, database, Cohort(), name=name, method="x", plan=Plan(1, 0), drawn_at=NOW)
    for name in ("none", "../m"):
        with pytest.raises(UsageError):
            load_sample(store, name)
    with pytest.raises(UsageError):
        draw_sample(store, database, Cohort(unit="H99"), name="n", method="x", plan=Plan(1, 0), drawn_at=NOW)


def carded(code, printed):
    """A dossier with a card whose code was read, and its print as `printed` says."""
    qr = {"full_name": "NGUYỄN THỊ HƯỜNG", "birth_date": "1985-03-12", "id_number": "036185012345"}
    fields = {
        name: replace(records.read(value, source=FieldSource.QR), printed=printed.get(name))
        for name, value in qr.items()
    }
    holder = Person(Role.CARD_HOLDER, 1, **fields, sex=records.read("female"))
    return records.record(code, persons=(MatchedPerson(holder, records.record().persons[1].match),))


def put_cards(database, day, number, wrong):
    for n in range(number):
        printed = {"full_name": "NGUYÊN THỊ HƯỜNG" if n < wrong else "NGUYỄN THỊ HƯỜNG", "id_number": "036185012345"}
        code = f"H40.{12 + n % 2}-{day}-{n + 1:04d}"
        Index(database).put(KeptDossier(carded(code, printed), 1, (), "", code))


def test_codes_of_cards_measure_the_reading_of_print_and_a_drop_is_told(database, tmp_path):
    put_cards(database, "260105", 40, 2)
    put_cards(database, "260205", 20, 15)
    fields = {row.key: (row.coded, row.read, row.right) for row in checked(database, Cohort(), by=CheckedBy.FIELD)}
    assert fields == {"birth_date": (60, 0, 0), "full_name": (60, 60, 43), "id_number": (60, 60, 60)}
    months = {row.key: (row.read, row.right) for row in checked(database, Cohort(), by=CheckedBy.MONTH)}
    assert months == {"2026-01": (80, 78), "2026-02": (40, 25)}
    assert drops(database, Cohort()) == ()  # twenty readings are too few to call it one
    put_cards(database, "260206", 20, 15)
    (drop,) = drops(database, Cohort())
    assert (drop.field, drop.month, drop.before.right, drop.now.right) == ("full_name", "2026-02", 38, 10)
    assert drops(database, Cohort(last=date(2026, 1, 31))) == ()
    told = b"dossier_code,status,received_at,scanner\nH40.12-260105-0001,4,2026-01-05,fujitsu-2\n"
    take_in(FolderStore(tmp_path), database, read_rows(told, name="c"), arrived_at=NOW)
    scanners = {row.key: row.coded for row in checked(database, Cohort(), by=CheckedBy.SCANNER)}
    assert scanners == {"fujitsu-2": 3, "unknown": 237}
    assert {row.key for row in checked(database, Cohort(unit="H40.13"), by=CheckedBy.UNIT)} == {"H40.13"}
