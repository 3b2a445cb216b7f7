"""Dossier codes and unit codes, old and new."""

from __future__ import annotations

from datetime import date

import pytest

from models.dossier import DossierCode, is_unit_code


@pytest.mark.parametrize(
    ("text", "unit", "received_on"),
    [
        ("H40.12-260105-0007", "H40.12", date(2026, 1, 5)),
        ("000.00.12.H40-260105-0007", "000.00.12.H40", date(2026, 1, 5)),
        ("H26-240229-12345", "H26", date(2024, 2, 29)),
    ],
)
def test_a_code_holds_unit_and_day(text, unit, received_on):
    code = DossierCode.parse(text)
    assert code is not None
    assert (code.unit, code.received_on, str(code)) == (unit, received_on, text)


@pytest.mark.parametrize(
    "text", ["H40.12-260230-0007", "H40.12-260105-007", "h40.12-260105-0007", "H40.12_260105_0007", ""]
)
def test_what_is_no_code_is_none(text):
    assert DossierCode.parse(text) is None


def test_a_code_is_found_in_a_file_name_but_not_inside_another():
    assert str(DossierCode.find("quét lại H40.12-260105-0007.pdf")) == "H40.12-260105-0007"
    assert DossierCode.find("XH40.12-260105-0007") is None


@pytest.mark.parametrize(
    ("text", "is_code"), [("H40.12", True), ("000.00.12.H40", True), ("H40", True), ("UBND xã Mẫu", False), ("", False)]
)
def test_unit_codes(text, is_code):
    assert is_unit_code(text) is is_code
