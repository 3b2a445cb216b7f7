"""Which of the circulars' forms an office may replace with one of its own making."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scripts.samples import own_forms, own_results
from scripts.samples.forms_birth import birth_certificate, birth_declaration
from scripts.samples.forms_business import household_business_application
from scripts.samples.forms_death import death_declaration
from scripts.samples.forms_marriage import marriage_certificate, marriage_declaration
from scripts.samples.forms_residence import residence_declaration
from scripts.samples.forms_status import extract_copy_request, marital_status_declaration
from scripts.samples.paper import Paper
from scripts.samples.sheet import Style

_OWN: dict[Callable[..., Paper], Callable[..., Paper]] = {
    birth_declaration: own_forms.birth_declaration,
    birth_certificate: own_results.birth_certificate,
    death_declaration: own_forms.death_declaration,
    marriage_declaration: own_forms.marriage_declaration,
    marriage_certificate: own_results.marriage_certificate,
    marital_status_declaration: own_forms.marital_status_declaration,
    extract_copy_request: own_forms.extract_copy_request,
    household_business_application: own_forms.household_business_application,
    residence_declaration: own_results.residence_declaration,
}


def written(form: Callable[..., Paper], case: object, style: Style, *rest: Any) -> Paper:
    """The circular's form, or the maker's own one where the style's habits say so; arguments are the form's."""
    return (_OWN.get(form, form) if style.habits.own else form)(case, style, *rest)
