"""Full-text search over the index: bare letters find, exact tones rank first, the newest texts are weighed.

Both databases are given the same words, cut and folded here, so that both find the same: `47/QĐ-UBND` is the words
47, qđ, ubnd; `NGUYỄN` is nguyễn in the column `exact` and nguyen in the column `folded`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, bindparam, delete, text

from models.vietnamese import fold, modern_tones, nfc
from storage.database import Database
from storage.search_words import add_words, newest, remove_words
from storage.tables import SEARCH_TEXT

_WORD = re.compile(r"[^\W_]+")
_SPACED_ID_NUMBER = re.compile(r"(?:\d[\s.]*){9}(?:(?:\d[\s.]*){3})?")
_LONGEST_WORD = 200  # PostgreSQL takes words to 2,046 bytes; what is longer is no word
_SEARCHED_LETTERS = 200_000  # of one text: a hostile text layer must not pass the megabyte of a tsvector
_SNIPPET_LETTERS = 120
_WEIGHED = 200  # matches, the newest, are put in order: a frequent word costs no more than a rare one
_WEIGHED_PLACES = 200  # for the snippet: on a page that repeats a word for ever, the first will do


@dataclass(frozen=True, slots=True)
class SearchText:
    """A text to be found: the page it stands on, its kind (0 code, 1 person, 2 document head, 3 page), itself."""

    page: int
    kind: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A page found: its dossier, its number, the piece of text around the words, and how exactly it agrees.

    rank: 0 the words with their tones in one row, 1 with their tones, 2 their bare letters in one row, 3 bare letters
    """

    dossier_code: str
    page: int
    snippet: str
    rank: int


_TEXTS = text("""
    SELECT dossier_code, page, text FROM search_text WHERE id IN :numbers
    ORDER BY kind, dossier_code, page, id LIMIT :limit""").bindparams(bindparam("numbers", expanding=True))


def search(database: Database, query: str, *, limit: int = 20) -> tuple[Hit, ...]:
    """The pages that hold all words of the query, the most exact first; none for a query without a word.

    Found are words of the page's text, persons' names and id numbers (digits, spaced or not), numbers, titles and
    issuers of documents, and dossier codes; upper and lower case, Unicode forms and places of tone marks are one.
    """
    hits: dict[tuple[str, int], Hit] = {}
    if _SPACED_ID_NUMBER.fullmatch(query.strip()):
        query = re.sub(r"\D", "", query)
    exact, folded = words(query)
    if not exact:
        return ()
    enough = 4 * limit  # a page may answer by several texts, and in an earlier rank
    most = max(_WEIGHED, enough)
    with database.reading() as connection:
        for first_rank, column, wanted in ((0, "exact", exact), (2, "folded", folded)):
            for rank, numbers in enumerate(newest(connection, column, wanted, most=most), start=first_rank):
                if len(hits) >= limit:
                    break
                for code, page, body in connection.execute(_TEXTS, {"numbers": numbers, "limit": enough}):
                    hits.setdefault((code, page), Hit(code, page, snippet(body, folded), rank))
            if len(hits) >= limit:
                break
    return tuple(hits.values())[:limit]


def words(query: str) -> tuple[list[str], list[str]]:
    """The words of a text in lower case: with their tones, and their bare letters."""
    exact = [word[:_LONGEST_WORD] for word in _WORD.findall(modern_tones(nfc(query)).lower())]
    return exact, [fold(word) for word in exact]


def snippet(body: str, folded: Sequence[str]) -> str:
    """The line around the first place where most of the words stand, cut to about 120 letters."""
    body = nfc(body)
    wanted = set(folded)
    matches = (found.start() for found in _WORD.finditer(body) if fold(found.group()) in wanted)
    places = list(islice(matches, _WEIGHED_PLACES))
    reach = _SNIPPET_LETTERS * 2 // 3
    best = max(places, key=lambda place: sum(place <= other < place + reach for other in places), default=0)
    line_start = body.rfind("\n", 0, best) + 1
    start = line_start if best - line_start < _SNIPPET_LETTERS // 3 else best - _SNIPPET_LETTERS // 3
    piece = body[start : start + _SNIPPET_LETTERS]
    before, after = "…" * (start > line_start), "…" * (start + _SNIPPET_LETTERS < len(body))
    return before + " ".join(piece.split()) + after


def add_texts(connection: Connection, code: str, texts: Sequence[SearchText]) -> None:
    """Makes the texts of a dossier findable."""
    rows = [{"dossier_code": code, "page": t.page, "kind": t.kind, "text": t.text} for t in texts]
    if not rows:
        return
    returning = SEARCH_TEXT.insert().returning(SEARCH_TEXT.c.id, sort_by_parameter_order=True)
    ids = list(connection.execute(returning, rows).scalars())
    add_words(connection, {n: words(each.text[:_SEARCHED_LETTERS]) for n, each in zip(ids, texts, strict=True)})


def remove_texts(connection: Connection, code: str) -> None:
    """Makes a dossier's texts unfindable."""
    remove_words(connection, code)
    connection.execute(delete(SEARCH_TEXT).where(SEARCH_TEXT.c.dossier_code == code))
