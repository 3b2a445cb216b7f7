"""What an archive package is made of: its data files with their digests, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

HANOI = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a package: path relative to the METS that names it, SHA-256, size in bytes, media type, when it was made."""

    path: str
    sha256: str
    size: int
    media_type: str
    made: datetime


@dataclass(frozen=True, slots=True)
class PackageEvent:
    """What was done to the package's content: kind (ingestion, validation, fixity check …), when, by whom, the outcome."""

    kind: str
    at: datetime
    agent: str
    outcome: str = "success"


def stamp(moment: datetime) -> str:
    """ISO 8601 in Vietnam's time, to the second, as the annex writes times: 2026-01-05T10:22:33+07:00."""
    return moment.astimezone(HANOI).replace(microsecond=0).isoformat()
