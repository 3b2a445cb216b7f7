"""What a batch of paths holds and what of it is left to do; the cheap part, before any page is read."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from flows.desk import limits_of
from flows.fingerprint import READING, fingerprint, fingerprint_under, is_by_limits
from flows.jobs import Sheets
from models.dossier import UNKNOWN_UNIT, DossierCode
from models.errors import UsageError
from models.outcome import Reason, Status
from models.settings import Settings
from pipeline.confine import Confinement
from pipeline.cover_sheet import merge_dossiers, parse, payload, split_batch
from pipeline.intake import Batch, IntakeDossier, Rejection, Survey, survey
from pipeline.limits import Limits
from pipeline.listing import Note
from pipeline.settling import unsettled
from storage.ledger import Ledger

NO_CODE = "KHONG-MA-"
"""Begins the name under which pages without a dossier code are kept until a clerk says whose they are."""

Split = Callable[[Batch], Future[Sheets]]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A dossier to be digitized, and what is known to be wrong with it before."""

    dossier: IntakeDossier
    problems: tuple[Reason, ...] = ()

    @property
    def code(self) -> str:
        return self.dossier.code.text


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left to do, what is done already (by code), and notes on files that are in no dossier."""

    todo: tuple[Assignment, ...]
    done: dict[str, Status]
    notes: tuple[Note, ...]


def make_plan(
    paths: Sequence[Path],
    *,
    settings: Settings,
    workspace: Path,
    split: Split,
    ledger: Ledger,
    again: bool = False,
    confinement: Confinement | None = None,
    at_rest: bool = False,
) -> Plan:
    """Surveys the paths, splits batches by their cover sheets, and leaves out what was done with the same input.

    `workspace` holds what ZIPs unpack to and must stay until the dossiers are digitized; `again` leaves out nothing. A
    `confinement` that lives longer than one plan saves the start of its children. `at_rest`: nobody writes to the files any
    more, so that a young one is not looked at twice.
    Raises UsageError, StorageUnreachable.
    """
    limits = limits_of(settings)
    with ExitStack() as stack:
        opener = confinement or stack.enter_context(Confinement(limits))
        found = survey(
            paths,
            workspace=workspace,
            limits=limits,
            opener=opener,
            unsettled=partial(unsettled, now=math.inf if at_rest else time.time(), wait=time.sleep),
        )
    assignments = _assignments(found, split=split, folder=settings.home / "splits")
    todo, done = [], {}
    for assignment in assignments:
        status = None if again else status_if_done(assignment.dossier, ledger, limits)
        if status is None:
            todo.append(assignment)
        else:
            done[assignment.code] = status
    codes = {assignment.code for assignment in assignments}
    notes = (*(note for note in found.notes if note.file not in codes), *_repeats(found, assignments))
    return Plan(tuple(todo), done, notes)


def _repeats(found: Survey, assignments: Iterable[Assignment]) -> Iterable[Note]:
    """The files all of whose pages another file of the dossier holds too: `<code> (1).pdf` beside `<code>.pdf`."""
    kept = {scan.source.file for assignment in assignments for scan in assignment.dossier.scans}
    scans = (*(d.scans for d in found.dossiers), *(batch.scans for batch in found.batches))
    given = dict.fromkeys(scan.source.file for each in scans for scan in each)
    return (Note(file, Reason.DUPLICATE_FILE) for file in given if file not in kept)


def status_if_done(dossier: IntakeDossier, ledger: Ledger, limits: Limits) -> Status | None:
    """The end status of a run with the same input, which leaves nothing to do; else None."""
    base = fingerprint(dossier)
    code = dossier.code.text
    return ledger.already_done(code, base) or ledger.already_done(code, fingerprint_under(base, limits))


def _assignments(found: Survey, *, split: Split, folder: Path) -> tuple[Assignment, ...]:
    announced = {announcement.code: announcement for announcement in found.announcements}
    dossiers = list(found.dossiers)
    strays = []
    for batch, sheets in _sheets(found.batches, split=split, folder=folder):
        parts = split_batch(batch, sheets, announced=announced)
        dossiers += parts.dossiers
        if parts.strays:
            strays.append(_unclaimed(parts.strays))
    return (*map(Assignment, merge_dossiers(dossiers)), *strays)


def _unclaimed(strays: Batch) -> Assignment:
    """Pages that no code claims: kept and read under a name of their own, for a clerk to say whose they are."""
    pages = [[scan.source.sha256 or scan.source.file, scan.source.page] for scan in strays.scans]
    name = NO_CODE + hashlib.sha256(json.dumps(pages).encode("ascii")).hexdigest()[:12].upper()
    code = DossierCode(name, UNKNOWN_UNIT, min((_day(scan.path) for scan in strays.scans), default=date.min))
    numbers = {scan.number: number for number, scan in enumerate(strays.scans, start=1)}
    return Assignment(
        IntakeDossier(
            code,
            None,
            tuple(replace(scan, number=numbers[scan.number]) for scan in strays.scans),
            tuple(replace(refused, number=numbers[refused.number]) for refused in strays.rejections),
        ),
        (Reason.NO_DOSSIER_CODE,),
    )


def _day(path: Path) -> date:
    """The day a file was last changed: the nearest thing to a day of reception that a file without a code has."""
    try:
        return date.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ012 # the office's own calendar day
    except OSError:
        return date.today()  # noqa: DTZ011 # the file vanished meanwhile


def _sheets(batches: Iterable[Batch], *, split: Split, folder: Path) -> list[Sheets]:
    """What is on every page of each batch: remembered from an earlier run, or looked at now, all batches at once."""
    asked: list[tuple[Batch, Path, Sheets | None, Future[Sheets] | None]] = []
    for batch in batches:
        note = folder / f"{_digest(batch)}.json"
        known = _remembered(note, batch)
        asked.append((batch, note, known, None if known else split(batch)))
    found = []
    for _batch, note, known, future in asked:
        if future is None:
            assert known is not None
            found.append(known)
        else:
            found.append(future.result())
            _remember(note, found[-1])
    return found


def _digest(batch: Batch) -> str:
    pages = [[scan.number, scan.source.sha256, scan.source.page] for scan in batch.scans]
    refused = [[refused.number, refused.reason] for refused in batch.rejections]
    return hashlib.sha256(json.dumps([READING, pages, refused]).encode("ascii")).hexdigest()


def _remembered(note: Path, batch: Batch) -> Sheets | None:
    try:
        told = json.loads(note.read_text(encoding="ascii"))
        sheets = tuple(parse(text) if text else None for text in told["sheets"])
        refused = tuple(Rejection(int(number), Reason(reason)) for number, reason in told["refused"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return (replace(batch, rejections=refused), sheets) if len(sheets) == len(batch.scans) else None


def _remember(note: Path, sheets: Sheets) -> None:
    """Notes what is on the sheets, so that the same batch again need not be opened; not where a limit refused a page."""
    batch, announcements = sheets
    if any(is_by_limits(refused.reason) for refused in batch.rejections):
        return
    try:
        texts = [payload(announcement) if announcement else None for announcement in announcements]
    except UsageError:  # a sheet of another form than ours: look again next time
        return
    told = {"sheets": texts, "refused": [[refused.number, refused.reason] for refused in batch.rejections]}
    note.parent.mkdir(parents=True, exist_ok=True)
    fresh = note.with_suffix(".new")
    fresh.write_text(json.dumps(told), encoding="ascii")
    fresh.replace(note)
