"""The simulation of capacity beside batches that were measured whole; what they are simulated from was measured otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.capacity_station import Station


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that lay there, and how long it took with nothing else running.

    jobs: pages of each job, in the order in which places take them; a job is a part of a shared batch, else a dossier
    places: worker hosts of one core, or workers of one host
    page_seconds: processor seconds a page with all that belongs to it, by `bench_costs`
    job_seconds, run_seconds: of a job's start and of the run's (libraries, workers, Prefect), on the places, by the processor
        seconds that `bench_hosts` prints of another batch, and by `bench_costs --cli`
    """

    name: str
    jobs: Sequence[int]
    places: int
    page_seconds: float
    job_seconds: float
    run_seconds: float
    measured: float


# The eight parts into which `bench_hosts` has its dossiers cut: 60 of a page, 24 of twelve.
_SMALL, _LARGE = (8, 7, 8, 7, 8, 7, 8, 7), (36,) * 8
# 24 dossiers of 133 pages: `sohoa digitize` with two workers on two cores, docs/performance.md.
_OFFICE = (6,) * 13 + (5,) * 11
# A part's process 3.9 processor seconds, its worker 2.0 before its first page; a machine looks for a part every two seconds.
_PART = 3.9 + 2.0 + 1.0
BATCHES = (
    Batch("one host, one worker, 60 dossiers of a page", _SMALL, 1, 0.17, _PART, 0.0, 71.9),
    Batch("two hosts, one worker each, the same", _SMALL, 2, 0.17, _PART, 0.0, 35.1),
    Batch("one host, one worker, 24 dossiers of 12 pages", _LARGE, 1, 0.17, _PART, 0.0, 120.3),
    Batch("two hosts, one worker each, the same", _LARGE, 2, 0.17, _PART, 0.0, 62.9),
    Batch("one host, two workers, 24 dossiers of 133 pages", _OFFICE, 2, 0.45, 0.05, 14.0, 43.4),
)


def seconds(batch: Batch) -> float:
    """How long the batch takes: the run's start is shared by all places, then each takes the next job when it is free."""
    places = Station.of("places", batch.places)
    start = batch.run_seconds / batch.places
    return max(places.serve(start, batch.job_seconds + pages * batch.page_seconds) for pages in batch.jobs)


def checks() -> Iterator[str]:
    """A line a batch: measured, simulated, how far off."""
    yield f"{'':50} {'measured':>9} {'simulated':>10} {'off':>6}"
    for batch in BATCHES:
        foretold = seconds(batch)
        off = foretold / batch.measured - 1
        yield f"{batch.name:50} {batch.measured:7.1f} s {foretold:8.1f} s {off:+6.0%}"
