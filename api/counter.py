"""The counter's door: a dossier's file in, what happens with it out, as it happens; one JSON object a line."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.admission import TheCall, entitled
from api.masking import masked, masked_record
from api.office import Office as Archive
from api.problems import Problem
from flows.counter import Ended, Event, Failed, Judged, Received, Waits, hand_in
from flows.office import Office
from models.access import Caller, Right
from models.audit import Action
from models.dossier import UNKNOWN_UNIT, DossierCode
from models.restriction import RestrictionKind
from storage.archive import load_kept
from storage.durable import make_folder, put_in_place
from storage.objects import ObjectStore
from storage.record_json import canonical_bytes
from storage.record_list import standing
from storage.restrictions import Restrictions
from storage.upload_room import NoRoom, check_disk

_INCOMING = ".incoming"  # a file's name until all of it is here: half a dossier must not be taken up
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
    """What the registry's word on one person was. `citizen` is masked where the key does not show numbers."""

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
        """Files that an earlier server did not come to the end of; what had not come whole goes: its sender knows."""
        for half in self.folder.glob(f"*/{_INCOMING}"):
            shutil.rmtree(half.parent, ignore_errors=True)
        return sorted(self.folder.glob("*/*"))

    def take(self, name: str, *, coming: int = 0) -> Path:
        """A path for one file of so many bytes, in a folder of its own. Raises NoRoom."""
        make_folder(self.folder)
        check_disk(self.folder, coming)
        place = self.folder / secrets.token_hex(8)
        make_folder(place)
        return place / name


def counter_router(office: Office, archive: Archive, spool: Spool) -> APIRouter:
    """`POST /counter/{dossier_code}`: the body is the file (PDF, TIFF, JPEG, PNG, WebP, or a ZIP of such)."""
    router = APIRouter(tags=["counter"])

    @router.post(
        "/counter/{dossier_code}",
        response_class=StreamingResponse,
        responses={
            200: {"model": Told, "description": "JSON lines: `received`, `verdicts` and `record`, as they come"}
        },
    )
    async def hand_in_dossier(
        dossier_code: str, request: Request, call: TheCall, caller: Annotated[Caller, Depends(entitled(Right.UPLOAD))]
    ) -> StreamingResponse:
        """Digitizes one dossier before all batches. The work goes on when the connection ends."""
        code = DossierCode.parse(dossier_code.upper())
        if code is None:
            raise Problem("invalid", "not a dossier code, as in H40.12-260105-0007")
        call.is_about(Action.UPLOADED, f"dossier:{code.text}")
        if not archive.reaches(caller, code.unit):
            raise Problem("not_your_unit")
        ending = _ENDINGS.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
        if ending is None:
            raise Problem("wrong_type", "one of " + ", ".join(_ENDINGS))
        said = request.headers.get("content-length", "")
        coming = min(int(said), _LARGEST) if said.isascii() and said.isdigit() and len(said) < 18 else 0
        try:
            path = await run_in_threadpool(spool.take, code.text + ending, coming=coming)
        except NoRoom:
            raise Problem("no_room") from None
        try:
            await _receive(request, path)
        except BaseException:
            await run_in_threadpool(shutil.rmtree, path.parent, ignore_errors=True)
            raise

        def hides(told: str) -> bool:
            return _hides(archive, caller, told)

        told = told_of(path, office, archive.store, sees_ids=caller.sees_ids, hides=hides)
        lines = (each.model_dump_json(exclude_none=True) + "\n" for each in told)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    return router


def _hides(archive: Archive, caller: Caller, code: str) -> bool:
    """Whether the caller may know no more than that the dossier came: a cover sheet, or a ZIP's names, may say any code."""
    found, parsed = standing(archive.database, code), DossierCode.parse(code)
    unit = found.unit if found else parsed.unit if parsed else UNKNOWN_UNIT
    if unit != UNKNOWN_UNIT and not archive.reaches(caller, unit):
        return True
    return RestrictionKind.RESTRICTED in Restrictions(archive.database, archive.store).on_dossier(code)


def told_of(
    path: Path,
    office: Office,
    store: ObjectStore,
    *,
    sees_ids: bool = False,
    hides: Callable[[str], bool] = lambda _code: False,
) -> Iterator[Told]:
    """Digitizes a file of the spool and tells what happens; the file goes once its dossiers are kept.

    hides: of which dossiers neither persons nor record are told
    """
    events, waits = hand_in([path], office, at_rest=True), False
    try:
        for event in events:
            waits |= isinstance(event, Failed | Waits)
            yield from _told(event, store, sees_ids=sees_ids, hides=hides)
    except GeneratorExit:  # nobody listens any more; the work goes on
        threading.Thread(target=_end, args=(path, events, waits), daemon=True).start()
        raise
    _end(path, events, waits)


def _end(path: Path, events: Iterator[Event], waited: bool) -> None:  # noqa: FBT001
    """Lets the file go after the last event, unless something of it waits."""
    waiting = [event for event in events if isinstance(event, Failed | Waits)]  # to the last, whatever comes first
    if not waiting and not waited:
        shutil.rmtree(path.parent, ignore_errors=True)


async def _receive(request: Request, path: Path) -> None:
    size = 0
    incoming = path.with_name(_INCOMING)
    with incoming.open("wb") as file:
        async for block in request.stream():
            size += len(block)
            if size > _LARGEST:
                raise Problem("too_large", f"more than {_LARGEST // 1_000_000} MB")
            file.write(block)
        if size == 0:  # a script whose file was not there: it would be kept in place of the record that there is
            raise Problem("invalid", "the body is empty: it is to be the file")
        file.flush()
        await run_in_threadpool(os.fsync, file.fileno())
    await run_in_threadpool(put_in_place, incoming, path)


def _told(event: Event, store: ObjectStore, *, sees_ids: bool, hides: Callable[[str], bool]) -> Iterator[Told]:
    match event:
        case Received(dossiers, done, left_out):
            for code, pages in dossiers:
                yield Told(event="received", dossier_code=code, pages=pages)
            for code, status in done:
                yield Told(
                    event="already_done",
                    dossier_code=code,
                    status=status,
                    record=None if hides(code) else _record(store, code, sees_ids=sees_ids),
                )
            for _, reason in left_out:
                yield Told(event="left_out", reason=reason)
        case Judged(code, _) if hides(code):
            pass
        case Judged(code, verdicts):
            persons = [
                PersonTold(
                    role=person.role, document=person.document, full_name=person.full_name, verdict=person.verdict,
                    citizen=person.citizen if sees_ids or not person.citizen else masked(person.citizen), score=person.score, reason=person.reason,
                )
                for person in verdicts.persons
            ]  # fmt: skip
            yield Told(event="verdicts", dossier_code=code, persons=persons, missing=list(verdicts.missing))
        case Ended(end):
            yield Told(
                event="record", dossier_code=end.dossier_code, status=end.status,
                record=None if hides(end.dossier_code) else _record(store, end.dossier_code, sees_ids=sees_ids),
            )  # fmt: skip
        case Waits(end):
            yield Told(event="waiting", dossier_code=end.dossier_code, reason=end.reason)
        case Failed(error):
            yield Told(event="failed", reason=str(error))


def _record(store: ObjectStore, code: str, *, sees_ids: bool) -> dict[str, Any] | None:
    kept = load_kept(store, code)
    if kept is None:
        return None
    record: dict[str, Any] = json.loads(canonical_bytes(kept.to_json()))
    return record if sees_ids else masked_record(record)
