"""A client of the API for other programs' Python: records, search, files and uploads that resume, the feed as an iterator.

Needs httpx alone; the file can be copied into another program. What the server cannot answer just now (429, 503, a line that
breaks) is asked again, so that a program may write down what it wants and no more.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

Json = dict[str, Any]
_BLOCK_BYTES = 1 << 20
_PIECE_BYTES = 8 << 20  # of an upload: what a broken line may cost
_TRIES = 6
_LONGEST_PAUSE = 30.0
_TUS = {"Tus-Resumable": "1.0.0"}


class SohoaProblem(Exception):
    """The server refused: its problem's code (`not_found`, `not_entitled` …), HTTP status, title, detail.

    errors: of a request that is not as described, what is wrong `where`, `why`, and what is `wanted` instead
    """

    def __init__(
        self, code: str, status: int, title: str, detail: str | None = None, errors: Sequence[Mapping[str, str]] = ()
    ) -> None:
        said = [f"{error['where']}: {error.get('wanted') or error['why']}" for error in errors]
        super().__init__(": ".join([f"{code} ({status})", title, *filter(None, [detail, "; ".join(said)])]))
        self.code, self.status, self.title, self.detail, self.errors = code, status, title, detail, tuple(errors)


class SohoaUnreachable(Exception):
    """The server did not answer, however often it was asked."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change: a dossier's revision, or with `removed` its end. Remember `seq`: it is where to go on."""

    seq: int
    dossier_code: str
    unit: str
    revision: int | None
    removed: bool
    record_sha256: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A page found; rank 0 to 3, the most exact first."""

    dossier_code: str
    page: int
    snippet: str
    rank: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A person's digitized paper; `valid`: it may be taken over in place of a new scan, else `why_not` says why not."""

    dossier_code: str
    document: int
    type: str
    role: str
    valid: bool
    why_not: tuple[str, ...]
    number: str | None
    issued_on: str | None
    issued_by: str | None


@dataclass(frozen=True, slots=True)
class Papers:
    """The answer to a question; its name is what `take_over` refers to."""

    question: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """An uploaded batch: `open`, `waiting` or `done`; `outcome` once it is done."""

    batch: str
    state: str
    files: tuple[Json, ...]
    outcome: Json | None


class SohoaClient:
    """The API at a URL, in the name of a key. Raises SohoaProblem, SohoaUnreachable."""

    def __init__(
        self, url: str, key: str, *, purpose: str | None = None, timeout: float = 90.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        if not url.startswith(("http://", "https://")):
            raise ValueError("the address of a server begins with http:// or https://")
        # as bytes, so that a key or a purpose that cannot be one is the server's to refuse; a key from a file ends its line
        headers = {b"Authorization": f"Bearer {key.strip()}".encode()}
        if purpose:
            headers[b"Sohoa-Purpose"] = purpose.strip().encode()
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout)
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self._http.close()

    def record(self, code: str, *, revision: int | None = None) -> Json:
        """A dossier's record: the latest, or as it was at a revision."""
        path = _of(code) + (f"/revisions/{revision}" if revision else "")
        return self._json("GET", path)

    def records(self, **wanted: str) -> Iterator[Json]:
        """Dossiers by code: `unit`, `procedure`, `status`, `received_from`, `received_to`; page after page."""
        after = ""
        while True:
            page = self._json("GET", "/v1/records", params={**wanted, "after": after})
            yield from page["records"]
            if page["next"] is None:
                return
            after = page["next"]

    def files(self, code: str) -> list[Json]:
        """A dossier's files: name, sha256, size, media_type."""
        found: list[Json] = self._json("GET", f"{_of(code)}/files")["files"]
        return found

    def fetch(self, code: str, name: str, target: Path) -> Path:
        """Copies a file to `target`, going on where a broken line left it; checked against its digest."""
        wanted = next((file for file in self.files(code) if file["name"] == name), None)
        if wanted is None:
            raise SohoaProblem("not_found", 404, f"no file {name}")
        part = target.with_name(target.name + ".part")
        for attempt in range(_TRIES):
            try:
                self._fetch_rest(f"{_of(code)}/files/{quote(name)}", part, wanted)
                break
            except httpx.TransportError as error:
                self._wait(attempt, error)
        if _sha256(part) != wanted["sha256"]:
            part.unlink()
            raise SohoaProblem("damaged", 500, "what came is not what was announced")
        part.replace(target)
        return target

    def link(self, code: str, name: str, *, seconds: int = 300) -> str:
        """A URL under which anybody may read the file for so long, 900 seconds at most."""
        url: str = self._json("POST", f"{_of(code)}/links", json={"file": name, "seconds": seconds})["url"]
        return url

    def page_text(self, code: str, number: int) -> str:
        """A page's text."""
        return self._ask("GET", f"{_of(code)}/pages/{number}/text").text

    def page_alto(self, code: str, number: int) -> bytes:
        """Where each word of a page stands: ALTO 4 XML."""
        return self._ask("GET", f"{_of(code)}/pages/{number}/alto").content

    def correct(self, code: str, changes: Mapping[str, str | None], *, follows: int, reason: str, author: str) -> int:
        """Sets values right (`persons.1.full_name`: …) in the revision that was looked at; returns the new revision's number."""
        told = [{"target": target, "value": value} for target, value in changes.items()]
        wish = {"changes": told, "follows": follows, "reason": reason, "author": author}
        made: int = self._json("POST", f"{_of(code)}/corrections", json=wish)["revision"]
        return made

    def accept(
        self, code: str, reasons: Sequence[str], *, follows: int, why: str, author: str, page: int | None = None
    ) -> int:
        """Says that these of a record's reasons were looked at and are right as they are; returns the revision's number."""
        wish = {"reasons": list(reasons), "follows": follows, "why": why, "author": author, "page": page}
        made: int = self._json("POST", f"{_of(code)}/acceptances", json=wish)["revision"]
        return made

    def search(self, words: str, *, limit: int = 20) -> tuple[Hit, ...]:
        """The pages that hold all words, with or without tone marks."""
        hits = self._json("POST", "/v1/search", json={"words": words, "limit": limit})["hits"]
        return tuple(_made(Hit, hit) for hit in hits)

    def papers(self, id_number: str, *, types: Sequence[str] = (), for_dossier: str | None = None) -> Papers:
        """The re-use question: a person's digitized papers, by id number, for the dossier that needs one."""
        wish = {"id_number": id_number, "types": list(types), "for_dossier": for_dossier}
        told = self._json("POST", "/v1/papers", json=wish)
        papers = (_made(Paper, {**paper, "why_not": tuple(paper["why_not"])}) for paper in told["papers"])
        return Papers(told["question"], tuple(papers))

    def take_over(self, question: str, paper: Paper) -> None:
        """Says that the paper was taken over: the dossier that needed it counts for the re-use rate."""
        wish = {"question": question, "dossier_code": paper.dossier_code, "document": paper.document}
        self._ask("POST", "/v1/reuses", json=wish)

    def rates(
        self, *, by: str = "unit", first: str | None = None, last: str | None = None, unit: str | None = None
    ) -> list[Json]:
        """The rates of the dossiers received from `first` to `last` (YYYY-MM-DD), a row a unit, procedure, month …"""
        wanted = {"by": by, "from": first, "to": last, "unit": unit}
        rows: list[Json] = self._ask("GET", "/v1/rates", params={k: v for k, v in wanted.items() if v}).json()
        return rows

    def tell_lifecycle(self, content: bytes, *, media_type: str = "text/csv") -> Json:
        """Dates, status and channel of dossiers, as a CSV or JSON packets; the same again changes nothing."""
        return self._json("POST", "/v1/lifecycle", content=content, headers={"Content-Type": media_type})

    def changes(self, after: int = 0, *, wait: float = 30, until_idle: bool = False) -> Iterator[Change]:
        """Every change after a number, in order, for ever; with `until_idle` until there is none for `wait` seconds.

        Keep the `seq` of what was dealt with, and begin there next time: nothing is missed, nothing comes twice.
        """
        cursor = after
        while True:
            page = self._json("GET", "/v1/changes", params={"after": cursor, "wait": wait})
            for change in page["changes"]:
                yield _made(Change, change)
            cursor = page["cursor"]
            if until_idle and not page["changes"] and not page["more"]:
                return

    def upload(self, files: Mapping[str, Path]) -> Batch:
        """Sends scans, by the name each is to have; after a broken line, or called again, only what is missing.

        What the archive has already is not sent at all.
        """
        said = [{"name": name, "size": path.stat().st_size, "sha256": _sha256(path)} for name, path in files.items()]
        told = self._json("POST", "/v1/batches", json={"files": said})
        for file, path in zip(told["files"], files.values(), strict=True):
            if file["upload"] and file["state"] == "wanted":
                self._send(file["upload"], path)
        return self.batch(told["batch"])

    def batch(self, name: str) -> Batch:
        """How far a batch has come."""
        return _batch(self._json("GET", f"/v1/batches/{name}"))

    def batches(self) -> Iterator[Batch]:
        """The batches that the key may see, the latest first; page after page."""
        after = ""
        while True:
            page = self._json("GET", "/v1/batches", params={"after": after})
            yield from map(_batch, page["batches"])
            if page.get("next") is None:
                return
            after = page["next"]

    def give_up(self, name: str) -> None:
        """Forgets a batch of one's own that is not digitized, with all that has come of it."""
        self._ask("DELETE", f"/v1/batches/{name}")

    def _send(self, upload: str, path: Path) -> None:
        """The bytes that the server lacks, a piece at a time; each piece is checked where it arrives."""
        size = path.stat().st_size
        attempt = 0
        while True:
            offset = int(self._ask("HEAD", upload, headers=_TUS).headers["Upload-Offset"])
            if offset >= size:
                return
            with path.open("rb") as stream:
                stream.seek(offset)
                piece = stream.read(_PIECE_BYTES)
            headers = _TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            try:
                answer = self._http.patch(upload, content=piece, headers=headers)
            except httpx.TransportError as error:
                self._wait(attempt, error)
                attempt += 1
                continue
            if answer.status_code in {409, 423, 429, 503}:  # another writer, or busy: look again where the file ends
                self._wait(attempt, None, answer)
                attempt += 1
            elif answer.is_success:
                attempt = 0
            else:
                raise _problem(answer)

    def _fetch_rest(self, path: str, part: Path, wanted: Json) -> None:
        have = part.stat().st_size if part.exists() else 0
        if have >= wanted["size"]:
            return
        headers = {"Range": f"bytes={have}-", "If-Range": f'"{wanted["sha256"]}"'} if have else {}
        with self._http.stream("GET", path, headers=headers) as answer:
            if not answer.is_success:
                answer.read()
                raise _problem(answer)
            with part.open("ab" if answer.status_code == httpx.codes.PARTIAL_CONTENT else "wb") as copy:
                for block in answer.iter_bytes(_BLOCK_BYTES):
                    copy.write(block)

    def _json(self, method: str, path: str, **sent: Any) -> Json:
        data: Json = self._ask(method, path, **sent).json()
        return data

    def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The answer; asked again where nothing or a `later` came. Every call of this API may be made twice."""
        for attempt in range(_TRIES):
            try:
                answer = self._http.request(method, path, **sent)
            except httpx.TransportError as error:
                self._wait(attempt, error)
                continue
            if (
                answer.status_code in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}
                and attempt + 1 < _TRIES
            ):
                self._wait(attempt, None, answer)
                continue
            if answer.is_success:
                return answer
            raise _problem(answer)
        raise SohoaUnreachable(path)

    def _wait(self, attempt: int, error: Exception | None, answer: httpx.Response | None = None) -> None:
        if attempt + 1 >= _TRIES:
            if answer is not None:
                raise _problem(answer)
            raise SohoaUnreachable(f"{type(error).__name__}, {_TRIES} times") from error
        said = answer.headers.get("Retry-After", "") if answer is not None else ""
        self._pause(min(_LONGEST_PAUSE, float(said) if said.isdigit() else 0.5 * 2**attempt))


def _problem(answer: httpx.Response) -> SohoaProblem:
    try:
        told = answer.json()
    except ValueError:
        told = {}
    code = str(told.get("type", "")).rpartition(":")[2] or "unknown"
    title = str(told.get("title", answer.reason_phrase))
    return SohoaProblem(code, answer.status_code, title, told.get("detail"), told.get("errors") or ())


def _of(code: str) -> str:
    """The address of a dossier, whatever its code holds."""
    return f"/v1/records/{quote(code, safe='')}"


def _batch(told: Json) -> Batch:
    return Batch(told["batch"], told["state"], tuple(told["files"]), told["outcome"])


def _made(kind: Any, told: Mapping[str, Any]) -> Any:
    """The value of that kind; what newer servers tell besides is left aside."""
    return kind(**{name: told[name] for name in kind.__dataclass_fields__})


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
