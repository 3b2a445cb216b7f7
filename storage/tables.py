"""The tables of the index, which holds nothing that a record does not: it can be rebuilt from the store."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, MetaData, Table, Text, text

METADATA = MetaData()


def _of_dossier() -> Column[str]:
    return Column("dossier_code", Text, ForeignKey("dossiers.dossier_code", ondelete="CASCADE"), primary_key=True)


# As literals, for an index of some rows serves only a question that says the same.
FOR_REGISTRY = text("reasons LIKE '%registry_waiting%'")

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
