"""Batches of lines for ever, drawn by as many processes as there are: most line by line, some from whole pages."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import cv2
from torch.utils.data import IterableDataset, get_worker_info

from scripts.train_recognizer.batch import Batch, batch_of
from scripts.train_recognizer.mixture import further_samples
from scripts.train_recognizer.network import STEP
from scripts.train_recognizer.pages import page_samples
from scripts.train_recognizer.pictures import Sample, draw_sample
from scripts.train_recognizer.typefaces import Typefaces

WIDTHS = (96, 160, 256, 384, 512, 704, 960, 1280, 1664)


def batches_of(samples: Iterator[Sample], *, pixels: int, rest: bool = False) -> Iterator[Batch]:
    """Samples of about one width together, `pixels` the width of all pictures of a batch; with `rest` the last ones, too.

    Left out are lines too long, and letters closer than frames.
    """
    waiting: dict[int, list[Sample]] = {width: [] for width in WIDTHS}
    for sample in samples:
        width = sample.picture.shape[1]
        if width > WIDTHS[-1] or width // STEP < 1.2 * len(sample.text) + 1:
            continue
        shelf = next(limit for limit in WIDTHS if width <= limit)
        waiting[shelf].append(sample)
        if len(waiting[shelf]) >= max(8, pixels // shelf):
            yield batch_of(waiting[shelf], shelf)
            waiting[shelf] = []
    if rest:
        yield from (batch_of(kept, shelf) for shelf, kept in waiting.items() if kept)


class LineStream(IterableDataset[Batch]):
    """`pixels`: the width of all pictures of a batch together; `pages`: how many of the processes draw whole pages; with
    `zone`, faces for machine-readable zones, each process draws the mixture for further training instead.
    """

    def __init__(
        self, typefaces: Typefaces, *, seed: int, pixels: int, pages: int, zone: Typefaces | None = None
    ) -> None:
        self.typefaces, self.seed, self.pixels, self.pages, self.zone = typefaces, seed, pixels, pages, zone

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        place = worker.id if worker else 0
        rng = Random(f"{self.seed} {place}")
        samples = further_samples(rng, self.typefaces, self.zone) if self.zone else self._first(rng, place)
        return batches_of(samples, pixels=self.pixels)

    def _first(self, rng: Random, place: int) -> Iterator[Sample]:
        while True:
            if place < self.pages:
                yield from page_samples(rng, self.typefaces)
            else:
                yield draw_sample(rng, self.typefaces)
