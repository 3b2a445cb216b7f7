"""The Prefect flow: one run a batch, one task a dossier, retries only for what is worth another try.

Its parameters and results are keys and small values; what counts rests in our own archive and ledger, so that a lost
Prefect server loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from flows.jobs import Outcome
from flows.prefect_server import flush_prefect
from flows.running import Report, Running
from flows.scratch import scratch
from models.errors import TooManyRejected
from models.settings import Settings

_RETRY_SECONDS = [1.0, 10.0]
_under_way: dict[str, Running] = {}
"""Batches of this process by name: a task is told the name, never the pages."""


def _is_worth_another_try(_task: Any, _run: Any, state: Any) -> bool:
    error = state.result(raise_on_failure=False)
    return bool(getattr(error, "retryable", False))


@task(
    name="dossier",
    task_run_name="{code}",
    cache_policy=NO_CACHE,  # the default would hash inputs; our ledger knows what is done
    persist_result=False,
    retries=len(_RETRY_SECONDS),
    retry_delay_seconds=_RETRY_SECONDS,
    retry_condition_fn=_is_worth_another_try,
)
def digitize_one(batch: str, code: str) -> Outcome:
    """One dossier; a worker process does the work, this task waits for it."""
    return _under_way[batch].attempt(code)


@flow(
    name="digitize-batch",
    flow_run_name="{batch}",
    persist_result=False,
    validate_parameters=False,
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type] # threads that wait for our worker processes
)
def digitize_batch(batch: str = "", paths: Sequence[str] = ("/inbox",)) -> dict[str, int]:
    """Digitizes a batch that this process has begun (`batch`), or the dossiers under `paths`; gives counts by status."""
    with _running(batch, paths) as running:
        _settle_all(running)
        return counts(running.report)


def counts(report: Report) -> dict[str, int]:
    """How many dossiers came to which end, waiting and already done ones among them."""
    found: dict[str, int] = {"digitized": 0, "review": 0, "rejected": 0}
    for outcome in report.outcomes.values():
        found[outcome.status] += 1
    return {**found, "waiting": len(report.pending), "already_done": len(report.plan.done)}


def run_batch(running: Running) -> None:
    """Runs the flow for a batch under way; its report holds what came of it. Raises TooManyRejected."""
    name = running.report.batch
    _under_way[name] = running
    try:
        digitize_batch(batch=name, paths=[])
    finally:
        del _under_way[name]
        flush_prefect()


@contextmanager
def _running(batch: str, paths: Sequence[str]) -> Iterator[Running]:
    """The batch begun in this process, or a new one where a Prefect server started the run."""
    if batch in _under_way:
        yield _under_way[batch]
        return
    settings = Settings.from_environment()
    with scratch() as workspace:
        running = Running([Path(path) for path in paths], settings, workspace=workspace)
        name = running.report.batch
        _under_way[name] = running
        state = "stopped"
        try:
            yield running
            state = "finished"
        finally:
            del _under_way[name]
            running.close(state, at_once=state != "finished")


def _settle_all(running: Running) -> None:
    """A task a dossier, a few at a time, so that a batch that must stop has few tasks in its queue."""
    waiting = list(reversed(running.codes))
    open_tasks = 0
    try:
        while waiting or open_tasks:
            while waiting and open_tasks < 2 * running.workers:
                _submit(running, waiting.pop())
                open_tasks += 1
            code, future = _next_ended(running)
            open_tasks -= 1
            running.settle(code, future.result(raise_on_failure=False))
    except (TooManyRejected, KeyboardInterrupt):
        running.abandon()  # tasks that wait for a worker must not hold up the end
        raise


def _next_ended(running: Running) -> tuple[str, PrefectFuture[Outcome]]:
    ended = running.ended.get()
    if ended is None:
        raise KeyboardInterrupt
    return ended


def _submit(running: Running, code: str) -> None:
    future: PrefectFuture[Outcome] = digitize_one.submit(running.report.batch, code)
    future.add_done_callback(lambda done: running.ended.put((code, done)))
