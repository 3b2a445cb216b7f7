"""A batch under way: its workers, its dossiers, and what became of each; knows nothing of Prefect."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from flows.desk import limits_of
from flows.jobs import (
    DigitizeJob,
    Job,
    Outcome,
    RejectJob,
    Result,
    Sheets,
    SplitJob,
    Told,
    Verdicts,
    arrival_of,
    open_bench,
)
from flows.office import Office
from flows.plan import Assignment, Plan, make_plan, status_if_done
from flows.rejections import Rejections
from flows.scratch import sweep_scratch
from flows.workers import Bench, WorkerLost
from models.due import promised_on
from models.errors import (
    RecognizerFailed,
    RecordChanged,
    SohoaError,
    StorageUnreachable,
    StoredObjectDamaged,
)
from models.outcome import Reason, Status
from models.settings import Settings
from pipeline.intake import Batch
from storage.feed import carry_changes
from storage.journal import Journal
from storage.ledger import Balance, Ledger
from storage.opening import open_store
from storage.waiting_line import Lane, Waiting

_LOG = logging.getLogger("sohoa")


@dataclass(frozen=True, slots=True)
class Pending:
    """A dossier that waits for a later run, and why."""

    dossier_code: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a batch that another process planned and began in the ledger."""

    batch: str
    assignments: tuple[Assignment, ...]


@dataclass(slots=True)
class Report:
    """What a run did so far."""

    batch: str
    plan: Plan
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    balance: Balance | None = None


class Progress:
    """What a run tells whoever watches; this one says nothing."""

    def splitting(self, name: str, page: str) -> None:
        """A page of a batch (`3/40`) is being looked at for a cover sheet."""

    def stage(self, code: str, stage: str) -> None:
        """A dossier has come to a stage."""

    def verdicts(self, code: str, verdicts: Verdicts) -> None:
        """A dossier's persons are matched; it is not kept yet."""

    def finished(self, code: str, status: Status | None, *, pages: int) -> None:
        """A dossier of so many pages has come to its end in this run (None: it waits)."""


class Running:
    """One run of one batch. Dossiers begin as soon as it is made; `settle` each of them, then `close`.

    `bench` is opened in each worker process; tests give one of their own. In an `office` that is open already, its workers
    do the work, from the line's `lane`. A `part` of a batch that another process has planned stands in place of paths.
    `at_rest`: nobody writes to the files any more. Raises UsageError and StorageUnreachable when made.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        settings: Settings,
        *,
        workspace: Path,
        progress: Progress | None = None,
        again: bool = False,
        bench: Callable[[Settings], Bench[Job, Result]] = open_bench,
        office: Office | None = None,
        lane: Lane = Lane.BATCH,
        part: Part | None = None,
        at_rest: bool = False,
    ) -> None:
        self._progress = progress or Progress()
        self._settings = settings
        self._again = again
        self.ended: queue.SimpleQueue[tuple[str, Any] | None] = queue.SimpleQueue()
        """Attempts that ended, as whoever attempts puts them: code and future; None is an interrupt."""
        self._lock = threading.Lock()
        sweep_scratch()
        self._office = office or Office(settings, kind="digitize", bench=bench)
        self._own = None if office else self._office
        self._lane, self._is_part, self._at_rest = lane, part is not None, at_rest
        self._ledger, self._tally = Ledger(self._office.database), Rejections()
        try:
            plan = self._plan(paths, workspace) if part is None else self._left_of(part)
            self.report = Report(part.batch if part else self._ledger.start_batch() if plan.todo else "", plan)
            if part is None:
                self._ledger.announce((arrival_of(a.dossier) for a in plan.todo), batch=self.report.batch)
        except BaseException:
            self.close("stopped", at_once=True)
            raise
        self._assignments = {assignment.code: assignment for assignment in plan.todo}
        self._office.presence.enter(_waiting(assignment, self.report.batch, lane) for assignment in plan.todo)
        self._futures = {code: self._begin(assignment) for code, assignment in self._assignments.items()}

    @property
    def codes(self) -> tuple[str, ...]:
        """The dossiers of this run."""
        return tuple(self._assignments)

    @property
    def workers(self) -> int:
        """How many dossiers at a time."""
        return self._settings.workers

    def interrupt(self) -> None:
        """Asks the run to end soon; may be called in a signal's handler, where raising could tear anything apart."""
        self.ended.put(None)

    def abandon(self) -> None:
        """Stops all workers now; what they were at stays unfinished, what was kept stays kept."""
        if self._own:
            self._own.finish(at_once=True)
        for future in tuple(self._futures.values()):
            future.cancel()  # what other runs of the office handed in goes on

    def attempt(self, code: str) -> Outcome:
        """Waits for a dossier that is under way, or begins it anew after a failure; raises what its worker raised."""
        with self._lock:
            future = self._futures.pop(code, None) or self._begin(self._assignments[code])
        result = future.result()
        assert isinstance(result, Outcome)
        return result

    def watch(self, code: str) -> None:
        """Puts the code and None into `ended` once the dossier's attempt is over; begins one where none is under way."""
        with self._lock:
            future = self._futures.get(code)
            if future is None:
                future = self._futures[code] = self._begin(self._assignments[code])
        future.add_done_callback(lambda _done: self.ended.put((code, None)))

    def settle(self, code: str, result: Outcome | BaseException) -> None:
        """Notes how a dossier ended, for good in this run. Raises TooManyRejected where the batch must stop.

        A failure becomes a rejected record with a reason, or the dossier waits for a later run.
        """
        end = self._after_failure(code, result) if isinstance(result, BaseException) else result
        if isinstance(end, Outcome):
            self.report.outcomes[code] = end
            self._tally.take(end)
            facts: dict[str, Any] = {"batch": self.report.batch, "dossier": code, "status": end.status}
            flaws = [{"page": f"{code}/{page}", "reason": reason} for page, reason in end.flaws]
            facts |= {"reasons": end.reasons, "pages": end.pages, "flaws": flaws, "seconds": round(end.seconds, 2)}
            _LOG.info("dossier done", extra={"facts": facts})
            self._progress.finished(code, end.status, pages=end.pages)
        else:
            self.report.pending[code] = end
            _LOG.warning("dossier waits", extra={"facts": {"dossier": code, "reason": end.reason}})
            self._progress.finished(code, None, pages=0)
        self._office.presence.leave(code, pages=end.pages if isinstance(end, Outcome) else 0)
        if not self._is_part:  # of a batch as a whole: whoever planned it looks
            self._tally.stop_if_too_many(self._settings.reject_stop_share)

    def close(self, state: str = "finished", *, at_once: bool = False) -> None:
        """Ends the workers and the batch in the ledger. `state`: finished, stopped or interrupted."""
        if self._own:
            self._own.finish(at_once=at_once)
        self._leave()
        self._collect()
        report: Report | None = getattr(self, "report", None)
        try:
            if report is not None and report.batch:
                report.balance = self._ledger.balance(report.batch)
                if not self._is_part:
                    self._ledger.finish_batch(report.batch, state)
                # this batch's own end, and what a killed run left due
                store = open_store(self._settings)
                Journal(self._office.database, store).carry_all()
                carry_changes(store, self._office.database)
        except StorageUnreachable:
            _LOG.warning(
                "the ledger could not be told the batch's end", extra={"facts": {"batch": report and report.batch}}
            )
        if self._own:
            self._own.close()

    def _collect(self) -> None:
        """Takes in what workers finished before the end that nobody had waited for yet."""
        for code, future in getattr(self, "_futures", {}).items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self.report.outcomes.setdefault(code, future.result())

    def _leave(self) -> None:
        """Takes what a stop left out of the line; an office of its own leaves it as a whole."""
        if self._own is None:
            for code in getattr(self, "_assignments", {}):
                if code not in self.report.outcomes and code not in self.report.pending:
                    self._office.presence.leave(code, pages=0)

    def _plan(self, paths: Sequence[Path], workspace: Path) -> Plan:
        return make_plan(
            paths,
            settings=self._settings,
            workspace=workspace,
            split=self._split,
            ledger=self._ledger,
            again=self._again,
            confinement=self._office.confinement_of(self._lane),
            at_rest=self._at_rest,
        )

    def _left_of(self, part: Part) -> Plan:
        """What of a part nobody has done: who had it before may have been lost half-way."""
        limits = limits_of(self._settings)
        ends = {a.code: status_if_done(a.dossier, self._ledger, limits) for a in part.assignments}
        todo = tuple(a for a in part.assignments if ends[a.code] is None)
        return Plan(todo, {code: end for code, end in ends.items() if end is not None}, ())

    def _split(self, batch: Batch) -> Future[Sheets]:
        tell = partial(self._progress.splitting, batch.name)
        return self._office.hand_in(SplitJob(batch, self._lane is Lane.BATCH), lane=self._lane, tell=tell)  # type: ignore[return-value] # such a job gives sheets

    def _begin(self, assignment: Assignment) -> Future[Result]:
        code = assignment.code
        batch, waits = self.report.batch, self._lane is Lane.BATCH
        job = DigitizeJob(assignment.dossier, batch, assignment.problems, self._again, gives_way=waits)
        return self._office.begin(job, lane=self._lane, tell=partial(self._tell, code))

    def _tell(self, code: str, what: Told) -> None:
        if isinstance(what, Verdicts):
            self._progress.verdicts(code, what)
        else:
            self._progress.stage(code, what)

    def _after_failure(self, code: str, error: BaseException) -> Outcome | Pending:
        facts = {
            "dossier": code,
            "error": type(error).__name__,
            "detail": str(error) if isinstance(error, SohoaError) else "",
        }
        _LOG.warning("dossier failed", extra={"facts": facts})
        if isinstance(error, StorageUnreachable | StoredObjectDamaged | RecordChanged | CancelledError):
            return self._pend(code, Reason.STORAGE_UNREACHABLE)
        job = RejectJob(self._assignments[code].dossier, self.report.batch, _reason_of(error))
        try:
            result = self._office.hand_in(job, lane=self._lane).result()
        except SohoaError:
            return self._pend(code, Reason.STORAGE_UNREACHABLE)
        assert isinstance(result, Outcome)
        return result

    def _pend(self, code: str, reason: Reason) -> Pending:
        try:
            self._ledger.pend(code, reason, batch=self.report.batch)
        except StorageUnreachable:
            _LOG.warning("the ledger could not be told", extra={"facts": {"dossier": code}})
        return Pending(code, reason)


def _waiting(assignment: Assignment, batch: str, lane: Lane) -> Waiting:
    dossier = assignment.dossier
    said = dossier.announcement
    due_on = promised_on(dossier.received_on, said.procedure if said else None)
    return Waiting(assignment.code, batch, dossier.unit, lane, len(dossier.scans), due_on)


def _reason_of(error: BaseException) -> Reason:
    """Why a dossier that failed is rejected."""
    if isinstance(error, WorkerLost):
        if error.timed_out:
            return Reason.TOO_SLOW
        return Reason.OUT_OF_MEMORY if "SIGKILL" in str(error) else Reason.INTERNAL_ERROR
    if isinstance(error, RecognizerFailed):
        return Reason.RECOGNIZER_FAILED
    reason = getattr(error, "reason", "")
    return Reason(reason) if reason in set(Reason) else Reason.INTERNAL_ERROR
