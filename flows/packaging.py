"""Dossiers leave for an archive: the archive's package, or a plain BagIt bag; whole or not at all, every byte checked."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from models.audit import Action, Entry
from models.errors import StoredObjectDamaged, UsageError
from models.package import PackageEvent
from models.procedure import base_code, built_in
from models.retention import RetentionRule
from pipeline.archive_package import PROGRAM, PackagedDocument, folder_name, package_metadata
from pipeline.bag import tag_files
from pipeline.register import register_entries
from storage import archive, keys
from storage.archive import KeptDossier
from storage.objects import ObjectStore, digest_and_size

_EVENTS = {
    Action.KEPT: "ingestion",
    Action.REMATCHED: "metadata modification",
    Action.SIGNED: "digital signature generation",
}
_DOCUMENT_WORDS_MISSING = "giấy tờ"


def write_package(
    kept: KeptDossier,
    store: ObjectStore,
    folder: Path,
    *,
    history: Sequence[Entry],
    type_names: dict[str, str],
    rule: RetentionRule | None,
    made: datetime,
) -> Path:
    """Writes the dossier as the archive's package below the folder; returns where.

    history: the dossier's entries of the audit log; type_names: the clerk's word for each kind of document
    Raises UsageError where it is there already, StoredObjectDamaged where a document is not what was stored.
    """
    record = kept.record
    stored = {file.name: file for file in kept.files}
    documents = [
        PackagedDocument(entry, type_names.get(entry.type.value, _DOCUMENT_WORDS_MISSING), file.sha256, file.size)
        for entry in register_entries(record)
        if (file := stored.get(keys.document_name(entry.ordinal)))
    ]
    with _whole(folder / folder_name(record.dossier_code)) as package:
        for document in documents:
            _copy(
                store, stored[keys.document_name(document.entry.ordinal)].key, package / document.path, document.sha256
            )
        metadata = package_metadata(
            record,
            documents,
            [*_events(history), PackageEvent("fixity check", made, PROGRAM)],
            title=_title(kept),
            maintenance=rule.text if rule else "",
            made=made,
            version=version("sohoa"),
        )
        for path, body in metadata.items():
            target = package / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
    return folder / folder_name(record.dossier_code)


def write_bag(kept: KeptDossier, store: ObjectStore, folder: Path, *, made: datetime) -> Path:
    """Writes all that is kept of the dossier as a BagIt bag named by its code below the folder; returns where.

    Raises UsageError where it is there already, StoredObjectDamaged where a file is not what was stored.
    """
    record = kept.record
    name = keys.dossier_prefix(record.dossier_code).rstrip("/").rpartition("/")[2]
    with _whole(folder / name) as bag:
        payload = {}
        for path in archive.fetch(store, record.dossier_code, bag / "data"):
            payload[path.relative_to(bag / "data").as_posix()] = digest_and_size(path)
        tags = tag_files(
            payload,
            code=record.dossier_code,
            unit=record.unit,
            made=made.date(),
            program=f"{PROGRAM} {version('sohoa')}",
        )
        for tag, body in tags.items():
            (bag / tag).write_bytes(body)
    return folder / name


def _title(kept: KeptDossier) -> str:
    procedure = built_in().get(base_code(kept.record.procedure or ""))
    return f"Hồ sơ {kept.record.dossier_code}" + (f": {procedure.name}" if procedure else "")


def _events(history: Sequence[Entry]) -> Iterator[PackageEvent]:
    for entry in history:
        kind = _EVENTS.get(Action(entry.action)) if entry.action in set(Action) else None
        if kind:
            yield PackageEvent(kind, datetime.fromisoformat(entry.at).astimezone(UTC), entry.actor)


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A folder to write into, which has its name only when all is in it."""
    if target.exists():
        raise UsageError(f"{target} is there already", f"{target} đã có rồi")
    draft = target.with_name(f".{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        yield draft
        draft.rename(target)
    except OSError as error:
        raise UsageError(f"{error.filename or target}: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(store: ObjectStore, key: str, target: Path, sha256: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with store.open_stream(key) as source, target.open("wb") as copy:
        while block := source.read(1 << 20):
            digest.update(block)
            copy.write(block)
    if digest.hexdigest() != sha256:
        raise StoredObjectDamaged(f"not what was stored: {key}")
