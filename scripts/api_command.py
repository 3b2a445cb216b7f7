"""`sohoa api`: the API over HTTP, for other programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from models.settings import Settings
from scripts.language import text
from scripts.listening import check_place
from scripts.log_file import open_log

if TYPE_CHECKING:
    from flows.office import Office as DigitizingOffice


def api(
    host: Annotated[str, typer.Option(help=text("Địa chỉ nghe.", "Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help=text("Cổng.", "Port."))] = 8_700,
) -> None:
    import uvicorn  # noqa: PLC0415 # only this command serves

    from api.app import create_api  # noqa: PLC0415
    from api.office import Office  # noqa: PLC0415
    from api.sender import Sender  # noqa: PLC0415
    from flows.uploaded import Digitizer  # noqa: PLC0415

    settings = Settings.from_environment()
    check_place(host, port)
    open_log(settings.home / "logs")
    office = Office.open(settings)
    workers = _Workers(settings)
    digitizer, sender = Digitizer(office.uploads, workers.office), Sender(office)
    print(
        text(
            f"API ở http://{host}:{port}/v1, mô tả ở /openapi.json",
            f"API at http://{host}:{port}/v1, described at /openapi.json",
        ),
        file=sys.stderr,
    )
    digitizer.start()
    sender.start()
    try:
        # no access log: the audit log tells who asked for what, and addresses are nobody's business
        uvicorn.run(
            create_api(office, wake=digitizer.wake), host=host, port=port, log_level="warning", access_log=False,
            server_header=False, timeout_graceful_shutdown=2,  # a long poll does not hold up the end
        )  # fmt: skip
    finally:
        sender.stop()
        digitizer.stop()
        workers.close()
        office.close()


class _Workers:
    """The processes that digitize uploads, started when the first whole batch is there: most servers never get one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._office: DigitizingOffice | None = None

    def office(self) -> DigitizingOffice:
        from flows.office import Office as Digitizing  # noqa: PLC0415 # Tesseract and OpenCV only where something is read
        from pipeline.tesseract import check_installed  # noqa: PLC0415

        if self._office is None:
            check_installed()
            self._office = Digitizing(self._settings, kind="api")
        return self._office

    def close(self) -> None:
        if self._office is not None:
            self._office.finish(at_once=True)
            self._office.close()
