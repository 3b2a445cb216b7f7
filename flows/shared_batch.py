"""A batch that several machines digitize: planned here, cut into parts, offered on a work pool, watched to its end."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

from flows.desk import limits_of
from flows.jobs import Sheets, SplitJob, arrival_of
from flows.office import Office
from flows.plan import Assignment, make_plan, status_if_done
from flows.rejections import Rejections
from flows.running import Pending, Progress, Report
from flows.shards import cut, ends_read, keep_originals, written
from models.errors import StorageUnreachable
from models.outcome import Reason, Status
from models.settings import Settings
from pipeline.intake import Batch
from pipeline.limits import Limits
from storage.feed import carry_changes
from storage.journal import Journal
from storage.ledger import Ledger
from storage.objects import ObjectStore
from storage.opening import open_store
from storage.shards import Shard, Shards, ShardState
from storage.waiting_line import Lane

_LOG = logging.getLogger("sohoa")
_LOOK_SECONDS = 2.0
_PATIENCE_SECONDS = 120.0
"""A flow run that is with a machine, but whose part nobody has leased for so long, was lost with its machine."""


_ASKED_A_LOOK = 4
"""Flow runs that Prefect is asked about at each look, in turn: a large batch has hundreds that wait, and each question costs its
server a connection and a query, on the cores that the batch needs."""

_MOST_TRIES = 5
_INDEX_SECONDS = 600.0


class Whereabouts(StrEnum):
    """Where a flow run is: waiting for a worker, with one, or over."""

    QUEUED = "queued"
    WITH_WORKER = "with_worker"
    OVER = "over"


class Pool(Protocol):
    """Where parts are offered: Prefect's work pool, or a test's."""

    def submit(self, batch: str, shard: int) -> UUID:
        """Offers a part; gives its flow run."""
        ...

    def whereabouts(self, run: UUID) -> Whereabouts:
        """Where a flow run is."""
        ...


@dataclass(slots=True)
class _Offer:
    """A part as last offered: its flow run, since when (monotonic) that has been with a worker without a lease, when it was asked
    about last, and the holder for whose loss it was offered again.
    """

    run: UUID
    idle_since: float | None = None
    asked_at: float = 0.0
    lost: str | None = None


def digitize_shared(
    paths: Sequence[Path],
    settings: Settings,
    open_pool: Callable[[], Pool],
    *,
    workspace: Path,
    progress: Progress,
    started: Callable[[int, int], None] = lambda _todo, _done: None,
) -> Report:
    """Plans, offers and watches a batch; the report is as of one machine. `started` is told how many there are to do, and done.

    Parts whose machine is not heard of are offered again. Raises UsageError, StorageUnreachable.
    """
    office = Office(settings, kind="digitize")
    ledger, shards, store = Ledger(office.database), Shards(office.database), open_store(settings)
    try:
        plan = make_plan(
            paths,
            settings=settings,
            workspace=workspace,
            split=lambda batch: _split(office, batch, progress),
            ledger=ledger,
            confinement=office.confinement,
        )
        report = Report(ledger.start_batch() if plan.todo else "", plan)
        started(len(plan.todo), len(plan.done))
        if plan.todo:
            ledger.announce((arrival_of(a.dossier) for a in plan.todo), batch=report.batch)
            keep_originals(plan.todo, store)
            parts = cut(plan.todo)
            shards.put(report.batch, [written(part) for part in parts])
            state = "stopped"
            try:
                kept = partial(_kept, ledger=ledger, limits=limits_of(settings))
                _Watch(report, parts, shards, open_pool(), progress, settings.reject_stop_share, kept).until_done()
                state = "finished"
            except KeyboardInterrupt:
                state = "interrupted"
                raise
            finally:
                _end(report, state, office, store)
        return report
    finally:
        office.finish(at_once=True)
        office.close()


def _end(report: Report, state: str, office: Office, store: ObjectStore) -> None:
    """Ends the batch in the ledger; what of that cannot be said now is carried by a later run."""
    ledger = Ledger(office.database)
    try:
        Shards(office.database).forget(report.batch)  # a part under way notices, and ends
        report.balance = ledger.balance(report.batch)
        ledger.finish_batch(report.batch, state)
        Journal(office.database, store).carry_all()
        carry_changes(store, office.database)
    except StorageUnreachable:
        _LOG.warning("the ledger could not be told the batch's end", extra={"facts": {"batch": report.batch}})


def _kept(assignment: Assignment, *, ledger: Ledger, limits: Limits) -> Status | None:
    return status_if_done(assignment.dossier, ledger, limits)


def _split(office: Office, batch: Batch, progress: Progress) -> Future[Sheets]:
    job = SplitJob(batch, gives_way=True)
    tell = partial(progress.splitting, batch.name)
    return office.hand_in(job, lane=Lane.BATCH, tell=tell)  # type: ignore[return-value] # such a job gives sheets


class _Watch:
    """Offers parts and takes in how they ended, until all have."""

    def __init__(
        self,
        report: Report,
        parts: Sequence[tuple[Assignment, ...]],
        shards: Shards,
        pool: Pool,
        progress: Progress,
        reject_stop_share: float,
        kept: Callable[[Assignment], Status | None],
    ) -> None:
        self._report, self._parts, self._shards = report, parts, shards
        self._pool, self._progress, self._share, self._kept = pool, progress, reject_stop_share, kept
        self._tries: Counter[int] = Counter()
        self._tally = Rejections()
        self._asks = 0
        self._offers = {number: self._offer(number) for number in range(1, len(parts) + 1)}

    def until_done(self) -> None:
        """Raises TooManyRejected where the batch must stop."""
        while self._offers:
            self._asks = _ASKED_A_LOOK
            for shard in self._in_turn():
                if shard.ends is not None:
                    self._take_in(shard)
                elif self._is_adrift(shard):
                    self._tries[shard.number] += 1
                    if self._tries[shard.number] >= _MOST_TRIES:
                        self._give_up(shard)
                    else:
                        facts = {"batch": self._report.batch, "shard": shard.number, "holder": shard.holder}
                        _LOG.warning("a part is offered again", extra={"facts": facts})
                        self._offers[shard.number] = self._offer(shard.number, lost=shard.holder)
            self._tally.stop_if_too_many(self._share)
            if self._offers:
                time.sleep(_LOOK_SECONDS)

    def _in_turn(self) -> list[Shard]:
        """The parts that are not taken in yet, those first whose flow runs were asked about longest ago."""
        under_way = [shard for shard in self._standing() if shard.number in self._offers]
        return sorted(under_way, key=lambda shard: self._offers[shard.number].asked_at)

    def _standing(self) -> tuple[Shard, ...]:
        """The parts as they stand; an index that is away for some minutes does not end the batch."""
        began = time.monotonic()
        while True:
            try:
                return self._shards.of(self._report.batch)
            except StorageUnreachable:
                if time.monotonic() - began > _INDEX_SECONDS:
                    raise
                _LOG.warning("the index does not answer", extra={"facts": {"batch": self._report.batch}})
                time.sleep(_LOOK_SECONDS)

    def _offer(self, number: int, *, lost: str | None = None) -> _Offer:
        return _Offer(self._pool.submit(self._report.batch, number), lost=lost)

    def _is_adrift(self, shard: Shard) -> bool:
        """Whether nobody will do a part unless it is offered again."""
        offer = self._offers[shard.number]
        if shard.state is ShardState.LEASED and not shard.lost:
            offer.idle_since = None
            return False
        if shard.holder is not None and shard.holder != offer.lost:  # its machine is gone, whatever its flow run says
            return True
        if not self._asks:
            return False
        self._asks, offer.asked_at = self._asks - 1, time.monotonic()
        where = self._pool.whereabouts(offer.run)
        if where is not Whereabouts.WITH_WORKER:
            offer.idle_since = None
            return where is Whereabouts.OVER
        offer.idle_since = offer.idle_since or time.monotonic()
        return time.monotonic() - offer.idle_since > _PATIENCE_SECONDS

    def _take_in(self, shard: Shard) -> None:
        assert shard.ends is not None
        outcomes, pending, done = ends_read(shard.ends)
        self._report.outcomes.update({outcome.dossier_code: outcome for outcome in outcomes})
        self._report.pending.update({each.dossier_code: each for each in pending})
        self._report.plan.done.update(done)
        for outcome in outcomes:
            self._tally.take(outcome)
            self._progress.finished(outcome.dossier_code, outcome.status, pages=outcome.pages)
        for code in (*(each.dossier_code for each in pending), *done):
            self._progress.finished(code, done.get(code), pages=0)
        del self._offers[shard.number]

    def _give_up(self, shard: Shard) -> None:
        """Of a part that machine after machine could not bring to its end, what none of them kept waits for another run."""
        for assignment in self._parts[shard.number - 1]:
            status = self._kept(assignment)
            if status is None:
                self._report.pending[assignment.code] = Pending(assignment.code, Reason.STORAGE_UNREACHABLE)
            else:
                self._report.plan.done[assignment.code] = status
            self._progress.finished(assignment.code, status, pages=0)
        del self._offers[shard.number]
