"""Which dossiers took a paper over, as the API was told: what the re-use rate counts beside lifecycle data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from storage.door_tables import REUSE_QUESTIONS


def papers_taken_over(connection: Connection, codes: Iterable[str]) -> dict[str, set[str]]:
    """Of these dossiers, those for which papers were taken over, with the papers' types."""
    table = REUSE_QUESTIONS.c
    query = select(table.for_dossier, table.taken_type).where(
        table.for_dossier.in_(list(codes)), table.taken_at.is_not(None)
    )
    taken: dict[str, set[str]] = defaultdict(set)
    for code, kind in connection.execute(query):
        taken[code].add(kind or "")
    return taken
