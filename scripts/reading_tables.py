"""The tables of scripts.bench_reading, in Markdown, as docs/accuracy.md holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.identity import FIELD_NAMES
from scripts.dossier_scores import IDENTITY, DossierScore
from scripts.reading_scores import FoundScore, Reliability, Share, TextScore

_SURE = (0.9, 0.95, 0.98)


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.1f}"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def text_table(texts: Mapping[str, Mapping[str, TextScore]]) -> str:
    """A row for each engine in each group of pages; rates in percent, seconds a page."""
    order = [row for rows in texts.values() for row in rows]
    names = sorted(set(order), key=lambda row: (row.startswith("cards"), ":" in row, row))
    lines = []
    for name in names:
        for engine, rows in texts.items():
            if name in rows:
                rates = rows[name].rates
                shares = [_percent(rates[key]) for key in ("cer", "cer_bare", "word_recall", "word_precision")]
                times = [f"{rates[key] or 0:.1f}" for key in ("seconds", "cpu_seconds")]
                lines.append([name, engine, rows[name].pages, *shares, *times])
    head = ("pages", "read by", "n", "CER %", "CER without marks %", "words found %", "words right %", "s", "CPU s")
    return markdown_table(head, lines)


def dossier_tables(score: DossierScore) -> tuple[str, ...]:
    """Papers and pages; fields; typed identity fields by level; how far confidences can be trusted."""
    return (_findings(score), _fields(score), _levels(score), _reliability(score.reliability))


def _findings(score: DossierScore) -> str:
    shares: dict[str, Share] = {
        "document type": score.types, "page grouping": score.grouping, "… of several pages": score.grouping_of_many,
        "rotation": score.rotation, "… of turned pages": score.rotation_of_turned, "procedure": score.procedures,
    }  # fmt: skip
    found = {
        "blank pages": score.blank, "pages beyond reading": score.rejected, "missing components": score.missing,
        "persons": score.persons,
    }  # fmt: skip
    rows = [[name, share.count, _percent(share.rate), "", "", ""] for name, share in shares.items()]
    rows += [[name, one.right + one.missed, "", *_found(one)] for name, one in found.items()]
    table = markdown_table(("", "n", "right %", "precision %", "recall %", "F1 %"), rows)
    mistaken = [f"{times} × {what}" for what, times in score.mistaken_types.most_common()]
    return table + ("\n\nTypes mistaken: " + ", ".join(mistaken) + "." if mistaken else "")


def _found(one: FoundScore) -> list[str]:
    return [_percent(one.rates[key]) for key in ("precision", "recall", "f1")]


def _fields(score: DossierScore) -> str:
    rows = []
    for name in FIELD_NAMES:
        typed, by_hand = score.fields[name, "typed"], score.fields[name, "handwritten"]
        rows.append(
            [name, typed.right + typed.missed, *_found(typed), by_hand.right + by_hand.missed, *_found(by_hand)]
        )
    head = ("field", "typed", "precision %", "recall %", "F1 %", "by hand", "precision %", "recall %", "F1 %")
    return markdown_table(head, rows)


def _levels(score: DossierScore) -> str:
    levels = sorted({level for level, _ in score.by_level})
    rows = [[level, *(_percent(score.by_level[level, name].rates["f1"]) for name in IDENTITY)] for level in levels]
    return markdown_table(("typed, F1 % by level", *IDENTITY), rows)


def _reliability(by_field: Mapping[str, Reliability]) -> str:
    """A row a bin of confidence: how sure fields said they were on average, and what share was right."""
    whole, identity = Reliability(), Reliability()
    for name, one in by_field.items():
        whole.given += one.given
        if name in IDENTITY:
            identity.given += one.given
    rows: list[list[object]] = []
    for (low, high, mean, share), (*_, own_mean, own) in zip(whole.rows(), identity.rows(), strict=True):
        cells = [share.count, _percent(mean) if share.count else "–", _percent(share.rate)]
        own_cells = [own.count, _percent(own_mean) if own.count else "–", _percent(own.rate)]
        rows.append([f"{low:.2f} to {high:.2f}", *cells, *own_cells])
    head = ("confidence", "fields", "mean %", "right %", "identity fields", "mean %", "right %")
    lines = [
        f"Of fields given at ≥ {sure:.2f}, {_of(whole, sure)} are right; of identity fields {_of(identity, sure)}."
        for sure in _SURE
    ]
    return markdown_table(head, rows) + "\n\n" + "\n".join(lines)


def _of(one: Reliability, sure: float) -> str:
    share = one.at_least(sure)
    return f"{_percent(share.rate)} % of {share.count}"


def dossier_values(score: DossierScore) -> dict[str, Any]:
    """All rates of a DossierScore for JSON."""
    return {
        "types": score.types.rate,
        "grouping": score.grouping.rate,
        "grouping_of_many": score.grouping_of_many.rate,
        "rotation": score.rotation.rate,
        "rotation_of_turned": score.rotation_of_turned.rate,
        "procedures": score.procedures.rate,
        "blank": score.blank.rates,
        "rejected": score.rejected.rates,
        "missing": score.missing.rates,
        "persons": score.persons.rates,
        "fields": {f"{name} {hand}": one.rates for (name, hand), one in sorted(score.fields.items())},
        "fields_by_level": {f"{level} {name}": one.rates for (level, name), one in sorted(score.by_level.items())},
        "reliability": {
            name: [[low, high, mean, share.count, share.rate] for low, high, mean, share in one.rows()]
            for name, one in sorted(score.reliability.items())
        },
        "right_at_0.95": {name: one.at_least(0.95).rate for name, one in sorted(score.reliability.items())},
    }
