"""Search and rates over HTTP."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.masking import masked
from api.office import Office
from api.problems import Problem
from api.records import Unit
from api.shapes import HitList, Shape, answers
from models.access import Caller, Right
from models.audit import Action
from models.restriction import RestrictionKind
from storage.rates import Cohort, RateBy, rates
from storage.record_list import units_of
from storage.restrictions import Restrictions
from storage.search import Hit, search

_MOST_WEIGHED = 1000


class Words(BaseModel):
    """What is looked for. In the body: words are names more often than not, and addresses end up in logs."""

    words: str = Field(min_length=1, max_length=400, examples=["nguyen thi mau"])
    limit: int = Field(default=20, ge=1, le=100)


class RateShape(Shape):
    """A row of the rates: its unit, province, procedure, month or clerk, counts, and percentages with two decimals."""

    received: int
    component_digitized: int
    fully_digitized: int
    resolved: int
    result_digitized: int
    reused: int
    component_rate: float | None
    full_rate: float | None
    result_rate: float | None
    reuse_rate: float | None
    unit: str | None = None
    procedure: str | None = None
    province: str | None = None
    month: str | None = None
    clerk: str | None = None
    name: str | None
    with_lifecycle: int
    with_record: int
    indicators: dict[str, dict[str, float | None]]


def finding_router(office: Office) -> APIRouter:
    """The routes of search and rates."""
    router = APIRouter()

    @router.post("/search", responses=answers(HitList), tags=["records"])
    def find(
        wish: Annotated[Words, Body()], caller: Annotated[Caller, Depends(entitled(Right.SEARCH))], call: TheCall
    ) -> Response:
        """The pages that hold all words, with or without tone marks, the most exact first."""
        hits = _hits(office, caller, wish)
        call.is_about(
            Action.SEARCHED,
            f"unit:{caller.unit or 'all'}",
            hits=len(hits),
            dossiers=" ".join(dict.fromkeys(hit.dossier_code for hit in hits)),
        )
        rows = [{**asdict(hit), "snippet": hit.snippet if caller.sees_ids else masked(hit.snippet)} for hit in hits]
        return _json({"hits": rows})

    @router.get("/rates", responses=answers(list[RateShape], "not_your_unit"), tags=["rates"])  # type: ignore[arg-type] # a list of them
    def read_rates(
        caller: Annotated[Caller, Depends(entitled(Right.READ_RATES))],
        call: TheCall,
        *,
        since: Annotated[date | None, Query(alias="from")] = None,
        until: Annotated[date | None, Query(alias="to")] = None,
        unit: Unit = None,
        procedure: Annotated[str | None, Query(max_length=40, pattern=r"^[^\x00]*$")] = None,
        by: RateBy = RateBy.UNIT,
    ) -> Response:
        """The rates of the dossiers received in a period, of the caller's unit and those below; a parent adds its children."""
        scope = unit or caller.unit or None
        if scope and not office.reaches(caller, scope):
            raise Problem("not_your_unit")
        call.is_about(Action.LISTED, f"rates:{scope or 'all'}")
        cohort = Cohort(since, until, scope, procedure, until or office.today(), office.tree)
        found = rates(office.database, by=by, cohort=cohort)
        return _json([row.to_json() for row in found])

    return router


def _hits(office: Office, caller: Caller, wish: Words) -> list[Hit]:
    """The hits in the caller's units; more is looked at until there are enough or nothing more is found."""
    weighed = wish.limit if not caller.unit else 4 * wish.limit
    still = Restrictions(office.database, office.store).held(RestrictionKind.RESTRICTED)
    while True:
        every = search(office.database, wish.words.replace("\0", " "), limit=weighed)
        found = [hit for hit in every if hit.dossier_code not in still]
        units = units_of(office.database, {hit.dossier_code for hit in found}) if caller.unit else {}
        mine = [hit for hit in found if not caller.unit or office.reaches(caller, units.get(hit.dossier_code, ""))]
        if len(mine) >= wish.limit or len(every) < weighed or weighed >= _MOST_WEIGHED:
            return mine[: wish.limit]
        weighed = min(_MOST_WEIGHED, weighed * 4)


def _json(data: Any) -> Response:
    body = json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
