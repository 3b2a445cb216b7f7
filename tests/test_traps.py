"""Nobody is named where the paper points to a relative, a twin, a namesake or a mixture of two."""

import csv
from dataclasses import asdict

import pytest

from models.outcome import Verdict
from registry.ask import decide_person
from registry.embedded import EmbeddedPopulation
from registry.load import COLUMNS, load
from scripts.traps import draw_traps
from scripts.village import draw_village

QUESTIONS = 3_300


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Every trap with the citizen who was named, and with whoever bears the number on the paper."""
    folder = tmp_path_factory.mktemp("traps")
    citizens, pairs = draw_village(1_500, seed=1)
    with (folder / "citizens.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        rows.writerows(asdict(citizen) for citizen in citizens)
    load(folder / "citizens.csv", folder / "registry.db")
    with EmbeddedPopulation(folder / "registry.db") as population:
        return [
            (
                trap,
                decision.citizen if decision.verdict is Verdict.MATCHED else None,
                [citizen.id_number for citizen in population.by_id_number(trap.query.id_number or "")],
            )
            for trap in draw_traps(pairs, QUESTIONS, seed=1)
            for decision in (decide_person(trap.query, population),)
        ]


def test_nobody_is_taken_for_another(asked):
    assert [trap for trap, named, _ in asked if named not in (None, trap.citizen)] == []


def test_the_way_of_writing_changes_nothing(asked):
    assert [trap for trap, named, _ in asked if trap.certain and named != trap.citizen] == []


def test_these_are_traps(asked):
    taken_by_number = [trap for trap, _, bearers in asked if bearers and bearers[0] != trap.citizen]
    assert len(taken_by_number) > 300
    assert sum(named is not None for _, named, _ in asked) > 800
