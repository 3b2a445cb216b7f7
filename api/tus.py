"""Resumable uploads: tus 1.0 (core, creation, checksum, termination), so that a bad line loses nothing and repeats nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.admission import TheCall, entitled
from api.batches import LARGEST_FILE, announced, entered
from api.office import Office
from api.problems import Problem
from api.shapes import problems
from models.access import Caller, Right
from models.audit import Action
from storage.upload_batch import Batch, UploadBusy, WrongDigest, WrongOffset
from storage.upload_room import NoRoom
from storage.uploads import Uploads

_VERSION = "1.0.0"
_TUS = {"Tus-Resumable": _VERSION, "Cache-Control": "no-store"}
_CHECKSUMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
Uploader = Annotated[Caller, Depends(entitled(Right.UPLOAD))]
UploadName = Annotated[str, Path(pattern="^[0-9a-f]{32}-[0-9]{1,4}$", description="Name of an upload")]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=LARGEST_FILE)]


async def _speaks(version: Annotated[str | None, Header(alias="Tus-Resumable")] = None) -> None:
    if version != _VERSION:
        raise Problem("wrong_version", headers={"Tus-Version": _VERSION})


Speaking = Annotated[None, Depends(_speaks)]


def tus_router(office: Office, uploads: Uploads, wake: Callable[[], None]) -> APIRouter:
    """The routes below /uploads."""
    router = APIRouter(prefix="/uploads", tags=["uploads"])

    def found(caller: Caller, name: str) -> tuple[Batch, int]:
        batch_name, _, number = name.partition("-")
        batch = uploads.get(batch_name)
        if batch is None or batch.key_id != caller.key_id or int(number) >= len(batch.files):
            raise Problem("not_found")
        return batch, int(number)

    @router.options("", responses=_headers(204, "What this server speaks") | problems(), status_code=204)
    def tus_options(_caller: Uploader) -> Response:
        """Version, extensions and limits of tus here."""
        offer = {
            "Tus-Version": _VERSION, "Tus-Extension": "creation,checksum,termination",
            "Tus-Max-Size": str(LARGEST_FILE), "Tus-Checksum-Algorithm": ",".join(_CHECKSUMS),
        }  # fmt: skip
        return Response(status_code=204, headers=_TUS | offer)

    @router.post(
        "",
        responses=_headers(201, "`Location`: where the bytes go")
        | problems("wrong_version", "not_your_unit", "too_large", "uploads_full", "no_room"),
        status_code=201,
    )
    def create_upload(
        caller: Uploader,
        _tus: Speaking,
        call: TheCall,
        length: Annotated[int, Header(alias="Upload-Length", ge=1)],
        metadata: Annotated[str, Header(alias="Upload-Metadata", max_length=4000)],
    ) -> Response:
        """A file of its own, for tus clients that know no batches. `Upload-Metadata`: `filename`, and `sha256` (hex) if known."""
        if length > LARGEST_FILE:
            raise Problem("too_large", f"{LARGEST_FILE} bytes at most")
        said = metadata_of(metadata)
        sha256 = said.get("sha256")
        if sha256 is not None and (len(sha256) != 64 or set(sha256) - set("0123456789abcdef")):
            raise Problem("invalid", "sha256 in Upload-Metadata is 64 hex digits")
        file = announced(office, caller, said.get("filename", ""), length, sha256)
        batch = entered(office, uploads, caller, [file])
        call.is_about(Action.UPLOADED, f"batch:{batch.batch}", files=1, known=len(batch.known))
        wake()
        offset = str(uploads.received(batch, 0))
        return Response(
            status_code=201, headers=_TUS | {"Location": f"/v1/uploads/{batch.batch}-0", "Upload-Offset": offset}
        )

    @router.head(
        "/{upload}",
        responses=_headers(200, "`Upload-Offset`, `Upload-Length`") | problems("wrong_version", "not_found"),
    )
    def upload_offset(upload: UploadName, caller: Uploader, _tus: Speaking, call: TheCall) -> Response:
        """How many bytes have come."""
        batch, number = found(caller, upload)
        call.is_about(Action.UPLOADED, f"batch:{batch.batch}", file=number)
        there = {"Upload-Offset": str(uploads.received(batch, number)), "Upload-Length": str(batch.files[number].size)}
        return Response(status_code=200, headers=_TUS | there)

    @router.patch(
        "/{upload}",
        responses=_headers(204, "`Upload-Offset`: how many bytes have come now")
        | problems(
            "wrong_version", "not_found", "conflict", "too_large", "wrong_type", "locked", "checksum", "no_room"
        ),
        status_code=204,
        openapi_extra={
            "requestBody": {
                "content": {"application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}},
                "required": True,
            }
        },
    )
    async def send_bytes(
        upload: UploadName,
        caller: Uploader,
        _tus: Speaking,
        call: TheCall,
        offset: Offset,
        request: Request,
        checksum: Annotated[str | None, Header(alias="Upload-Checksum", max_length=200)] = None,
    ) -> Response:
        """The next bytes. What has come when the line breaks is kept, unless a checksum was to hold for all of it."""
        if request.headers.get("content-type", "") != "application/offset+octet-stream":
            raise Problem("wrong_type", "send it as application/offset+octet-stream")
        batch, number = await run_in_threadpool(found, caller, upload)
        call.is_about(Action.UPLOADED, f"batch:{batch.batch}", file=number, offset=offset)
        await _receive(request, uploads, (batch, number), offset, _checksum(checksum))
        received = await run_in_threadpool(uploads.received, batch, number)
        if received == batch.files[number].size:
            wake()
        return Response(status_code=204, headers=_TUS | {"Upload-Offset": str(received)})

    @router.delete(
        "/{upload}",
        responses=_headers(204, "It is gone") | problems("wrong_version", "not_found", "locked"),
        status_code=204,
    )
    def drop_upload(upload: UploadName, caller: Uploader, _tus: Speaking, call: TheCall) -> Response:
        """Ends an upload: what has come of the file is dropped; a batch of this file alone is forgotten."""
        batch, number = found(caller, upload)
        call.is_about(Action.UPLOADED, f"batch:{batch.batch}", file=number, dropped=True)
        try:
            uploads.drop(batch, number)
        except UploadBusy:
            raise Problem("locked", "the batch is being digitized") from None
        return Response(status_code=204, headers=_TUS)

    return router


async def _receive(
    request: Request, uploads: Uploads, of: tuple[Batch, int], offset: int, wanted: tuple[str, bytes] | None
) -> None:
    """Writes the body at its place; the file is opened, written and synced off the loop."""
    batch, number = of
    writing = uploads.writing(batch, number, offset=offset)
    digest = _CHECKSUMS[wanted[0]]() if wanted else None
    try:
        stream = await run_in_threadpool(writing.__enter__)
    except UploadBusy:
        raise Problem("locked") from None
    except WrongOffset:
        there = await run_in_threadpool(uploads.received, batch, number)
        raise Problem(
            "conflict", "Upload-Offset is not where the file ends", headers={"Upload-Offset": str(there)}
        ) from None
    except NoRoom:
        raise Problem("no_room") from None
    except FileNotFoundError:
        raise Problem("not_found") from None
    left = batch.files[number].size - offset
    problem = None
    try:
        async for block in request.stream():
            left -= len(block)
            if left < 0:
                problem = Problem("too_large", "more bytes than Upload-Length")
                break
            if digest is not None:
                digest.update(block)
            await run_in_threadpool(stream.write, block)
    except ClientDisconnect:
        problem = Problem("invalid", "the line broke")
    if digest is not None and wanted is not None and (problem is not None or digest.digest() != wanted[1]):
        problem = problem or Problem("checksum")
        await run_in_threadpool(stream.truncate, offset)
        await run_in_threadpool(stream.seek, offset)
    try:
        await run_in_threadpool(writing.__exit__, None, None, None)
    except FileNotFoundError:  # given up meanwhile
        raise Problem("not_found") from None
    except WrongDigest:
        raise Problem("checksum", "the whole file is not what was announced; send it anew") from None
    if problem is not None:
        raise problem


def metadata_of(header: str) -> dict[str, str]:
    """Upload-Metadata: keys, each with a value in base64, separated by commas."""
    said: dict[str, str] = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            said[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise Problem("invalid", "a value in Upload-Metadata is not base64 of UTF-8") from None
    return said


def _checksum(header: str | None) -> tuple[str, bytes] | None:
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm not in _CHECKSUMS:
        raise Problem("invalid", "Upload-Checksum: sha1 or sha256")
    try:
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Problem("invalid", "Upload-Checksum is not base64") from None


def _headers(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": description}}
