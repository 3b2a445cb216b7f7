"""One dossier from its scans to its kept record: gather, let the core decide, keep; the order of stages stands here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as midnight
from pathlib import Path

from flows.asking import ask_registry
from flows.correcting import with_earlier_corrections
from flows.desk import Desk
from flows.fingerprint import closing_fingerprint, fingerprint
from flows.jobs import Outcome, Told, arrival_of, outcome_of, verdicts_of
from flows.reading import read_some, with_refused
from flows.scratch import scratch
from models.outcome import PageOutcome, Reason, Status
from models.page import PageText
from models.record import Components, DossierRecord, MatchedPerson, PageRecord
from pipeline.alto import alto
from pipeline.assemble import Understanding, understand
from pipeline.digitize import ReadPage
from pipeline.grade import grade
from pipeline.intake import IntakeDossier
from pipeline.pdf_pages import pdf_pages
from pipeline.searchable_pdf import PdfPage
from pipeline.searchable_pdf import write as write_pdf
from storage.archive import keep_dossier, keep_original
from storage.ledger import PageState


def digitize_dossier(
    dossier: IntakeDossier,
    desk: Desk,
    *,
    batch: str,
    problems: Sequence[Reason] = (),
    again: bool = False,
    tell: Callable[[Told], None] = lambda _told: None,
    already_read: Sequence[ReadPage] | None = None,
) -> Outcome:
    """Takes one dossier all the way. `problems` are known before (no_dossier_code); `tell` is told each stage, and the
    verdicts as soon as they are known. `already_read`: the dossier's pages as `read_some` gave them, in any order.
    `again`: pages that were read before are read too.

    Raises StorageUnreachable, RecognizerFailed and RecordChanged (a clerk corrected it meanwhile), all retryable: what was kept
    stays, doing it again is harmless.
    """
    started = time.monotonic()
    code = dossier.code.text
    desk.ledger.enter(arrival_of(dossier), fingerprint="", batch=batch)
    tell("keep_originals")
    _keep_originals(dossier, desk)
    desk.ledger.move(code, PageState.STORED)
    desk.journal.carry(code)
    with scratch() as folder:
        read = with_refused(dossier, already_read or read_some(dossier, desk, folder, again=again, tell=tell))
        desk.ledger.move(code, PageState.READ)
        tell("understand")
        pages = tuple(page.text for page in read)
        understood = understand(pages, procedure=_announced_procedure(dossier))
        tell("match")
        persons = ask_registry(code, understood.persons, desk, procedure=understood.procedure, unit=dossier.unit)
        record = with_earlier_corrections(_record(dossier, pages, understood, persons, problems), desk)
        tell(verdicts_of(record))
        tell("keep")
        kept = keep_dossier(
            desk.store,
            record,
            originals={},  # they rest already
            pages={page.text.number: page.image for page in read if page.image is not None},
            documents=desk.signed(
                record,
                _documents(
                    record,
                    read,
                    pdf_pages(read, folder=folder, confinement=desk.confinement),
                    folder=folder,
                ),
            ),
            layouts={page.text.number: alto([page.text], file=code) for page in read if page.image is not None},
            fingerprint=closing_fingerprint(fingerprint(dossier), record, desk.limits),
        )
    desk.index.put(kept)
    desk.note_kept(kept)
    desk.ledger.close(kept.record, fingerprint=kept.fingerprint, batch=batch)
    desk.journal.carry(code)
    known = sum(page.known for page in read)
    return outcome_of(kept.record, seconds=time.monotonic() - started, changed=kept.changed, pages_known=known)


def reject_dossier(dossier: IntakeDossier, desk: Desk, *, batch: str, reason: Reason) -> Outcome:
    """Keeps a dossier that could not be read as rejected, every page with the reason; its originals are kept."""
    started = time.monotonic()
    code = dossier.code.text
    desk.ledger.enter(arrival_of(dossier), fingerprint="", batch=batch)
    _keep_originals(dossier, desk)
    desk.ledger.move(code, PageState.STORED)
    desk.journal.carry(code)
    refused = {rejection.number: rejection.reason for rejection in dossier.rejections}
    pages = tuple(PageText(scan, 0, 0, rejection=str(refused.get(scan.number, reason))) for scan in dossier.scans)
    understood = Understanding(_announced_procedure(dossier), (), (), Components())
    record = replace(_record(dossier, pages, understood, (), ()), status=Status.REJECTED, reasons=(str(reason),))
    record = with_earlier_corrections(record, desk)  # the next reading that succeeds finds them there
    again = reason is Reason.INTERNAL_ERROR  # what nobody foresaw is worth another try
    kept = keep_dossier(
        desk.store,
        record,
        originals={},
        pages={},
        documents={},
        fingerprint="" if again else closing_fingerprint(fingerprint(dossier), record, desk.limits),
    )
    desk.index.put(kept)
    desk.note_kept(kept)
    desk.ledger.close(kept.record, fingerprint=kept.fingerprint, batch=batch)
    desk.journal.carry(code)
    return outcome_of(kept.record, seconds=time.monotonic() - started, changed=kept.changed)


def _keep_originals(dossier: IntakeDossier, desk: Desk) -> None:
    for sha256, path in {scan.source.sha256: scan.path for scan in dossier.scans if scan.source.sha256}.items():
        keep_original(desk.store, path, sha256=sha256)


def _announced_procedure(dossier: IntakeDossier) -> str | None:
    return dossier.announcement.procedure if dossier.announcement else None


def _documents(
    record: DossierRecord, read: Sequence[ReadPage], drawn: Sequence[PdfPage], *, folder: Path
) -> dict[int, Path]:
    """A searchable PDF a document, by ordinal, of its pages in the scan's order; none of a document without a picture.

    They are files in `folder`: those of a large dossier would fill the memory.
    """
    by_number = {page.text.number: pdf for page, pdf in zip(read, drawn, strict=True) if page.image is not None}
    made = {}
    for document in record.documents:
        pages = [by_number[number] for number in document.pages if number in by_number]
        if pages:
            # the day of reception, not the clock: the same dossier again gives the same bytes
            created = datetime.combine(record.received_on, midnight.min, UTC)
            title = f"{record.dossier_code} {document.ordinal:02d} {document.type}"
            made[document.ordinal] = folder / f"document-{document.ordinal:02d}.pdf"
            write_pdf(pages, made[document.ordinal], title=title, created=created)
    return made


def _record(
    dossier: IntakeDossier,
    pages: Sequence[PageText],
    understood: Understanding,
    persons: Sequence[MatchedPerson],
    problems: Sequence[Reason],
) -> DossierRecord:
    status, reasons = grade(
        pages,
        understood.documents,
        understood.persons,
        [person.match for person in persons],
        understood.components,
        dossier.announcement,
    )
    if problems and status is Status.DIGITIZED:
        status = Status.REVIEW
    every = {*reasons, *problems}
    if status is Status.REJECTED and not any(page.rejection for page in pages):  # nothing but blank pages
        every.add(Reason.NO_READABLE_TEXT)
    return DossierRecord(
        dossier_code=dossier.code.text,
        unit=dossier.unit,
        procedure=understood.procedure,
        received_on=dossier.received_on,
        status=status,
        pages=tuple(_page_record(page) for page in pages),
        documents=understood.documents,
        persons=tuple(persons),
        components=understood.components,
        reasons=tuple(str(reason) for reason in Reason if reason in every),
    )


def _page_record(page: PageText) -> PageRecord:
    return PageRecord(
        number=page.number,
        source=page.scan.source,
        rotation_degrees=page.rotation_degrees,
        skew_degrees=page.skew_degrees,
        blank=page.blank,
        mean_confidence=page.mean_confidence,
        outcome=PageOutcome.REJECTED if page.rejection else PageOutcome.DIGITIZED,
        reason=page.rejection,
        text=page.text,
        warnings=page.warnings,
    )
