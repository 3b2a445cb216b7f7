"""The counter's door: a dossier's file in, what happens with it out, as it happens; one JSON object a line."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from flows.counter import Ended, Event, Failed, Judged, Received, Waits, hand_in
from flows.office import Office
from models.dossier import DossierCode
from storage.archive import load_record
from storage.objects import ObjectStore
from storage.record_json import to_json

_LARGEST = 256_000_000  # bytes of one hand-in
_ENDINGS = {
    "application/pdf": ".pdf",
    "image/tiff": ".tif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/zip": ".zip",
}


class PersonTold(BaseModel):
    """What the registry's word on one person was. `citizen` is masked but for three digits in front and four behind."""

    role: str
    document: int
    full_name: str | None
    verdict: str
    citizen: str | None
    score: float
    reason: str | None


class Told(BaseModel):
    """One line of the answer. `event`: received, verdicts, record, waiting, left_out, already_done or failed."""

    event: Literal["received", "verdicts", "record", "waiting", "left_out", "already_done", "failed"]
    dossier_code: str | None = None
    pages: int | None = None
    persons: list[PersonTold] | None = None
    missing: list[str] | None = None
    status: str | None = None
    reason: str | None = None
    record: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Spool:
    """Files handed in over HTTP rest here until their dossier has come to its end; a server that starts takes up what is left."""

    folder: Path

    def left_over(self) -> list[Path]:
        """Files that an earlier server did not come to the end of."""
        return sorted(self.folder.glob("*/*"))

    def take(self, name: str) -> Path:
        """A path for one file, in a folder of its own."""
        place = self.folder / secrets.token_hex(8)
        place.mkdir(parents=True)
        return place / name


def counter_router(office: Office, store: ObjectStore, spool: Spool) -> APIRouter:
    """`POST /v1/counter/{dossier_code}`: the body is the file (PDF, TIFF, JPEG, PNG, WebP, or a ZIP of such)."""
    router = APIRouter(tags=["counter"])

    @router.post(
        "/v1/counter/{dossier_code}",
        response_class=StreamingResponse,
        responses={
            200: {"model": Told, "description": "JSON lines: `received`, `verdicts` and `record`, as they come"},
            413: {"description": "The file is too large"},
            415: {"description": "Not a type of file that can be digitized"},
            422: {"description": "Not a dossier code"},
        },
    )
    async def hand_in_dossier(dossier_code: str, request: Request) -> StreamingResponse:
        """Digitizes one dossier before all batches. The work goes on when the connection ends."""
        code = DossierCode.parse(dossier_code.upper())
        if code is None:
            raise HTTPException(422, "not a dossier code, as in H40.12-260105-0007")
        ending = _ENDINGS.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
        if ending is None:
            raise HTTPException(415, "send one of " + ", ".join(_ENDINGS))
        path = await run_in_threadpool(spool.take, code.text + ending)
        try:
            await _receive(request, path)
        except BaseException:
            await run_in_threadpool(shutil.rmtree, path.parent, ignore_errors=True)
            raise
        lines = (told.model_dump_json(exclude_none=True) + "\n" for told in told_of(path, office, store))
        return StreamingResponse(lines, media_type="application/x-ndjson")

    return router


def told_of(path: Path, office: Office, store: ObjectStore) -> Iterator[Told]:
    """Digitizes a file of the spool and tells what happens; the file goes once its dossiers are kept."""
    waits = False
    for event in hand_in([path], office):
        waits |= isinstance(event, Failed | Waits)
        yield from _told(event, store)
    if not waits:
        shutil.rmtree(path.parent, ignore_errors=True)


async def _receive(request: Request, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        async for block in request.stream():
            size += len(block)
            if size > _LARGEST:
                raise HTTPException(413, f"more than {_LARGEST // 1_000_000} MB")
            file.write(block)


def _told(event: Event, store: ObjectStore) -> Iterator[Told]:
    match event:
        case Received(dossiers, done, left_out):
            for code, pages in dossiers:
                yield Told(event="received", dossier_code=code, pages=pages)
            for code, status in done:
                yield Told(event="already_done", dossier_code=code, status=status, record=_record(store, code))
            for _, reason in left_out:
                yield Told(event="left_out", reason=reason)
        case Judged(code, verdicts):
            persons = [
                PersonTold(
                    role=person.role, document=person.document, full_name=person.full_name, verdict=person.verdict,
                    citizen=person.citizen and masked(person.citizen), score=person.score, reason=person.reason,
                )
                for person in verdicts.persons
            ]  # fmt: skip
            yield Told(event="verdicts", dossier_code=code, persons=persons, missing=list(verdicts.missing))
        case Ended(end):
            yield Told(
                event="record", dossier_code=end.dossier_code, status=end.status,
                record=_record(store, end.dossier_code),
            )  # fmt: skip
        case Waits(end):
            yield Told(event="waiting", dossier_code=end.dossier_code, reason=end.reason)
        case Failed(error):
            yield Told(event="failed", reason=str(error))


def masked(id_number: str) -> str:
    """An id number as lists show it: `001*****0123`."""
    return (
        f"{id_number[:3]}{'*' * (len(id_number) - 7)}{id_number[-4:]}" if len(id_number) > 7 else "*" * len(id_number)
    )


def _record(store: ObjectStore, code: str) -> dict[str, Any] | None:
    record = load_record(store, code)
    return json.loads(json.dumps(to_json(record), default=str)) if record else None
