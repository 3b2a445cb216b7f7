"""The audit log's values: who did what to what, for which purpose, and how each entry is chained to the one before."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

START = "0" * 64
"""What the first entry names as the digest before it."""

Fact = str | int | float | bool | None

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{9}(?:\d{3})?(?![0-9A-Za-z])")


class Action(StrEnum):
    """What was done. Changes, views, exports, registry calls and overrides (Law 91/2025 on personal data; Decree 30/2020,
    annex VI: access history is kept).
    """

    KEPT = "dossier_kept"
    SIGNED = "documents_signed"
    REMATCHED = "dossier_rematched"
    CORRECTED = "dossier_corrected"
    ACCEPTED = "reasons_accepted"
    VIEWED = "dossier_viewed"
    FETCHED = "files_fetched"
    PACKAGED = "dossier_packaged"
    EXPORTED = "records_exported"
    REGISTER_EXPORTED = "register_exported"
    SEARCHED = "searched"
    REGISTRY_ASKED = "registry_asked"
    REGISTRY_LOADED = "registry_loaded"
    LIFECYCLE_LOADED = "lifecycle_loaded"
    REPORT_FROZEN = "report_frozen"
    SAMPLE_DRAWN = "sample_drawn"
    SAMPLE_KEYED = "sample_keyed"
    EVIDENCE_VIEWED = "rates_evidence_viewed"
    SUBJECT_EXPORTED = "subject_exported"
    SUBJECT_RESTRICTED = "subject_restricted"
    SUBJECT_RELEASED = "subject_released"
    HELD = "legal_hold_placed"
    RELEASED = "legal_hold_lifted"
    DELETED = "dossier_deleted"
    OVERRIDDEN = "restriction_overridden"
    VERIFIED = "archive_verified"
    RECONCILED = "pages_reconciled"
    INDEX_REBUILT = "index_rebuilt"
    ANCHORED = "audit_anchored"
    API_CALLED = "api_called"
    LISTED = "dossiers_listed"
    LINK_GIVEN = "link_given"
    PAPERS_ASKED = "papers_asked"
    PAPER_REUSED = "paper_reused"
    FEED_READ = "feed_read"
    UPLOADED = "uploaded"
    KEY_CHANGED = "key_changed"
    WEBHOOK_CHANGED = "webhook_changed"
    AUDIT_VIEWED = "audit_viewed"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an officer's or a service's account (never a citizen), the unit and the role in which they act."""

    name: str
    unit: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, numbered from 1. `at`: ISO 8601, UTC, milliseconds.

    subject: what it was done to, as `dossier:H40.12-260105-0007`, `person:<keyed digest>`, `archive`; never a name or an id
    result: `ok`, `denied`, `failed`, or what the action itself answers
    facts: counts and codes that tell more; no personal data
    previous: digest of the entry before, START for the first; digest: SHA-256 of all the other fields
    """

    number: int
    at: str
    action: str
    subject: str
    actor: str
    unit: str
    role: str
    purpose: str | None
    result: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    previous: str = START
    digest: str = ""

    def to_json(self) -> dict[str, Any]:
        """The entry as one JSON object."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """The entry that `to_json` wrote; raises TypeError on other keys."""
        return cls(**data)


def digest_of(entry: Entry, *, number: int | None = None) -> str:
    """SHA-256 of the entry's canonical JSON (keys sorted, no spaces, UTF-8) without its digest; as if it stood at `number`."""
    body = entry.to_json()
    del body["digest"]
    if number is not None:
        body["number"] = number
    return hashlib.sha256(canonical(body)).hexdigest()


def canonical(data: Mapping[str, Any]) -> bytes:
    """The one form of a JSON object: keys sorted, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def masked_id(number: str) -> str:
    """An id number as people see it where they read of more than one person: `001*****0123`."""
    return f"{number[:3]}*****{number[-4:]}" if len(number) >= 9 else "*" * len(number)


def without_ids(text: str) -> str:
    """The text with every run of 9 or 12 digits masked, as an officer may type one into a purpose."""
    return _ID_NUMBER.sub(lambda found: masked_id(found[0]), text)
