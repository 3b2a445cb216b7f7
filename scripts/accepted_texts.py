"""What clerks accepted of a dossier, in words: which reason, of which pages, when, who and why; and how to accept."""

from __future__ import annotations

from collections.abc import Collection

from models.reason_texts import reason_text
from models.record import DossierRecord
from pipeline.accept import acceptable
from scripts.language import text
from scripts.page_numbers import page_numbers


def accepted_lines(record: DossierRecord, *, only: Collection[str] | None = None) -> list[str]:
    """A line for each reason that somebody accepted at once, oldest first; `only`: of these reasons."""
    pages: dict[tuple[str, str, str, str], list[int]] = {}
    for made in record.accepted:
        if only is None or made.reason in only:
            pages.setdefault((made.reason, made.at, made.author, made.why), []).extend([made.page] if made.page else [])
    lines = []
    for (reason, at, author, why), numbers in pages.items():
        where = f", {text('trang', 'page')} {page_numbers(sorted(numbers))}" if numbers else ""
        said = text(reason_text(reason).vi, reason_text(reason).en)
        lines.append(f"{at[:16]}, {author}: {why} — {said} ({reason}{where})")
    return lines


def how_to_accept(record: DossierRecord) -> str | None:
    """The command that accepts what may be accepted; None where nothing may."""
    reasons = acceptable(record)
    return f'sohoa accept {record.dossier_code} {" ".join(reasons)} --why "…"' if reasons else None
