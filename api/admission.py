"""The porter: who calls, how often, and an entry in the audit log before anything is answered."""

from __future__ import annotations

import errno
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.office import Office
from api.problems import Problem, language_of
from api.rate_limit import RateLimit
from api.strangers import Stranger, address_of
from models.access import Caller, Right
from models.audit import Action, Actor, Fact
from models.errors import SohoaError, StoredObjectDamaged, UsageError

_KEY_SECONDS = 2.0  # a key that was just looked up: a revocation is felt after two seconds
_STRANGERS_A_SECOND = 20.0  # calls without a valid key, all together: more are counted alone
_OPEN_PATHS = frozenset({"/v1/health", "/openapi.json"})
_LINKS = "/v1/links/"
_STREAMED = ("/v1/uploads/", "/v1/lifecycle", "/v1/counter/")  # they have bounds of their own
_LARGEST_BODY = 4 << 20
_LOG = logging.getLogger("sohoa")
_BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="An API key: sohoa_<id>_<secret>")


@dataclass(slots=True)
class Call:
    """One call, as the audit log tells of it; the route says what it was about."""

    caller: Caller | None = None
    purpose: str | None = None
    action: Action = Action.API_CALLED
    subject: str = "api"
    facts: dict[str, Fact] = field(default_factory=dict)

    def is_about(self, action: Action, subject: str, **facts: Fact) -> None:
        """What the call does to what, for the log."""
        self.action, self.subject = action, subject
        self.facts |= facts

    def actor(self) -> Actor:
        """Who the log says it was."""
        if self.caller is None:
            return Actor("stranger")
        return Actor(f"{self.caller.name} ({self.caller.key_id})", self.caller.unit, self.caller.role.value)


class Porter:
    """ASGI middleware around all of `/v1`: nothing passes without a key, a place in its bucket and an entry in the log.

    What goes wrong inside becomes a problem (RFC 9457); an error nobody foresaw is logged by its place, never by its text.
    """

    def __init__(self, app: ASGIApp, office: Office) -> None:
        self._app, self._office = app, office
        self._limit = RateLimit()
        self._known: dict[str, tuple[float, Caller | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = Call()
        scope.setdefault("state", {})["call"] = call
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        began = False

        async def answer(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start" and not began:
                if scope["path"] not in _OPEN_PATHS:
                    if due := self._office.strangers.due(now=time.monotonic()):
                        await run_in_threadpool(self._office.tell_of_strangers, due)
                    await self._note(scope, call, message["status"])
                began = True
                message = {**message, "headers": [*message["headers"], *_ALWAYS]}
            await send(message)

        try:
            if scope["path"] not in _OPEN_PATHS:
                await self._admit(scope["path"], headers, call)
            await self._app(scope, _bounded(scope["path"], receive), answer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a problem and no trace
            problem = problem_of(error)
            if began:
                raise ConnectionError(
                    "broken off"
                ) from None  # the server cuts the answer off, which then is no whole one
            response = problem.response(language_of(headers.get("accept-language", "")))
            try:
                await response(scope, receive, answer)
            except SohoaError as trouble:  # the log itself cannot be written: nothing is told without it
                began = True
                response = problem_of(trouble).response(language_of(headers.get("accept-language", "")))
                await response(scope, receive, send)

    async def _admit(self, path: str, headers: dict[str, str], call: Call) -> None:
        now = time.monotonic()
        if path.startswith(_LINKS):
            self._take("links", 200.0, now)
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        caller = await self._caller(given.strip(), now) if scheme.lower() == "bearer" else None
        if caller is None:
            self._take("strangers", _STRANGERS_A_SECOND, now)
            raise Problem("no_key")
        call.caller = caller
        self._take(caller.key_id, caller.calls_a_second, now)
        purpose = headers.get("sohoa-purpose", "")
        if purpose and purpose not in caller.purposes:
            raise Problem("purpose_needed")
        call.purpose = purpose or (caller.purposes[0] if len(caller.purposes) == 1 else None)

    async def _caller(self, given: str, now: float) -> Caller | None:
        at, caller = self._known.get(given, (0.0, None))
        if caller is None or now - at > _KEY_SECONDS:
            caller = await run_in_threadpool(self._office.keys.caller_of, given, now=self._office.clock())
            if len(self._known) > 1000:
                self._known.clear()
            if caller is not None:
                self._known[given] = (now, caller)
            else:
                self._known.pop(given, None)
        return caller

    def _take(self, bucket: str, calls_a_second: float, now: float) -> None:
        wait = self._limit.seconds_to_wait(bucket, calls_a_second=calls_a_second, now=now)
        if wait > 0:
            raise Problem("too_many", headers={"Retry-After": str(max(1, round(wait + 0.5)))})

    async def _note(self, scope: Scope, call: Call, status: int) -> None:
        path = getattr(scope.get("route"), "path", "none")  # the template: a path itself may hold anything
        facts = {"call": f"{scope['method']} {path.removeprefix('/v1')}", "status": status, **call.facts}
        result = "ok" if status < 400 else "denied" if status in {401, 403, 404, 429} else "failed"

        if call.caller is None and status >= 400:
            stranger = Stranger(address_of(scope.get("client")), call.subject)
            told = self._office.strangers.called(stranger, now=time.monotonic())
            if told is None:
                return  # counted, and told with others of its minute
            call.subject, facts["address"] = told.subject, told.address

        def note() -> None:
            self._office.audit.note(
                call.action, call.subject, actor=call.actor(), purpose=call.purpose, result=result, facts=facts
            )

        await run_in_threadpool(note)


def _bounded(path: str, receive: Receive) -> Receive:
    """What is received, until it is more than a request of this kind has: bodies are held in memory before they are read."""
    if path.startswith(_STREAMED):
        return receive
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > _LARGEST_BODY:
            raise HTTPException(413)  # the one exception that FastAPI lets through from a body
        return message

    return counted


_ALWAYS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]


def problem_of(error: Exception) -> Problem:
    """The problem that an exception is told as."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, UsageError):
        return Problem("invalid", str(error))
    if isinstance(error, SohoaError) and error.retryable:
        return Problem("unavailable", headers={"Retry-After": "5"})
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Problem("unavailable", "no space left", headers={"Retry-After": "60"})
    place = traceback.extract_tb(error.__traceback__)[-1]
    _LOG.error(
        "an answer failed", extra={"facts": {"error": type(error).__name__, "at": f"{place.filename}:{place.lineno}"}}
    )
    return Problem("damaged" if isinstance(error, StoredObjectDamaged) else "unexpected")


async def call_of(request: Request) -> Call:  # async: a plain function would cost a change of threads
    """The call that the porter let in."""
    call: Call = request.state.call
    return call


TheCall = Annotated[Call, Depends(call_of)]


def entitled(right: Right) -> Callable[..., Any]:
    """A dependency: the caller, if its role has the right."""

    async def check(
        call: TheCall,
        _key: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None,
        _purpose: Annotated[str | None, Header(alias="Sohoa-Purpose", description="One of the key's purposes")] = None,
    ) -> Caller:
        assert call.caller is not None  # the porter let nobody else in
        if not call.caller.may(right):
            raise Problem("not_entitled")
        return call.caller

    check.right = right  # type: ignore[attr-defined] # what the table of rights is checked against
    return check
