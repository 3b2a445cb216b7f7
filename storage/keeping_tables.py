"""The tables that tell what was kept, held and done: change feed, restrictions, audit log."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from storage.tables import METADATA

# The change feed (storage.changes): a number without gaps for every revision taken in, from a counter of one row.
CHANGES = Table(
    "changes",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("dossier_code", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # 0: the dossier is gone
    Column("record_sha256", Text),
    Column("at", Text, nullable=False),
    Index("changes_by_dossier", "dossier_code", "seq"),
)

CHANGE_COUNTER = Table(
    "change_counter",
    METADATA,
    Column("last", Integer, primary_key=True, autoincrement=False),
    Column("carried", Integer, nullable=False),  # up to which number the object store holds them: storage.feed
)

# What holds dossiers still (storage.restrictions); persons by their numbers, so that dossiers to come are held too.
RESTRICTIONS = Table(
    "restrictions",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("dossier_code", Text, index=True),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
)

RESTRICTED_NUMBERS = Table(
    "restricted_numbers",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id_number", Text, primary_key=True),
)

# The audit log (storage.audit): entries are never changed or removed; the digest chains each to the one before.
AUDIT = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("actor", Text, nullable=False, index=True),
    Column("unit", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("purpose", Text),
    Column("result", Text, nullable=False),
    Column("facts", Text, nullable=False),  # a JSON object
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
)

# One row: where the audit log ends, and how far the store has it. Its lock is what makes the chain one chain.
AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("entry", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("carried", Integer, nullable=False),
    Column("anchored_on", Text, nullable=False),
)

# How far the segment of the feed, or of the audit log, goes that is carried now (storage.segment_ends): fixed before the
# store is written to, so that two who carry it write the same bytes.
SEGMENT_ENDS = Table(
    "segment_ends",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)
