"""Uploads for clerks' tools: a batch announced with digests, its files by tus 1.0, its progress and outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.office import Office
from api.problems import Problem
from api.shapes import Digest, Shape, answers, problems
from models.access import Caller, Right
from models.audit import Action
from models.dossier import DossierCode
from models.restriction import RestrictionKind
from storage.batch_names import plain_name
from storage.original_holders import holders_of
from storage.restrictions import Restrictions
from storage.upload_batch import Announced, Batch, BatchEnded, FileState, Heading, UploadBusy
from storage.upload_room import Lack, NoRoom
from storage.uploads import Uploads

LARGEST_FILE = 2 << 30
MOST_FILES = 2000
_FILES_A_PAGE = 10_000  # of a list: with so many a page ends, however few batches are on it
BatchName = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Name of a batch")]
Uploader = Annotated[Caller, Depends(entitled(Right.UPLOAD))]
Onlooker = Annotated[Caller, Depends(entitled(Right.SEE_BATCHES))]


class FileWish(BaseModel):
    """A file that will come: its name (a dossier's code, as with `sohoa digitize`), bytes, SHA-256."""

    name: str = Field(min_length=1, max_length=400, examples=["H40.12-260105-0007.pdf"])
    size: int = Field(ge=1, le=LARGEST_FILE)
    sha256: Digest


class BatchWish(BaseModel):
    """The files of a batch. A `manifest.csv` among them says more about its dossiers."""

    files: list[FileWish] = Field(min_length=1, max_length=MOST_FILES)


class UploadShape(Shape):
    """A file on its way: `upload` is where its bytes go (tus 1.0); null where they are `known` already."""

    name: str
    size: int
    state: FileState
    received: int
    upload: str | None


class DossierShape(Shape):
    """How a dossier of the batch ended; `already_done`: it was digitized before, from the same files."""

    dossier_code: str
    status: str
    reasons: list[str]
    already_done: bool


class LeftOutShape(Shape):
    """A file that is in no dossier, and why."""

    file: str
    reason: str


class OutcomeShape(Shape):
    """What a batch came to; `failed` where it could not be taken in as a whole."""

    dossiers: list[DossierShape]
    left_out: list[LeftOutShape]
    failed: str | None


class BatchShape(Shape):
    """A batch: `open` while files are wanted, `waiting` until it is digitized, then `done`."""

    batch: str
    unit: str
    created_at: str
    state: str
    files: list[UploadShape]
    outcome: OutcomeShape | None


class BatchList(Shape):
    """A page of batches, the latest first; `next` is what `after` takes for the following one, null at the end."""

    batches: list[BatchShape]
    next: str | None


def batches_router(office: Office, uploads: Uploads, wake: Callable[[], None]) -> APIRouter:
    """The routes of batches; `wake` is told when a batch may be whole."""
    router = APIRouter(prefix="/batches", tags=["uploads"])

    @router.post("", responses=answers(BatchShape, "not_your_unit", "uploads_full", "no_room", status=201))
    def announce_batch(wish: Annotated[BatchWish, Body()], caller: Uploader, call: TheCall) -> Response:
        """Announces files with their digests; says which are known already. The same again gives the same batch."""
        files = [announced(office, caller, file.name, file.size, file.sha256) for file in wish.files]
        names = {file.name for file in files}
        if len(names) < len(files) or names & {name.partition("/")[0] for name in names if "/" in name}:
            raise Problem("invalid", "two files of one name, or one named as the folder of another")
        batch = entered(office, uploads, caller, files)
        call.is_about(Action.UPLOADED, f"batch:{batch.batch}", files=len(files), known=len(batch.known))
        wake()
        return _json(told(uploads, batch), status=201)

    @router.get("", responses=answers(BatchList))
    def list_batches(
        caller: Onlooker,
        call: TheCall,
        *,
        after: Annotated[
            str, Query(pattern="^([0-9]{0,30}-[0-9a-f]{32})?$", description="`next` of the page before")
        ] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """The batches of the caller's unit and those below, the latest first, a page at a time."""
        page: list[dict[str, Any]] = []
        files, place, more = 0, "", False
        for heading in uploads.headings():
            if (after and heading.place >= after) or not _sees(office, caller, heading):
                continue
            if len(page) == limit or files >= _FILES_A_PAGE:
                more = True
                break
            if batch := uploads.get(heading.batch):
                page.append(told(uploads, batch))
                files, place = files + len(batch.files), heading.place
        call.is_about(Action.LISTED, "batches", batches=len(page))
        return _json({"batches": page, "next": place if more else None})

    @router.get("/{batch}", responses=answers(BatchShape, "not_found"))
    def read_batch(batch: BatchName, caller: Onlooker, call: TheCall) -> Response:
        """How far a batch has come, file by file, and its outcome."""
        call.is_about(Action.LISTED, f"batch:{batch}")
        found = uploads.get(batch)
        if found is None or not _sees(office, caller, found):
            raise Problem("not_found")
        return _json(told(uploads, found))

    @router.delete(
        "/{batch}",
        responses=_GONE | problems("not_found", "conflict", "locked"),
        status_code=204,
    )
    def give_up_batch(batch: BatchName, caller: Uploader, call: TheCall) -> Response:
        """Gives up a batch of one's own that is not digitized; what has come of it goes, and its room is free again."""
        call.is_about(Action.UPLOADED, f"batch:{batch}", given_up=True)
        found = uploads.get(batch)
        if found is None or found.key_id != caller.key_id:
            raise Problem("not_found")
        try:
            uploads.give_up(found)
        except UploadBusy:
            raise Problem("locked", "the batch is being digitized") from None
        except BatchEnded:
            raise Problem("conflict", "the batch is digitized: it takes no room any more") from None
        return Response(status_code=204)

    return router


_GONE: dict[int | str, dict[str, Any]] = {204: {"description": "It is gone"}}


def entered(office: Office, uploads: Uploads, caller: Caller, files: Sequence[Announced]) -> Batch:
    """The batch of these files, if there is room for it."""
    at, room = office.clock().isoformat(timespec="seconds"), office.settings
    try:
        return uploads.announce(files, key_id=caller.key_id, unit=caller.unit, at=at, held=_held(office, caller, files))
    except NoRoom as error:
        most = f"{room.uploads_megabytes:g} MB in {room.uploads_files} files"
        if error.lack is Lack.BATCH:
            raise Problem("too_large", f"a key may have {most} on its way: announce less at once") from None
        if error.lack is Lack.KEY:
            what = "send what is missing, wait until it is digitized, or give it up (DELETE /v1/batches/BATCH)"
            raise Problem(
                "uploads_full", f"a key may have {most} on its way: {what}", headers={"Retry-After": "30"}
            ) from None
        raise Problem("no_room") from None


def _held(office: Office, caller: Caller, files: Sequence[Announced]) -> set[str]:
    """Digests of originals in dossiers that the caller may see. That another unit has a file is not even told."""
    holders = holders_of(office.database, {file.sha256 for file in files if file.sha256})
    hidden = Restrictions(office.database, office.store).held(RestrictionKind.RESTRICTED) if holders else ()
    return {
        sha256
        for sha256, dossiers in holders.items()
        if any(code not in hidden and office.reaches(caller, unit) for code, unit in dossiers)
    }


def announced(office: Office, caller: Caller, name: str, size: int, sha256: str | None) -> Announced:
    """The file, if its name is one and the dossier that it names is within the caller's reach."""
    plain = plain_name(name)
    if plain is None:
        raise Problem("invalid", "a name is a file's, or a folder's and a file's: H40.12-260105-0007/1.jpg")
    code = DossierCode.find(plain)
    if code and not office.reaches(caller, code.unit):
        raise Problem("not_your_unit")
    return Announced(plain, size, sha256)


def told(uploads: Uploads, batch: Batch) -> dict[str, Any]:
    """A batch as the API tells it."""
    outcome = uploads.outcome(batch)
    progress = uploads.progress(batch)
    open_ = any(state is FileState.WANTED for state, _ in progress)
    return {
        "batch": batch.batch,
        "unit": batch.unit,
        "created_at": batch.created_at,
        "state": "done" if outcome else "open" if open_ else "waiting",
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "state": state.value,
                "received": received,
                "upload": f"/v1/uploads/{batch.batch}-{number}" if state is not FileState.KNOWN else None,
            }
            for number, (file, (state, received)) in enumerate(zip(batch.files, progress, strict=True))
        ],
        "outcome": outcome,
    }


def _sees(office: Office, caller: Caller, batch: Batch | Heading) -> bool:
    if batch.key_id == caller.key_id or not caller.unit:
        return True
    return bool(batch.unit) and office.reaches(caller, batch.unit)


def _json(data: object, *, status: int = 200) -> Response:
    body = json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")
