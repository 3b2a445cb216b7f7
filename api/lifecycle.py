"""Lifecycle data over HTTP: what the one-stop system tells of dossiers, as a CSV or as packets of the service portal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.admission import TheCall, entitled
from api.office import Office
from api.problems import Problem, language_of
from api.shapes import Shape, answers
from models.access import Caller, Right
from models.audit import Action
from models.dossier import DossierCode
from storage.lifecycle import Taken, take_in
from storage.lifecycle_forms import Row, read_rows

MOST_BYTES = 32 << 20


class RowErrorShape(Shape):
    """What is wrong with a row (from 1; a CSV's header is row 1) or packet."""

    row: int
    column: str
    message: str


class TakenShape(Shape):
    """What became of the rows; good ones come in though others are wrong. The same again changes nothing."""

    rows: int
    taken_in: int
    unchanged: int
    errors: list[RowErrorShape]


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
        },
    }
}


def lifecycle_router(office: Office) -> APIRouter:
    """The route of lifecycle data."""
    router = APIRouter(tags=["lifecycle"])

    @router.post("/lifecycle", responses=answers(TakenShape, "too_large"), openapi_extra=_BODY)
    async def load_lifecycle(
        caller: Annotated[Caller, Depends(entitled(Right.TELL_LIFECYCLE))], call: TheCall, request: Request
    ) -> Response:
        """Takes in dates, status, channel and re-use of dossiers: a CSV, or one packet or more as JSON; idempotent."""
        content = await body_of(request, most=MOST_BYTES)

        def load() -> Taken:
            rows = (_within(office, caller, row) for row in read_rows(content, name="body"))
            return take_in(office.store, office.database, rows, arrived_at=office.clock())

        taken = await run_in_threadpool(load)
        wrong = len(taken.errors)
        call.is_about(Action.LIFECYCLE_LOADED, "archive", rows=taken.rows, taken_in=taken.taken_in, wrong_cells=wrong)
        vi = language_of(request.headers.get("accept-language", "")) == "vi"
        errors = [{"row": e.row, "column": e.column, "message": e.vi if vi else e.en} for e in taken.errors]
        told = {"rows": taken.rows, "taken_in": taken.taken_in, "unchanged": taken.unchanged, "errors": errors}
        return Response(json.dumps(told, ensure_ascii=False), media_type="application/json")

    return router


async def body_of(request: Request, *, most: int) -> bytes:
    """The request's body; raises Problem `too_large` as soon as it is more than `most` bytes."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Problem("too_large", f"{most} bytes at most")
        parts.append(part)
    return b"".join(parts)


def _within(office: Office, caller: Caller, row: Row) -> Row:
    """The row, or its refusal where it is about a unit that the caller does not reach."""
    if row.lifecycle is None or all(office.reaches(caller, unit) for unit in _units(row)):
        return row
    complaint = ("unit", "the key's unit does not reach this dossier", "đơn vị của khóa không bao gồm hồ sơ này")
    return replace(row, lifecycle=None, complaints=(complaint,))


def _units(row: Row) -> Iterator[str]:
    """The unit that the row names and the one in its code: a row must not carry a dossier into another unit's account."""
    assert row.lifecycle is not None
    parsed = DossierCode.parse(row.lifecycle.dossier_code)
    if parsed:
        yield parsed.unit
    if row.lifecycle.unit:
        yield row.lifecycle.unit
