"""Corrections over HTTP: a clerk's tool sets right what was read wrong; the record before it stays as a revision."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.office import Office
from api.problems import Problem
from api.records import Code, dossier_of
from api.shapes import Shape, answers
from flows.correcting import correct_dossier
from flows.desk import Desk
from models.access import Caller, Right
from models.audit import Action
from models.errors import RecordChanged
from models.outcome import Status

Target = Annotated[str, Field(max_length=100, examples=["persons.1.full_name"])]


class ChangeWish(BaseModel):
    """One thing to set right: `procedure`, `persons.N.FIELD` or `documents.N.NAME`; a null value takes it away."""

    target: Target
    value: str | None = Field(max_length=2000)


class CorrectionWish(BaseModel):
    """What to set right and why. `follows`: the revision that the officer looked at; `author`: the officer's account."""

    changes: list[ChangeWish] = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=500)
    author: str = Field(min_length=1, max_length=100, examples=["ntlan"])
    follows: int = Field(ge=1, le=1_000_000)


class CorrectedShape(Shape):
    """The new revision, matched and graded anew."""

    dossier_code: str
    revision: int
    record_sha256: str
    status: Status


def corrections_router(office: Office) -> APIRouter:
    """The route of corrections."""
    router = APIRouter(tags=["records"])

    @router.post(
        "/records/{code}/corrections",
        responses=answers(CorrectedShape, "not_found", "ids_not_shown", "conflict", "damaged", status=201),
    )
    def correct_record(
        code: Code,
        wish: Annotated[CorrectionWish, Body()],
        caller: Annotated[Caller, Depends(entitled(Right.CORRECT))],
        call: TheCall,
    ) -> Response:
        """Keeps a new revision with the values set right; 409 where the record has changed since it was looked at."""
        dossier_of(office, caller, code)
        if not caller.sees_ids:  # whoever cannot see a number cannot say that it is wrong
            raise Problem("ids_not_shown")
        call.is_about(Action.API_CALLED, f"dossier:{code}", changes=len(wish.changes), follows=wish.follows)
        wanted = [(change.target, change.value) for change in wish.changes]
        author = f"{wish.author} ({caller.name})"
        desk = Desk.open(replace(office.settings, actor=call.actor()))  # the log names whose key it was
        try:
            kept = correct_dossier(code, wanted, desk, author=author, reason=wish.reason, follows=wish.follows)
        except RecordChanged as changed:
            raise Problem("conflict", "the record has changed since: look at it again") from changed
        finally:
            desk.close()
        made = {
            "dossier_code": code, "revision": kept.revision, "record_sha256": kept.record_sha256,
            "status": kept.record.status.value,
        }  # fmt: skip
        return Response(json.dumps(made), 201, {"Cache-Control": "no-store"}, "application/json")

    return router
