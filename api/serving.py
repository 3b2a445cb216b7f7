"""The application that `sohoa serve` runs: the counter's door and the metrics, beside whatever `/v1` offers."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from api.counter import Spool, counter_router, told_of
from api.metrics import metrics_router
from flows.office import Office
from storage.opening import open_store


def serving_app(office: Office, *, spool: Path) -> FastAPI:
    """The app over an open office. What an earlier server left in the spool is taken up when it starts."""
    store, kept = open_store(office.settings), Spool(spool)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        for path in kept.left_over():
            threading.Thread(target=lambda path=path: list(told_of(path, office, store)), daemon=True).start()
        yield

    app = FastAPI(title="sohoa", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(counter_router(office, store, kept))
    app.include_router(metrics_router(office.database))
    return app
