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


def open_store(settings: Settings) -> ObjectStore:
    """The folder or the S3 bucket that SOHOA_STORE names; raises StorageUnreachable where it does not answer."""
    if settings.s3:
        # Loading minio-py takes a third of a second, which a folder need not wait for.
        from storage.bucket import open_bucket  # noqa: PLC0415

        return open_bucket(settings.s3)
    return FolderStore(Path(settings.store))


@contextmanager
def open_audit(settings: Settings) -> Iterator[Audit]:
    """The audit log, in the name of the settings' actor, for the length of a block; what it notes is carried at the end."""
    database = open_database(settings.index)
    try:
        with Audit(database, open_store(settings), actor=settings.actor) as audit:
            yield audit
    finally:
        database.close()
