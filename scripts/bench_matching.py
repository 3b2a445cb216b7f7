"""Measures matching on hard questions with known answers: right links, wrong links, time a question.

    python -m scripts.bench_matching [--citizens 200000] [--queries 3000] [--seeds 1] [--folder DIR]

Times are those of one core's work, so that a busy machine does not blur them; loading is wall time.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from models.match import Decision, MatchQuery
from models.outcome import Verdict
from pipeline.similarity import folded_words
from pipeline.tidy import tidy
from registry.ask import decide_person, likely_citizens
from registry.embedded import EmbeddedPopulation
from registry.load import load
from scripts.hard_queries import HardQuery, World, draw_queries

_COLUMNS = ("seed", "citizens", "load s", "way", "questions", "right", "wrong", "of decidable %", "p50 ms", "p99 ms")


@dataclass(slots=True)
class Tally:
    """What became of the questions of one run in one way of answering."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[tuple[HardQuery, Decision]] = field(default_factory=list)
    missed: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def note(self, asked: HardQuery, citizen: str | None) -> bool:
        """Counts an answer; True where it is right."""
        right = citizen is not None and citizen == asked.citizen
        self.counts.update(
            questions=1, decidable=asked.decidable, right=right, wrong=citizen is not None and not right,
            right_decidable=right and asked.decidable,
        )  # fmt: skip
        if asked.decidable and not right:
            self.missed[asked.errors] += 1
        return right

    def row(self, seed: int, citizens: int, loading: float, way: str) -> str:
        c = self.counts
        share = 100 * c["right_decidable"] / max(c["decidable"], 1)
        ordered = sorted(self.seconds) or [0.0]
        p50, p99 = (1000 * ordered[int(at * (len(ordered) - 1))] for at in (0.5, 0.99))
        cells = (
            seed, citizens, f"{loading:.1f}", way, c["questions"], c["right"], c["wrong"], f"{share:.2f}", f"{p50:.3f}",
            f"{p99:.3f}",
        )  # fmt: skip
        return "| " + " | ".join(map(str, cells)) + " |"


def main(
    citizens: Annotated[int, typer.Option(min=1_000)] = 200_000,
    queries: Annotated[int, typer.Option(min=100)] = 3_000,
    seeds: Annotated[int, typer.Option(min=1)] = 1,
    folder: Annotated[Path | None, typer.Option(help="Where the registry is made; default a temporary folder.")] = None,
    baselines: Annotated[bool, typer.Option(help="Exact look-up beside it, on the same questions.")] = False,
    show: Annotated[bool, typer.Option(help="Print wrong links and what decidable questions were missed.")] = False,
) -> None:
    """Prints a table: one row a seed and way of answering."""
    print("| " + " | ".join(_COLUMNS) + " |\n|" + "---|" * len(_COLUMNS))
    for seed in range(1, seeds + 1):
        with _registry(citizens, seed, folder) as (world, population, loading):
            questions = tuple(draw_queries(world, queries, seed=seed))
            tally = _asked(questions, population)
            print(tally.row(seed, citizens, loading, "matching"), flush=True)
            if baselines:
                for way, answers in _BASELINES.items():
                    exact = Tally()
                    for asked in questions:
                        exact.note(asked, answers(tidy(asked.query), population))
                    print(exact.row(seed, citizens, loading, way))
        if show:
            _show(tally)


@contextmanager
def _registry(citizens: int, seed: int, folder: Path | None) -> Iterator[tuple[World, EmbeddedPopulation, float]]:
    with tempfile.TemporaryDirectory(dir=folder) as made:
        source, registry = Path(made, "citizens.csv"), Path(made, "registry.db")
        world = World.draw(citizens, seed=seed, file=source)
        start = time.perf_counter()
        load(source, registry)
        loading = time.perf_counter() - start
        source.unlink()
        with EmbeddedPopulation(registry) as population:
            yield world, population, loading


def _asked(questions: tuple[HardQuery, ...], population: EmbeddedPopulation) -> Tally:
    tally = Tally()
    for asked in questions:
        start = time.thread_time()
        decision = decide_person(asked.query, population)
        tally.seconds.append(time.thread_time() - start)
        linked = decision.verdict == Verdict.MATCHED
        right = tally.note(asked, decision.citizen if linked else None)
        if linked and not right:
            tally.wrong.append((asked, decision))
        if asked.citizen and not right:
            found = [citizen.id_number for citizen, _ in likely_citizens(asked.query, population)]
            tally.counts.update({f"true {decision.verdict}": 1, "true among the first three": asked.citizen in found})
    return tally


def _by_number(query: MatchQuery, population: EmbeddedPopulation) -> str | None:
    found = population.by_id_number(query.id_number or "")
    return found[0].id_number if found else None


def _by_number_or_name(query: MatchQuery, population: EmbeddedPopulation) -> str | None:
    return _by_number(query, population) or next(
        (
            citizen.id_number
            for citizen in population.candidates(query)
            if query.birth_date == citizen.birth_date and _same_name(query, citizen.full_name)
        ),
        None,
    )


def _by_number_and_more(query: MatchQuery, population: EmbeddedPopulation) -> str | None:
    for citizen in population.by_id_number(query.id_number or ""):
        if query.birth_date == citizen.birth_date or _same_name(query, citizen.full_name):
            return citizen.id_number
    return None


def _same_name(query: MatchQuery, name: str) -> bool:
    return folded_words(query.full_name or "") == folded_words(name)


_BASELINES = {
    "number": _by_number,
    "number, else name and date": _by_number_or_name,
    "number, and name or date": _by_number_and_more,
}


def _show(tally: Tally) -> None:
    print(dict(tally.counts))
    for asked, decision in tally.wrong:
        print(asked, decision, sep="\n   ")
    for errors, count in tally.missed.most_common(25):
        print(count, *errors)


if __name__ == "__main__":
    typer.run(main)
