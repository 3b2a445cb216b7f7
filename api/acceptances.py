"""Acceptances over HTTP: a clerk's tool says that a reason was looked at and is right as it is; the record before it stays."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.clerks_acts import CorrectedShape, desk_for, revision_made
from api.office import Office
from api.records import Code
from api.shapes import answers
from flows.accepting import accept_reasons
from models.access import Caller, Right
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
        author = f"{wish.author} ({caller.name})"
        with desk_for(office, caller, call, code, reasons=len(wish.reasons), follows=wish.follows) as desk:
            kept = accept_reasons(
                code, wish.reasons, desk, author=author, why=wish.why, page=wish.page, follows=wish.follows
            )
        return revision_made(kept)

    return router
