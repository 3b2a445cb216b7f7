"""What the framework refuses, told as problems: what is wrong where, and what is wanted instead; nothing that was sent."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.problems import Problem, language_of

_NO_ADDRESS = "no address of this API: /openapi.json describes them"
_NO_JSON = "send the body as JSON, with Content-Type: application/json"
# Kinds of error whose text tells of our description alone; others may repeat what was sent, which may be personal data.
_TOLD = frozenset({
    "missing", "enum", "literal_error", "less_than_equal", "less_than", "greater_than_equal", "greater_than", "json_invalid",
    "string_pattern_mismatch", "string_too_short", "string_too_long", "string_type", "too_short", "too_long", "list_type",
    "int_type", "int_parsing", "int_from_float", "float_type", "float_parsing", "bool_type", "bool_parsing", "finite_number",
    "date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact", "model_attributes_type",
})  # fmt: skip


def answer_refusals(app: FastAPI) -> None:
    """Has problems, and what the framework itself refuses, answered as problem+json."""

    def answer(request: Request, problem: Problem) -> JSONResponse:
        return problem.response(language_of(request.headers.get("accept-language", "")))

    @app.exception_handler(Problem)
    async def refused(request: Request, problem: Problem) -> Response:
        return answer(request, problem)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = error.errors()
        is_json = "json" in request.headers.get("content-type", "")
        detail = _NO_JSON if not is_json and any(each["loc"] == ("body",) for each in errors) else ""
        return answer(request, Problem("invalid", detail, errors=[_what_is_wrong(each) for each in errors]))

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> Response:
        code = {404: "not_found", 405: "wrong_method", 413: "too_large"}.get(error.status_code, "invalid")
        detail = _NO_ADDRESS if error.status_code == 404 else ""
        return answer(request, Problem(code, detail, headers=error.headers))


async def known_parameters(request: Request) -> None:
    """Refuses a parameter that the address does not take: a filter with a slip in its name would show everything."""
    taken = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    if not request.query_params.keys() <= taken:
        raise Problem("invalid", f"the parameters of this address are: {', '.join(sorted(taken)) or 'none'}")


def _what_is_wrong(error: Any) -> dict[str, str]:
    """Where, why, and what is wanted instead."""
    told = {"where": ".".join(str(part) for part in error["loc"][:5]), "why": str(error["type"])}
    return told | ({"wanted": str(error["msg"])} if error["type"] in _TOLD else {})
