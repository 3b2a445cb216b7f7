"""`sohoa api`: the API over HTTP, for other programs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from models.settings import Settings
from scripts.language import text
from scripts.log_file import open_log


def api(
    host: Annotated[str, typer.Option(help=text("Địa chỉ nghe.", "Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help=text("Cổng.", "Port."))] = 8_700,
) -> None:
    import uvicorn  # noqa: PLC0415 # only this command serves

    from api.app import create_api  # noqa: PLC0415
    from api.office import Office  # noqa: PLC0415

    settings = Settings.from_environment()
    open_log(settings.home / "logs")
    office = Office.open(settings)
    print(
        text(
            f"API ở http://{host}:{port}/v1, mô tả ở /openapi.json",
            f"API at http://{host}:{port}/v1, described at /openapi.json",
        ),
        file=sys.stderr,
    )
    try:
        # no access log: the audit log tells who asked for what, and addresses are nobody's business
        uvicorn.run(
            create_api(office), host=host, port=port, log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=2,  # a long poll does not hold up the end
        )  # fmt: skip
    finally:
        office.close()
