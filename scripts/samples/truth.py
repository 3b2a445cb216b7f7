"""What is on the paper, as JSON: pages, documents, persons, components; what a scorer holds against the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models.document import DocumentType
from scripts.samples.degrade import Level
from scripts.samples.ink import Segment
from scripts.samples.paper import Mention, Paper
from scripts.samples.sheet import Sheet

SCHEMA = "exam-1"


@dataclass(slots=True)
class ScannedPage:
    """A page of the dossier as scanned: which sheet of which document (None for a blank back), and what befell it."""

    paper: Paper | None
    sheet: Sheet | None
    level: Level
    dpi: int | None = None
    skew_degrees: float = 0.0
    turned_clockwise: int = 0
    damage: list[str] = field(default_factory=list)
    unreadable: str | None = None
    file: str = ""
    file_page: int = 1

    @property
    def blank(self) -> bool:
        return self.sheet is None


def text_in_order(segments: Sequence[Segment]) -> str:
    """The lines as the document has them, column after column."""
    return "\n".join(segment.text for segment in segments)


def text_by_rows(segments: Sequence[Segment]) -> str:
    """The lines as they lie on the page: rows from top to bottom, each from left to right."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (s.y, s.x)):
        if rows and segment.y - rows[-1][0].y < 0.55 * segment.size:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return "\n".join(" ".join(s.text for s in sorted(row, key=lambda s: s.x)) for row in rows)


def page_truth(number: int, page: ScannedPage, document: int | None) -> dict[str, Any]:
    sheet = page.sheet
    segments = sheet.segments if sheet else []
    paper = page.paper
    return {
        "number": number,
        "document": document,
        "document_page": paper.sheets.index(sheet) + 1 if paper and sheet else None,
        "blank": page.blank,
        "unreadable": page.unreadable,
        "level": page.level.value,
        "text": text_in_order(segments),
        "text_visual": text_by_rows(segments),
        "segments": [segment.text for segment in segments],
        "qr": sheet.codes if sheet else [],
        "handwritten": bool(sheet and sheet.by_hand),
        "text_layer": page.level is Level.DIGITAL and not page.blank,
        "dpi": page.dpi,
        "rotation_cw_content": page.turned_clockwise,
        "rotation_correction_cw": (360 - page.turned_clockwise) % 360,
        "skew_degrees": round(page.skew_degrees, 2),
        "degradations": page.damage,
        "file": page.file,
        "file_page": page.file_page,
    }


def document_truth(ordinal: int, paper: Paper, pages: Sequence[ScannedPage]) -> dict[str, Any]:
    numbers = [n for n, page in enumerate(pages, 1) if page.paper is paper]
    logical = sorted(numbers, key=lambda n: _place(paper, pages[n - 1]))
    return {
        "ordinal": ordinal,
        "type": paper.type.value,
        "pages": numbers,
        "logical_order": logical,
        "part": paper.part.value,
        "number": paper.number,
        "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
        "issued_by": paper.issued_by,
        "title": paper.title,
        "photocopy": any("photocopy" in pages[n - 1].damage for n in numbers),
        "certified_copy": paper.certified_copy,
        "card": paper.card.value if paper.card else None,
        "leader": None if paper.type is DocumentType.ID_CARD else paper.style.leader.value,
        "font": paper.style.family,
    }


def _place(paper: Paper, page: ScannedPage) -> int:
    return paper.sheets.index(page.sheet) if page.sheet else 0


def person_truth(mention: Mention, document: int, page_numbers: Sequence[int]) -> dict[str, Any]:
    """`page_numbers` are the dossier's page numbers of the document's pages in their logical order.

    How many namesakes the person has is known once all dossiers are written; until then it is 0.
    """
    fields = {
        name: {
            "value": said.value, "page": page_numbers[said.page - 1], "pages": [page_numbers[said.page - 1]],
            "handwritten": said.by_hand, "printed_as": said.printed_as,
        }
        for name, said in mention.said.items()
    }  # fmt: skip
    return {
        "role": mention.role.value,
        "document": document,
        "optional": mention.optional,
        "fields": fields,
        "discrepancies": mention.differences,
        "namesakes": 0,
        "match": match_truth(mention),
    }


def match_truth(mention: Mention) -> dict[str, Any]:
    """The best verdict for what this paper says, the citizen, and which verdicts are not wrong."""
    if not mention.party.in_registry:
        return {"verdict": "unmatched", "citizen": None, "accept": ["unmatched", "review"]}
    number = mention.party.citizen.id_number
    said = mention.said
    full_birth = len(said["birth_date"].value) == 10 if "birth_date" in said else False
    if "id_number" in said and (len(said["id_number"].value) == 12 or full_birth):
        return {"verdict": "matched", "citizen": number, "accept": ["matched"]}
    if "id_number" in said or (full_birth and "residence" in said):
        return {"verdict": "matched", "citizen": number, "accept": ["matched", "review"]}
    return {"verdict": "review", "citizen": number, "accept": ["matched", "review", "unmatched"]}
