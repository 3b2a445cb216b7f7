"""The application that `sohoa serve` runs: the counter's door and the metrics, beside whatever `/v1` offers."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from api.app import create_api
from api.counter import Spool, counter_router, told_of
from api.metrics import metrics_router
from api.office import Office as Archive
from api.sender import Sender
from flows.office import Office
from flows.uploaded import Digitizer
from models.errors import SohoaError

_LOG = logging.getLogger("sohoa")


def serving_app(office: Office, archive: Archive) -> FastAPI:
    """The app over what is open already. What an earlier server left in the spool is taken up when it starts; batches
    that were uploaded whole are digitized, and webhooks are told of changes, as long as it runs.

    `/v1` is behind the porter; `/metrics` is not: Prometheus has no key, and nothing there is anybody's.
    """
    spool = Spool(archive.settings.home / "counter")
    digitizer, sender = Digitizer(archive.uploads, lambda: office), Sender(archive)

    def take_up(left_over: Iterable[Path]) -> None:
        for path in left_over:  # one after the other: there may be hundreds, and somebody is at the counter
            try:
                for _ in told_of(path, office, archive.store):
                    pass
            except SohoaError as error:  # nobody listens; the others are taken up all the same
                _LOG.warning("what was left over is not taken up", extra={"facts": {"error": type(error).__name__}})

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=take_up, args=(spool.left_over(),), daemon=True).start()
        digitizer.start()
        sender.start()
        yield
        sender.stop()
        digitizer.stop()

    doors = create_api(archive, wake=digitizer.wake)
    doors.include_router(counter_router(office, archive, spool), prefix="/v1")
    app = FastAPI(title="sohoa", lifespan=lifespan, openapi_url=None)
    app.include_router(metrics_router(office.database))
    app.mount("", doors)
    return app
