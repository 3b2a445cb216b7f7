"""The API, version 1: all its doors behind one porter, and the description of them (OpenAPI)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.acceptances import acceptances_router
from api.admission import Porter
from api.batches import batches_router
from api.corrections import corrections_router
from api.feed import feed_router
from api.files import files_router
from api.finding import finding_router
from api.lifecycle import lifecycle_router
from api.office import Office
from api.papers import papers_router
from api.records import records_router
from api.refusals import answer_refusals, known_parameters
from api.shapes import ProblemShape
from api.tus import tus_router
from api.webhooks import webhooks_router

VERSION = "1.0.0"
_ABOUT = """Records of digitized dossiers, their files, a feed of every change, uploads, and the question whether a
person's paper is digitized already. Send a key: `Authorization: Bearer sohoa_…` (`sohoa keys add`). A key has a role, a unit
(it sees its own dossiers and those of the units below) and purposes (`Sohoa-Purpose`). Errors are problem+json (RFC 9457).
Within version 1 fields are added, never taken away or given another meaning."""


def create_api(office: Office, *, wake: Callable[[], None] = lambda: None) -> FastAPI:
    """The API of an office that is open; the caller closes it. Everything under /v1 is behind the porter.

    `wake` is told when an uploaded batch may be whole (flows.uploaded digitizes it).
    """
    app = FastAPI(
        title="sohoa", version=VERSION, description=_ABOUT.replace("\n", " "), docs_url=None, redoc_url=None,
        separate_input_output_schemas=False, redirect_slashes=False, generate_unique_id_function=_operation_id,
    )  # fmt: skip
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(known_parameters)])
    for router in (
        records_router,
        corrections_router,
        acceptances_router,
        files_router,
        finding_router,
        papers_router,
        lifecycle_router,
        feed_router,
        webhooks_router,
    ):
        v1.include_router(router(office))
    v1.include_router(batches_router(office, office.uploads, wake))
    v1.include_router(tus_router(office, office.uploads, wake))

    @v1.get("/health", tags=["health"])
    def health() -> dict[str, str]:
        """Whether this process answers; store and index are asked by every other call."""
        return {"status": "ok"}

    app.include_router(v1)
    answer_refusals(app)
    _describe(app)
    app.add_middleware(Porter, office=office)
    return app


def _operation_id(route: APIRoute) -> str:
    """The function's name: what generated clients call it."""
    return f"{route.name}_head" if route.methods == {"HEAD"} else route.name


def _describe(app: FastAPI) -> None:
    """The description as it is served: what FastAPI adds by itself and this API never answers is taken out."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schemas = made["components"]["schemas"]
            schemas["ProblemShape"] = ProblemShape.model_json_schema()
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for path in made["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's own documentation extends it
