"""Measures what reading costs: `sohoa ocr`, `sohoa digitize` and, where installed, OCRmyPDF, in turns on the same pages.

    python -m scripts.bench_speed FOLDER [--ocrmypdf PROGRAM] [--rounds N] [--pages-most N] [--json]

FOLDER is what `sohoa samples make` wrote, or holds PDFs with NAME.p1.gt.txt, page 1 typed out. The scanned pages of each
dossier become one PDF, which every program is given; born-digital pages, which OCRmyPDF refuses, are left out. Each run
is a whole process with start and end. OCRmyPDF runs plain and with `--rotate-pages --deskew --clean`, as many pages at a
time as there are cores. On each file the programs take turns, and ratios are those of one round, so that what else the
machine does falls on both sides of a pair.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from models.errors import UsageError
from pipeline.confine import Confinement
from pipeline.limits import Limits
from scripts.reading_scores import TextScore
from scripts.reading_tables import markdown_table
from scripts.reading_truth import TruePage, jobs_of
from scripts.speed_papers import Papers, papers_of
from scripts.speed_runs import Spent, spent_by

OCR, DIGITIZE = "sohoa ocr", "sohoa digitize"
PLAIN, CLEAN = "OCRmyPDF", "OCRmyPDF, turned, levelled, cleaned"
_CLEANING = ("--rotate-pages", "--deskew", "--clean")
_SOHOA = (sys.executable, "-m", "scripts.cli")
_ONE_THREAD = {"OMP_THREAD_LIMIT": "1"}  # Tesseract's own threads only contend where pages are read side by side
_DONE = (0, 3, 4)  # exit codes of `sohoa`: some need a look, some pages could not be used


@dataclass(slots=True)
class Round:
    """What each program spent in one round on all files, and how well it read them."""

    spent: dict[str, Spent] = field(default_factory=dict)
    texts: dict[str, TextScore] = field(default_factory=dict)

    def note(self, program: str, spent: Spent) -> None:
        """Counts a run."""
        self.spent[program] = self.spent.get(program, Spent()) + spent

    def note_text(self, program: str, pages: Sequence[TruePage], read: Sequence[str]) -> None:
        """Counts the letters of a file; a page that the program gave no text of was read as nothing."""
        for place, page in enumerate(pages):
            if page.is_read:
                score = TextScore.of(page.orders, read[place] if place < len(read) else "")
                self.texts[program] = self.texts.get(program, TextScore()) + score

    def ratio(self, one: str, other: str, what: Callable[[Spent], float]) -> float | None:
        """What `one` spent over what `other` did; None where one of them did not run."""
        return what(self.spent[one]) / what(self.spent[other]) if {one, other} <= self.spent.keys() else None


def measure(papers: Sequence[Papers], peer: str | None, *, folder: Path, rounds: int) -> list[Round]:
    """Every program on every file, in turns; `folder` takes what they write, `peer` is OCRmyPDF's program."""
    measured = []
    with typer.progressbar(range(rounds), label="rounds", file=typer.get_text_stream("stderr")) as bar:
        for number in bar:
            one = Round()
            for file in papers:
                turns = list(_readers(peer).items())
                shift = number % len(turns)  # nobody is always first
                for program, command in (*turns[shift:], *turns[:shift]):
                    _read(one, program, command, file, folder)
            home = folder / f"home-{number}"
            _digitize(one, papers, home)
            measured.append(one)
    return measured


def _readers(peer: str | None) -> Mapping[str, tuple[str, ...]]:
    theirs = () if peer is None else (peer, "-l", "vie", "--jobs", str(os.cpu_count() or 1), "--quiet")
    return {OCR: (*_SOHOA, "ocr")} | ({PLAIN: theirs, CLEAN: (*theirs, *_CLEANING)} if theirs else {})


def _read(one: Round, program: str, command: Sequence[str], papers: Papers, folder: Path) -> None:
    made, sidecar, log = folder / "made.pdf", folder / "made.txt", folder / "log.txt"
    for left in (made, sidecar):
        left.unlink(missing_ok=True)
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    full = (*command, str(papers.file), str(made), "--sidecar", str(sidecar))
    good = _DONE if program == OCR else (0,)
    one.note(program, spent_by(full, environment={**_ONE_THREAD, "PATH": path}, log=log, good=good))
    one.note_text(program, papers.pages, sidecar.read_text(encoding="utf-8").split("\f"))


def _digitize(one: Round, papers: Sequence[Papers], home: Path) -> None:
    """All files as one batch into a fresh home."""
    files = [str(file.file) for file in papers]
    environment = {**_ONE_THREAD, "SOHOA_HOME": str(home)}
    log = home.with_suffix(".log")
    one.note(DIGITIZE, spent_by((*_SOHOA, "digitize", *files), environment=environment, log=log, good=_DONE))
    records = home.with_suffix(".jsonl")
    spent_by((*_SOHOA, "export", "--output", str(records)), environment=environment, log=log)
    for line in records.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        (paper,) = (file for file in papers if file.file.stem == record["dossier_code"])
        one.note_text(DIGITIZE, paper.pages, [page["text"] for page in record["pages"]])
    shutil.rmtree(home)


def tables(rounds: Sequence[Round], pages: int) -> tuple[str, str]:
    """What each program took a page (median round), and the ratios of each pair (median, least and most)."""
    cores = os.cpu_count() or 1
    rows = []
    for program in rounds[0].spent:
        spent = [one.spent[program] for one in rounds]
        wall, cpu = (
            median(values) / pages for values in zip(*((s.seconds, s.cpu_seconds) for s in spent), strict=True)
        )
        busy = median(s.cpu_seconds / s.seconds for s in spent) / cores
        most = max(s.megabytes for s in spent)
        cer = rounds[0].texts[program].rates["cer"] or 0.0
        rows.append(
            (program, pages, f"{wall:.2f}", f"{cpu:.2f}", f"{100 * busy:.0f}", f"{most:.0f}", f"{100 * cer:.1f}")
        )
    costs = markdown_table(("program", "pages", "s", "CPU s", "cores busy %", "most MB", "CER %"), rows)
    return costs, markdown_table(("pair", "CPU s", "wall s"), _pairs(rounds))


def _pairs(rounds: Sequence[Round]) -> Iterator[tuple[str, ...]]:
    for ours in (OCR, DIGITIZE):
        for theirs in (PLAIN, CLEAN):
            cells = []
            for what in (lambda s: s.cpu_seconds, lambda s: s.seconds):
                ratios = [ratio for one in rounds if (ratio := one.ratio(ours, theirs, what)) is not None]
                cells.append(f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "")
            if any(cells):
                yield (f"{ours} / {theirs}", *cells)


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    ocrmypdf: Annotated[
        str | None, typer.Option(metavar="PROGRAM", help="Where OCRmyPDF is, if not on the path.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Turns of all programs on all files.")] = 3,
    pages_most: Annotated[int | None, typer.Option(min=1, help="Whole dossiers up to so many pages.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Prints tables in Markdown."""
    peer = shutil.which(ocrmypdf or "ocrmypdf")
    if ocrmypdf and not peer:
        raise typer.BadParameter(f"{ocrmypdf}: no such program")
    if not peer:
        typer.echo("OCRmyPDF is not installed; only sohoa is measured.", err=True)
    limits = Limits()
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as name, Confinement(limits) as confinement:
        made, unpacked, left = (Path(name, part) for part in ("papers", "unpacked", "left"))
        for part in (made, unpacked, left):
            part.mkdir()
        try:
            jobs = jobs_of(folder, workspace=unpacked, limits=limits, opener=confinement, pages_most=pages_most)
            papers = papers_of(jobs, made)
            measured = measure(papers, peer, folder=left, rounds=rounds)
        except UsageError as error:
            raise typer.BadParameter(str(error)) from error
    pages = sum(len(one.pages) for one in papers)
    print(json.dumps(_values(measured, pages)) if as_json else "\n\n".join(tables(measured, pages)))


def _values(rounds: Sequence[Round], pages: int) -> list[dict[str, object]]:
    return [
        {
            program: {
                "pages": pages, "seconds": spent.seconds, "cpu_seconds": spent.cpu_seconds,
                "megabytes": spent.megabytes, "cer": one.texts[program].rates["cer"],
            }
            for program, spent in one.spent.items()
        }
        for one in rounds
    ]  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
