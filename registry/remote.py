"""The population registry over HTTP: timeouts, retries with jitter, a circuit breaker; home of httpx here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from random import Random
from time import sleep
from typing import Any, Self

import httpx

from models.citizen import Citizen
from models.errors import RegistryUnreachable
from models.match import MatchQuery
from pipeline.frequencies import NameFrequencies
from registry.breaker import Breaker
from registry.purpose import LONGEST_NAME, LONGEST_NUMBER, Purpose, sealed

ATTEMPTS = 3
_BACKOFF_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 5.0
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_REMEMBERED = 4_096
_COLUMNS = tuple(column.name for column in fields(Citizen))


class RemotePopulation:
    """A registry service; safe to share between threads. Close it after use.

    Every call carries a fresh envelope; a call that is retried is a new request with an id of its own.
    """

    def __init__(
        self,
        address: str,
        purpose: Purpose,
        *,
        transport: httpx.BaseTransport | None = None,
        breaker: Breaker | None = None,
        wait: Callable[[float], None] = sleep,
        rng: Random | None = None,
    ) -> None:
        self._client = httpx.Client(base_url=address, timeout=_TIMEOUT, transport=transport)
        self._purpose, self._breaker = purpose, breaker or Breaker()
        self._wait, self._rng = wait, rng or Random()
        self._seen: dict[str, Citizen] = {}
        self._about: dict[str, Any] = {}

    def for_purpose(self, purpose: Purpose) -> Self:
        """The same connection, asking on another's behalf; only one of the two needs closing."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, _purpose=purpose)
        return other

    def for_dossier(self, *, procedure: str | None, unit: str | None) -> Self:
        """The same connection, whose envelopes name this dossier's procedure and unit."""
        return self.for_purpose(self._purpose.of_dossier(procedure=procedure, unit=unit))

    def close(self) -> None:
        self._client.close()

    @property
    def searchable(self) -> bool:
        """Whether candidates can be searched here, or only a whole claim looked up."""
        return bool(self._what_it_is().get("searchable"))

    def name_frequencies(self) -> NameFrequencies:
        about = self._what_it_is()
        names = about.get("names") or {}
        try:
            parts = [dict(names.get(part, {})) for part in ("surnames", "middles", "givens")]
            return NameFrequencies(int(about["citizens"]), *parts)
        except (KeyError, TypeError, ValueError):
            raise RegistryUnreachable("the registry service says nothing usable about itself") from None

    def lookup(self, number: str, full_name: str, birth_date: str) -> Citizen | None:
        """The citizen with this number, name and birth date (YYYY-MM-DD or YYYY), or None where anything differs."""
        claim = {"id_number": number, "full_name": full_name[:LONGEST_NAME], "birth_date": birth_date}
        answer = self._post("/v1/lookup", claim)
        return self._citizen(answer.get("citizen"))

    def candidates(self, query: MatchQuery, *, limit: int = 64) -> Sequence[Citizen]:
        number = query.id_number if len(query.id_number or "") <= LONGEST_NUMBER else None
        name = (query.full_name or "")[:LONGEST_NAME] or None
        asked = {"full_name": name, "birth_date": query.birth_date, "id_number": number, "limit": limit}
        answer = self._post("/v1/candidates", asked)
        found = answer.get("citizens")
        if not isinstance(found, list):
            raise RegistryUnreachable("the registry service answered in an unknown form")
        return tuple(citizen for citizen in map(self._citizen, found) if citizen)

    def by_id_number(self, number: str) -> Sequence[Citizen]:
        """A citizen this client was told of; else by search, and nobody where the service offers none."""
        if number in self._seen:
            return (self._seen[number],)
        if not self.searchable:
            return ()
        found = self.candidates(MatchQuery("", id_number=number))
        return tuple(citizen for citizen in found if number in (citizen.id_number, citizen.old_id_number))

    def _what_it_is(self) -> Mapping[str, Any]:
        if not self._about:  # shared by all that speak over this connection
            self._about.update(self._answered(lambda: self._client.get("/v1/about")))
        return self._about

    def _post(self, path: str, question: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._answered(lambda: self._client.post(path, json={"envelope": sealed(self._purpose), **question}))

    def _answered(self, call: Callable[[], httpx.Response]) -> Mapping[str, Any]:
        """The answer's JSON object. Raises RegistryUnreachable at once for a refusal, else after the last attempt."""
        trouble = "it failed a moment ago"
        for attempt in range(ATTEMPTS):
            if not self._breaker.passes():
                break
            try:
                response = call()
                if response.status_code not in _RETRIED:
                    answer = _object(response)
                    self._breaker.succeeded()
                    return answer
                trouble = f"it answered {response.status_code}"
                pause = _asked_to_wait(response)
            except (httpx.TransportError, ValueError) as error:
                trouble, pause = type(error).__name__, 0.0
            self._breaker.failed()
            if attempt + 1 < ATTEMPTS:
                self._wait(max(pause, self._rng.uniform(0, _BACKOFF_SECONDS * 2**attempt)))
        raise RegistryUnreachable(f"the registry service does not answer ({trouble})")

    def _citizen(self, row: Any) -> Citizen | None:
        if row is None:
            return None
        if not isinstance(row, dict) or not all(
            isinstance(row.get(c), str) for c in ("id_number", "full_name", "birth_date")
        ):
            raise RegistryUnreachable("the registry service answered in an unknown form")
        citizen = Citizen(**{column: str(row.get(column) or "") for column in _COLUMNS})
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[citizen.id_number] = citizen
        return citizen


def _object(response: httpx.Response) -> Mapping[str, Any]:
    """The JSON object in an answer. Raises ValueError for half an answer, RegistryUnreachable for a refusal."""
    answer = response.json()
    said = answer.get("error") if isinstance(answer, dict) else None
    if response.is_error:
        raise RegistryUnreachable(f"the registry service refuses: {said or response.status_code}")
    return answer if isinstance(answer, dict) else {}


def _asked_to_wait(response: httpx.Response) -> float:
    try:
        return min(float(response.headers.get("Retry-After", 0)), _LONGEST_WAIT_SECONDS)
    except ValueError:
        return 0.0
