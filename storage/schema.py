"""The database's form: every table there is, made where it is missing; and the version that this program speaks."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, Table, text

import storage.door_tables  # noqa: F401 # its tables stand in METADATA once it is loaded
from models.audit import START
from models.errors import UsageError
from storage.keeping_tables import AUDIT_HEAD, CHANGE_COUNTER
from storage.tables import METADATA

SCHEMA = 3

SCHEMA_VERSION = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))

_SQLITE_WORDS = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_words
       USING fts5(exact, folded, tokenize = "unicode61 remove_diacritics 0")""",
)
_POSTGRESQL_WORDS = (
    """CREATE TABLE IF NOT EXISTS search_words (
         id integer PRIMARY KEY REFERENCES search_text ON DELETE CASCADE, exact tsvector, folded tsvector)""",
    "CREATE INDEX IF NOT EXISTS search_words_exact ON search_words USING gin (exact)",
    "CREATE INDEX IF NOT EXISTS search_words_folded ON search_words USING gin (folded)",
)


def create_tables(connection: Connection) -> None:
    """Creates what is missing; raises UsageError when the database was made by another version of this program."""
    METADATA.create_all(connection)
    for statement in _SQLITE_WORDS if connection.dialect.name == "sqlite" else _POSTGRESQL_WORDS:
        connection.execute(text(statement))
    if connection.execute(CHANGE_COUNTER.select()).first() is None:
        connection.execute(CHANGE_COUNTER.insert().values(last=0, carried=0))
    if connection.execute(AUDIT_HEAD.select()).first() is None:
        connection.execute(AUDIT_HEAD.insert().values(id=1, entry=0, digest=START, carried=0, anchored_on=""))
    version = connection.execute(SCHEMA_VERSION.select()).scalar()
    if version is None:
        connection.execute(SCHEMA_VERSION.insert().values(version=SCHEMA))
    elif version != SCHEMA:
        raise UsageError(
            f"the index has schema {version}, this program speaks {SCHEMA}: use a new database, rebuild-index"
        )
