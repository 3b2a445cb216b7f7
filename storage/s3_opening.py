"""An S3 server's buckets opened: made where missing, asked on first use what they keep, one store of two where they lock."""

from __future__ import annotations

from dataclasses import replace

from models.errors import StorageUnreachable
from models.settings import S3Access
from storage.bucket import BucketStore, check_bucket_name
from storage.promises import Promises, probe, write_down, written_down
from storage.vault import VaultedStore

_LOCKED = "-locked"
"""Ends the name of the bucket whose objects are locked."""


def open_bucket(
    access: S3Access, *, lock_days: float = 0, again: bool = False
) -> tuple[BucketStore | VaultedStore, Promises]:
    """The store in the bucket and, where the server locks, the locked bucket beside it; what they were seen to keep.

    lock_days: how long what must never change stays locked; 0: not at all. `again`: tried anew.
    Raises StorageUnreachable, UsageError.
    """
    check_bucket_name(access.bucket)
    plain = BucketStore(access)
    plain.make_bucket()
    before = written_down(plain)
    promises = None if again else before
    if promises is None:
        vaulted = _vaulted(access, plain, lock_days) if lock_days else None
        promises = probe(vaulted or plain)
        if before and before.locks and not promises.locks:
            raise StorageUnreachable(
                "object store: it kept locks before and does not now; its originals rest under them"
            )
        write_down(plain, promises)
    plain = BucketStore(access, conditional=promises.one_winner)
    store: BucketStore | VaultedStore = VaultedStore(plain, _locked(access, lock_days)) if promises.locks else plain
    store.lacks = promises.lacks
    return store, promises


def _vaulted(access: S3Access, plain: BucketStore, lock_days: float) -> VaultedStore | None:
    """Both buckets, None where the server makes none with locks."""
    locked = _locked(access, lock_days)
    check_bucket_name(locked.access.bucket)
    try:
        locked.make_bucket(with_lock=True)
        if locked.try_lock()[1]:
            return VaultedStore(plain, locked)
        locked.remove_bucket()
    except StorageUnreachable:  # it makes no such bucket; whether it answers at all is tried next
        pass
    return None


def _locked(access: S3Access, lock_days: float) -> BucketStore:
    # Nobody has to be first there: see storage.vault.
    return BucketStore(
        replace(access, bucket=access.bucket + _LOCKED), conditional=False, versioned=True, lock_days=lock_days
    )
