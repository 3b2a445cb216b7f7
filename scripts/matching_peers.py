"""Lets Splink score the same pairs as ours, from a Python that has it; it is no dependency of this program."""

from __future__ import annotations

import csv
import json
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from models.citizen import Citizen
from models.errors import UsageError
from models.match import MatchQuery
from models.vietnamese import fold
from pipeline.match import IN_REGISTRY
from pipeline.residence import parse_residence
from pipeline.tidy import tidy
from registry.population import Population
from scripts.hard_queries import HardQuery, World

_COLUMNS = (
    "unique_id", "pair", "full_name", "folded", "birth_date", "sex", "id_number", "old_id_number", "residence", "home",
    "province",
)  # fmt: skip
_TRAINED_ON = 60_000
_PROGRAM = Path(__file__).with_name("peer_splink.py")


def splink_answers(
    questions: Sequence[HardQuery], population: Population, world: World, *, citizens: int, python: Path
) -> list[tuple[str | None, float]]:
    """The citizen whom Splink finds likeliest for each question, with its probability, among our own candidates.

    Raises UsageError where that Python cannot run Splink.
    """
    asked = [tidy(question.query) for question in questions]
    found = [population.candidates(query) for query in asked]
    pairs = [(at, citizen) for at, candidates in enumerate(found) for citizen in candidates]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        known = {citizen.id_number: citizen for _, citizen in pairs}
        known |= {r.citizen.id_number: r.citizen for r in islice(world.inside, max(_TRAINED_ON - len(known), 0))}
        _write(folder / "questions.csv", (_asked(query, f"q{at}", "") for at, query in enumerate(asked)))
        _write(folder / "citizens.csv", (_known(citizen, citizen.id_number, "") for citizen in known.values()))
        _write(folder / "asked_pairs.csv", (_asked(asked[at], f"l{pair}", pair) for pair, (at, _) in enumerate(pairs)))
        _write(
            folder / "known_pairs.csv", (_known(citizen, f"r{pair}", pair) for pair, (_, citizen) in enumerate(pairs))
        )
        about = {"citizens": citizens, "in_registry": IN_REGISTRY}
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
        done = subprocess.run([python, _PROGRAM, folder], capture_output=True, text=True, check=False)
        if done.returncode:
            raise UsageError(f"{python} does not run Splink:\n{done.stderr[-2000:]}")
        best: list[tuple[str | None, float]] = [(None, 0.0)] * len(questions)
        with (folder / "scores.csv").open(encoding="utf-8", newline="") as file:
            for pair, probability in csv.reader(file):
                at, citizen = pairs[int(pair)]
                if float(probability) > best[at][1]:
                    best[at] = citizen.id_number, float(probability)
    return best


def _write(path: Path, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(_COLUMNS)
        written.writerows(rows)


def _asked(query: MatchQuery, name: str, pair: object) -> tuple[object, ...]:
    return (
        name, pair, query.full_name, fold(query.full_name or ""), query.birth_date, query.sex, query.id_number, None,
        *_places(query.residence),
    )  # fmt: skip


def _known(citizen: Citizen, name: str, pair: object) -> tuple[object, ...]:
    return (
        name, pair, citizen.full_name, fold(citizen.full_name), citizen.birth_date, citizen.sex, citizen.id_number,
        citizen.old_id_number, *_places(citizen.residence),
    )  # fmt: skip


def _places(residence: str | None) -> tuple[str, str, str]:
    """The address in plain letters, its home and its province of today: Splink is spared the mapping of old units."""
    parsed = parse_residence(residence or "")
    return fold(residence or ""), parsed.home, parsed.province
