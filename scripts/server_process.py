"""A server of our own as a child process: its folder, its port, its start, its certain end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from models.errors import UsageError

_START_SECONDS = 60
_STOP_SECONDS = 20
ACCESS_KEY, SECRET_KEY = "sohoa-test", "sohoa-test-secret"  # of servers that listen on this machine only

Environment = dict[str, str]


def s3_environment(port: int, *, bucket: str = "sohoa") -> Environment:
    """The settings that lead to an S3 server on this machine."""
    return {
        "SOHOA_STORE": f"s3://{bucket}",
        "SOHOA_S3_ENDPOINT": f"http://127.0.0.1:{port}",
        "SOHOA_S3_ACCESS_KEY": ACCESS_KEY,
        "SOHOA_S3_SECRET_KEY": SECRET_KEY,
    }


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether something listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    *,
    ready: Callable[[], bool],
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
    start_seconds: float = _START_SECONDS,
) -> Iterator[subprocess.Popen[bytes]]:
    """The program, ready and then ended; setpriv ends it too should this process be killed."""
    guarded = ["setpriv", "--pdeathsig", "TERM", "--", *command]
    with log.open("wb") as sink:
        server = subprocess.Popen(guarded, stdout=sink, stderr=sink, user=user, cwd=log.parent)
    try:
        deadline = time.monotonic() + start_seconds
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise UsageError(f"{Path(command[0]).name} does not start:\n{said}")
            time.sleep(0.05)
        yield server
    finally:
        server.send_signal(stop)
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def own_folder(topic: str, *, owner: str | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"sohoa-{topic}-"))
    try:
        if owner:
            entry = pwd.getpwnam(owner)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
