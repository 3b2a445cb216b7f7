"""Two other ways to read a page, for comparison: plain Tesseract, and OCRmyPDF where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image

from models.page import Scan

_DPI = 300  # at which a PDF page is drawn for Tesseract; pictures are given as they are
_LIMIT_SECONDS = 600
_HAS_TEXT = 6  # OCRmyPDF's exit code where a page bears text already, as a signature's annotation does


@dataclass(frozen=True, slots=True)
class PeerReading:
    """What a program read on a page, and the wall and CPU seconds it took; no text where it failed."""

    text: str
    seconds: float
    cpu_seconds: float


Peer = Callable[[Scan, Path], PeerReading]
"""Reads one page; the folder is for what it writes on the way."""


class Stopwatch:
    """Wall and CPU seconds from its making on: of this process, of children that ended and of those that live."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu_seconds()

    def read(self) -> tuple[float, float]:
        """Wall and CPU seconds."""
        return time.perf_counter() - self._wall, _cpu_seconds() - self._cpu


def _cpu_seconds() -> float:
    return sum(os.times()[:4]) + sum(_living_children_seconds())


def _living_children_seconds() -> Iterator[float]:
    """What children that still run have used; they are told by /proc, and elsewhere are not counted until they end."""
    ticks = os.sysconf("SC_CLK_TCK")
    for listed in Path("/proc/self/task").glob("*/children"):
        for process in listed.read_text().split():
            try:
                said = Path("/proc", process, "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:  # it ended meanwhile
                continue
            yield sum(int(used) for used in said.rpartition(")")[2].split()[11:15]) / ticks


def tesseract(scan: Scan, folder: Path) -> PeerReading:
    """`tesseract -l vie` with nothing before and nothing after it."""
    picture = _as_picture(scan, folder)
    watch = Stopwatch()
    done = _run("tesseract", str(picture), "stdout", "-l", "vie")
    return PeerReading(done.stdout if done.returncode == 0 else "", *watch.read())


def ocrmypdf(program: str) -> Peer:
    """`ocrmypdf -l vie --rotate-pages --deskew --clean`; a page that bears some text already is read all the same."""

    def read(scan: Scan, folder: Path) -> PeerReading:
        page, sidecar = _as_page(scan, folder), folder / "peer.txt"
        sidecar.unlink(missing_ok=True)
        asked = [
            program, "-l", "vie", "--rotate-pages", "--deskew", "--clean", "--jobs", "1", "--quiet", "--sidecar",
            str(sidecar),
        ]  # fmt: skip
        watch = Stopwatch()
        done = _run(*asked, str(page), str(folder / "peer.out.pdf"))
        if done.returncode == _HAS_TEXT:
            watch = Stopwatch()
            done = _run(*asked, "--force-ocr", str(page), str(folder / "peer.out.pdf"))
        spent = watch.read()
        if not sidecar.exists():
            print(f"ocrmypdf: exit {done.returncode} on page {scan.number}", file=sys.stderr)
        return PeerReading(sidecar.read_text(encoding="utf-8") if sidecar.exists() else "", *spent)

    return read


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    # One thread a page, for both: on two cores Tesseract's own threads make it five times slower.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    environment["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{environment.get('PATH', '')}"
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, errors="replace", timeout=_LIMIT_SECONDS, check=False
    )


def is_pdf(scan: Scan) -> bool:
    """Whether the page is in a PDF, by its file's name."""
    return scan.path.suffix.lower() == ".pdf"


def _as_picture(scan: Scan, folder: Path) -> Path:
    """The page as a PNG file with its resolution."""
    picture = folder / "peer.png"
    if is_pdf(scan):
        page = str(scan.source.page)
        _run("pdftoppm", "-r", str(_DPI), "-f", page, "-l", page, "-png", "-singlefile", str(scan.path),
             str(picture.with_suffix("")))  # fmt: skip
        return picture
    with picture_frame(scan) as image:
        image.save(picture, dpi=picture_dpi(image))
    return picture


def _as_page(scan: Scan, folder: Path) -> Path:
    """The page as a file that OCRmyPDF takes: a PDF of one page, or the picture with its resolution."""
    if not is_pdf(scan):
        return _as_picture(scan, folder)
    return single_page(scan, folder / "peer.pdf")


def single_page(scan: Scan, page: Path) -> Path:
    """The page of a PDF alone, as the file `page`."""
    with warnings.catch_warnings(), pikepdf.open(scan.path) as whole, pikepdf.new() as single:
        warnings.simplefilter("ignore")  # a signature's field stays behind: OCRmyPDF refuses signed files
        single.pages.append(whole.pages[scan.source.page - 1])
        single.save(page)
    return page


@contextmanager
def picture_frame(scan: Scan) -> Iterator[Image.Image]:
    """The page of a picture file, opened."""
    with Image.open(scan.path) as image:
        image.seek(scan.source.page - 1)
        yield image


def picture_dpi(image: Image.Image) -> tuple[float, float]:
    """What the file says; 300 where it says nothing, or what only screens have."""
    across, down = image.info.get("dpi", (_DPI, _DPI))
    return (float(across), float(down)) if min(across, down) > 96 else (_DPI, _DPI)
