"""The tables of the API: keys, questions about persons' papers, webhooks and what is to be delivered to them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text

from storage.tables import METADATA

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("purposes", Text, nullable=False),
    Column("sees_ids", Boolean, nullable=False),
    Column("calls_a_second", Float, nullable=False),
    Column("salt", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("former_digest", Text),
    Column("former_until", Text),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("revoked_at", Text),
)

# Each question whether a person's paper is digitized already, and whether the paper was taken over (storage.reuse).
REUSE_QUESTIONS = Table(
    "reuse_questions",
    METADATA,
    Column("question", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("for_dossier", Text, index=True),  # the dossier that needs the paper
    Column("found", Integer, nullable=False),  # how many papers answered
    Column("taken_dossier", Text),  # the paper that was taken over in place of a new scan, and when
    Column("taken_document", Integer),
    Column("taken_type", Text),
    Column("taken_at", Text),
)

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("webhook", Text, primary_key=True),
    Column("key_id", Text, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("from_seq", Integer, nullable=False),  # changes after this one are delivered
    Column("read_seq", Integer, nullable=False),  # up to here they are in DELIVERIES, or not for its unit
    Column("lease_until", Text, nullable=False),  # one process at a time delivers
)

# The outbox: what a webhook is yet to be told, or could not be.
DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("webhook", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("dead_at", Text),  # given up: a dead letter, until it is replayed
    Column("trouble", Text),  # what the last attempt met: a status or an error's kind
    Index("deliveries_due", "webhook", "dead_at", "seq"),
)
