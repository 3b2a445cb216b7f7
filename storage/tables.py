"""The tables of index and ledger. The index holds nothing that a record does not: it can be rebuilt from the store."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    select,
    text,
)

from models.audit import START
from models.errors import UsageError

SCHEMA = 2
METADATA = MetaData()

SCHEMA_VERSION = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))


def _of_dossier() -> Column[str]:
    return Column("dossier_code", Text, ForeignKey("dossiers.dossier_code", ondelete="CASCADE"), primary_key=True)


# As literals, for an index of some rows serves only a question that says the same.
FOR_REGISTRY = text("reasons LIKE '%registry_waiting%'")
IS_PENDING = text("state = 'pending'")

DOSSIERS = Table(
    "dossiers",
    METADATA,
    Column("dossier_code", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("procedure", Text),
    Column("received_on", Date, nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("reasons", Text, nullable=False),  # codes, separated by spaces
    Column("missing", Text, nullable=False),  # document types, separated by spaces
    Column("page_count", Integer, nullable=False),
    Column("document_count", Integer, nullable=False),
    Column("person_count", Integer, nullable=False),
    Column("matched_count", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("record_sha256", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    # what the record alone counts for (models.evidence): bits of models.rates.Count, and the lacks as JSON
    Column("counts", Integer, nullable=False),
    Column("lacks", Text, nullable=False),
    # the few that wait for the registry: counted on every look at how things stand
    Index("dossiers_for_registry", "dossier_code", sqlite_where=FOR_REGISTRY, postgresql_where=FOR_REGISTRY),
)

# What the print of a card was read as beside its code (storage.reading_checks): whether it agrees, None where unread.
READING_CHECKS = Table(
    "reading_checks",
    METADATA,
    _of_dossier(),
    Column("person", Integer, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("agrees", Boolean),
)

# What the one-stop system told last of each dossier (storage.lifecycle); `packet` is the whole account as JSON.
LIFECYCLE = Table(
    "lifecycle",
    METADATA,
    Column("dossier_code", Text, primary_key=True),
    Column("updated_at", Text, nullable=False),  # these three in order say which of two packets is the later
    Column("status", Integer, nullable=False),
    Column("arrived_at", Text, nullable=False),
    Column("packet", Text, nullable=False),
)

# One narrow row a dossier received, made from DOSSIERS and LIFECYCLE (storage.rate_facts): what rates are counted from.
RATE_FACTS = Table(
    "rate_facts",
    METADATA,
    Column("dossier_code", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("clerk", Text, nullable=False),
    Column("scanner", Text, nullable=False),
    Column("counts", Integer, nullable=False),
    Column("due_on", Date, index=True),  # of what is not finished
    # covering, in the order of the groups: a million dossiers are counted without sorting or touching the table
    Index("rate_facts_by_unit", "unit", "counts", "received_on"),
    Index("rate_facts_by_procedure", "procedure", "unit", "counts", "received_on"),
)

PAGES = Table(
    "pages",
    METADATA,
    _of_dossier(),
    Column("number", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("source_page", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("blank", Boolean, nullable=False),
    Column("mean_confidence", Float, nullable=False),
)

# Originals that only earlier revisions of a dossier name (storage.former_originals).
FORMER_ORIGINALS = Table(
    "former_originals",
    METADATA,
    Column("sha256", Text, primary_key=True),
    _of_dossier(),
)

DOCUMENTS = Table(
    "documents",
    METADATA,
    _of_dossier(),
    Column("ordinal", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("first_page", Integer, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("number", Text, index=True),
    Column("issued_on", Date),
    Column("issued_by", Text),
    Column("title", Text),
    Column("certified_copy", Boolean, nullable=False),
)

PERSONS = Table(
    "persons",
    METADATA,
    _of_dossier(),
    Column("ordinal", Integer, primary_key=True),
    Column("role", Text, nullable=False),
    Column("document", Integer, nullable=False),
    Column("full_name", Text),
    Column("birth_date", Text),
    Column("sex", Text),
    Column("id_number", Text, index=True),
    Column("verdict", Text, nullable=False),
    Column("citizen", Text, index=True),
    Column("score", Float, nullable=False),
)

# What can be searched: one row a page, person, document and code. The words stand in `search_words`, whose form
# is each database's own (storage.search).
SEARCH_TEXT = Table(
    "search_text",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("dossier_code", Text, ForeignKey("dossiers.dossier_code", ondelete="CASCADE"), nullable=False, index=True),
    Column("page", Integer, nullable=False),
    Column("kind", Integer, nullable=False),  # 0 code, 1 person, 2 document, 3 page: the order of equal hits
    Column("text", Text, nullable=False),
)

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

# What storage.journal has yet to carry to the object store: dossiers and batches with transitions since the last time.
# `version` grows with each transition; the row is removed only if it is still as it was when it was read.
JOURNAL_DUE = Table(
    "journal_due",
    METADATA,
    Column("subject", Text, primary_key=True),  # a dossier code, or a batch's name
    Column("is_batch", Boolean, primary_key=True),
    Column("version", Integer, nullable=False),
)

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
    import storage.door_tables  # noqa: F401, PLC0415 # the tables of the API stand in METADATA once it is loaded

    METADATA.create_all(connection)
    for statement in _SQLITE_WORDS if connection.dialect.name == "sqlite" else _POSTGRESQL_WORDS:
        connection.execute(text(statement))
    if connection.execute(CHANGE_COUNTER.select()).first() is None:
        connection.execute(CHANGE_COUNTER.insert().values(last=_number_what_is_there(connection), carried=0))
    if connection.execute(AUDIT_HEAD.select()).first() is None:
        connection.execute(AUDIT_HEAD.insert().values(id=1, entry=0, digest=START, carried=0, anchored_on=""))
    version = connection.execute(SCHEMA_VERSION.select()).scalar()
    if version is None:
        connection.execute(SCHEMA_VERSION.insert().values(version=SCHEMA))
    elif version != SCHEMA:
        raise UsageError(
            f"the index has schema {version}, this program speaks {SCHEMA}: use a new database, rebuild-index"
        )


def _number_what_is_there(connection: Connection) -> int:
    """Enters the revisions of an index that is older than the change feed, dossier by dossier; returns how many."""
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    kept = connection.execute(
        select(DOSSIERS.c.dossier_code, DOSSIERS.c.revision, DOSSIERS.c.record_sha256).order_by(DOSSIERS.c.dossier_code)
    )
    rows = [
        {"dossier_code": code, "revision": n, "record_sha256": sha256 if n == revision else None, "at": at}
        for code, revision, sha256 in kept
        for n in range(1, revision + 1)
    ]
    if rows:
        connection.execute(CHANGES.insert(), [{"seq": seq, **row} for seq, row in enumerate(rows, start=1)])
    return len(rows)
