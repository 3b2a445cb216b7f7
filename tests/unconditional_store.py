"""A store as some S3 servers are: it cannot refuse a write under a taken key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from storage.folder import FolderStore
from storage.objects import Content


class StoreWithoutConditions(FolderStore):
    """Looks, then writes over whatever another process wrote in between: `meanwhile`, once."""

    def __init__(self, root: Path, *, meanwhile: Callable[[], object]) -> None:
        super().__init__(root)
        self._meanwhile = [meanwhile]

    def put_if_absent(self, key: str, content: Content, *, sha256: str | None = None) -> bool:
        if self.stat(key):
            return False
        if self._meanwhile:
            self._meanwhile.pop()()
        self.put(key, content, sha256=sha256)
        return True
