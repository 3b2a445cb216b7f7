"""API keys: made, rotated and revoked; at rest only a salted digest of each secret, in the object store and the index.

A key reads `sohoa_<12 letters>_<43 letters>`: the public id, then a secret of 256 random bits. A digest of so much chance
needs no slow function: nobody can try 2^256. After a rotation the old secret is good for some hours more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from models.access import Caller, Role
from models.errors import UsageError
from storage import door_keys
from storage.database import Database
from storage.door_tables import API_KEYS
from storage.objects import ObjectStore
from storage.readable import readable

_FORM = re.compile(r"sohoa_([a-z2-7]{12})_([A-Za-z0-9_-]{43})")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PURPOSE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it rests. Times: ISO 8601, UTC; `purposes` separated by spaces; digests: hex SHA-256 of salt and secret.

    `former_digest` is that of the secret before the last rotation, good until `former_until`.
    """

    key_id: str
    name: str
    role: str
    unit: str
    purposes: str
    sees_ids: bool
    calls_a_second: float
    salt: str
    digest: str
    former_digest: str | None
    former_until: str | None
    created_at: str
    expires_at: str
    revoked_at: str | None

    def caller(self) -> Caller:
        """Whom it stands for."""
        return Caller(
            self.key_id, self.name, Role(self.role), self.unit, tuple(self.purposes.split()), self.sees_ids,
            self.calls_a_second,
        )  # fmt: skip

    def is_good(self, *, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and _time(now) < self.expires_at

    def opens_with(self, secret: str, *, now: datetime) -> bool:
        """Whether the secret is the key's, now."""
        if not self.is_good(now=now):
            return False
        given = _digest(self.salt, secret)
        former = self.former_digest if self.former_until and _time(now) < self.former_until else None
        # both are compared whatever the first says, so that time tells nothing
        return hmac.compare_digest(given, self.digest) | hmac.compare_digest(given, former or "")


class ApiKeys:
    """The keys of one archive. The object store holds them too (`access/keys/`), so that the index can be made anew."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database, self._store = database, store

    def add(
        self,
        name: str,
        role: Role,
        *,
        unit: str,
        purposes: tuple[str, ...],
        sees_ids: bool,
        calls_a_second: float,
        days: int,
        now: datetime,
    ) -> tuple[ApiKey, str]:
        """Makes a key; returns it and what the program is given, which is shown this once. Raises UsageError."""
        for purpose in purposes:
            if not _PURPOSE.fullmatch(purpose):
                raise UsageError(
                    f"a purpose has letters a-z, digits and hyphens, 40 at most: {purpose!r}",
                    f"mục đích gồm chữ a-z, chữ số và dấu gạch nối, tối đa 40: {purpose!r}",
                )
        key_id = "".join(secrets.choice(_LETTERS) for _ in range(12))
        salt, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
        key = ApiKey(
            key_id, name, role.value, unit, " ".join(purposes), sees_ids, calls_a_second, salt, _digest(salt, secret),
            None, None, _time(now), _time(now + timedelta(days=days)), None,
        )  # fmt: skip
        self._keep(key)
        return key, _whole(key, secret)

    def rotate(self, key_id: str, *, overlap_hours: float, days: int, now: datetime) -> tuple[ApiKey, str]:
        """Gives the key a new secret; the old one ends after the overlap. Raises UsageError where there is no such key."""
        before = self.get(key_id)
        if before.revoked_at is not None:
            raise UsageError(f"key {key_id} is revoked: add a new one", f"khóa {key_id} đã thu hồi: hãy tạo khóa mới")
        secret = secrets.token_urlsafe(32)
        until = min(before.expires_at, _time(now + timedelta(hours=overlap_hours)))
        key = replace(
            before, digest=_digest(before.salt, secret), former_digest=before.digest, former_until=until,
            expires_at=_time(now + timedelta(days=days)),
        )  # fmt: skip
        self._keep(key)
        return key, _whole(key, secret)

    def revoke(self, key_id: str, *, now: datetime) -> ApiKey:
        """Ends a key for good. Raises UsageError where there is no such key."""
        before = self.get(key_id)
        key = replace(before, revoked_at=before.revoked_at or _time(now))
        self._keep(key)
        return key

    def get(self, key_id: str) -> ApiKey:
        """The key; raises UsageError where there is none."""
        key = self._find(key_id)
        if key is None:
            raise UsageError(f"no key {key_id}: sohoa keys list", f"không có khóa {key_id}: sohoa keys list")
        return key

    def all(self) -> tuple[ApiKey, ...]:
        """Every key, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(API_KEYS).order_by(API_KEYS.c.created_at, API_KEYS.c.key_id))
            return tuple(ApiKey(**row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name

    def caller_of(self, given: str, *, now: datetime) -> Caller | None:
        """Whom what a program gave stands for; None where it is no key, a wrong, an expired or a revoked one."""
        form = _FORM.fullmatch(given)
        key = self._find(form[1]) if form else None
        return key.caller() if form and key and key.opens_with(form[2], now=now) else None

    def restore(self, *, damaged: Callable[[str], None]) -> int:
        """Takes in the keys of the object store that the index lacks; returns how many it holds."""
        kept = tuple(
            readable(self._store, door_keys.API_KEYS, lambda body: ApiKey(**json.loads(body)), damaged=damaged)
        )
        with self._database.writing() as connection:
            self._database.upsert(connection, API_KEYS, [asdict(key) for key in kept])
        return len(kept)

    def _find(self, key_id: str) -> ApiKey | None:
        with self._database.reading() as connection:
            row = connection.execute(select(API_KEYS).where(API_KEYS.c.key_id == key_id)).one_or_none()
        return ApiKey(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name

    def _keep(self, key: ApiKey) -> None:
        # the store first: what opens doors must not be lost with the index, and a revocation least of all
        self._store.put(door_keys.api_key(key.key_id), json.dumps(asdict(key), ensure_ascii=False).encode())
        with self._database.writing() as connection:
            self._database.upsert(connection, API_KEYS, [asdict(key)])


def _digest(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}{secret}".encode()).hexdigest()


def _whole(key: ApiKey, secret: str) -> str:
    return f"sohoa_{key.key_id}_{secret}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
