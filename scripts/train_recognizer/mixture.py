"""What a trained recognizer is trained on further: the old lines, and those that it had not been shown.

Names with apostrophes, machine-readable zones, numbers, small pale print of cards; each share a setting of the recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from scripts.train_recognizer.card_pages import card_samples
from scripts.train_recognizer.minorities import highland_line
from scripts.train_recognizer.pages import page_samples
from scripts.train_recognizer.pictures import Sample, draw_sample
from scripts.train_recognizer.typefaces import Typefaces
from scripts.train_recognizer.wording import number_text
from scripts.train_recognizer.zone_lines import zone_text

_SHARES = {"line": 44, "name": 14, "zone": 8, "number": 6, "page": 14, "card": 14}  # of a hundred lines
_FROM_ONE = {"page": 40, "card": 18}  # lines that a drawing gives, about
_MIXED = 500  # lines kept waiting, so that a page's do not follow each other


def further_samples(rng: Random, typefaces: Typefaces, zone: Typefaces) -> Iterator[Sample]:
    """Lines of every kind for ever, in random order."""
    kinds = list(_SHARES)
    weights = [share / _FROM_ONE.get(kind, 1) for kind, share in _SHARES.items()]
    waiting: list[Sample] = []
    while True:
        waiting += one_kind(rng.choices(kinds, weights=weights)[0], rng, typefaces, zone)
        while len(waiting) > _MIXED:
            place = rng.randrange(len(waiting))
            waiting[place], waiting[-1] = waiting[-1], waiting[place]
            yield waiting.pop()


def one_kind(kind: str, rng: Random, typefaces: Typefaces, zone: Typefaces) -> list[Sample]:
    """One drawing of a kind: a line, or all lines found on a page."""
    drawn: dict[str, Callable[[], list[Sample]]] = {
        "line": lambda: [draw_sample(rng, typefaces)],
        "name": lambda: [draw_sample(rng, typefaces, text=highland_line(rng))],
        "zone": lambda: [draw_sample(rng, zone, text=rng.choice(zone_text(rng)))],
        "number": lambda: [draw_sample(rng, typefaces, text=number_text(rng))],
        "page": lambda: list(page_samples(rng, typefaces)),
        "card": lambda: list(card_samples(rng, typefaces, zone)),
    }
    return drawn[kind]()
