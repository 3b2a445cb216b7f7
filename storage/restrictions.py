"""Legal holds and restrictions: objects in the store, a table to ask quickly; a person's holds for all dossiers of theirs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Select, delete, or_, select, union

from models.audit import canonical
from models.restriction import DossierRestricted, Restriction, RestrictionKind
from storage import keys
from storage.database import Database
from storage.keeping_tables import RESTRICTED_NUMBERS, RESTRICTIONS
from storage.objects import ObjectStore
from storage.readable import readable, refuse
from storage.tables import PERSONS

_DOSSIER = "dossier:"


class Restrictions:
    """What stands on which dossier; every method may raise StorageUnreachable."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database, self._store = database, store

    def place(self, restriction: Restriction) -> None:
        """Puts it into force, in place of an earlier one of its kind on the same subject; the store has it first."""
        body = canonical(
            {
                "subject": restriction.subject,
                "kind": restriction.kind.value,
                "reason": restriction.reason,
                "actor": restriction.actor,
                "at": restriction.at,
                "id_numbers": list(restriction.id_numbers),
            }
        )
        self._store.put(_key(restriction.subject, restriction.kind), body)
        with self._database.writing() as connection:
            _enter(connection, restriction)

    def lift(self, subject: str, kind: RestrictionKind) -> bool:
        """Ends it; False where none stood."""
        self._store.delete(_key(subject, kind))
        with self._database.writing() as connection:
            return _forget(connection, subject, kind)

    def standing(self) -> tuple[Restriction, ...]:
        """All that stand, by subject; without the persons' numbers."""
        with self._database.reading() as connection:
            rows = connection.execute(select(RESTRICTIONS).order_by(RESTRICTIONS.c.subject, RESTRICTIONS.c.kind))
            return tuple(
                Restriction(row.subject, RestrictionKind(row.kind), row.reason, row.actor, row.at) for row in rows
            )

    def held(self, kind: RestrictionKind | None = None) -> frozenset[str]:
        """The codes of all indexed dossiers on which something of this kind (any where None) stands."""
        with self._database.reading() as connection:
            return frozenset(connection.execute(_held(kind)).scalars())

    def on_dossier(self, code: str) -> frozenset[RestrictionKind]:
        """What stands on a dossier, itself or by its persons."""
        with self._database.reading() as connection:
            if connection.execute(select(RESTRICTIONS.c.subject).limit(1)).first() is None:
                return frozenset()
            return frozenset(
                kind for kind in RestrictionKind if code in set(connection.execute(_held(kind, code)).scalars())
            )

    def refuse(self, code: str) -> None:
        """Raises DossierRestricted where the dossier must not be looked at."""
        if RestrictionKind.RESTRICTED in self.on_dossier(code):
            raise DossierRestricted(code)

    def restore(self, *, damaged: Callable[[str], None]) -> None:
        """Makes the table equal to the store's objects; of one that cannot be read stays what the table holds."""
        unread: set[str] = set()
        found = tuple(readable(self._store, keys.RESTRICTIONS, _parsed, damaged=unread.add))
        with self._database.writing() as connection:
            for subject, kind in connection.execute(select(RESTRICTIONS.c.subject, RESTRICTIONS.c.kind)).all():
                if _key(subject, RestrictionKind(kind)) not in unread:
                    _forget(connection, subject, RestrictionKind(kind))
            for restriction in found:
                _enter(connection, restriction)
        for key in sorted(unread):
            damaged(key)

    def must_be_whole(self) -> None:
        """Raises StoredObjectDamaged where one cannot be read: whoever deletes would not know what it holds."""
        for _ in readable(
            self._store,
            keys.RESTRICTIONS,
            _parsed,
            damaged=refuse("a restriction (place the hold anew, then delete the object)"),
        ):
            pass


def _key(subject: str, kind: RestrictionKind) -> str:
    return f"{keys.RESTRICTIONS}{hashlib.sha256(f'{subject} {kind}'.encode()).hexdigest()[:32]}.json"


def _parsed(content: bytes) -> Restriction:
    data: dict[str, Any] = json.loads(content)
    return Restriction(**{**data, "kind": RestrictionKind(data["kind"]), "id_numbers": tuple(data["id_numbers"])})


def _enter(connection: Connection, restriction: Restriction) -> None:
    _forget(connection, restriction.subject, restriction.kind)
    row = {name: getattr(restriction, name) for name in ("subject", "reason", "actor", "at")}
    code = restriction.subject.removeprefix(_DOSSIER) if restriction.subject.startswith(_DOSSIER) else None
    connection.execute(RESTRICTIONS.insert().values(**row, kind=restriction.kind.value, dossier_code=code))
    numbers = [
        {"subject": restriction.subject, "kind": restriction.kind.value, "id_number": number}
        for number in dict.fromkeys(restriction.id_numbers)
    ]
    if numbers:
        connection.execute(RESTRICTED_NUMBERS.insert(), numbers)


def _forget(connection: Connection, subject: str, kind: RestrictionKind) -> bool:
    for table in (RESTRICTED_NUMBERS, RESTRICTIONS):
        gone = connection.execute(delete(table).where(table.c.subject == subject, table.c.kind == kind.value))
    return bool(gone.rowcount)


def _held(kind: RestrictionKind | None, code: str | None = None) -> Select[Any]:
    """Codes of dossiers that are held themselves, or on which a person stands who is; of one dossier where asked."""
    numbers = select(RESTRICTED_NUMBERS.c.id_number)
    own = select(RESTRICTIONS.c.dossier_code).where(RESTRICTIONS.c.dossier_code.is_not(None))
    if kind is not None:
        numbers = numbers.where(RESTRICTED_NUMBERS.c.kind == kind.value)
        own = own.where(RESTRICTIONS.c.kind == kind.value)
    theirs = select(PERSONS.c.dossier_code).where(or_(PERSONS.c.id_number.in_(numbers), PERSONS.c.citizen.in_(numbers)))
    if code is not None:
        own, theirs = own.where(RESTRICTIONS.c.dossier_code == code), theirs.where(PERSONS.c.dossier_code == code)
    return select(union(own, theirs).subquery().c.dossier_code)
