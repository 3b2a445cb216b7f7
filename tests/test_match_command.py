"""`sohoa match` and `sohoa registry` as a clerk or a program calls them."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from models.citizen import Citizen
from models.errors import UsageError
from pipeline.frequencies import NameFrequencies
from pipeline.match import decide
from scripts.cli import app
from scripts.match_command import read_query

HEADER = "id_number,old_id_number,full_name,birth_date,sex,residence,status\n"
MAU = '001190000123,123456789,NGUYỄN THỊ MẪU,1990-05-07,female,"Thôn Thử, Xã Thử, Tỉnh Lạng Sơn",alive\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path))
    monkeypatch.delenv("SOHOA_REGISTRY", raising=False)
    monkeypatch.setenv("SOHOA_LANG", "en")
    (tmp_path / "citizens.csv").write_text(HEADER + MAU, encoding="utf-8")
    return tmp_path


def run(*arguments, questions=""):
    return CliRunner().invoke(app, arguments, input=questions)


def test_load_stats_and_match(home):
    assert run("registry", "load", str(home / "citizens.csv")).exit_code == 0
    assert json.loads(run("registry", "load", "--json", str(home / "citizens.csv")).stdout) == {
        "citizens": 1,
        "changed": False,
    }
    assert json.loads(run("registry", "stats", "--json").stdout)["citizens"] == 1
    asked = {
        "query": "q1",
        "full_name": "NGUYEN THI MAU",
        "birth_date": "1990",
        "sex": None,
        "id_number": "123456789",
        "residence": None,
    }
    done = run("match", "--explain", questions=json.dumps(asked) + "\n")
    answer = json.loads(done.stdout)
    assert (answer["query"], answer["verdict"], answer["citizen"]) == ("q1", "matched", "001190000123")
    fields = [e["field"] for e in answer["evidence"]]
    assert fields == ["prior", "id_number", "full_name", "birth_date", "weights", "asked"]
    assert "the same citizen's old number" in done.stderr
    alone = json.loads(run("match", questions='{"query": "q2", "full_name": "NGUYỄN THỊ MẪU"}').stdout)
    assert (alone["verdict"], [likely["citizen"] for likely in alone["likely"]]) == ("review", ["001190000123"])
    assert "MAU" not in done.stderr


def test_every_line_is_answered_in_order_and_wrong_ones_are_named(home):
    run("registry", "load", str(home / "citizens.csv"))
    lines = [
        "not json",
        '{"query": "b", "full_name": 3}',
        "",
        '{"query": "c"}',
        '{"query": "d", "birth_date": "May"}',
        "[1]",
        '{"query":"e","name_confidence":2}',
    ]
    done = run("match", questions="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(a["query"], a["verdict"]) for a in answers] == [
        ("", "review"),
        ("b", "review"),
        ("c", "unmatched"),
        ("d", "unmatched"),
        ("", "review"),
        ("e", "review"),
    ]
    assert [a.get("ignored") for a in answers] == [None, None, None, ["birth_date"], None, None]
    assert done.exit_code == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()[:-1]] == [
        "line 1",
        "line 2",
        "line 5",
        "line 6",
        "line 7",
    ]


def test_an_endless_line_is_one_wrong_line(home):
    run("registry", "load", str(home / "citizens.csv"))
    done = run(
        "match", questions='{"query": "' + "x" * 5_000_000 + '"}\n{"query": "b", "full_name": "NGUYỄN THỊ MẪU"}\n'
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [answer["query"] for answer in answers] == ["", "b"]
    assert done.exit_code == 2


def test_without_a_registry_the_command_says_what_to_type(home):
    done = run("match", questions="{}\n")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "sohoa registry load" in done.stderr


def test_make_writes_or_loads_the_same_people_for_the_same_seed(home):
    for name in ("a.csv", "b.csv"):
        assert run("registry", "make", "-n", "200", "--seed", "3", "--to", str(home / name)).exit_code == 0
    assert (home / "a.csv").read_bytes() == (home / "b.csv").read_bytes()
    assert run("registry", "make", "-n", "200", "--seed", "3").exit_code == 0
    assert json.loads(run("registry", "stats", "--json").stdout)["citizens"] == 200


def test_unknown_keys_are_ignored_and_confidences_read():
    query = read_query(b'{"query": "a", "full_name": "X", "note": [], "id_number_confidence": 0.4}')
    assert (query.full_name, query.id_number_confidence) == ("X", 0.4)


def test_matching_loads_no_heavy_library(home):
    run("registry", "load", str(home / "citizens.csv"))
    program = "import sys, scripts.match_command; print([m for m in ('prefect', 'cv2', 'numpy', 'fastapi', 'httpx') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"


@given(
    st.one_of(
        st.binary(max_size=80),
        st.from_type(str).map(lambda s: json.dumps({"query": s, "full_name": s, "residence": s}).encode()),
    )
)
def test_any_line_is_a_question_or_an_error(line):
    try:
        query = read_query(line)
    except UsageError:
        return
    decide(query, [Citizen("001190000123", "NGUYỄN THỊ MẪU", "1990-05-07", "female")], frequencies=NameFrequencies(1))


@pytest.mark.parametrize("line", [
        b'{"query": "\\ud800"}', b"[" * 100_000, b"\xff{}", b'{"full_name": 1}', b'{"full_name": "%b"}' % (b"x" * 1001),
        b'{"note": "%b"}' % (b"x" * 100_000),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_read_are_usage_errors(line):
    with pytest.raises(UsageError):
        read_query(line)
