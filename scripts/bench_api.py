"""The API under load from a second process on loopback: `python -m scripts.bench_api [--rate 200] [--seconds 20]`.

A server on one core and a caller on another; calls leave at a steady rate whatever the answers do (an open loop), so a slow
answer is counted with the wait that it caused. Times are in milliseconds, from the moment a call was due to its last byte.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from models.access import Role
from models.document import Document, DocumentType, Part
from models.identity import Field, FieldSource, Person
from models.identity import Role as InRole
from models.match import Decision
from models.outcome import PageOutcome, Status, Verdict
from models.page import Box, PageSource
from models.record import Components, DossierRecord, MatchedPerson, PageRecord
from models.settings import Settings
from scripts.server_process import free_port
from storage.api_keys import ApiKeys
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.opening import open_store

_DOSSIERS = 300
_SCAN = b"%PDF-1.7 a scan " * 1000
_SHA256 = hashlib.sha256(_SCAN).hexdigest()
_TEXT = "TỜ KHAI ĐĂNG KÝ KHAI SINH\nHọ, chữ đệm, tên: NGUYỄN THỊ MẪU\nSố định danh: 036185012345\n" * 12  # a full page
# what a downstream system asks, by share
_MIX = (("record", 0.5), ("masked", 0.1), ("revision", 0.1), ("list", 0.1), ("search", 0.1), ("file", 0.1))


def main() -> None:
    """Fills an archive, starts `sohoa api` on one core, calls it from another, prints one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        settings = Settings.from_environment({"SOHOA_HOME": folder})
        codes = _fill(settings)
        keys = _keys(settings)
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "scripts.cli", "api", "--port", str(port)],
            env=os.environ | {"SOHOA_HOME": folder}, cwd=Path(__file__).resolve().parent.parent,
        )  # fmt: skip
        os.sched_setaffinity(server.pid, {cores[0]})
        os.sched_setaffinity(0, {cores[-1]})
        try:
            told = asyncio.run(_load(server.pid, port, keys, codes, given.rate, given.seconds))
        finally:
            server.terminate()
            server.wait()
    print(json.dumps(told))


def _fill(settings: Settings) -> list[str]:
    store, database = open_store(settings), open_database(settings.index)
    index, codes = Index(database), []
    for number in range(_DOSSIERS):
        record = _record(f"H40.12-260105-{number:04d}")
        kept = keep_dossier(
            store, record, originals={_SHA256: _SCAN},
            pages={1: b"\xff\xd8" + bytes(200_000)}, documents={1: b"%PDF-1.7 " * 1000},
        )  # fmt: skip
        index.put(kept)
        codes.append(record.dossier_code)
    database.close()
    return codes


def _keys(settings: Settings) -> dict[str, str]:
    database = open_database(settings.index)
    keys = ApiKeys(database, open_store(settings))
    made = {}
    for name, ids in (("whole", True), ("masked", False)):
        made[name] = keys.add(
            name, Role.DOWNSTREAM, unit="H40", purposes=("load",), sees_ids=ids, calls_a_second=100_000.0, days=1,
            now=datetime.now(UTC),
        )[1]  # fmt: skip
    database.close()
    return made


def _record(code: str) -> DossierRecord:
    """A dossier of four full pages and two persons, all of them fictitious."""
    pages = tuple(
        PageRecord(n, PageSource(f"{code}.pdf", _SHA256, n), 0, 0.3, False, 0.95, PageOutcome.DIGITIZED, None, _TEXT)
        for n in range(1, 5)
    )
    box = Box(120, 340, 400, 38)
    name = Field("NGUYỄN THỊ MẪU", "Nguyễn Thị Mẫu", 0.97, FieldSource.OCR, 1, box)
    number = Field("036185012345", "036185012345", 0.99, FieldSource.QR, 1, box)
    matched = Decision(Verdict.MATCHED, "036185012345", 0.999)
    person = MatchedPerson(Person(InRole.MOTHER, 1, full_name=name, id_number=number), matched)
    paper = Document(1, DocumentType.BIRTH_DECLARATION, 0.98, (1, 2, 3, 4), Part.COMPONENT)
    return DossierRecord(
        code, "H40.12", "1.001193", datetime(2026, 1, 5, tzinfo=UTC).date(), Status.DIGITIZED, pages, (paper,),
        (person, person), Components(),
    )  # fmt: skip


@dataclass(slots=True)
class _Caller:
    """Connections to the server, kept open; one call at a time on each."""

    host: str
    port: int
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def call(self, head: str, body: bytes = b"") -> int:
        """Sends a request, reads the whole answer, returns its status."""
        request = f"{head}\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        while True:
            used = bool(self.idle)
            reader, writer = self.idle.pop() if used else await asyncio.open_connection(self.host, self.port)
            writer.write(request)
            try:
                answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                break
            except (asyncio.IncompleteReadError, ConnectionResetError):
                if (
                    not used
                ):  # the server closes what was idle for five seconds; a client then asks on another connection
                    raise
        length = next(
            int(line.partition(":")[2]) for line in answer.split("\r\n") if line.startswith("content-length:")
        )
        await reader.readexactly(length)
        self.idle.append((reader, writer))
        return int(answer[9:12])


async def _load(
    server: int, port: int, keys: dict[str, str], codes: list[str], rate: float, seconds: float
) -> dict[str, object]:
    """Calls at a steady rate; what came of them."""
    caller, rng = _Caller("127.0.0.1", port), random.Random(1)
    await _until_up(caller)
    took: list[float] = []
    answers: Counter[str] = Counter()

    async def one(due: float) -> None:
        try:
            answers[str(await caller.call(*_wish(rng, keys, codes)))] += 1
        except (OSError, asyncio.IncompleteReadError) as error:
            answers[type(error).__name__] += 1
        took.append(1000 * (time.perf_counter() - due))

    used, began, tasks = _cpu_seconds(server), time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    elapsed, used = time.perf_counter() - began, _cpu_seconds(server) - used
    for _, writer in caller.idle:
        writer.close()
    took.sort()
    return {
        "calls": len(took), "calls_a_second": round(len(took) / elapsed, 1),
        "p50_ms": round(took[len(took) // 2], 1), "p99_ms": round(took[int(0.99 * len(took))], 1),
        "most_ms": round(took[-1], 1), "answers": dict(answers), "connections": len(caller.idle),
        "server_cpu_ms_a_call": round(1000 * used / len(took), 2),
    }  # fmt: skip


def _wish(rng: random.Random, keys: dict[str, str], codes: list[str]) -> tuple[str, bytes]:
    kind = rng.choices([name for name, _ in _MIX], [share for _, share in _MIX])[0]
    code = rng.choice(codes)
    paths = {
        "revision": f"/v1/records/{code}/revisions/1", "list": f"/v1/records?limit=20&after={code}",
        "file": f"/v1/records/{code}/files/pages/0001.jpg",
    }  # fmt: skip
    key = keys["masked" if kind == "masked" else "whole"]
    if kind == "search":
        body = b'{"words": "nguyen thi mau"}'
        return f"POST /v1/search HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {key}", body
    return f"GET {paths.get(kind, f'/v1/records/{code}')} HTTP/1.1\r\nAuthorization: Bearer {key}", b""


async def _until_up(caller: _Caller) -> None:
    for _ in range(600):
        try:
            await caller.call("GET /v1/health HTTP/1.1")
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")


def _cpu_seconds(pid: int) -> float:
    """What the process has used, from /proc (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
