"""What a scanner puts into the watched folder is read while nobody knows yet whether all of it is there.

Reading takes about as long as a file must rest before it is believed to be whole (pipeline.settling), so the citizen waits
for one of the two, not both. Nothing of a reading ahead is told or kept as a dossier: its pages go where all pages rest that
were read before (flows.readings), under the digest of the file as it was. If the file grows after all, it is another file.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path

from flows.jobs import Result
from flows.office import Office
from flows.scratch import scratch
from models.errors import SohoaError
from pipeline.intake import survey

_LOG = logging.getLogger("sohoa")


class ReadingAhead:
    """Readings under way, by name of the folder's entry; for one thread that begins and any that wait."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._readings: dict[str, _Reading] = {}

    def begin(self, entry: Path) -> None:
        """Reads the dossiers in this entry. Of a reading of what it was before only the pages in hand are read to their end.

        Nothing is read where no reading is remembered (SOHOA_READINGS_MEGABYTES=0).
        """
        earlier = self._readings.get(entry.name)
        if earlier:
            earlier.give_up()
        if self._office.settings.readings_megabytes:
            self._readings[entry.name] = _Reading(entry, self._office)
            self._readings[entry.name].start()

    def wait(self, entries: Iterable[Path]) -> None:
        """Returns when none of these is being read: two that read one page would take twice as long."""
        for entry in entries:
            reading = self._readings.pop(entry.name, None)
            if reading:
                reading.join()


class _Reading(threading.Thread):
    """One entry, as it is now, being read."""

    def __init__(self, entry: Path, office: Office) -> None:
        super().__init__(daemon=True)
        self._entry, self._office = entry, office
        self._parts: tuple[Future[Result], ...] = ()
        self._is_given_up = False

    def give_up(self) -> None:
        """Begins no further page."""
        self._is_given_up = True
        for part in self._parts:
            part.cancel()

    def run(self) -> None:
        opener = self._office.confinement
        try:
            with self._office.right_of_way.held(), scratch() as workspace:
                for dossier in survey([self._entry], workspace=workspace, limits=opener.limits, opener=opener).dossiers:
                    self._parts = self._office.begin_reading(dossier, workspace)
                    if self._is_given_up:  # meanwhile
                        self.give_up()
                    for part in self._parts:
                        with suppress(CancelledError):
                            part.result()
        except (SohoaError, OSError) as error:
            # half a file, one that is gone again, the end of all: what rests is looked at all the same
            self.give_up()
            _LOG.info("not read ahead", extra={"facts": {"error": type(error).__name__}})
