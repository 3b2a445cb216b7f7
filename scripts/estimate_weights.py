"""Counts how often each rung occurs among true pairs (m) and among different people (u); writes match_weights.py.

    python -m scripts.estimate_weights [--seed 7] [--citizens 60000] [--pairs 3000000]

True pairs are citizens of a made population and what hard paper says of them (scripts/hard_queries.py). Different people
are pairs drawn by chance; for id numbers, pairs who share province, sex and year, so that what those digits say is not
counted twice beside the birth date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from models.citizen import Citizen
from models.match import MatchQuery
from pipeline.compare import FIELDS, LADDERS
from pipeline.frequencies import NameFrequencies, name_parts
from scripts.hard_queries import World, spoil

TARGET = Path(__file__).parent.parent / "pipeline" / "match_weights.py"
VERSION = 3  # raised whenever ladders or errors change, so that a kept decision says by which weights it was made
_ABSENT = "absent"


def main(
    seed: Annotated[int, typer.Option()] = 7,
    citizens: Annotated[int, typer.Option(min=1_000)] = 60_000,
    pairs: Annotated[int, typer.Option(min=1_000)] = 3_000_000,
) -> None:
    """Writes pipeline/match_weights.py; the same bytes for the same numbers."""
    rng = Random(f"weights {seed}")
    world = World.draw(citizens, seed=seed, sample=citizens)
    same = count_same(rng, world)
    other = count_different(rng, world, pairs)
    reference = mean_share(world)
    TARGET.write_text(_module(same, other, reference, seed=seed, citizens=citizens, pairs=pairs), encoding="utf-8")
    print(f"wrote {TARGET.name}: {sum(same['sex'].values())} true pairs, {pairs} different people")


def count_same(rng: Random, world: World) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for resident in world.inside:
        query, _ = spoil(rng, resident, "", moved_to=rng.choice(world.outside))
        _tally(counts, query, resident.citizen, FIELDS)
    return counts


def count_different(rng: Random, world: World, pairs: int) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    apart = tuple(field for field in FIELDS if field != "id_number")
    spoiled = [spoil(rng, resident, "", moved_to=resident)[0] for resident in world.outside]
    for _ in range(pairs):
        _tally(counts, rng.choice(spoiled), rng.choice(world.inside).citizen, apart)
    for _ in range(pairs):
        read = rng.choice(spoiled)
        if not read.id_number or len(read.id_number) < 7:
            continue
        # a citizen of that province, sex and year: the last six digits are drawn at random, as the law draws them
        number = read.id_number[:6] + f"{rng.randrange(1_000_000):06d}"
        old = f"{rng.randrange(1_000_000_000):09d}" if rng.random() < 0.5 else ""
        stranger = Citizen(number, "", "", "", old_id_number=old)
        _tally(counts, MatchQuery("", id_number=read.id_number), stranger, ("id_number",))
    return counts


def _tally(counts: dict[str, Counter[str]], query: MatchQuery, citizen: Citizen, fields: Iterable[str]) -> None:
    for field in fields:
        counts[field][FIELDS[field](query, citizen)] += 1


def mean_share(world: World) -> float:
    """The chance that two citizens share a name, by the estimate that matching uses."""
    counts: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    names = [resident.citizen.full_name for resident in world.inside]
    for name in names:
        for count, part in zip(counts, name_parts(name), strict=True):
            count[part] += 1
    frequencies = NameFrequencies(len(names), *counts)
    return sum(frequencies.share(name) for name in names) / len(names)


def _module(
    same: dict[str, Counter[str]],
    other: dict[str, Counter[str]],
    reference: float,
    *,
    seed: int,
    citizens: int,
    pairs: int,
) -> str:
    lines = [
        '"""How often each rung occurs among true pairs (m) and among different people (u). Made by a script; do not edit.',
        "",
        f"python -m scripts.estimate_weights --seed {seed} --citizens {citizens} --pairs {pairs}",
        "",
        f"m: counted over {citizens} citizens of scripts/population.py and what scripts/hard_queries.py makes of their",
        f"papers. u: counted over {pairs} pairs of different people (id numbers: of one province, sex and birth year).",
        "One half is added to every count, so that a rung never seen is rare and not impossible.",
        '"""',
        "",
        f"VERSION = {VERSION}",
        f"MEAN_NAME_SHARE = {reference:.3e}  # the chance that two citizens share a name, tones aside",
        "",
        "M_AND_U: dict[str, dict[str, tuple[float, float]]] = {",
    ]
    for field, ladder in LADDERS.items():
        rungs = [rung for rung in ladder if rung != _ABSENT]
        m_total, u_total = (sum(c[field][rung] + 0.5 for rung in rungs) for c in (same, other))
        lines.append(f'    "{field}": {{')
        for rung in rungs:
            m, u = ((c[field][rung] + 0.5) / total for c, total in ((same, m_total), (other, u_total)))
            lines.append(f'        "{rung}": ({m:.3e}, {u:.3e}),')
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    typer.run(main)
