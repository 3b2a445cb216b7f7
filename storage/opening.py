"""Which object store the settings name."""

from __future__ import annotations

from pathlib import Path

from models.settings import Settings
from storage.folder import FolderStore
from storage.objects import ObjectStore


def open_store(settings: Settings) -> ObjectStore:
    """The folder or the S3 bucket that SOHOA_STORE names; raises StorageUnreachable where it does not answer."""
    if settings.s3:
        # Loading minio-py takes a third of a second, which a folder need not wait for.
        from storage.bucket import open_bucket  # noqa: PLC0415

        return open_bucket(settings.s3)
    return FolderStore(Path(settings.store))
