"""Measures matching on hard questions with known answers: right links, wrong links, time a question.

python -m scripts.bench_matching [--citizens 200000] [--queries 3000] [--seeds 1]
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from models.outcome import Verdict
from pipeline.tidy import tidy
from registry.ask import decide_person
from registry.embedded import EmbeddedPopulation
from registry.load import load
from scripts.hard_queries import HardQuery, World, draw_queries
from scripts.population import write_csv


@dataclass(slots=True)
class Tally:
    """What became of the questions of one run."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[tuple[HardQuery, object]] = field(default_factory=list)
    missed: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def ask(self, population: EmbeddedPopulation, asked: HardQuery) -> None:
        start = time.perf_counter()
        decision = decide_person(asked.query, population)
        self.seconds.append(time.perf_counter() - start)
        linked = decision.verdict == Verdict.MATCHED
        right = linked and decision.citizen == asked.citizen
        self.counts.update(
            queries=1, true=asked.citizen is not None, decidable=asked.decidable, linked=linked, right=right,
            right_decidable=right and asked.decidable, wrong=linked and not right,
        )  # fmt: skip
        if linked and not right:
            self.wrong.append((asked, decision))
        if asked.decidable and not right:
            self.missed[asked.errors] += 1
        if asked.citizen and not right:
            self._look_in_review(population, asked, str(decision.verdict))

    def _look_in_review(self, population: EmbeddedPopulation, asked: HardQuery, verdict: str) -> None:
        self.counts[f"true_{verdict}"] += 1
        found = [citizen.id_number for citizen in population.candidates(tidy(asked.query))]
        self.counts["true_found_in_review"] += asked.citizen in found and verdict == "review"

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))] * 1000


def main(
    citizens: Annotated[int, typer.Option(min=1_000)] = 200_000,
    queries: Annotated[int, typer.Option(min=100)] = 3_000,
    seeds: Annotated[int, typer.Option(min=1)] = 1,
    show: Annotated[bool, typer.Option(help="Print wrong links and what decidable questions were missed.")] = False,
) -> None:
    """Prints one row a seed."""
    print(
        f"{'seed':>4} {'load s':>7} {'queries':>7} {'right':>6} {'wrong':>5} {'decidable':>9} {'linked %':>8} {'p50 ms':>7} {'p99 ms':>7}"
    )
    for seed in range(1, seeds + 1):
        world = World.draw(citizens, seed=seed)
        with tempfile.TemporaryDirectory() as folder:
            source, registry = Path(folder, "citizens.csv"), Path(folder, "registry.db")
            write_csv((resident.citizen for resident in world.inside), source)
            start = time.perf_counter()
            load(source, registry)
            loading = time.perf_counter() - start
            tally = Tally()
            with EmbeddedPopulation(registry) as population:
                for asked in draw_queries(world, queries, seed=seed):
                    tally.ask(population, asked)
        c = tally.counts
        share = 100 * c["right_decidable"] / max(c["decidable"], 1)
        print(
            f"{seed:>4} {loading:>7.1f} {c['queries']:>7} {c['right']:>6} {c['wrong']:>5} {c['decidable']:>9} {share:>8.2f}"
            f" {tally.percentile(0.5):>7.3f} {tally.percentile(0.99):>7.3f}"
        )
        if show:
            print(dict(c))
            for pair in tally.wrong:
                print(*pair, sep="\n   ")
            for errors, count in tally.missed.most_common(25):
                print(count, *errors)


if __name__ == "__main__":
    typer.run(main)
