"""Records over HTTP: lists, one dossier's latest record, its revisions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.admission import TheCall, entitled
from api.masking import masked_record
from api.office import Office
from api.problems import Problem
from api.shapes import RecordList, RecordShape, RevisionList, answers
from models.access import Caller, Right
from models.audit import Action
from models.outcome import Status
from models.restriction import RestrictionKind
from storage import keys
from storage.changes import revisions_of
from storage.objects import ObjectMissing, digest_and_size
from storage.record_list import Standing, Wanted, listed, standing
from storage.restrictions import Restrictions

_NO_NUL = r"^[^\x00]*$"  # no database takes one
Code = Annotated[
    str, Path(max_length=200, pattern=_NO_NUL, description="Dossier code", examples=["H40.12-260105-0007"])
]
Unit = Annotated[str | None, Query(max_length=40, pattern=_NO_NUL, description="This unit and those below it")]
Reader = Annotated[Caller, Depends(entitled(Right.READ_RECORDS))]


def dossier_of(office: Office, caller: Caller, code: str) -> Standing:
    """Where a dossier stands that the caller's unit reaches; one of another unit is as if it were not there."""
    found = standing(office.database, code)
    if found is None or not office.reaches(caller, found.unit):
        raise Problem("not_found")
    if RestrictionKind.RESTRICTED in Restrictions(office.database, office.store).on_dossier(code):
        raise Problem("not_found")  # whose processing is restricted is not there for programs; the log has the attempt
    return found


def records_router(office: Office) -> APIRouter:
    """The routes below /records that give records."""
    router = APIRouter(tags=["records"])

    @router.get("/records", responses=answers(RecordList))
    def list_records(
        caller: Reader,
        call: TheCall,
        *,
        unit: Unit = None,
        procedure: Annotated[str | None, Query(max_length=40, pattern=_NO_NUL)] = None,
        status: Status | None = None,
        received_from: date | None = None,
        received_to: date | None = None,
        after: Annotated[str, Query(max_length=200, pattern=_NO_NUL, description="`next` of the page before")] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """Dossiers by code, a page at a time, of the caller's unit and those below."""
        wanted = Wanted(procedure, status, received_from, received_to, after)
        whole = not unit and not caller.unit
        asked = replace(caller, unit=unit) if unit else caller

        def lies_in(each: str) -> bool:
            return office.reaches(caller, each) and office.reaches(asked, each)

        hidden = Restrictions(office.database, office.store).held(RestrictionKind.RESTRICTED)
        found = listed(office.database, wanted, limit=limit + 1, lies_in=None if whole else lies_in, without=hidden)
        page = found[:limit]
        call.is_about(Action.LISTED, f"unit:{unit or caller.unit or 'all'}", dossiers=len(page))
        return _json({
            "records": [
                {name: _plain(getattr(row, name)) for name in row.__dataclass_fields__} for row in page
            ],
            "next": page[-1].dossier_code if len(found) > limit else None,
        })  # fmt: skip

    @router.get("/records/{code}", responses=answers(RecordShape, "not_found", "damaged") | _UNCHANGED)
    def read_record(code: Code, caller: Reader, call: TheCall, request: Request) -> Response:
        """A dossier's latest record. `ETag` is the SHA-256 of the record as stored; `If-None-Match` spares the body."""
        found = dossier_of(office, caller, code)
        call.is_about(Action.VIEWED, f"dossier:{code}", revision=found.revision)
        return _record(office, caller, request, keys.record_key(code), found.record_sha256)

    @router.get("/records/{code}/revisions", responses=answers(RevisionList, "not_found"))
    def list_revisions(code: Code, caller: Reader, call: TheCall) -> Response:
        """The revisions of a dossier, from first to latest."""
        dossier_of(office, caller, code)
        call.is_about(Action.LISTED, f"dossier:{code}")
        return _json({
            "revisions": [
                {"revision": c.revision, "record_sha256": c.record_sha256, "at": c.at}
                for c in revisions_of(office.database, code)
            ]
        })  # fmt: skip

    @router.get(
        "/records/{code}/revisions/{revision}", responses=answers(RecordShape, "not_found", "damaged") | _UNCHANGED
    )
    def read_revision(
        code: Code, revision: Annotated[int, Path(ge=1, le=1_000_000)], caller: Reader, call: TheCall, request: Request
    ) -> Response:
        """A record as it was at a revision; it never changes."""
        dossier_of(office, caller, code)
        call.is_about(Action.VIEWED, f"dossier:{code}", revision=revision)
        try:
            return _record(office, caller, request, keys.revision_key(code, revision), None)
        except ObjectMissing:
            raise Problem("not_found") from None

    return router


_UNCHANGED: dict[int | str, dict[str, object]] = {304: {"description": "It is as `If-None-Match` says"}}


def _record(office: Office, caller: Caller, request: Request, key: str, sha256: str | None) -> Response:
    """The record under a key; as stored, byte for byte, where the key shows id numbers."""
    mark = "" if caller.sees_ids else "-masked"
    if sha256 and request.headers.get("if-none-match") == f'"{sha256}{mark}"':
        return Response(status_code=304, headers={"ETag": f'"{sha256}{mark}"', **_PRIVATE})
    body = office.store.get(key)
    sha256 = digest_and_size(body)[0]
    if not caller.sees_ids:
        body = json.dumps(masked_record(json.loads(body)), ensure_ascii=False).encode("utf-8", "backslashreplace")
    headers = {"ETag": f'"{sha256}{mark}"', **_PRIVATE}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


_PRIVATE = {"Cache-Control": "private, no-cache"}


def _json(data: object) -> Response:
    body = json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
