"""The change feed over HTTP: every revision once and in order, by long poll."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.concurrency import run_in_threadpool

from api.admission import TheCall, entitled
from api.office import Office
from api.problems import Problem
from api.shapes import ChangePage, answers
from models.access import Caller, Right
from models.audit import Action
from models.dossier import UNKNOWN_UNIT, DossierCode
from storage import keys
from storage.changes import REMOVED, Change, changes_after
from storage.feed import carry_changes
from storage.objects import ObjectMissing, stored_digest
from storage.record_list import units_of

_LOOK_SECONDS = 0.2  # how often the database is asked while somebody waits, however many wait
LONGEST_WAIT_SECONDS = 60
_SCANNED_AT_ONCE, _MOST_SCANNED = 1000, 20_000


@dataclass(slots=True)
class FeedWatch:
    """Knows up to which number the feed may be told; one look at the database serves all who wait."""

    office: Office
    _last: int = 0
    _looked_at: float = -1.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def last(self) -> int:
        """The last number that may be told, a fifth of a second old at most."""
        async with self._lock:
            if time.monotonic() - self._looked_at > _LOOK_SECONDS:
                self._last = await run_in_threadpool(carry_changes, self.office.store, self.office.database)
                self._looked_at = time.monotonic()
            return self._last

    async def beyond(self, seq: int, seconds: float) -> int:
        """Waits until there is a number beyond `seq`, at most so long; returns the last."""
        ends = time.monotonic() + seconds
        while (last := await self.last()) <= seq and time.monotonic() < ends:  # noqa: ASYNC110 - changes come from other processes
            await asyncio.sleep(min(_LOOK_SECONDS, max(0.0, ends - time.monotonic())))
        return last


def feed_router(office: Office) -> APIRouter:
    """The route of the change feed."""
    router = APIRouter(tags=["changes"])
    watch = FeedWatch(office)

    @router.get("/changes", responses=answers(ChangePage, "unknown_cursor"))
    async def read_changes(
        caller: Annotated[Caller, Depends(entitled(Right.FOLLOW))],
        call: TheCall,
        *,
        after: Annotated[
            int, Query(ge=0, le=2**53, description="`cursor` of the page before; 0 begins at the first")
        ] = 0,
        wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait for a change")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """Changes after a cursor, in order, of the caller's unit and those below. Nothing is forgotten: any cursor is good."""
        call.is_about(Action.FEED_READ, f"unit:{caller.unit or 'all'}", after=after)
        ends = time.monotonic() + wait
        cursor, page = after, _Page(after, (), more=False)
        while True:
            last = await watch.beyond(cursor, max(0.0, ends - time.monotonic()))
            if after > last:
                raise Problem("unknown_cursor", f"the last change is {last}")
            page = await run_in_threadpool(read_page, office, caller, cursor, last, limit)
            cursor = page.cursor
            if page.changes or page.more or time.monotonic() >= ends:
                break
        call.facts["changes"] = len(page.changes)
        body = {"changes": page.changes, "cursor": page.cursor, "more": page.more}
        return Response(json.dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"})

    return router


@dataclass(frozen=True, slots=True)
class _Page:
    cursor: int
    changes: tuple[dict[str, Any], ...]
    more: bool


def read_page(office: Office, caller: Caller, after: int, last: int, limit: int) -> _Page:
    """The changes of the caller's units with numbers above `after` and to `last`; the cursor passes those of others.

    Of a small unit in a large archive a page may be empty though there is more: no call looks at more than so many.
    """
    found: list[dict[str, Any]] = []
    cursor = after
    while cursor < min(last, after + _MOST_SCANNED) and len(found) < limit:
        asked = _SCANNED_AT_ONCE if caller.unit else limit
        changes = [change for change in changes_after(office.database, cursor, limit=asked) if change.seq <= last]
        units = units_of(office.database, {change.dossier_code for change in changes})
        for change in changes:
            if len(found) == limit:
                break
            cursor = change.seq
            told_change = told(office, change, units.get(change.dossier_code))
            if office.reaches(caller, told_change["unit"]):
                found.append(told_change)
    return _Page(cursor, tuple(found), more=cursor < last)


def told(office: Office, change: Change, unit: str | None) -> dict[str, Any]:
    """A change as the feed and webhooks tell it; no personal data. `unit`: the dossier's; None where it is gone."""
    unit = unit or _unit_in(change.dossier_code)
    removed = change.revision == REMOVED
    sha256 = change.record_sha256
    if sha256 is None and not removed:  # its writer was killed before it was indexed: the store knows it
        try:
            sha256 = stored_digest(office.store, keys.revision_key(change.dossier_code, change.revision))[0]
        except ObjectMissing:
            sha256 = None
    return {
        "seq": change.seq,
        "dossier_code": change.dossier_code,
        "unit": unit,
        "revision": None if removed else change.revision,
        "removed": removed,
        "record_sha256": sha256,
        "at": change.at,
    }


def _unit_in(code: str) -> str:
    """The unit that the code names, of a dossier that is gone."""
    parsed = DossierCode.parse(code)
    return parsed.unit if parsed else UNKNOWN_UNIT
