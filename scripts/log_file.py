"""The log file under SOHOA_HOME/logs: one JSON object a line, which page or dossier, never which person."""

from __future__ import annotations

import json
import logging
import tempfile
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from models.errors import StorageUnreachable

LOGGER = "sohoa"
_NAME = "sohoa.log"


class JsonLines(logging.Formatter):
    """A record as one JSON object: time, level, event, and the facts that were passed as `extra={"facts": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = where_it_happened(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def open_log(folder: Path) -> Path:
    """Sends the lines of our loggers to `folder`/sohoa.log (8 files of 8 MB at most); returns that path.

    Raises StorageUnreachable where the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnreachable(f"{folder}: {error.strerror}") from error
    path = folder / _NAME
    logger = logging.getLogger(LOGGER)
    if not any(isinstance(handler, RotatingFileHandler) for handler in logger.handlers):
        handler = RotatingFileHandler(path, maxBytes=8_000_000, backupCount=7, encoding="utf-8", delay=True)
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False  # the terminal is the clerk's
        logging.raiseExceptions = False  # also where the log cannot be written: a full disk is told otherwise
    return path


def close_log() -> None:
    """Closes the file; a later `open_log` opens it again."""
    logger = logging.getLogger(LOGGER)
    for handler in tuple(logger.handlers):
        handler.close()
        logger.removeHandler(handler)


def where_it_happened(error: BaseException) -> dict[str, object]:
    """The error's class and the code lines it passed through. Not its text: that may quote what was on the paper."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "class": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }


def note_surprise(error: BaseException, *, folder: Path | None) -> Path:
    """Writes an unforeseen error to the log, or to a new temporary file where there can be no log; says where."""
    try:
        path = open_log(folder or Path(tempfile.mkdtemp(prefix="sohoa-")))
    except StorageUnreachable:
        path = open_log(Path(tempfile.mkdtemp(prefix="sohoa-")))
    logging.getLogger(LOGGER).error("unforeseen error", exc_info=error)
    return path
