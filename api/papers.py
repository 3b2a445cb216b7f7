"""The re-use question over HTTP: is there a valid digitized paper of this person already, and who took one over."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, Field

from api.admission import Call, TheCall, entitled
from api.office import Office
from api.problems import Problem
from api.records import dossier_of
from api.shapes import Shape, answers
from models.access import Caller, Right
from models.audit import Action
from models.document import DocumentType, Part
from models.dossier import DossierCode
from models.identity import Role
from models.outcome import Status
from models.restriction import RestrictionKind
from storage.archive import load_record
from storage.record_list import standing
from storage.restrictions import Restrictions
from storage.reuse import PersonsPaper, Reuse, flaws, papers_of

Asker = Annotated[Caller, Depends(entitled(Right.ASK_PAPERS))]
Code = Annotated[str, Field(max_length=200, pattern="^[^\\x00]*$", examples=["H40.12-260105-0007"])]


class PapersWish(BaseModel):
    """Whose papers. In the body: an address ends up in logs. `for_dossier`: the dossier that needs the paper."""

    id_number: str = Field(pattern="^(?:[0-9]{9}|[0-9]{12})$", description="12 digits, or the 9 of an old card")
    types: list[DocumentType] = Field(default=[], max_length=30, description="Only these kinds; empty: all")
    for_dossier: Code | None = None


class PaperShape(Shape):
    """A paper. `valid`: it can be taken over in place of a new scan; else `why_not` says what speaks against it."""

    dossier_code: str
    document: int
    unit: str
    status: Status
    type: DocumentType
    part: Part
    number: str | None
    issued_on: str | None
    issued_by: str | None
    title: str | None
    role: Role
    valid: bool
    why_not: list[str] = Field(examples=[["page_rejected", "certified_copy", "not_confirmed"]])


class PapersAnswer(Shape):
    """The papers, the latest received first. `question` is what a re-use refers to."""

    question: str
    papers: list[PaperShape]


class ReuseWish(BaseModel):
    """A paper that was taken over, in answer to a question that named the dossier that needs it."""

    question: str = Field(pattern="^[0-9]{8}-[0-9a-f]{16}$")
    dossier_code: Code
    document: int = Field(ge=1, le=100_000)


class ReuseAnswer(Shape):
    """The re-use as it is kept; it counts for the re-use rate of `for_dossier`."""

    question: str
    for_dossier: str
    dossier_code: str
    document: int
    type: DocumentType
    at: str


def papers_router(office: Office) -> APIRouter:
    """The routes of the re-use question."""
    router = APIRouter(tags=["re-use"])
    reuse = Reuse(office.database, office.store)

    @router.post("/papers", responses=answers(PapersAnswer, "purpose_needed", "not_your_unit", "damaged"))
    def ask_papers(wish: Annotated[PapersWish, Body()], caller: Asker, call: TheCall) -> Response:
        """The digitized papers of a person, by id number; needs a purpose (`Sohoa-Purpose`, or the key's only one)."""
        purpose = _purpose(call)
        call.is_about(Action.PAPERS_ASKED, office.audit.person(wish.id_number), for_dossier=wish.for_dossier)
        needing = _needing(office, caller, wish.for_dossier)
        still = Restrictions(office.database, office.store).held(RestrictionKind.RESTRICTED)
        found = [
            paper
            for paper in papers_of(office.database, office.store, wish.id_number)
            if office.reaches(caller, paper.unit)
            and paper.dossier_code != wish.for_dossier
            and paper.dossier_code not in still
            and (not wish.types or paper.document.type in wish.types)
        ]
        question = reuse.note(
            at=office.clock(), key_id=caller.key_id, unit=needing or caller.unit, purpose=purpose,
            for_dossier=wish.for_dossier, found=sum(not paper.why_not for paper in found),
        )  # fmt: skip
        call.facts |= {"papers": len(found), "question": question.question}
        return _json({"question": question.question, "papers": [_told(paper) for paper in found]})

    @router.post("/reuses", responses=answers(ReuseAnswer, "not_found", "conflict", "damaged", status=201))
    def take_over(wish: Annotated[ReuseWish, Body()], caller: Asker, call: TheCall) -> Response:
        """Says that a paper was taken over in place of a new scan: the dossier then counts for the re-use rate (4.3)."""
        question = reuse.question(wish.question)
        if question is None or question.key_id != caller.key_id:
            raise Problem("not_found", "no such question of this key")
        if question.for_dossier is None:
            raise Problem("conflict", "the question named no dossier that needs the paper (for_dossier)")
        if question.taken_at and (question.taken_dossier, question.taken_document) != (
            wish.dossier_code,
            wish.document,
        ):
            raise Problem("conflict", "another paper was taken over in answer to this question")
        dossier_of(office, caller, wish.dossier_code)
        record = load_record(office.store, wish.dossier_code)
        papers = {paper.ordinal: paper for paper in record.documents} if record else {}
        if wish.document not in papers:
            raise Problem("not_found", "no such paper")
        if question.taken_at is None:  # the same again stays as it was told, whatever became of the paper
            if not question.found or wish.dossier_code == question.for_dossier:
                raise Problem("conflict", "the question found no valid paper, or this is the dossier's own")
            if record is not None and flaws(record, papers[wish.document]):
                raise Problem("conflict", "the paper is not valid")
        paper = (wish.dossier_code, wish.document, papers[wish.document].type.value)
        taken = reuse.take(question, paper, at=office.clock())
        call.is_about(Action.PAPER_REUSED, f"dossier:{question.for_dossier}", paper=f"{paper[0]}/{paper[1]}")
        return _json(
            {
                "question": taken.question, "for_dossier": taken.for_dossier, "dossier_code": paper[0],
                "document": paper[1], "type": paper[2], "at": taken.taken_at,
            },
            status=201,
        )  # fmt: skip

    return router


def _purpose(call: Call) -> str:
    if call.purpose is None:
        raise Problem("purpose_needed")
    return call.purpose


def _needing(office: Office, caller: Caller, code: str | None) -> str | None:
    """The unit of the dossier that needs the paper; it may not be kept yet, then its code names it."""
    if code is None:
        return None
    found = standing(office.database, code)
    parsed = DossierCode.parse(code)
    unit = found.unit if found else parsed.unit if parsed else None
    if unit is None:
        raise Problem("invalid", "for_dossier is no dossier code")
    if not office.reaches(caller, unit):
        raise Problem("not_your_unit")
    return unit


def _told(paper: PersonsPaper) -> dict[str, object]:
    document = paper.document
    return {
        "dossier_code": paper.dossier_code,
        "document": document.ordinal,
        "unit": paper.unit,
        "status": paper.status,
        "type": document.type.value,
        "part": document.part.value,
        "number": document.number,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "issued_by": document.issued_by,
        "title": document.title,
        "role": paper.role,
        "valid": not paper.why_not,
        "why_not": list(paper.why_not),
    }


def _json(data: object, *, status: int = 200) -> Response:
    body = json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")
