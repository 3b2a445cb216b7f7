"""Parts, missing papers and inferred procedures."""

from __future__ import annotations

import pytest

from models.document import Document, Part
from models.document import DocumentType as D
from models.procedure import built_in
from pipeline.components import check_components, part_of
from pipeline.procedures import infer_procedure

CATALOGUE = built_in()


def document(kind, ordinal=1):
    return Document(ordinal, kind, 0.9, (ordinal,), Part.COMPONENT)


@pytest.mark.parametrize(
    ("kind", "procedure", "part"),
    [
        (D.BIRTH_CERTIFICATE, "1.001193", Part.RESULT),
        (D.BIRTH_CERTIFICATE, "1.004222", Part.COMPONENT),
        (D.BIRTH_CERTIFICATE, "2.000635", Part.RESULT),
        (D.MARITAL_STATUS_CERTIFICATE, "1.000894", Part.COMPONENT),
        (D.MARITAL_STATUS_CERTIFICATE, "1.004873", Part.RESULT),
        (D.NOTICE, "1.004222", Part.RESULT),
        (D.RECEIPT, "1.001193", Part.OTHER),
        (D.ID_CARD, "1.001193", Part.COMPONENT),
        (D.DECISION, None, Part.COMPONENT),
    ],
)
def test_the_part_a_paper_plays(kind, procedure, part):
    assert part_of(kind, CATALOGUE[procedure] if procedure else None) is part


def test_what_is_missing_is_named():
    components = check_components([document(D.BIRTH_DECLARATION)], CATALOGUE["1.001193"])
    assert components.required == (D.BIRTH_DECLARATION, D.BIRTH_NOTIFICATION)
    assert components.missing == (D.BIRTH_NOTIFICATION,)
    assert check_components([], None).required == ()


@pytest.mark.parametrize(
    ("kinds", "texts", "code"),
    [
        ([D.BIRTH_DECLARATION, D.ID_CARD], [], "1.001193"),
        ([D.ID_CARD, D.BIRTH_NOTIFICATION, D.BIRTH_CERTIFICATE], [], "1.001193"),
        ([D.MARRIAGE_DECLARATION, D.MARITAL_STATUS_CERTIFICATE], [], "1.000894"),
        ([D.MARITAL_STATUS_CERTIFICATE, D.ID_CARD], [], "1.004873"),
        ([D.RESIDENCE_DECLARATION, D.OTHER, D.BIRTH_CERTIFICATE], [], "1.004222"),
        ([D.RECEIPT, D.NOTICE], ["Nội dung yêu cầu giải quyết: Đăng ký thường trú"], "1.004222"),
        ([D.ID_CARD], [], None),
        ([], [], None),
    ],
)
def test_the_procedure_by_the_papers(kinds, texts, code):
    found = infer_procedure(kinds, texts, CATALOGUE)
    assert (found[0] if found else None) == code
