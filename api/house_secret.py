"""The secret that signs links and webhooks: from the environment, or made once in the home, for its owner's eyes only."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from models.errors import UsageError

_FEWEST_BYTES = 32


def house_secret(home: Path, given: str | None) -> bytes:
    """The secret that is given (SOHOA_API_SECRET), else the one in `home`/api-secret, which is made where it is missing."""
    if given is not None:
        if len(given) < _FEWEST_BYTES:
            raise UsageError(f"SOHOA_API_SECRET needs {_FEWEST_BYTES} letters at least")
        return given.encode()
    file = home / "api-secret"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f".api-secret-{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # whole or not there: of two who begin at once, one secret stands
            os.link(draft, file)
        draft.unlink()
    return file.read_bytes()


def derived(secret: bytes, use: str) -> bytes:
    """A secret of its own for one use, 32 bytes, so that what one use gives away opens no other."""
    return hmac.digest(secret, use.encode(), hashlib.sha256)
