"""What was told of a dossier's life as the JSON that the index holds, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from models.lifecycle import Applicant, Channel, Lifecycle, LifecycleStatus, SubmittedPaper

TIMES = ("updated_at", "received_at", "accepted_at", "appointed_at", "resolved_at", "returned_at")


def lifecycle_json(lifecycle: Lifecycle) -> str:
    """One canonical line; equal accounts give equal text."""
    told = asdict(lifecycle)
    for name in TIMES:
        told[name] = told[name].isoformat() if told[name] else None
    kept = {name: value for name, value in told.items() if value not in (None, False, ())}
    return json.dumps(kept, sort_keys=True)  # ASCII: lone surrogates, which databases refuse, stay escapes


def lifecycle_from_json(data: dict[str, Any]) -> Lifecycle:
    """What `lifecycle_json` wrote."""
    known = {field.name for field in fields(Lifecycle)}
    values = {name: value for name, value in data.items() if name in known}
    for name in TIMES:
        if values.get(name):
            values[name] = datetime.fromisoformat(values[name])
    values["status"] = LifecycleStatus(values["status"])
    values["channel"] = Channel(values["channel"]) if "channel" in values else None
    values["applicant"] = Applicant(values["applicant"]) if "applicant" in values else None
    values["papers"] = tuple(SubmittedPaper(**paper) for paper in values.get("papers", ()))
    return Lifecycle(**values)
