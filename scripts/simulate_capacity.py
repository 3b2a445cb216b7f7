"""How many machines an office, a province, the country need, and what is full first: a simulation of queues.

    python -m scripts.simulate_capacity [--check]

Dossiers come in over a working day as citizens do (two peaks), or lie there as a back-file; each passes through the cores that
read, the object store and the index, each with so many places, a place for so long. What a dossier asks of each is measured
(docs/capacity.md has the commands). `--check` simulates batches that were measured whole, from what a
dossier and a start cost by other measurements, and prints both figures (scripts.capacity_checks).
"""

from __future__ import annotations

import argparse
import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scripts.capacity_checks import checks
from scripts.capacity_station import Station

DAY_HOURS = 8
# Share of a day's citizens by hour, from 07:30: mornings and the hour after noon (believed, not measured).
_HOURS = (0.18, 0.20, 0.16, 0.08, 0.08, 0.13, 0.11, 0.06)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a dossier costs: processor seconds a page and besides, requests of the store, transactions, kilobytes.

    Figures of `python -m scripts.bench_costs`, on the machine that docs/capacity.md names.
    """

    page_seconds: float = 0.45
    dossier_seconds: float = 0.05
    store_requests: float = 14.0
    store_requests_a_page: float = 4.6
    store_request_seconds: float = 0.004
    transactions: float = 14.0
    transaction_seconds: float = 0.009
    store_kilobytes_a_page: float = 1_280.0
    index_kilobytes: float = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: dossiers a day and their pages, cores that read, places of store and index at once.

    `store_places` and `index_places`: requests and writing transactions that the servers do side by side.
    """

    name: str
    dossiers_a_day: float
    pages: float
    cores: int
    store_places: int = 16
    index_places: int = 8


@dataclass(frozen=True, slots=True)
class Result:
    """A simulated day: how long dossiers took (seconds, sorted), how busy each station was, when the last was done."""

    seconds: tuple[float, ...]
    busy: dict[str, float]
    over_at: float

    def percentile(self, share: float) -> float:
        """The time that this share of dossiers does not exceed."""
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))] if self.seconds else 0.0

    @property
    def fullest(self) -> str:
        """The station that is full first as the load grows."""
        return max(self.busy, key=lambda name: self.busy[name])


def arrivals(dossiers: int, chance: random.Random) -> list[float]:
    """Seconds after opening at which so many dossiers come, in order."""
    hours = chance.choices(range(DAY_HOURS), weights=_HOURS, k=dossiers)
    return sorted(3600 * (hour + chance.random()) for hour in hours)


def simulate(place: Place, costs: Costs, *, seed: int = 1, at_once: bool = False) -> Result:
    """One day of a place, or its day's dossiers lying there at once (`at_once`: a back-file)."""
    chance = random.Random(seed)
    dossiers = round(place.dossiers_a_day)
    times = [0.0] * dossiers if at_once else arrivals(dossiers, chance)
    cores, store, index = (
        Station.of("cores", place.cores), Station.of("store", place.store_places), Station.of("index", place.index_places),
    )  # fmt: skip
    # A dossier goes from station to station, so events are taken in the order of their times.
    events: list[tuple[float, int, int]] = [(time, number, 0) for number, time in enumerate(times)]
    heapq.heapify(events)
    steps = [_steps(place, costs, chance) for _ in range(dossiers)]
    stations, took = (cores, store, index), []
    while events:
        now, number, step = heapq.heappop(events)
        if step == len(steps[number]):
            took.append(now - times[number])
            continue
        station, seconds = steps[number][step]
        heapq.heappush(events, (stations[station].serve(now, seconds), number, step + 1))
    over = max((start + seconds for start, seconds in zip(sorted(times), sorted(took), strict=True)), default=0.0)
    span = max(over, max((max(s.free_at) for s in stations), default=0.0)) if at_once else DAY_HOURS * 3600.0
    busy = {s.name: s.busy / (span * len(s.free_at)) if span else 0.0 for s in stations}
    return Result(tuple(sorted(took)), busy, max(max(s.free_at) for s in stations))


def _steps(place: Place, costs: Costs, chance: random.Random) -> Sequence[tuple[int, float]]:
    """What a dossier asks: original kept, read, the rest kept, the index told. Pages vary as 1 + a geometric number."""
    pages = 1
    while place.pages > 1 and chance.random() < 1 - 1 / place.pages:
        pages += 1
    reading = costs.dossier_seconds + pages * costs.page_seconds
    requests = costs.store_requests + costs.store_requests_a_page * (pages - 1)
    return (
        (1, 2 * costs.store_request_seconds),
        (0, reading),
        (1, (requests - 2) * costs.store_request_seconds),
        (2, costs.transactions * costs.transaction_seconds),
    )


def cores_for(place: Place, costs: Costs) -> int:
    """The fewest cores with which 95 of 100 dossiers wait hardly longer (a fifth) than where there are cores for all."""
    seconds = 1.2 * simulate(replace(place, cores=4096), costs).percentile(0.95)
    low, high = 1, 1
    while simulate(replace(place, cores=high), costs).percentile(0.95) > seconds and high < 1 << 16:
        low, high = high + 1, high * 2
    while low < high:
        middle = (low + high) // 2
        if simulate(replace(place, cores=middle), costs).percentile(0.95) > seconds:
            low = middle + 1
        else:
            high = middle
    return high


# Hanoi took in 66,000 dossiers in three weeks: 4,400 a working day by 126 wards and communes, 35 each, of 8.7 million people.
# At that rate the country's 100 million bring 50,600 a day to 3,321 communes (derived, not counted), a province 1,500.
PLACES = (
    Place("a commune", 15, 4.8, 2),
    Place("a busy ward", 60, 4.8, 2),
    Place("a province of 100 communes", 1_500, 4.8, 8),
    Place("Hanoi", 4_400, 4.8, 16),
    Place("3,321 communes in one centre", 50_600, 4.8, 128, 64, 16),
)


def table(costs: Costs) -> Iterator[str]:
    """A line a place: what it needs and what is full first."""
    yield f"{'':30} {'dossiers/day':>12} {'cores':>6} {'p95 s':>7} {'fullest':>8} {'busy':>6} {'full at':>9} {'store/year':>11} {'index/year':>11}"
    for place in PLACES:
        sized = replace(place, cores=cores_for(place, costs))
        result = simulate(sized, costs)
        year = 250 * place.dossiers_a_day
        store = year * place.pages * costs.store_kilobytes_a_page / 1e9
        index = year * costs.index_kilobytes / 1e6
        yield (
            f"{place.name:30} {place.dossiers_a_day:12,.0f} {sized.cores:6} {result.percentile(0.95):7.1f} "
            f"{result.fullest:>8} {result.busy[result.fullest]:6.0%} {place.dossiers_a_day / result.busy[result.fullest]:9,.0f} "
            f"{store:8.2f} TB {index:8.1f} GB"
        )


def ceilings(costs: Costs) -> Iterator[str]:
    """What each server does at most, however many cores read: dossiers of four pages an hour."""
    requests = costs.store_requests + 3 * costs.store_requests_a_page
    for places in (8, 16, 64):
        yield f"store, {places} requests at a time: {3600 * places / (requests * costs.store_request_seconds):,.0f} dossiers an hour"
    for places in (1, 8):
        seconds = costs.transactions * costs.transaction_seconds
        kind = "SQLite" if places == 1 else "PostgreSQL"
        yield f"index on {kind}, {places} at a time: {3600 * places / seconds:,.0f} dossiers an hour"


def main() -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(description="How many machines, and what is full first")
    parser.add_argument("--check", action="store_true")
    costs = Costs()
    if parser.parse_args().check:
        print("\n".join(checks()))
        return
    print("\n".join(table(costs)))
    print()
    print("\n".join(ceilings(costs)))


if __name__ == "__main__":
    main()
