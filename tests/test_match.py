"""Decisions: who is linked, who is left to a person, and that nobody is linked to somebody else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.citizen import Citizen
from models.match import MatchQuery
from models.outcome import Reason, Verdict
from pipeline.compare import LADDERS
from pipeline.frequencies import NameFrequencies
from pipeline.match import decide, rank
from pipeline.match_weights import M_AND_U, VERSION

MAU = Citizen(
    "001190000123",
    "NGUYỄN THỊ MẪU",
    "1990-05-07",
    "female",
    "123456789",
    residence="Thôn Thử, Xã Quốc Việt, Tỉnh Lạng Sơn",
)
NAMESAKE = replace(MAU, id_number="079190654321", old_id_number="", residence="Ấp 3, Xã Tân An, Tỉnh Cà Mau")
STRANGER = Citizen("040085111222", "LÊ VĂN LẠ", "1985-01-30", "male", residence="Xóm 2, Xã Lạ, Tỉnh Nghệ An")
PEOPLE = NameFrequencies(20_000, {"nguyen": 7_000, "le": 2_000}, {"thi": 8_000, "van": 6_000}, {"mau": 40, "la": 10})
HERS = {
    "full_name": "NGUYỄN THỊ MẪU",
    "birth_date": "1990-05-07",
    "sex": "female",
    "id_number": "001190000123",
    "residence": MAU.residence,
}


def ask(*candidates, **fields):
    return decide(MatchQuery("q", **fields), candidates, frequencies=PEOPLE)


LINKED = {
    "all agrees": HERS,
    "number and name": {"id_number": MAU.id_number, "full_name": MAU.full_name},
    "number, name, two digits of the date off": HERS | {"birth_date": "1991-05-08", "residence": None},
    "number, name, 1 January": HERS | {"birth_date": "1990-01-01", "residence": None},
    "number and date": {"id_number": MAU.id_number, "birth_date": MAU.birth_date},
    "number, name, year": HERS | {"birth_date": "1990"},
    "number, name without tones": HERS | {"full_name": "NGUYEN THI MAU", "residence": None},
    "number, name, date misread": HERS | {"birth_date": "1990-07-05", "residence": None},
    "number as spoken groups": HERS | {"id_number": "001 190 000 123"},
    "old number": {"id_number": "123456789", "full_name": MAU.full_name, "birth_date": "1990"},
    "misread number": HERS | {"id_number": "001190000723", "residence": None},
    "dropped digit": HERS | {"id_number": "00119000123", "residence": None},
    "misread number, no date": {"id_number": "001190000723", "full_name": MAU.full_name},
    "no number, same home": HERS | {"id_number": None},
    "no number, former commune": HERS
    | {"id_number": None, "residence": "Thôn Thử, Xã Đào Viên, Huyện Tràng Định, Lạng Sơn"},
    "moved, number agrees": HERS | {"residence": STRANGER.residence},
}
REVIEWED = {
    "name alone": {"full_name": MAU.full_name},
    "name and home": {"full_name": MAU.full_name, "residence": MAU.residence},
    "name, year and home": {"full_name": MAU.full_name, "birth_date": "1990", "residence": MAU.residence},
    "name and date alone": {"full_name": MAU.full_name, "birth_date": MAU.birth_date},
    "name and date, another home": HERS | {"id_number": None, "residence": "Bản 13, Xã Quốc Việt, Tỉnh Lạng Sơn"},
    "number alone": {"id_number": MAU.id_number},
    "her number, another person": {"id_number": MAU.id_number, "full_name": "LÊ VĂN LẠ", "birth_date": "1985-01-30"},
    "her name and date, another number": HERS | {"id_number": "001190777888"},
    "her name and date, another old number": HERS | {"id_number": "987654321"},
    "her number, name, home, a parent's date": HERS | {"birth_date": "1961-11-30"},
    "her number, name, home, a parent's year": HERS | {"birth_date": "1961"},
    "her number, date, home, a twin's name": HERS | {"full_name": "NGUYỄN THỊ HOA"},
    "her number, date, home, anybody's name": HERS | {"full_name": "LÊ HOA"},
    "her number, a sister's name": {"id_number": MAU.id_number, "full_name": "NGUYỄN THỊ MẬN"},
    "her number, a brother's name": HERS | {"full_name": "NGUYỄN THỊ MẪN", "birth_date": "1990", "sex": "male"},
    "two digits off, no home": HERS | {"id_number": "001190077123", "residence": None},
}


@pytest.mark.parametrize("case", LINKED)
def test_links_where_the_evidence_is_enough(case):
    decision = ask(MAU, STRANGER, **LINKED[case])
    assert (decision.verdict, decision.citizen) == (Verdict.MATCHED, MAU.id_number)
    assert decision.score >= 0.995


@pytest.mark.parametrize("case", REVIEWED)
def test_leaves_the_rest_to_a_person(case):
    decision = ask(MAU, **REVIEWED[case])
    assert decision.verdict != Verdict.MATCHED
    assert decision.reason


def test_a_namesake_of_the_same_day_is_told_by_number_or_home_only():
    no_number = HERS | {"id_number": None}
    assert ask(MAU, NAMESAKE, **HERS).citizen == MAU.id_number
    assert ask(MAU, NAMESAKE, **no_number).citizen == MAU.id_number
    undecided = ask(MAU, NAMESAKE, **(no_number | {"residence": None}))
    assert (undecided.verdict, undecided.reason) == (Verdict.REVIEW, Reason.PERSON_AMBIGUOUS)
    assert undecided.score < 0.6


def test_number_of_one_and_name_of_another_name_nobody():
    decision = ask(MAU, STRANGER, id_number=MAU.id_number, full_name="LÊ VĂN LẠ", birth_date="1985-01-30", sex="male")
    assert (decision.verdict, decision.reason) == (Verdict.REVIEW, Reason.PERSON_CONTRADICTED)


def test_the_twin_is_not_taken_for_the_twin():
    twin = replace(MAU, id_number="001190000456", full_name="NGUYỄN THỊ NẪU", old_id_number="")
    assert ask(MAU, twin, **(HERS | {"id_number": None, "full_name": "NGUYỄN THỊ NẪU"})).citizen == twin.id_number
    mixed = ask(MAU, twin, **(HERS | {"full_name": "NGUYỄN THỊ NẪU"}))
    assert (mixed.verdict, mixed.reason) == (Verdict.REVIEW, Reason.PERSON_CONTRADICTED)
    between = ask(MAU, twin, **(HERS | {"id_number": None, "full_name": "NGUYỄN THỊ ẪU"}))
    assert between.verdict == Verdict.REVIEW


def test_a_son_with_his_father_s_name_and_number_is_not_his_father():
    son = replace(MAU, id_number="001090000321", old_id_number="", birth_date="2015-11-20")
    asked = HERS | {"birth_date": "2015-11-21"}
    assert ask(MAU, son, **asked).verdict == Verdict.REVIEW
    assert ask(MAU, **asked).verdict == Verdict.REVIEW


def test_an_old_number_says_nothing_where_the_registry_knows_none():
    without = replace(MAU, old_id_number="")
    asked = HERS | {"id_number": "987654321"}
    assert ask(without, **asked).citizen == without.id_number
    assert ask(without, **(asked | {"residence": None})).verdict == Verdict.REVIEW


def test_nobody_comes_into_question():
    assert ask(**HERS).verdict == Verdict.UNMATCHED
    assert ask(STRANGER, **HERS).verdict == Verdict.UNMATCHED


def test_weights_and_prior_add_up_to_the_odds():
    decision = ask(MAU, **(HERS | {"residence": None}))
    assert [e.field for e in decision.evidence] == ["prior", "id_number", "full_name", "birth_date", "sex", "weights"]
    assert sum(e.weight for e in decision.evidence) > 20


def test_the_evidence_says_who_stands_in_the_way_and_what_the_registry_knows():
    dead, bearer = replace(MAU, status="deceased"), replace(STRANGER, old_id_number="111222333")
    twin = replace(MAU, id_number="001190000456", full_name="NGUYỄN THỊ NẪU", old_id_number="")

    def notes(*candidates, **fields):
        return {e.field: e.agreement for e in ask(*candidates, **fields).evidence if e.weight == 0}

    assert notes(MAU, **HERS) == {"weights": f"version_{VERSION}"}
    assert notes(dead, **HERS)["status"] == "deceased"
    assert notes(MAU, bearer, **(HERS | {"id_number": "111222333"}))["rival"] == "bears_number"
    assert notes(MAU, twin, **(HERS | {"full_name": twin.full_name}))["rival"] == "better_named"
    assert notes(MAU, twin, **(HERS | {"full_name": "NGUYỄN THỊ ẪU", "id_number": None}))["rival"] == "twin"
    assert notes(MAU, NAMESAKE, full_name=MAU.full_name, birth_date=MAU.birth_date)["rival"] == "as_likely"


def test_a_reviewer_sees_the_likeliest_first():
    query = MatchQuery("q", full_name=MAU.full_name, birth_date="1990", residence=NAMESAKE.residence)
    ranked = rank(query, [STRANGER, MAU, NAMESAKE], frequencies=PEOPLE, most=2)
    assert [citizen for citizen, _ in ranked] == [NAMESAKE, MAU]
    assert ranked[0][1] > ranked[1][1]


def test_a_common_name_weighs_less():
    rare = NameFrequencies(20_000, {"nguyen": 20}, {"thi": 8_000}, {"mau": 2})
    query = MatchQuery("q", **HERS)
    name = {
        people.surnames["nguyen"]: next(
            e.weight for e in decide(query, [MAU], frequencies=people).evidence if e.field == "full_name"
        )
        for people in (PEOPLE, rare)
    }
    assert name[20] > name[7_000] + 3


def test_a_doubtful_reading_contradicts_less():
    query = MatchQuery("q", **(HERS | {"birth_date": "1971-11-23"}))
    sure = decide(query, [MAU], frequencies=PEOPLE)
    doubtful = decide(replace(query, birth_date_confidence=0.2), [MAU], frequencies=PEOPLE)
    assert doubtful.score > sure.score


@given(st.permutations([MAU, NAMESAKE, STRANGER]), st.sampled_from([*LINKED.values(), *REVIEWED.values()]))
def test_the_order_of_candidates_changes_nothing(candidates, fields):
    decision, again = ask(*candidates, **fields), ask(MAU, NAMESAKE, STRANGER, **fields)
    assert decision.verdict == again.verdict
    if decision.verdict == Verdict.MATCHED:
        assert decision.citizen == again.citizen


def test_every_rung_has_a_weight_and_better_rungs_weigh_more():
    for field, ladder in LADDERS.items():
        assert set(M_AND_U[field]) == {str(rung) for rung in ladder} - {"absent"}
        ratios = {rung: m / u for rung, (m, u) in M_AND_U[field].items()}
        assert ratios["exact"] > 1 > ratios["different"]
        assert all(sum(side) == pytest.approx(1, abs=0.01) for side in zip(*M_AND_U[field].values(), strict=True))
