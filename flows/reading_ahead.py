"""What a scanner puts into the watched folder is read while nobody knows yet whether all of it is there.

Reading takes about as long as a file must rest before it is believed to be whole (pipeline.settling), so the citizen waits
for one of the two, not both. Nothing of a reading ahead is told or kept as a dossier: its pages go where all pages rest that
were read before (flows.readings), under the digest of the file as it was. If the file grows after all, it is another file.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from concurrent.futures import CancelledError
from pathlib import Path

from flows.office import Office
from flows.scratch import scratch
from models.errors import SohoaError
from pipeline.intake import survey

_LOG = logging.getLogger("sohoa")


class ReadingAhead:
    """Readings under way, by name of the folder's entry; for one thread that begins and any that wait."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._threads: dict[str, threading.Thread] = {}

    def begin(self, entry: Path) -> bool:
        """Reads the dossiers in this entry; False where it is still being read as it was before.

        Nothing is read where no reading is remembered (SOHOA_READINGS_MEGABYTES=0).
        """
        earlier = self._threads.get(entry.name)
        if earlier and earlier.is_alive():
            return False
        if self._office.settings.readings_megabytes:
            self._threads[entry.name] = threading.Thread(target=self._read, args=(entry,), daemon=True)
            self._threads[entry.name].start()
        return True

    def wait(self, entries: Iterable[Path]) -> None:
        """Returns when none of these is being read: two that read one page would take twice as long."""
        for entry in entries:
            thread = self._threads.pop(entry.name, None)
            if thread:
                thread.join()

    def _read(self, entry: Path) -> None:
        opener = self._office.confinement
        try:
            with self._office.right_of_way.held(), scratch() as workspace:
                for dossier in survey([entry], workspace=workspace, limits=opener.limits, opener=opener).dossiers:
                    self._office.read(dossier, workspace)
        except (SohoaError, OSError, CancelledError) as error:
            # half a file, one that is gone again, the end of all: what rests is looked at all the same
            _LOG.info("not read ahead", extra={"facts": {"error": type(error).__name__}})
