"""The embedded registry: loading, its faults, and that the right candidates are found."""

import csv
from dataclasses import replace

import pytest

from models.citizen import Citizen
from models.errors import RegistryUnreachable, UsageError
from models.match import MatchQuery
from registry.ask import decide_person
from registry.embedded import EmbeddedPopulation
from registry.load import COLUMNS, load

MAU = Citizen(
    "001190000123", "NGUYỄN THỊ MẪU", "1990-05-07", "female", "123456789", residence="Thôn Thử, Xã Thử, Tỉnh Lạng Sơn"
)
THU = Citizen("079085000456", "TRẦN VĂN THỬ", "1985", "male", "079085999888", status="deceased")
FILLERS = tuple(
    Citizen(
        f"0{province}0{year % 100:02d}{n:06d}", f"LÊ VĂN {given}", f"{year}-{1 + n % 12:02d}-{1 + n % 28:02d}", "male"
    )
    for n, (province, year, given) in enumerate(
        zip((31, 40, 79) * 20, range(1930, 1990), ("AN", "BA", "CƯ", "DÂN") * 15, strict=True)
    )
)


def write(path, citizens, **changes):
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        rows.writerows({c: getattr(citizen, c) for c in COLUMNS} | changes for citizen in citizens)
    return path


@pytest.fixture
def population(tmp_path):
    load(write(tmp_path / "citizens.csv", (MAU, THU, *FILLERS)), tmp_path / "registry.db")
    with EmbeddedPopulation(tmp_path / "registry.db") as opened:
        yield opened


def test_loading_twice_changes_nothing_and_another_file_replaces(tmp_path):
    source, registry = write(tmp_path / "citizens.csv", (MAU, THU)), tmp_path / "registry.db"
    assert (load(source, registry).citizens, load(source, registry).changed) == (2, False)
    assert load(write(source, (MAU,)), registry).changed
    with EmbeddedPopulation(registry) as population:
        assert population.count() == {"citizens": 1, "deceased": 0, "with_old_number": 1, "year_only": 0}
        assert population.by_id_number(THU.id_number) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["citizens.csv", "registry.db"]


def test_every_fault_is_named_with_line_and_column_and_without_its_value(tmp_path):
    broken = (
        replace(MAU, id_number="1234"),
        replace(MAU, birth_date="1990-02-30", sex="nữ"),
        replace(THU, full_name="  ", old_id_number="12"),
        THU,
        replace(THU, status="?"),
    )
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path / "citizens.csv", broken), tmp_path / "registry.db")
    text = str(caught.value)
    assert [line.split(":")[0].strip() for line in text.splitlines()[1:]] == [
        "line 2, column id_number",
        "line 3, column birth_date",
        "line 3, column sex",
        "line 4, column old_id_number",
        "line 4, column full_name",
        "line 6, column status",
    ]
    assert "1990-02-30" not in text
    assert "1234" not in text
    assert caught.value.vi.splitlines()[:2] == [
        "citizens.csv chưa được nạp:", "  dòng 2, cột id_number: cần 12 chữ số",
    ]  # fmt: skip
    assert not (tmp_path / "registry.db").exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id_number,full_name\n", "missing: birth_date"),
        ("", "missing: id_number, full_name, birth_date"),
        (
            "id_number,full_name,birth_date\n001190000123,A B,1990\n001190000123,C D,1991\n",
            "line 3, column id_number: the same number as in line 2",
        ),
        ("id_number,full_name,birth_date\n001190000123,A B\n", "line 2, column birth_date: the line ends"),
        ('id_number,full_name,birth_date\n001190000123,"A B,1990\n', "quotes do not pair up"),
    ],
)
def test_a_file_that_is_no_registry_is_refused(tmp_path, content, expected):
    source = tmp_path / "citizens.csv"
    source.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=expected):
        load(source, tmp_path / "registry.db")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"residence": "Xã\0Thử"}, "column residence: holds a control character"),
        ({"full_name": "MẪU\u202eTHỬ"}, "column full_name: holds a control character"),
        ({"origin": "x" * 2000}, "column origin: must not be longer than 1000 characters"),
        ({"origin": "x" * 200_000}, "more than 100000 characters"),
    ],
)
def test_values_that_no_citizen_has_are_refused(tmp_path, changes, expected):
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path / "citizens.csv", (MAU,), **changes), tmp_path / "registry.db")
    assert expected in str(caught.value)


def test_a_refused_file_leaves_the_old_registry(tmp_path):
    registry = tmp_path / "registry.db"
    load(write(tmp_path / "a.csv", (MAU,)), registry)
    (tmp_path / "b.csv").write_bytes(b"id_number,full_name,birth_date\n\xff\xfe,A,1990\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        load(tmp_path / "b.csv", registry)
    with EmbeddedPopulation(registry) as population:
        assert population.by_id_number(MAU.id_number) == (MAU,)


def test_byte_order_mark_column_order_and_unknown_columns_do_not_matter(tmp_path):
    (tmp_path / "c.csv").write_text(
        "note,birth_date,full_name,id_number\nx,1990-05-07,nguyễn thị  mẫu,001190000123\n", encoding="utf-8-sig"
    )
    load(tmp_path / "c.csv", tmp_path / "registry.db")
    with EmbeddedPopulation(tmp_path / "registry.db") as population:
        (found,) = population.by_id_number("001190000123")
    assert (found.full_name, found.birth_date, found.status) == ("NGUYỄN THỊ MẪU", "1990-05-07", "alive")


@pytest.mark.parametrize("content", [None, b"", b"not a database"])
def test_a_missing_or_damaged_registry_is_unreachable(tmp_path, content):
    if content is not None:
        (tmp_path / "registry.db").write_bytes(content)
    with pytest.raises(RegistryUnreachable, match="load"):
        EmbeddedPopulation(tmp_path / "registry.db")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (MAU.id_number, MAU),
        ("123456789", MAU),
        ("079085999888", THU),
        ("000000000", None),
        ("12", None),
        ("１２３", None),
    ],
)
def test_a_number_finds_its_citizen(population, number, expected):
    assert population.by_id_number(number) == ((expected,) if expected else ())


@pytest.mark.parametrize(
    "fields",
    [
        {"id_number": "001190000723"},
        {"id_number": "010190000123"},
        {"id_number": "123465789"},
        {"id_number": "00119000123"},
        {"id_number": "0011900001123"},
        {"id_number": "123456780"},
        {"full_name": "NGUYEN THI MAU"},
        {"full_name": "NGUYỄN THỊ MẪU", "birth_date": "1990"},
        {"full_name": "NGUYỄN THỊ MẪU", "birth_date": "1990-07-05"},
        {"full_name": "NGUYỄN THỊ MẪU", "birth_date": "1980-05-07"},
        {"full_name": "NGUYỄN THỊ MẪN", "birth_date": "1990-05-07"},
        {"full_name": "NGVYEM TH MẪU", "birth_date": "1990-05-07"},
        {"full_name": "NGXYEN TY MXU", "birth_date": "1990-05-07"},
    ],
)
def test_misread_fields_still_find_the_citizen(population, fields):
    assert MAU in population.candidates(MatchQuery("q", **fields))


def test_a_citizen_known_by_year_is_found_by_the_whole_date(population):
    for name in ("TRẦN VĂN THỬ", "TRẦN VĂN THỬN", "TRÀM VĂN THỬ"):
        assert THU in population.candidates(MatchQuery("q", full_name=name, birth_date="1985-03-09"))


def test_candidates_are_bounded(population):
    assert len(population.candidates(MatchQuery("q", full_name="LÊ VĂN AN"), limit=3)) == 3


def test_many_namesakes_of_a_year_do_not_crowd_out_a_misread_number(tmp_path):
    crowd = [
        replace(
            MAU, id_number=f"0{n:02d}190{n:06d}", old_id_number="", birth_date=f"1990-{1 + n % 12:02d}-{1 + n % 27:02d}"
        )
        for n in range(10, 90)
    ]
    meant = replace(MAU, full_name="NGUYỄN THỊ MẪN", birth_date="1990-05-12")
    load(write(tmp_path / "citizens.csv", (*crowd, meant)), tmp_path / "registry.db")
    asked = MatchQuery("q", full_name=MAU.full_name, birth_date="1990-12-05", id_number="001190000723")
    with EmbeddedPopulation(tmp_path / "registry.db") as population:
        assert meant in population.candidates(asked)
        assert decide_person(asked, population).citizen == meant.id_number


def test_asking_decides(population):
    decision = decide_person(
        MatchQuery("q", full_name="Nguyễn Thị Mẫu", birth_date="07/05/1990", id_number="001.190.000.123"), population
    )
    assert (decision.verdict, decision.citizen) == ("matched", MAU.id_number)
