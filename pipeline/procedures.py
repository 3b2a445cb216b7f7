"""Which procedure a dossier is for, where nobody says: from the papers in it and what they ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from models.document import DocumentType as D
from models.dossier import DossierCode
from models.page import Code
from models.procedure import Procedure, base_code
from pipeline.labels import contains

# A paper that only one procedure asks for or issues; an ordinary supporting paper says little.
_REQUIRED, _RESULT, _NAMED = 3.0, 1.6, 1.2
# A marital status certificate is also a component of a marriage, a birth certificate of nearly everything.
_WEAK_RESULTS = {D.NOTICE: 0.4, D.MARITAL_STATUS_CERTIFICATE: 1.0, D.BIRTH_CERTIFICATE: 1.2}
_PROCEDURE = re.compile(r"(?<![\d.])\d\.\d{6}(?!\d)")


def infer_procedure(
    types: Iterable[D], texts: Iterable[str], catalogue: Mapping[str, Procedure]
) -> tuple[str, float] | None:
    """The code of the likeliest procedure with how sure (0 to 1), or None where no paper tells.

    `types`: kinds of the papers; `texts`: the text of receipts and powers of attorney, which name what is asked for.
    """
    kinds = set(types)
    if not kinds:
        return None
    asked = list(texts)
    scores = {code: _score(procedure, kinds, asked) for code, procedure in catalogue.items()}
    best = max(scores, key=lambda code: scores[code], default=None)
    if best is None or scores[best] < 0.8:
        return None
    second = max((score for code, score in scores.items() if code != best), default=0.0)
    if scores[best] - second < 0.15:
        return None
    return best, min(0.99, 0.5 + 0.2 * (scores[best] - second))


def procedure_of_codes(codes: Iterable[Code], catalogue: Mapping[str, Procedure]) -> str | None:
    """The procedure that a receipt's own QR code names beside the dossier code (TT 01/2023/TT-VPCP, Article 26)."""
    for code in codes:
        if DossierCode.find(code.text.replace("|", " ")):
            named = (base_code(found) for found in _PROCEDURE.findall(code.text))
            known = next((code for code in named if code in catalogue), None)
            if known:
                return known
    return None


def _score(procedure: Procedure, kinds: set[D], asked: list[str]) -> float:
    score = sum(_REQUIRED for kind in procedure.required if kind in kinds)
    score += sum(_WEAK_RESULTS.get(kind, _RESULT) for kind in procedure.results if kind in kinds)
    named = max((contains(text, procedure.name) for text in asked), default=0.0)
    return score + (_NAMED if named >= 90 else 0.0)
