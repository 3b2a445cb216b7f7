"""Uploads for clerks' tools: a batch announced with digests, its files by tus 1.0, its progress and outcome."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Response
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.office import Office
from api.problems import Problem
from api.shapes import Digest, Shape, answers
from models.access import Caller, Right
from models.audit import Action
from models.dossier import DossierCode
from storage.batch_names import plain_name
from storage.uploads import Announced, Batch, FileState, Uploads

LARGEST_FILE = 2 << 30
MOST_FILES = 2000
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
    """Batches, the latest first."""

    batches: list[BatchShape]


def batches_router(office: Office, uploads: Uploads, wake: Callable[[], None]) -> APIRouter:
    """The routes of batches; `wake` is told when a batch may be whole."""
    router = APIRouter(prefix="/batches", tags=["uploads"])

    @router.post("", responses=answers(BatchShape, "not_your_unit", status=201))
    def announce_batch(wish: Annotated[BatchWish, Body()], caller: Uploader, call: TheCall) -> Response:
        """Announces files with their digests; says which are known already. The same again gives the same batch."""
        files = [announced(office, caller, file.name, file.size, file.sha256) for file in wish.files]
        names = {file.name for file in files}
        if len(names) < len(files) or names & {name.partition("/")[0] for name in names if "/" in name}:
            raise Problem("invalid", "two files of one name, or one named as the folder of another")
        batch = uploads.announce(
            files, key_id=caller.key_id, unit=caller.unit, at=office.clock().isoformat(timespec="seconds")
        )
        call.is_about(Action.UPLOADED, f"batch:{batch.batch}", files=len(files), known=len(batch.known))
        wake()
        return _json(told(uploads, batch), status=201)

    @router.get("", responses=answers(BatchList))
    def list_batches(caller: Onlooker, call: TheCall) -> Response:
        """The batches of the caller's unit and those below."""
        call.is_about(Action.LISTED, "batches")
        mine = [batch for batch in uploads.all() if _sees(office, caller, batch)]
        mine.sort(key=lambda batch: batch.created_at, reverse=True)
        return _json({"batches": [told(uploads, batch) for batch in mine]})

    @router.get("/{batch}", responses=answers(BatchShape, "not_found"))
    def read_batch(batch: BatchName, caller: Onlooker, call: TheCall) -> Response:
        """How far a batch has come, file by file, and its outcome."""
        call.is_about(Action.LISTED, f"batch:{batch}")
        found = uploads.get(batch)
        if found is None or not _sees(office, caller, found):
            raise Problem("not_found")
        return _json(told(uploads, found))

    return router


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
    states = [uploads.state(batch, number) for number in range(len(batch.files))]
    open_ = FileState.WANTED in states
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
                "received": uploads.received(batch, number),
                "upload": f"/v1/uploads/{batch.batch}-{number}" if state is not FileState.KNOWN else None,
            }
            for number, (file, state) in enumerate(zip(batch.files, states, strict=True))
        ],
        "outcome": outcome,
    }


def _sees(office: Office, caller: Caller, batch: Batch) -> bool:
    if batch.key_id == caller.key_id or not caller.unit:
        return True
    return bool(batch.unit) and office.reaches(caller, batch.unit)


def _json(data: object, *, status: int = 200) -> Response:
    body = json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")
