"""Measures reading on pages whose text is known: sohoa, and beside it OCRmyPDF and plain Tesseract on the same pages.

    python -m scripts.bench_reading FOLDER [--peers] [--ocrmypdf PROGRAM] [--pages-most N] [--reader R] [--json]

FOLDER is what `sohoa samples make` wrote, or holds PDFs with NAME.p1.gt.txt, page 1 typed out. One process reads page
after page, so that seconds are those of a page; what the machine does besides still shows in the wall seconds.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from models.errors import UsageError
from models.page import PageText
from models.reader import Reader
from pipeline.assemble import understand
from pipeline.confine import Confinement
from pipeline.digitize import read_scans
from pipeline.limits import Limits
from scripts.dossier_scores import DossierScore
from scripts.reading_peers import Peer, Stopwatch, ocrmypdf, tesseract
from scripts.reading_scores import TextScore
from scripts.reading_tables import dossier_tables, dossier_values, text_table
from scripts.reading_truth import CARD, Job, TruePage, jobs_of

_OURS, _THEIRS, _PLAIN = "sohoa", "OCRmyPDF", "Tesseract"


@dataclass(slots=True)
class Bench:
    """What was measured: text by engine and row, and what was understood of dossiers (None where there are none)."""

    texts: dict[str, dict[str, TextScore]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(TextScore)))
    dossiers: DossierScore | None = None

    def note(self, engine: str, page: TruePage, score: TextScore) -> None:
        """Counts a page in each row that it belongs to."""
        for row in rows_of(page):
            self.texts[engine][row] += score


def rows_of(page: TruePage) -> tuple[str, ...]:
    """Which rows of the table of text a page counts in; born-digital pages and cards have rows of their own."""
    card = page.kind == CARD
    if page.born_digital:
        return ("cards: born digital" if card else "born digital",)
    if card:
        return ("cards", f"cards: {page.level}")
    rows = ["all scanned but cards"]
    rows += [f"{what}: {which}" for what, which in (("level", page.level), ("kind", page.kind)) if which]
    if page.by_hand is not None:
        rows.append("with handwriting" if page.by_hand else "typed only")
    return (*rows, "turned") if page.turned_clockwise else tuple(rows)


def measure(
    folder: Path, peers: Mapping[str, Peer], *, pages_most: int | None = None, reader: Reader = Reader.LINES
) -> Bench:
    """Reads everything in `folder` (or the dossiers that `pages_most` leaves) with sohoa and with the peers."""
    bench, limits = Bench(), Limits()
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as made, Confinement(limits) as confinement:
        workspace, pictures = Path(made, "unpacked"), Path(made, "pictures")
        workspace.mkdir()
        pictures.mkdir()
        jobs = jobs_of(folder, workspace=workspace, limits=limits, opener=confinement, pages_most=pages_most)
        with typer.progressbar(jobs, label=str(folder), file=typer.get_text_stream("stderr")) as bar:
            for job in bar:
                pages = _read(job, bench, pictures, limits, confinement, reader)
                if job.dossier is not None:
                    bench.dossiers = bench.dossiers or DossierScore()
                    bench.dossiers.note_pages(job.pages, pages)
                    in_order = [pages[scan.number] for scan in job.scans]
                    bench.dossiers.note_dossier(job.dossier, understand(in_order, procedure=job.procedure))
                for name, peer in peers.items():
                    _read_beside(job, bench, name, peer, pictures)
    return bench


def _read(
    job: Job, bench: Bench, pictures: Path, limits: Limits, confinement: Confinement, reader: Reader
) -> dict[int, PageText]:
    """Every page with sohoa, each by itself so that its seconds are known."""
    truths = {page.number: page for page in job.pages}
    read: dict[int, PageText] = {}
    for scan in job.scans:
        watch = Stopwatch()
        if scan.number in job.refused:
            read[scan.number] = PageText(scan, 0, 0, rejection=job.refused[scan.number])
        else:
            (page,) = read_scans([scan], folder=pictures, limits=limits, confinement=confinement, reader=reader)
            read[scan.number] = page.text
        seconds, cpu_seconds = watch.read()
        truth = truths[scan.number]
        if truth.is_read:
            text = read[scan.number].text
            bench.note(_OURS, truth, TextScore.of(truth.orders, text, seconds=seconds, cpu_seconds=cpu_seconds))
    return read


def _read_beside(job: Job, bench: Bench, name: str, peer: Peer, folder: Path) -> None:
    """Every scanned page with a peer; a page that was never scanned is nothing to recognize."""
    truths = {page.number: page for page in job.pages}
    for scan in job.scans:
        truth = truths[scan.number]
        if truth.is_read and not truth.born_digital:
            got = peer(scan, folder)
            bench.note(
                name, truth, TextScore.of(truth.orders, got.text, seconds=got.seconds, cpu_seconds=got.cpu_seconds)
            )


def _peers(asked: bool, program: str | None) -> dict[str, Peer]:
    if not asked:
        return {}
    found = shutil.which(program or "ocrmypdf")
    if program and not found:
        raise UsageError(f"{program}: no such program")
    if not found:
        typer.echo("OCRmyPDF is not installed; only plain Tesseract is measured beside.", err=True)
    return {_PLAIN: tesseract} | ({_THEIRS: ocrmypdf(found)} if found else {})


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    peers: Annotated[bool, typer.Option("--peers", help="Tesseract and OCRmyPDF on the same pages.")] = False,
    ocrmypdf_program: Annotated[
        str | None, typer.Option("--ocrmypdf", metavar="PROGRAM", help="Where OCRmyPDF is, if not on the path.")
    ] = None,
    pages_most: Annotated[int | None, typer.Option(min=1, help="Whole dossiers up to so many pages.")] = None,
    reader: Annotated[Reader, typer.Option(help="Who reads first.")] = Reader.LINES,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Prints tables in Markdown."""
    try:
        bench = measure(folder, _peers(peers, ocrmypdf_program), pages_most=pages_most, reader=reader)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from error
    print(json.dumps(_as_values(bench), ensure_ascii=False) if as_json else _as_tables(bench))


def _as_tables(bench: Bench) -> str:
    tables: Sequence[str] = dossier_tables(bench.dossiers) if bench.dossiers else ()
    return "\n\n".join((text_table(bench.texts), *tables))


def _as_values(bench: Bench) -> dict[str, object]:
    found = {
        engine: {row: {"pages": score.pages, **score.rates} for row, score in rows.items()}
        for engine, rows in bench.texts.items()
    }
    return {"text": found, "dossiers": dossier_values(bench.dossiers) if bench.dossiers else None}


if __name__ == "__main__":
    typer.run(main)
