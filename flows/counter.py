"""A dossier handed in while its citizen waits: verdicts as soon as they are known, then the kept record."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flows.jobs import Outcome, Verdicts
from flows.office import Office
from flows.running import Pending, Progress, Report, Running
from flows.scratch import scratch
from models.errors import SohoaError, StorageUnreachable, TooManyRejected
from models.outcome import Reason, Status
from storage.waiting_line import Lane

_RETRY_SECONDS = 1.0
_LOG = logging.getLogger("sohoa")


@dataclass(frozen=True, slots=True)
class Received:
    """The files were looked at: these dossiers begin (code and pages); `done` were digitized before, from the same files.

    `left_out` are files that are in no dossier, as the clerk knows them, with the reason.
    """

    dossiers: tuple[tuple[str, int], ...]
    done: tuple[tuple[str, Status], ...]
    left_out: tuple[tuple[str, Reason], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A dossier's persons are matched."""

    dossier_code: str
    verdicts: Verdicts


@dataclass(frozen=True, slots=True)
class Ended:
    """A dossier is kept."""

    end: Outcome


@dataclass(frozen=True, slots=True)
class Waits:
    """A dossier waits for another run."""

    end: Pending


@dataclass(frozen=True, slots=True)
class Failed:
    """The files could not be taken in as a whole (a wrong manifest, an index that does not answer, a full disk)."""

    error: SohoaError


Event = Received | Judged | Ended | Waits | Failed


def hand_in(
    paths: Sequence[Path], office: Office, *, lane: Lane = Lane.COUNTER, at_rest: bool = False
) -> Iterator[Event]:
    """Digitizes the dossiers in the files and tells what happens as it happens; the last event ends the iterator.

    `at_rest`: nobody writes to the files any more; else young ones are waited for (pipeline.settling). The work goes on where
    nobody listens any more. The files must stay until then.
    """
    events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
    run = partial(Running, paths, office.settings, office=office, lane=lane, at_rest=at_rest)
    in_hand = office.right_of_way.held() if lane is Lane.COUNTER else nullcontext()
    threading.Thread(target=_run, args=(run, in_hand, events), daemon=True).start()
    while (event := events.get()) is not None:
        yield event


class _Teller(Progress):
    """Passes on what a run says."""

    def __init__(self, events: queue.SimpleQueue[Event | None]) -> None:
        self._events = events

    def verdicts(self, code: str, verdicts: Verdicts) -> None:
        self._events.put(Judged(code, verdicts))


def _run(
    run: Callable[..., Running], in_hand: AbstractContextManager[None], events: queue.SimpleQueue[Event | None]
) -> None:
    try:
        with in_hand, scratch() as workspace:
            running = run(workspace=workspace, progress=_Teller(events))
            state = "stopped"
            try:
                events.put(_received(running))
                settle_all(running, lambda code: events.put(_end(running.report, code)))
                state = "finished"
            finally:
                running.close(state)
    except SohoaError as error:
        events.put(Failed(error))
    except OSError as error:  # this machine's disk is full, a network folder is away
        _LOG.warning("files could not be taken in", extra={"facts": {"error": type(error).__name__}})
        events.put(Failed(StorageUnreachable(error.strerror or type(error).__name__)))
    except Exception as error:  # noqa: BLE001 # whoever listens must not take silence for success
        _LOG.warning("files could not be taken in", extra={"facts": {"error": type(error).__name__}})
        events.put(Failed(SohoaError(f"unexpected: {type(error).__name__}")))
    finally:
        events.put(None)


def settle_all(running: Running, told: Callable[[str], None] = lambda _code: None) -> None:
    """Every dossier of a run to its end, without Prefect, in the order in which they end. Raises TooManyRejected."""
    left = set(running.codes)
    tried_twice: set[str] = set()
    for code in running.codes:
        running.watch(code)
    try:
        while left:
            ended = running.ended.get()
            assert ended is not None  # an interrupt is the terminal's; whoever serves is ended as a whole
            code = ended[0]
            result = _result(running, code)
            if getattr(result, "retryable", False) and code not in tried_twice:
                tried_twice.add(code)
                threading.Timer(_RETRY_SECONDS, running.watch, (code,)).start()
                continue
            running.settle(code, result)
            left.discard(code)
            told(code)
    except TooManyRejected:
        running.abandon()
        raise


def _result(running: Running, code: str) -> Outcome | BaseException:
    try:
        return running.attempt(code)
    except (Exception, CancelledError) as error:  # noqa: BLE001 # `settle` knows what each becomes
        return error


def _received(running: Running) -> Received:
    plan = running.report.plan
    return Received(
        tuple((assignment.code, len(assignment.dossier.scans)) for assignment in plan.todo),
        tuple(sorted(plan.done.items())),
        tuple((note.file, note.reason) for note in plan.notes),
    )


def _end(report: Report, code: str) -> Ended | Waits:
    outcome = report.outcomes.get(code)
    return Ended(outcome) if outcome else Waits(report.pending[code])
