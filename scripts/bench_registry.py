"""Measures the registry service: lookups at a steady rate over HTTP, the service and this client on one core together.

    python -m scripts.bench_registry [--citizens 200000] [--rate 1000] [--seconds 10] [--connections 8]

Calls begin when they are due, whether or not earlier ones were answered, and their time counts from then: a service that
falls behind cannot hide it. One in five asks with a wrong birth date and must get nothing. Every call must stand in the
service's journal at the end.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from models.citizen import Citizen
from registry.journal import Journal
from registry.load import load
from registry.purpose import Purpose, sealed
from scripts.population import make_population, write_csv
from scripts.server_process import answers, free_port, running

OFFICER = "001090000001"
_WARM_SECONDS = 1.0
_ASKED_CITIZENS = 50_000


@dataclass(slots=True)
class Line:
    """A connection that is kept open, and the call that is under way on it."""

    socket: socket.socket
    due: float = 0.0
    found: bool = False
    answer: bytes = b""


@dataclass(slots=True)
class Tally:
    """Seconds from when each call was due to its answer, and answers that were not as they must be."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0


def main(
    citizens: Annotated[int, typer.Option(min=1_000)] = 200_000,
    rate: Annotated[int, typer.Option(min=1, help="Lookups a second.")] = 1_000,
    seconds: Annotated[float, typer.Option(min=1)] = 10.0,
    connections: Annotated[int, typer.Option(min=1)] = 8,
) -> None:
    """Prints one row; exit 1 where an answer was wrong or a call is not in the journal."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})  # children inherit it
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        known = list(islice(make_population(citizens, seed=1), min(citizens, _ASKED_CITIZENS)))
        write_csv(make_population(citizens, seed=1), home / "citizens.csv")
        load(home / "citizens.csv", home / "registry.db")
        (home / "citizens.csv").unlink()
        port = free_port()
        environment = os.environ | {"SOHOA_HOME": str(home), "SOHOA_REGISTRY": str(home / "registry.db")}
        command = [
            "env", *(f"{key}={environment[key]}" for key in ("SOHOA_HOME", "SOHOA_REGISTRY")), sys.executable, "-m",
            "scripts.cli", "registry", "serve", "--officer", OFFICER, "--port", str(port), "--rate", str(10 * rate),
        ]  # fmt: skip
        with running(command, home / "serve.log", ready=lambda: answers(port)) as process:
            lines = [_line(port) for _ in range(connections)]
            _ask(lines, _calls(known, int(rate * _WARM_SECONDS), seed=1), rate)
            server, client = _cpu(process.pid), time.process_time()
            calls = _calls(known, int(rate * seconds), seed=2)
            prepared = time.process_time() - client
            start = time.monotonic()
            tally = _ask(lines, calls, rate)
            wall = time.monotonic() - start
            server, client = _cpu(process.pid) - server, time.process_time() - client - prepared
            for line in lines:
                line.socket.close()
        journal = Journal(home / "registry-calls.db")
        logged = sum(call.outcome in ("record", "empty") for call in journal.calls())
        journal.close()
    asked = int(rate * _WARM_SECONDS) + len(calls)
    _print(tally, citizens=citizens, wall=wall, server=server, client=client, unlogged=asked - logged)
    if tally.wrong or asked != logged:
        raise typer.Exit(1)


def _print(tally: Tally, *, citizens: int, wall: float, server: float, client: float, unlogged: int) -> None:
    ordered, calls = sorted(tally.seconds), len(tally.seconds)
    p50, p99, worst = (1000 * ordered[int(at * (calls - 1))] for at in (0.5, 0.99, 1.0))
    cells = {
        "citizens": citizens, "lookups": calls, "a second": f"{calls / wall:.0f}", "p50 ms": f"{p50:.2f}",
        "p99 ms": f"{p99:.2f}", "worst ms": f"{worst:.1f}", "service ms of its core": f"{1000 * server / calls:.3f}",
        "client ms": f"{1000 * client / calls:.3f}", "wrong answers": tally.wrong, "not in the journal": unlogged,
    }  # fmt: skip
    print("| " + " | ".join(cells) + " |\n|" + "---|" * len(cells))
    print("| " + " | ".join(map(str, cells.values())) + " |")


def _calls(known: list[Citizen], count: int, *, seed: int) -> deque[tuple[bytes, bool]]:
    """Whole HTTP requests, made before the clock runs, and whether each must be answered with a record."""
    rng = Random(f"lookups {seed}")
    purpose = Purpose("1.001193", "H40.12", OFFICER)
    calls: deque[tuple[bytes, bool]] = deque()
    for _ in range(count):
        citizen, right = rng.choice(known), rng.random() < 0.8
        claim = {
            "id_number": citizen.id_number, "full_name": citizen.full_name,
            "birth_date": citizen.birth_date if right else "1899-01-01",
        }  # fmt: skip
        body = json.dumps({"envelope": sealed(purpose), **claim}, ensure_ascii=False).encode()
        head = f"POST /v1/lookup HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        calls.append((head.encode() + body, right))
    return calls


def _line(port: int) -> Line:
    connected = socket.create_connection(("127.0.0.1", port), timeout=10)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Line(connected)


def _ask(lines: list[Line], calls: deque[tuple[bytes, bool]], rate: float) -> Tally:
    """Sends each call when it is due, on the next free connection; due calls wait for one, and their waiting counts."""
    calls, tally, idle = deque(calls), Tally(), deque(lines)
    with selectors.DefaultSelector() as selector:
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
        start, sent, count = time.perf_counter(), 0, len(calls)
        while len(tally.seconds) < count:
            now = time.perf_counter() - start
            while calls and idle and sent / rate <= now:
                line, (request, found) = idle.popleft(), calls.popleft()
                line.due, line.found, line.answer = sent / rate, found, b""
                line.socket.sendall(request)
                sent += 1
            pause = max(sent / rate - now, 0) if calls and idle else None
            for key, _ in selector.select(pause):
                line = key.data
                line.answer += line.socket.recv(65_536)
                if _is_whole(line.answer):
                    tally.seconds.append(time.perf_counter() - start - line.due)
                    tally.wrong += not _is_right(line)
                    idle.append(line)
    return tally


def _is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    at = head.lower().find(b"content-length:")
    return at >= 0 and len(body) >= int(head[at + 15 :].split(b"\r\n", 1)[0])


def _is_right(line: Line) -> bool:
    return line.answer.startswith(b"HTTP/1.1 200") and (b'"citizen":null' not in line.answer) == line.found


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process has used (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    typer.run(main)
