"""Pages of a dossier read; those that were read before are taken as they were, each is kept as soon as its run is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from flows.desk import Desk
from models.page import PageText
from pipeline.digitize import PAGES_A_RUN, ReadPage, read_scans
from pipeline.intake import IntakeDossier


def read_some(
    dossier: IntakeDossier,
    desk: Desk,
    folder: Path,
    *,
    numbers: Collection[int] | None = None,
    again: bool = False,
    tell: Callable[[str], None] = lambda _stage: None,
) -> tuple[ReadPage, ...]:
    """The pages of these numbers (None: all) that intake did not refuse; page images go to `folder`.

    `again`: what was read before does not count. `tell` is told the stage before each run of pages. Raises RecognizerMissing.
    """
    refused = {rejection.number for rejection in dossier.rejections}
    wanted = [s for s in dossier.scans if s.number not in refused and (numbers is None or s.number in numbers)]
    known = () if again else [desk.readings.find(scan, folder=folder) for scan in wanted]
    read = {page.text.number: page for page in known if page is not None}
    unread = [scan for scan in wanted if scan.number not in read]
    for start in range(0, len(unread), PAGES_A_RUN):
        tell("read")
        run = unread[start : start + PAGES_A_RUN]
        for page in read_scans(
            run, folder=folder, limits=desk.limits, confinement=desk.confinement, reader=desk.settings.reader
        ):
            desk.readings.keep(page)
            read[page.text.number] = page
    return tuple(read[scan.number] for scan in wanted)


def with_refused(dossier: IntakeDossier, pages: Sequence[ReadPage]) -> tuple[ReadPage, ...]:
    """Every page in the scan's order; those that intake refused keep their place."""
    refused = {rejection.number: rejection.reason for rejection in dossier.rejections}
    read = {page.text.number: page for page in pages}
    for scan in dossier.scans:
        if scan.number in refused:
            read[scan.number] = ReadPage(PageText(scan, 0, 0, rejection=str(refused[scan.number])), None)
    return tuple(read[scan.number] for scan in dossier.scans)
