"""That an archive is sealed, written down in it: whoever comes without its key, or with another, keeps nothing there.

Without it a setting that got lost (SOHOA_SEAL_KEY) would go unseen, and from then on scans would rest unsealed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from models.errors import StorageUnreachable, UsageError
from models.settings import Settings
from storage import keys
from storage.objects import ObjectMissing, ObjectStore
from storage.opening import open_store


def open_store_to_keep(settings: Settings) -> ObjectStore:
    """The store, for whoever keeps scans in it. Raises UsageError as `refuse_unsealed`, and StorageUnreachable."""
    store = open_store(settings)
    if settings.seal_keys:
        from storage.sealed import key_id  # noqa: PLC0415 # its library loads only where a key is configured

        mark_sealed(store, [key_id(secret).hex() for secret in settings.seal_keys])
    else:
        refuse_unsealed(store)
    return store


def check_seal(settings: Settings) -> None:
    """As `open_store_to_keep`, before anything is begun; a store that does not answer now is asked again by each worker."""
    try:
        open_store_to_keep(settings)
    except StorageUnreachable:
        return


def mark_sealed(store: ObjectStore, key_ids: Sequence[str]) -> None:
    """Notes that the archive is sealed with the first of these keys; raises UsageError where it is with none of them."""
    known = _noted(store)
    if known and not set(known) & set(key_ids):
        raise UsageError(
            "the archive is sealed with another key than SOHOA_SEAL_KEY holds: name that one, on a second line after a new one",
            "kho được niêm phong bằng khóa khác với SOHOA_SEAL_KEY: đặt đúng khóa đó, ở dòng thứ hai nếu muốn dùng khóa mới",
        )
    if key_ids[0] not in known:
        store.put(keys.SEALS, (json.dumps({"keys": [*known, key_ids[0]]}) + "\n").encode("ascii"))


def refuse_unsealed(store: ObjectStore) -> None:
    """Raises UsageError where the archive is sealed, for whoever has no key."""
    if store.stat(keys.SEALS) is not None:
        raise UsageError(
            "the archive is sealed and SOHOA_SEAL_KEY is not set: nothing is kept without its key",
            "kho được niêm phong mà SOHOA_SEAL_KEY chưa đặt: không lưu gì khi thiếu khóa",
        )


def _noted(store: ObjectStore) -> tuple[str, ...]:
    try:
        return tuple(str(one) for one in json.loads(store.get(keys.SEALS))["keys"])
    except ObjectMissing:
        return ()
    except (ValueError, KeyError, TypeError):
        return ()  # damaged: written anew by whoever has a key
