"""Crops of what a pen filled in, cut from the page images that were fetched: a clerk types what they show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

from PIL import Image

from models.identity import Handwriting
from models.record import DossierRecord
from storage.keys import page_name

_MARGIN = 0.6  # heights of the box around it: a pen does not keep to the line
FOLDER = "crops"


def write_crops(record: DossierRecord, folder: Path, written: Sequence[Path]) -> list[Path]:
    """A picture for each handwritten field under `folder`/crops; `written` are the dossier's files, fetched there."""
    pages = {folder / page_name(page.number, ending=end) for page in record.pages for end in (".jpg", ".png")}
    images = {path.stem: path for path in written if path in pages}
    crops = []
    for place, matched in enumerate(record.persons, start=1):
        for pen in matched.person.handwritten:
            image = images.get(PurePath(page_name(pen.page)).stem)
            if image is not None:
                target = folder / FOLDER / f"{place:02d}-{matched.person.role}-{pen.field}.png"
                crops.append(_cut(image, pen, target))
    return crops


def _cut(image: Path, pen: Handwriting, target: Path) -> Path:
    margin = round(_MARGIN * pen.box.height)
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(image) as page:
        edges = (pen.box.x - margin, pen.box.y - margin, pen.box.right + margin, pen.box.bottom + margin)
        inside = (max(0, edges[0]), max(0, edges[1]), min(page.width, edges[2]), min(page.height, edges[3]))
        page.crop(inside).save(target)
    return target
