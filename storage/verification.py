"""Does the archive still hold what it says: every stored digest read again, the index against the records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from models.errors import StoredObjectDamaged
from storage import keys
from storage.archive import KeptDossier, load_kept_at
from storage.database import Database
from storage.index import DossierRow, Index
from storage.moved_cards import moved_key
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

    One pass in the order of keys, in which a dossier's records come before the originals and the pictures of cards that
    they name elsewhere: what is held at once is one dossier, and a digest for each of those.
    The audit log verifies itself (storage.audit_verification). `progress` is told each key before it is read. Raises
    StorageUnreachable.
    """
    look = _Look(store, progress)
    listed = (stat.key for stat in store.under() if not stat.key.startswith(keys.AUDIT))
    for prefix, group in groupby(listed, key=keys.dossier_part):
        if prefix is not None:
            look.at_dossier(tuple(group))
            continue
        for key in group:
            look.at_object(key, look.awaited(key))
    look.at_the_end()
    look.findings += _against_index(look.stored, Index(database).dossiers())
    return Verification(len(look.stored), look.objects, look.bytes_read, tuple(look.findings))


@dataclass(slots=True)
class _Look:
    """What was seen so far. `stored`: by code, the digest of a dossier's latest record; `originals`, `elsewhere`: what records
    name outside of their dossier's prefix and the pass has not come to yet, by digest and by key.
    """

    store: ObjectStore
    progress: Callable[[str], None]
    findings: list[Finding] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    originals: set[str] = field(default_factory=set)
    elsewhere: dict[str, str] = field(default_factory=dict)
    objects: int = 0
    bytes_read: int = 0

    def at_dossier(self, listed: Collection[str]) -> None:
        """All objects under a dossier's own prefix."""
        kept = {key: one for key in filter(keys.is_any_record, listed) if (one := self._record(key))}
        expected = {file.key: file.sha256 for one in kept.values() for file in one.files}
        for key in listed:
            if not keys.is_any_record(key):
                self.at_object(key, expected.get(key))
        for key in sorted(expected.keys() - set(listed)):
            if key.startswith(keys.DOSSIERS) and self.store.stat(moved := moved_key(key, expected[key])):
                self.elsewhere[moved] = expected[key]
            elif key.startswith(keys.DOSSIERS):
                self.findings.append(Finding(FindingKind.MISSING, key))
            elif key.startswith(keys.ORIGINALS):
                self.originals.add(expected[key])
            else:
                self.elsewhere[key] = expected[key]
        for key, one in kept.items():
            if keys.is_record(key):
                self.stored[one.record.dossier_code] = one.record_sha256
                self.findings += _against_revision(key, one, kept, listed)

    def awaited(self, key: str) -> str | None:
        """The digest under which a dossier that was seen names an object outside of its prefix, None where none does."""
        digest = keys.digest_in(key)
        if digest is not None and key == keys.original_key(digest) and digest in self.originals:
            self.originals.remove(digest)
            return digest
        return self.elsewhere.pop(key, None)

    def at_object(self, key: str, wanted: str | None) -> None:
        """Reads an object; `wanted` is the digest under which a dossier names it, None where none does."""
        self.progress(key)
        self.objects += 1
        try:
            digest, size = stored_digest(self.store, key)
        except StoredObjectDamaged:
            digest, size = "", 0
        self.bytes_read += size
        if digest != (wanted or keys.digest_in(key) or digest):
            self.findings.append(Finding(FindingKind.DAMAGED, key))
        elif wanted is None and not keys.is_history(key):
            self.findings.append(Finding(FindingKind.UNREFERENCED, key))

    def at_the_end(self) -> None:
        """What the pass never came to is not there."""
        missing = [*self.elsewhere, *(keys.original_key(digest) for digest in self.originals)]
        self.findings += [Finding(FindingKind.MISSING, key) for key in sorted(missing)]

    def _record(self, key: str) -> KeptDossier | None:
        self.progress(key)
        self.objects += 1
        try:
            kept, size = load_kept_at(self.store, key)
        except StoredObjectDamaged:
            self.findings.append(Finding(FindingKind.DAMAGED, key))
            return None
        self.bytes_read += size
        if self.store.locked_digest(key) not in {None, kept.record_sha256}:
            self.findings.append(Finding(FindingKind.DAMAGED, key))
        return kept


def _against_revision(
    record_key: str, latest: KeptDossier, kept: Mapping[str, KeptDossier], listed: Container[str]
) -> Iterator[Finding]:
    """A record is stored twice, as the latest and as its revision: two witnesses against an altered byte."""
    key = keys.revision_key(latest.record.dossier_code, latest.revision)
    if key not in listed:
        yield Finding(FindingKind.MISSING, key)
    elif key in kept and kept[key].record_sha256 != latest.record_sha256:
        yield Finding(FindingKind.DAMAGED, record_key)


def _against_index(stored: Mapping[str, str], rows: Sequence[DossierRow]) -> Iterator[Finding]:
    indexed = {row.dossier_code: row.record_sha256 for row in rows}
    for code, sha256 in sorted(stored.items()):
        if indexed.get(code) != sha256:
            yield Finding(FindingKind.NOT_INDEXED, code)
    for code in sorted(indexed.keys() - stored.keys()):
        yield Finding(FindingKind.NOT_STORED, code)
