"""What the doors are built on: the opened archive of one office."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from api.house_secret import house_secret
from api.strangers import Stranger, Strangers
from models.access import Caller
from models.audit import Action, Actor, Fact
from models.settings import Settings
from models.units import UnitTree
from storage.api_keys import ApiKeys
from storage.audit import Audit
from storage.database import Database, open_database
from storage.index import Index
from storage.objects import ObjectStore
from storage.opening import open_store
from storage.unit_file import unit_tree
from storage.upload_room import Room
from storage.uploads import Uploads


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Office:
    """Store, database and what rests on them; `close` carries what the audit log has not yet."""

    settings: Settings
    store: ObjectStore
    database: Database
    clock: Callable[[], datetime] = _now
    secret: bytes = field(init=False)
    keys: ApiKeys = field(init=False)
    index: Index = field(init=False)
    audit: Audit = field(init=False)
    tree: UnitTree = field(init=False)
    uploads: Uploads = field(init=False)
    strangers: Strangers = field(init=False)

    def __post_init__(self) -> None:
        self.secret = house_secret(self.settings.home, self.settings.api_secret)
        self.keys = ApiKeys(self.database, self.store)
        self.index = Index(self.database)
        room = Room(bytes=round(self.settings.uploads_megabytes * 1_000_000), files=self.settings.uploads_files)
        self.uploads = Uploads(self.settings.home / "uploads", self.store, room)
        self.tree = unit_tree(self.settings)
        self.strangers = Strangers()
        self.audit = Audit(self.database, self.store, actor=Actor("api"), clock=self.clock)

    @classmethod
    def open(cls, settings: Settings) -> Office:
        """Raises StorageUnreachable where store or index do not answer."""
        return cls(settings, open_store(settings), open_database(settings.index))

    def reaches(self, caller: Caller, unit: str) -> bool:
        """Whether the caller's unit is this one or lies above it today; without a unit it reaches every one."""
        if not caller.unit:
            return True
        today = self.today()
        path = self.tree.path(unit, today)
        return self.tree.path(caller.unit, today)[-1] in {*path, self.tree.province(unit, today)}

    def today(self) -> date:
        """The day in the office's time zone."""
        return self.clock().astimezone().date()

    def tell_of_strangers(self, due: Sequence[tuple[Stranger, int]]) -> None:
        """Notes calls without a key that were only counted."""
        for stranger, calls in due:
            facts: dict[str, Fact] = {"address": stranger.address, "calls": calls}
            self.audit.note(Action.API_CALLED, stranger.subject, actor=Actor("stranger"), result="denied", facts=facts)

    def close(self) -> None:
        """Lets go of the database."""
        self.tell_of_strangers(self.strangers.due(now=time.monotonic(), at_once=True))
        self.audit.close()
        self.database.close()
