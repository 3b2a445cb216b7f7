"""Conservation of pages (đối soát trang): scanned = digitized + rejected with a reason + in flight, proved page by page.

Three witnesses that know nothing of each other's reading: the object store (records, journals, every byte read again), the
ledger's rows, and what cover sheets or manifests announced. A page on which they do not agree is named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from models.document import DocumentType
from models.dossier import count_agrees
from models.outcome import PageOutcome
from models.record import DossierRecord, PageRecord
from storage import keys
from storage.archive import KeptDossier, all_kept
from storage.database import Database
from storage.journal import KeptHistory, codes_with_journals, kept_history
from storage.ledger import Balance, DossierRun, Ledger, PageState, RunState
from storage.ledger_tables import LEDGER_PAGES
from storage.ledger_values import UNCOUNTED
from storage.objects import ObjectStore
from storage.verification import FindingKind, verify


class Imbalance(StrEnum):
    """What can be wrong with a page, or with the dossier as a whole."""

    NOT_IN_LEDGER = "not_in_ledger"  # the store holds the page, the ledger does not know it
    NOT_IN_STORE = "not_in_store"  # the ledger counts the page, no record in the store has it
    OUTCOME_DIFFERS = "outcome_differs"  # ledger and record say different ends
    SOURCE_DIFFERS = "source_differs"  # ledger and record name different originals
    WITHOUT_REASON = "without_reason"  # rejected, and nothing says why
    OBJECT_MISSING = "object_missing"  # the store lacks what the record names
    OBJECT_ALTERED = "object_altered"  # its bytes are not those that were stored
    COUNT_DIFFERS = "count_differs"  # more or fewer pages than were announced
    UNCLAIMED = "unclaimed"  # an original that neither record nor ledger names
    NOT_INDEXED = "not_indexed"  # the index lacks the record or holds an older one


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """One page that does not balance; page 0 is the dossier itself, `subject` a key or two numbers."""

    kind: Imbalance
    dossier_code: str
    page: int = 0
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dossier whose pages are in flight: since when, how far, why it waits where that is known."""

    dossier_code: str
    pages: int
    state: str
    reason: str | None
    since: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was found: the ledger's balance, the same counted from the store's records, who waits, what does not balance."""

    ledger: Balance
    stored_digitized: int
    stored_rejected: int
    waiting: tuple[Waiting, ...]
    unbalanced: tuple[Unbalanced, ...]

    @property
    def is_balanced(self) -> bool:
        """Every page is accounted for by every witness."""
        return not self.unbalanced


@dataclass(slots=True)
class _Count:
    digitized: int = 0
    rejected: int = 0
    waiting: list[Waiting] = field(default_factory=list)
    unbalanced: list[Unbalanced] = field(default_factory=list)


_LedgerPages = Mapping[int, tuple[str, str, int, str | None]]  # number: state, sha256, source page, reason


def reconcile(
    store: ObjectStore, database: Database, *, progress: Callable[[str], None] = lambda _: None
) -> Reconciliation:
    """Compares store, ledger and announcements; reads every stored byte again. Raises StorageUnreachable.

    Made while a batch runs, it may name pages that come to rest meanwhile; a second look settles that.
    """
    ledger, count = Ledger(database), _Count()
    runs = {run.dossier_code: run for run in ledger.runs()}
    integrity = verify(store, database, progress=progress)
    bad = {f.subject: f.kind for f in integrity.findings}

    def damaged(key: str) -> None:
        bad[key] = FindingKind.DAMAGED

    seen = set()
    for kept in all_kept(store, damaged=lambda _: None):  # verify has named it
        code = kept.record.dossier_code
        seen.add(code)
        count.unbalanced += _of_objects(kept, bad)
        _of_record(kept.record, runs.get(code), _ledger_pages(database, code), count)
    journalled = set(codes_with_journals(store, damaged=damaged))
    for code in sorted((runs.keys() | journalled) - seen):
        history = kept_history(store, code, damaged=damaged)
        _of_unfinished(store, runs.get(code), code, history, _ledger_pages(database, code), count)
    for code in sorted(seen & runs.keys()):
        if runs[code].state in set(RunState):
            history = kept_history(store, code, damaged=damaged)
            _of_unfinished(store, runs[code], code, history, _ledger_pages(database, code), count)
    count.unbalanced += _of_the_rest(database, bad, {o.subject for o in count.unbalanced})
    return Reconciliation(
        ledger.balance(),
        count.digitized,
        count.rejected,
        tuple(count.waiting),
        tuple(sorted(count.unbalanced, key=_order)),
    )


def _order(one: Unbalanced) -> tuple[str, int, str]:
    return one.dossier_code, one.page, one.kind


def _ledger_pages(database: Database, code: str) -> _LedgerPages:
    columns = (LEDGER_PAGES.c[name] for name in ("page", "state", "sha256", "source_page", "reason"))
    query = select(*columns).where(LEDGER_PAGES.c.dossier_code == code, LEDGER_PAGES.c.state.not_in(UNCOUNTED))
    with database.reading() as connection:
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in connection.execute(query)}


def _of_record(record: DossierRecord, run: DossierRun | None, known: _LedgerPages, count: _Count) -> None:
    """A kept record against the ledger; where a later run is under way, the ledger is ahead and is not compared."""
    code = record.dossier_code
    under_way = run is not None and run.state in set(RunState)
    for page in record.pages:
        if not under_way:
            count.digitized += page.outcome is PageOutcome.DIGITIZED
            count.rejected += page.outcome is PageOutcome.REJECTED
            count.unbalanced += _of_page(code, page, known)
    if under_way:
        return
    numbers = {page.number for page in record.pages}
    count.unbalanced += [Unbalanced(Imbalance.NOT_IN_STORE, code, number) for number in known.keys() - numbers]
    if run is not None and run.announced_pages is not None:
        count.unbalanced += _of_announcement(record, run.announced_pages)


def _of_page(code: str, page: PageRecord, known: _LedgerPages) -> Iterator[Unbalanced]:
    if page.outcome is PageOutcome.REJECTED and not page.reason:
        yield Unbalanced(Imbalance.WITHOUT_REASON, code, page.number)
    if page.number not in known:
        yield Unbalanced(Imbalance.NOT_IN_LEDGER, code, page.number)
        return
    state, sha256, source_page, reason = known[page.number]
    if (sha256, source_page) != (page.source.sha256, page.source.page):
        yield Unbalanced(Imbalance.SOURCE_DIFFERS, code, page.number)
    expected = page.reason if page.outcome is PageOutcome.REJECTED else None
    if (state, reason) != (page.outcome.value, expected):
        yield Unbalanced(Imbalance.OUTCOME_DIFFERS, code, page.number, f"{state}/{page.outcome.value}")


def _of_announcement(record: DossierRecord, announced: int) -> Iterator[Unbalanced]:
    sheets = {n for paper in record.documents if paper.type is DocumentType.COVER_SHEET for n in paper.pages}
    counted = [page for page in record.pages if page.number not in sheets]
    if not count_agrees(announced, pages=len(counted), blank_pages=sum(page.blank for page in counted)):
        yield Unbalanced(Imbalance.COUNT_DIFFERS, record.dossier_code, 0, f"{announced}/{len(counted)}")


def _of_unfinished(
    store: ObjectStore,
    run: DossierRun | None,
    code: str,
    history: KeptHistory | None,
    known: _LedgerPages,
    count: _Count,
) -> None:
    """A dossier whose run has not ended: the ledger against its journal, and whether stored originals rest."""
    if run is not None and run.state not in set(RunState):
        count.unbalanced += [Unbalanced(Imbalance.NOT_IN_STORE, code, number) for number in known]
        return
    if run is not None:
        count.waiting.append(Waiting(code, len(known), run.state, run.reason, run.changed_at))
    count.unbalanced += [
        Unbalanced(Imbalance.NOT_IN_LEDGER, code, number) for number in _journalled(history) - known.keys()
    ]
    for number, (state, sha256, _, _) in known.items():
        rests = state in {PageState.STORED, PageState.READ} and sha256
        if rests and store.stat(keys.original_key(sha256)) is None:
            count.unbalanced.append(Unbalanced(Imbalance.OBJECT_MISSING, code, number, keys.original_key(sha256)))


def _journalled(history: KeptHistory | None) -> set[int]:
    pages = history.pages if history else ()
    return {page["page"] for page in pages if page["state"] not in UNCOUNTED}


def _of_objects(kept: KeptDossier, bad: Mapping[str, FindingKind]) -> Iterator[Unbalanced]:
    """Lost and altered objects of a dossier, under the pages that they hold."""
    code = kept.record.dossier_code
    by_key = {file.key: file.name for file in kept.files if file.key in bad}
    for key, name in by_key.items():
        kind = Imbalance.OBJECT_MISSING if bad[key] is FindingKind.MISSING else Imbalance.OBJECT_ALTERED
        for page in _pages_in(kept.record, key, name):
            yield Unbalanced(kind, code, page, key)
    for key in (keys.record_key(code), keys.revision_key(code, kept.revision)):
        if key in bad:
            kind = Imbalance.OBJECT_MISSING if bad[key] is FindingKind.MISSING else Imbalance.OBJECT_ALTERED
            yield Unbalanced(kind, code, 0, key)


def _pages_in(record: DossierRecord, key: str, name: str) -> Collection[int]:
    """The pages that a stored file of the dossier holds; 0 for one of which that cannot be said."""
    digest = keys.digest_in(key)
    if digest:
        return [page.number for page in record.pages if page.source.sha256 == digest]
    folder, _, rest = name.partition("/")
    number = int(rest[:4]) if rest[:4].isdigit() else 0
    if folder == "documents":
        ordinal = int(rest[:2]) if rest[:2].isdigit() else 0
        return next((document.pages for document in record.documents if document.ordinal == ordinal), (0,))
    return [number]


def _of_the_rest(database: Database, bad: Mapping[str, FindingKind], named: Collection[str]) -> Iterator[Unbalanced]:
    """What verify found and no dossier has named yet."""
    for subject, kind in bad.items():
        digest = keys.digest_in(subject)
        if kind is FindingKind.UNREFERENCED:
            if digest and not _is_in_ledger(database, digest):
                yield Unbalanced(Imbalance.UNCLAIMED, "", 0, subject)
        elif kind is FindingKind.NOT_INDEXED:
            yield Unbalanced(Imbalance.NOT_INDEXED, subject)
        elif kind is FindingKind.NOT_STORED:
            yield Unbalanced(Imbalance.NOT_IN_STORE, subject)
        elif subject not in named:
            missing = kind is FindingKind.MISSING
            yield Unbalanced(Imbalance.OBJECT_MISSING if missing else Imbalance.OBJECT_ALTERED, "", 0, subject)


def _is_in_ledger(database: Database, sha256: str) -> bool:
    query = select(LEDGER_PAGES.c.page).where(LEDGER_PAGES.c.sha256 == sha256).limit(1)
    with database.reading() as connection:
        return connection.execute(query).scalar() is not None
