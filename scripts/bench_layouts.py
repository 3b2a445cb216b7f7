"""Measures understanding by itself: papers of many layouts, every word given as it was printed, nothing to recognize.

    python -m scripts.bench_layouts [--dossiers N] [--seed N] [--layouts N] [--wrong]

Hundreds of dossiers a minute, so that a layout that is misunderstood shows before any page is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Annotated, Any

import typer

from models.page import Box, Line, PageSource, PageText, Scan, Word
from pipeline.assemble import understand
from pipeline.reading_order import in_reading_order
from scripts.dossier_scores import DossierScore
from scripts.reading_tables import dossier_tables
from scripts.reading_truth import true_page
from scripts.samples.casting import assemble_cast
from scripts.samples.degrade import Level
from scripts.samples.dossiers import Dossier, kinds_in_turn, write_dossier
from scripts.samples.fonts import text_width
from scripts.samples.ink import A4, Frame, Rule, Text
from scripts.samples.scanning import in_scan_order
from scripts.samples.sheet import Sheet
from scripts.samples.truth import ScannedPage, document_truth, page_truth, person_truth

_DPI = 200
_LARGEST_TICK_BOX = 12  # points; boxes for digits are larger
_SURE = 0.97  # every word alike: confidence is not what is measured here


def main(
    dossiers: Annotated[int, typer.Option(min=1)] = 140,
    seed: Annotated[int, typer.Option()] = 1,
    layouts: Annotated[int | None, typer.Option(help="Seed of the layouts; without it the circulars' forms.")] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="A line for each field that is wrong.")] = False,
) -> None:
    """Prints tables in Markdown."""
    score = DossierScore()
    cast = assemble_cast(4000, seed=seed)
    for index, kind in enumerate(kinds_in_turn(dossiers, seed=seed)):
        dossier = write_dossier(index, cast, seed=seed, kind=kind, layouts=layouts)
        leaves = list(_leaves(dossier, Random(f"scan {seed} {index}")))
        truth = _truth(dossier, leaves)
        pages = [page_text(leaf.sheet, number) for number, leaf in enumerate(leaves, 1) if leaf.sheet]
        found = understand(pages, procedure=dossier.procedure)
        score.note_pages([true_page(page, truth["documents"]) for page in truth["pages"]], {p.number: p for p in pages})
        score.note_dossier(truth, found, wrong=typer.echo if wrong else None)
    print("\n\n".join(dossier_tables(score)))


def _leaves(dossier: Dossier, rng: Random) -> Iterator[ScannedPage]:
    for paper in dossier.papers:
        yield from (ScannedPage(paper, sheet, Level.DIGITAL) for sheet in in_scan_order(paper, rng))


def _truth(dossier: Dossier, leaves: list[ScannedPage]) -> dict[str, Any]:
    documents, persons = [], []
    for ordinal, paper in enumerate(dossier.papers, 1):
        documents.append(document_truth(ordinal, paper, leaves))
        persons += [person_truth(mention, ordinal, documents[-1]["logical_order"]) for mention in paper.mentions]
    ordinals = {id(paper): ordinal for ordinal, paper in enumerate(dossier.papers, 1)}
    return {
        "dossier_code": dossier.code, "procedure": dossier.procedure,
        "pages": [page_truth(number, leaf, ordinals[id(leaf.paper)]) for number, leaf in enumerate(leaves, 1)],
        "documents": documents, "persons": persons,
        "components": {"required": list(dossier.required), "missing": list(dossier.missing)},
    }  # fmt: skip


def page_text(sheet: Sheet, number: int) -> PageText:
    """The page as a perfect recognizer would read it: lines of the print, in reading order."""
    scale = _DPI / 72
    words: list[tuple[float, Word]] = []
    strokes = {(mark.x0, mark.y0) for mark in sheet.marks if isinstance(mark, Rule)}
    for mark in sheet.marks:
        if isinstance(mark, Text):
            x, y = round(mark.x * scale), round((mark.y - 0.75 * mark.size) * scale)
            width = round(text_width(mark.text, mark.face, mark.size) * scale)
            box = Box(x, y, max(1, width), round(mark.size * scale))
            words.append((mark.y * scale, Word(mark.text, _SURE, box, handwritten=float(mark.by_hand))))
        elif isinstance(mark, Frame) and mark.width == mark.height < _LARGEST_TICK_BOX:
            box = Box(*(round(side * scale) for side in (mark.x, mark.y, mark.width, mark.height)))
            words.append(
                ((mark.y + mark.height) * scale, Word("☒" if (mark.x, mark.y) in strokes else "☐", _SURE, box))
            )
    width, height = round(A4[0] * scale), round(A4[1] * scale)
    scan = Scan(number, PageSource("page", "", number), Path("page"))
    return PageText(scan, width, height, lines=in_reading_order(_lines(words)), mean_confidence=_SURE)


def _lines(words: Sequence[tuple[float, Word]]) -> list[Line]:
    """Words of one baseline, parted at wide gaps as recognizers part them; digits in boxes are one word."""
    rows: list[list[tuple[float, Word]]] = []
    for base, word in sorted(words, key=lambda item: (round(item[0]), item[1].box.x)):
        last = rows[-1][-1] if rows else None
        if last and abs(last[0] - base) < 3 and -2 < word.box.x - last[1].box.right < 2.2 * word.box.height:
            rows[-1].append((base, word))
        else:
            rows.append([(base, word)])
    return [Line(tuple(_unboxed([word for _, word in row]))) for row in rows]


def _unboxed(words: Sequence[Word]) -> list[Word]:
    digits = [word for word in words if len(word.text) == 1 and word.text.isdigit()]
    if len(digits) < 9:
        return list(words)
    box = digits[0].box.union(digits[-1].box)
    whole = Word("".join(word.text for word in digits), _SURE, box, digits[0].handwritten)
    return [word for word in words if word not in digits] + [whole]


if __name__ == "__main__":
    typer.run(main)
