"""The made population: deterministic, numbers built by the law, shares near Vietnam's."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import asdict
from itertools import islice

import pytest

from models.citizen import Citizen
from models.vietnamese import nfc
from scripts.population import COLUMNS, make_households, make_population, write_csv
from scripts.samples.lexicon import title_case
from scripts.samples.places import places

COUNT = 6000


@pytest.fixture(scope="module")
def citizens():
    return list(make_population(COUNT, seed=11))


def test_the_same_seed_makes_the_same_file(tmp_path, citizens):
    write_csv(citizens[:500], tmp_path / "a.csv")
    assert write_csv(make_population(500, seed=11), tmp_path / "b.csv") == 500
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    write_csv(make_population(500, seed=12), tmp_path / "c.csv")
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "c.csv").read_bytes()


def test_a_smaller_population_begins_a_larger_one(citizens):
    assert list(make_population(40, seed=11)) == citizens[:40]


def test_the_file_reads_back_as_the_contract_writes_it(tmp_path, citizens):
    write_csv(citizens[:200], tmp_path / "citizens.csv")
    with (tmp_path / "citizens.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [
        "id_number",
        "old_id_number",
        "full_name",
        "birth_date",
        "sex",
        "ethnicity",
        "nationality",
        "origin",
        "residence",
        "residence_code",
        "status",
    ]
    assert [dict(zip(COLUMNS, row, strict=True)) for row in rows] == [
        {column: asdict(citizen)[column] for column in COLUMNS} for citizen in citizens[:200]
    ]


def test_numbers_are_unique_and_built_by_the_law(citizens):
    provinces = {place.old_province_code for place in places()}
    assert len({citizen.id_number for citizen in citizens}) == COUNT
    for citizen in citizens:
        number, year = citizen.id_number, int(citizen.birth_date[:4])
        assert len(number) == 12
        assert number.isdecimal()
        assert number[0] == "0"
        assert number[1:3] in provinces
        assert int(number[3]) % 2 == (citizen.sex == "female")
        assert 1900 + 100 * (int(number[3]) // 2) + int(number[4:6]) == year
    old = [citizen.old_id_number for citizen in citizens if citizen.old_id_number]
    assert len(set(old)) == len(old)
    assert all(len(number) == 9 and number.isdecimal() for number in old)


def test_shares_are_near_those_of_the_country(citizens):
    surnames = Counter(citizen.full_name.split()[0] for citizen in citizens)
    assert 0.27 < surnames["NGUYỄN"] / COUNT < 0.42
    assert 0.08 < surnames["TRẦN"] / COUNT < 0.14
    assert 0.46 < sum(citizen.sex == "female" for citizen in citizens) / COUNT < 0.54
    assert 0.01 < sum(len(citizen.birth_date) == 4 for citizen in citizens) / COUNT < 0.035
    assert 0.08 < sum(citizen.ethnicity != "Kinh" for citizen in citizens) / COUNT < 0.25
    assert 0.003 < sum(citizen.status == "deceased" for citizen in citizens) / COUNT < 0.03
    twins = Counter((citizen.full_name, citizen.birth_date) for citizen in citizens)
    assert 20 < sum(count for count in twins.values() if count > 1) < 400
    assert any(", Huyện " in citizen.residence for citizen in citizens)
    assert any(citizen.residence.count(",") == 2 for citizen in citizens)


def test_names_and_addresses_are_canonical(citizens):
    for citizen in citizens:
        assert citizen.full_name == nfc(citizen.full_name).upper()
        assert citizen.residence == nfc(citizen.residence)
        assert title_case(citizen.full_name).upper() == citizen.full_name
        assert len(citizen.residence_code) == 5
        assert isinstance(citizen, Citizen)


def test_households_share_a_home_and_a_father_s_name():
    for household in islice(make_households(seed=3), 300):
        assert len({member.home for member in household}) == 1
        assert household[0].relation == "head"
        for member in household:
            if member.relation == "child":
                assert member.birth.year - household[0].birth.year > 13


def test_south_and_north_bear_their_own_names():
    southern = {place.old_province for place in places() if place.southern}
    names = Counter()
    for household in islice(make_households(seed=5), 2500):
        for member in household[:1]:
            side = "south" if member.birthplace.old_province in southern else "north"
            names[side, member.citizen.full_name.split()[0]] += 1
    assert names["south", "HUỲNH"] > 10 * names["north", "HUỲNH"]
    assert names["north", "HOÀNG"] > 10 * names["south", "HOÀNG"]
