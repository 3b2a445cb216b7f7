"""What a dossier counts for in the rates, and for each thing that it does not count for, the component and the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.document import Document, DocumentType, Part
from models.lifecycle import RESOLVED, Applicant, Channel, Lifecycle
from models.outcome import PageOutcome, Verdict
from models.procedure import gives_result, required_papers
from models.rates import Count
from models.record import DossierRecord


class Gap(StrEnum):
    """Why a dossier does not count for a rate; scripts.rate_terms has the clerk's words, docs/rates.md what to do."""

    NO_RECORD = "no_record"  # the one-stop system knows it, nothing was scanned
    NO_COMPONENT = "no_component"
    COMPONENT_MISSING = "component_missing"
    PAGE_REJECTED = "page_rejected"
    NOT_RECOGNIZED = "not_recognized"
    NOT_DIGITIZED = "not_digitized"  # the one-stop system lists the paper as neither digitized nor re-used
    PROCEDURE_UNKNOWN = "procedure_unknown"
    RESULT_MISSING = "result_missing"
    RESULT_ON_PAPER = "result_on_paper"  # digitized perhaps, but not issued as a file
    NOT_REUSED = "not_reused"
    NOT_SHARED = "not_shared"
    NO_POPULATION_DATA = "no_population_data"
    NOT_ONLINE = "not_online"


@dataclass(frozen=True, slots=True)
class Lack:
    """One reason why one rate (its code) does not count the dossier; `component` is a document type or foreign code."""

    rate: str
    reason: Gap
    component: str | None = None
    pages: tuple[int, ...] = ()
    detail: str | None = None  # a rejected page's own reason


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a dossier counts for, and why not for the rest."""

    counts: Count
    lacks: tuple[Lack, ...] = ()


def judge_record(record: DossierRecord) -> Judgement:
    """What the record alone tells, by TT 01/2023/TT-VPCP.

    component: a submitted paper of a known kind is digitized, all its pages. A paper that nobody recognized (`other`)
        does not count: extraction (Article 9) has to name the kind of paper, and Article 4 speaks of the papers that
        the procedure lists, which it cannot be shown to be. It does not count against the dossier either
    full: the procedure is known, no paper that it requires is missing, every submitted paper is digitized, no
        unreadable page is left that may belong to one (Article 8: all originals, full content). Certified copies need
        not be digitized (Article 4)
    resolved, without lifecycle data: it holds an issued result; one that was never scanned lowers no rate yet
    """
    rejected = {p.number: p.reason for p in record.pages if p.outcome is PageOutcome.REJECTED}
    components = [d for d in record.documents if d.part is Part.COMPONENT and d.type is not DocumentType.OTHER]
    results = [d for d in record.documents if d.part is Part.RESULT]
    whole_components = [d for d in components if not _lost(d, rejected)]
    lacks = list(_full_lacks(record, components, rejected))
    counts = Count.RECORD
    counts |= Count.COMPONENT if whole_components else Count(0)
    counts |= Count.RESOLVED if results else Count(0)
    counts |= Count.RESULT if any(not _lost(d, rejected) for d in results) else Count(0)
    counts |= Count.RESULT_DUE if gives_result(record.procedure) else Count(0)
    counts |= Count.POPULATION if any(p.match.verdict is Verdict.MATCHED for p in record.persons) else Count(0)
    if not whole_components:
        unknown = [d for d in record.documents if d.type is DocumentType.OTHER]
        reason = Gap.NOT_RECOGNIZED if unknown and not components else Gap.NO_COMPONENT
        lacks.append(Lack("component", reason, pages=tuple(n for d in unknown for n in d.pages)))
    if results and not counts & Count.RESULT:
        lacks += [_lost_pages("result", d, rejected) for d in results]
    return Judgement(counts, tuple(lacks))


def judge(record: Judgement | None, lifecycle: Lifecycle | None, taken_over: Collection[str] = ()) -> Judgement:
    """What the dossier counts for by its record and what the one-stop system told of it; at least one is there.

    The system's word decides whether a dossier is resolved. Papers that it calls re-used stand in for required ones
    that were not scanned: by type where it names ours, else one for one. Scans count whatever the system says of them.
    taken_over: types of papers that were taken over from other dossiers of this archive; they are re-used, too
    """
    counts, lacks = (record.counts, list(record.lacks)) if record else (Count(0), [])
    counts |= Count.CITIZEN if lifecycle is None else Count(0)  # nobody told otherwise
    if lifecycle:
        counts |= _told(lifecycle)
        if lifecycle.status in RESOLVED:
            counts |= Count.RESOLVED
        else:
            counts &= ~(Count.RESOLVED | Count.RESULT)
        lacks = [lack for lack in lacks if lack.rate != "result"] if not counts & Count.RESOLVED else lacks
        lacks = _after_reuse(lacks, lifecycle) if record else list(_without_scan(lifecycle))
        if counts & Count.RESOLVED and lifecycle.electronic_result:
            counts |= Count.RESULT | Count.ELECTRONIC
        if counts & Count.COMPONENT:
            lacks = [lack for lack in lacks if lack.rate != "component"]
    if taken_over:
        counts |= Count.REUSED | Count.COMPONENT
        filled = {(Gap.COMPONENT_MISSING, kind) for kind in taken_over}
        lacks = [k for k in lacks if k.reason is not Gap.NO_COMPONENT and (k.reason, k.component) not in filled]
        lacks = [k for k in lacks if k.rate != "component"]
    counts |= Count.FULL if not any(lack.rate == "full" for lack in lacks) else Count(0)
    if counts & Count.COMPONENT and (counts & Count.RESULT or not counts & Count.RESULT_DUE):
        counts |= Count.WHOLE
    return Judgement(counts, (*lacks, *_other_lacks(counts, lacks)))


def _full_lacks(
    record: DossierRecord, components: Sequence[Document], rejected: dict[int, str | None]
) -> Iterator[Lack]:
    if record.procedure is None:
        yield Lack("full", Gap.PROCEDURE_UNKNOWN)
    for kind in record.components.missing:
        yield Lack("full", Gap.COMPONENT_MISSING, kind.value)
    for document in components:
        if _lost(document, rejected) and not document.certified_copy:
            yield _lost_pages("full", document, rejected)
    owned = {n for d in record.documents for n in d.pages}
    for number in sorted(rejected.keys() - owned):
        yield Lack("full", Gap.PAGE_REJECTED, None, (number,), rejected[number])
    if all(_lost(d, rejected) for d in components):  # none, or only certified copies that need not be digitized
        yield Lack("full", Gap.NO_COMPONENT)


def _lost(document: Document, rejected: dict[int, str | None]) -> bool:
    return not rejected.keys().isdisjoint(document.pages)


def _lost_pages(rate: str, document: Document, rejected: dict[int, str | None]) -> Lack:
    pages = tuple(n for n in document.pages if n in rejected)
    return Lack(rate, Gap.PAGE_REJECTED, document.type.value, pages, rejected[pages[0]])


def _told(lifecycle: Lifecycle) -> Count:
    """The bits that the one-stop system alone knows of, and components that it digitized or took over."""
    told = {
        Count.LIFECYCLE: True,
        Count.COMPONENT: any(p.digitized or p.reused for p in lifecycle.papers),
        Count.REUSED: lifecycle.reused,
        Count.SHARED: any(p.from_store for p in lifecycle.papers),
        Count.POPULATION: lifecycle.population_data,
        Count.ONLINE: lifecycle.channel is Channel.ONLINE,
        Count.CITIZEN: lifecycle.applicant in {None, Applicant.CITIZEN},
        Count.RESULT_DUE: gives_result(lifecycle.procedure),
        Count.ON_TIME: lifecycle.is_late is False,
        Count.LATE: lifecycle.is_late is True,
    }
    counts = Count(0)
    for count, holds in told.items():
        counts |= count if holds else Count(0)
    return counts


def _after_reuse(lacks: Sequence[Lack], lifecycle: Lifecycle) -> list[Lack]:
    """The lacks that re-used papers do not fill."""
    ours = {kind.value for kind in DocumentType}
    named = {p.code for p in lifecycle.papers if p.reused and p.code in ours}
    unnamed = sum(p.reused and p.code not in ours for p in lifecycle.papers)
    listed_whole = bool(lifecycle.papers) and all(p.digitized or p.reused for p in lifecycle.papers)
    left: list[Lack] = []
    for lack in lacks:
        if lack.reason is Gap.COMPONENT_MISSING and lack.rate == "full":
            if lack.component in named:
                continue
            if unnamed:
                unnamed -= 1
                continue
        if lack.reason in {Gap.PROCEDURE_UNKNOWN, Gap.NO_COMPONENT} and lack.rate == "full" and listed_whole:
            continue
        left.append(lack)
    return left


def _without_scan(lifecycle: Lifecycle) -> Iterator[Lack]:
    if not lifecycle.papers:
        yield Lack("component", Gap.NO_RECORD)
        yield Lack("full", Gap.NO_RECORD)
    elif not any(p.digitized or p.reused for p in lifecycle.papers):
        yield Lack("component", Gap.NOT_DIGITIZED)
    listed = {paper.code for paper in lifecycle.papers}
    for paper in lifecycle.papers:
        if not (paper.digitized or paper.reused):
            yield Lack("full", Gap.NOT_DIGITIZED, paper.code)
    if listed & set(DocumentType):  # a list by our names can be held against what the procedure requires
        for kind in required_papers(lifecycle.procedure):
            if kind.value not in listed:
                yield Lack("full", Gap.COMPONENT_MISSING, kind.value)


def _other_lacks(counts: Count, lacks: Sequence[Lack]) -> Iterator[Lack]:
    """The rates whose lack is plain from the bits."""
    told = {lack.rate for lack in lacks}
    if counts & Count.RESOLVED and not counts & Count.RESULT and "result" not in told:
        yield Lack("result", Gap.RESULT_MISSING)
    if not counts & Count.WHOLE:
        yield Lack("whole", Gap.RESULT_MISSING if counts & Count.COMPONENT else Gap.NO_COMPONENT)
    plain = (
        ("electronic", Count.ELECTRONIC, Gap.RESULT_ON_PAPER), ("reuse", Count.REUSED, Gap.NOT_REUSED),
        ("shared", Count.SHARED, Gap.NOT_SHARED), ("population", Count.POPULATION, Gap.NO_POPULATION_DATA),
        ("online", Count.ONLINE, Gap.NOT_ONLINE),
    )  # fmt: skip
    for rate, count, reason in plain:
        if not counts & count:
            yield Lack(rate, reason)
