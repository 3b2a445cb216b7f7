"""What corrections and acceptances have in common: who may, on whose desk, and the revision that is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from fastapi import Response

from api.admission import Call
from api.office import Office
from api.problems import Problem
from api.records import dossier_of
from api.shapes import Shape
from flows.desk import Desk
from models.access import Caller
from models.audit import Action, Fact
from models.errors import RecordChanged
from models.outcome import Status
from storage.archive import KeptDossier


class CorrectedShape(Shape):
    """The new revision, matched and graded anew."""

    dossier_code: str
    revision: int
    record_sha256: str
    status: Status


@contextmanager
def desk_for(office: Office, caller: Caller, call: Call, code: str, **facts: Fact) -> Iterator[Desk]:
    """A desk on which the dossier is changed in the name of the key; 409 where somebody else was quicker."""
    dossier_of(office, caller, code)
    if not caller.sees_ids:  # whoever cannot see a number cannot say whether it is right
        raise Problem("ids_not_shown")
    call.is_about(Action.API_CALLED, f"dossier:{code}", **facts)
    desk = Desk.open(replace(office.settings, actor=call.actor()))
    try:
        yield desk
    except RecordChanged as changed:
        raise Problem("conflict", "the record has changed since: look at it again") from changed
    finally:
        desk.close()


def revision_made(kept: KeptDossier) -> Response:
    """The answer: `CorrectedShape`."""
    made = {
        "dossier_code": kept.record.dossier_code, "revision": kept.revision, "record_sha256": kept.record_sha256,
        "status": kept.record.status.value,
    }  # fmt: skip
    return Response(json.dumps(made), 201, {"Cache-Control": "no-store"}, "application/json")
