"""Prefect's surroundings: a home under ours, nothing sent away, quiet on the terminal, and a server for one run.

Prefect would start a temporary server itself, at the first flow run. Ours starts while dossiers are being read already,
is not reached by a Ctrl-C meant for us, has time to start on a slow machine, and ends with us, however we end.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from models.errors import SohoaError, StorageUnreachable

_START_SECONDS = 180.0  # 5 s on two idle cores, 25 s beside five other jobs
_THEIR_SECONDS = 15.0  # for a server that should be there
_STOP_SECONDS = 3.0
_ROOM_BYTES = 1_000_000  # less free than this, and it was the full disk that kept the server from starting
# PR_SET_PDEATHSIG (1), SIGKILL (9): the kernel ends the server when we are gone, also after a kill -9; it lasts
# through the exec.
_WITH_PARENT = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.executable, sys.argv[1:])"


def prepare_prefect(home: Path, *, quiet: bool = False) -> None:
    """Sets what Prefect reads from the environment when it is imported; what the operator has set stands.

    `quiet`: its lines go to its server only, not to the terminal, which is the clerk's.
    """
    defaults = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",  # results rest in our own archive
    }
    if quiet:
        defaults["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)


def flush_prefect() -> None:
    """Sends what Prefect's loggers still hold, before its server goes."""
    for name in tuple(logging.root.manager.loggerDict):
        if name.startswith("prefect"):
            for handler in logging.getLogger(name).handlers:
                handler.flush()


class RunServer:
    """A Prefect server for the length of a run; none where PREFECT_API_URL names one already.

    Start it in the thread that outlives it. `wait` raises SohoaError when it does not come up (StorageUnreachable: the disk is full).
    """

    def __init__(self, home: Path) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home / "logs" / "prefect-server.log"
        self._health = ""

    def __enter__(self) -> Self:
        address = os.environ.get("PREFECT_API_URL", "")
        if address:
            self._health = address.rstrip("/") + "/health"
        else:
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
            os.environ.pop("PREFECT_API_URL", None)

    def wait(self) -> None:
        """Returns when the server answers."""
        ours = self._process
        deadline = time.monotonic() + (_START_SECONDS if ours else _THEIR_SECONDS)
        while not self._answers():
            if (ours and ours.poll() is not None) or time.monotonic() > deadline:
                if ours and shutil.disk_usage(self._log.parent).free < _ROOM_BYTES:
                    raise StorageUnreachable(f"no space left: {self._log.parent.parent}")
                what = f"did not start; see {self._log}" if ours else f"does not answer: {self._health}"
                raise SohoaError(f"Prefect's server {what}")
            time.sleep(0.1)

    def _start(self) -> None:
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._log.parent.mkdir(parents=True, exist_ok=True)
        command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-services"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _WITH_PARENT, sys.executable, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"PREFECT_UI_ENABLED": "false"},
            )
        self._health = f"http://127.0.0.1:{port}/api/health"
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self._health, timeout=5) as answer:  # noqa: S310 # our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
