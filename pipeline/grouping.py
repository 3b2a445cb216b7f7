"""Pages grouped into papers: backwards pages, blank backs between, fronts and backs of cards on two pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.document import DocumentType
from pipeline.classify import PageKind

# Kinds whose papers run over pages; others are one sheet, so a page without a head is rarely theirs.
_LONG = frozenset(
    {
        DocumentType.DECISION,
        DocumentType.OTHER,
        DocumentType.NOTICE,
        DocumentType.RESIDENCE_DECLARATION,
        DocumentType.HOUSEHOLD_BUSINESS_APPLICATION,
        DocumentType.LAND_APPLICATION,
        DocumentType.LAND_CERTIFICATE,
        DocumentType.POWER_OF_ATTORNEY,
    }
)


@dataclass(frozen=True, slots=True)
class PageGroup:
    """The pages of one paper: `pages` in the scan's order, `reading_order` as a person would read them."""

    type: DocumentType
    confidence: float
    pages: tuple[int, ...]
    reading_order: tuple[int, ...]


@dataclass(slots=True)
class _Paper:
    opener: int
    kind: PageKind
    members: list[int] = field(default_factory=list)


def group_pages(kinds: Mapping[int, PageKind], *, order: Sequence[int]) -> tuple[PageGroup, ...]:
    """The papers of a dossier, in the order of their first page.

    `kinds`: what each readable page is; `order`: numbers of all pages as scanned, with blank and unreadable ones, which
    belong to no paper but stand between pages.
    """
    readable = [number for number in order if number in kinds]
    papers = [_Paper(n, kinds[n], [n]) for n in readable if kinds[n].opens and not kinds[n].back]
    loose = [n for n in readable if not kinds[n].opens or kinds[n].back]
    left: list[int] = []
    for number in loose:
        paper = _home(number, kinds, papers, readable)
        if paper is None:
            left.append(number)
        else:
            paper.members.append(number)
    papers.extend(_together(left, kinds))
    groups = (_group(paper, kinds) for paper in papers)
    return tuple(sorted(groups, key=lambda group: group.pages[0]))


def _home(
    number: int, kinds: Mapping[int, PageKind], papers: Sequence[_Paper], readable: Sequence[int]
) -> _Paper | None:
    """The paper that a page without a head belongs to, or None."""
    best: tuple[float, _Paper] | None = None
    for paper in papers:
        score = _belongs(number, kinds, paper, readable)
        if score > 0 and (best is None or score > best[0]):
            best = (score, paper)
    return best[1] if best else None


def _belongs(number: int, kinds: Mapping[int, PageKind], paper: _Paper, readable: Sequence[int]) -> float:
    """How much speaks for the page being the paper's; 0 or less for no."""
    page, head = kinds[number], paper.kind
    between = _openers_between(number, paper.opener, kinds, readable)
    if page.back or page.type is DocumentType.ID_CARD:
        if head.type is not DocumentType.ID_CARD or any(kinds[m].back for m in paper.members):
            return 0.0
        if page.card_number and head.card_number and page.card_number != head.card_number:
            return 0.0
        return 2.0 - 0.9 * between - (0.1 if number < paper.opener else 0.0)
    if head.type in (DocumentType.ID_CARD, DocumentType.COVER_SHEET):
        return 0.0
    score = 0.4 if number > paper.opener else 0.2
    score -= 0.6 * between
    score += 0.8 * min(page.cue(head.type), 2)
    rivals = [strength for kind, strength in page.cues if kind is not head.type]
    score -= 0.5 * min(max(rivals, default=0), 2) if not page.cue(head.type) else 0.0
    score += 0.4 if head.type in _LONG else -0.3
    score += _articles(page, paper, kinds)
    if not any(kinds[m].closes for m in paper.members):
        score += 0.4
    elif page.closes:
        score -= 0.2
    if page.printed_number is not None:
        taken = {kinds[m].printed_number for m in paper.members}
        score += 0.3 if page.printed_number not in taken else -0.6
    return score


def _articles(page: PageKind, paper: _Paper, kinds: Mapping[int, PageKind]) -> float:
    """Điều 2 follows Điều 1: a page that goes on counting belongs, one that starts again does not."""
    if not page.articles:
        return 0.0
    held = [article for m in paper.members for article in kinds[m].articles]
    if not held:
        return -0.2
    if min(page.articles) == max(held) + 1 or max(page.articles) + 1 == min(held):
        return 1.2
    return -0.8 if set(page.articles) & set(held) else 0.2


def _openers_between(number: int, opener: int, kinds: Mapping[int, PageKind], readable: Sequence[int]) -> int:
    low, high = sorted((number, opener))
    return sum(low < n < high and kinds[n].opens for n in readable)


def _together(loose: Sequence[int], kinds: Mapping[int, PageKind]) -> list[_Paper]:
    """Pages that no paper claims: neighbours of one kind are one paper."""
    papers: list[_Paper] = []
    for number in loose:
        last = papers[-1] if papers else None
        if last and kinds[number].type is last.kind.type and number - last.members[-1] <= 2 and not kinds[number].back:
            last.members.append(number)
        else:
            papers.append(_Paper(number, kinds[number], [number]))
    return papers


def _group(paper: _Paper, kinds: Mapping[int, PageKind]) -> PageGroup:
    pages = tuple(sorted(paper.members))
    confidence = min((kinds[paper.opener].confidence, *(0.9 for m in pages if m != paper.opener)))
    return PageGroup(paper.kind.type, round(confidence, 4), pages, _reading_order(paper, pages, kinds))


def _reading_order(paper: _Paper, pages: tuple[int, ...], kinds: Mapping[int, PageKind]) -> tuple[int, ...]:
    """The head first; the others by printed number or articles, else on from the head, backwards if it is the last."""
    rest = [n for n in pages if n != paper.opener]
    backwards = bool(rest) and paper.opener > max(rest)

    def place(number: int) -> tuple[int, int]:
        kind = kinds[number]
        counted = kind.printed_number or (min(kind.articles) if kind.articles else 0)
        return (counted, -number if backwards else number)

    known = [bool(kinds[n].printed_number or kinds[n].articles) for n in rest]
    ordered = sorted(rest, key=place) if all(known) else sorted(rest, reverse=backwards)
    return (paper.opener, *ordered)
