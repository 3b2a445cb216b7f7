"""Does the archive still hold what it says: every stored digest read again, the index against the records."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.errors import StoredObjectDamaged
from storage import keys
from storage.archive import KeptDossier, load_kept_at
from storage.database import Database
from storage.index import DossierRow, Index
from storage.objects import ObjectStore, stored_digest


class FindingKind(StrEnum):
    """What can be wrong."""

    MISSING = "missing"  # a record names it, the store lacks it
    DAMAGED = "damaged"  # its bytes are not those that were stored
    UNREFERENCED = "unreferenced"  # no record names it: a run in flight or cut off; no loss
    NOT_INDEXED = "not_indexed"  # a record that the index lacks or holds in an older form: rebuild-index
    SIGNATURE = "signature"  # a document's signature is not sound (the shell looks: flows.signing)
    NOT_STORED = "not_stored"  # the index lists a dossier that the store does not hold


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; `subject` is a key or a dossier code."""

    kind: FindingKind
    subject: str

    @property
    def is_loss(self) -> bool:
        """Whether something kept is lost or altered or cannot be found; an unreferenced object is none of these."""
        return self.kind is not FindingKind.UNREFERENCED


@dataclass(frozen=True, slots=True)
class Verification:
    """How much was read, and every finding."""

    dossiers: int
    objects: int
    bytes_read: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Nothing is lost, altered or unlisted."""
        return not any(finding.is_loss for finding in self.findings)


def verify(store: ObjectStore, database: Database, *, progress: Callable[[str], None] = lambda _: None) -> Verification:
    """Reads every object again and compares it with the digests in the records, and the index with the records.

    The audit log verifies itself (storage.audit_verification). `progress` is told each key before it is read. Raises
    StorageUnreachable.
    """
    listed = tuple(stat.key for stat in store.under() if not stat.key.startswith(keys.AUDIT))
    findings: list[Finding] = []
    expected: dict[str, str] = {}
    digests: dict[str, str] = {}  # of records and revisions, by key
    latest: list[KeptDossier] = []
    bytes_read = 0
    for key in filter(keys.is_any_record, listed):
        progress(key)
        try:
            kept, size = load_kept_at(store, key)
        except StoredObjectDamaged:
            findings.append(Finding(FindingKind.DAMAGED, key))
            continue
        bytes_read += size
        digests[key] = kept.record_sha256
        if store.locked_digest(key) not in {None, kept.record_sha256}:
            findings.append(Finding(FindingKind.DAMAGED, key))
        expected.update({file.key: file.sha256 for file in kept.files})
        if keys.is_record(key):
            latest.append(kept)
    for key in filter(lambda key: not keys.is_any_record(key), listed):
        progress(key)
        wanted = expected.get(key) or keys.digest_in(key)
        try:
            digest, size = stored_digest(store, key)
        except StoredObjectDamaged:
            digest, size = "", 0
        bytes_read += size
        if wanted and digest != wanted:
            findings.append(Finding(FindingKind.DAMAGED, key))
        elif key not in expected and not keys.is_history(key):
            findings.append(Finding(FindingKind.UNREFERENCED, key))
    findings += [Finding(FindingKind.MISSING, key) for key in sorted(expected.keys() - set(listed))]
    findings += _against_revisions(latest, digests, set(listed))
    findings += _against_index(latest, Index(database).dossiers())
    return Verification(len(latest), len(listed), bytes_read, tuple(findings))


def _against_revisions(
    latest: Sequence[KeptDossier], digests: Mapping[str, str], listed: Container[str]
) -> Iterator[Finding]:
    """A record is stored twice, as the latest and as its revision: two witnesses against an altered byte."""
    for kept in latest:
        key = keys.revision_key(kept.record.dossier_code, kept.revision)
        if key not in listed:
            yield Finding(FindingKind.MISSING, key)
        elif key in digests and digests[key] != kept.record_sha256:
            yield Finding(FindingKind.DAMAGED, keys.record_key(kept.record.dossier_code))


def _against_index(latest: Sequence[KeptDossier], rows: Sequence[DossierRow]) -> Iterator[Finding]:
    indexed = {row.dossier_code: row.record_sha256 for row in rows}
    stored = {kept.record.dossier_code: kept.record_sha256 for kept in latest}
    for code, sha256 in sorted(stored.items()):
        if indexed.get(code) != sha256:
            yield Finding(FindingKind.NOT_INDEXED, code)
    for code in sorted(indexed.keys() - stored.keys()):
        yield Finding(FindingKind.NOT_STORED, code)
