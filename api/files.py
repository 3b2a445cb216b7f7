"""Files of a dossier over HTTP: as streams with ranges, as links that end, page texts and ALTO."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import mimetypes
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.house_secret import derived
from api.masking import masked
from api.office import Office
from api.problems import Problem
from api.records import Code, dossier_of
from api.shapes import FileList, LinkShape, answers, problems
from models.access import Caller, Right
from models.audit import Action
from models.restriction import RestrictionKind
from storage import keys
from storage.archive import KeptDossier, StoredFile, load_kept
from storage.restrictions import Restrictions

LONGEST_LINK_SECONDS = 900
_BLOCK_BYTES = 1 << 18
Reader = Annotated[Caller, Depends(entitled(Right.READ_FILES))]
Number = Annotated[int, Path(ge=1, le=100_000, description="Page number")]
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The range that was asked for", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "It is as `If-None-Match` says"},
}  # fmt: skip


class LinkWish(BaseModel):
    """A link to a file of the dossier, by its name there, for so long."""

    file: str = Field(max_length=400, examples=["documents/01.pdf"])
    seconds: int = Field(default=300, ge=1, le=LONGEST_LINK_SECONDS)


def files_router(office: Office) -> APIRouter:
    """The routes that give files and texts."""
    router = APIRouter(tags=["files"])
    link_secret = derived(office.secret, "links")
    of_a_file: dict[str, Any] = {
        "responses": _STREAM | problems("not_found", "ids_not_shown", "no_such_range", "damaged"),
        "response_class": StreamingResponse,
    }

    def kept_for(caller: Caller, code: str) -> KeptDossier:
        dossier_of(office, caller, code)
        if not caller.sees_ids:
            raise Problem("ids_not_shown")
        kept = load_kept(office.store, code)
        if kept is None:
            raise Problem("not_found")
        return kept

    @router.get("/records/{code}/files", responses=answers(FileList, "not_found", "ids_not_shown", "damaged"))
    def list_files(code: Code, caller: Reader, call: TheCall) -> Response:
        """The files of the latest revision: originals, page images, searchable PDFs, texts, ALTO."""
        call.is_about(Action.LISTED, f"dossier:{code}")
        kept = kept_for(caller, code)
        rows = [
            {"name": file.name, "sha256": file.sha256, "size": file.size, "media_type": media_type(file.name)}
            for file in kept.files
        ]
        body = json.dumps({"files": rows}, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    @router.head("/records/{code}/files/{name:path}", **of_a_file)
    @router.get("/records/{code}/files/{name:path}", **of_a_file)
    def read_file(
        code: Code, name: Annotated[str, Path(max_length=400)], caller: Reader, call: TheCall, request: Request
    ) -> Response:
        """A file, whole or a range of it. `ETag` is its SHA-256."""
        call.is_about(Action.FETCHED, f"dossier:{code}")
        return sent(office, named(kept_for(caller, code), name), request)

    @router.post(
        "/records/{code}/links",
        responses=answers(LinkShape, "not_found", "ids_not_shown", "damaged", status=201),
    )
    def give_link(
        code: Code, wish: Annotated[LinkWish, Body()], caller: Reader, call: TheCall, request: Request
    ) -> Response:
        """A link to one file, for whoever has it, for fifteen minutes at most."""
        call.is_about(Action.LINK_GIVEN, f"dossier:{code}", seconds=wish.seconds)
        file = named(kept_for(caller, code), wish.file)
        ends = office.clock() + timedelta(seconds=wish.seconds)
        name = PurePath(file.name).name
        url = office.store.link(file.key, seconds=wish.seconds, media_type=media_type(file.name), name=name)
        if url is None:
            about = {
                "code": code,
                "name": file.name,
                "sha256": file.sha256,
                "ends": int(ends.timestamp()),
                "key": caller.key_id,
            }
            url = str(request.base_url) + "v1/links/" + _token(link_secret, about)
        made = {"url": url, "expires_at": ends.isoformat(timespec="seconds")}
        return Response(json.dumps(made), 201, {"Cache-Control": "no-store"}, "application/json")

    @router.get(
        "/links/{token}",
        responses=_STREAM | _without_key(problems("not_found", "link_ended", "no_such_range", "damaged")),
        response_class=StreamingResponse,
    )
    def follow_link(token: Annotated[str, Path(max_length=2000)], call: TheCall, request: Request) -> Response:
        """The file that a link leads to; needs no key."""
        about = _opened(link_secret, token)
        if about is None:
            raise Problem("not_found")
        call.is_about(Action.FETCHED, f"dossier:{about['code']}", by="link", link_of=about["key"])
        still = Restrictions(office.database, office.store).on_dossier(about["code"])
        if office.clock().timestamp() >= about["ends"] or RestrictionKind.RESTRICTED in still:
            raise Problem("link_ended")
        kept = load_kept(office.store, about["code"])
        file = named(kept, about["name"]) if kept else None
        if file is None or file.sha256 != about["sha256"]:  # another revision replaced it since
            raise Problem("not_found")
        return sent(office, file, request)

    @router.get(
        "/records/{code}/pages/{number}/text",
        responses=_content("text/plain", "The text") | problems("not_found", "damaged"),
        response_class=Response,
    )  # fmt: skip
    def page_text(code: Code, number: Number, caller: Reader, call: TheCall) -> Response:
        """A page's text, in reading order; id numbers are masked unless the key shows them."""
        dossier_of(office, caller, code)
        call.is_about(Action.VIEWED, f"dossier:{code}", page=number)
        kept = load_kept(office.store, code)
        pages = {page.number: page.text for page in kept.record.pages} if kept else {}
        if number not in pages:
            raise Problem("not_found")
        text = pages[number] if caller.sees_ids else masked(pages[number])
        return Response(text.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8", headers=_NO_STORE)

    @router.get(
        "/records/{code}/pages/{number}/alto",
        responses=_content("application/xml", "ALTO 4 XML") | problems("not_found", "ids_not_shown", "damaged"),
        response_class=Response,
    )  # fmt: skip
    def page_alto(code: Code, number: Number, caller: Reader, call: TheCall) -> Response:
        """Where each word of a page stands and how surely it was read. Dossiers kept by older versions have none."""
        call.is_about(Action.VIEWED, f"dossier:{code}", page=number)
        file = named(kept_for(caller, code), keys.layout_name(number))
        return Response(office.store.get(file.key), media_type="application/xml", headers=_NO_STORE)

    return router


def _content(media: str, description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {media: {"schema": {"type": "string"}}}}}


_NO_STORE = {"Cache-Control": "no-store"}


def media_type(name: str) -> str:
    """By the name's ending."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def named(kept: KeptDossier, name: str) -> StoredFile:
    """The dossier's file of that name."""
    for file in kept.files:
        if file.name == name:
            return file
    raise Problem("not_found")


def sent(office: Office, file: StoredFile, request: Request) -> Response:
    """The file as an answer: 200, or 206 with the one range that was asked for; nothing where the caller has it."""
    tag = f'"{file.sha256}"'
    shown = quote(PurePath(file.name).name.encode("utf-8", "replace"))
    headers = {
        "ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache",
        "Content-Disposition": f"attachment; filename*=UTF-8''{shown}",
        "Content-Security-Policy": "sandbox",
    }  # fmt: skip
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
    piece = byte_range(wanted, file.size)
    first, last = piece or (0, file.size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if piece:
        headers["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    status = 206 if piece else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media_type(file.name))
    stream = ExitStack()
    source = stream.enter_context(office.store.open_range(file.key, first, last - first + 1)) if file.size else None

    def blocks() -> Iterator[bytes]:
        with stream:
            while source is not None and (block := source.read(_BLOCK_BYTES)):
                yield block

    return StreamingResponse(blocks(), status, headers, media_type(file.name))


def byte_range(wanted: str | None, size: int) -> tuple[int, int] | None:
    """The first and last byte of a Range header (RFC 9110, 14.2); None: send it whole. Raises Problem `no_such_range`.

    More than one range, other units and what cannot be read are left aside, as the RFC allows.
    """
    unit, _, spec = (wanted or "").partition("=")
    first_text, dash, last_text = spec.strip().partition("-")
    numbers = [text.strip() for text in (first_text, last_text)]
    if (
        unit.strip().lower() != "bytes"
        or not dash
        or not all(n == "" or (n.isascii() and n.isdigit()) for n in numbers)
    ):
        return None
    if numbers == ["", ""] or any(len(n) > 18 for n in numbers):
        return None
    if numbers[0] == "":
        length = min(int(numbers[1]), size)
        first, last = size - length, size - 1
    else:
        first = int(numbers[0])
        last = min(int(numbers[1]), size - 1) if numbers[1] else size - 1
        if numbers[1] and int(numbers[1]) < first:
            return None
    if first > last or first >= size:
        raise Problem("no_such_range", headers={"Content-Range": f"bytes */{size}"})
    return first, last


def _token(secret: bytes, about: dict[str, Any]) -> str:
    body = base64.urlsafe_b64encode(json.dumps(about).encode()).decode().rstrip("=")
    return f"{body}.{_mark(secret, body)}"


def _mark(secret: bytes, body: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(secret, body.encode(), hashlib.sha256)).decode().rstrip("=")


def _opened(secret: bytes, token: str) -> dict[str, Any] | None:
    body, _, mark = token.partition(".")
    if not hmac.compare_digest(_mark(secret, body).encode(), mark.encode("utf-8", "replace")):
        return None
    about: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return about


def _without_key(found: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    return {status: said for status, said in found.items() if status not in {401, 403}}
