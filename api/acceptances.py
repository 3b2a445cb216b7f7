"""Acceptances over HTTP: a clerk's tool says that a reason was looked at and is right as it is; the record before it stays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.corrections import CorrectedShape
from api.office import Office
from api.problems import Problem
from api.records import Code, dossier_of
from api.shapes import answers
from flows.accepting import accept_reasons
from flows.desk import Desk
from models.access import Caller, Right
from models.audit import Action
from models.errors import RecordChanged
from models.outcome import Reason


class AcceptanceWish(BaseModel):
    """Which of the record's `reasons` and why. `page`: of this page alone; `follows`: the revision that the officer looked at;
    `author`: the officer's account.
    """

    reasons: list[Reason] = Field(min_length=1, max_length=50, examples=[["low_confidence"]])
    why: str = Field(min_length=1, max_length=500)
    author: str = Field(min_length=1, max_length=100, examples=["ntlan"])
    follows: int = Field(ge=1, le=1_000_000)
    page: int | None = Field(default=None, ge=1, le=1_000_000)


def acceptances_router(office: Office) -> APIRouter:
    """The route of acceptances."""
    router = APIRouter(tags=["records"])

    @router.post(
        "/records/{code}/acceptances",
        responses=answers(CorrectedShape, "not_found", "ids_not_shown", "conflict", "damaged", status=201),
    )
    def accept_reasons_of_record(
        code: Code,
        wish: Annotated[AcceptanceWish, Body()],
        caller: Annotated[Caller, Depends(entitled(Right.CORRECT))],
        call: TheCall,
    ) -> Response:
        """Keeps a new revision without the reasons accepted; what was accepted before is answered as it stands."""
        dossier_of(office, caller, code)
        if not caller.sees_ids:  # whoever cannot see a number cannot say that it is right
            raise Problem("ids_not_shown")
        call.is_about(Action.API_CALLED, f"dossier:{code}", reasons=len(wish.reasons), follows=wish.follows)
        author = f"{wish.author} ({caller.name})"
        desk = Desk.open(replace(office.settings, actor=call.actor()))  # the log names whose key it was
        try:
            kept = accept_reasons(
                code, wish.reasons, desk, author=author, why=wish.why, page=wish.page, follows=wish.follows
            )
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
