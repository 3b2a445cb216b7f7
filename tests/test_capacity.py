"""The simulation of capacity: queues behave as queues do, and the figures of what was measured come out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.capacity_checks import BATCHES, Batch, seconds
from scripts.capacity_station import Station
from scripts.simulate_capacity import PLACES, Costs, Place, arrivals, cores_for, simulate

ONE_PAGE = Place("test", 60, 1, 1)
COSTS = Costs(page_seconds=1.0, dossier_seconds=0.0, store_request_seconds=0.0, transaction_seconds=0.0)


def test_a_station_serves_in_turn_and_places_side_by_side() -> None:
    one, two = Station.of("one", 1), Station.of("two", 2)
    assert [one.serve(at, 10) for at in (0, 0, 25)] == [10, 20, 35]
    assert [two.serve(at, 10) for at in (0, 0, 5)] == [10, 10, 20]
    assert one.busy == 30


@pytest.mark.parametrize(("cores", "seconds"), [(1, 60.0), (2, 30.0), (7, 9.0), (60, 1.0)])
def test_a_back_file_takes_its_work_divided_by_the_cores(cores: int, seconds: float) -> None:
    assert simulate(replace(ONE_PAGE, cores=cores), COSTS, at_once=True).over_at == pytest.approx(seconds)


def test_waiting_is_that_of_a_queue_with_random_arrivals() -> None:
    # M/D/1 at half load: mean wait is half a service (Pollaczek and Khinchine), so 1.5 services in all
    busy = Place("test", 28_800 / 2 / 1.6, 1, 1)  # the day's fullest hour has 1.6 times its share
    result = simulate(busy, COSTS)
    mean = sum(result.seconds) / len(result.seconds)
    assert 1.1 < mean < 1.5
    assert result.busy["cores"] == pytest.approx(0.5 / 1.6, rel=0.01)


def test_arrivals_are_within_the_day_and_in_order() -> None:
    import random  # noqa: PLC0415

    times = arrivals(500, random.Random(3))
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] < 8 * 3600


def test_more_work_never_needs_fewer_cores() -> None:
    needed = [cores_for(replace(place, dossiers_a_day=place.dossiers_a_day / 10), Costs()) for place in PLACES[2:]]
    assert needed == sorted(needed)


@pytest.mark.parametrize(("places", "over_at"), [(1, 62.0), (2, 35.5), (3, 26.0 + 1 / 3)])
def test_a_batch_in_parts_takes_as_long_as_the_place_with_most_parts(places: int, over_at: float) -> None:
    batch = Batch("test", (4, 4, 4, 4, 2), places, page_seconds=2.0, job_seconds=5.0, run_seconds=1.0, measured=1.0)
    assert seconds(batch) == pytest.approx(over_at)


def test_every_measured_batch_is_foretold_within_a_quarter() -> None:
    assert all(abs(seconds(batch) / batch.measured - 1) < 0.25 for batch in BATCHES)
