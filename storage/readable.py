"""What of a kind of objects can be read: a damaged one is told by its key and bars none of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from models.errors import StoredObjectDamaged
from storage.objects import ObjectStore

Value = TypeVar("Value")


def readable(
    store: ObjectStore, prefix: str, parse: Callable[[bytes], Value], *, damaged: Callable[[str], None]
) -> Iterator[Value]:
    """Each object under the prefix, in the order of keys, as `parse` makes it; raises StorageUnreachable.

    `parse` raises ValueError, KeyError or TypeError on what is none of its kind.
    """
    for stat in store.under(prefix):
        try:
            value = parse(store.get(stat.key))
        except (ValueError, KeyError, TypeError, StoredObjectDamaged):
            damaged(stat.key)
        else:
            yield value


def refuse(kind: str) -> Callable[[str], None]:
    """For whoever must not go on without one of them: a `damaged` that raises StoredObjectDamaged."""

    def damaged(key: str) -> None:
        raise StoredObjectDamaged(f"not {kind}: {key}")

    return damaged
