"""Measures how often matching names the wrong citizen where the paper tempts it to (scripts/traps.py).

python -m scripts.bench_traps [--households 6000] [--questions 20000] [--seeds 5]
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Annotated

import typer

from models.outcome import Verdict
from registry.ask import decide_person
from registry.embedded import EmbeddedPopulation
from registry.load import load
from scripts.population import write_csv
from scripts.traps import draw_traps
from scripts.village import draw_village


def main(
    households: Annotated[int, typer.Option(min=500)] = 6_000,
    questions: Annotated[int, typer.Option(min=100)] = 20_000,
    seeds: Annotated[int, typer.Option(min=1)] = 5,
) -> None:
    """Prints a table: one row a family of traps, over all seeds; then every wrong link."""
    families: dict[str, Counter[str]] = defaultdict(Counter)
    for seed in range(1, seeds + 1):
        citizens, pairs = draw_village(households, seed=seed)
        with tempfile.TemporaryDirectory() as folder:
            source, registry = Path(folder, "citizens.csv"), Path(folder, "registry.db")
            write_csv(citizens, source)
            load(source, registry)
            with EmbeddedPopulation(registry) as population:
                for trap in draw_traps(pairs, questions, seed=seed):
                    decision = decide_person(trap.query, population)
                    named = decision.citizen if decision.verdict is Verdict.MATCHED else None
                    wrong = named not in (None, trap.citizen)
                    families[trap.family].update(
                        questions=1, right=named is not None and not wrong, wrong=wrong, left=named is None
                    )
                    if wrong:
                        print(seed, trap, decision, sep="\n  ")
    print("| what tempts | questions | right | wrong | left to a person |\n|---|---|---|---|---|")
    every: Counter[str] = sum(families.values(), Counter())
    for family, counts in (*sorted(families.items()), ("all", every)):
        print(f"| {family} | {counts['questions']} | {counts['right']} | {counts['wrong']} | {counts['left']} |")


if __name__ == "__main__":
    typer.run(main)
