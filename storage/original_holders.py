"""In which dossiers an original stands, today or in an earlier revision: who has a file may be spared sending it again."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from storage.database import Database
from storage.tables import DOSSIERS, FORMER_ORIGINALS, PAGES

_AT_ONCE = 500  # digests in one question


def holders_of(database: Database, digests: Collection[str]) -> dict[str, frozenset[tuple[str, str]]]:
    """By digest: code and unit of each dossier that names the original; digests that none names are left out."""
    found: dict[str, set[tuple[str, str]]] = {}
    wanted = sorted(digests)
    with database.reading() as connection:
        for start in range(0, len(wanted), _AT_ONCE):
            for table in (PAGES, FORMER_ORIGINALS):
                query = (
                    select(table.c.sha256, DOSSIERS.c.dossier_code, DOSSIERS.c.unit)
                    .join(DOSSIERS, DOSSIERS.c.dossier_code == table.c.dossier_code)
                    .where(table.c.sha256.in_(wanted[start : start + _AT_ONCE]))
                    .distinct()
                )
                for sha256, code, unit in connection.execute(query):
                    found.setdefault(sha256, set()).add((code, unit))
    return {sha256: frozenset(dossiers) for sha256, dossiers in found.items()}
