"""Files are opened in child processes with limits on time, memory, pixels and output; what fails is a reason code."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import numpy as np

from models.errors import StorageUnreachable, UnreadableInput, UsageError
from models.outcome import Reason
from models.page import PageImage, Scan
from pipeline import child_answers
from pipeline.child_answers import Answer
from pipeline.limits import Limits
from pipeline.manifest import Manifest
from pipeline.original_page import Kept
from pipeline.unpack import Member

_ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 30.0  # to import the libraries on a busy machine
_END_MILLISECONDS = 5000
_MOST_ANSWER = 32_000_000  # bytes: a manifest's rows
_MOST_KEPT = 27_000_000  # bytes of A4 in colour at 300 dpi: memory made anew for each page costs 10 ms
_REQUESTS_A_CHILD = 500  # then a fresh one, so that a library's leak stays small
_Read = TypeVar("_Read")
_START = "import sys; sys.path.insert(0, {root!r}); from pipeline.confined_child import main; main()"


class Confinement:
    """Opens pages as pipeline.rasterize does, but in children that a hostile file may break without harm.

    Any number of threads may use one Confinement; it keeps as many children as are busy at a time and ends them on
    `close`. A child that runs out of time is killed with everything it started. Children see no secrets: their
    environment holds the search path and the language only. `patience` is how far they stand back (nice, 0 to 19) beyond
    this process.
    """

    def __init__(self, limits: Limits, *, patience: int = 0) -> None:
        self.limits, self._patience = limits, patience
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all idle children; a busy one ends when its page is done."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def page_count(self, path: Path) -> int:
        """As rasterize.page_count; raises UnreadableInput, also for too_slow and out_of_memory."""
        request = {"what": "count", "path": str(path)}
        return self._answered(request, lambda answer, _child: child_answers.pages_in(answer, self.limits))

    def open_page(self, scan: Scan) -> PageImage:
        """As rasterize.open_page; raises UnreadableInput, also for too_slow and out_of_memory."""
        request = {"what": "open", "path": str(scan.path), "page": scan.source.page}
        return self._answered(request, lambda answer, child: self._page(scan, answer, child))

    def keep_pages(self, path: Path, pages: Sequence[int], target: Path) -> tuple[Kept | None, ...]:
        """As original_page.keep_pages; raises UnreadableInput, also for too_slow and out_of_memory."""
        request = {"what": "keep", "path": str(path), "pages": list(pages), "target": str(target)}
        return self._answered(request, lambda answer, _child: child_answers.kept_in(answer, pages))

    def unpack(self, archive: Path, target: Path, *, files: int, megabytes: float) -> tuple[Member, ...]:
        """As unpack.unpack; raises UnreadableInput, also for too_slow and out_of_memory, and StorageUnreachable."""
        request = {
            "what": "unpack", "path": str(archive), "target": str(target), "files": files, "megabytes": megabytes,
        }  # fmt: skip
        return self._answered(
            request,
            lambda answer, _child: child_answers.members_in(answer, target),
            seconds=self.limits.archive_seconds,
        )

    def manifest(self, path: Path, *, name: str) -> Manifest:
        """As manifest.read_manifest; raises UsageError also where it is too slow or takes too much memory."""
        request = {"what": "manifest", "path": str(path), "name": name}
        try:
            return self._answered(request, lambda answer, _child: child_answers.manifest_in(answer))
        except UnreadableInput as error:
            raise UsageError(f"{name} cannot be read ({error})", f"không đọc được {name} ({error})") from error

    def _answered(
        self, request: dict[str, Any], read: Callable[[Answer, _Child], _Read], *, seconds: float | None = None
    ) -> _Read:
        """What `read` makes of a child's answer; raises what the answer says went wrong."""
        child = self._take()
        try:
            answer = child.ask(request, seconds=seconds or self.limits.seconds)
            trouble = _trouble(answer)
            found = None if trouble else read(answer, child)
        except (KeyError, TypeError, ValueError) as error:  # the child was taken over or confused: trust nothing
            child.kill()
            raise UnreadableInput(Reason.DAMAGED_FILE, "answer out of form") from error
        except BaseException:  # also an interrupt: a child whose answer nobody awaits is of no use
            child.kill()
            raise
        if isinstance(trouble, UnreadableInput) and trouble.reason == Reason.OUT_OF_MEMORY:
            child.kill()
        else:
            self._put_back(child)
        if trouble:
            raise trouble
        return cast("_Read", found)

    def _take(self) -> _Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.is_alive():
                    return child
                child.kill()  # it died while idle, which is not the next page's fault
        return _Child(self.limits, self._patience)

    def _put_back(self, child: _Child) -> None:
        with self._lock:
            if not self._closed and child.requests < _REQUESTS_A_CHILD:
                self._idle.append(child)
                return
        child.end()

    def _page(self, scan: Scan, answer: Answer, child: _Child) -> PageImage:
        height, width, dpi = child_answers.size_in(answer, self.limits)
        layer = child_answers.lines_in(answer, height=height, width=width)
        pixels = child.pixels((height, width) if child_answers.is_grey(answer) else (height, width, 3))
        pixels.flags.writeable = False
        return PageImage(scan=scan, pixels=pixels, dpi=dpi, text_layer=layer)


def _trouble(answer: Answer) -> UnreadableInput | UsageError | StorageUnreachable | None:
    """What the child says went wrong."""
    if "reason" in answer:
        return UnreadableInput(*child_answers.reason_in(answer))
    if "usage" in answer:
        return UsageError(str(answer["usage"]), str(answer["vi"]))
    if "storage" in answer:
        return StorageUnreachable("the working folder is full")
    return None


class _Child:
    """One child process and the memory that its pixels come through (no name in any folder, nothing to clean up)."""

    def __init__(self, limits: Limits, patience: int) -> None:
        self.requests = 0
        self._memory = os.memfd_create("page")
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        self._folder = tempfile.mkdtemp(prefix="sohoa-child-")
        program = _START.format(root=str(_ROOT))
        arguments = [str(self._memory), self._folder, json.dumps(asdict(limits)), str(patience)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._memory,),
            start_new_session=True,  # its own process group: what it starts dies with it
            env=environment | {"OPENBLAS_NUM_THREADS": "1"},  # each thread would reserve memory that counts
            bufsize=0,
        )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], *, seconds: float) -> dict[str, Any]:
        """The child's answer; raises UnreadableInput: too_slow, out_of_memory (killed), damaged_file (crashed)."""
        assert self._process.stdin
        patience = seconds + (0 if self.requests else _START_SECONDS)
        self.requests += 1
        try:
            self._process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
        except BrokenPipeError:
            raise self._post_mortem() from None
        line = self._line(deadline=time.monotonic() + patience)
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise UnreadableInput(Reason.DAMAGED_FILE, "answer out of form") from error
        if not isinstance(answer, dict):
            raise UnreadableInput(Reason.DAMAGED_FILE, "answer out of form")
        return answer

    def _line(self, *, deadline: float) -> bytes:
        assert self._process.stdout
        descriptor = self._process.stdout.fileno()
        poll = select.poll()  # select() itself ends at descriptor 1024
        poll.register(descriptor, select.POLLIN)
        received = bytearray()
        while not received.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise UnreadableInput(Reason.TOO_SLOW)
            piece = os.read(descriptor, 1 << 20)
            if not piece:
                raise self._post_mortem()
            received += piece
            if len(received) > _MOST_ANSWER:
                raise UnreadableInput(Reason.TOO_LARGE, "text layer")
        return bytes(received)

    def _post_mortem(self) -> UnreadableInput:
        """What the death of the child says: the kernel kills for memory, a decoder's crash is a damaged file."""
        # It stays a zombie until `kill`, so that its group's number cannot be anyone else's by then.
        end = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        status = end.si_status if end else 0
        if status == signal.SIGKILL:
            return UnreadableInput(Reason.OUT_OF_MEMORY)
        if status == signal.SIGXCPU:
            return UnreadableInput(Reason.TOO_SLOW)
        return UnreadableInput(Reason.DAMAGED_FILE, f"the reader ended with {status}")

    def pixels(self, shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """The page of this shape that the child wrote; raises ValueError where it wrote less."""
        pixels = np.empty(shape, dtype=np.uint8)
        view = memoryview(pixels.data).cast("B")
        done = 0
        while done < len(view):
            count = os.preadv(self._memory, [view[done:]], done)
            if not count:
                raise ValueError("too few pixels")
            done += count
        os.ftruncate(self._memory, min(done, _MOST_KEPT))
        return pixels

    def end(self) -> None:
        """Let the child go home: its input ends, then its output."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        poll = select.poll()
        poll.register(self._process.stdout.fileno(), select.POLLIN)
        poll.poll(_END_MILLISECONDS)
        self.kill()

    def kill(self) -> None:
        """Kill the child's whole process group and close what connects us."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        with contextlib.suppress(OSError):
            os.close(self._memory)
        shutil.rmtree(self._folder, ignore_errors=True)
