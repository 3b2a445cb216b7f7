"""Several machines on one: a server host and two worker hosts in network namespaces, one core each; how much two are to one.

    python -m scripts.bench_hosts [--dossiers 48] [--pages 1] [--try ratio] [--try killed] [--try cut] [--try joins]

Needs root (ip netns, veth), PostgreSQL and the extra `dev` (rclone). The server host runs PostgreSQL, an S3 server and
Prefect's server; the worker hosts `sohoa work`, bound to one core each, with nothing of the server's but its address.

ratio: the same batch by one host and by two, in turns; pages a minute of each, and their ratio; processor seconds a dossier of
    every kind of process, from the first part's begin to the last one's end: what the server host does, two hosts wait for
killed: a worker host is killed in mid-batch (kill -9 of all its processes); cut: its cable is pulled, and put back;
joins: the second host starts when the batch is under way. After each, nothing may be lost or double: `sohoa verify` and
`sohoa reconcile` say so.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.process_costs import Watch
from scripts.server_process import ACCESS_KEY, SECRET_KEY, own_folder, running
from scripts.small_dossiers import draw_small_dossiers
from scripts.store_servers import postgresql_programs

_NET, _BRIDGE, _SERVER = "10.77.0", "sohoa-br", "sohoa-server"
_WORKERS = ("sohoa-one", "sohoa-two")
_POOL = "bench"
_ROOT = Path(__file__).resolve().parent.parent
_WAIT_SECONDS = 1800
_KINDS = {
    "postgres": "PostgreSQL", "rclone": "S3", "server start": "Prefect's server", "cli digitize": "sharing out",
    "cli work": "Prefect's worker", "prefect": "a part's process", "spawn_main": "reading",
}  # fmt: skip


@dataclass(slots=True)
class Bench:
    """The hosts' surroundings: a folder, the settings that lead to the server host, the batch."""

    folder: Path
    environment: dict[str, str]
    inbox: Path


def _ip(*arguments: str, check: bool = True) -> None:
    subprocess.run(["ip", *arguments], check=check, capture_output=not check)


@contextmanager
def hosts() -> Iterator[None]:
    """The namespaces and the bridge between them; .1 is the server host, .2 and .3 the workers."""
    names = (_SERVER, *_WORKERS)
    try:
        _ip("link", "add", _BRIDGE, "type", "bridge")
        _ip("link", "set", _BRIDGE, "up")
        for number, name in enumerate(names, start=1):
            _ip("netns", "add", name)
            _ip("link", "add", f"sohoa-v{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", f"sohoa-v{number}", "master", _BRIDGE, "up")
            _ip("-n", name, "addr", "add", f"{_NET}.{number}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield
    finally:
        for name in names:
            _kill_all(name)
            _ip("netns", "del", name, check=False)
        _ip("link", "del", _BRIDGE, check=False)


def _pids(host: str) -> list[int]:
    found = subprocess.run(["ip", "netns", "pids", host], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def _kill_all(host: str) -> None:
    for pid in _pids(host):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _inside(host: str, command: Sequence[str | Path]) -> list[str]:
    return ["ip", "netns", "exec", host, *map(str, command)]


def _answers(host: str, port: int) -> Callable[[], bool]:
    ask = f"import socket; socket.create_connection(('{_NET}.1', {port}), 1)"
    return lambda: (
        subprocess.run(_inside(host, [sys.executable, "-c", ask]), capture_output=True, check=False).returncode == 0
    )


@contextmanager
def server_host(folder: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL, S3 and Prefect on the server host; yields the settings that lead there."""
    programs = postgresql_programs()
    with ExitStack() as stack:
        place = stack.enter_context(own_folder("hosts-postgresql", owner="postgres"))
        data = place / "data"
        make: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "sohoa",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run(make, check=True, capture_output=True, user="postgres", cwd=place)
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {_NET}.0/24 trust\n")
        run_as = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"]
        postgres: list[str | Path] = [
            *run_as,
            programs / "postgres",
            "-D",
            data,
            "-k",
            place,
            "-c",
            f"listen_addresses={_NET}.1",
        ]
        stack.enter_context(
            running(_inside(_SERVER, postgres), place / "log", ready=_answers(_SERVER, 5432), stop=signal.SIGINT)
        )
        (folder / "objects").mkdir()
        rclone: list[str | Path] = [
            Path(sysconfig.get_path("scripts")) / "rclone", "serve", "s3", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}",
            "--addr", f"{_NET}.1:7070", "--config", folder / "rclone.conf", folder / "objects",
        ]  # fmt: skip
        stack.enter_context(running(_inside(_SERVER, rclone), folder / "rclone.log", ready=_answers(_SERVER, 7070)))
        prefect_home = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        prefect = ["env", *(f"{k}={v}" for k, v in prefect_home.items()), sys.executable, "-m", "prefect",
                   "server", "start", "--host", "0.0.0.0", "--port", "4200", "--no-ui"]  # fmt: skip  # noqa: S104
        ready = _answers(_SERVER, 4200)
        stack.enter_context(running(_inside(_SERVER, prefect), folder / "prefect.log", ready=ready, start_seconds=300))
        yield {
            "SOHOA_S3_ENDPOINT": f"http://{_NET}.1:7070",
            "SOHOA_S3_ACCESS_KEY": ACCESS_KEY,
            "SOHOA_S3_SECRET_KEY": SECRET_KEY,
            "PREFECT_API_URL": f"http://{_NET}.1:4200/api",
        }


class Round:
    """One batch on a store and an index of its own."""

    def __init__(self, bench: Bench, name: str) -> None:
        self._bench, self.name = bench, name
        self._environment = bench.environment | {
            "SOHOA_STORE": f"s3://{name}", "SOHOA_LANG": "en", "SOHOA_WORKERS": "1", "PYTHONUNBUFFERED": "1",
            "SOHOA_INDEX": f"postgresql://sohoa@{_NET}.1/{name}",
            "DO_NOT_TRACK": "1", "PYTHONPATH": str(_ROOT),
        }  # fmt: skip
        self._sql(f"CREATE DATABASE {name}", database="postgres")
        self._started: list[subprocess.Popen[bytes]] = []

    def worker(self, number: int) -> None:
        """Starts `sohoa work` on a worker host, on a core of its own."""
        host = _WORKERS[number]
        home = self._bench.folder / f"{self.name}-{host}"
        command = _inside(host, ["taskset", "-c", str(number), sys.executable, "-m", "scripts.cli", "work", _POOL])
        log = (self._bench.folder / f"{self.name}-{host}.log").open("wb")
        environment = os.environ | self._environment | {"SOHOA_HOME": str(home)}
        self._started.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=_ROOT))

    def digitize(self) -> subprocess.Popen[str]:
        """Begins the batch from the server host."""
        return self._sohoa("digitize", str(self._bench.inbox), "--pool", _POOL, "--json")

    def said(self, *arguments: str) -> tuple[int, str]:
        """What a command says, and its exit code."""
        process = self._sohoa(*arguments)
        out, _ = process.communicate(timeout=_WAIT_SECONDS)
        return process.returncode, out.strip()

    def summary(self, out: str) -> dict[str, object]:
        """What `digitize --json` printed; what it complained of, where it printed nothing."""
        if not out.strip():
            raise SystemExit((self._bench.folder / f"{self.name}-digitize.log").read_text(encoding="utf-8")[-2000:])
        found: dict[str, object] = json.loads(out)
        return found

    def shards_done(self) -> int:
        """How many parts have come to their end."""
        return int(self._sql("SELECT count(*) FROM shards WHERE state = 'done'") or 0)

    def shards_leased(self) -> int:
        """How many parts have been begun."""
        return int(self._sql("SELECT count(*) FROM shards WHERE attempts > 0") or 0)

    def shards_under_way(self) -> int:
        """How many parts are with a host now."""
        return int(self._sql("SELECT count(*) FROM shards WHERE state = 'leased'") or 0)

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Returns when it is so."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while not what():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name}: waited too long; see {self._bench.folder}")
            time.sleep(0.2)

    def offered_again(self) -> int:
        """How many parts were offered a second time, as the log of whoever shared them out says."""
        log = self._bench.folder / f"{self.name}-server" / "logs" / "sohoa.log"
        return log.read_text(encoding="utf-8").count("a part is offered again") if log.exists() else 0

    def end(self) -> None:
        """Ends the worker hosts' processes."""
        for host in _WORKERS:
            _kill_all(host)
        for process in self._started:
            process.wait()

    def _sohoa(self, *arguments: str) -> subprocess.Popen[str]:
        environment = os.environ | self._environment | {"SOHOA_HOME": str(self._bench.folder / f"{self.name}-server")}
        command = _inside(_SERVER, [sys.executable, "-m", "scripts.cli", *arguments])
        log = (self._bench.folder / f"{self.name}-{arguments[0]}.log").open("w")
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment, cwd=_ROOT)

    def _sql(self, statement: str, *, database: str = "") -> str:
        psql = ["psql", "-h", f"{_NET}.1", "-U", "sohoa", "-d", database or self.name, "-Atqc", statement]
        done = subprocess.run(_inside(_SERVER, psql), capture_output=True, text=True, check=False)
        return done.stdout.strip()


def timed(bench: Bench, name: str, workers: int) -> float:
    """Seconds from the first part begun to the last one done, by so many hosts; prints what each kind of process cost."""
    round_ = Round(bench, name)
    watch = Watch(_KINDS)
    for number in range(workers):
        round_.worker(number)
    try:
        process = round_.digitize()
        round_.wait_for(lambda: round_.shards_leased() > 0)
        began = time.monotonic()
        _look(watch)
        before = watch.seconds()
        out = None
        while out is None:
            _look(watch)
            with suppress(subprocess.TimeoutExpired):
                out, _ = process.communicate(timeout=1)
        seconds = time.monotonic() - began
        dossiers = len(list(bench.inbox.iterdir()))
        spent = {kind: (at - before.get(kind, 0)) / dossiers for kind, at in watch.seconds().items()}
        told = ", ".join(f"{kind} {each:.3f}" for kind, each in sorted(spent.items()))
        print(f"{name}: {seconds:.1f} s; processor seconds a dossier: {sum(spent.values()):.3f} ({told})", flush=True)
        _check(round_, round_.summary(out), dossiers)
    finally:
        round_.end()
    return seconds


def _look(watch: Watch) -> None:
    watch.look(pid for host in (_SERVER, *_WORKERS) for pid in _pids(host))


def disturbed(bench: Bench, name: str) -> None:
    """A batch during which the second host is killed, cut off, or joins."""
    round_ = Round(bench, name)
    round_.worker(0)
    if name != "joins":
        round_.worker(1)
    try:
        process = round_.digitize()
        if name == "joins":
            round_.wait_for(lambda: round_.shards_done() >= 1 or process.poll() is not None)
        else:  # both hosts are at a part
            round_.wait_for(lambda: round_.shards_under_way() >= 2 or process.poll() is not None)
        match name:
            case "killed":
                _kill_all(_WORKERS[1])
            case "cut":
                _ip("link", "set", "sohoa-v3", "down")
                time.sleep(90)
                _ip("link", "set", "sohoa-v3", "up")
            case "joins":
                round_.worker(1)
        print(f"{name}: with {round_.shards_done()} parts done", flush=True)
        out, _ = process.communicate(timeout=_WAIT_SECONDS)
        _check(round_, round_.summary(out), len(list(bench.inbox.iterdir())))
    finally:
        round_.end()


def _check(round_: Round, summary: dict[str, object], dossiers: int) -> None:
    pages = summary["pages"]
    ended = len(summary["dossiers"]) + len(summary["already_done"])  # type: ignore[arg-type] # of JSON
    verified, reconciled = round_.said("verify"), round_.said("reconcile")
    print(f"{round_.name}: {ended} of {dossiers} dossiers, exit {summary['exit_code']}, pages {pages}")
    print(f"  parts offered again: {round_.offered_again()}\n  verify ({verified[0]}): {verified[1]}")
    print(f"  reconcile ({reconciled[0]}): {reconciled[1]}", flush=True)
    if ended != dossiers or verified[0]:
        raise SystemExit(f"{round_.name}: something is lost")


def main() -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--dossiers", type=int, default=48)
    parser.add_argument("--pages", type=int, default=1, help="of each dossier")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--try", dest="tries", action="append", choices=("ratio", "killed", "cut", "joins"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-hosts-") as temporary, hosts():
        folder = Path(temporary)
        with server_host(folder) as environment:
            inbox = draw_small_dossiers(folder / "inbox", arguments.dossiers, pages=arguments.pages)
            bench = Bench(folder, environment, inbox)
            for name in arguments.tries or ("ratio", "killed", "cut", "joins"):
                if name != "ratio":
                    disturbed(bench, name)
                    continue
                for turn in range(arguments.rounds):
                    one, two = timed(bench, f"one{turn}", 1), timed(bench, f"two{turn}", 2)
                    rates = [arguments.dossiers * arguments.pages * 60 / seconds for seconds in (one, two)]
                    print(
                        f"pages a minute: one host {rates[0]:.1f}, two {rates[1]:.1f}, ratio {one / two:.2f}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
