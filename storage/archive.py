"""Dossiers in the object store: keeping them, loading and fetching them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from types import MappingProxyType

from models.document import DocumentType
from models.errors import RecordChanged, StoredObjectDamaged
from models.record import DossierRecord
from storage import keys
from storage.moved_cards import move_cards
from storage.objects import Content, ObjectMissing, ObjectStore, digest_and_size, stored_digest
from storage.record_json import Json, canonical_bytes, from_json, to_json


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a dossier: its name there (`pages/0001.jpg`), the key it rests under, its SHA-256 and bytes."""

    name: str
    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class KeptDossier:
    """A dossier as it rests in the store: its record, the revision (from 1), its files, the record's own digest.

    `fingerprint` says what the record was made from (originals and settings, as the shell digests them).
    `store_lacks` names what the store was seen not to keep (storage.promises): locks, versions, one_winner, reads_back.
    `changed`: keeping it wrote `record.json`, which did not hold this before.
    """

    record: DossierRecord
    revision: int
    files: tuple[StoredFile, ...]
    fingerprint: str
    record_sha256: str
    changed: bool = False
    store_lacks: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """The stored record: the contract's keys, then `fingerprint`, `revision`, `store_lacks` and `files`."""
        return {
            **to_json(self.record),
            "fingerprint": self.fingerprint,
            "revision": self.revision,
            "store_lacks": list(self.store_lacks),
            "files": [{"name": f.name, "key": f.key, "sha256": f.sha256, "size": f.size} for f in self.files],
        }


def keep_original(store: ObjectStore, content: Content, *, sha256: str | None = None) -> str:
    """Keeps an original byte for byte under its SHA-256 and returns that; no write where it rests already.

    Raises StoredObjectDamaged when the content is not what `sha256` says.
    """
    digest, size = digest_and_size(content)
    if sha256 not in {None, digest}:
        raise StoredObjectDamaged(f"an original changed while it was read: {sha256}")
    _place(store, keys.original_key(digest), content, (digest, size))
    return digest


def keep_dossier(
    store: ObjectStore,
    record: DossierRecord,
    *,
    originals: Mapping[str, Content],
    pages: Mapping[int, Content],
    documents: Mapping[int, Content],
    layouts: Mapping[int, bytes] = MappingProxyType({}),
    fingerprint: str = "",
) -> KeptDossier:
    """Keeps a dossier: originals, page images, PDFs, texts, then its revision, `record.json` last.

    originals: by SHA-256; those that rest in the store already (`keep_original`) need not be given again
    pages: the stored page image by page number, JPEG, or PNG where the path says so; documents: searchable PDF by ordinal
    layouts: ALTO XML by page number, of the pages that could be read
    Nothing stored is ever overwritten but `record.json`, which names the latest revision's files with their digests. A picture that
    is known to show an identity card only now is moved (storage.moved_cards).
    The same content again writes nothing; a call that was cut off, made again, ends as if it had not been.
    Raises StorageUnreachable, StoredObjectDamaged when an original is neither given nor stored, and RecordChanged where the
    record lacks a clerk's correction or acceptance of the latest revision.
    """
    code = record.dossier_code
    latest = _latest(store, code)
    known = {file.name: file for file in latest.files} if latest else {}
    cards = _card_names(record, pages)
    files = [_original(store, sha256, name, originals) for sha256, name in keys.original_names(record).items()]
    for name, content in _contents(record, pages, documents, layouts):
        digest, size = digest_and_size(content)
        before = known.get(name)
        base = _prefix(code, name, cards) + name
        if before and before.sha256 == digest and (name not in cards or keys.is_sealed(before.key)):
            base = before.key
        key = _place(store, base, content, (digest, size), likely_free=before is None)
        files.append(StoredFile(name, key, digest, size))
    kept = _keep_revision(store, record, tuple(files), fingerprint, latest)
    if latest:
        move_cards(store, code, sorted(cards))
    return kept


def keep_record(
    store: ObjectStore, record: DossierRecord, *, fingerprint: str, follows: int | None = None
) -> KeptDossier:
    """Keeps a new record of a dossier whose files stay as they are, as a revision; the same record writes nothing.

    follows: the revision that the new record was made from; raises RecordChanged where another came meanwhile
    Raises StorageUnreachable, and ObjectMissing where no such dossier is kept.
    """
    latest = _latest(store, record.dossier_code)
    if latest is None:
        raise ObjectMissing(keys.record_key(record.dossier_code))
    if follows is not None and latest.revision != follows:
        raise RecordChanged(f"{record.dossier_code} has revision {latest.revision} by now, not {follows}")
    return _keep_revision(store, record, latest.files, fingerprint, latest, alone=follows is not None)


def _keep_revision(
    store: ObjectStore,
    record: DossierRecord,
    files: tuple[StoredFile, ...],
    fingerprint: str,
    latest: KeptDossier | None,
    *,
    alone: bool = False,
) -> KeptDossier:
    """Writes the next free revision, unless the latest says the same, then `record.json`.

    alone: where somebody else takes the next revision in the same instant, RecordChanged is raised and nothing written
    """
    code = record.dossier_code
    _keeps_what_clerks_did(latest, record)
    before = latest.revision if latest else 0
    revision = max(before, 1)
    while True:
        kept = _kept(record, revision, files, fingerprint, tuple(store.lacks))
        if latest and revision == latest.revision and kept.record_sha256 == latest.record_sha256:
            break
        body = canonical_bytes(kept.to_json())
        if store.put_if_absent(keys.revision_key(code, revision), body, sha256=kept.record_sha256):
            break
        # Taken: by an earlier revision, or by another process that keeps the same dossier now.
        latest = load_kept_at(store, keys.revision_key(code, revision))[0]
        if latest.record_sha256 != kept.record_sha256:
            if alone and latest.revision > before:
                raise RecordChanged(f"{code} was changed by somebody else in the same instant")
            _keeps_what_clerks_did(latest, record)
            revision += 1
    return replace(kept, changed=_publish(store, kept))


def _keeps_what_clerks_did(latest: KeptDossier | None, record: DossierRecord) -> None:
    """Raises RecordChanged where a clerk corrected the dossier, or accepted a reason, while the record was made."""
    if latest and not {*latest.record.corrections, *latest.record.accepted} <= {*record.corrections, *record.accepted}:
        raise RecordChanged(f"{record.dossier_code} was corrected meanwhile")


def load_kept(store: ObjectStore, code: str) -> KeptDossier | None:
    """The dossier's latest revision, or None where none is kept; raises StoredObjectDamaged on a broken record."""
    try:
        return load_kept_at(store, keys.record_key(code))[0]
    except ObjectMissing:
        return None


def latest_kept(store: ObjectStore, code: str) -> KeptDossier | None:
    """As `load_kept`, for whoever makes a new revision: one whose writer was killed before `record.json` is published first."""
    latest = _latest(store, code)
    return replace(latest, changed=_publish(store, latest)) if latest else None


def load_kept_at(store: ObjectStore, key: str) -> tuple[KeptDossier, int]:
    """The record or revision under a key, and its bytes; raises StoredObjectDamaged where it is none."""
    body = store.get(key)
    try:
        data = json.loads(body)
        kept = KeptDossier(
            record=from_json(data),
            revision=data["revision"],
            files=tuple(StoredFile(**file) for file in data["files"]),
            fingerprint=data["fingerprint"],
            record_sha256=digest_and_size(body)[0],
            store_lacks=tuple(data.get("store_lacks", ())),
        )
    except (ValueError, KeyError, TypeError) as error:
        # The error's own text could quote the record, so only its kind is told.
        raise StoredObjectDamaged(f"not a record: {key} ({type(error).__name__})") from None
    return kept, len(body)


def load_record(store: ObjectStore, code: str) -> DossierRecord | None:
    """The dossier's latest record, or None where none is kept."""
    kept = load_kept(store, code)
    return kept.record if kept else None


def all_kept(store: ObjectStore, *, damaged: Callable[[str], None] | None = None) -> Iterator[KeptDossier]:
    """Every kept dossier, in the order of the keys.

    A broken record's key is told to `damaged` and the others follow; without it, StoredObjectDamaged is raised.
    """
    for stat in store.under(keys.DOSSIERS):
        if keys.is_record(stat.key):
            try:
                kept = load_kept_at(store, stat.key)[0]
            except StoredObjectDamaged:
                if damaged is None:
                    raise
                damaged(stat.key)
            else:
                yield kept


def fetch(store: ObjectStore, code: str, folder: Path) -> tuple[Path, ...]:
    """Copies a dossier's files and `record.json` into the folder, each checked against its digest.

    Originals come back under `originals/` with the clerk's file name. Raises ObjectMissing when no such dossier
    is kept, StoredObjectDamaged when a file is not what was stored.
    """
    kept = load_kept_at(store, keys.record_key(code))[0]
    written = []
    for file in kept.files:
        if ".." in PurePath(file.name).parts or PurePath(file.name).is_absolute():
            raise StoredObjectDamaged(f"a file's name leads out of the folder: {keys.record_key(code)}")
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with store.open_stream(file.key) as source, target.open("wb") as copy:
            while block := source.read(1 << 20):
                copy.write(block)
        if digest_and_size(target)[0] != file.sha256:
            target.unlink()
            raise StoredObjectDamaged(f"not what was stored: {file.key}")
        written.append(target)
    target = folder / keys.RECORD_NAME
    target.write_bytes(canonical_bytes(kept.to_json()))
    return (*written, target)


def _card_names(record: DossierRecord, pages: Mapping[int, Content]) -> frozenset[str]:
    """The names of files that show an identity card: page images and PDFs, which rest under a prefix of their own."""
    cards = [paper for paper in record.documents if paper.type is DocumentType.ID_CARD]
    shown = {number for paper in cards for number in paper.pages}
    images = {keys.page_name(number, ending=_ending(content)) for number, content in pages.items() if number in shown}
    return frozenset(images | {keys.document_name(paper.ordinal) for paper in cards})


def _prefix(code: str, name: str, cards: frozenset[str]) -> str:
    return keys.identity_prefix(code) if name in cards else keys.dossier_prefix(code)


def _ending(content: Content) -> str:
    return content.suffix if isinstance(content, Path) else ".jpg"


def _contents(
    record: DossierRecord,
    pages: Mapping[int, Content],
    documents: Mapping[int, Content],
    layouts: Mapping[int, bytes],
) -> Iterator[tuple[str, Content]]:
    for number in sorted(pages):
        content = pages[number]
        yield keys.page_name(number, ending=_ending(content)), content
    for ordinal in sorted(documents):
        yield keys.document_name(ordinal), documents[ordinal]
    for number in sorted(layouts):
        yield keys.layout_name(number), layouts[number]
    for page in record.pages:
        yield keys.text_name(page.number), page.text.encode("utf-8", "backslashreplace")


def _original(store: ObjectStore, sha256: str, name: str, originals: Mapping[str, Content]) -> StoredFile:
    key = keys.original_key(sha256)
    if sha256 in originals:
        digest, size = digest_and_size(originals[sha256])
        if digest != sha256:
            raise StoredObjectDamaged(f"an original changed while it was read: {sha256}")
        return StoredFile(name, _place(store, key, originals[sha256], (digest, size)), sha256, size)
    stat = store.stat(key)
    if stat is None:
        raise ObjectMissing(f"an original was neither given nor stored: {sha256}")
    return StoredFile(name, key, sha256, stat.size)


def _place(
    store: ObjectStore, key: str, content: Content, wanted: tuple[str, int], *, likely_free: bool = False
) -> str:
    """Stores the content under the key, or beside it where other content rests; returns where it is.

    A likely free key is written at once (a request less on a bucket); any other is looked at first.
    """
    sha256, size = wanted
    stat = None if likely_free else store.stat(key)
    if stat is None and store.put_if_absent(key, content, sha256=sha256):
        return key
    stat = stat or store.stat(key)
    if stat and stat.size == size and (stat.sha256 or stored_digest(store, key)[0]) == sha256:
        return key
    if key.startswith(keys.ORIGINALS):  # its key is its digest: what rests there is damaged, the right bytes mend it
        store.put(key, content, sha256=sha256)
        return key
    other = keys.beside(key, sha256)
    store.put(other, content, sha256=sha256)
    return other


def _kept(
    record: DossierRecord, revision: int, files: tuple[StoredFile, ...], fingerprint: str, lacks: tuple[str, ...]
) -> KeptDossier:
    draft = KeptDossier(record, revision, files, fingerprint, "", store_lacks=lacks)
    return replace(draft, record_sha256=digest_and_size(canonical_bytes(draft.to_json()))[0])


def _latest(store: ObjectStore, code: str) -> KeptDossier | None:
    """The newest revision, also one whose `record.json` was not written before the program was killed."""
    try:
        kept = load_kept(store, code)
    except StoredObjectDamaged:  # the revisions hold what a damaged record.json lost
        kept = None
    revision = kept.revision + 1 if kept else 1
    while store.stat(keys.revision_key(code, revision)):
        kept = load_kept_at(store, keys.revision_key(code, revision))[0]
        revision += 1
    return kept


def _publish(store: ObjectStore, kept: KeptDossier) -> bool:
    """Writes `record.json`; where another process published a newer revision meanwhile, that one stands."""
    code, newest = kept.record.dossier_code, kept
    changed = False
    while True:
        changed |= store.put(keys.record_key(code), canonical_bytes(newest.to_json()), sha256=newest.record_sha256)
        following = keys.revision_key(code, newest.revision + 1)
        if store.stat(following) is None:
            return changed
        newest = load_kept_at(store, following)[0]
