"""What one worker holds open: store, index, ledger, registry, and the confined children that open files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.readings import Bounds, Readings
from flows.signing import open_signing_key, sign_documents
from models.audit import Action, Fact
from models.errors import RegistryUnreachable
from models.record import DossierRecord
from models.settings import Settings
from pipeline.confine import Confinement
from pipeline.limits import Limits
from registry.ask import open_population
from registry.population import Population
from storage.archive import KeptDossier
from storage.audit import Audit
from storage.database import Database, open_database
from storage.index import Index
from storage.journal import Journal
from storage.ledger import Ledger
from storage.objects import ObjectStore
from storage.seal_mark import open_store_to_keep

if TYPE_CHECKING:
    from pipeline.signature import SigningKey


def limits_of(settings: Settings) -> Limits:
    """The bounds on what one page may ask."""
    return Limits(seconds=settings.page_seconds, megabytes=settings.page_megabytes)


@dataclass(slots=True)
class Desk:
    """Open resources of one process; `close` lets go of them."""

    settings: Settings
    limits: Limits
    store: ObjectStore
    database: Database
    confinement: Confinement
    index: Index = field(init=False)
    ledger: Ledger = field(init=False)
    audit: Audit = field(init=False)
    journal: Journal = field(init=False)
    readings: Readings = field(init=False)
    _signing: tuple[SigningKey | None] | None = None
    _population: Population | None = None

    def __post_init__(self) -> None:
        self.index, self.ledger = Index(self.database), Ledger(self.database)
        self.audit = Audit(self.database, self.store, actor=self.settings.actor)
        self.journal = Journal(self.database, self.store)
        bounds = Bounds(self.settings.readings_megabytes, self.settings.readings_days)
        keys = self.settings.seal_keys
        self.readings = Readings(self.settings.home / "readings", bounds, reader=self.settings.reader, seal_keys=keys)

    @classmethod
    def open(cls, settings: Settings) -> Desk:
        """Raises StorageUnreachable where store or index do not answer, UsageError where the store is sealed with another key.

        The registry is asked for when it is needed.
        """
        limits = limits_of(settings)
        return cls(settings, limits, open_store_to_keep(settings), open_database(settings.index), Confinement(limits))

    def population(self) -> Population | None:
        """The registry, or None while it does not answer: matching waits, the dossier does not fail."""
        if self._population is None:
            try:
                self._population = open_population(self.settings)
            except RegistryUnreachable:
                return None
        return self._population

    def signed(self, record: DossierRecord, documents: dict[int, Path]) -> dict[int, Path]:
        """A dossier's documents as they are to be kept: signed where a key is configured, noted in the audit log.

        One after the other and in place, so that only one of them is in memory.
        """
        now = datetime.now(UTC)
        if self._signing is None:
            self._signing = (open_signing_key(self.settings, now=now),)
        (key,) = self._signing
        if key is None:
            return documents
        made = 0
        for ordinal, path in documents.items():
            signed, new = sign_documents(record, {ordinal: path.read_bytes()}, self.store, key, at=now)
            path.write_bytes(signed[ordinal])
            made += new
        if made:
            facts: dict[str, Fact] = {"documents": made, "certificate_sha256": key.certificate.sha256.hex()}
            self.audit.note(Action.SIGNED, f"dossier:{record.dossier_code}", purpose=record.procedure, facts=facts)
        return documents

    def note_kept(self, kept: KeptDossier, action: Action = Action.KEPT) -> None:
        """Notes in the audit log that a dossier's record was written; nothing where it was noted already."""
        record = kept.record
        if kept.changed or not self.audit.tells_of(f"dossier:{record.dossier_code}", kept.record_sha256):
            facts: dict[str, Fact] = {
                "status": str(record.status),
                "revision": kept.revision,
                "record_sha256": kept.record_sha256,
            }
            self.audit.note(action, f"dossier:{record.dossier_code}", purpose=record.procedure, facts=facts)

    def close(self) -> None:
        """Lets go of connections and children; raises StorageUnreachable where the audit log cannot be carried."""
        self.confinement.close()
        if self._population is not None:
            self._population.close()
        try:
            self.audit.close()
        finally:
            self.database.close()
