"""Which dossiers took a paper over, as the API was told: what the re-use rate counts beside lifecycle data."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from storage.door_tables import REUSE_QUESTIONS


def with_reuse(connection: Connection, codes: Iterable[str]) -> set[str]:
    """Of these dossiers, the ones for which a paper was taken over."""
    table = REUSE_QUESTIONS.c
    query = select(table.for_dossier).where(table.for_dossier.in_(list(codes)), table.taken_at.is_not(None))
    return {str(code) for code in connection.execute(query).scalars()}
