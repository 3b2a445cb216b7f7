"""`sohoa work POOL`: this machine takes its part of the batches that `sohoa digitize --pool POOL` shares out."""

from __future__ import annotations

import os
import socket
import sys
from typing import Annotated

import typer

from flows.prefect_server import prepare_prefect
from models.errors import UsageError
from models.settings import Settings
from pipeline.tesseract import check_installed
from scripts.language import text
from storage.database import open_database
from storage.seal_mark import open_store_to_keep

_LOOK_SECONDS = "2"  # Prefect's workers look for work every ten seconds otherwise


def work(
    pool: Annotated[str, typer.Argument(metavar="POOL", help=text("Tên nhóm máy.", "The pool's name."))],
) -> None:
    settings = Settings.from_environment()
    if not os.environ.get("PREFECT_API_URL"):
        raise UsageError(
            "PREFECT_API_URL must name the Prefect server, as http://host:4200/api",
            "PREFECT_API_URL phải chỉ máy chủ Prefect, như http://host:4200/api",
        )
    check_installed()
    open_store_to_keep(settings)  # what does not answer is told now, not by the first part of a batch
    open_database(settings.index).close()
    prepare_prefect(settings.home)
    os.environ.setdefault("PREFECT_WORKER_QUERY_SECONDS", _LOOK_SECONDS)
    # One part at a time: it uses all workers (SOHOA_WORKERS) of the machine.
    command = ["worker", "start", "--pool", pool, "--type", "process", "--limit", "1", "--name", socket.gethostname()]
    os.execv(sys.executable, [sys.executable, "-m", "prefect", *command])  # noqa: S606 # our own interpreter
