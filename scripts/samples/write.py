"""Makes a folder of sample dossiers: inbox, manifest, truth and the registry file, the same bytes for the same seed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from models.errors import UsageError
from scripts.population import write_csv
from scripts.samples.casting import assemble_cast
from scripts.samples.dossiers import Dossier, kinds_in_turn, write_dossier
from scripts.samples.files import FileForm, draw_form, write_files
from scripts.samples.fonts import FAMILIES, Face, font_path
from scripts.samples.paper import Mention
from scripts.samples.scanning import Leaf, scan_dossier
from scripts.samples.truth import SCHEMA, document_truth, page_truth, person_truth

_UNANNOUNCED_SHARE = 0.15
_MANIFEST = ("dossier_code", "procedure", "unit", "received_on", "expected_pages", "files")


def make_samples(
    folder: Path, *, dossiers: int, seed: int, citizens: int = 2000, layouts: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:  # fmt: skip
    """Writes `folder`/inbox, `folder`/truth and `folder`/citizens.csv; everything in them is fictitious.

    `layouts` draws forms of offices' own making; None: the circulars'. `progress` is told how many dossiers of how many are done. Raises UsageError when the folder holds something
    already, a number is not positive, or a font is missing.
    """
    if dossiers < 1 or citizens < 1:
        raise UsageError("at least one dossier and one citizen must be asked for")
    inbox, truths = folder / "inbox", folder / "truth"
    if inbox.exists() or truths.exists():
        raise UsageError(f"{folder} holds samples already; name an empty folder")
    for family in FAMILIES:  # before anything is written
        font_path(Face(family))
    for made in (inbox, truths):
        made.mkdir(parents=True)
    cast = assemble_cast(citizens, seed=seed)
    rows: list[list[str]] = []
    written: list[tuple[dict[str, Any], list[Mention]]] = []
    for index, kind in enumerate(kinds_in_turn(dossiers, seed=seed)):
        dossier = write_dossier(index, cast, seed=seed, kind=kind, layouts=layouts)
        rng = Random(f"scan {seed} {index}")
        leaves = scan_dossier(dossier, rng)
        form = draw_form(leaves, rng)
        files = write_files(inbox, dossier.code, leaves, form, rng)
        announced = rng.random() >= _UNANNOUNCED_SHARE
        rows.append(_manifest_row(dossier, leaves, files, announced=announced))
        written.append(_truth(dossier, leaves, form, files, announced=announced))
        if progress:
            progress(index + 1, dossiers)
    namesakes = cast.namesakes()
    for truth, mentions in written:
        for person, mention in zip(truth["persons"], mentions, strict=True):
            citizen = mention.party.citizen
            person["namesakes"] = namesakes[citizen.full_name, citizen.birth_date]
        text = json.dumps(truth, ensure_ascii=False, indent=1)
        (truths / f"{truth['dossier_code']}.json").write_text(text + "\n", encoding="utf-8")
    with (inbox / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_MANIFEST, *sorted(rows)])
    write_csv(cast.citizens(), folder / "citizens.csv")


def _manifest_row(dossier: Dossier, leaves: list[Leaf], files: list[str], *, announced: bool) -> list[str]:
    return [
        dossier.code, dossier.procedure if announced else "", dossier.unit, dossier.office.on.isoformat(),
        str(len(leaves)), ";".join(files),
    ]  # fmt: skip


def _truth(
    dossier: Dossier, leaves: list[Leaf], form: FileForm, files: list[str], *, announced: bool
) -> tuple[dict[str, Any], list[Mention]]:
    pages = [leaf.page for leaf in leaves]
    documents, persons, mentions = [], [], []
    ordinals: dict[int, int] = {}
    for ordinal, paper in enumerate(dossier.papers, 1):
        ordinals[id(paper)] = ordinal
        document = document_truth(ordinal, paper, pages)
        documents.append(document)
        for mention in paper.mentions:
            persons.append(person_truth(mention, ordinal, document["logical_order"]))
            mentions.append(mention)
    truth = {
        "schema": SCHEMA,
        "split": "made",
        "dossier_code": dossier.code,
        "unit": dossier.unit,
        "procedure": dossier.procedure,
        "procedure_in_manifest": announced,
        "received_on": dossier.office.on.isoformat(),
        "kind": dossier.kind,
        "era": "old" if dossier.office.old else "new",
        "file_form": form.value,
        "files": files,
        "pages": [page_truth(n, page, ordinals.get(id(page.paper))) for n, page in enumerate(pages, 1)],
        "documents": documents,
        "persons": persons,
        "components": {"required": list(dossier.required), "missing": list(dossier.missing)},
        "hand": any(page.sheet.by_hand for page in pages if page.sheet),
        "warnings": [],
    }
    return truth, mentions
