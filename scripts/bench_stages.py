"""Measures where the time of digitizing goes: CPU and wall milliseconds a page in each stage, one process, one dossier at a time.

    python -m scripts.bench_stages FOLDER [--dossiers-most N]

FOLDER is what `sohoa samples make` wrote. Each dossier goes all the way as in a worker (store and index in a folder, the
registry embedded), without Prefect. A stage's time is its own: what a stage within it took is taken off. CPU is that of
this process and of all that it starts.
"""

from __future__ import annotations

import functools
import importlib
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.jobs import DigitizeJob
from models.settings import Settings
from pipeline.confine import Confinement
from pipeline.intake import IntakeDossier, survey
from pipeline.limits import Limits
from registry.load import load
from scripts.reading_tables import markdown_table

RECOGNIZERS = ("recognizer", "Tesseract")
_REST = "the rest"
# What is measured, where its callers look it up: several places may be one stage.
_STAGES = {
    "open": ("pipeline.confine:Confinement.open_page",),
    "clean": ("pipeline.digitize:clean_page", "pipeline.recognize:turned_over"),
    "codes": ("pipeline.digitize:read_codes", "pipeline.digitize:_with_card_code"),
    "rules and streaks": ("pipeline.recognize:_ruled",),
    "find lines": ("pipeline.line_reading:find_lines", "pipeline.line_reading:line_picture"),
    "recognizer": ("pipeline.line_recognizer:_scores",),
    "words from letters": ("pipeline.recognize:read_ink", "pipeline.recognize:read_digits"),
    "Tesseract": ("pipeline.recognize:_read",),
    "order, judgement, ticks": ("pipeline.recognize:lines_in_order", "pipeline.digitize:judge", "pipeline.digitize:with_tick_boxes"),
    "page image": ("pipeline.digitize:_write_picture",),
    "understand": ("flows.digitize_dossier:understand",),
    "match": ("flows.digitize_dossier:ask_registry",),
    "PDF": ("flows.digitize_dossier:pdf_pages", "flows.digitize_dossier:write_pdf"),
    "store": ("flows.digitize_dossier:keep_dossier", "flows.digitize_dossier:keep_original"),
    "index, ledger, journal, audit": (
        "storage.index:Index.put", "storage.ledger:Ledger.enter", "storage.ledger:Ledger.move", "storage.ledger:Ledger.close",
        "storage.journal:Journal.carry", "storage.audit:Audit.note",
    ),
    "readings kept": ("flows.readings:Readings.keep", "flows.readings:Readings.find"),
}  # fmt: skip


@dataclass(slots=True)
class Clock:
    """Seconds of wall and CPU by stage; `within` is what the stages inside each open one took."""

    wall: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _within: list[list[float]] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Counts what happens inside to the stage."""
        wall, cpu = time.perf_counter(), _cpu_seconds()
        self._within.append([0.0, 0.0])
        try:
            yield
        finally:
            wall, cpu = time.perf_counter() - wall, _cpu_seconds() - cpu
            inner_wall, inner_cpu = self._within.pop()
            self.wall[name] += wall - inner_wall
            self.cpu[name] += cpu - inner_cpu
            if self._within:
                self._within[-1][0] += wall
                self._within[-1][1] += cpu

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, each call of which counts to the stage."""

        @functools.wraps(function)
        def counted(*arguments: Any, **named: Any) -> Any:
            with self.stage(name):
                return function(*arguments, **named)

        return counted


def _cpu_seconds() -> float:
    """Of this process, of children that ended and of those that live (nanoseconds from /proc, where there is one)."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = 0
    for listed in Path("/proc/self/task").glob("*/children"):
        try:
            living += sum(
                int(Path("/proc", one, "schedstat").read_text().split()[0]) for one in listed.read_text().split()
            )
        except OSError:  # a thread or a child ended meanwhile
            continue
    return time.process_time() + ended.ru_utime + ended.ru_stime + living / 1e9


def _put_clock_into_stages(clock: Clock) -> None:
    for name, places in _STAGES.items():
        for place in places:
            module, _, path = place.partition(":")
            owner, _, last = path.rpartition(".")
            holder = importlib.import_module(module)
            holder = getattr(holder, owner) if owner else holder
            setattr(holder, last, clock.timed(name, getattr(holder, last)))


def measure(folder: Path, *, dossiers_most: int | None) -> tuple[Clock, int]:
    """The time of each stage and how many pages there were."""
    from flows.bench import DossierBench  # noqa: PLC0415 # after the stages' modules, whose names it takes

    clock, pages = Clock(), 0
    _put_clock_into_stages(clock)
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as name:
        home = Path(name, "home")
        settings = Settings.from_environment({"SOHOA_HOME": str(home)})
        load(folder / "citizens.csv", Path(settings.registry))
        with closing(DossierBench(settings)) as bench:
            dossiers = _dossiers(folder, Path(name))[:dossiers_most]
            with typer.progressbar(dossiers, label=str(folder), file=typer.get_text_stream("stderr")) as bar:
                for dossier in bar:
                    with clock.stage(_REST):
                        bench.work(DigitizeJob(dossier, "bench"), lambda _told: None)
                    pages += len(dossier.scans)
    return clock, pages


def _dossiers(folder: Path, workspace: Path) -> tuple[IntakeDossier, ...]:
    with Confinement(Limits()) as opener:
        return survey([folder / "inbox"], workspace=workspace, limits=Limits(), opener=opener).dossiers


def table(clock: Clock, pages: int) -> str:
    """Stages by their CPU time, and what the recognizers' share of the whole is."""
    wall, cpu = sum(clock.wall.values()), sum(clock.cpu.values())
    rows = [
        (
            name,
            f"{1000 * clock.cpu[name] / pages:.0f}",
            f"{100 * clock.cpu[name] / cpu:.1f}",
            f"{100 * clock.wall[name] / wall:.1f}",
        )
        for name in sorted(clock.cpu, key=lambda name: -clock.cpu[name])
    ]
    ours = [sum(times[name] for name in times if name not in RECOGNIZERS) for times in (clock.cpu, clock.wall)]
    rows += [
        ("all", f"{1000 * cpu / pages:.0f}", "100", "100"),
        ("all but " + " and ".join(RECOGNIZERS), f"{1000 * ours[0] / pages:.0f}", f"{100 * ours[0] / cpu:.1f}", f"{100 * ours[1] / wall:.1f}"),
    ]  # fmt: skip
    return markdown_table((f"stage, {pages} pages", "CPU ms a page", "CPU %", "wall %"), rows)


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    dossiers_most: Annotated[int | None, typer.Option(min=1, help="The first so many dossiers.")] = None,
) -> None:
    """Prints a table in Markdown."""
    print(table(*measure(folder, dossiers_most=dossiers_most)))


if __name__ == "__main__":
    typer.run(main)
