"""Worker processes, one dossier each at a time: a crash, a hang or a memory hog ends one dossier, never the batch.

Processes, not threads: OpenCV, zxing and Pillow run native code over files from anywhere, and only a process can be
stopped. A worker leads a session of its own, so that its Tesseract dies with it and a Ctrl-C reaches only us.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Generic, Protocol, TypeVar

from flows.job_queue import JobQueue
from flows.turns import Turn
from models.errors import SohoaError
from pipeline.standing_back import stand_back

_CLOSING_SECONDS = 5.0
_WATCH_SECONDS = 0.5

Job = TypeVar("Job")
Result = TypeVar("Result")
Job_contra = TypeVar("Job_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class WorkerLost(SohoaError):
    """A worker process died on a job (a crash in native code, or killed for memory), or was stopped for its time.

    `timed_out` tells the two apart.
    """

    exit_code = 4

    def __init__(self, text: str, *, timed_out: bool) -> None:
        super().__init__(text)
        self.timed_out = timed_out


class Bench(Protocol[Job_contra, Result_co]):
    """What a worker holds open: made once in its process, called a job at a time."""

    def work(self, job: Job_contra, tell: Callable[[Any], None]) -> Result_co:
        """Does the job; `tell` says how far it is, or what is known already."""
        ...

    def close(self) -> None:
        """Lets go of what it holds."""
        ...


@dataclass(slots=True, eq=False)
class _Hand(Generic[Job, Result]):
    """One worker process and our end of the pipe to it."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    is_free: bool = True
    """Whether the last job was answered: what is still to come would be taken for the next job's answer."""

    @classmethod
    def start(
        cls, make: Callable[..., Bench[Job, Result]], arguments: tuple[Any, ...], patience: int
    ) -> _Hand[Job, Result]:
        context = multiprocessing.get_context("spawn")  # minio-py and SQLAlchemy do not survive a fork
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, os.getpid(), make, arguments, patience), daemon=True)
        process.start()
        theirs.close()
        return cls(process, ours)

    def work(self, job: Job, *, tell: Callable[[Any], None], seconds: float) -> Result:
        """Raises WorkerLost, or what the job raised."""
        deadline = time.monotonic() + seconds
        self.is_free = False
        try:
            self.pipe.send(job)
            while self.pipe.poll(max(deadline - time.monotonic(), 0)):
                kind, value = self.pipe.recv()
                self.is_free = kind in {"result", "error"}
                if kind == "result":
                    return value  # type: ignore[no-any-return] # a pipe has no types
                if kind == "error":
                    raise value
                tell(value)
        except (EOFError, OSError) as error:
            raise WorkerLost(f"a worker died ({self._ended()})", timed_out=False) from error
        self.kill()
        raise WorkerLost(f"a worker was stopped after {seconds:.0f} s", timed_out=True)

    def _ended(self) -> str:
        self.process.join(_CLOSING_SECONDS)
        code = self.process.exitcode
        return signal.Signals(-code).name if code is not None and code < 0 else f"exit {code}"

    def stop(self) -> None:
        """Ends the worker and the programs it started; whoever waits for it learns so from the pipe."""
        if self.process.pid is None or not self.process.is_alive():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # its session has its own number only once it came to setsid
            if os.getsid(self.process.pid) == self.process.pid:
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()

    def kill(self) -> None:
        """Ends the worker and closes the pipe; for the thread that attends to it."""
        self.stop()
        self.process.join(_CLOSING_SECONDS)
        self.pipe.close()

    def close(self) -> None:
        """Lets the worker end by itself, or ends it."""
        with contextlib.suppress(OSError):
            self.pipe.send(None)
        self.process.join(_CLOSING_SECONDS)
        self.kill()


def _serve(
    pipe: Connection, parent: int, make: Callable[..., Bench[Any, Any]], arguments: tuple[Any, ...], patience: int
) -> None:
    """The worker's own loop; ends when told to, or with its parent, however that ends."""
    os.setsid()
    stand_back(patience)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    bench: Bench[Any, Any] | None = None
    try:
        while True:
            try:
                job = pipe.recv()
            except EOFError:
                break
            if job is None:
                break
            try:
                bench = bench or make(*arguments)  # what cannot be opened now may be there for the next job
                answer = ("result", bench.work(job, lambda stage: pipe.send(("stage", stage))))
            except Exception as error:  # noqa: BLE001 # whatever it is, the parent decides
                answer = ("error", _sendable(error))
            pipe.send(answer)
    finally:
        if bench is not None:
            bench.close()
        pipe.close()
        os._exit(0)  # without the interpreter's leave-taking, in which native libraries print of what they leaked


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os.killpg(0, signal.SIGKILL)


def _sendable(error: Exception) -> Exception:
    """Ours travel as they are. Others are told by class and place: their text may quote what was on the paper."""
    if isinstance(error, SohoaError):
        return error.with_traceback(None)
    place, trace = "?", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        place, trace = f"{os.path.basename(code.co_filename)}:{trace.tb_lineno} {code.co_name}", trace.tb_next  # noqa: PTH119
    return SohoaError(f"{type(error).__module__}.{type(error).__qualname__} at {place}")


class Workshop(Generic[Job, Result]):
    """So many workers, and a queue of jobs. Jobs begin as soon as they are handed in.

    `make(*arguments)` opens a worker's bench in its own process; both must be importable there.
    `seconds(job)` is the time a job may take before its worker is stopped. `turn(job)` says whose turn a job takes;
    without it jobs begin in the order in which they were handed in. `patience` is how far the workers stand back for
    other programs of this machine (nice, 0 to 19).
    """

    def __init__(
        self,
        make: Callable[..., Bench[Job, Result]],
        arguments: tuple[Any, ...],
        *,
        workers: int,
        seconds: Callable[[Job], float],
        turn: Callable[[Job], Turn | None] | None = None,
        patience: int = 0,
    ) -> None:
        self._make, self._arguments, self._seconds = make, arguments, seconds
        self._turn, self._patience = turn, patience
        self._jobs: JobQueue[tuple[Job, Callable[[Any], None], Future[Result]]] = JobQueue()
        self._hands: set[_Hand[Job, Result]] = set()
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._attend, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def hand_in(
        self, job: Job, *, tell: Callable[[Any], None] = lambda _stage: None, first: bool = False
    ) -> Future[Result]:
        """Queues a job, before all others if it is to be `first`; its future ends with the result, WorkerLost, or what the
        job raised. It is cancelled where all is being ended at once.
        """
        future: Future[Result] = Future()
        if self._closing.is_set():  # nobody would take it up
            future.cancel()
            future.set_running_or_notify_cancel()
            return future
        self._jobs.put((job, tell, future), self._turn(job) if self._turn else None, first=first)
        return future

    @property
    def waiting(self) -> int:
        """How many jobs no worker has begun yet."""
        return len(self._jobs)

    def close(self, *, at_once: bool = False) -> None:
        """Ends the workers: after the jobs handed in, or at once, with what they are at unfinished."""
        if at_once:
            self._closing.set()
            for hand in tuple(self._hands):
                hand.stop()
        self._jobs.close()
        for thread in self._threads:
            thread.join()

    def _attend(self) -> None:
        hand: _Hand[Job, Result] | None = None
        while (item := self._jobs.get()) is not None:
            job, tell, future = item
            if self._closing.is_set():
                future.cancel()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                if hand is None:
                    hand = _Hand.start(self._make, self._arguments, self._patience)
                    self._hands.add(hand)
                if self._closing.is_set():  # it may have started while the others were stopped
                    hand.stop()
                future.set_result(hand.work(job, tell=tell, seconds=self._seconds(job)))
            except Exception as error:  # noqa: BLE001 # it belongs to whoever waits for the future
                if hand is not None and (isinstance(error, WorkerLost) or not hand.is_free):
                    hand.kill()
                    self._hands.discard(hand)
                    hand = None
                future.set_exception(error)
        if hand is not None:
            hand.close()
            self._hands.discard(hand)
