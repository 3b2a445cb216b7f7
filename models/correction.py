"""Corrections (đính chính): what a clerk changed in a record, who, when and why; the record before it stays as a revision."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One thing set right.

    target: `procedure`, `persons.<n>.<field>` (n from 1, in the record's order) or `documents.<ordinal>.<name>`
    value: what it is now, in the form that records hold it; None where it is taken away
    as_read: what the machine had read there; None where it had read nothing
    """

    target: str
    value: str | None
    as_read: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """One act of a clerk: at (ISO 8601, UTC), author (an officer's name in this system), reason, changes."""

    at: str
    author: str
    reason: str
    changes: tuple[Change, ...]
