"""At the counter while a batch runs: how soon the verdict on a dossier of four pages is told, and how soon it is kept.

    python -m scripts.bench_counter [--tries 20] [--batch 500] [--door http|folder]

starts `sohoa serve` on this machine with a watched folder, puts a batch of one-page dossiers into it, and hands in dossiers of
four pages (drawn by scripts.samples: forms, cards, certificates), one after the other, over HTTP or into the folder. Prints
median and 95th percentile of the seconds to `verdicts` and to `record`, the processor seconds of the counter's workers a
dossier (the busiest one's, which is what an idle machine would take at least), and the machine's load, without which the
seconds say little.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pikepdf

from flows.watched_folder import OUTCOMES
from models.access import Role
from models.settings import Settings
from registry.load import load
from scripts.samples.write import make_samples
from scripts.server_process import answers, free_port
from scripts.small_dossiers import draw_small_dossiers
from storage.api_keys import ApiKeys
from storage.database import open_database
from storage.opening import open_store

_PAGES = 4
_WAIT_SECONDS = 300
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Try:
    """Seconds to the verdicts (None where they were seen with the record only) and to the record; processor seconds, in all and of the busiest."""

    verdict: float | None
    record: float
    processor: float
    busiest: float


def four_page_dossiers(samples: Path, folder: Path, count: int) -> list[Path]:
    """PDFs of four pages out of the samples' PDFs, each with other pages while there are such, under codes of today."""
    folder.mkdir()
    pages: list[tuple[Path, int]] = []
    for path in sorted(samples.rglob("*.pdf")):
        with pikepdf.open(path) as pdf:
            pages += [(path, number) for number in range(len(pdf.pages))]
    made = []
    for ordinal in range(count):
        with pikepdf.new() as whole:
            for place in range(_PAGES):
                path, number = pages[(ordinal * _PAGES + place) % len(pages)]
                with pikepdf.open(path) as pdf:
                    whole.pages.append(pdf.pages[number])
            made.append(folder / f"H40.90-{datetime.now(UTC):%y%m%d}-{ordinal + 1:04d}.pdf")
            whole.docinfo["/Subject"] = str(ordinal)  # another file, of which nothing is remembered
            whole.save(made[-1])
    return made


@contextmanager
def served(home: Path, watch: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`sohoa serve`, ready."""
    environment = os.environ | {"SOHOA_HOME": str(home), "SOHOA_LANG": "en"}
    command = [sys.executable, "-m", "scripts.cli", "serve", "--watch", str(watch), "--port", str(port)]
    with (home / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + _WAIT_SECONDS
            while not answers(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit((home / "serve.log").read_text(encoding="utf-8"))
                time.sleep(0.1)
            yield server
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def over_http(path: Path, port: int, key: str) -> tuple[float | None, float]:
    """Seconds to the verdicts and to the record."""
    began = time.monotonic()
    request = urllib.request.Request(  # this machine
        f"http://127.0.0.1:{port}/v1/counter/{path.stem}",
        data=path.read_bytes(),
        headers={"authorization": f"Bearer {key}", "content-type": "application/pdf"},
    )
    verdict = None
    with urllib.request.urlopen(request, timeout=_WAIT_SECONDS) as answer:  # noqa: S310
        for line in answer:
            event = json.loads(line)["event"]
            if event == "verdicts":
                verdict = time.monotonic() - began
            elif event == "record":
                return verdict, time.monotonic() - began
    raise SystemExit(f"{path.stem}: no record was told")


def into_folder(path: Path, watch: Path) -> tuple[float | None, float]:
    """Seconds from the file's last byte to the verdicts and to the record, as its outcome tells them."""
    (watch / path.name).write_bytes(path.read_bytes())
    began = time.monotonic()
    outcome, verdict = watch / OUTCOMES / f"{path.name}.txt", None
    while time.monotonic() - began < _WAIT_SECONDS:
        told = outcome.read_text(encoding="utf-8") if outcome.exists() else ""
        if "\n# " in told:
            return verdict, time.monotonic() - began
        if told and verdict is None:
            verdict = time.monotonic() - began
        time.sleep(0.02)
    raise SystemExit(f"{path.stem}: no outcome was written")


def counter_processor_seconds(server: int) -> dict[int, float]:
    """By worker of the counter (a child of the server that does not stand back), with all below it."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    nice: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(entry.name)
            parents[pid], nice[pid] = int(fields[1]), int(fields[16])
            spent[pid] = sum(map(int, fields[11:15])) / _TICKS
    workers = {pid: 0.0 for pid, parent in parents.items() if parent == server and nice[pid] == nice[server]}
    for pid, seconds in spent.items():
        above = pid
        while above and above not in workers:
            above = parents.get(above, 0)
        if above:
            workers[above] += seconds
    return workers


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def report(tries: Sequence[Try]) -> None:
    """Prints what was measured."""
    load_average = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    verdicts = [each.verdict for each in tries if each.verdict is not None]
    records = [each.record for each in tries]
    if verdicts:
        print(f"verdicts: median {statistics.median(verdicts):.2f} s, p95 {percentile(verdicts, 0.95):.2f} s")
    print(f"record:   median {statistics.median(records):.2f} s, p95 {percentile(records, 0.95):.2f} s")
    busiest, whole = [each.busiest for each in tries], [each.processor for each in tries]
    print(
        f"processor seconds of the counter's workers a dossier: busiest median {statistics.median(busiest):.2f}, "
        f"p95 {percentile(busiest, 0.95):.2f}; all together median {statistics.median(whole):.2f}"
    )
    print(f"{len(tries)} tries; load average {load_average} on {os.cpu_count()} cores")


def main() -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(description="How soon the counter is told")
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--door", choices=("http", "folder"), default="http")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-counter-") as temporary:
        folder = Path(temporary)
        make_samples(folder / "samples", dossiers=8, seed=7, citizens=2000)
        dossiers = four_page_dossiers(folder / "samples" / "inbox", folder / "handed-in", options.tries)
        home, watch, port = folder / "home", folder / "watch", free_port()
        home.mkdir()
        settings = Settings.from_environment({"SOHOA_HOME": str(home)})
        load(folder / "samples" / "citizens.csv", Path(settings.registry))
        database = open_database(settings.index)
        _, key = ApiKeys(database, open_store(settings)).add(
            "desk", Role.CLERK, unit="", purposes=("counter",), sees_ids=False, calls_a_second=100.0, days=1,
            now=datetime.now(UTC),
        )  # fmt: skip
        database.close()
        if options.batch:
            draw_small_dossiers(watch, options.batch)
        with served(home, watch, port) as server:
            time.sleep(10 if options.batch else 0)  # the batch is under way
            tries = []
            for path in dossiers:
                before = counter_processor_seconds(server.pid)
                verdict, record = over_http(path, port, key) if options.door == "http" else into_folder(path, watch)
                after = counter_processor_seconds(server.pid)
                spent = [after[pid] - before.get(pid, 0.0) for pid in after]
                tries.append(Try(verdict, record, sum(spent), max(spent, default=0.0)))
                print(f"  {path.stem}: {verdict or 0:.2f} s, {record:.2f} s; processor {sum(spent):.2f} s", flush=True)
            done = len(list((watch / OUTCOMES).glob("H40.*-2601*.txt"))) if options.batch else 0
            print(f"of the batch of {options.batch}, {done} dossiers were done meanwhile")
            report(tries)


if __name__ == "__main__":
    main()
