"""The weights are counted, can be counted again, and say by which version they were."""

from random import Random

import pytest

from pipeline import match_weights
from scripts.estimate_weights import VERSION, count_different, count_same
from scripts.hard_queries import World


@pytest.fixture(scope="module")
def world():
    return World.draw(1_500, seed=7, sample=1_500, outside=300)


def counted(world):
    rng = Random("weights")
    return count_same(rng, world), count_different(rng, world, 4_000)


def test_the_same_seed_counts_the_same(world):
    assert counted(world) == counted(World.draw(1_500, seed=7, sample=1_500, outside=300))


def test_the_kept_weights_are_of_the_ladders_and_errors_of_today(world):
    """A change of ladders or errors without counting again shows in the shares of true pairs."""
    assert match_weights.VERSION == VERSION
    same, other = counted(world)
    for field, rungs in match_weights.M_AND_U.items():
        for side, counts in enumerate((same[field], other[field])):
            told = sum(count for rung, count in counts.items() if rung != "absent")
            for rung, shares in rungs.items():
                spread = 4 * (shares[side] / told) ** 0.5 + 4 / told
                assert counts[rung] / told == pytest.approx(shares[side], abs=spread), (field, rung, side)
