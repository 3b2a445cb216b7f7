"""The tables of the ledger (sổ theo dõi), of its journal, and of who is at work on what."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, text

from storage.tables import METADATA

IS_PENDING = text("state = 'pending'")

BATCHES = Table(
    "batches",
    METADATA,
    Column("batch", Text, primary_key=True),
    Column("started_at", Text, nullable=False),  # times: ISO 8601, UTC, six decimals, so that text order is time order
    Column("finished_at", Text),
    Column("state", Text, nullable=False),
)

# The run of a dossier that counts now: in flight, pending with a reason, or its end status.
RUNS = Table(
    "runs",
    METADATA,
    Column("dossier_code", Text, primary_key=True),
    Column("batch", Text, nullable=False, index=True),
    Column("fingerprint", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("announced_pages", Integer),  # by the cover sheet or the manifest
    Index("runs_pending", "changed_at", sqlite_where=IS_PENDING, postgresql_where=IS_PENDING),
)

# Where each page stands now; the sum of LEDGER, kept in the same transactions.
LEDGER_PAGES = Table(
    "ledger_pages",
    METADATA,
    Column("dossier_code", Text, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("batch", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("source_page", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Index("ledger_pages_by_batch", "batch", "state"),
)

# Every transition, never changed or removed; page 0 is the dossier itself.
LEDGER = Table(
    "ledger",
    METADATA,
    Column("entry", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("dossier_code", Text, nullable=False, index=True),
    Column("page", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
)

# Dossiers that wait for a worker or are with one; a row leaves when its dossier has come to its end. Nothing here is
# history: the ledger is. `holder` is the process (a row of WORKERS) whose turn it is to digitize it.
WAITING_LINE = Table(
    "waiting_line",
    METADATA,
    Column("dossier_code", Text, primary_key=True),
    Column("batch", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("lane", Text, nullable=False),  # storage.waiting_line.Lane
    Column("pages", Integer, nullable=False),
    Column("due_on", Date),  # the promised return date (hẹn trả), where known
    Column("entered_at", Text, nullable=False),
    Column("holder", Text, nullable=False, index=True),
)

# Parts of a batch that machines share (storage.shards). `work` is what is to be done (flows.shards); the row's lease says
# who does it and until when he must be heard of; `ends` are the dossiers' ends once it is done.
SHARDS = Table(
    "shards",
    METADATA,
    Column("batch", Text, primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("work", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("holder", Text),
    Column("leased_until", Text),
    Column("attempts", Integer, nullable=False),
    Column("ends", Text),
)

# Processes that digitize, each with the time of its last heartbeat; a row leaves when its process ends in good order.
WORKERS = Table(
    "workers",
    METADATA,
    Column("name", Text, primary_key=True),  # host:pid
    Column("kind", Text, nullable=False),  # the command: digitize, serve, shard
    Column("since", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("slots", Integer, nullable=False),  # dossiers at a time
    Column("dossiers", Integer, nullable=False),  # finished since it began
    Column("pages", Integer, nullable=False),
)

# What storage.journal has yet to carry to the object store: dossiers and batches with transitions since the last time.
# `version` grows with each transition; the row is removed only if it is still as it was when it was read.
JOURNAL_DUE = Table(
    "journal_due",
    METADATA,
    Column("subject", Text, primary_key=True),  # a dossier code, or a batch's name
    Column("is_batch", Boolean, primary_key=True),
    Column("version", Integer, nullable=False),
)
