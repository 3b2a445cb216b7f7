"""Which object store and which audit log the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.settings import Settings
from storage.audit import Audit
from storage.database import open_database
from storage.folder import FolderStore
from storage.objects import ObjectStore
from storage.promises import Promises, probe, write_down, written_down


def open_store(settings: Settings) -> ObjectStore:
    """The folder or the S3 bucket that SOHOA_STORE names; on first use it is asked what it keeps (storage.promises).

    With SOHOA_SEAL_KEY, originals and pictures of identity cards are sealed on the way (storage.sealed).

    Raises StorageUnreachable where it does not answer.
    """
    store = _with_promises(settings)[0]
    if not settings.seal_keys:
        return store
    from storage.sealed import SealedStore  # noqa: PLC0415 # its library loads only where a key is configured

    return SealedStore(store, settings.seal_keys)


def probe_store(settings: Settings) -> Promises:
    """Tries the store again, whatever was written down before. Raises StorageUnreachable."""
    return _with_promises(settings, again=True)[1]


def _with_promises(settings: Settings, *, again: bool = False) -> tuple[ObjectStore, Promises]:
    if settings.s3:
        # Loading minio-py takes a third of a second, which a folder need not wait for.
        from storage.s3_opening import open_bucket  # noqa: PLC0415

        return open_bucket(settings.s3, lock_days=settings.lock_days, again=again)
    store = FolderStore(Path(settings.store))
    promises = None if again else written_down(store)
    if promises is None:
        promises = probe(store)
        write_down(store, promises)
    store.lacks = promises.lacks
    return store, promises


@contextmanager
def open_audit(settings: Settings) -> Iterator[Audit]:
    """The audit log, in the name of the settings' actor, for the length of a block; what it notes is carried at the end."""
    database = open_database(settings.index)
    try:
        with Audit(database, open_store(settings), actor=settings.actor) as audit:
            yield audit
    finally:
        database.close()
