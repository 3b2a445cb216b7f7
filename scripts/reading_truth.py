"""The two kinds of folder with truth that reading is measured on: sample dossiers, and PDFs with page 1 typed out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import UsageError
from models.page import PageSource, Scan
from pipeline.intake import survey
from pipeline.limits import Limits
from pipeline.opener import Opener

CARD = "id_card"
_TYPED_OUT = ".p1.gt.txt"


@dataclass(frozen=True, slots=True)
class TruePage:
    """What is on a page: its text in each order in which it may be read; none where there is nothing to be read.

    `level` (of degradation) and `kind` (its document's type) are empty and `by_hand` (something on it is handwritten) is
    None where nobody said. `born_digital`: it was never scanned.
    """

    number: int
    level: str
    kind: str
    orders: tuple[str, ...]
    blank: bool = False
    unreadable: str = ""
    by_hand: bool | None = None
    born_digital: bool = False
    turned_clockwise: int = 0

    @property
    def is_read(self) -> bool:
        return bool(self.orders)


@dataclass(frozen=True, slots=True)
class Job:
    """Scans that are read together, and what is on them. `dossier` is the truth file of a dossier, else None."""

    name: str
    scans: tuple[Scan, ...]
    refused: dict[int, str]
    pages: tuple[TruePage, ...]
    procedure: str | None = None
    dossier: dict[str, Any] | None = None


def jobs_of(
    folder: Path, *, workspace: Path, limits: Limits, opener: Opener, pages_most: int | None = None
) -> tuple[Job, ...]:
    """What is to be read in `folder`, whole dossiers; with `pages_most` a few of them, always the same ones.

    `workspace` receives what is unpacked. `opener` looks into the files. Raises UsageError where the folder
    holds no truth, or a dossier of the truth was not found.
    """
    if (folder / "truth").is_dir():
        jobs = tuple(_dossiers(folder, workspace=workspace, limits=limits, opener=opener))
    else:
        jobs = tuple(_typed_out(folder))
    if not jobs:
        raise UsageError(f"{folder}: neither truth/*.json nor any NAME{_TYPED_OUT}")
    return jobs if pages_most is None else _few(jobs, pages_most)


def _few(jobs: tuple[Job, ...], pages_most: int) -> tuple[Job, ...]:
    """Jobs in the order of their names' digests, which is chance but the same for ever, as long as they fit."""
    chosen: list[Job] = []
    for job in sorted(jobs, key=lambda job: hashlib.sha256(job.name.encode()).digest()):
        if not chosen or sum(len(one.scans) for one in chosen) + len(job.scans) <= pages_most:
            chosen.append(job)
    return tuple(sorted(chosen, key=lambda job: job.name))


def _typed_out(folder: Path) -> Iterator[Job]:
    for typed in sorted(folder.glob(f"*{_TYPED_OUT}")):
        path = typed.with_name(typed.name.removesuffix(_TYPED_OUT) + ".pdf")
        page = TruePage(1, "", "", (typed.read_text(encoding="utf-8"),))
        yield Job(path.name, (Scan(1, PageSource(path.name, "", 1), path),), {}, (page,))


def _dossiers(folder: Path, *, workspace: Path, limits: Limits, opener: Opener) -> Iterator[Job]:
    found = {
        dossier.code.text: dossier
        for dossier in survey([folder / "inbox"], workspace=workspace, limits=limits, opener=opener).dossiers
    }
    for path in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        dossier = found.get(truth["dossier_code"])
        if dossier is None:
            raise UsageError(f"{folder}: no file of dossier {truth['dossier_code']}")
        yield Job(
            name=dossier.code.text,
            scans=dossier.scans,
            refused={rejection.number: str(rejection.reason) for rejection in dossier.rejections},
            pages=tuple(true_page(page, truth["documents"]) for page in truth["pages"]),
            procedure=dossier.announcement.procedure if dossier.announcement else None,
            dossier=truth,
        )


def true_page(page: dict[str, Any], documents: list[dict[str, Any]]) -> TruePage:
    """A page of a truth file (scripts.samples.truth)."""
    is_read = not page["blank"] and not page["unreadable"]
    return TruePage(
        number=page["number"],
        level=page["level"],
        kind=documents[page["document"] - 1]["type"] if page["document"] else "",
        orders=(page["text"], page["text_visual"]) if is_read else (),
        blank=page["blank"],
        unreadable=page["unreadable"] or "",
        by_hand=page["handwritten"],
        born_digital=page["text_layer"],
        turned_clockwise=page["rotation_cw_content"],
    )
