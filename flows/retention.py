"""What may go and what must stay: retention by procedure, legal hold, and the deletion of what is due, each one noted."""

from __future__ import annotations

from models.errors import UsageError
from models.retention import RetentionRule, read_rules
from models.settings import Settings


def retention_rules(settings: Settings) -> dict[str, RetentionRule]:
    """The office's rules by procedure; none where SOHOA_RETENTION names no file. Raises UsageError on a wrong table."""
    if settings.retention is None:
        return {}
    try:
        data = settings.retention.read_bytes()
    except OSError as error:
        raise UsageError(f"SOHOA_RETENTION: {settings.retention}: {error.strerror}") from None
    return read_rules(data, name=settings.retention.name)
