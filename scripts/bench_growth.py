"""Does a dossier cost the same whether a hundred are digitized or ten thousand? Processor seconds and memory, process by process.

    python -m scripts.bench_growth [--sizes 100 1000 10000] [--folder /tmp]

runs `sohoa digitize` on so many dossiers of one small born-digital page, each with its own text (nothing comes from the
readings kept), with a registry, in an empty home each; reading them is cheap, so that what grows beside it shows. It looks at
all processes of the command every second and prints, at each size: processor seconds a dossier, in all and by kind of
process, by quarter of the run, and the memory (unique and shared by its parts: PSS) of each kind at a tenth, half and the end.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.process_costs import Watch, family
from scripts.slips import make_slips

_LOOK_SECONDS = 1.0
_KINDS = {
    "digitize --json": "command", "prefect": "Prefect's server", "confined": "confined children", "spawn_main": "workers",
}  # fmt: skip
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(slots=True)
class Look:
    """One look at a run: seconds since its begin, dossiers kept; processor seconds and megabytes of each kind of process."""

    at: float
    kept: int
    seconds: Mapping[str, float]
    megabytes: Mapping[str, float]


@dataclass(slots=True)
class Run:
    """A run that ended, and its looks."""

    dossiers: int
    wall: float
    looks: list[Look] = field(default_factory=list)

    def after(self, share: float) -> Look:
        """The first look at which this share of the dossiers was kept."""
        return next((look for look in self.looks if look.kept >= share * self.dossiers), self.looks[-1])


def _kept(home: Path) -> int:
    """How many revisions the index has taken in."""
    try:
        with sqlite3.connect(f"file:{home / 'index.db'}?mode=ro", uri=True) as connection:
            row = connection.execute("SELECT last FROM change_counter").fetchone()
            return int(row[0]) if row else 0
    except sqlite3.Error:
        return 0


def run(dossiers: int, folder: Path) -> Run:
    """One batch in a home of its own."""
    inbox, home = make_slips(folder / "inbox", dossiers), folder / "home"
    environment = os.environ | {"SOHOA_HOME": str(home), "SOHOA_LANG": "en", "PYTHONPATH": str(_ROOT)}
    sohoa = [sys.executable, "-m", "scripts.cli"]
    registry = [*sohoa, "registry", "make", "--number", "1000"]
    subprocess.run(registry, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=_ROOT)
    began = time.monotonic()
    watch, looks = Watch(_KINDS), []
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [*sohoa, "digitize", "--json", str(inbox)], env=environment, stdout=out, stderr=err, cwd=_ROOT
        )
        while process.poll() is None:
            watch.look(family(process.pid))
            looks.append(Look(time.monotonic() - began, _kept(home), watch.seconds(), watch.megabytes()))
            time.sleep(_LOOK_SECONDS)
    summary = json.loads((folder / "out").read_text("utf-8"))
    done = len(summary["dossiers"])
    if done != dossiers or summary["waiting"]:
        raise SystemExit(
            f"{done} of {dossiers} dossiers, exit {process.returncode}: {(folder / 'err').read_text('utf-8')[-500:]}"
        )
    return Run(dossiers, time.monotonic() - began, looks)


def lines(run: Run) -> Iterable[str]:
    """What is told of a run."""
    last = run.looks[-1]
    each = 1000 / run.dossiers
    yield f"{run.dossiers} dossiers: {run.wall:.0f} s, {run.wall * each:.0f} ms a dossier; {sum(last.seconds.values()) * each:.1f} CPU ms a dossier"
    yield "  CPU ms a dossier: " + ", ".join(
        f"{kind} {spent * each:.1f}" for kind, spent in sorted(last.seconds.items())
    )
    marks = [run.after(share) for share in (0.05, 0.25, 0.5, 0.75, 0.99)]
    for one, other in itertools.pairwise(marks):
        if other.kept > one.kept:
            count = other.kept - one.kept
            spent = {kind: 1000 * (other.seconds[kind] - one.seconds.get(kind, 0)) / count for kind in other.seconds}
            told = ", ".join(f"{kind} {ms:.1f}" for kind, ms in sorted(spent.items()))
            yield f"    to {other.kept:6}: {sum(spent.values()):.1f} CPU ms, {1000 * (other.at - one.at) / count:.0f} ms a dossier ({told})"
    for name, share in (("a tenth", 0.1), ("half", 0.5), ("the end", 0.99)):
        held = run.after(share).megabytes
        yield f"  MB at {name:7}: {sum(held.values()):.0f} ({', '.join(f'{kind} {mb:.0f}' for kind, mb in sorted(held.items()))})"


def main() -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    for dossiers in options.sizes:
        with tempfile.TemporaryDirectory(dir=options.folder, prefix="sohoa-growth-") as folder:
            print("\n".join(lines(run(dossiers, Path(folder)))), flush=True)


if __name__ == "__main__":
    main()
