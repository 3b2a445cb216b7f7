"""Corrections over HTTP: a clerk's tool sets right what was read wrong; the record before it stays as a revision."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.clerks_acts import CorrectedShape, desk_for, revision_made
from api.office import Office
from api.records import Code
from api.shapes import answers
from flows.correcting import correct_dossier
from models.access import Caller, Right

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
        wanted = [(change.target, change.value) for change in wish.changes]
        author = f"{wish.author} ({caller.name})"
        with desk_for(office, caller, call, code, changes=len(wanted), follows=wish.follows) as desk:
            kept = correct_dossier(code, wanted, desk, author=author, reason=wish.reason, follows=wish.follows)
        return revision_made(kept)

    return router
