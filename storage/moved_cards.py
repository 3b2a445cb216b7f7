"""Pictures that were kept as any paper's and turned out to show an identity card: moved to where those rest.

A page may be known as a card only when it is read again. Revisions from before name its picture where it lay, and are never
changed; so it is found under a key that follows from the one they name and from its digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from storage import keys
from storage.objects import ObjectStore, digest_and_size


def moved_key(key: str, sha256: str) -> str:
    """Where a picture rests that a revision names under a dossier's own prefix, once it was moved."""
    return keys.beside(keys.IDENTITY + key.removeprefix(keys.DOSSIERS), sha256)


def move_cards(store: ObjectStore, code: str, names: Iterable[str]) -> None:
    """Moves what rests of these page images and PDFs under the dossier's own prefix; the copy is read back before it goes."""
    for name in names:
        stem = keys.dossier_prefix(code) + str(PurePath(name).with_suffix(""))
        for stat in tuple(store.under(stem)):
            if stat.key.removeprefix(stem)[:1] not in {".", "-"}:  # documents/10 begins documents/100.pdf
                continue
            content = store.get(stat.key)
            sha256 = digest_and_size(content)[0]
            store.put(moved_key(stat.key, sha256), content, sha256=sha256)
            store.erase(stat.key)
