"""A registry service over HTTP that speaks like the national one: lookup and verify, and candidate search if it is allowed.

Lookup answers a record only where number, name and birth date all agree, else nothing, without saying which differed
(domain: TraCuuThongTinCongDan, XacThucThongTinCongDan). Every call is entered in a journal before it is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from random import Random
from time import monotonic
from typing import Annotated, Any, NoReturn

from fastapi import Body, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from models.citizen import Citizen
from models.match import MatchQuery
from registry.claims import agrees
from registry.embedded import EmbeddedPopulation
from registry.envelope import STATUS_OF, Envelope, Refusal
from registry.journal import Journal
from registry.misbehaviour import Misbehaviour
from registry.purpose import LONGEST_NAME, LONGEST_NUMBER

_SILENCE_SECONDS = 60.0
_FAILURES = (500, 503, 504)
_COLUMNS = tuple(column.name for column in fields(Citizen))
Number = Annotated[str, Body(pattern=r"^(?:[0-9]{9}|[0-9]{12})$", description="12 digits, or the 9 of an old card")]
Name = Annotated[str, Body(min_length=1, max_length=LONGEST_NAME)]
Day = Annotated[str, Body(pattern=r"^[0-9]{4}(?:-[0-9]{2}-[0-9]{2})?$", description="YYYY-MM-DD or YYYY")]


@dataclass(frozen=True, slots=True)
class Refusing:
    """What a refused call is answered with."""

    error: Refusal


_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusing, "description": str(refusal)} for refusal, status in STATUS_OF.items()
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A question about one citizen: number, name and birth date are all required."""

    envelope: Envelope
    id_number: Number
    full_name: Name
    birth_date: Day


@dataclass(frozen=True, slots=True)
class Search:
    """A search for candidates; the national service offers none."""

    envelope: Envelope
    full_name: Name | None = None
    birth_date: Day | None = None
    id_number: Annotated[str, Body(pattern=r"^[0-9]+$", max_length=LONGEST_NUMBER)] | None = None
    limit: Annotated[int, Body(ge=1, le=64)] = 64


@dataclass(frozen=True, slots=True)
class Rules:
    """How the service treats its callers."""

    calls_a_second: float = 2_000.0
    searchable: bool = True
    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)


class Refused(Exception):
    """A call that is answered with an error code and nothing else."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(slots=True)
class RateLimit:
    """A bucket of one second's calls for each officer, filled steadily."""

    calls_a_second: float
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def allows(self, officer: str, *, now: float) -> bool:
        level, filled_at = self.buckets.get(officer, (self.calls_a_second, now))
        level = min(self.calls_a_second, level + (now - filled_at) * self.calls_a_second)
        self.buckets[officer] = (level - 1 if level >= 1 else level, now)
        return level >= 1


def create_service(population: EmbeddedPopulation, journal: Journal, rules: Rules) -> FastAPI:
    """The service over a registry file; the caller closes population and journal."""
    app = FastAPI(title="Sohoa registry service", version="1", docs_url=None, redoc_url=None)
    limit = RateLimit(rules.calls_a_second)
    rng = Random()
    found = _Finder(population, rules.misbehaviour)

    def refuse(envelope: Envelope, service: str, refusal: Refusal) -> NoReturn:
        journal.refuse(envelope, asked_at=datetime.now(UTC), service=service, refusal=refusal)
        raise Refused(refusal)

    def admit(envelope: Envelope, service: str) -> None:
        if not journal.knows(envelope.officer):
            refuse(envelope, service, Refusal.OFFICER_NOT_REGISTERED)
        if not limit.allows(envelope.officer, now=monotonic()):
            refuse(envelope, service, Refusal.RATE_LIMITED)

    def enter(envelope: Envelope, service: str, outcome: str) -> None:
        if not journal.enter(envelope, asked_at=datetime.now(UTC), service=service, outcome=outcome):
            refuse(envelope, service, Refusal.DUPLICATE_REQUEST_ID)

    @app.post("/v1/lookup", responses=_REFUSALS)
    async def lookup(claim: Annotated[Claim, Body()]) -> dict[str, Any]:
        """The citizen's record, or null where anything differs."""
        admit(claim.envelope, "lookup")
        citizen = found.one(claim)
        enter(claim.envelope, "lookup", "record" if citizen else "empty")
        return {"request_id": claim.envelope.request_id, "citizen": _row(citizen) if citizen else None}

    @app.post("/v1/verify", responses=_REFUSALS)
    async def verify(claim: Annotated[Claim, Body()]) -> dict[str, Any]:
        """Whether there is such a citizen."""
        admit(claim.envelope, "verify")
        agreed = found.one(claim) is not None
        enter(claim.envelope, "verify", "true" if agreed else "false")
        return {"request_id": claim.envelope.request_id, "verified": agreed}

    @app.post("/v1/candidates", responses=_REFUSALS)
    async def candidates(search: Annotated[Search, Body()]) -> dict[str, Any]:
        """Citizens who come into question; only where this service offers search."""
        if not rules.searchable:
            refuse(search.envelope, "candidates", Refusal.NOT_OFFERED)
        admit(search.envelope, "candidates")
        query = MatchQuery("", search.full_name, search.birth_date, None, search.id_number)
        citizens = found.many(query, search.limit)
        enter(search.envelope, "candidates", f"{len(citizens)} records")
        return {"request_id": search.envelope.request_id, "citizens": [_row(citizen) for citizen in citizens]}

    @app.get("/v1/about")
    async def about() -> dict[str, Any]:
        """What this service offers, and how common the parts of names are where it can be searched."""
        people = population.name_frequencies()
        names = {"surnames": people.surnames, "middles": people.middles, "givens": people.givens}
        return {"citizens": people.citizens, "searchable": rules.searchable, "names": names if rules.searchable else {}}

    _answer_refusals(app)
    _misbehave(app, rules.misbehaviour, rng)
    return app


def _row(citizen: Citizen) -> dict[str, str]:
    return {column: getattr(citizen, column) for column in _COLUMNS}  # dataclasses.asdict copies at ten times the cost


@dataclass(frozen=True, slots=True)
class _Finder:
    population: EmbeddedPopulation
    misbehaviour: Misbehaviour

    def one(self, claim: Claim) -> Citizen | None:
        known = (self.misbehaviour.distorted(c) for c in self.population.by_id_number(claim.id_number))
        return next((citizen for citizen in known if agrees(citizen, claim.full_name, claim.birth_date)), None)

    def many(self, query: MatchQuery, limit: int) -> list[Citizen]:
        return [self.misbehaviour.distorted(c) for c in self.population.candidates(query, limit=limit)]


def _answer_refusals(app: FastAPI) -> None:
    def answer(refusal: Refusal) -> JSONResponse:
        headers = {"Retry-After": "1"} if refusal is Refusal.RATE_LIMITED else None
        return JSONResponse({"error": str(refusal)}, status_code=STATUS_OF[refusal], headers=headers)

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        return answer(error.refusal)

    @app.exception_handler(STATUS_OF[Refusal.BAD_REQUEST])
    async def unreadable(_request: Request, _error: Exception) -> JSONResponse:
        return answer(Refusal.BAD_REQUEST)  # a body that is not even text

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, _error: RequestValidationError) -> JSONResponse:
        return answer(Refusal.BAD_REQUEST)  # what was sent is personal data and is not repeated


def _misbehave(app: FastAPI, misbehaviour: Misbehaviour, rng: Random) -> None:
    if misbehaviour == Misbehaviour():
        return

    @app.middleware("http")
    async def troubled(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        await asyncio.sleep(misbehaviour.latency_seconds)
        trouble = misbehaviour.trouble(rng)
        if trouble == "silent":
            await asyncio.sleep(_SILENCE_SECONDS)
        if trouble == "error":
            return JSONResponse({"error": str(Refusal.UPSTREAM_TIMEOUT)}, status_code=rng.choice(_FAILURES))
        response = await call(request)
        if trouble == "half":
            return Response(b'{"request_id": "', status_code=200, media_type="application/json")
        return response
