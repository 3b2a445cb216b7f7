"""An audit entry as a row of the database and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from models.audit import Entry, canonical


def row_of(entry: Entry) -> dict[str, Any]:
    """The row of an entry."""
    return {**entry.to_json(), "facts": canonical(entry.facts).decode()}


def entry_of(row: Mapping[Any, Any]) -> Entry:
    """The entry of a row; facts that are no JSON object any more stay readable, and their digest will not fit."""
    try:
        facts = json.loads(row["facts"])
    except ValueError:
        facts = {"unreadable": row["facts"]}
    return Entry.from_json({**row, "facts": facts})
