"""Batches that were uploaded whole, digitized one after another: after the watched folder's fashion, with their outcome kept."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.counter import Ended, Event, Failed, Received, Waits, hand_in
from flows.office import Office
from models.errors import SohoaError
from storage.upload_batch import Batch
from storage.uploads import Uploads
from storage.waiting_line import Lane

_AGAIN_SECONDS = 30.0  # for what waits for a store or a registry that is away
_SWEEP_SECONDS = 3600.0
_LOG = logging.getLogger("sohoa")


class Digitizer:
    """A thread that takes up whole batches, also those that an earlier server did not come to the end of."""

    def __init__(self, uploads: Uploads, office: Callable[[], Office]) -> None:
        self._uploads, self._office = uploads, office
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        """Begins to look for batches."""
        self._thread.start()

    def wake(self) -> None:
        """There may be a whole batch now."""
        self._wake.set()

    def stop(self) -> None:
        """Takes up no further batch; what is half done goes on with the next server."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=5)

    def _work(self) -> None:
        next_sweep = 0.0
        while not self._stop.is_set():
            self._wake.clear()
            try:
                if time.monotonic() >= next_sweep:  # not each time: it looks at every file of every batch
                    self._uploads.sweep(now=time.time())
                    next_sweep = time.monotonic() + _SWEEP_SECONDS
                batches = list(self._uploads.unfinished())
            except Exception as error:  # noqa: BLE001 - whatever it is, the thread goes on: nobody would start it again
                _LOG.warning("uploads wait", extra={"facts": {"error": type(error).__name__}})
                batches = []
            for batch in batches:
                if self._stop.is_set():
                    return
                try:
                    self._digitize(batch)
                except Exception as error:  # noqa: BLE001 - one batch holds up no other
                    facts = {"batch": batch.batch, "error": type(error).__name__}
                    _LOG.warning("an uploaded batch waits", extra={"facts": facts})
            self._wake.wait(_AGAIN_SECONDS)

    def _digitize(self, batch: Batch) -> None:
        if self._uploads.outcome(batch) is not None or not self._uploads.is_whole(batch):
            return
        with self._uploads.taken_up(batch) as folder:
            if folder is None:
                return
            events = []
            for event in hand_in([folder], self._office(), lane=Lane.BATCH, at_rest=True):
                if self._stop.is_set():
                    return
                events.append(event)
            if not any(_waits(event) for event in events):
                self._uploads.end(batch, outcome_of(events))


def _waits(event: Event) -> bool:
    """Whether the batch is to be tried again, its files kept: also after what nobody foresaw, which the files may outlive."""
    if isinstance(event, Failed):
        return event.error.retryable or type(event.error) is SohoaError
    return isinstance(event, Waits)


def outcome_of(events: list[Event]) -> dict[str, Any]:
    """What became of a batch: its dossiers with status and reasons, files that are in none of them, or why it failed."""
    dossiers: dict[str, dict[str, Any]] = {}
    left_out: list[dict[str, str]] = []
    failed = None
    for event in events:
        match event:
            case Received(_, done, left):
                dossiers |= {
                    code: {"status": str(status), "reasons": [], "already_done": True} for code, status in done
                }
                left_out += [{"file": _short(file), "reason": str(reason)} for file, reason in left]
            case Ended(end):
                reasons = [str(reason) for reason in end.reasons]
                dossiers[end.dossier_code] = {"status": str(end.status), "reasons": reasons, "already_done": False}
            case Failed(error):
                failed = str(error)
            case _:
                pass
    return {
        "dossiers": [{"dossier_code": code, **told} for code, told in sorted(dossiers.items())],
        "left_out": left_out,
        "failed": failed,
    }


def _short(file: str) -> str:
    """A file's name as it was announced: what stands below the batch's folder."""
    return file.partition("files/")[2] or Path(file).name
