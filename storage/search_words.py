"""The words of texts as each database keeps them, and the newest texts that hold given words: SQLite FTS5, PostgreSQL GIN.

FTS5 walks the texts that hold all words from the newest on and stops when it has enough. A GIN index cannot: it gives all of
them or none, and PostgreSQL would weigh every text of a million dossiers for words that one page in a hundred holds. So each
text also holds the numbers of the blocks in which its own number lies, of 1,024, 4,096 … 16 million texts, and blocks are asked
one after the other, the newest and smallest first, until there are enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, TextClause, text

_WEIGHED_FOR_ROWS = 20_000
"""Among so many texts with all the words, the newest, those are looked for that have them in a row: a text's places must be
read for that, and words that are everywhere may be nowhere in a row."""
_AT_ONCE = 1_000
BLOCKS = tuple(range(10, 26, 2))
"""Sizes of blocks as powers of two, each four times the one before."""
_LAST_POSITION = 16383  # PostgreSQL counts no further within one tsvector
_MOST_POSITIONS = 256

_SQLITE_ADD = text("INSERT INTO search_words (rowid, exact, folded) VALUES (:id, :exact, :folded)")
_SQLITE_REMOVE = text("DELETE FROM search_words WHERE rowid IN (SELECT id FROM search_text WHERE dossier_code = :code)")
_SQLITE_ALL = text(
    "SELECT rowid FROM search_words WHERE search_words MATCH :all ORDER BY rowid DESC LIMIT :most OFFSET :after"
)
_SQLITE_IN_ROW = text("""
    SELECT rowid FROM search_words WHERE search_words MATCH :in_row AND rowid > :floor
    ORDER BY rowid DESC LIMIT :most""")

_POSTGRESQL_ADD = text("""
    INSERT INTO search_words (id, exact, folded) VALUES (:id, CAST(:exact AS tsvector), CAST(:folded AS tsvector))""")
_POSTGRESQL_REMOVE = text(
    "DELETE FROM search_words WHERE id IN (SELECT id FROM search_text WHERE dossier_code = :code)"
)
_POSTGRESQL_LAST = text("SELECT max(id) FROM search_words")


def _newest(column: str) -> TextClause:
    # `id + 0`, lest the planner walk the table from its end and weigh text after text
    return text(f"""
        SELECT id, {column} @@ CAST(:in_row AS tsquery) FROM search_words
        WHERE {column} @@ CAST(:all AS tsquery) AND id + 0 < :before ORDER BY id + 0 DESC LIMIT :most""")  # noqa: S608 # ours


_POSTGRESQL_NEWEST: Mapping[str, TextClause] = {column: _newest(column) for column in ("exact", "folded")}


def add_words(connection: Connection, words: Mapping[int, tuple[Sequence[str], Sequence[str]]]) -> None:
    """Keeps the words of texts by their numbers: with their tones, and their bare letters."""
    is_sqlite = _is_sqlite(connection)

    def form(sequence: Sequence[str], number: int) -> str:
        if is_sqlite:
            return " ".join(sequence)
        return " ".join((tsvector(sequence), *(f"'{_block(power, number >> power)}'" for power in BLOCKS)))

    rows = [
        {"id": number, "exact": form(exact, number), "folded": form(folded, number)}
        for number, (exact, folded) in words.items()
    ]
    if rows:
        connection.execute(_SQLITE_ADD if is_sqlite else _POSTGRESQL_ADD, rows)


def remove_words(connection: Connection, code: str) -> None:
    """Forgets the words of a dossier's texts, which are in SEARCH_TEXT still."""
    connection.execute(_SQLITE_REMOVE if _is_sqlite(connection) else _POSTGRESQL_REMOVE, {"code": code})


def newest(connection: Connection, column: str, wanted: Sequence[str], *, most: int) -> tuple[list[int], list[int]]:
    """Numbers of the newest texts that hold all words in a row, and of those that hold them anywhere (the former too).

    `column`: exact or folded. At most so many of each, newest first.
    """
    find = _newest_on_sqlite if _is_sqlite(connection) else _newest_on_postgresql
    return find(connection, column, wanted, most)


def _newest_on_sqlite(
    connection: Connection, column: str, wanted: Sequence[str], most: int
) -> tuple[list[int], list[int]]:
    every = f"{column} : (" + " AND ".join(f'"{word}"' for word in wanted) + ")"
    anywhere = list(connection.execute(_SQLITE_ALL, {"all": every, "most": most, "after": 0}).scalars())
    if len(wanted) == 1 or not anywhere:
        return anywhere, anywhere
    floor = 0
    if len(anywhere) == most:
        floor = connection.execute(_SQLITE_ALL, {"all": every, "most": 1, "after": _WEIGHED_FOR_ROWS}).scalar() or 0
    in_row = {"in_row": f'{column} : "{" ".join(wanted)}"', "floor": floor, "most": most}
    return list(connection.execute(_SQLITE_IN_ROW, in_row).scalars()), anywhere


def _newest_on_postgresql(
    connection: Connection, column: str, wanted: Sequence[str], most: int
) -> tuple[list[int], list[int]]:
    every, phrase = (join.join(f"'{word}'" for word in wanted) for join in (" & ", " <-> "))
    in_row: list[int] = []
    anywhere: list[int] = []
    before = (connection.execute(_POSTGRESQL_LAST).scalar() or 0) + 1
    seen = 0
    while before > 1 and len(in_row) < most and seen < _WEIGHED_FOR_ROWS:
        low, blocks = _window(before)
        within = f"{every} & ({' | '.join(blocks)})" if blocks else every
        at_once = min(_AT_ONCE, _WEIGHED_FOR_ROWS - seen)
        asked = {"in_row": phrase, "all": within, "before": before, "most": at_once}
        found = [(number, is_row) for number, is_row in connection.execute(_POSTGRESQL_NEWEST[column], asked)]
        in_row += [number for number, is_row in found if is_row]
        anywhere += [number for number, _ in found]
        seen += len(found)
        before = found[-1][0] if len(found) == at_once else low
    return in_row[:most], anywhere[:most]


def _window(before: int) -> tuple[int, list[str]]:
    """The next texts to ask for below a number: from which one on, and the blocks that hold them; none stands for all."""
    level = max((n for n, power in enumerate(BLOCKS) if before % (1 << power) == 0), default=0)
    if level + 1 == len(BLOCKS):
        return 0, []
    power, above = BLOCKS[level], BLOCKS[level + 1]
    low = (before - 1) >> above << above
    return low, [f"'{_block(power, number)}'" for number in range(low >> power, ((before - 1) >> power) + 1)]


def _block(power: int, number: int) -> str:
    return f"_{power}.{number}"  # no word has an underscore


def tsvector(sequence: Sequence[str]) -> str:
    """The words with their places as PostgreSQL writes a tsvector: 'nguyen':1 'thi':2."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(sequence, start=1):
        places[word].append(min(place, _LAST_POSITION))
    return " ".join(f"'{word}':{','.join(map(str, at[:_MOST_POSITIONS]))}" for word, at in places.items())


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
