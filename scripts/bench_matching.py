"""Measures matching on hard questions with known answers: right links, wrong links, time a question.

    python -m scripts.bench_matching [--citizens 200000] [--queries 3000] [--seeds 1] [--folder DIR] [--baselines]
        [--splink PYTHON]

Precision: right of all that were linked. Recall: right of all who are in the registry. Of decidable: right of those
whom what was left on the paper tells from everybody else. Splink scores the same candidates, from a Python that has it
(`python3 -m venv peers && peers/bin/pip install splink`, then `--splink peers/bin/python`). Memory is this process's
peak up to then, people made and all. Times are those of one core's work, so that a busy machine does not blur them; loading is wall time.
"""

from __future__ import annotations

import math
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
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
from scripts.matching_peers import splink_answers

_COLUMNS = (
    "seed", "citizens", "load s and MB", "way", "questions", "right", "wrong", "precision %", "recall %", "of decidable %",
    "p50 ms", "p99 ms",
)  # fmt: skip
_SPLINK_THRESHOLDS = (0.95, 0.99, 0.995, 0.999, 0.9999)


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
            questions=1, known=asked.citizen is not None, decidable=asked.decidable, right=right,
            wrong=citizen is not None and not right,
            right_decidable=right and asked.decidable,
        )  # fmt: skip
        if asked.decidable and not right:
            self.missed[asked.errors] += 1
        return right

    def add(self, other: Tally) -> None:
        """Takes in what another run found."""
        self.counts += other.counts
        self.seconds += other.seconds
        self.wrong += other.wrong
        self.missed += other.missed

    def row(self, seed: str, citizens: int, loading: str, way: str) -> str:
        c = self.counts
        shares = [
            f"{100 * part / max(whole, 1):.2f}"
            for part, whole in (
                (c["right"], c["right"] + c["wrong"]), (c["right"], c["known"]), (c["right_decidable"], c["decidable"]),
            )
        ]  # fmt: skip
        ordered = sorted(self.seconds)
        times = [f"{1000 * ordered[int(at * (len(ordered) - 1))]:.3f}" if ordered else "" for at in (0.5, 0.99)]
        cells = (
            seed, citizens, loading, way, c["questions"], c["right"], c["wrong"], *shares, *times,
        )  # fmt: skip
        return "| " + " | ".join(map(str, cells)) + " |"


def main(
    citizens: Annotated[int, typer.Option(min=1_000)] = 200_000,
    queries: Annotated[int, typer.Option(min=100)] = 3_000,
    seeds: Annotated[int, typer.Option(min=1)] = 1,
    folder: Annotated[Path | None, typer.Option(help="Where the registry is made; default a temporary folder.")] = None,
    baselines: Annotated[bool, typer.Option(help="Exact look-up beside it, on the same questions.")] = False,
    splink: Annotated[Path | None, typer.Option(help="A Python that has Splink: the same pairs scored by it.")] = None,
    show: Annotated[bool, typer.Option(help="Print wrong links and what decidable questions were missed.")] = False,
) -> None:
    """Prints a table: one row a seed and way of answering, then one a way over all seeds."""
    print("| " + " | ".join(_COLUMNS) + " |\n|" + "---|" * len(_COLUMNS))
    totals: dict[str, Tally] = defaultdict(Tally)
    scored: list[tuple[HardQuery, str | None, float]] = []
    for seed in range(1, seeds + 1):
        with _registry(citizens, seed, folder) as (world, population, loading):
            questions = tuple(draw_queries(world, queries, seed=seed))
            ways = {"matching": _asked(questions, population)}
            if baselines:
                ways |= {way: _answered(questions, answers, population) for way, answers in _BASELINES.items()}
            if splink:
                best = splink_answers(questions, population, world, citizens=citizens, python=splink)
                scored += [(asked, *answer) for asked, answer in zip(questions, best, strict=True)]
        for way, tally in ways.items():
            print(tally.row(str(seed), citizens, loading, way), flush=True)
            totals[way].add(tally)
    totals |= _splink_tallies(scored)
    for way, tally in totals.items():
        print(tally.row("all", citizens, "", way))
    if show:
        _show(totals["matching"])


def _splink_tallies(scored: Sequence[tuple[HardQuery, str | None, float]]) -> dict[str, Tally]:
    """Splink's answers at some thresholds, the last the lowest at which it names nobody wrongly: chosen with the answers known."""
    if not scored:
        return {}
    spotless = math.nextafter(max((p for asked, citizen, p in scored if citizen != asked.citizen), default=0.0), 2)
    tallies = {}
    for name, threshold in (*((str(at), at) for at in _SPLINK_THRESHOLDS), (f"{spotless:.7f}, none wrong", spotless)):
        tally = tallies[f"Splink from {name}"] = Tally()
        for asked, citizen, probability in scored:
            tally.note(asked, citizen if probability >= threshold else None)
    return tallies


@contextmanager
def _registry(citizens: int, seed: int, folder: Path | None) -> Iterator[tuple[World, EmbeddedPopulation, str]]:
    with tempfile.TemporaryDirectory(dir=folder) as made:
        source, registry = Path(made, "citizens.csv"), Path(made, "registry.db")
        world = World.draw(citizens, seed=seed, file=source)
        start = time.perf_counter()
        load(source, registry)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        loading = f"{time.perf_counter() - start:.1f} {peak:.0f}"
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
            told = "decidable" if asked.decidable else "undecidable"
            tally.counts.update({
                f"{told} left as {decision.verdict}": 1, f"{told} left, among the first three": asked.citizen in found,
            })  # fmt: skip
    return tally


def _answered(
    questions: tuple[HardQuery, ...],
    answers: Callable[[MatchQuery, EmbeddedPopulation], str | None],
    population: EmbeddedPopulation,
) -> Tally:
    tally = Tally()
    for asked in questions:
        tally.note(asked, answers(tidy(asked.query), population))
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
