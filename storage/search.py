"""Full-text search over the index: bare letters find, exact tones rank first; SQLite FTS5 or PostgreSQL tsvector.

Both databases are given the same words, cut and folded here, so that both find the same: `47/QĐ-UBND` is the words
47, qđ, ubnd; `NGUYỄN` is nguyễn in the column `exact` and nguyen in the column `folded`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, TextClause, delete, text

from models.vietnamese import fold, modern_tones, nfc
from storage.database import Database
from storage.tables import SEARCH_TEXT

_WORD = re.compile(r"[^\W_]+")
_SPACED_ID_NUMBER = re.compile(r"(?:\d[\s.]*){9}(?:(?:\d[\s.]*){3})?")
_LONGEST_WORD = 200  # PostgreSQL takes words to 2,046 bytes; what is longer is no word
_SEARCHED_LETTERS = 200_000  # of one text: a hostile text layer must not pass the megabyte of a tsvector
_LAST_POSITION = 16383  # PostgreSQL counts no further within one tsvector
_SNIPPET_LETTERS = 120
_WEIGHED_MATCHES = 1000
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


@dataclass(frozen=True, slots=True)
class _Statements:
    """One database's own SQL for its words; `ask` by column."""

    add: TextClause
    remove: TextClause
    ask: dict[str, TextClause]


# Each asks for the newest matches first and sorts only those: a frequent word costs no more than a rare one.
_SQLITE_ASK = text("""
    SELECT t.dossier_code, t.page, t.text FROM search_text t JOIN (
      SELECT rowid AS id FROM search_words WHERE search_words MATCH :question ORDER BY rowid DESC LIMIT :weighed
    ) w ON w.id = t.id ORDER BY t.kind, t.dossier_code, t.page, t.id LIMIT :limit""")
_SQLITE = _Statements(
    add=text("INSERT INTO search_words (rowid, exact, folded) VALUES (:id, :exact, :folded)"),
    remove=text("DELETE FROM search_words WHERE rowid IN (SELECT id FROM search_text WHERE dossier_code = :code)"),
    ask={"exact": _SQLITE_ASK, "folded": _SQLITE_ASK},
)
_POSTGRESQL = _Statements(
    add=text("""
        INSERT INTO search_words (id, exact, folded)
        VALUES (:id, CAST(:exact AS tsvector), CAST(:folded AS tsvector))"""),
    remove=text("DELETE FROM search_words WHERE id IN (SELECT id FROM search_text WHERE dossier_code = :code)"),
    ask={
        "exact": text("""
            SELECT t.dossier_code, t.page, t.text FROM search_text t JOIN (
              SELECT id FROM search_words WHERE exact @@ CAST(:question AS tsquery) ORDER BY id DESC LIMIT :weighed
            ) w ON w.id = t.id ORDER BY t.kind, t.dossier_code, t.page, t.id LIMIT :limit"""),
        "folded": text("""
            SELECT t.dossier_code, t.page, t.text FROM search_text t JOIN (
              SELECT id FROM search_words WHERE folded @@ CAST(:question AS tsquery) ORDER BY id DESC LIMIT :weighed
            ) w ON w.id = t.id ORDER BY t.kind, t.dossier_code, t.page, t.id LIMIT :limit"""),
    },
)


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
    with database.reading() as connection:
        tiers = (("exact", exact, True), ("exact", exact, False), ("folded", folded, True), ("folded", folded, False))
        for rank, (column, wanted, in_row) in enumerate(tiers):
            if len(hits) >= limit:
                break
            # A page may answer by several texts, and in an earlier tier: ask for enough to fill the answer all the same.
            found = _ask(connection, column, wanted, in_row=in_row, limit=4 * limit)
            for code, page, body in found:
                hits.setdefault((code, page), Hit(code, page, snippet(body, folded), rank))
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
    form = " ".join if _sql(connection) is _SQLITE else tsvector
    parameters = []
    for row_id, each in zip(ids, texts, strict=True):
        exact, folded = words(each.text[:_SEARCHED_LETTERS])
        parameters.append({"id": row_id, "exact": form(exact), "folded": form(folded)})
    connection.execute(_sql(connection).add, parameters)


def remove_texts(connection: Connection, code: str) -> None:
    """Makes a dossier's texts unfindable."""
    connection.execute(_sql(connection).remove, {"code": code})
    connection.execute(delete(SEARCH_TEXT).where(SEARCH_TEXT.c.dossier_code == code))


def _ask(
    connection: Connection, column: str, wanted: Sequence[str], *, in_row: bool, limit: int
) -> list[tuple[str, int, str]]:
    sql = _sql(connection)
    if sql is _SQLITE:
        phrase = f'"{" ".join(wanted)}"' if in_row else "(" + " AND ".join(f'"{word}"' for word in wanted) + ")"
        question = f"{column} : {phrase}"
    else:
        question = (" <-> " if in_row else " & ").join(f"'{word}'" for word in wanted)
    rows = connection.execute(sql.ask[column], {"question": question, "weighed": _WEIGHED_MATCHES, "limit": limit})
    return [(code, page, body) for code, page, body in rows]


def _sql(connection: Connection) -> _Statements:
    return _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL


def tsvector(sequence: Sequence[str]) -> str:
    """The words with their places as PostgreSQL writes a tsvector: 'nguyen':1 'thi':2."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(sequence, start=1):
        places[word].append(min(place, _LAST_POSITION))
    return " ".join(f"'{word}':{','.join(map(str, at[:256]))}" for word, at in places.items())
