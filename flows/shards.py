"""A batch cut into parts that machines share, and a part written down: which dossiers, which pages of which originals.

What travels are keys and what was announced; the originals rest in the store, where the machine that digitizes gets them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from flows.jobs import Outcome
from flows.plan import Assignment
from flows.running import Pending
from models.dossier import Announcement, DossierCode
from models.outcome import Reason, Status
from models.page import PageSource, Scan
from pipeline.intake import IntakeDossier, Rejection
from storage.archive import keep_original
from storage.keys import original_key
from storage.objects import ObjectStore

_MOST_PAGES, _FEWEST_PAGES = 60, 6
_PARTS = 8
"""A small batch gives eight parts, so that two, four or eight machines end together; of a large one a part has sixty pages, a minute or
two of one core: a start costs seconds, and what a lost machine was at is done again."""


def cut(assignments: Sequence[Assignment]) -> tuple[tuple[Assignment, ...], ...]:
    """The assignments in their order, in parts as equal as whole dossiers allow: machines with as many parts end together."""
    whole = sum(len(assignment.dossier.scans) for assignment in assignments)
    wanted = max(-(-whole // _MOST_PAGES), min(_PARTS, whole // _FEWEST_PAGES), 1)
    parts: list[list[Assignment]] = []
    before = size = 0
    for assignment in assignments:
        more = len(assignment.dossier.scans)
        is_past = before + more / 2 >= len(parts) * whole / wanted and len(parts) < wanted
        if not parts or is_past or size + more > _MOST_PAGES:
            parts.append([])
            size = 0
        parts[-1].append(assignment)
        size += more
        before += more
    return tuple(map(tuple, parts))


def keep_originals(assignments: Iterable[Assignment], store: ObjectStore) -> None:
    """Puts every original into the store, where whoever digitizes finds it. Raises StorageUnreachable."""
    paths = {s.source.sha256: s.path for a in assignments for s in a.dossier.scans if s.source.sha256}
    for sha256, path in paths.items():
        keep_original(store, path, sha256=sha256)


def written(assignments: Sequence[Assignment]) -> str:
    """A part as text."""
    return json.dumps([_to_json(assignment) for assignment in assignments], ensure_ascii=False)


def read(work: str, store: ObjectStore, folder: Path) -> tuple[Assignment, ...]:
    """A part from its text; its originals are fetched into the folder. Raises StorageUnreachable, ObjectMissing."""
    return tuple(_from_json(told, store, folder) for told in json.loads(work))


def ends_written(outcomes: Iterable[Outcome], pending: Iterable[Pending], done: Mapping[str, Status]) -> str:
    """How a part's dossiers ended, as text; `done` were by somebody before, who was lost before he could say so."""
    waiting = [[each.dossier_code, each.reason] for each in pending]
    return json.dumps({"outcomes": [asdict(outcome) for outcome in outcomes], "pending": waiting, "done": dict(done)})


def ends_read(ends: str) -> tuple[tuple[Outcome, ...], tuple[Pending, ...], dict[str, Status]]:
    """The outcomes, the dossiers that wait, and those that somebody had done before."""
    told = json.loads(ends)
    outcomes = [
        Outcome(
            **{
                **outcome,
                "status": Status(outcome["status"]),
                "reasons": tuple(outcome["reasons"]),
                "flaws": tuple((page, reason) for page, reason in outcome["flaws"]),
            }
        )
        for outcome in told["outcomes"]
    ]
    pending = tuple(Pending(code, Reason(reason)) for code, reason in told["pending"])
    return tuple(outcomes), pending, {code: Status(status) for code, status in told["done"].items()}


def _to_json(assignment: Assignment) -> dict[str, Any]:
    dossier = assignment.dossier
    said = dossier.announcement
    return {
        "code": _code_to_json(dossier.code),
        "announced": said
        and [said.procedure, said.unit, said.received_on and said.received_on.isoformat(), said.expected_pages],
        "scans": [[scan.number, scan.source.file, scan.source.sha256, scan.source.page] for scan in dossier.scans],
        "refused": [[refused.number, refused.reason, refused.detail] for refused in dossier.rejections],
        "problems": list(assignment.problems),
    }


def _code_to_json(code: DossierCode) -> list[str]:
    return [code.text, code.unit, code.received_on.isoformat()]


def _from_json(told: dict[str, Any], store: ObjectStore, folder: Path) -> Assignment:
    text, unit, day = told["code"]
    code = DossierCode(text, unit, date.fromisoformat(day))
    announcement = None
    if told["announced"]:
        procedure, announced_unit, received_on, expected = told["announced"]
        announcement = Announcement(
            code, procedure, announced_unit, date.fromisoformat(received_on) if received_on else None, expected
        )
    scans = tuple(
        Scan(number, PageSource(file, sha256, page), _fetched(sha256, Path(file).suffix, store, folder))
        for number, file, sha256, page in told["scans"]
    )
    refused = tuple(Rejection(number, Reason(reason), detail) for number, reason, detail in told["refused"])
    dossier = IntakeDossier(code, announcement, scans, refused)
    return Assignment(dossier, tuple(Reason(problem) for problem in told["problems"]))


def _fetched(sha256: str, suffix: str, store: ObjectStore, folder: Path) -> Path:
    """Where an original lies here; one that was missing or a link has no digest, and nothing opens it."""
    path = folder / f"{sha256 or 'missing'}{suffix}"
    if sha256 and not path.exists():
        with store.open_stream(original_key(sha256)) as source, path.open("wb") as copy:
            while block := source.read(1 << 20):
                copy.write(block)
    return path
